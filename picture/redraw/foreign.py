"""Icons, buttons and boxes to tick that stand in a line of text without being any of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from picture.redraw.arrays import Floats, Pixels
from picture.redraw.frame import Lie
from picture.redraw.ink import Ink, without_columns
from picture.redraw.plan import Plan
from picture.redraw.stature import Stature
from picture.redraw.typefaces import MONO

Columns = tuple[int, int]

# The room between words, in em.
_SPACE = 0.26
_SPACE_MONO = 0.6

# A drawing stands this far from the letters beside it, in em.
_GAP = 0.2

# It reaches so far above or below them, in em, or is of another colour, 0 to 255, or fills
# so much of its own box, and is as wide as this, in em.
_OVER = 0.09
_OVER_CJK = 0.22
_OTHER_COLOR = 60.0
_SOLID = 0.72
_LEAST_WIDTH = 0.45

# It is not more oblong than this.
_OBLONG = 1.6

# Without it the text fits the ink better, by this at least, and well enough (logarithms).
_BETTER = 0.05
_MUCH_BETTER = 0.1
_WELL = 0.2


def without_foreign(plan: Plan, page: Pixels) -> Ink | None:
    """Return a line's ink without drawings between and beside its words, None without any.

    `page` is height x width x 3, RGB. The line's typeface is known by now: its words leave
    room for a drawing where the ink is wider than they are.
    """
    ink, stature = plan.ink, plan.stature
    if ink is None or stature is None or plan.is_column or plan.frame.lie is not Lie.STRAIGHT:
        return None
    space = _SPACE_MONO if plan.family == MONO else _SPACE
    room = plan.extent.right - plan.extent.left + space * (len(plan.words) - 1)
    before = _misfit(ink.width, room * stature.size)
    groups = _groups(ink, _GAP * stature.size)
    if len(groups) < 2 or before <= _BETTER:
        return None
    region = page[plan.frame.region]
    usual = _color(region, ink, (0, plan.frame.width))
    compact = [group for group in groups if _is_compact(ink, group, stature)]
    drawn = [group for group in compact if _is_drawing(plan, ink, group, stature)]
    colored = [group for group in compact if _differs(_color(region, ink, group), usual)]
    # Single letters may be of another colour too.
    for foreign, better in ((drawn, _BETTER), (sorted({*drawn, *colored}), _MUCH_BETTER)):
        if foreign and len(foreign) < len(groups):
            after = _misfit(_width(ink, groups, foreign), room * stature.size)
            if after < min(_WELL, before - better):
                return without_columns(ink, foreign)
    return None


def _misfit(width: float, room: float) -> float:
    """Return how much wider or narrower than its room something is, as a logarithm."""
    return abs(math.log(max(1.0, width) / max(1.0, room)))


def _groups(ink: Ink, gap: float) -> list[Columns]:
    """Return the stretches of columns with ink that wide gaps part."""
    breaks = np.flatnonzero(ink.runs[1:, 0] - ink.runs[:-1, 1] >= gap)
    starts = ink.runs[np.concatenate([[0], breaks + 1]), 0]
    ends = ink.runs[np.concatenate([breaks, [len(ink.runs) - 1]]), 1]
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def _width(ink: Ink, groups: Sequence[Columns], foreign: Sequence[Columns]) -> float:
    """Return how wide the ink is without the foreign groups and the gaps after them."""
    width = ink.right - ink.left
    for number, group in enumerate(groups):
        if group in foreign:
            following = groups[number + 1][0] if number + 1 < len(groups) else group[1]
            before = groups[number - 1][1] if number + 1 == len(groups) else group[0]
            width -= following - before
    return width


def _is_compact(ink: Ink, group: Columns, stature: Stature) -> bool:
    """Tell whether a group is about as wide as tall."""
    rows = np.flatnonzero(ink.mask[:, group[0] : group[1]].any(axis=1))
    across, down = group[1] - group[0], int(rows[-1] - rows[0] + 1)
    return across >= _LEAST_WIDTH * stature.size and 1 / _OBLONG < across / down < _OBLONG


def _is_drawing(plan: Plan, ink: Ink, group: Columns, stature: Stature) -> bool:
    """Tell whether a group reaches further than letters do, or is filled."""
    part = ink.mask[:, group[0] : group[1]]
    rows = np.flatnonzero(part.any(axis=1))
    over = _OVER_CJK if plan.is_cjk else _OVER
    top = stature.baseline + (plan.extent.top - over) * stature.size
    bottom = stature.baseline + (plan.extent.bottom + over) * stature.size
    is_over = rows[0] < top - 1 or rows[-1] + 1 > bottom + 1
    down = int(rows[-1] - rows[0] + 1)
    is_solid = np.count_nonzero(part) > _SOLID * part.shape[1] * down
    return bool(is_over or (is_solid and not plan.is_cjk and down > 0.4 * stature.size))


def _color(region: Pixels, ink: Ink, group: Columns) -> Floats:
    """Return the colour of the strongest ink in some columns."""
    part = slice(*group)
    soft = ink.soft[:, part]
    core = soft >= 0.8 * max(1, int(soft.max(initial=0)))
    return np.asarray(region[:, part][core].mean(axis=0), np.float64)


def _differs(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max() > _OTHER_COLOR)
