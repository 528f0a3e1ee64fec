"""Where a line lies: an upright frame, and how it is laid on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from picture.page import Line
from picture.redraw.arrays import Floats, Mask

Part = tuple[slice, slice]
"""Rows and columns of a region."""

# A free frame is drawn this many times larger, then warped: its edges stay smooth.
SUPERSAMPLING = 2


class Lie(Enum):
    """How a frame lies on the page."""

    STRAIGHT = "straight"
    TURNED = "turned by quarters"
    FREE = "at an angle or in perspective"


@dataclass(frozen=True, slots=True)
class Frame:
    """An upright rectangle of `width` x `height` pixels in which a line is set.

    `corners` are its own corners on the page, clockwise from the frame's top
    left, 4 x 2; `outline` is the line's box, where that does not fill the region:
    the part of the page around the frame, as pixel bounds. `quarters` tells how many
    of them, to the right, the frame is turned on the page.
    """

    lie: Lie
    width: int
    height: int
    corners: Floats
    outline: Floats | None
    left: int
    top: int
    right: int
    bottom: int
    quarters: int = 0

    @property
    def region(self) -> tuple[slice, slice]:
        """Return the rows and columns of the page that the frame can touch."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns the region has."""
        return self.bottom - self.top, self.right - self.left

    def shared(self, other: Frame) -> tuple[Part, Part] | None:
        """Return where two regions lie on each other, in the rows and columns of both."""
        left, right = max(self.left, other.left), min(self.right, other.right)
        top, bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        if left >= right or top >= bottom:
            return None
        own, theirs = (
            (slice(top - f.top, bottom - f.top), slice(left - f.left, right - f.left))
            for f in (self, other)
        )
        return own, theirs

    def inside(self) -> Mask | None:
        """Return a mask of the region that is 255 in the line's box, or None if all of it is."""
        if self.outline is None:
            return None
        mask = np.zeros(self.shape, np.uint8)
        polygon = np.rint(self.outline - (self.left + 0.5, self.top + 0.5)).astype(np.int32)
        cv2.fillConvexPoly(mask, polygon, (255,))
        return mask

    def lift(self, region: Mask) -> Mask:
        """Return the frame's upright view of a picture of its region."""
        if self.lie is Lie.STRAIGHT:
            return region
        if self.lie is Lie.TURNED:
            return np.ascontiguousarray(np.rot90(region, self.quarters))
        size = (self.width, self.height)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        lifted = cv2.warpPerspective(region, self._onto_region(1), size, flags=flags)
        return np.asarray(lifted, np.uint8)

    def lay(self, picture: Mask, scale: int = 1) -> Mask:
        """Return the region with the frame's own picture, `scale` times larger, laid on it."""
        if self.lie is Lie.STRAIGHT:
            return picture
        if self.lie is Lie.TURNED:
            return np.ascontiguousarray(np.rot90(picture, -self.quarters))
        size = (self.right - self.left, self.bottom - self.top)
        laid = cv2.warpPerspective(picture, self._onto_region(scale), size, flags=cv2.INTER_LINEAR)
        return np.asarray(laid, np.uint8)

    @property
    def scale(self) -> int:
        """Return how many times larger than itself the frame is to be drawn."""
        return SUPERSAMPLING if self.lie is Lie.FREE else 1

    def reduced(self, step: int) -> Frame:
        """Return the same frame on its own region made so many times smaller."""
        origin = self.left, self.top
        across, down = -(-(self.right - self.left) // step), -(-(self.bottom - self.top) // step)
        width, height = across, down
        if self.lie is Lie.FREE:
            width, height = max(self.width // step, 1), max(self.height // step, 1)
        elif self.quarters % 2:
            width, height = down, across
        corners = (self.corners - origin) / step
        outline = None if self.outline is None else (self.outline - origin) / step
        return Frame(self.lie, width, height, corners, outline, 0, 0, across, down, self.quarters)

    def _onto_region(self, scale: int) -> Floats:
        """Return the homography from pixel centres of the frame to those of the region."""
        width, height = self.width * scale, self.height * scale
        own = np.array([(0, 0), (width, 0), (width, height), (0, height)]) - 0.5
        laid = self.corners - (self.left + 0.5, self.top + 0.5)
        matrix = cv2.getPerspectiveTransform(own.astype(np.float32), laid.astype(np.float32))
        return np.asarray(matrix, np.float64)


def frame_line(
    line: Line, size: tuple[int, int], *, quarters: int = 0, is_level: bool = False
) -> Frame | None:
    """Return the frame of a line on a page of `size`, or None if none of it is there.

    `quarters` asks for a frame turned so often to the right: by one, its text runs
    from the top of the page down; `is_level` for a straight one where the box is
    only a little askew.
    """
    corners = np.array(line.box, np.float64)
    if not np.isfinite(corners).all():
        return None
    corners = np.clip(corners, (-size[0], -size[1]), (2 * size[0], 2 * size[1]))
    if not _is_clockwise(corners):
        corners = _bounds(corners)
    if is_level and _strays(corners) <= 0.3:
        return _straight(_bounds(corners), corners, size, quarters)
    if _is_straight(corners):
        return _straight(corners, corners, size, quarters)
    return _free(np.roll(corners, -quarters, axis=0), size)


def _is_clockwise(corners: Floats) -> bool:
    """Tell whether four corners make a convex shape that is not mirrored."""
    edges = np.roll(corners, -1, axis=0) - corners
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    return bool((turns > 0).all())


def _bounds(corners: Floats) -> Floats:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _is_straight(corners: Floats) -> bool:
    """Tell whether no edge strays from the page's own axes by more than it would show."""
    edges = np.abs(np.roll(corners, -1, axis=0) - corners)
    stray = max(edges[[0, 2], 1].max(), edges[[1, 3], 0].max())
    return bool(stray <= 1.5 or _strays(corners) <= 0.1)


def _strays(corners: Floats) -> float:
    """Return how far edges stray from the page's own axes, as a share of the line's height."""
    edges = np.abs(np.roll(corners, -1, axis=0) - corners)
    thickness = min(edges[[0, 2], 0].mean(), edges[[1, 3], 1].mean())
    stray = max(edges[[0, 2], 1].max(), edges[[1, 3], 0].max())
    return float(stray / max(1e-6, thickness))


def is_level(lines: Sequence[Line]) -> bool:
    """Tell whether the lines of a page run along its rows, as far as their boxes tell."""
    slopes, weights = [], []
    for line in lines:
        (x, y), (right, lower) = line.box[0], line.box[1]
        if not line.is_vertical and right > x:
            slopes.append((lower - y) / (right - x))
            weights.append(right - x)
    if not slopes:
        return False
    near = np.abs(slopes) < 0.008
    return bool(np.array(weights)[near].sum() > 0.7 * np.sum(weights))


def _straight(corners: Floats, box: Floats, size: tuple[int, int], quarters: int) -> Frame | None:
    left, right = (corners[[0, 3], 0].mean(), corners[[1, 2], 0].mean())
    top, bottom = (corners[[0, 1], 1].mean(), corners[[2, 3], 1].mean())
    region = _clip((left, top, right, bottom), size)
    if region is None:
        return None
    left, top, right, bottom = region
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    outline = box if np.abs(_bounds(box) - box).max() > 1 else None
    sides = (bottom - top, right - left) if quarters % 2 else (right - left, bottom - top)
    lie = Lie.TURNED if quarters else Lie.STRAIGHT
    corners = np.roll(corners, -quarters, axis=0)
    return Frame(lie, *sides, corners, outline, *region, quarters)


def _free(corners: Floats, size: tuple[int, int]) -> Frame | None:
    low, high = corners.min(axis=0), corners.max(axis=0)
    region = _clip((low[0], low[1], high[0], high[1]), size)
    if region is None:
        return None
    edges = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = round((edges[0] + edges[2]) / 2), round((edges[1] + edges[3]) / 2)
    if min(width, height) < 1:
        return None
    return Frame(Lie.FREE, width, height, corners, corners, *region)


def _clip(
    bounds: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """Return whole pixel bounds within the page, or None if nothing is left."""
    left, top = max(0, math.floor(bounds[0])), max(0, math.floor(bounds[1]))
    right, bottom = min(size[0], math.ceil(bounds[2])), min(size[1], math.ceil(bounds[3]))
    return (left, top, right, bottom) if right > left and bottom > top else None
