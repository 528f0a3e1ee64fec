"""A table: cells in rows and columns, some of which reach over several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from picture.layout.order import join_text
from picture.layout.plane import on_one_row
from picture.page import Line, Quad


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its place, counted from 0, and how far it reaches down and to the right.

    `lines` say its text, in order; `frame` holds its corners where rules draw it. Without
    a frame there are lines. Where a line goes on in another cell, `parts` are what the lines
    say in this one.
    """

    row: int
    column: int
    lines: tuple[Line, ...]
    row_span: int = 1
    column_span: int = 1
    frame: Quad | None = None
    parts: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """Return what its lines say together."""
        texts = [text for line in self.parts or self.lines if (text := on_one_row(line.text))]
        return reduce(join_text, texts) if texts else ""

    @property
    def box(self) -> Quad:
        """Return its corners, or those of the upright box around its lines."""
        return self.frame or _around(self.parts or self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in rows and columns, row by row; `header_rows` of them name the columns.

    `marks` are lines of hyphens and the like between its rows, which no cell has.
    """

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    header_rows: int
    marks: tuple[Line, ...] = ()

    @property
    def grid(self) -> list[list[str]]:
        """Return the texts row by row, each in its cell's first place, the others blank."""
        grid = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            grid[cell.row][cell.column] = cell.text
        return grid

    @property
    def lines(self) -> Iterator[Line]:
        """Yield all lines, those of marks last."""
        yield from (line for cell in self.cells for line in cell.lines)
        yield from self.marks


def _around(lines: tuple[Line, ...]) -> Quad:
    xs, ys = zip(*(corner for line in lines for corner in line.box), strict=True)
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return (left, top), (right, top), (right, bottom), (left, bottom)
