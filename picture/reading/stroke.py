"""A straight stroke on a grey picture, and what the picture shows across it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.pieces import Grey

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Bools = NDArray[np.bool_]
Levels = NDArray[np.int16]

FAINT = 14
"""How much darker than the paper on both sides a stroke is, of 255."""

# Where a stroke is cut across. How much its paper differs, of how much darker it is itself.
_CUTS = 48
_SHARES = np.linspace(0, 1, _CUTS)
_SPREAD = 0.6

# In pixels: so far beside a stroke is paper.
_MARGIN = 2

# In heights of a line: so far about a stroke so many lie side by side at most, in most cuts;
# each is at least so dark, of what is darkest.
_HATCHED = 0.8
_PARALLEL = 4
_DARK = 0.4

# In heights of a line: how far from a dashed stroke there is hardly any ink, so dark; of its
# depth so near by, which is at least so much of its usual one: where a dash is.
_BESIDE = 0.15
_INK, _LITTLE = 40, 0.12
_DASH, _ABOUT, _PALE = 0.5, 2.0, 0.5


class Stroke:
    """A stroke from left to right: the places of its middle, in pixels, and how thick it is.

    `inked` is how long the pieces are together that it was put together from.
    """

    def __init__(self, across: Floats, down: Floats, thickness: float, inked: float = 0.0) -> None:
        self.across, self.down, self.thickness, self.inked = across, down, thickness, inked
        self.left, self.right = float(across[0]), float(across[-1])
        self.top, self.low = float(down[0]), float(down[-1])
        self.length = self.right - self.left
        self.slope = (self.low - self.top) / max(self.length, 1.0)

    @property
    def filled(self) -> float:
        """Return how much of it its pieces are."""
        return self.inked / max(self.length, 1.0)

    def level(self, across: float) -> float:
        """Return how far down it is at a place, beyond its ends, too."""
        if across <= self.left:
            return self.top + (across - self.left) * self.slope
        if across >= self.right:
            return self.low + (across - self.right) * self.slope
        return float(np.interp(across, self.across, self.down))

    def levels(self, across: Places | Floats) -> Floats:
        """Return how far down it is at places, beyond its ends, too."""
        beyond = across - np.minimum(np.maximum(across, self.left), self.right)
        return np.asarray(np.interp(across, self.across, self.down) + self.slope * beyond)

    def is_on(self, other: Stroke) -> bool:
        """Tell whether most of it is part of another."""
        start, end = max(self.left, other.left), min(self.right, other.right)
        if end - start < 0.5 * self.length:
            return False
        off = abs(self.level((start + end) / 2) - other.level((start + end) / 2))
        return off <= max(self.thickness, other.thickness) / 2 + 1


def middle_of(values: Floats | Levels, share: float = 0.5) -> float:
    """Return the median of a few values, or what a share is below: ten times as fast as numpy's."""
    at = int(len(values) * share)
    return float(np.partition(values, at)[at])


def depth_along(grey: Grey, across: Places, down: Floats, thickness: float) -> Levels:
    """Return how much darker a stroke is at places than the mean of what is above and below."""
    off = int(thickness / 2) + 3
    above, below, *centre = _rows(grey, across, down, (-off, off, -1, 0, 1))
    darkest = np.minimum(np.minimum(centre[0], centre[1]), centre[2])
    return np.asarray((above + below) // 2 - darkest, np.int16)


def dashes_of(grey: Grey, stroke: Stroke, height: float) -> Bools:
    """Tell of each pixel along a stroke whether ink is there, as dark as about it."""
    depth = depth_along(grey, stroke.across.astype(np.intp), stroke.down, stroke.thickness)
    near = max(round(_ABOUT * height), 1)
    deepest = cv2.blur(cv2.dilate(depth[None], np.ones((1, near), np.uint8)), (near, 1))[0]
    usual = middle_of(depth, 0.9)
    about = np.minimum(np.maximum(deepest, _PALE * usual), usual)
    return np.asarray(depth > np.maximum(_DASH * about, FAINT))


def cuts_across(grey: Grey, stroke: Stroke, height: float) -> Levels:
    """Return a picture's pixels in cuts across a stroke, its own in the middle row."""
    far = round(_HATCHED * height) + _MARGIN
    across = (stroke.left + (stroke.length - 1) * _SHARES).astype(np.intp)
    return _rows(grey, across, stroke.levels(across), range(-far, far + 1))


def thickness_of(cuts: Levels, widest: int) -> float:
    """Return how thick a stroke is: its ink in a cut across it, by that of its middle."""
    beside = len(cuts) // 2 - widest - _MARGIN
    near = cuts[beside : len(cuts) - beside]
    usual = np.partition(near, _CUTS // 2, axis=1)[:, _CUTS // 2]
    middle = widest + 1 + int(usual[widest + 1 : widest + 4].argmin())
    paper = float(np.sort(usual)[-len(usual) // 5])
    inked = ((paper - usual) / max(paper - usual[middle], 1.0)).clip(0, 1)
    edges = np.flatnonzero(np.diff(inked >= 0.5)) + 1
    first = max(edges[edges <= middle], default=1) - 1
    last = min(edges[edges > middle], default=len(usual)) + 1
    return float(inked[first:last].sum())


def is_sharp(cuts: Levels, thickness: float) -> bool:
    """Tell whether the paper on both sides of a stroke is the same, and the same all along."""
    off, middle = int(thickness / 2) + _MARGIN, len(cuts) // 2
    ranked = np.sort(cuts[[middle - off, middle, middle + off]], axis=1)
    above, ink, below = ranked[:, (_CUTS // 4, _CUTS // 2, 3 * _CUTS // 4)].astype(float)
    depth = min(above[1], below[1]) - ink[1]
    spread = max(above[2] - above[0], below[2] - below[0], abs(above[1] - below[1]))
    return bool(spread <= _SPREAD * depth)


def is_hatched(cuts: Levels) -> bool:
    """Tell whether most cuts across a stroke go through many, as in hatching and barcodes."""
    middle = len(cuts) // 2
    lightest, darkest = cuts.max(axis=0), cuts[middle - 1 : middle + 2].min(axis=0)
    inked = lightest - cuts > _DARK * (lightest - darkest)
    edges = np.count_nonzero(inked[1:] != inked[:-1], axis=0)
    return bool(np.median(edges) > 2 * _PARALLEL)


def is_lonely(grey: Grey, stroke: Stroke, height: float) -> bool:
    """Tell whether there is hardly ink right above and below, as there is about letters' feet."""
    off = int(stroke.thickness / 2) + 2
    far = off + max(round(_BESIDE * height), 2)
    beside = _rows(
        grey,
        np.floor(stroke.across).astype(np.intp),
        stroke.down,
        [*range(-far, 1 - off), *range(off, far + 1)],
    )
    paper = middle_of(beside[[0, -1]].reshape(-1), 0.8)
    return bool((paper - beside > _INK).mean() <= _LITTLE)


def _rows(grey: Grey, across: Places, down: Floats, offsets: Sequence[int]) -> Levels:
    """Return a picture's pixels along a stroke, a row for each distance below it."""
    rows = np.floor(down).astype(np.intp) + np.array(offsets)[:, None]
    # Of few numbers np.clip takes three times as long.
    rows = np.minimum(np.maximum(rows, 0), grey.shape[0] - 1)
    return np.asarray(grey[rows, across]).astype(np.int16)
