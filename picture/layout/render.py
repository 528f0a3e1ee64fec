"""A page as text that keeps its layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
    lines = [line for _, line in _lines(page, layout)]
    if not lines:
        return _finish([], page)
    plane = level(flatten(lines))
    if with_rules and layout in (Layout.PAGE, Layout.CODE):
        return _finish(_rule(plane, layout, lines, page.rules), page)
    return _finish(_lay_out(plane, layout)[0], page)


def render_runs(page: Page, layout: Layout = Layout.PAGE) -> list[Run]:
    """Render a page as render_text() does, cut into runs that know their lines."""
    lines = _lines(page, layout)
    if not lines:
        return cut_runs(_finish([], page), [])
    rows, order = _lay_out(level(flatten([line for _, line in lines])), layout)
    # The parts of a line stand side by side: together they are one run.
    places = dict.fromkeys(lines[at][0] for at in order)
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
    lines = [line for line in page.lines if on_one_row(line.text)]
    if not lines:
        return []
    plane = level(flatten(lines))
    columns = read_columns(group_rows(plane), plane, measure_cell(plane))
    return [
        [Block(part.text, tuple(lines[at] for at in part.members), part.runs_on) for part in column]
        for column in columns
    ]


def cut_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines with text, row by row from top to bottom, each from left to right."""
    kept = [line for line in lines if on_one_row(line.text)]
    if not kept:
        return []
    rows = group_rows(level(flatten(kept)))
    return [[kept[at] for at in row.members] for row in rows]


def sort_lines(page: Page) -> Page:
    """Return the page with its lines in reading order, those without text left out."""
    lines = (line for column in cut_blocks(page) for block in column for line in block.lines)
    return replace(page, lines=tuple(lines))


def _lines(page: Page, layout: Layout) -> list[tuple[int, Line]]:
    """Return lines with text by their places on the page.

    Where the layout keeps columns, those that name several are cut between them.
    """
    kept = [(at, line) for at, line in enumerate(page.lines) if on_one_row(line.text)]
    if layout != Layout.PAGE or not kept:
        return kept
    parts = _parts_of_names(page, [line for _, line in kept])
    return [(at, part) for at, line in kept for part in parts.get(id(line), [line])]


def _parts_of_names(page: Page, lines: Sequence[Line]) -> dict[int, list[Line]]:
    """Return the parts of lines that name several columns, by the lines' identities."""
    sheet = spread(page, lines)
    rows = [[piece_of(line, sheet) for line in row] for row in cut_rows(lines)]
    parts: dict[int, list[Line]] = defaultdict(list)
    for part in (line for row in cut_names(rows, sheet) for piece in row for line in piece.lines):
        if whole_of(part) is not part:
            parts[id(whole_of(part))].append(part)
    return parts


def _lay_out(plane: Plane, layout: Layout) -> tuple[list[str], list[int]]:
    """Return the rows of a text, and its lines in the order in which it has them."""
    rows = group_rows(plane)
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


def _rule(plane: Plane, layout: Layout, lines: Sequence[Line], rules: Sequence[Rule]) -> list[str]:
    """Return the rows of a text with those of the rules drawn among its lines."""
    rows, cell = group_rows(plane), measure_cell(plane)
    return add_rules(Text(rows, _draw(layout, rows, plane, cell), lines, cell.width), rules)


def _draw(layout: Layout, rows: Sequence[Row], plane: Plane, cell: Cell) -> list[str]:
    return (draw_code if layout == Layout.CODE else draw_grid)(rows, plane, cell)


def _finish(rows: list[str], page: Page) -> str:
    text = "\n".join(row.rstrip() for row in rows).strip("\n") + "\n" if rows else ""
    return text + (f"\n[{page.unread} lines were not read]\n" if page.unread else "")
