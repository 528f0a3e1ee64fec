"""What a recogniser saw on a line: its letters, how surely, and where along it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from picture.page import Word
from picture.words import cut_words, stands_alone

_BLANK = 0
_NONE = -1

# Of letters that are the same without their accents so many may be meant, none that is
# less likely.
_KIN, _UNLIKELY = 3, 0.0005

_DIGITS = frozenset("0123456789")
_DASHES = frozenset("–—")
_CURLY = frozenset("‘’“”")
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\d[\d.,:/%]*[%)]?")

# Longer texts are no cells of numbers, and no signs between them.
_LONGEST_NUMBER, _LONGEST_SIGN = 12, 24

STRAIGHT = frozenset("'\"")
"""Quote marks that are the same before and behind a word."""

FULL, HALF = "，：；！？（）", ",:;!?()"
TWINS: Mapping[str, str] = dict(zip(FULL + HALF, HALF + FULL, strict=True))
"""Marks of a whole cell and of half one, and each one's twin of the other width."""

STEMS: Mapping[str, str] = {"I": "l", "l": "I"}
"""Letters that many faces draw as the same stem, and the other of each."""

_PLAIN: Mapping[str, str] = dict(zip("ıİłŁđĐøØðÐ", "iIlLdDoOdD", strict=True))
_THORNS: Mapping[str, str] = {"þ": "pb", "Þ": "PpBb"}

CLAIMED = 0.8
"""How much of a line's ink its letters account for, at least, where all are known."""


def plain(letter: str) -> str:
    """Return a Latin letter without its accents and other marks, nothing for others."""
    return bare(letter)[:1]


@cache
def bare(letter: str) -> str:
    """Return the Latin letters that one may be taken for without its marks, nothing for others."""
    if len(letter) != 1 or not unicodedata.name(letter, "").startswith("LATIN"):
        return ""
    base = unicodedata.normalize("NFD", letter)[0]
    return _THORNS.get(base) or _PLAIN.get(base, base)


def small(letter: str) -> str:
    """Return the small letter of a capital, the dotted I of Turkish as it is."""
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


@dataclass(frozen=True, slots=True)
class Second:
    """What a line may say as well, and the least probability of a letter that is another."""

    text: str
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Alphabet:
    """A recogniser's letters, the blank first, and which of them are of a kind.

    `twins` has the number of each mark's twin of the other width, and of the other letter
    for a stem, -1 for what has none. `families` has a row for letters that are the same
    without their accents, -1 where there are no more, and `family` each letter's row.
    """

    letters: Sequence[str]
    digits: NDArray[np.intp]
    western: NDArray[np.intp]
    spaces: NDArray[np.intp]
    straight: NDArray[np.intp]
    curly: NDArray[np.intp]
    twins: NDArray[np.intp]
    family: NDArray[np.intp]
    families: NDArray[np.intp]
    is_cjk: NDArray[np.bool_]

    @classmethod
    def of(cls, letters: Sequence[str]) -> Alphabet:
        """Sort letters by kind."""
        is_cjk = np.array([len(letter) == 1 and stands_alone(letter) for letter in letters])
        western = [
            len(letter) == 1 and (letter.isascii() or letter in _DASHES) and letter != " "
            for letter in letters
        ]
        digits = [letter in _DIGITS for letter in letters]
        spaces = [letter == " " for letter in letters]
        are_straight = [letter in STRAIGHT for letter in letters]
        curly = [letter in _CURLY for letter in letters]
        kinds = digits, western, spaces, are_straight, curly
        digit, west, space, straight, curl = map(np.flatnonzero, kinds)
        numbers = {letter: number for number, letter in enumerate(letters)}
        others = {**TWINS, **STEMS}
        twins = np.array([numbers.get(others.get(letter, ""), _NONE) for letter in letters])
        families = _families(letters)
        return cls(letters, digit, west, space, straight, curl, twins, *families, is_cjk)


