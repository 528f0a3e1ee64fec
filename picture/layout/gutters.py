"""Gutters: where a page is cut into columns that are read one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from picture.layout.columns import label_near
from picture.layout.grid import Cell
from picture.layout.plane import Bools, Floats, Indices, Plane
from picture.layout.rows import Row

GUTTER = 1.0
"""Cells free between two columns of text at least."""
FEWEST_LINES = 3
"""Lines on each side of a gutter that make it one."""
MOST_EDGES = 16
"""Left edges tried as the end of a gutter, those that most lines share first."""
MOST_CUTS = 12
"""Cuts within one another at most."""
PROSE = 12
"""Cells in the middle row of a column that is read on its own."""
ASIDE = 1.5
"""Cells by which a first line is set in."""
LONG = 24
"""Cells in the middle line of columns that are no table's."""
APART = 0.9
"""Steps that both sides of a table have in common, of the rows of the shorter one at least."""
TALL = 0.9
"""Of a line's height: its letters."""
MOST_FIGURES = 0.3
"""The share of lines in a column of text that are figures, prices or keys."""
ALIKE = 1.4
"""How much longer the lines of one column of a list are than those of another, at most."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where lines are, across in cells and down in pixels, and which row each is on.

    `figures` are lines that are numbers, or keys before what they name.
    """

    left: Floats
    right: Floats
    top: Floats
    low: Floats
    cells: Indices
    row: Indices
    figures: Bools


@dataclass(frozen=True, slots=True)
class Side:
    """Lines on one side of a gutter: the cells that their rows fill, and the middle line.

    `figures` is the share of lines that are figures.
    """

    cells: Indices
    line: float
    figures: float


def cut_columns(rows: Sequence[Row], plane: Plane, cell: Cell) -> list[list[tuple[int, ...]]]:
    """Cut rows into columns in reading order and what stands between them: rows again."""
    lines = np.array([line for row in rows for line in row.members], dtype=np.intp)
    ground = _survey(rows, lines, plane, cell)
    return [
        [tuple(row) for _, row in groupby(region, key=ground.row.__getitem__)]
        for region in _cut(lines, ground, MOST_CUTS)
    ]


def _survey(rows: Sequence[Row], lines: Indices, plane: Plane, cell: Cell) -> Ground:
    row = np.zeros(len(plane.texts), dtype=np.intp)
    row[lines] = np.repeat(np.arange(len(rows)), [len(each.members) for each in rows])
    half = TALL / 2 * plane.height
    keys = np.array([text.endswith((":", "：")) for text in plane.texts], dtype=bool)
    return Ground(
        plane.left / cell.width,
        plane.right / cell.width,
        plane.middle - half,
        plane.middle + half,
        plane.cells,
        row,
        plane.numeric | keys,
    )


def _cut(lines: Indices, ground: Ground, cuts: int) -> list[list[int]]:
    """Cut lines, given row by row, into columns and what stands between them."""
    edge = _find_gutter(lines, ground) if cuts else None
    if edge is None:
        return [lines.tolist()]
    sides = _sides(lines, ground, edge)
    regions: list[list[int]] = []
    for are_columns, bands in groupby(
        _bands(sides), lambda band: _split(lines[band], sides[band], ground)
    ):
        for band in bands if are_columns else [np.concatenate(list(bands))]:
            parts = [band[sides[band] < 0], band[sides[band] > 0]] if are_columns else [band]
            for part in parts:
                regions += _cut(lines[part], ground, cuts - 1)
    return regions


def _find_gutter(lines: Indices, ground: Ground) -> float | None:
    """Return the left edge before which most lines stand on two sides, if any."""
    left = ground.left[lines]
    labels = label_near(left, ASIDE)
    counts = np.bincount(labels)
    best, gutter = 0, None
    for label in np.argsort(-counts, kind="stable")[:MOST_EDGES]:
        if counts[label] < FEWEST_LINES:
            break
        edge = float(left[labels == label].min())
        sides = _sides(lines, ground, edge)
        bands = [band for band in _likely_bands(sides) if _split(lines[band], sides[band], ground)]
        # A gutter that lines cross is less likely the page's than a table's.
        gain = sum(min((sides[band] < 0).sum(), (sides[band] > 0).sum()) for band in bands)
        gain -= (sides == 0).sum()
        if bands and gain > best:
            best, gutter = gain, edge
    return gutter


def _sides(lines: Indices, ground: Ground, edge: float) -> Indices:
    """Return -1 for lines left of an edge, 1 for lines right of it, 0 for lines across."""
    before = ground.right[lines] <= edge - GUTTER
    after = ground.left[lines] >= edge - 0.3
    return np.subtract(after, before, dtype=np.intp)


def _bands(sides: Indices) -> list[Indices]:
    """Return runs of places with a line across, and without one."""
    turns = np.flatnonzero(np.diff((sides == 0).astype(int))) + 1
    return np.split(np.arange(len(sides)), turns)


def _likely_bands(sides: Indices) -> list[Indices]:
    """Return those runs without a line across that have lines enough on both sides."""
    turns = np.flatnonzero(np.diff((sides == 0).astype(int), prepend=-1))
    ends = np.append(turns[1:], len(sides))
    fewest = np.minimum(*(np.add.reduceat(sides == side, turns, dtype=int) for side in (-1, 1)))
    likely = np.flatnonzero(fewest >= FEWEST_LINES)
    return [np.arange(turns[at], ends[at]) for at in likely]


def _split(lines: Indices, sides: Indices, ground: Ground) -> bool:
    """Tell whether lines on two sides are columns of text rather than of a table."""
    if min((sides < 0).sum(), (sides > 0).sum()) < FEWEST_LINES:
        return False
    left, right = (_side(lines[sides == side], ground) for side in (-1, 1))
    if max(left.figures, right.figures) >= MOST_FIGURES:
        return False
    shortest_line = min(left.line, right.line)
    if shortest_line >= LONG:
        return True
    rows = min(len(left.cells), len(right.cells))
    if rows >= FEWEST_LINES and _count_steps(lines, ground) < APART * rows:
        return bool(min(np.median(left.cells), np.median(right.cells)) >= PROSE)
    return shortest_line >= PROSE and _are_alike(left, right)


def _side(lines: Indices, ground: Ground) -> Side:
    first = np.flatnonzero(np.diff(ground.row[lines], prepend=-1))
    return Side(
        np.add.reduceat(ground.cells[lines], first),
        float(np.median(ground.cells[lines])),
        float(ground.figures[lines].mean()),
    )


def _count_steps(lines: Indices, ground: Ground) -> int:
    """Return into how many parts lines fall where no line stands on either side."""
    order = np.argsort(ground.top[lines])
    top, low = ground.top[lines][order], np.maximum.accumulate(ground.low[lines][order])
    return 1 + int((top[1:] > low[:-1]).sum())


def _are_alike(left: Side, right: Side) -> bool:
    """Tell columns of one list, whose lines are about as long on both sides."""
    short, long = sorted((left.line, right.line))
    return long < ALIKE * short
