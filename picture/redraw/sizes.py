"""The sizes that the lines of one page share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from picture.redraw.arrays import weighted_median
from picture.redraw.plan import Plan, blended_size, is_straight, settle

# Sizes that are one lie within this ratio of one another: as measured on little text, by
# how clear the picture is, and on paragraphs of so many letters; and so near to those,
# little text follows them.
_LEAST_FAMILY = 1.05
_UNKNOWN = 1.08
_FAMILY = 1.16
_STRAYS = 5.0
_SAME_SIZE = 1.04
_SURE = 60
_NEAR_SURE = 1.06

# From so many lines on the design of letters shows, and no design reaches further than
# this beyond ours.
_MANY = 6
_REACH = 1.15

# A cell that is so much larger than the others of its row is as large as they are: more
# where its ink is not like its letters. Cells this near in height, in em, are of one row.
_MISTAKEN = 1.8
_UNLIKE = 3.5
_ONE_ROW = 0.3


def share_sizes(plans: Sequence[Plan], paragraphs: Sequence[Sequence[Plan]]) -> None:
    """Give lines the sizes they share, in place, and stand them on their ink."""
    _guess_sizes(plans)
    for paragraph in paragraphs:
        if len(paragraph) > 1:
            _set_size([paragraph], _common_size([paragraph]))
    for is_kind in (lambda p: p.is_cjk, lambda p: not p.is_cjk):
        _share_sizes([group for group in paragraphs if is_kind(group[0])])
    _follow_rows([plan for plan in plans if is_straight(plan)])
    for plan in plans:
        settle(plan)


def _guess_sizes(plans: Sequence[Plan]) -> None:
    """Size the lines whose ink does not tell by how the others fill their boxes."""
    for column in (True, False):
        kind = [plan for plan in plans if plan.is_column is column]
        telling = [plan.size / _thickness(plan) for plan in kind if plan.tells_size]
        if len(telling) < 3:
            continue
        share = float(np.median(telling))
        for plan in kind:
            if not plan.tells_size and plan.ink is None:
                plan.size = share * _thickness(plan)


def _thickness(plan: Plan) -> float:
    return plan.frame.width if plan.is_column else plan.frame.height


def _share_sizes(paragraphs: Sequence[Sequence[Plan]]) -> None:
    """Give paragraphs, and lines that stand alone, of about one size the same.

    Much text tells its size surely: little text follows it where that is near.
    """
    telling = [group for group in paragraphs if group[0].tells_size]
    sure = [group for group in telling if len(group) > 1 and _length(group) >= _SURE]
    found = []
    for family in _families(sure, lambda group: group[0].size, _SAME_SIZE):
        found.append((_common_size(family), sum(map(_length, family))))
        _set_size(family, found[-1][0])
    others = [group for group in telling if group not in sure]
    window = _window(telling)
    for family in _families(others, _spread, window, 1 + 0.75 * (window - 1)):
        size = even_size(family)
        near = [each for each in found if 1 / _NEAR_SURE < each[0] / size < _NEAR_SURE]
        _set_size(family, max(near, key=lambda each: each[1])[0] if near else size)


def _spread(group: Sequence[Plan]) -> float:
    """Return the size that the spread of the ink tells, which heeds no tails of letters."""
    statures = [plan.stature.size for plan in group if plan.stature is not None]
    return float(np.median(statures)) if statures else group[0].size


def even_size(groups: Sequence[Sequence[Plan]]) -> float:
    """Return one size for lines, told by how their ink spreads and how far most reach beyond.

    Letters of another design than ours have other tails: lines with and without them
    would come out in two sizes.
    """
    known = [(plan, plan.stature) for group in groups for plan in group if plan.stature is not None]
    if len(known) < _MANY:
        return _common_size(groups)
    lengths = np.array([len(plan.text) for plan, _ in known])
    ratios = np.array([blended_size(plan.spanned / stature.size, 1.0) for plan, stature in known])
    reach = float(np.clip(weighted_median(ratios, lengths), 1 / _REACH, _REACH))
    return reach * weighted_median(np.array([stature.size for _, stature in known]), lengths)


def _window(paragraphs: Sequence[Sequence[Plan]]) -> float:
    """Return within which ratio sizes may be one: by how they vary where they surely are."""
    strays = []
    for paragraph in paragraphs:
        sizes = np.log([plan.stature.size for plan in paragraph if plan.stature is not None])
        if len(sizes) > 1:
            strays += np.abs(sizes - np.median(sizes)).tolist()
    if len(strays) < _MANY:
        return _UNKNOWN
    return float(np.clip(np.exp(_STRAYS * np.mean(strays)), _LEAST_FAMILY, _FAMILY))


def _length(group: Sequence[Plan]) -> int:
    return sum(len(plan.text) for plan in group)


def _common_size(groups: Sequence[Sequence[Plan]]) -> float:
    plans = [plan for group in groups for plan in group]
    sizes = np.array([plan.size for plan in plans])
    return weighted_median(sizes, np.array([len(plan.text) for plan in plans]))


def _set_size(groups: Sequence[Sequence[Plan]], size: float) -> None:
    for group in groups:
        for plan in group:
            plan.size = size


def _follow_rows(plans: Sequence[Plan]) -> None:
    """Bring the one large cell of a row down to its neighbours' size.

    A ruled line that touches small text passes for tall letters. Where most of a
    row has one size, a single cell that is half as large again has not.
    """
    ordered = sorted(plans, key=_middle)
    middles = np.array([_middle(plan) for plan in ordered])
    for number, plan in enumerate(ordered):
        reach = _ONE_ROW * plan.size
        start, end = np.searchsorted(middles, (middles[number] - reach, middles[number] + reach))
        beside = [p for p in ordered[start:end] if p is not plan and _is_beside(plan, p)]
        if len(beside) < 3:
            continue
        sizes = [p.size for p in beside]
        size = float(np.median(sizes))
        is_even = max(sizes) < _FAMILY * min(sizes)
        most = _MISTAKEN if plan.stature is not None else _UNLIKE
        if is_even and _FAMILY * size < plan.size < most * size:
            plan.size = size
            plan.heaviness = float(np.median([p.heaviness for p in beside]))


def _is_beside(plan: Plan, other: Plan) -> bool:
    return abs(_middle(plan) - _middle(other)) < _ONE_ROW * min(plan.size, other.size)


def _middle(plan: Plan) -> float:
    return plan.frame.top + plan.frame.height / 2


def _families(
    groups: Sequence[Sequence[Plan]],
    value: Callable[[Sequence[Plan]], float],
    window: float,
    reach: float = 1.0,
) -> Iterator[list[Sequence[Plan]]]:
    """Yield groups whose sizes lie close together, from the most common size outwards.

    What lies within `reach` of the middle of a window goes with it.
    """
    left = sorted(groups, key=value)
    while left:
        sizes = np.array([value(group) for group in left])
        ends = np.searchsorted(sizes, sizes * window, side="right")
        lengths = np.array([_length(group) for group in left])
        totals = np.concatenate([[0], np.cumsum(lengths)])
        start = int(np.argmax(totals[ends] - totals[: len(sizes)]))
        end = int(ends[start])
        middle = weighted_median(sizes[start:end], lengths[start:end])
        start = min(start, int(np.searchsorted(sizes, middle / reach)))
        end = max(end, int(np.searchsorted(sizes, middle * reach, side="right")))
        yield left[start:end]
        left = left[:start] + left[end:]
