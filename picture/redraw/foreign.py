"""Icons, buttons and boxes to tick that stand in a line of text without being any of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from picture.redraw.arrays import Floats, Pixels
from picture.redraw.extent import Extent
from picture.redraw.frame import Frame, Lie
from picture.redraw.ink import Ink, without_columns
from picture.redraw.stature import Stature

Columns = tuple[int, int]

# A drawing stands this far from the letters beside it, in em.
_GAP = 0.2

# It reaches so far above or below them, in em, or is of another colour, 0 to 255, or fills
# so much of its own box, and is as wide as this, in em.
_OVER = 0.09
_OVER_CJK = 0.22
_OTHER_COLOR = 60.0
_SOLID = 0.72
_LEAST_WIDTH = 0.45

# Without it the text fits the ink better, by this at least, and well enough (logarithms).
_BETTER = 0.05
_WELL = 0.2


def is_fitting(ink: Ink, extent: Extent, stature: Stature) -> bool:
    """Tell whether the ink is about as wide as the text, which leaves no room for a drawing.

    `extent` is the room that the text takes at a size of one pixel per em, `stature` how
    large its letters are.
    """
    rooms = np.array([(extent.right - extent.left) * stature.size])
    return _misfit(ink.width, rooms) <= _BETTER


def without_foreign(
    ink: Ink,
    page: Pixels,
    frame: Frame,
    extents: Sequence[Extent],
    stature: Stature,
    *,
    is_cjk: bool,
) -> Ink | None:
    """Return the ink without drawings between and beside the words, None where there are none.

    `extents` are the room that the text takes in each design that it may be of, `stature`
    how large its letters are and where they stand. Letters that are CJK fill their squares
    as drawings do.
    """
    if frame.lie is not Lie.STRAIGHT:
        return None
    groups = _groups(ink, _GAP * stature.size)
    rooms = np.array([(each.right - each.left) * stature.size for each in extents])
    before = _misfit(ink.width, rooms)
    if len(groups) < 2 or before <= _BETTER:
        return None
    region = page[frame.region]
    usual = _color(region, ink, (0, frame.width))
    foreign = [
        group
        for group in groups
        if _is_drawing(ink, group, extents[0], stature, is_cjk=is_cjk)
        or _differs(_color(region, ink, group), usual)
    ]
    if not foreign or len(foreign) == len(groups):
        return None
    after = _misfit(_width(ink, groups, foreign), rooms)
    return without_columns(ink, foreign) if after < min(_WELL, before - _BETTER) else None


def _misfit(width: float, rooms: Floats) -> float:
    """Return by how much a width differs from the nearest room, as a logarithm."""
    return float(np.abs(np.log(max(1.0, width) / rooms)).min())


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


def _is_drawing(
    ink: Ink, group: Columns, extent: Extent, stature: Stature, *, is_cjk: bool
) -> bool:
    part = ink.mask[:, group[0] : group[1]]
    rows = np.flatnonzero(part.any(axis=1))
    across, down = group[1] - group[0], int(rows[-1] - rows[0] + 1)
    if across < _LEAST_WIDTH * stature.size:
        return False
    over = _OVER_CJK if is_cjk else _OVER
    top = stature.baseline + (extent.top - over) * stature.size
    bottom = stature.baseline + (extent.bottom + over) * stature.size
    is_over = rows[0] < top - 1 or rows[-1] + 1 > bottom + 1
    is_solid = (
        not is_cjk and np.count_nonzero(part) > _SOLID * across * down and down > 0.4 * stature.size
    )
    return bool((is_over and across < 2.5 * down) or is_solid)


def _color(region: Pixels, ink: Ink, group: Columns) -> Floats:
    """Return the colour of the strongest ink in some columns."""
    part = slice(*group)
    soft = ink.soft[:, part]
    core = soft >= 0.8 * max(1, int(soft.max(initial=0)))
    return np.asarray(region[:, part][core].mean(axis=0), np.float64)


def _differs(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max() > _OTHER_COLOR)
