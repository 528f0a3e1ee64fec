"""Which part of a line's box belongs to the lines around it, and to drawn rules."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from picture.page import Line, Rule
from picture.redraw.arrays import Floats, Mask
from picture.redraw.frame import Frame, Lie
from picture.redraw.runs import is_leader

# Ink that lies beyond a border by more than this share is a neighbour's, and ink
# that lies beyond it by more than the second is of both and is cut there.
_THEIRS = 0.5
_SHARED = 0.1

# Lines whose middles are nearer than this, in heights of the lower, stand in one row.
_ONE_ROW = 0.4


# In pixels: how far a rule's ink strays from where it runs.
_STRAY = 1.0


class Neighbours:
    """The boxes of a page's lines, to tell where one line's ends and another's begins.

    What lies on a level rule of the page is no line's.
    """

    def __init__(self, lines: Sequence[Line], rules: Sequence[Rule] = ()) -> None:
        self._rules = [rule for rule in rules if not rule.is_upright]
        corners = np.array([line.box for line in lines], np.float64).reshape(-1, 4, 2)
        self._low, self._high = corners.min(axis=1), corners.max(axis=1)
        # A row of dashes is flatter than its box: it takes no ink from letters.
        self._is_taking = np.array([not is_leader(line.text) for line in lines], bool)
        self._middle = (self._low + self._high) / 2
        self._sides = self._high - self._low

    def beyond(self, index: int, frame: Frame) -> Mask | None:
        """Return what of a line's region lies nearer to another line, 0 or 255, if any does.

        A line at an angle is cut off by its own outline alone.
        """
        if frame.lie is Lie.FREE:
            return None
        meets = (self._low < self._high[index]) & (self._high > self._low[index])
        others = np.flatnonzero(meets.all(axis=1) & self._is_taking)
        others = others[others != index]
        rules = [rule for rule in self._rules if self._crosses(rule, index)]
        if others.size == 0 and not rules:
            return None
        mask = np.zeros(frame.shape, np.uint8)
        for other in others:
            self._mark(mask, index, int(other), frame)
        for rule in rules:
            _mark_rule(mask, rule, frame)
        return mask if mask.any() else None

    def _crosses(self, rule: Rule, index: int) -> bool:
        (left, top), (right, bottom) = self._low[index], self._high[index]
        ys = rule.start[1], rule.end[1]
        is_beside = rule.end[0] < left or rule.start[0] > right
        return not is_beside and max(ys) >= top and min(ys) <= bottom

    def _mark(self, mask: Mask, index: int, other: int, frame: Frame) -> None:
        """Mark what of the region lies beyond the border to one other line."""
        # 0: the lines stand side by side, 1: one above the other.
        across = int(self._sides[index, 0] >= self._sides[index, 1])
        apart = self._middle[other] - self._middle[index]
        small = min(self._sides[index, across], self._sides[other, across])
        axis = across if abs(apart[across]) > _ONE_ROW * small else 1 - across
        origin = np.array([frame.left, frame.top])
        border = self._border(index, other, axis) - origin[axis]
        low, high = (
            np.rint(side[other] - origin).astype(int).clip(0) for side in (self._low, self._high)
        )
        part = [slice(low[1], high[1]), slice(low[0], high[0])]
        edge = max(0, round(border))
        part[1 - axis] = slice(edge, None) if apart[axis] > 0 else slice(0, edge)
        mask[part[0], part[1]] = 255

    def _border(self, index: int, other: int, axis: int) -> float:
        """Return the middle of what two boxes share, along one axis."""
        first, second = (
            (index, other)
            if self._middle[index, axis] < self._middle[other, axis]
            else (other, index)
        )
        return float(self._high[first, axis] + self._low[second, axis]) / 2


def _mark_rule(mask: Mask, rule: Rule, frame: Frame) -> None:
    """Mark what of the region lies on a rule."""
    start, end = ((round(x - frame.left), round(y - frame.top)) for x, y in (rule.start, rule.end))
    cv2.line(mask, start, end, (255,), max(1, round(rule.thickness + 2 * _STRAY)))


def without_neighbours(mask: Mask, beyond: Mask) -> Mask:
    """Return `mask`, 0 or 255, without the ink of neighbours: what lies beyond the border.

    Letters that reach over it stay whole; those of two lines that touch are cut there.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    theirs = np.bincount(labels[beyond > 0], minlength=count)
    share: Floats = theirs / np.maximum(1, stats[:, cv2.CC_STAT_AREA])
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    at_rim = (left == 0) | (top == 0) | (right == mask.shape[1]) | (bottom == mask.shape[0])
    cut = at_rim & (share > _SHARED)
    keep = share <= _THEIRS
    keep[0] = False
    kept = np.where(keep, np.uint8(255), np.uint8(0))[labels]
    kept[np.asarray(cut[labels]) & (beyond > 0)] = 0
    return np.asarray(kept, np.uint8)
