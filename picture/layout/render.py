"""A page as text that keeps its layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from picture.layout.grid import Cell, draw_code, draw_grid, measure_cell
from picture.layout.level import level
from picture.layout.names import cut_names
from picture.layout.order import read_columns, read_text
from picture.layout.parts import whole_of
from picture.layout.pieces import piece_of
from picture.layout.plane import Plane, flatten, on_one_row
from picture.layout.rows import Row, group_rows
from picture.layout.ruled import Text, add_rules
from picture.layout.runs import Run, cut_runs
from picture.layout.sheet import spread
from picture.page import Line, Page, Rule


class Layout(StrEnum):
    """How a page becomes text."""

    PAGE = "page"
    READING = "reading"
    LINES = "lines"
    CODE = "code"


def render_text(page: Page, layout: Layout = Layout.PAGE, with_rules: bool = False) -> str:
    """Render a page as text, with no blank edges and one line feed at its end.

    A page that was not read to its end says so in a line of its own. With the rules drawn on
    it, level ones are rows of hyphens in the layouts that keep its columns.
    """
    ground = _ground_of(page, layout)
    if not ground.placed:
        return _finish([], page)
    if with_rules and layout in (Layout.PAGE, Layout.CODE):
        return _finish(_rule(ground, layout, page.rules), page)
    return _finish(_lay_out(ground, layout)[0], page)


def render_runs(page: Page, layout: Layout = Layout.PAGE) -> list[Run]:
    """Render a page as render_text() does, cut into runs that know their lines."""
    ground = _ground_of(page, layout)
    if not ground.placed:
        return cut_runs(_finish([], page), [])
    rows, order = _lay_out(ground, layout)
    # The parts of a line stand side by side: together they are one run.
    places = dict.fromkeys(ground.placed[at][0] for at in order)
    said = [(place, on_one_row(page.lines[place].text)) for place in places]
    return cut_runs(_finish(rows, page), said)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that go on with one another, and what they say together.

    `runs_on` tells that they go on with the last block of the column before.
    """

    text: str
    lines: tuple[Line, ...]
    runs_on: bool = False


def cut_blocks(page: Page) -> list[list[Block]]:
    """Return a page's lines with text, in reading order: a list a column."""
    ground = _survey(enumerate(page.lines))
    if not ground.placed:
        return []
    columns = read_columns(ground.rows, ground.plane, measure_cell(ground.plane))
    lines = ground.lines
    return [
        [Block(part.text, tuple(lines[at] for at in part.members), part.runs_on) for part in column]
        for column in columns
    ]


def cut_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines with text, row by row from top to bottom, each from left to right."""
    return _survey(enumerate(lines)).cut()


def sort_lines(page: Page) -> Page:
    """Return the page with its lines in reading order, those without text left out."""
    lines = (line for column in cut_blocks(page) for block in column for line in block.lines)
    return replace(page, lines=tuple(lines))


@dataclass(frozen=True, slots=True)
class _Ground:
    """Lines with text by their places on the page, made level, and the rows they stand on."""

    placed: list[tuple[int, Line]]
    plane: Plane
    rows: list[Row]

    @property
    def lines(self) -> list[Line]:
        """Return the lines in the order of the plane."""
        return [line for _, line in self.placed]

    def cut(self) -> list[list[Line]]:
        """Return the lines row by row."""
        lines = self.lines
        return [[lines[at] for at in row.members] for row in self.rows]


def _ground_of(page: Page, layout: Layout) -> _Ground:
    """Return a page's lines in rows.

    Where the layout keeps columns, those that name several are cut between them.
    """
    ground = _survey(enumerate(page.lines))
    parts = _parts_of_names(page, ground) if layout == Layout.PAGE else {}
    if not parts:
        return ground
    return _survey((at, part) for at, line in ground.placed for part in parts.get(id(line), [line]))


def _survey(lines: Iterable[tuple[int, Line]]) -> _Ground:
    placed = [(at, line) for at, line in lines if on_one_row(line.text)]
    plane = flatten([line for _, line in placed])
    if not placed:
        return _Ground(placed, plane, [])
    plane = level(plane)
    return _Ground(placed, plane, group_rows(plane))


def _parts_of_names(page: Page, ground: _Ground) -> dict[int, list[Line]]:
    """Return the parts of lines that name several columns, by the lines' identities."""
    sheet = spread(page, ground.lines)
    rows = [[piece_of(line, sheet) for line in row] for row in ground.cut()]
    parts: dict[int, list[Line]] = defaultdict(list)
    for part in (line for row in cut_names(rows, sheet) for piece in row for line in piece.lines):
        if whole_of(part) is not part:
            parts[id(whole_of(part))].append(part)
    return parts


def _lay_out(ground: _Ground, layout: Layout) -> tuple[list[str], list[int]]:
    """Return the rows of a text, and its lines in the order in which it has them."""
    rows, plane = ground.rows, ground.plane
    order = [line for row in rows for line in row.members]
    match layout:
        case Layout.LINES:
            return [plane.texts[line] for line in order], order
        case Layout.READING:
            columns = read_columns(rows, plane, measure_cell(plane))
            order = [line for column in columns for part in column for line in part.members]
            return read_text(columns, plane), order
        case Layout.PAGE | Layout.CODE:
            drawn = _draw(layout, rows, plane, measure_cell(plane))
    return ["\n" * row.blank + text for row, text in zip(rows, drawn, strict=True)], order


def _rule(ground: _Ground, layout: Layout, rules: Sequence[Rule]) -> list[str]:
    """Return the rows of a text with those of the rules drawn among its lines."""
    cell = measure_cell(ground.plane)
    drawn = _draw(layout, ground.rows, ground.plane, cell)
    return add_rules(Text(ground.rows, drawn, ground.lines, cell.width), rules)


def _draw(layout: Layout, rows: Sequence[Row], plane: Plane, cell: Cell) -> list[str]:
    return (draw_code if layout == Layout.CODE else draw_grid)(rows, plane, cell)


def _finish(rows: list[str], page: Page) -> str:
    text = "\n".join(row.rstrip() for row in rows).strip("\n") + "\n" if rows else ""
    return text + (f"\n[{page.unread} lines were not read]\n" if page.unread else "")
