"""Lines that would be drawn over one another though the picture's own do not meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from picture.redraw.arrays import Floats, Mask
from picture.redraw.plan import Plan

# How much smaller than before lines that meet are set, and how often that is tried.
_SMALLER = 0.96
_TRIES = 4

# Boxes that share more than this of the smaller show the same.
_SAME = 0.4

# Lines that meet in the picture share so many pixels at least.
_LEAST_MEETING = 8

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
    letters: dict[int, Mask] = {}

    def drawn_once(plan: Plan) -> Mask:
        if id(plan) not in letters:
            letters[id(plan)] = drawn(plan)
        return letters[id(plan)]

    room = _MOST_PIXELS
    for one, other in _near(plans):
        check()
        room -= _area(one) + _area(other)
        if room < 0:
            break
        allowed = _meeting(one, other, _ink(one), _ink(other))
        # Blur between two lines is no meeting of theirs.
        allowed = allowed if allowed >= _LEAST_MEETING else 0
        for _ in range(_TRIES):
            if _meeting(one, other, drawn_once(one), drawn_once(other)) <= allowed:
                break
            for plan in (one, other):
                plan.size = max(2.0, plan.size * _SMALLER)
                del letters[id(plan)]
        else:
            if _meeting(one, other, drawn_once(one), drawn_once(other)) > allowed:
                _cut_off(one, other, drawn_once(one), drawn_once(other))


def _area(plan: Plan) -> int:
    return (plan.frame.bottom - plan.frame.top) * (plan.frame.right - plan.frame.left)


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
    top = frame.top + plan.baseline + plan.extent.top * plan.size
    bottom = frame.top + plan.baseline + plan.extent.bottom * plan.size
    return np.array([frame.left, top, frame.right, bottom])


def _ink(plan: Plan) -> Mask:
    """Return the picture's own ink on the region of a line's frame, 0 to 255."""
    frame = plan.frame
    if plan.ink is None:
        return np.zeros((frame.bottom - frame.top, frame.right - frame.left), np.uint8)
    return frame.lay(plan.ink.soft & plan.ink.mask)


def _meeting(one: Plan, other: Plan, first: Mask, second: Mask) -> int:
    """Return how many pixels ink on the regions of two lines has in common."""
    shared = _shared(one, other)
    if shared is None:
        return 0
    return int(((first[shared[0]] > _INKED) & (second[shared[1]] > _INKED)).sum())


def _cut_off(one: Plan, other: Plan, first: Mask, second: Mask) -> None:
    """Have the shorter of two lines keep off the other's letters."""
    shared = _shared(one, other)
    if shared is None:
        return
    short, taken, own, theirs = (one, second, shared[0], shared[1])
    if len(one.text) > len(other.text):
        short, taken, own, theirs = (other, first, shared[1], shared[0])
    if short.free is None:
        frame = short.frame
        short.free = np.full((frame.bottom - frame.top, frame.right - frame.left), 255, np.uint8)
    # A pixel more, so that the two do not look like one.
    thick = cv2.dilate(taken, np.ones((3, 3), np.uint8))[theirs]
    short.free[own] &= np.where(thick > 0, 0, 255).astype(np.uint8)


def _shared(one: Plan, other: Plan) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
    """Return where the regions of two lines lie on each other, in the rows and columns of both."""
    a, b = one.frame, other.frame
    left, right = max(a.left, b.left), min(a.right, b.right)
    top, bottom = max(a.top, b.top), min(a.bottom, b.bottom)
    if left >= right or top >= bottom:
        return None
    first, second = (
        (slice(top - f.top, bottom - f.top), slice(left - f.left, right - f.left)) for f in (a, b)
    )
    return first, second
