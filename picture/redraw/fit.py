"""Spread a line's words over the ink that the picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from picture.redraw.arrays import Floats, weighted_median
from picture.redraw.extent import Design, Face, advance, bearings, count_gaps, narrowed
from picture.redraw.fonts import WORDS, Fonts
from picture.redraw.match import Span
from picture.redraw.runs import Run, text_of
from picture.redraw.typeset import Piece

# How far letters are set apart before they are stretched, and how far a single word's
# may differ from its line's, in em: more where it is of another weight.
_TRACKING = 0.02
_OWN_TRACKING = 0.012
_BOLD_TRACKING = 0.035
_STRETCH = 1.25

# Letters are set apart on purpose by so much, in em, and words are so much narrower than
# their ink, before they are taken for others than the picture shows.
_APART = 0.6
_TOO_WIDE = 1.9

# Letters that are this much too wide are narrowed by design.
_NARROW = 0.98

# Where a word that was read too long has less room than it needs, its letters give way
# so far; beyond that all of the line is set smaller.
_LEAST_STRETCH = 0.6

# A space, and how far it may give way, in em.
_SPACE = 0.26
_LEAST_SPACE = 0.23
_MOST_SPACE = 0.75

# Room that a word lacks or leaves without looking wrong, in em.
_SLACK = 0.06


@dataclass(frozen=True, slots=True)
class Word:
    """A word to set: its runs, and its own weight and colour where those are not its line's.

    `ground` is the colour of the plate that it stands on, if it does.
    It `goes_on` where it is a part of the word before it that the picture sets apart.
    Its letters are `scale` times as large as its line's.
    """

    runs: tuple[Run, ...]
    weight: int | None = None
    color: Floats | None = None
    goes_on: bool = False
    ground: Floats | None = None
    scale: float = 1.0

    @property
    def text(self) -> str:
        """Return what the word says."""
        return text_of(self.runs)

    def face(self, face: Face) -> Face:
        """Return how this word is drawn in a line that is set in `face`."""
        if self.weight is None and self.scale == 1:
            return face
        weight = face.weight if self.weight is None else self.weight
        return replace(face, weight=weight, size=self.scale * face.size)


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """What all words of a line share: the room between letters and their stretch."""

    tracking: float
    stretch: float


def fit_words(
    words: Sequence[Word], face: Face, span: Span, spans: Sequence[Span] | None, fonts: Fonts
) -> tuple[Piece, ...]:
    """Return the words set so that their ink fills `span`, from left to right.

    `spans` tell where the ink of each word lies, where that is known. All words share
    one rhythm; a word that does not fit the room it has gives way alone.
    """
    if spans is None:
        face, spans = _in_a_row(words, face, span, fonts)
    else:
        ratio = width_ratio(words, spans, face, fonts)
        face = _narrowed(words, face, ratio, fonts) if ratio < _NARROW else face
    rhythm = _rhythm(words, spans, face, fonts)
    # What no narrowing brings into its room is set smaller as a whole.
    least = min(1.0, rhythm.stretch / _LEAST_STRETCH)
    if least < 1:
        face = replace(face, size=max(2.0, face.size * least))
        rhythm = _rhythm(words, spans, face, fonts)
    last = len(words) - 1
    pieces = []
    for number, (word, own) in enumerate(zip(words, spans, strict=True)):
        # Edges are kept, where several words leave room to choose.
        side = 0.5 if 0 < number < last else float(number > 0)
        pieces.append(_place(word, face, rhythm, own, side, fonts))
    return tuple(pieces)


def ink_width(word: Word, face: Face, fonts: Fonts) -> float:
    """Return how wide the ink of a word is, set in `face`, in pixels."""
    own = word.face(face)
    return own.size * max(0.05, _ink_width(word.runs, own.design, fonts))


@lru_cache(WORDS)
def _ink_width(runs: tuple[Run, ...], design: Design, fonts: Fonts) -> float:
    """Return how wide the ink of runs is, in em."""
    own = Face(1.0, *design)
    return advance(runs, own, fonts) - sum(bearings(runs, own, fonts))


def _narrowed(words: Sequence[Word], face: Face, ratio: float, fonts: Fonts) -> Face:
    return narrowed([word.runs for word in words], face, ratio, fonts)


def width_ratio(words: Sequence[Word], spans: Sequence[Span], face: Face, fonts: Fonts) -> float:
    """Return how much wider the ink is than the words, by most of the line."""
    own = np.array([ink_width(word, face, fonts) for word in words])
    seen = np.array([max(1.0, end - start) for start, end in spans])
    ratios = seen / own
    middle = weighted_median(ratios, own)
    # Short words are measured less surely: near the usual, the sum tells more.
    near = np.abs(np.log(ratios / middle)) < 0.15
    return float(seen[near].sum() / own[near].sum())


def _rhythm(words: Sequence[Word], spans: Sequence[Span], face: Face, fonts: Fonts) -> _Rhythm:
    natural = sum(ink_width(word, face, fonts) for word in words)
    room = width_ratio(words, spans, face, fonts) * natural
    gaps = sum(count_gaps(word.runs) for word in words)
    most = _TRACKING * face.size
    tracking = _clamp((room - natural) / gaps, -most, most) if gaps else 0.0
    stretch = min(room / (natural + gaps * tracking), _STRETCH)
    if gaps and stretch == _STRETCH:
        # Wider still: letters that were set apart on purpose, unless the text is another.
        apart = room / stretch / gaps - natural / gaps
        return _Rhythm(apart, stretch) if apart < _APART * face.size else _Rhythm(0.0, 1.0)
    if abs(stretch - 1) <= 0.02:
        return _Rhythm((room - natural) / gaps if gaps else 0.0, 1.0)
    return _Rhythm(tracking, stretch)


def _place(word: Word, face: Face, rhythm: _Rhythm, span: Span, side: float, fonts: Fonts) -> Piece:
    """Return a word set into its room: at its start where `side` is 0, at its end where it is 1."""
    own, gaps = word.face(face), count_gaps(word.runs)
    left, _ = bearings(word.runs, own, fonts)
    natural, room = ink_width(word, face, fonts), span[1] - span[0]
    tracking, stretch = rhythm.tracking, rhythm.stretch
    lack = room - stretch * (natural + gaps * tracking)
    if gaps:
        give = (_OWN_TRACKING if word.weight is None else _BOLD_TRACKING) * face.size
        tracking += _clamp(lack / stretch / gaps, -give, give)
    width = stretch * (natural + gaps * tracking)
    if width > room + _SLACK * face.size:
        # Read too long: it must not run into its neighbours.
        stretch *= max(_LEAST_STRETCH, (room + _SLACK * face.size) / width)
        width = stretch * (natural + gaps * tracking)
    if abs(stretch - 1) <= 0.02:
        stretch = 1.0
    x = span[0] + side * (room - width) - left * stretch
    return Piece(
        word.runs, own, x, tracking * stretch, stretch, word.color, word.goes_on, word.ground
    )


def _in_a_row(
    words: Sequence[Word], face: Face, span: Span, fonts: Fonts
) -> tuple[Face, list[Span]]:
    """Set the words one after another: spaces give way first, then the letters."""
    room, gaps = span[1] - span[0], len(words) - 1
    natural = sum(ink_width(word, face, fonts) for word in words)
    ratio = room / (natural + gaps * _SPACE * face.size)
    if ratio < 1:
        least = max(_LEAST_SPACE, ratio * _SPACE) * face.size
        face = _narrowed(words, face, (room - gaps * least) / natural, fonts)
        natural = sum(ink_width(word, face, fonts) for word in words)
    space = (room - natural) / max(1, gaps)
    # Where even the least spaces leave too little, they shrink with the words.
    least = min(_LEAST_SPACE * face.size, 0.2 * room / max(1, gaps))
    space = _clamp(space, least, _MOST_SPACE * face.size)
    stretch = max(0.0, room - gaps * space) / natural
    if stretch > _TOO_WIDE:
        # The ink is of a longer text: this one is set as it is, from where that began.
        space, stretch = _SPACE * face.size, 1.0
    spans, x = [], span[0]
    for word in words:
        end = x + stretch * ink_width(word, face, fonts)
        spans.append((x, end))
        x = end + space
    return face, spans


def _clamp(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))
