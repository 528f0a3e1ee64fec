"""Spaces of a line as its ink shows them, where the recogniser was in doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from picture.reading.transcript import Transcript
from picture.reading.words import columns_of
from picture.words import stands_alone

Mask = NDArray[np.bool_]

# How likely a space is at least that the ink may speak for: by a wide gap, and else where
# the line has others to compare its gap with, and where it has none; and up to where one is
# in doubt.
_LEAST_OF_ALL, _LEAST, _LEAST_ALONE = 0.02, 0.1, 0.2
_DOUBTED = 0.9

# A gap is a space's that is so wide: of the line's other spaces and of its gaps between
# letters, or of those alone and of the line's height; and surely where it is wider still.
_WORDS, _LETTERS = 0.75, 1.5
_LETTERS_ALONE, _HEIGHT_ALONE = 2.5, 0.15
_LETTERS_WIDE, _HEIGHT_WIDE = 4, 0.35

# Between Chinese or Japanese and other letters it is so much of the line's height.
_HEIGHT_CJK = 0.28

# Behind a capital a gap is no space's that is so narrow, of the other spaces or of the
# widest gap between letters.
_NARROW, _NARROW_ALONE = 0.9, 1.3

# Behind these there is no space, or before them.
_OPENING, _CLOSING = "([{_", ")]}_"
_POINTS = ".,:"


@dataclass(frozen=True, slots=True)
class _Gaps:
    """The gaps of a line, in pixels: its sure spaces' median, its letters' median and most."""

    height: int
    spaces: float
    letters: float
    widest: float


def with_true_spaces(ink: Mask, line: Transcript) -> Transcript:
    """Return a line with spaces where its ink has gaps, and without those where it has none.

    Only what the recogniser doubts is asked about; `ink` is where the line has some.
    """
    doubted = (line.scores < _DOUBTED) & (np.array(line.letters) == " ")
    if not doubted.any() and not (line.spaces >= _LEAST_OF_ALL).any():
        return line
    widths = _widths(columns_of(ink), line)
    gaps = _gaps_of(line, widths, ink.shape[0])
    # Before the first letter there may be one where a longer line was cut.
    likely = (np.flatnonzero(line.spaces[1:] >= _LEAST_OF_ALL) + 1).tolist()
    lost = [at for at in likely if _is_lost(line, at, widths[at], gaps)]
    vain = [at for at in np.flatnonzero(doubted) if _is_vain(line, at, widths[at], gaps)]
    return line.spaced(lost, vain) if lost or vain else line


def _widths(filled: Mask, line: Transcript) -> NDArray[np.intp]:
    """Return how wide the gap is before each letter; of a space, the gap that it stands for."""
    is_letter = np.array(line.letters) != " "
    places = (line.centres[is_letter] * len(filled)).astype(int)
    blank = np.flatnonzero(~filled)
    before = np.searchsorted(places, blank, "right")
    is_first = (np.diff(blank, prepend=-2) > 1) | (np.diff(before, prepend=-1) != 0)
    starts = np.flatnonzero(is_first)
    widest = np.zeros(len(places) + 1, np.intp)
    np.maximum.at(widest, before[starts], np.diff(np.append(starts, len(blank))))
    widths: NDArray[np.intp] = widest[np.cumsum(is_letter) - is_letter]
    widths[0] = 0
    return widths


def _gaps_of(line: Transcript, widths: NDArray[np.intp], height: int) -> _Gaps:
    is_space = np.array(line.letters) == " "
    between = ~is_space & ~np.roll(is_space, 1)
    between[0] = False
    letters = widths[between] if between.any() else np.zeros(1)
    sure = widths[is_space & (line.scores >= _DOUBTED)]
    spaces = float(np.median(sure)) if len(sure) else 0.0
    return _Gaps(height, spaces, float(np.median(letters)), float(letters.max()))


def _is_lost(line: Transcript, at: int, width: int, gaps: _Gaps) -> bool:
    """Tell whether a space before a letter was not read."""
    before, letter = line.letters[at - 1 : at + 1]
    if " " in (before, letter) or before in _OPENING or letter in _CLOSING:
        return False
    if stands_alone(before) != stands_alone(letter):
        is_wide = width >= max(_HEIGHT_CJK * gaps.height, _LETTERS_ALONE * gaps.letters)
        return is_wide and before.isalnum() and letter.isalnum()
    if stands_alone(letter):
        return False
    is_part = _is_number(line, at) or _is_capital(line, at - 1, letter)
    is_space = not is_part and _is_space(float(line.spaces[at]), width, gaps)
    return is_space or _is_wide(width, gaps)


def _is_space(likely: float, width: int, gaps: _Gaps) -> bool:
    """Tell whether a gap is one between words, where a space is so likely."""
    if gaps.spaces:
        least = max(_WORDS * gaps.spaces, _LETTERS * gaps.letters)
        return likely >= _LEAST and width >= least
    least = max(_LETTERS_ALONE * gaps.letters, _HEIGHT_ALONE * gaps.height)
    return likely >= _LEAST_ALONE and width >= least


def _is_wide(width: int, gaps: _Gaps) -> bool:
    """Tell whether a gap is too wide to be one between letters, of a number either."""
    words, letters = _WORDS * gaps.spaces, _LETTERS_WIDE * gaps.letters
    return width >= max(words, letters, _HEIGHT_WIDE * gaps.height)


def _is_vain(line: Transcript, at: int, width: int, gaps: _Gaps) -> bool:
    """Tell whether a space parts a capital from its own word."""
    after = line.letters[at + 1 : at + 2]
    if not after or not _is_capital(line, at - 1, after[0]):
        return False
    if gaps.spaces:
        return width < _NARROW * gaps.spaces
    return width <= _NARROW_ALONE * gaps.widest


def _is_capital(line: Transcript, at: int, after: str) -> bool:
    """Tell whether a letter is a capital at the start of a word that goes on in small ones."""
    is_first = at == 0 or (at > 0 and not line.letters[at - 1].isalpha())
    return at >= 0 and is_first and line.letters[at].isupper() and after.islower()


def _is_number(line: Transcript, at: int) -> bool:
    """Tell whether a letter and the one before it are of one number."""
    around = line.letters[max(at - 2, 0) : at + 2]
    digits = "".join(letter for letter in around if letter not in _POINTS)
    pair = line.letters[at - 1 : at + 1]
    return digits.isdigit() and any(map(str.isdigit, pair)) and len(digits) > 1