def _families(letters: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each letter's row among those of letters that differ by their accents, and the rows.

    The first has none: letters that have no accents are in it.
    """
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, letter in enumerate(letters):
        for base in bare(letter):
            members[base].append(number)
    rows = {base: row for row, base in enumerate(members, 1)}
    family = np.array([rows.get(plain(letter), 0) for letter in letters], np.intp)
    families = np.full((len(members) + 1, max(map(len, members.values()), default=1)), _NONE)
    for row, numbers in enumerate(members.values(), 1):
        families[row, : len(numbers)] = numbers
    return family, families


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What a recogniser sees at each step along a line.

    `best` is the number of the likeliest letter, `likely` its probability. `odds` (steps x
    letters) are the probabilities of the alphabet's letters, of its common ones at least,
    which then are the first.
    """

    best: NDArray[np.intp]
    likely: NDArray[np.float32]
    odds: NDArray[np.float32]

    @classmethod
    def of(cls, odds: NDArray[np.float32]) -> Sight:
        """Return it for probabilities of all letters."""
        return cls(odds.argmax(axis=-1), odds.max(axis=-1), odds)


@dataclass(frozen=True, slots=True)
class Transcript:
    """Letters in the order of reading; `scores` and `centres` hold a number for each.

    A score is a probability, a centre a part of the line's length, 0 at its start.
    `number` is what it says with digits for letters, `western` with none of Chinese and
    Japanese, where there is such a thing. `spaces` tells how likely a space is between
    each letter and the one before, `curls` how likely a straight quote mark is a curly one,
    `twins` how likely a mark is its twin of the other width, and a stem the other letter,
    `kin` (letters x 3) which letters with other accents each is likeliest, the likeliest
    first, and `kinship` how likely, 0 where there are no more.
    """

    letters: tuple[str, ...] = ()
    scores: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    centres: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    number: Second | None = None
    western: Second | None = None
    spaces: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    curls: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    twins: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    kin: NDArray[np.str_] = field(default_factory=lambda: np.zeros((0, _KIN), "<U1"))
    kinship: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, _KIN), np.float32))

    @property
    def text(self) -> str:
        """Return the letters as one string."""
        return "".join(self.letters)

    @property
    def score(self) -> float:
        """Return the mean score of the letters, 0 where there are none."""
        return float(self.scores.mean()) if self.letters else 0.0

    def part(self, start: int, end: int) -> Transcript:
        """Return some of the letters in a row."""
        chosen = slice(start, end)
        return Transcript(
            self.letters[chosen],
            self.scores[chosen],
            self.centres[chosen],
            spaces=self.spaces[chosen],
            curls=self.curls[chosen],
            twins=self.twins[chosen],
            kin=self.kin[chosen],
            kinship=self.kinship[chosen],
        )

    def placed(self, start: float, length: float) -> Transcript:
        """Return the same letters where this line is a part of a longer one."""
        centres = start + self.centres * length
        return replace(self, centres=centres, number=None, western=None)

    def spaced(self, lost: Sequence[int], vain: Sequence[int]) -> Transcript:
        """Return the same letters with spaces before those `lost`, and without those in `vain`."""
        kept = np.setdiff1d(np.arange(len(self.letters)), vain)
        at = np.searchsorted(kept, lost)
        after = np.array(lost, int)
        scores = np.minimum(self.scores[after - 1], self.scores[after])
        centres = (self.centres[after - 1] + self.centres[after]) / 2
        return replace(
            self,
            letters=tuple(np.insert(np.array(self.letters)[kept], at, " ").tolist()),
            scores=np.insert(self.scores[kept], at, scores),
            centres=np.insert(self.centres[kept], at, centres),
            spaces=np.insert(self.spaces[kept], at, 1),
            curls=np.insert(self.curls[kept], at, 0),
            twins=np.insert(self.twins[kept], at, 0),
            kin=np.insert(self.kin[kept], at, "", axis=0),
            kinship=np.insert(self.kinship[kept], at, 0, axis=0),
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A word and where its ink is, in parts of the line's length and height."""

    text: str
    score: float
    area: tuple[float, float, float, float]
    """Left, top, right and bottom, as the text runs."""


def mean_score(words: Sequence[Spot | Word]) -> float:
    """Return the mean score of the letters of words, 0 where there are none."""
    count = sum(len(word.text) for word in words)
    return sum(word.score * len(word.text) for word in words) / max(count, 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; `flipped` where it stands on its head.

    `claimed` is how much of the line's ink its letters account for: little where it is
    in letters that are not known. `reader` names what read it, beside the main recogniser.
    `first_choice` is what was read where a second choice has taken its place. `curls` has a
    number for each straight quote mark: how likely it is a curly one. `widths` has one for
    each mark of two widths: the log odds that it takes a whole cell. `stems` has one for
    each I and l: how likely it is the other. `rivals` are letters with other accents that
    some may be: their places in the text, the letters, and how likely each is beside the one
    that was read.
    """

    text: str = ""
    score: float = 0.0
    flipped: bool = False
    words: tuple[Spot, ...] = ()
    claimed: float = 1.0
    reader: str = ""
    first_choice: str = ""
    number: Second | None = None
    western: Second | None = None
    curls: tuple[float, ...] = ()
    widths: tuple[float, ...] = ()
    stems: tuple[float, ...] = ()
    rivals: tuple[tuple[int, str, float], ...] = ()

    @property
    def is_ours(self) -> bool:
        """Tell whether the main recogniser read it, and not upside down."""
        return not self.reader and not self.flipped

    def told(self, letters: Container[str], values: Sequence[float]) -> dict[int, float]:
        """Return what the main recogniser told of some letters, by their places in the text.

        That is nothing where letters came or went since, or another reader took its place.
        """
        places = [at for at, char in enumerate(self.text) if char in letters]
        is_known = not self.reader and len(places) == len(values)
        return dict(zip(places, values, strict=True)) if is_known else {}

    def spelled(self, text: str) -> Reading:
        """Return it with other signs in place of some, unless they part words otherwise."""
        if text == self.text:
            return self
        spans = list(cut_words(text))
        if len(spans) != len(self.words):
            return self
        words = [
            replace(word, text=text[start:end])
            for (start, end), word in zip(spans, self.words, strict=True)
        ]
        first = self.first_choice or self.text
        return replace(self, text=text, words=tuple(words), first_choice=first)


Read = Callable[[Sequence[NDArray[np.uint8]]], Sequence[Reading]]
"""Tells what lines that were cut out (height x width x 3, BGR) say, fewer where time is up."""


def is_number(text: str) -> bool:
    """Tell whether a text is a number as cells have them."""
    return _NUMBER.fullmatch(text.strip()) is not None


def transcribe(sight: Sight, alphabet: Alphabet) -> Transcript:
    """Decode what a CTC recogniser sees on a line."""
    best, seen = sight.best, sight.odds
    steps = np.flatnonzero((best != _BLANK) & (np.diff(best, prepend=_BLANK) != 0))
    chosen = best[steps]
    return Transcript(
        tuple(alphabet.letters[number] for number in chosen),
        sight.likely[steps],
        _centres(best, steps) / len(best),
        _number(seen, steps, chosen, alphabet),
        _western(seen, steps, chosen, alphabet),
        _spaces(seen, steps, alphabet),
        _curls(seen, steps, chosen, alphabet),
        _twins(seen, steps, chosen, alphabet),
        *_nearest(seen, steps, chosen, alphabet),
    )


def _nearest(
    seen: NDArray[np.float32],
    steps: NDArray[np.intp],
    chosen: NDArray[np.intp],
    alphabet: Alphabet,
) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    """Return the likeliest letters with other accents than each has, and how likely they are."""
    names, likely = np.zeros((len(steps), _KIN), "<U1"), np.zeros((len(steps), _KIN), np.float32)
    kin = alphabet.families[alphabet.family[chosen]]
    is_other = (kin != _NONE) & (kin != chosen[:, None])
    odds = np.where(is_other, seen[steps[:, None], kin], 0)
    # Of most letters none is likely at all.
    for at in np.flatnonzero(odds.max(axis=1) >= _UNLIKELY).tolist():
        best = np.argsort(-odds[at])[:_KIN]
        best = best[odds[at, best] >= _UNLIKELY]
        likely[at, : len(best)] = odds[at, best]
        names[at, : len(best)] = [alphabet.letters[number] for number in kin[at, best]]
    return names, likely


def _curls(
    seen: NDArray[np.float32],
    steps: NDArray[np.intp],
    chosen: NDArray[np.intp],
    alphabet: Alphabet,
) -> NDArray[np.float32]:
    """Return how likely each letter that is a straight quote mark is a curly one."""
    likely = np.zeros(len(steps), np.float32)
    is_straight = np.isin(chosen, alphabet.straight)
    likely[is_straight] = seen[np.ix_(steps[is_straight], alphabet.curly)].sum(axis=1)
    return likely


def _twins(
    seen: NDArray[np.float32],
    steps: NDArray[np.intp],
    chosen: NDArray[np.intp],
    alphabet: Alphabet,
) -> NDArray[np.float32]:
    """Return how likely each letter that has a twin is that."""
    twins = alphabet.twins[chosen]
    likely: NDArray[np.float32] = np.where(twins == _NONE, 0, seen[steps, twins])
    return likely.astype(np.float32)


def _spaces(
    seen: NDArray[np.float32], steps: NDArray[np.intp], alphabet: Alphabet
) -> NDArray[np.float32]:
    """Return how likely a space is before each of the letters that begin at `steps`."""
    likely = np.zeros(len(steps), np.float32)
    if len(steps) > 1 and len(alphabet.spaces):
        between = np.maximum.reduceat(seen[:, alphabet.spaces].max(axis=1), steps)
        likely[1:] = between[:-1]
    return likely


def _number(
    seen: NDArray[np.float32],
    steps: NDArray[np.intp],
    chosen: NDArray[np.intp],
    alphabet: Alphabet,
) -> Second | None:
    """Return the number that a short text is nearly."""
    if not 0 < len(chosen) <= _LONGEST_NUMBER:
        return None
    others = np.array([alphabet.letters[number].isalpha() for number in chosen])
    second = _second(seen, steps, chosen, others, alphabet.digits, alphabet)
    return second if second is not None and is_number(second.text) else None


def _western(
    seen: NDArray[np.float32],
    steps: NDArray[np.intp],
    chosen: NDArray[np.intp],
    alphabet: Alphabet,
) -> Second | None:
    """Return what a text says without letters of Chinese and Japanese, where it has a few."""
    others = alphabet.is_cjk[chosen]
    if len(chosen) > _LONGEST_SIGN:
        return None
    return _second(seen, steps, chosen, others, alphabet.western, alphabet)


def _second(
    seen: NDArray[np.float32],
    steps: NDArray[np.intp],
    chosen: NDArray[np.intp],
    others: NDArray[np.bool_],
    allowed: NDArray[np.intp],
    alphabet: Alphabet,
) -> Second | None:
    """Return a text with likely letters out of those allowed in place of others."""
    if not others.any() or not len(allowed):
        return None
    rows = seen[np.ix_(steps[others], allowed)]
    likely = allowed[rows.argmax(axis=1)]
    score = float(rows.max(axis=1).min())
    text = chosen.copy()
    text[others] = likely
    return Second("".join(alphabet.letters[number] for number in text), score)


def _centres(best: NDArray[np.intp], steps: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the middle of the steps that say the same letter as each of these."""
    changes = np.append(np.flatnonzero(np.diff(best)) + 1, len(best))
    ends = changes[np.searchsorted(changes, steps, side="right")]
    middle: NDArray[np.float64] = (steps + ends) / 2
    return middle


def join(parts: Sequence[Transcript]) -> Transcript:
    """Return one transcript of parts that follow each other."""
    if len(parts) == 1:
        return parts[0]
    return Transcript(
        tuple(letter for part in parts for letter in part.letters),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.centres for part in parts]),
        spaces=np.concatenate([part.spaces for part in parts]),
        curls=np.concatenate([part.curls for part in parts]),
        twins=np.concatenate([part.twins for part in parts]),
        kin=np.concatenate([part.kin for part in parts]),
        kinship=np.concatenate([part.kinship for part in parts]),
    )
