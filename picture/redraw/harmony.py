"""What the lines of one page share: sizes, weights, baselines, colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from picture.redraw.families import share_families
from picture.redraw.fonts import Fonts
from picture.redraw.paragraphs import find_paragraphs
from picture.redraw.plan import Plan, is_straight, match, settle, weigh
from picture.redraw.typefaces import BOLD, REGULAR

# Sizes that are one lie within this ratio of one another: as measured on little text,
# and on paragraphs of so many letters; and so near to those, little text follows them.
_FAMILY = 1.16
_SAME_SIZE = 1.04
_SURE = 60
_NEAR_SURE = 1.08
_MISTAKEN = 1.8
_SAME_COLOR = 10.0

# Heaviness that is this near to most lines' of about one size is no emphasis;
# that of a letter or two is measured less surely.
_NEAR_SIZE = 1.25
_NO_EMPHASIS = 110.0
_NO_EMPHASIS_SHORT = 300.0


def harmonise(
    plans: Sequence[Plan], fonts: Fonts, check: Callable[[], None] = lambda: None
) -> None:
    """Give lines that belong together one size, family, weight, baseline and colour, in place.

    `check` is called between lines and may raise to stop the work.
    """
    _guess_sizes(plans)
    paragraphs = find_paragraphs(plans)
    for paragraph in paragraphs:
        if len(paragraph) > 1:
            _set_size([paragraph], _common_size([paragraph]))
    for is_kind in (lambda p: p.is_cjk, lambda p: not p.is_cjk):
        _share_sizes([group for group in paragraphs if is_kind(group[0])])
    _follow_rows([plan for plan in plans if is_straight(plan)])
    for plan in plans:
        settle(plan)
        check()
        match(plan, fonts)
    share_families(plans, paragraphs, fonts, check)
    for plan in plans:
        check()
        weigh(plan, fonts)
    _share_weights(plans)
    _settle_weights(plans)
    for plan in plans:
        # Each size is a font to open: quarters of a pixel are near enough.
        plan.size = max(2.0, round(plan.size * 4) / 4)
        settle(plan)
        match(plan, fonts)
    _share_baselines([plan for plan in plans if is_straight(plan)])
    _share_colors([plan for plan in plans if plan.ink is not None])
    for plan in plans:
        _keep_inside(plan)


def _keep_inside(plan: Plan) -> None:
    """Move a line into its frame, or set it smaller, where its letters would be cut off."""
    if plan.is_column:
        return
    room, tall = plan.frame.height, plan.extent.bottom - plan.extent.top
    if tall * plan.size > room:
        plan.size = max(2.0, room / tall)
    top = -plan.extent.top * plan.size
    bottom = room - plan.extent.bottom * plan.size
    plan.baseline = min(max(plan.baseline, top), max(top, bottom))


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
    for family in _families(sure, _SAME_SIZE):
        found.append((_common_size(family), sum(map(_length, family))))
        _set_size(family, found[-1][0])
    for family in _families([group for group in telling if group not in sure], _FAMILY):
        size = _common_size(family)
        near = [each for each in found if 1 / _NEAR_SURE < each[0] / size < _NEAR_SURE]
        _set_size(family, max(near, key=lambda each: each[1])[0] if near else size)


def _length(group: Sequence[Plan]) -> int:
    return sum(len(plan.text) for plan in group)


def _common_size(groups: Sequence[Sequence[Plan]]) -> float:
    plans = [plan for group in groups for plan in group]
    sizes = np.array([plan.size for plan in plans])
    return _weighted_median(sizes, np.array([len(plan.text) for plan in plans]))


def _set_size(groups: Sequence[Sequence[Plan]], size: float) -> None:
    for group in groups:
        for plan in group:
            plan.size = size


def _follow_rows(plans: Sequence[Plan]) -> None:
    """Bring the one large cell of a row down to its neighbours' size.

    A ruled line that touches small text passes for tall letters. Where most of a
    row has one size, a single cell that is half as large again has not.
    """
    for plan in plans:
        beside = [p for p in plans if p is not plan and _is_beside(plan, p)]
        if len(beside) < 3:
            continue
        sizes = [p.size for p in beside]
        size = float(np.median(sizes))
        is_even = max(sizes) < _FAMILY * min(sizes)
        if is_even and _FAMILY * size < plan.size < _MISTAKEN * size:
            plan.size = size
            plan.heaviness = float(np.median([p.heaviness for p in beside]))


def _is_beside(plan: Plan, other: Plan) -> bool:
    return abs(_middle(plan) - _middle(other)) < 0.3 * min(plan.size, other.size)


def _middle(plan: Plan) -> float:
    return plan.frame.top + plan.frame.height / 2


def _families(groups: Sequence[Sequence[Plan]], reach: float) -> Iterator[list[Sequence[Plan]]]:
    """Yield groups whose sizes lie close together, from the most common size outwards."""
    left = sorted(groups, key=lambda group: group[0].size)
    while left:
        sizes = np.array([group[0].size for group in left])
        ends = np.searchsorted(sizes, sizes * reach, side="right")
        totals = np.concatenate([[0], np.cumsum([_length(group) for group in left])])
        start = int(np.argmax(totals[ends] - totals[: len(sizes)]))
        end = int(ends[start])
        yield left[start:end]
        left = left[:start] + left[end:]


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    share = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(share, share[-1] / 2)])


def _share_weights(plans: Sequence[Plan]) -> None:
    """Make bold what is heavy by itself, or clearly heavier than lines of its size."""
    known = [plan for plan in plans if np.isfinite(plan.heaviness)]
    sizes = np.array([plan.size for plan in known])
    heaviness = np.array([plan.heaviness for plan in known])
    lengths = np.array([len(plan.text) for plan in known])
    for plan in known:
        peers = (sizes > plan.size / 2) & (sizes < plan.size * 2)
        usual = _weighted_median(heaviness[peers], lengths[peers])
        plan.weight = BOLD if _is_bold(plan, usual) else REGULAR


def _settle_weights(plans: Sequence[Plan]) -> None:
    """Have lines that are hardly lighter or heavier than most of their size follow those."""
    known = [plan for plan in plans if np.isfinite(plan.heaviness)]
    decided = [(plan, _settled_weight(plan, known)) for plan in known]
    for plan, weight in decided:
        plan.weight = weight


def _settled_weight(plan: Plan, known: Sequence[Plan]) -> int:
    peers = [p for p in known if plan.size / _NEAR_SIZE < p.size < plan.size * _NEAR_SIZE]
    others = [p for p in peers if p.weight != plan.weight]
    length = sum(len(p.text) for p in others)
    if length <= sum(len(p.text) for p in peers) / 2:
        return plan.weight
    heaviness = np.array([p.heaviness for p in others])
    usual = _weighted_median(heaviness, np.array([len(p.text) for p in others]))
    near = _NO_EMPHASIS if len(plan.text) > 3 else _NO_EMPHASIS_SHORT
    return others[0].weight if abs(plan.heaviness - usual) < near else plan.weight


def _is_bold(plan: Plan, usual: float) -> bool:
    # Small letters are blurred into one another and seem heavier than they are.
    blur = max(0.0, 18 - plan.size)
    stands_out = plan.heaviness > max(430.0, usual + 110 + 20 * blur)
    all_heavy = plan.size >= 12 and usual > 600 + 40 * blur
    return stands_out or (all_heavy and plan.heaviness > usual - 170)


def _share_baselines(plans: Sequence[Plan]) -> None:
    """Set lines of one row on one baseline, a whole pixel of the page."""
    left = sorted(plans, key=_page_baseline)
    while left:
        first = left[0]
        row = [plan for plan in left if _is_same_row(first, plan)]
        baseline = round(float(np.median([_page_baseline(plan) for plan in row])))
        for plan in row:
            plan.baseline = baseline - plan.frame.top
        left = [plan for plan in left if plan not in row]


def _page_baseline(plan: Plan) -> float:
    return plan.frame.top + plan.baseline


def _is_same_row(first: Plan, plan: Plan) -> bool:
    small, large = sorted((first.size, plan.size))
    is_near = abs(_page_baseline(plan) - _page_baseline(first)) < 0.14 * small
    return plan is first or (is_near and large < 1.3 * small)


def _share_colors(plans: Sequence[Plan]) -> None:
    """Give lines of nearly one colour the same."""
    left = sorted(plans, key=lambda plan: -len(plan.text))
    while left:
        same = [plan for plan in left if _is_same_color(left[0], plan)]
        color = np.median([plan.color for plan in same], axis=0)
        for plan in same:
            plan.color = color
        left = [plan for plan in left if plan not in same]


def _is_same_color(first: Plan, plan: Plan) -> bool:
    # Strokes thinner than a pixel or two take on some of the background's colour.
    reach = _SAME_COLOR + 2 * max(0.0, 20 - min(first.size, plan.size))
    return plan is first or float(np.abs(plan.color - first.color).max()) < reach
