"""Columns of Chinese and Japanese, read anew with their letters side by side.

Laid on its side a column keeps its letters, but its marks and small kana are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.scripts import FoundLine
from picture.reading.transcript import FULL, HALF, Read, Reading, Transcript
from picture.reading.words import find_words, ink_of
from picture.words import count_letters, stands_alone

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Profile = NDArray[np.float64]

# So many columns of a page are read anew, of so many letters, most of them in cells.
_MOST, _FEWEST, _MOSTLY = 128, 3, 0.6
_TALL = 1.5

# How much less sure the new reading may be, which has marks that are harder than letters.
_LESS, _SURE = 0.12, 0.8

# Letters' ink takes so much of their cells across; where it has less than that of what it has
# at most, other columns reach in.
_INKED = 0.93
_EDGE = 0.08

_HIGHEST = 64  # pixels across a column

# In cells: how long one is along the column, how far apart its letter may be from the next,
# and what it costs to cut through ink all across rather than to have a cell twice as long.
_SHORTEST, _LONGEST = 0.5, 1.4
_APART = 0.8, 1.4
_THROUGH = 2.0

# In cells: the room of a letter in the new row, along it and across.
_ALONG, _ACROSS = 1.1, 1.4

# In cells: stops are so small, in the upper right, and move so far to where rows have them;
# small kana so small, and so far to the right.
_STOP, _STOP_MOVE, _MIDDLE = 0.4, 0.5, 0.5
_SMALL, _SMALL_MOVE, _RIGHT = 0.8, 0.1, 0.025

# In cells: brackets are thicker than the stroke of a one, so flat and so wide; long marks so
# slender, of their height, and so high. An exclamation mark has two parts.
_LINE, _FLAT, _WIDE = 0.16, 0.42, 0.5
_SLENDER, _HIGH = 0.3, 0.6
_PARTS = 2

_TO_FULL = str.maketrans(HALF, FULL)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column lying on its left side, its ink, the ends of its cells and their side."""

    lying: Pixels
    ink: Mask
    paper: tuple[float, ...]
    spans: list[tuple[int, int]]
    top: int
    side: float


def with_columns(lines: Sequence[FoundLine], read: Read) -> None:
    """Read the columns of a page with their letters side by side; `read` says what crops say."""
    chosen = [line for line in lines if _is_column(line)][:_MOST]
    columns = [(line, column) for line in chosen if (column := _column(line)).spans]
    rows = [_row(column) for _, column in columns]
    for (line, column), said in zip(columns, read(rows) if rows else (), strict=False):
        reading = _placed(said, column)
        if _is_better(reading, line.reading):
            line.reading = reading


def _is_column(line: FoundLine) -> bool:
    """Tell whether a line runs downwards, most of it in Chinese or Japanese."""
    reading = line.reading
    is_tall = not line.is_level and line.length >= _TALL * line.height
    alone = sum(map(stands_alone, reading.text))
    is_said = alone >= max(_FEWEST, _MOSTLY * count_letters(reading.text))
    return is_tall and reading.is_ours and is_said


def _column(line: FoundLine) -> _Column:
    lying = _at_most(line.crop())
    ink = ink_of(lying)
    across = ink.mean(axis=1)
    inked = np.flatnonzero(across >= _EDGE * across.max())
    low, high = int(inked[0]), int(inked[-1]) + 1
    side = _side(line.reading, ink.shape[1], (high - low) / _INKED)
    top = max(round((low + high - _ALONG * side) / 2), 0)
    paper = tuple(np.median(lying[~ink], axis=0).tolist())
    return _Column(lying, ink, paper, _cells(ink.sum(axis=0) / side, side), top, side)


def _at_most(lying: Pixels) -> Pixels:
    """Return a column no larger than it is read at: what is more only takes time."""
    scale = _HIGHEST / lying.shape[0]
    if scale >= 1:
        return lying
    size = max(round(scale * lying.shape[1]), 1), _HIGHEST
    return np.asarray(cv2.resize(lying, size, interpolation=cv2.INTER_AREA), np.uint8)


def _side(reading: Reading, length: int, side: float) -> float:
    """Return how far apart the letters of a column are, `side` where nothing tells."""
    middles = np.array([(word.area[0] + word.area[2]) / 2 * length for word in reading.words])
    gaps = np.diff(middles)
    # Where letters were passed over a gap is two or three steps.
    steps = gaps / np.maximum(np.round(gaps / side), 1)
    usual = steps[(steps >= _APART[0] * side) & (steps <= _APART[1] * side)]
    return float(np.median(usual)) if len(usual) else side


def _cells(profile: Profile, step: float) -> list[tuple[int, int]]:
    """Return from where to where the letters of a column reach, cut where there is least ink."""
    inked = np.flatnonzero(profile)
    if not len(inked):
        return []
    beyond = round(step)
    first, last = int(inked[0]) + beyond, int(inked[-1]) + beyond
    through = _THROUGH * np.pad(profile, beyond)
    lengths = np.arange(max(round(_SHORTEST * step), 1), round(_LONGEST * step) + 1)
    odd = ((lengths - step) / step) ** 2
    cost = np.where(np.arange(len(through)) <= first, 0.0, np.inf)
    before = np.zeros(len(through), int)
    for end in range(first + 1, len(through)):
        starts = end - lengths[lengths <= end]
        costs = cost[starts] + odd[: len(starts)]
        best = int(costs.argmin())
        cost[end], before[end] = costs[best] + through[end], starts[best]
    cuts = [last + 1 + int(cost[last + 1 :].argmin())]
    while cuts[-1] > first:
        cuts.append(int(before[cuts[-1]]))
    edges = np.clip(np.array(cuts[::-1]) - beyond, 0, len(profile)).tolist()
    return [(start, end) for start, end in pairwise(edges) if profile[start:end].any()]


