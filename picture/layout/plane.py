"""The boxes of a page turned upright, as arrays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import bidirectional

import numpy as np
from numpy.typing import NDArray
from wcwidth import wcswidth, wcwidth

from picture.page import Line

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]

FARTHEST = 1e6
"""Coordinates beyond this many pixels are taken to be this far, so that no sum overflows."""
STEEPEST = 0.2
"""A line that leans this far from the page's own slope, in radians, stands alone."""
DECIMAL = re.compile(r"(\D{0,3}\d[\d.,' ]{0,20})[.,]\d+\D{0,3}")
"""A number with a decimal point, and what it has before that."""
MOST_PAIRS = 64
"""Boxes looked at above and below each box when its row is sought."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Boxes on an upright page, as arrays of one value a line, in pixels.

    `left` and `right` are the ends of the text, `middle` is its centre's
    distance from the top, `slope` its own fall per pixel to the right. `cells`
    counts terminal columns; `point` is the share of them before a number's decimal
    point, 1 where there is none. `numeric` text is digits for one half or more,
    `vertical` text runs from top to bottom, `stray` text crosses the page at
    an angle of its own.
    """

    texts: list[str]
    cells: NDArray[np.int64]
    left: Floats
    right: Floats
    middle: Floats
    height: Floats
    slope: Floats
    point: Floats
    numeric: Bools
    vertical: Bools
    stray: Bools

    @property
    def body(self) -> Bools:
        """Return which lines run along the page's rows."""
        return ~(self.vertical | self.stray)


def flatten(lines: Sequence[Line]) -> Plane:
    """Return the lines turned upright by their own angles, blank ones left out."""
    texts = [on_one_row(line.text) for line in lines]
    kept = [index for index, text in enumerate(texts) if text]
    quads = np.array([lines[index].box for index in kept], dtype=float).reshape(-1, 4, 2)
    quads = np.clip(np.nan_to_num(quads), -FARTHEST, FARTHEST)
    return _turn_upright([texts[index] for index in kept], quads)


def count_cells(text: str) -> int:
    """Return how many terminal columns a text fills, at least one."""
    if text.isascii() and text.isprintable():
        return max(1, len(text))
    cells = wcswidth(text)
    return max(1, cells if cells >= 0 else sum(max(0, wcwidth(char)) for char in text))


def runs_left(plane: Plane) -> bool:
    """Tell whether most of a page's letters are of scripts written from right to left."""
    kinds = Counter(kind for text in plane.texts for kind in map(bidirectional, text))
    return kinds["R"] + kinds["AL"] > kinds["L"]


def mirror(plane: Plane) -> Plane:
    """Return the plane with left and right exchanged."""
    return replace(plane, left=-plane.right, right=-plane.left, slope=-plane.slope)


def pair_up(plane: Plane) -> tuple[Indices, Indices]:
    """Return pairs of lines that may share a row, the left one first.

    They overlap by half of the lower one's height or more, and stand side by
    side rather than one above the other.
    """
    first, second = _near_pairs(plane.middle, plane.height, plane.body)
    ahead = plane.left[first] + plane.right[first] <= plane.left[second] + plane.right[second]
    left, right = np.where(ahead, first, second), np.where(ahead, second, first)
    apart = plane.left[right] - plane.right[left]
    width = plane.right - plane.left
    beside = apart >= -0.5 * np.minimum(width[left], width[right])
    return left[beside], right[beside]


def on_one_row(text: str) -> str:
    """Return a text without line ends, tabs and blank edges."""
    return " ".join(text.splitlines()).replace("\t", " ").strip()


def _turn_upright(texts: list[str], quads: Floats) -> Plane:
    along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2
    down = (quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]) / 2
    width, height = np.hypot(*along.T), np.hypot(*down.T)
    cells = np.array([count_cells(text) for text in texts], dtype=np.int64)
    vertical = _are_vertical(width, height, cells)
    course = np.where(vertical[:, None], np.stack([down[:, 1], -down[:, 0]], axis=1), along)
    angles = np.arctan2(course[:, 1], course[:, 0])
    skew = weighted_median(angles, np.where(abs(angles) < 1, np.maximum(width, height), 0) ** 2)
    stray = (abs(angles - skew) > STEEPEST) & (np.maximum(width, height) > 2 * height)
    turn = np.array([[np.cos(skew), -np.sin(skew)], [np.sin(skew), np.cos(skew)]])
    corners = quads @ turn
    centres = corners.mean(axis=1)
    left, right = corners[:, (0, 3), 0].mean(axis=1), corners[:, (1, 2), 0].mean(axis=1)
    return Plane(
        texts=texts,
        cells=cells,
        left=np.minimum(left, right),
        right=np.maximum(left, right),
        middle=centres[:, 1],
        height=height,
        slope=np.tan(np.clip(angles - skew, -1, 1)),
        point=np.array([_find_point(text) for text in texts]) / cells,
        numeric=np.array([_is_number(text) for text in texts], dtype=bool),
        vertical=vertical,
        stray=stray & ~vertical,
    )


def _is_number(text: str) -> bool:
    return 2 * sum(map(str.isdigit, text)) >= len(text)


def _find_point(text: str) -> int:
    """Return the cells of a number before its decimal point, those of any other text in all."""
    found = DECIMAL.fullmatch(text)
    return count_cells(found[1]) if found else count_cells(text)


def _are_vertical(width: Floats, height: Floats, cells: NDArray[np.int64]) -> Bools:
    """Tell which boxes hold a column of text rather than one tall letter."""
    tall = height >= 1.5 * width
    usual = np.median(height[~tall]) if (~tall).any() else 0.0
    return tall & (cells > 1) & (height > 1.6 * usual)


def weighted_median(values: Floats, weights: Floats) -> float:
    """Return the value with half of all weight below it, or 0 where nothing weighs."""
    total = weights.sum()
    if total <= 0:
        return 0.0
    order = np.argsort(values)
    middle = np.searchsorted(np.cumsum(weights[order]), total / 2)
    return float(values[order[min(middle, len(values) - 1)]])


def _near_pairs(middle: Floats, height: Floats, body: Bools) -> tuple[Indices, Indices]:
    order = np.flatnonzero(body)[np.argsort(middle[body], kind="stable")]
    heights, middles = height[order], middle[order]
    rank = np.arange(len(order))
    first = np.searchsorted(middles, middles - heights / 2)
    last = np.searchsorted(middles, middles + heights / 2, side="right")
    first, last = np.maximum(first, rank - MOST_PAIRS), np.minimum(last, rank + MOST_PAIRS)
    counts = last - first
    one = np.repeat(rank, counts)
    other = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    # The taller of two finds the lower: each pair comes once.
    once = (heights[one] > heights[other]) | ((heights[one] == heights[other]) & (one < other))
    return order[one[once]], order[other[once]]
