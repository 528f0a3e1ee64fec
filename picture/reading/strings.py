"""Rows of dots with brackets and other signs among them, a sign a step: text of one pitch.

Neither a detector nor a recogniser makes anything of such a row, and as a leader it would
lose its signs.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from picture.page import Line, Quad, Word, reach
from picture.reading.copies import read_copies
from picture.reading.pieces import Pieces
from picture.reading.transcript import FULL, TWINS, Read, Reading

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float64]

# A row has so many dots, and so many signs of a page are looked at.
_FEWEST = 5
_MOST = 256

# In steps: how far ink is from the middle of its own.
_OFF = 0.3

# Of a line's height: how large a dot is, and how high over its dots a sign's middle is.
_DOT = 0.22
_ABOVE, _BELOW = 0.6, 0.15
# Of it as well: so much lower than its dots does a line end.
_LOW = 0.25

# How sure each sign is, which three copies agree on: brackets share with those of a whole
# cell. And how much paper is put beside it, of its height.
_SURE = 0.4
_MARGIN = 0.2
_SURE_DOT = 0.99

# Alone an opening bracket is taken for many a letter, a closing one for none: in the mirror
# each is the other.
_MIRRORED = dict(zip(")}]>", "({[<", strict=True))


@dataclass(frozen=True, slots=True)
class _String:
    """Steps of one length from `first` to `last`, in some of them signs.

    `start` is the middle of step 0, `level` how far down the dots are.
    """

    first: int
    last: int
    start: float
    step: float
    level: float
    signs: Sequence[int]

    def box(self, first: int, last: int, height: float) -> Quad:
        """Return the box of some steps of a line so high."""
        left = self.start + (first - 0.5) * self.step
        right = self.start + (last + 0.5) * self.step
        bottom = self.level + _LOW * height
        top = bottom - height
        return ((left, top), (right, top), (right, bottom), (left, bottom))


def with_strings(lines: Sequence[Line], pixels: Pixels, pieces: Pieces, read: Read) -> list[Line]:
    """Return lines, rows of dots with the signs in their steps; `read` says what crops say."""
    height = pieces.height / pieces.scale
    leaders = [line for line in lines if _is_leader(line)]
    texts = [line for line in lines if any(map(str.isalnum, line.text))]
    ink = _free(pieces.boxes / pieces.scale, texts) if leaders else np.zeros((0, 4))
    made = list(lines)
    for leader in sorted(leaders, key=lambda line: -line.width):
        string = _string(leader, ink, height) if leader in made else None
        line = _read(string, height, pixels, read) if string is not None else None
        if line is not None:
            made = [each for each in made if each in texts or not _is_within(each, line)] + [line]
    return made


def _is_leader(line: Line) -> bool:
    is_dots = set(line.text) <= {".", " "} and len(line.words) == 1
    return is_dots and line.is_level and line.text.count(".") >= _FEWEST


def _free(ink: Boxes, lines: Sequence[Line]) -> Boxes:
    """Return the ink that is no line's."""
    x, y = ((ink[:, :2] + ink[:, 2:]) / 2).T
    free = np.ones(len(ink), bool)
    for line in lines:
        (left, right), (top, bottom) = reach(line.box, (1, 0)), reach(line.box, (0, 1))
        free &= (x < left) | (x > right) | (y < top) | (y > bottom)
    return np.asarray(ink[free])


