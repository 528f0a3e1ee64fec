"""Text cut into words, and words into runs that one typeface draws."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from bidi import get_display

from picture.mirror import mirrored
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.typefaces import CJK, COMIC, ITALICS, MONO, REPLACEMENT, SANS, SERIF, SONG

# Faces whose letters stand alone: they may be set apart without breaking a word.
_SEPARABLE = {SANS, SERIF, MONO, COMIC, CJK, SONG, *ITALICS.values()}
_FROM_RIGHT = "R"

# Characters that are long strokes themselves.
RULES = "—–―─_=━‐"
# Characters that are squares themselves.
FRAMES = "□■☐☑☒▢◻◽⊞⊟⊠⊡ロ�"
_LEADERS = "-.*·… " + RULES


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in a row that one typeface draws.

    Those that are `among_right` stand in a word that is written from right to left.
    """

    text: str
    face: str
    among_right: bool = False

    @property
    def drawn(self) -> str:
        """Return what is drawn: typefaces turn round letters, but no brackets beside them."""
        if not self.among_right or direction(self.text) == _FROM_RIGHT:
            return self.text
        return mirrored(get_display(self.text, base_dir=_FROM_RIGHT))

    @property
    def clusters(self) -> list[str]:
        """Return what is drawn, cut where letters may be set apart."""
        if self.face not in _SEPARABLE or any(map(_clings, self.text)):
            return [self.drawn]
        return list(self.drawn)


def text_of(runs: Iterable[Run]) -> str:
    """Return what runs in a row say."""
    return "".join(run.text for run in runs)


def printable(text: str) -> str:
    """Return `text` without control characters, its blanks made single spaces."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or _has_ink(c))
    return " ".join("".join(kept).split())


def is_leader(text: str) -> bool:
    """Tell whether a line is nothing but marks in a row, between a label and its number or rows."""
    return len(text) > 2 and all(mark in _LEADERS for mark in text)


def _has_ink(character: str) -> bool:
    is_joiner = character in "\u200c\u200d"
    return is_joiner or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def split_words(
    text: str, fonts: Fonts, family: str = SANS, han: str = CJK
) -> list[tuple[Run, ...]]:
    """Cut printable text into words, and each word into runs of one typeface.

    They come as they stand from left to right. Chinese and Japanese is set in `han`.
    """
    # Signs that Latin and CJK fonts share follow the text they stand in.
    signs = han if any(map(is_cjk, text)) else family
    return [
        _from_right(split_runs(word, fonts, family, signs))
        if way == _FROM_RIGHT and _turns(word)
        else split_runs(word, fonts, family, signs)
        for way, word in _in_place(text.split())
    ]


def _turns(word: str) -> bool:
    """Tell whether a word among those from right to left is turned as they are.

    A number among them was read as it stands.
    """
    return direction(word) == _FROM_RIGHT or not any(map(str.isalnum, word))


def _from_right(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs of a word that is written from right to left as they stand."""
    return tuple(replace(run, among_right=True) for run in runs)[::-1]


def visual_order(words: list[str]) -> list[str]:
    """Return the words of a line as they stand from left to right.

    Words that are written from right to left stand so as a whole, with the numbers among
    them; others among them keep their own order. A line begins as its first word does.
    """
    return [word for _, word in _in_place(words)]


def _in_place(words: list[str]) -> list[tuple[str, str]]:
    """Return the words of a line as they stand, each after the direction it goes with."""
    found = [direction(word) for word in words]
    if _FROM_RIGHT not in found:
        return list(zip(found, words, strict=True))
    base = next(item for item in found if item)
    # What has no direction goes with the word before it, and first of all with the line.
    directions: list[str] = []
    for own in found:
        directions.append(own or (directions[-1] if directions else base))
    pairs = zip(directions, words, strict=True)
    groups = [list(group) for _, group in groupby(pairs, lambda pair: pair[0])]
    ordered = groups[::-1] if base == _FROM_RIGHT else groups
    return [pair for group in ordered for pair in group[:: -1 if group[0][0] == _FROM_RIGHT else 1]]


def direction(word: str) -> str:
    """Return R for a word that is written from right to left, L for others with letters."""
    for character in word:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return _FROM_RIGHT
        if kind == "L":
            return "L"
    return ""


def split_runs(word: str, fonts: Fonts, family: str, signs: str) -> tuple[Run, ...]:
    """Cut a word into runs: letters in `family`, signs in `signs`, where those draw them.

    Letters that no Latin typeface draws are set in `signs` too.
    """
    runs: list[Run] = []
    for character in word:
        last = runs[-1] if runs else None
        face = _choose(character, last, fonts, family, signs)
        drawn = character if face else REPLACEMENT
        face = face or fonts.face(REPLACEMENT) or family
        if last is not None and last.face == face:
            runs[-1] = Run(last.text + drawn, face)
        else:
            runs.append(Run(drawn, face))
    return tuple(runs)


def split_column(text: str, fonts: Fonts, han: str) -> list[Run]:
    """Cut a column into runs, one letter each, in `han` where that draws it."""
    return [run for letter in text for run in split_runs(letter, fonts, han, han)]


def _clings(character: str) -> bool:
    """Tell whether a character is drawn together with the one before it."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")


def _choose(character: str, last: Run | None, fonts: Fonts, family: str, signs: str) -> str | None:
    clings = _clings(character)
    if last is not None and clings and (fonts.draws(character, last.face) or character > "\u2000"):
        return last.face
    is_sign = character > "\x7f" and not character.isalnum()
    return fonts.face(character, *((signs, family) if is_sign else (family, SANS, SERIF, signs)))
