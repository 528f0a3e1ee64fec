"""One character grid for the page: cells, and the columns its rows share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, inf

import numpy as np
from numpy.typing import NDArray

from picture.layout.bullets import hang_texts
from picture.layout.columns import LEFT, Columns, find_columns, find_edges, join_near
from picture.layout.plane import Floats, Plane, count_cells
from picture.layout.rows import Row

WIDEST = 300
"""Cells across the page at most; wider pages are drawn closer together."""
FARTHEST_PUSH = 60
"""Cells a column gives way at most when a text before it is longer than its place."""
SHORTEST_RULE = 5
"""Cells of one character, but for letters and digits, that are a rule or a leader."""
TOGETHER = 1.25
"""Edges within this many cells are one column's; words this near are one phrase's."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A terminal column in pixels: its width, and a box's margin about its ink."""

    width: float
    margin: float


@dataclass(slots=True)
class Item:
    """A text on its row: it starts `offset` cells from its `place`, `gap` cells after another.

    Items of one `track` share their place; -1 is none. A leader needs no more than one cell
    after it: its dots part what it joins.
    """

    line: int
    cells: int
    track: int
    place: float
    offset: float
    is_leader: bool = False
    gap: int = 0


def measure_cell(plane: Plane) -> Cell:
    """Return the cell that the text itself implies, from its own widths."""
    narrowest = max(float(plane.right.max() - plane.left.min()) / WIDEST, 1e-6)
    body = plane.body & (plane.right > plane.left)
    # Dots and hyphens in a row are narrower than letters, and a line has many.
    letters = body & ~np.array([_is_rule(text) for text in plane.texts], dtype=bool)
    body = letters if letters.any() else body
    if not body.any():
        return Cell(max(float(np.median(plane.height)) / 2, narrowest), 0.0)
    height = _heavy_median(plane.height[body], plane.cells[body])
    usual = body & (abs(plane.height - height) <= 0.25 * height)
    widths = (plane.right - plane.left)[usual]
    width, margin = _fit_width(plane.cells[usual], widths, max(height, 1e-6))
    return Cell(max(width, narrowest), margin)


def _is_rule(text: str) -> bool:
    marks = set(text) - {" "}
    return len(text) >= SHORTEST_RULE and len(marks) == 1 and not marks.pop().isalnum()


def draw_grid(rows: Sequence[Row], plane: Plane, cell: Cell) -> list[str]:
    """Return the rows as text, each column at one place on every row that has it."""
    items = _items(rows, plane, cell)
    _give_way(items)
    placed = [_placed(row) for row in items]
    texts = hang_texts(placed, plane.texts)
    return [_draw_row(*row, texts) for row in zip(items, placed, strict=True)]


def draw_code(rows: Sequence[Row], plane: Plane, cell: Cell) -> list[str]:
    """Return the rows as text set in one width, their indents whole steps of one size."""
    start = (plane.left - plane.left.min()) / cell.width
    start[plane.vertical] = 0
    heads = np.array([row.members[0] for row in rows])
    start[heads] = _snap(start[heads])
    cells = plane.cells.tolist()
    items = [Item(line, cells[line], -1, place, 0.0, gap=1) for line, place in enumerate(start)]
    for line in heads.tolist():
        items[line].gap = 0
    own = ([items[line] for line in row.members] for row in rows)
    return [_draw_row(row, _placed(row), plane.texts) for row in own]


def _snap(indents: Floats) -> Floats:
    """Round indents to the largest step that nearly all of them keep."""
    tidy = indents.copy()
    for step in (8, 4, 3, 2):
        shift = float(np.median(indents - step * np.round(indents / step)))
        whole = step * np.round((indents - shift) / step)
        kept = abs(indents - shift - whole) < 0.6
        if kept.mean() >= 0.9 and (whole[kept] % (2 * step) > 0).any():
            tidy[kept] = whole[kept]
            break
    return tidy


def _heavy_median(values: Floats, weights: NDArray[np.int64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(total, total[-1] / 2)]])


def _fit_width(cells: NDArray[np.int64], widths: Floats, height: float) -> tuple[float, float]:
    """Fit width = cell * cells + 2 * margin, deaf to lines that fit badly."""
    fit = np.array([_heavy_median(widths / cells, cells), 0.0])
    lengths, scales = np.stack([cells, np.full(len(cells), 2.0)], axis=1), np.sqrt(cells)
    # A margin of a tenth of the height is likely, and all there is to go by in short texts.
    likely = np.array([0.0, 1 / (0.1 * height)])
    for _ in range(5):
        misfit = abs(widths - lengths @ fit) / scales
        noise = scales * max(float(np.median(misfit)), 0.02 * fit[0], 1e-6)
        trust = 1 / (1 + (widths - lengths @ fit) ** 2 / (2 * noise) ** 2) / noise**2
        normal = (lengths.T * trust) @ lengths + np.outer(likely, likely)
        fit = np.linalg.lstsq(normal, (lengths.T * trust) @ widths + likely)[0]
        fit[1] = min(max(fit[1], 0.0), 0.25 * height)
        fit[0] = ((widths - 2 * fit[1]) * cells * trust).sum() / (cells**2 * trust).sum()
    return float(fit[0]), float(fit[1])


