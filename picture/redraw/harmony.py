"""What the lines of one page share: sizes, weights, baselines, colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from picture.redraw.arrays import Pixels
from picture.redraw.colors import share_colors
from picture.redraw.extent import narrowed
from picture.redraw.families import share_families
from picture.redraw.fit import width_ratio
from picture.redraw.fonts import Fonts
from picture.redraw.foreign import without_foreign
from picture.redraw.paragraphs import find_paragraphs
from picture.redraw.plan import Plan, blended_size, fit_size, is_straight, match, settle, weigh
from picture.redraw.spacing import part_words
from picture.redraw.weights import share_weights, weighted_median

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
_MISTAKEN = 1.8
_UNLIKE = 3.5


def harmonise(
    plans: Sequence[Plan],
    pixels: Pixels,
    fonts: Fonts,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Give lines that belong together one size, family, weight, baseline and colour, in place.

    `pixels` is the page, height x width x 3, RGB. `check` is called between lines and may
    raise to stop the work.
    """
    _guess_sizes(plans)
    paragraphs = find_paragraphs(plans)
    _size_all(plans, paragraphs)
    for plan in plans:
        check()
        match(plan, fonts)
    share_families(plans, paragraphs, fonts, check)
    _leave_out_foreign(plans, paragraphs, pixels, fonts)
    for plan in plans:
        check()
        weigh(plan, fonts)
    share_weights(plans, fonts)
    for plan in plans:
        # Each size is a font to open: quarters of a pixel are near enough.
        plan.size = max(2.0, round(plan.size * 4) / 4)
        settle(plan)
        part_words(plan, fonts)
    for paragraph in paragraphs:
        _share_width(paragraph, fonts)
    _share_baselines([plan for plan in plans if is_straight(plan)])
    share_colors(plans, pixels)
    for plan in plans:
        _keep_inside(plan)


def _share_width(paragraph: Sequence[Plan], fonts: Fonts) -> None:
    """Set the lines of a paragraph in letters of one width."""
    known = [(plan, plan.spans) for plan in paragraph if plan.spans is not None]
    if len(known) < 2:
        return
    ratios = [width_ratio(plan.words, spans, plan.face, fonts) for plan, spans in known]
    ratio = weighted_median(np.array(ratios), np.array([len(plan.text) for plan, _ in known]))
    words = [word.runs for plan, _ in known for word in plan.words]
    width = narrowed(words, paragraph[0].face, ratio, fonts).width
    for plan in paragraph:
        plan.width = width


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


def _size_all(plans: Sequence[Plan], paragraphs: Sequence[Sequence[Plan]]) -> None:
    """Give lines the sizes they share, and stand them on their ink."""
    for paragraph in paragraphs:
        if len(paragraph) > 1:
            _set_size([paragraph], _common_size([paragraph]))
    for is_kind in (lambda p: p.is_cjk, lambda p: not p.is_cjk):
        _share_sizes([group for group in paragraphs if is_kind(group[0])])
    _follow_rows([plan for plan in plans if is_straight(plan)])
    for plan in plans:
        settle(plan)


def _leave_out_foreign(
    plans: Sequence[Plan], paragraphs: Sequence[Sequence[Plan]], pixels: Pixels, fonts: Fonts
) -> None:
    """Take drawings that stand in a line out of its ink, and size it by the rest."""
    changed = []
    for plan in plans:
        ink = without_foreign(plan, pixels)
        if ink is not None:
            plan.ink, plan.color = ink, ink.color
            fit_size(plan, fonts)
            changed.append(plan)
    if changed:
        _size_all(plans, paragraphs)
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
        size = _even_size(family)
        near = [each for each in found if 1 / _NEAR_SURE < each[0] / size < _NEAR_SURE]
        _set_size(family, max(near, key=lambda each: each[1])[0] if near else size)


def _spread(group: Sequence[Plan]) -> float:
    """Return the size that the spread of the ink tells, which heeds no tails of letters."""
    statures = [plan.stature.size for plan in group if plan.stature is not None]
    return float(np.median(statures)) if statures else group[0].size


def _even_size(groups: Sequence[Sequence[Plan]]) -> float:
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
    for plan in plans:
        beside = [p for p in plans if p is not plan and _is_beside(plan, p)]
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
    return abs(_middle(plan) - _middle(other)) < 0.3 * min(plan.size, other.size)


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