def _string(leader: Line, ink: Boxes, height: float) -> _String | None:
    """Return the row of dots and signs that a leader is a part of, None where it has no signs."""
    (left, right), (top, bottom) = (reach(leader.words[0].box, way) for way in ((1, 0), (0, 1)))
    count, level, dot = leader.text.count("."), (top + bottom) / 2, bottom - top
    start, step = left + dot / 2, (right - left - dot) / (count - 1)
    middle = (ink[:, 1] + ink[:, 3]) / 2 - level
    row = ink[(middle >= -_ABOVE * height) & (middle <= _BELOW * height)]
    centres = (row[:, 0] + row[:, 2]) / 2
    is_sign = (row[:, 2:] - row[:, :2]).max(axis=1, initial=0.0) > _DOT * height
    # Over a long row a step is known as well as all of its dots tell it.
    for _ in range(2):
        places = (centres - start) / step
        steps = np.round(places).astype(int)
        taken = set(steps.tolist()) - set(steps[abs(places - steps) > _OFF].tolist())
        first, last = _run(taken, count)
        is_in = (steps >= first) & (steps <= last)
        if not taken.issuperset(range(count)):
            return None
        step, start = np.polyfit(steps[is_in & ~is_sign], centres[is_in & ~is_sign], 1).tolist()
    signs = sorted(set(steps[is_in & is_sign].tolist()))
    return _String(first, last, start, step, level, signs) if signs else None


def _run(taken: Container[int], count: int) -> tuple[int, int]:
    """Return the first and the last of the taken steps that the first `count` are among."""
    first, last = 0, count - 1
    while first - 1 in taken:
        first -= 1
    while last + 1 in taken:
        last += 1
    return first, last


def _read(string: _String, height: float, pixels: Pixels, read: Read) -> Line | None:
    """Return a row as a line of one word, None where a sign is in doubt, or a letter beside it."""
    said = _said(string, height, pixels, read)
    if len(said) < len(string.signs):
        return None
    steps = range(string.first, string.last + 1)
    text = "".join(_halved(said[at].text) if at in said else "." for at in steps)
    score = sum(said[at].score if at in said else _SURE_DOT for at in steps) / len(steps)
    box = string.box(string.first, string.last, height)
    return Line(text, score, box, words=(Word(text, score, box),))


def _said(string: _String, height: float, pixels: Pixels, read: Read) -> dict[int, Reading]:
    """Return what signs say, those that are sure, by their steps."""
    signs = string.signs[:_MOST]
    crops = [_cut(pixels, string.box(at, at, height)) for at in signs]
    plain = read_copies(crops, read)
    mirrored = read_copies([np.ascontiguousarray(crop[:, ::-1]) for crop in crops], read)
    said = dict(zip(signs, map(_surer, plain, mirrored), strict=False))
    return {at: reading for at, reading in said.items() if _is_sure(reading)}


def _surer(plain: Reading, mirrored: Reading) -> Reading:
    """Return a sign as it is read, or as its mirror image is if that is a closing bracket."""
    closing = _halved(mirrored.text)
    if closing in _MIRRORED and mirrored.score > plain.score:
        return replace(mirrored, text=_MIRRORED[closing])
    return plain


def _cut(pixels: Pixels, box: Quad) -> Pixels:
    """Return what is in a box between margins of its paper, standing as it does."""
    (left, top), _, (right, bottom), _ = np.clip(np.round(box).astype(int), 0, None)
    sign = pixels[top:bottom, left:right]
    paper = np.median(sign, axis=(0, 1)).astype(np.uint8)
    side = np.broadcast_to(paper, (len(sign), round(_MARGIN * len(sign)), 3))
    return np.concatenate([side, sign, side], axis=1)


def _halved(sign: str) -> str:
    """Return a sign in the width of its step, which no whole cell has."""
    return TWINS[sign] if len(sign) == 1 and sign in FULL else sign


def _is_sure(reading: Reading) -> bool:
    sign = _halved(reading.text)
    is_sign = len(sign) == 1 and sign.isascii() and not sign.isalnum()
    return is_sign and reading.score >= _SURE


def _is_within(line: Line, string: Line) -> bool:
    """Tell whether a line is a part of a row."""
    (left, right), (top, bottom) = reach(string.box, (1, 0)), reach(string.box, (0, 1))
    x, y = (sum(reach(line.box, way)) / 2 for way in ((1, 0), (0, 1)))
    return left <= x <= right and top <= y <= bottom
