"""Where the letters of a vertical line stand."""

from __future__ import annotations

from picture.redraw.extent import Face, column_extent
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan
from picture.redraw.runs import Run, split_column

Column = tuple[float, float, float]


def fit_column(plan: Plan, scale: int, fonts: Fonts) -> tuple[list[Run], Column, Face]:
    """Return a column's letters, where its squares lie, and how the letters are drawn.

    Its place is the middle of the column, the middle of its first square and the way from
    one to the next, `scale` times as large.
    """
    runs = split_column(plan.text.replace(" ", ""), fonts, plan.han)
    face = Face(plan.size * scale, plan.weight, language=plan.language)
    left, top, right, bottom = column_extent(runs, face, fonts)
    ink = plan.ink
    inset = 0.1 * plan.frame.width
    start = ink.top if ink else inset
    end = ink.bottom if ink else plan.frame.height - inset
    middle = (ink.left + ink.right) / 2 if ink else plan.frame.width / 2
    first = start * scale - top
    last = end * scale - bottom
    pitch = (last - first) / max(1, len(runs) - 1)
    return runs, (middle * scale - (left + right) / 2, first, pitch), face
