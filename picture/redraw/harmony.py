"""What the lines of one page share: sizes, families, weights, widths, baselines, colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from picture.redraw.arrays import Pixels, weighted_median
from picture.redraw.colors import color_words, share_colors
from picture.redraw.extent import narrowed
from picture.redraw.families import share_families
from picture.redraw.fit import width_ratio
from picture.redraw.fonts import Fonts
from picture.redraw.foreign import without_foreign
from picture.redraw.paragraphs import find_paragraphs
from picture.redraw.pitch import share_pitches
from picture.redraw.plan import Plan, is_straight, match, settle, weigh
from picture.redraw.scales import scale_words
from picture.redraw.sizes import share_sizes, size_anew
from picture.redraw.slopes import lean_words
from picture.redraw.songs import leave_regular, share_songs
from picture.redraw.spacing import part_words
from picture.redraw.weights import share_weights


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
    paragraphs = find_paragraphs(plans)
    share_sizes(plans, paragraphs)
    for plan in plans:
        check()
        match(plan, fonts)
    share_families(plans, paragraphs, fonts, check)
    share_songs(plans, paragraphs, fonts, check)
    _leave_out_foreign(plans, paragraphs, pixels, fonts)
    share_pitches(plans, fonts)
    lean_words(plans, fonts, check)
    for plan in plans:
        check()
        weigh(plan, fonts)
        scale_words(plan, fonts)
    share_weights(plans, fonts)
    leave_regular(plans)
    for plan in plans:
        # Each size is a font to open: quarters of a pixel are near enough.
        plan.size = max(2.0, round(plan.size * 4) / 4)
        settle(plan)
        part_words(plan, fonts)
        color_words(plan, pixels, fonts)
    for paragraph in paragraphs:
        _share_width(paragraph, fonts)
    _share_baselines([plan for plan in plans if is_straight(plan)])
    share_colors(plans)
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


def _leave_out_foreign(
    plans: Sequence[Plan], paragraphs: Sequence[Sequence[Plan]], pixels: Pixels, fonts: Fonts
) -> None:
    """Take drawings that stand in a line out of its ink, and size it by the rest."""
    changed = []
    for plan in plans:
        ink = without_foreign(plan, pixels)
        if ink is not None:
            plan.ink, plan.color = ink, ink.color
            changed.append(plan)
    size_anew(changed, plans, paragraphs, fonts)


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
