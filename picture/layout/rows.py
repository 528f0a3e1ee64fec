"""Rows of the page: which lines stand side by side, and how far apart rows are."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

import numpy as np

from picture.layout.plane import Floats, Indices, Plane, pair_up

CLOSE = 2.0
"""Rows no further apart than so many heights belong together."""
LEVEL = 0.3
"""Heights between lines of one row at most: a cell's lines stand half a row off its neighbour's."""
SPREAD = 0.5
"""Heights from the highest to the lowest line of a row at most: lines half a row apart chain."""
MOST_BLANK = 8
"""Blank lines between two rows at most, however far apart they are."""


# From where to where, in pixels; and so of a line, with its number.
Reach = tuple[float, float]
Span = tuple[float, float, int]


@dataclass(frozen=True, slots=True)
class Row:
    """Lines side by side, by index from left to right, with `blank` empty rows above."""

    members: tuple[int, ...]
    middle: float
    height: float
    vertical: bool = False
    blank: int = 0


def group_rows(plane: Plane) -> list[Row]:
    """Return the rows of a page from top to bottom; no line is in two of them."""
    rows = [make_row(plane, members) for members in _join(plane)]
    rows.sort(key=lambda row: row.middle)
    return space_rows(_insert_columns(rows, plane))


def space_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with blank ones above them in proportion to the gap."""
    height = _usual_height(rows)
    pitch = _measure_pitch(rows, height)
    spaced = list(rows[:1])
    for above, row in pairwise(rows):
        spaced.append(replace(row, blank=_count_blank(above, row, pitch, height)))
    return spaced


def _measure_pitch(rows: Sequence[Row], height: float) -> float:
    """Return the usual distance from one row to the next, in pixels."""
    gaps = np.diff([row.middle for row in rows if not row.vertical])
    usual = gaps[(gaps > 0.6 * height) & (gaps < 1.75 * height)]
    return float(np.median(usual)) if len(usual) else 1.2 * height


def make_row(plane: Plane, members: Sequence[int]) -> Row:
    """Return lines as a row, sorted from left to right."""
    ranked = sorted(members, key=lambda index: plane.left[index] + plane.right[index])
    middle = fmean(plane.middle[index] for index in ranked)
    height = median(plane.height[index] for index in ranked)
    return Row(tuple(ranked), middle, float(height))


def _join(plane: Plane) -> list[list[int]]:
    """Join lines into rows, the surest pairs first, never two above one another."""
    home = {index: _Group(plane, index) for index in np.flatnonzero(~plane.vertical).tolist()}
    left, right = pair_up(plane)
    cost = _unlikeness(plane, left, right)
    order = np.argsort(cost, kind="stable")
    order = order[cost[order] <= LEVEL]
    for one, other in zip(left[order].tolist(), right[order].tolist(), strict=True):
        small, large = sorted((home[one], home[other]), key=len)
        if small is not large and large.may_take(small):
            large.take(small)
            home.update(dict.fromkeys(small.members, large))
    return [group.members for group in dict.fromkeys(home.values())]


class _Group:
    """Lines of one row, and what tells whether others are of it."""

    def __init__(self, plane: Plane, index: int) -> None:
        middle, height = float(plane.middle[index]), float(plane.height[index])
        self._spans = [(float(plane.left[index]), float(plane.right[index]), index)]
        self._heights = [height]
        self._middles = middle, middle
        self._feet = middle + height / 2, middle + height / 2

    def __len__(self) -> int:
        return len(self._spans)

    @property
    def members(self) -> list[int]:
        """Return the lines from left to right."""
        return [index for _, _, index in self._spans]

    def may_take(self, others: _Group) -> bool:
        """Tell whether fewer lines stand beside these and as high."""
        return self._is_level(others) and all(map(self._has_room, others._spans))

    def take(self, others: _Group) -> None:
        """Make fewer lines a part of these."""
        for span in others._spans:
            insort(self._spans, span)
        for height in others._heights:
            insort(self._heights, height)
        self._middles, self._feet = self._wider(others)

    def _is_level(self, others: _Group) -> bool:
        """Tell whether all are of one row by their centres or by their base line."""
        spread = min(highest - lowest for lowest, highest in self._wider(others))
        if spread <= SPREAD * min(self._heights[0], others._heights[0]):
            return True
        return spread <= SPREAD * median(self._heights + others._heights)

    def _wider(self, others: _Group) -> tuple[Reach, Reach]:
        """Return from where to where the centres of all lines lie, and their base lines."""
        middles = (
            min(self._middles[0], others._middles[0]),
            max(self._middles[1], others._middles[1]),
        )
        feet = min(self._feet[0], others._feet[0]), max(self._feet[1], others._feet[1])
        return middles, feet

    def _has_room(self, span: Span) -> bool:
        """Tell whether a line is above none of those that it would stand between."""
        at = bisect(self._spans, span)
        return not any(
            _is_above(*sorted((span, near))) for near in self._spans[max(at - 1, 0) : at + 1]
        )