def _items(rows: Sequence[Row], plane: Plane, cell: Cell) -> list[list[Item]]:
    start = (plane.left - plane.left.min()) / cell.width
    end = np.maximum(start + (plane.right - plane.left - 2 * cell.margin) / cell.width, start)
    columns = join_near(find_columns(start, end, plane, _column_span(plane)))
    shifts = -np.choose(
        columns.kinds, find_edges(0 * plane.point, plane.cells.astype(float), plane)
    )
    leaders = np.array([_is_rule(text) for text in plane.texts], dtype=bool)
    values = (plane.cells, columns.tracks, columns.places, shifts, leaders)
    items = [
        Item(line, *value)
        for line, value in enumerate(zip(*(each.tolist() for each in values), strict=True))
    ]
    drawn = [[items[line] for line in row.members] for row in rows]
    first = _first_column(columns)
    for row, members in zip(rows, drawn, strict=True):
        if row.vertical:
            # A vertical line becomes a row, wherever on the page it hung.
            members[0].track, members[0].place, members[0].offset = -1, 0.0, 0.0
        else:
            _settle(members, start, end, first)
    return drawn


def _column_span(plane: Plane) -> float:
    """Return the span of a column's edges, wider where letters are: wide ones sit loosely."""
    letters = sum(map(len, plane.texts))
    wide = float(plane.cells.sum()) / letters - 1
    return TOGETHER * (1 + 0.5 * min(max(wide, 0), 1))


def _first_column(columns: Columns) -> float:
    """Return the left edge of the column that is furthest to the left, if there is one."""
    edges = columns.places[(columns.tracks >= 0) & (columns.kinds == LEFT)]
    return float(edges.min(initial=np.inf))


def _settle(row: list[Item], start: Floats, end: Floats, first: float) -> None:
    """Place the items of a row that share no column: alone by the centre, else by what is near.

    A heading in large type begins where the page's first column does.
    """
    if len(row) == 1 and row[0].track < 0:
        left, right = float(start[row[0].line]), float(end[row[0].line])
        is_heading = abs(left - first) <= TOGETHER
        row[0].place = first if is_heading else (left + right) / 2
        row[0].offset = 0.0 if is_heading else -row[0].cells / 2
    for before, item in pairwise(row):
        near = start[item.line] - end[before.line] < TOGETHER
        item.gap = 1 if near or before.is_leader else 2
        if near and item.track < 0:
            item.place = 0.0


def _give_way(rows: list[list[Item]]) -> None:
    """Push columns to the right until no text runs into the next, whole columns at a time."""
    pushes: dict[int, float] = {}
    for _ in range(6):
        moved = False
        for row in rows:
            cursor = 0
            for item in row:
                push = pushes.get(item.track, 0.0)
                start = floor(item.place + push + item.offset + 0.5)
                need = cursor + item.gap - start
                may_move = item.track >= 0 and push + need <= FARTHEST_PUSH
                if may_move and need > (0 if cursor else _spare(row)):
                    pushes[item.track] = push + need
                    moved = True
                cursor = start + max(need, 0) + item.cells
        if not moved:
            break
    for row in rows:
        for item in row:
            item.place += pushes.get(item.track, 0.0)


def _spare(row: Sequence[Item]) -> float:
    """Return how far a row may stick out on the left: a box does by a cell, a lone text by any."""
    return TOGETHER if len(row) > 1 else inf


def _placed(items: Sequence[Item]) -> list[tuple[int, int]]:
    """Return the lines of a row, each with the cell it starts at."""
    placed, cursor = [], 0
    for item in items:
        start = max(floor(item.place + item.offset + 0.5), cursor + item.gap, 0)
        placed.append((item.line, start))
        cursor = start + item.cells
    return placed


def _draw_row(
    items: Sequence[Item], placed: Sequence[tuple[int, int]], texts: Sequence[str]
) -> str:
    drawn, cursor = [], 0
    for item, (line, place) in zip(items, placed, strict=True):
        # What hangs behind its bullet is longer than it was placed for.
        start = max(place, cursor + item.gap)
        drawn.append(" " * (start - cursor) + texts[line])
        cursor = start + count_cells(texts[line])
    return "".join(drawn)
