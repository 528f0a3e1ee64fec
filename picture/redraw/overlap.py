"""Lines that would be drawn over one another though the picture's own do not meet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from picture.redraw.arrays import Floats, Mask
from picture.redraw.plan import Plan

# How much smaller than before lines that meet are set, and how often that is tried.
_SMALLER = 0.96
_TRIES = 4

# How much further bold letters reach, in em.
_BOLDER = 0.04

# Boxes that share more than this of the smaller show the same.
_SAME = 0.4

# Lines that meet in the picture share so much of their ink at least.
_LEAST_MEETING = 0.03

# Pixels of lines that are looked at: boxes all over one another would never end.
_MOST_PIXELS = 16_000_000

# From here on a pixel counts as ink.
_INKED = 127


def part_lines(
    plans: Sequence[Plan], drawn: Callable[[Plan], Mask], check: Callable[[], None]
) -> None:
    """Keep every line off the ink of the others, in place, where the picture does so.

    `drawn` gives the letters of a line on the region of its frame, 0 to 255. Both lines are
    set smaller first; what still meets then is cut off the shorter. `check` is called
    between lines and may raise to stop the work.
    """
    letters = _Letters(drawn)
    pairs = []
    for one, other in _within_reason(_near(plans)):
        check()
        inks = _ink(one), _ink(other)
        allowed = _meeting(one, other, *inks)
        least = _LEAST_MEETING * min(np.count_nonzero(ink > _INKED) for ink in inks)
        # A stroke that lies between two lines is no meeting of theirs.
        pairs.append((one, other, allowed if allowed >= least else 0))
    for one, other, allowed in pairs:
        check()
        for _ in range(_TRIES):
            if letters.meeting(one, other) > allowed:
                letters.shrink(one)
                letters.shrink(other)
    # Lines that were set smaller after they were looked at may meet again.
    for one, other, allowed in pairs:
        check()
        if letters.meeting(one, other) > allowed:
            letters.cut_off(one, other)


class _Letters:
    """The letters of lines, drawn when they are first asked for."""

    def __init__(self, draw: Callable[[Plan], Mask]) -> None:
        self._draw = draw
        self._drawn: dict[int, Mask] = {}

    def of(self, plan: Plan) -> Mask:
        if id(plan) not in self._drawn:
            self._drawn[id(plan)] = self._draw(plan)
        return self._drawn[id(plan)]

    def meeting(self, one: Plan, other: Plan) -> int:
        return _meeting(one, other, self.of(one), self.of(other))

    def shrink(self, plan: Plan) -> None:
        plan.size = max(2.0, plan.size * _SMALLER)
        self._drawn.pop(id(plan), None)

    def cut_off(self, one: Plan, other: Plan) -> None:
        _cut_off(one, other, self.of(one), self.of(other))
        self._drawn.clear()


def _within_reason(pairs: Iterator[tuple[Plan, Plan]]) -> Iterator[tuple[Plan, Plan]]:
    """Yield pairs of lines until they are too many to be looked at."""
    room = _MOST_PIXELS
    for one, other in pairs:
        room -= _area(one) + _area(other)
        if room < 0:
            return
        yield one, other


def _area(plan: Plan) -> int:
    return math.prod(plan.frame.shape)


def _near(plans: Sequence[Plan]) -> Iterator[tuple[Plan, Plan]]:
    """Yield pairs of lines whose letters may reach each other."""
    boxes = np.array([_bounds(plan) for plan in plans]).reshape(-1, 4)
    order = np.argsort(boxes[:, 1])
    tops = boxes[order, 1]
    for place, first in enumerate(order):
        end = int(np.searchsorted(tops, boxes[first, 3]))
        for second in order[place + 1 : end]:
            if _is_beside(boxes[first], boxes[second]):
                yield plans[first], plans[second]


def _is_beside(one: Floats, other: Floats) -> bool:
    """Tell whether boxes overlap, but not by so much that they are of one and the same ink."""
    shared = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    if shared.min() <= 0:
        return False
    least = min(np.prod(one[2:] - one[:2]), np.prod(other[2:] - other[:2]))
    return bool(np.prod(shared) < _SAME * least)


def _bounds(plan: Plan) -> Floats:
    """Return left, top, right and bottom of what a line can be drawn on, on the page."""
    frame = plan.frame
    if plan.is_column or frame.quarters or frame.outline is not None:
        return np.array([frame.left, frame.top, frame.right, frame.bottom], np.float64)
    # Bold letters reach a little further than those that were measured.
    top = frame.top + plan.baseline + (plan.extent.top - _BOLDER) * plan.size - 1
    bottom = frame.top + plan.baseline + (plan.extent.bottom + _BOLDER) * plan.size + 1
    return np.array([frame.left, top, frame.right, bottom])


def _ink(plan: Plan) -> Mask:
    """Return the picture's own ink on the region of a line's frame, 0 to 255."""
    frame = plan.frame
    if plan.ink is None:
        return np.zeros(frame.shape, np.uint8)
    return frame.lay(plan.ink.soft & plan.ink.mask)


def _meeting(one: Plan, other: Plan, first: Mask, second: Mask) -> int:
    """Return how many pixels ink on the regions of two lines has in common."""
    shared = one.frame.shared(other.frame)
    if shared is None:
        return 0
    return int(((first[shared[0]] > _INKED) & (second[shared[1]] > _INKED)).sum())


def _cut_off(one: Plan, other: Plan, first: Mask, second: Mask) -> None:
    """Have the shorter of two lines keep off the other's letters."""
    shared = one.frame.shared(other.frame)
    if shared is None:
        return
    short, taken, own, theirs = (one, second, shared[0], shared[1])
    if len(one.text) > len(other.text):
        short, taken, own, theirs = (other, first, shared[1], shared[0])
    if short.free is None:
        short.free = np.full(short.frame.shape, 255, np.uint8)
    # A pixel more, so that the two do not look like one.
    thick = cv2.dilate(taken, np.ones((3, 3), np.uint8))[theirs]
    short.free[own] &= np.where(thick > 0, 0, 255).astype(np.uint8)