def _is_above(span: Span, after: Span) -> bool:
    """Tell whether a line reaches over half of the one after it, or over half of itself."""
    narrow = min(span[1] - span[0], after[1] - after[0])
    return span[1] - after[0] > 0.5 * narrow


def _unlikeness(plane: Plane, left: Indices, right: Indices) -> Floats:
    """Return how far two lines are from one row, in heights of the lower one."""
    low = np.maximum(np.minimum(plane.height[left], plane.height[right]), 1e-6)
    feet = plane.middle + plane.height / 2
    between = abs(plane.middle[left] - plane.middle[right])
    # Letters of two sizes stand on one base line rather than on one centre.
    below = 1.2 * abs(feet[left] - feet[right])
    apart = np.maximum(plane.left[right] - plane.right[left], 0)
    cost: Floats = np.minimum(between, below) / low + 0.05 * apart / (1e-6 + apart.max(initial=0))
    return cost


def _insert_columns(rows: list[Row], plane: Plane) -> list[Row]:
    """Put vertical text before the first row that begins no higher than it does.

    Where it is little, as beside a table, it does not part rows that belong together.
    """
    placed = list(rows)
    is_little = 2 * plane.cells[plane.vertical].sum() < plane.cells.sum()
    for block in reversed(_stack_columns(plane)):
        top = min(plane.middle[index] - plane.height[index] / 2 for index in block)
        place = next((at for at, row in enumerate(placed) if row.middle >= top), len(placed))
        while is_little and 0 < place < len(placed) and _are_close(*placed[place - 1 : place + 1]):
            place -= 1
        placed[place:place] = [_column(plane, index) for index in block]
    return placed


def _are_close(above: Row, row: Row) -> bool:
    if above.vertical or row.vertical:
        return False
    return row.middle - above.middle < CLOSE * max(above.height, row.height)


def _stack_columns(plane: Plane) -> list[list[int]]:
    """Return blocks of vertical lines from top to bottom, each read from right to left."""
    lines = np.flatnonzero(plane.vertical)
    top = plane.middle - plane.height / 2
    blocks: list[list[int]] = []
    lowest = -np.inf
    for index in lines[np.argsort(top[lines], kind="stable")].tolist():
        if top[index] > lowest - 0.3 * plane.height[index]:
            blocks.append([])
        blocks[-1].append(index)
        lowest = max(lowest, top[index] + plane.height[index])
    for block in blocks:
        block.sort(key=lambda index: -plane.right[index])
    return blocks


def _column(plane: Plane, index: int) -> Row:
    width = float(plane.right[index] - plane.left[index])
    return Row((index,), float(plane.middle[index]), width, vertical=True)


def _count_blank(above: Row, row: Row, pitch: float, height: float) -> int:
    if above.vertical or row.vertical:
        return int(above.vertical != row.vertical)
    # Rows of large print lie farther apart without a blank one between them.
    expected = pitch * (above.height + row.height) / (2 * max(height, 1e-6))
    extra = row.middle - above.middle - expected
    return min(max(round(extra / max(min(pitch, expected), 1e-6)), 0), MOST_BLANK)


def _usual_height(rows: Sequence[Row]) -> float:
    heights = [row.height for row in rows if not row.vertical]
    return float(np.median(heights)) if heights else 0.0
