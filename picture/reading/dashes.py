"""The sign before a line of a list in Chinese or Japanese, as its ink shows it.

Beside letters of a whole cell a recogniser takes a dash of any length for a hyphen, and
passes over the blank behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.page import Line, Quad, Word, reach
from picture.reading.pieces import Pieces
from picture.words import stands_alone

Boxes = NDArray[np.float64]

_DASHES = frozenset("-‐‒–—－")
_SIGNS = _DASHES | frozenset("*＊∗")

# Of its line's height, margins included: how wide a hyphen and an en dash are at most.
_HYPHEN, _EN_DASH = 0.33, 0.6

# Of it as well: how high a dash's ink is at most, how far ink reaches out of its line's
# box, and what gap is a blank.
_FLAT = 0.17
_MARGIN = 0.1
_BLANK = 0.28


def dash_of(width: float) -> str:
    """Return the dash that is so wide, in heights of its line."""
    return "-" if width < _HYPHEN else "–" if width < _EN_DASH else "—"


def with_list_signs(lines: Sequence[Line], pieces: Pieces) -> list[Line]:
    """Return the lines of a picture with the signs before those in Chinese or Japanese."""
    ink = pieces.boxes / pieces.scale
    return [_signed(line, ink) if _is_listed(line) else line for line in lines]


def _is_listed(line: Line) -> bool:
    is_ours = line.is_level and bool(line.words) and not line.reader
    return is_ours and line.text[:1] in _SIGNS and any(map(stands_alone, line.text))


def _signed(line: Line, ink: Boxes) -> Line:
    """Return a line with its first sign as wide as its ink, and the blank behind it."""
    pair = _first_two(line, ink)
    if pair is None:
        return line
    (left, top, right, bottom), after = pair
    sign, rest = line.text[0], line.text[1:]
    if sign in _DASHES:
        if bottom - top > _FLAT * line.height:
            return line
        sign = dash_of((right - left) / line.height)
    is_apart = after - right >= _BLANK * line.height
    own: Quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    text = f"{sign} {rest.lstrip()}" if is_apart else sign + rest
    return replace(line, text=text, words=_words(line.words, sign, own, after, is_apart))


def _first_two(line: Line, ink: Boxes) -> tuple[tuple[float, float, float, float], float] | None:
    """Return the box of a line's first piece of ink, and where the next one begins."""
    (left, right), (top, bottom) = reach(line.box, (1, 0)), reach(line.box, (0, 1))
    margin = _MARGIN * line.height
    middle = (ink[:, 1] + ink[:, 3]) / 2
    is_in = (ink[:, 0] >= left - margin) & (ink[:, 2] <= right + margin)
    own = ink[is_in & (top < middle) & (middle < bottom)]
    if len(own) < 2:
        return None
    first, second = own[np.argsort(own[:, 0])][:2].tolist()
    return tuple(first), second[0]


def _words(
    words: Sequence[Word], sign: str, own: Quad, after: float, is_apart: bool
) -> tuple[Word, ...]:
    """Return words with a sign in place of their first letter, as a word of its own if apart."""
    first, *others = words
    rest = first.text[1:]
    if not rest:
        return Word(sign, first.score, own), *others
    if not is_apart:
        return replace(first, text=sign + rest), *others
    _, right = reach(first.box, (1, 0))
    top, bottom = reach(first.box, (0, 1))
    start = min(after, right - 1)
    box: Quad = ((start, top), (right, top), (right, bottom), (start, bottom))
    return Word(sign, first.score, own), Word(rest, first.score, box), *others
