"""A page's tables as they are looked at: row by row, no place left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from picture.formats.sheets import harmless
from picture.layout import Cell, Table, find_tables
from picture.page import Page

_MOST_LETTERS = 3
"""A number has a unit or a currency of so many letters at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, or a place where there is none, as a browser shows it.

    `lines` are the numbers of those that say its text; `copied` is the text as a
    spreadsheet may take it.
    """

    text: str = ""
    lines: tuple[int, ...] = ()
    row_span: int = 1
    column_span: int = 1
    is_number: bool = False

    @property
    def copied(self) -> str:
        """Return the text so that no spreadsheet takes it for a formula."""
        return harmless(self.text)


@dataclass(frozen=True, slots=True)
class Tabled:
    """A table's rows, those that name its columns apart; no cell is in both."""

    head: list[list[Place]]
    body: list[list[Place]]


def tabulate(page: Page, numbers: Sequence[int]) -> list[Tabled]:
    """Return the tables of a page; `numbers` are what its lines are called, one each."""
    called = {id(line): number for line, number in zip(page.lines, numbers, strict=True)}
    return [_tabled(table, called) for table in find_tables(page)]


def _tabled(table: Table, called: Mapping[int, int]) -> Tabled:
    cells = {(cell.row, cell.column): cell for cell in table.cells}
    counting = [_counts(table, column) for column in range(table.columns)]
    rows: list[list[Place]] = [[] for _ in range(table.rows)]
    taken: set[tuple[int, int]] = set()
    for at in product(range(table.rows), range(table.columns)):
        if at not in taken:
            cell = cells.get(at)
            place = _place(cell, table, called, counting[at[1]]) if cell else Place()
            rows[at[0]].append(place)
            taken |= _reached(at, place)
    return Tabled(rows[: table.header_rows], rows[table.header_rows :])


def _place(cell: Cell, table: Table, called: Mapping[int, int], counts: bool) -> Place:
    """Return what is shown of a cell, which ends where the head or the body does.

    `counts` tells that its column is one of numbers, whose names are set like them.
    """
    is_name = cell.row < table.header_rows
    end = table.header_rows if is_name else table.rows
    return Place(
        text=cell.text,
        lines=tuple(called[id(line)] for line in cell.lines),
        row_span=min(cell.row_span, end - cell.row),
        column_span=cell.column_span,
        is_number=counts and cell.column_span == 1 and (is_name or _is_number(cell.text)),
    )


def _reached(at: tuple[int, int], place: Place) -> set[tuple[int, int]]:
    row, column = at
    rows, columns = range(row, row + place.row_span), range(column, column + place.column_span)
    return set(product(rows, columns))


def _counts(table: Table, column: int) -> bool:
    """Tell whether most of what stands in a column below its names are numbers."""
    cells = (cell for cell in table.cells if cell.row >= table.header_rows)
    texts = [cell.text for cell in cells if cell.column == column and cell.column_span == 1]
    said = [text for text in texts if text]
    return 2 * sum(map(_is_number, said)) > len(said)


def _is_number(text: str) -> bool:
    letters = sum(letter.isalpha() for letter in text)
    return letters <= _MOST_LETTERS and any(letter.isdigit() for letter in text)
