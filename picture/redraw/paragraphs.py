"""Which lines of a page belong to one paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from picture.redraw.plan import Plan, is_straight

# Lines of one paragraph differ by less than this in size, as they are measured.
_ALIKE = 1.17

# From one baseline to the next, in em.
_LEAST_PITCH = 0.85
_MOST_PITCH = 2.1

# A gap wider than most by this parts two paragraphs.
_WIDER = 1.4

# How far edges that are one may lie apart, and how far a first line may be set in, in em.
_EDGE = 0.7
_INDENT = 3.0


def find_paragraphs(plans: Sequence[Plan]) -> list[list[Plan]]:
    """Return the plans in groups: lines that follow one another in a column, set alike.

    A line that has no such neighbour is a group of its own.
    """
    straight = sorted(filter(is_straight, plans), key=_baseline)
    groups = {id(plan): [plan] for plan in plans}
    baselines = np.array([_baseline(plan) for plan in straight])
    sides = np.array([_sides(plan) for plan in straight]).reshape(-1, 2)
    for number, plan in enumerate(straight):
        reach = baselines[number] + plan.size * np.array([_LEAST_PITCH / _ALIKE, _MOST_PITCH])
        start, end = np.searchsorted(baselines, reach)
        left, right = sides[number]
        over = (sides[start:end, 0] < right) & (sides[start:end, 1] > left)
        below = (straight[start + place] for place in np.flatnonzero(over))
        nearest = next((other for other in below if _follows(plan, other)), None)
        if nearest is None:
            continue
        one, other = groups[id(plan)], groups[id(nearest)]
        if one is not other:
            one.extend(other)
            for member in other:
                groups[id(member)] = one
    found = {id(group): group for group in groups.values()}.values()
    return [part for group in found for part in _parted(group)]


def _parted(group: list[Plan]) -> Iterator[list[Plan]]:
    """Yield the parts of a group that wider gaps than usual set apart."""
    if len(group) < 3:
        yield group
        return
    group = sorted(group, key=_baseline)
    pitches = np.diff([_baseline(plan) for plan in group])
    breaks = np.flatnonzero(pitches > _WIDER * np.median(pitches)) + 1
    for start, end in zip([0, *breaks], [*breaks, len(group)], strict=True):
        yield group[start:end]


def _baseline(plan: Plan) -> float:
    return plan.frame.top + plan.baseline


def _sides(plan: Plan) -> tuple[float, float]:
    """Return from where to where a line reaches on the page."""
    return plan.frame.left + plan.span[0], plan.frame.left + plan.span[1]


def _size(plan: Plan) -> float:
    return plan.size if plan.stature is None else plan.stature.size


def _follows(plan: Plan, below: Plan) -> bool:
    """Tell whether `below` is the next line of the same paragraph."""
    small, large = sorted((_size(plan), _size(below)))
    pitch = _baseline(below) - _baseline(plan)
    if plan.is_cjk is not below.is_cjk or large > _ALIKE * small:
        return False
    if not _LEAST_PITCH * small < pitch < _MOST_PITCH * small:
        return False
    if not (plan.tells_size and below.tells_size) or abs(plan.heaviness - below.heaviness) > 160:
        return False
    left, right = zip(_sides(plan), _sides(below), strict=True)
    shared = min(right) - max(left)
    widths = right[0] - left[0], right[1] - left[1]
    if shared < 0.5 * min(widths):
        return False
    at_left, at_right = abs(left[0] - left[1]), abs(right[0] - right[1])
    in_middle = abs(left[0] + right[0] - left[1] - right[1]) / 2
    is_set_in = at_left < _INDENT * small and min(widths) > 8 * small
    return min(at_left, at_right, in_middle) < _EDGE * small or is_set_in
