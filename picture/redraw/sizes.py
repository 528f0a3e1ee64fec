"""The sizes that the lines of one page share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from picture.redraw.arrays import weighted_median
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan, blended_size, fit_size, is_straight, match, settle
from picture.redraw.stature import Stature

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

# The ink of a cell, of which a part has faded, is as wide as letters of its row's size are, to
# this ratio, and wider by more than the second than those of the size it seems to be of.
_AS_WIDE = 1.15
_WIDER = 1.3


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


def size_anew(
    changed: Sequence[Plan],
    plans: Sequence[Plan],
    paragraphs: Sequence[Sequence[Plan]],
    fonts: Fonts,
) -> None:
    """Size lines anew whose letters or ink are others now, in place, and what shares with them."""
    for plan in changed:
        fit_size(plan, fonts)
    if changed:
        share_sizes(plans, paragraphs)
    for plan in changed:
        match(plan, fonts)


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
    """Bring the one cell of a row that seems larger, or smaller, to its neighbours' size.

    A ruled line that touches small text passes for tall letters, and letters of which only
    the lower half is left for small ones. Where most of a row has one size, a single cell
    that is half as large again has not, nor one that is too wide to be smaller.
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
        elif is_even and _is_faded(plan, beside, size):
            middle = float(np.median([p.frame.top + p.baseline for p in beside]))
            plan.stature = Stature(size, middle - plan.frame.top, 0.0)
            plan.size = size


def _is_faded(plan: Plan, beside: Sequence[Plan], size: float) -> bool:
    """Tell whether a cell seems to be smaller than its row only because much of it is gone."""
    widths = [_breadth(other) for other in beside if other.ink is not None]
    if plan.ink is None or len(plan.words) > 1 or len(widths) < 2:
        return False
    own = _breadth(plan) / float(np.median(widths))
    at_row = own * plan.size / size
    return own > _WIDER and 1 / _AS_WIDE < at_row < _AS_WIDE


def _breadth(plan: Plan) -> float:
    """Return how much wider a line's ink is than its letters at their size."""
    width = plan.ink.width if plan.ink is not None else 0.0
    return width / max(1.0, (plan.extent.right - plan.extent.left) * plan.size)


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