def _row(column: _Column) -> Pixels:
    """Return a column's letters side by side, each upright."""
    high = max([round(_ACROSS * column.side), *(end - start for start, end in column.spans)])
    return np.concatenate([_cell(column, start, end, high) for start, end in column.spans], axis=1)


def _cell(column: _Column, start: int, end: int, high: int) -> Pixels:
    """Return a letter as rows have it: marks of columns stand otherwise in their cells."""
    across = slice(column.top, column.top + round(_ALONG * column.side))
    letter = np.rot90(column.lying[across, start:end], -1)
    ink = np.rot90(column.ink[across, start:end], -1)
    wide = letter.shape[1]
    if _is_turned(ink, column.side):
        letter = np.rot90(letter)
    cell = _padded(letter, high, wide, column.paper)
    if _is_stop(ink, column.side):
        return _moved(cell, _STOP_MOVE, column.side)
    return _moved(cell, _SMALL_MOVE, column.side) if _is_small(ink, column.side) else cell


def _moved(cell: Pixels, part: float, side: float) -> Pixels:
    """Return a letter moved to the lower left by so much of a cell."""
    return np.roll(cell, (round(part * side), -round(part * side)), (0, 1))


def _padded(letter: Pixels, high: int, wide: int, paper: Sequence[float]) -> Pixels:
    """Return a letter in the middle of so much room, or what of it has room there."""
    top, left = (letter.shape[0] - high) // 2, (letter.shape[1] - wide) // 2
    seen = letter[max(top, 0) : max(top, 0) + high, max(left, 0) : max(left, 0) + wide]
    above, before = max(-top, 0), max(-left, 0)
    below, behind = high - above - seen.shape[0], wide - before - seen.shape[1]
    sides = above, below, before, behind
    border = cv2.BORDER_CONSTANT
    padded = cv2.copyMakeBorder(np.ascontiguousarray(seen), *sides, border, value=paper)
    return np.asarray(padded, np.uint8)


def _bounds(ink: Mask, side: float) -> tuple[float, float, float, float]:
    """Return a letter's width and height, and its middle from the left and the top, in cells."""
    x, y = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(x):
        return 0.0, 0.0, 0.0, 0.0
    wide, high = x[-1] - x[0] + 1, y[-1] - y[0] + 1
    return wide / side, high / side, (x[0] + x[-1]) / 2 / side, (y[0] + y[-1]) / 2 / side


def _is_stop(ink: Mask, side: float) -> bool:
    """Tell whether a cell holds a comma or full stop, which rows have in the lower left."""
    wide, high, x, y = _bounds(ink, side)
    return max(wide, high) <= _STOP and x > _MIDDLE and y < _MIDDLE


def _is_small(ink: Mask, side: float) -> bool:
    """Tell whether a letter is a small one of kana, which rows have lower and farther left."""
    wide, high, x, _ = _bounds(ink, side)
    return max(wide, high) <= _SMALL and x - ink.shape[1] / side / 2 >= _RIGHT


def _is_turned(ink: Mask, side: float) -> bool:
    """Tell whether a cell holds a bracket, a dash or the like, which lie in columns."""
    wide, high, _, _ = _bounds(ink, side)
    is_bracket = wide >= _WIDE and _LINE < high <= _FLAT
    filled = ink.any(axis=1)
    parts = np.count_nonzero(np.diff(filled.astype(np.int8), prepend=0) == 1)
    is_dash = high >= _HIGH and wide <= _SLENDER * high and parts != _PARTS
    return is_bracket or is_dash


def _placed(said: Reading, column: _Column) -> Reading:
    """Return what a row says, its words where they are in the column."""
    count = len(column.spans)
    starts, ends = np.array(column.spans, float).reshape(-1, 2).T / column.lying.shape[1]
    letters: list[str] = []
    scores: list[float] = []
    centres: list[float] = []
    for word in said.words:
        text = word.text if any(map(str.isalnum, word.text)) else word.text.translate(_TO_FULL)
        left, _, right, _ = word.area
        for number, letter in enumerate(text):
            at = (left + (right - left) * (number + 0.5) / len(text)) * count
            cell = min(max(int(at), 0), count - 1)
            letters.append(letter)
            scores.append(word.score)
            centres.append(starts[cell] + (at - cell) * (ends[cell] - starts[cell]))
    line = Transcript(tuple(letters), np.array(scores, np.float32), np.array(centres))
    words = find_words(column.ink, line)
    return replace(said, text=line.text, words=words, number=None, western=None, widths=())


def _is_better(reading: Reading, before: Reading) -> bool:
    """Tell whether a reading has all letters of the one before and is about as sure."""
    has_all = count_letters(reading.text) >= count_letters(before.text)
    return has_all and reading.score >= max(_SURE, before.score - _LESS)
