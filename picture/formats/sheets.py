"""The tables of pages, and what stands in rows, as CSV and as a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from picture.layout import Cell, Table, count_cells, cut_rows, find_tables
from picture.page import Page

_LONGEST = 32_767
"""Letters that Excel has room for in a cell."""
_NARROWEST, _WIDEST = 8, 60
_CREATED = datetime(2000, 1, 1)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SIGNED = re.compile(r"[-+]\s*[\d.,]+\s*[^\W\d_%€$£¥]{0,3}[%€$£¥]?")

Grid = list[list[str]]


def to_csv(pages: Sequence[Page]) -> str:
    """Write the tables of pages one after the other, a blank row between them.

    A page without any gives its lines, those of a row as its fields. A text that a
    spreadsheet would take for a formula is preceded by an apostrophe; signed numbers
    are not.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, (_, table) in enumerate(_sheets(pages)):
        if number:
            writer.writerow([])
        writer.writerows([harmless(text) for text in row] for row in _grid(table))
    return buffer.getvalue()


def to_xlsx(pages: Sequence[Page]) -> bytes:
    """Write a workbook with a sheet for each table; a page without any gives its rows.

    Texts that are plain numbers become numbers that look the same, where nothing is
    lost of them: no leading zeros, no signs of currency, 15 digits at most.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _CREATED})
        styles = _Styles(workbook)
        for name, table in _sheets(pages):
            _write(workbook.add_worksheet(name), table, styles)
        if not workbook.worksheets():
            workbook.add_worksheet("Page 1")
    return buffer.getvalue()


def harmless(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula."""
    is_formula = text.startswith(_FORMULA) and not _SIGNED.fullmatch(text)
    return f"'{text}" if is_formula else text


class _Styles:
    """A workbook's formats: of headers, and of numbers by their decimals."""

    def __init__(self, workbook: Workbook) -> None:
        self.header = workbook.add_format({"bold": True})
        self._workbook = workbook
        self._numbers: dict[int, Format] = {}

    def number(self, decimals: int) -> Format:
        """Return the format of numbers with so many decimals."""
        if decimals not in self._numbers:
            look = "0." + "0" * decimals if decimals else "0"
            self._numbers[decimals] = self._workbook.add_format({"num_format": look})
        return self._numbers[decimals]


def _grid(table: Table | Grid) -> Grid:
    return table.grid if isinstance(table, Table) else table


def _sheets(pages: Sequence[Page]) -> Iterator[tuple[str, Table | Grid]]:
    """Yield what becomes a sheet, each with its name."""
    for number, page in enumerate(pages, start=1):
        tables = find_tables(page)
        for order, table in enumerate(tables, start=1):
            yield f"Page {number} table {order}", table
        if not tables and page.lines:
            yield f"Page {number}", [[line.text for line in row] for row in cut_rows(page.lines)]


def _write(sheet: Worksheet, table: Table | Grid, styles: _Styles) -> None:
    grid = _grid(table)
    header_rows = 0
    if isinstance(table, Table):
        header_rows = table.header_rows
        _merge(sheet, table.cells)
    widths = [_NARROWEST] * max(map(len, grid), default=1)
    for row, texts in enumerate(grid):
        for column, text in enumerate(texts):
            shown = "".join(letter for letter in text if letter.isprintable())[:_LONGEST]
            if _NUMBER.fullmatch(shown):
                decimals = len(shown.partition(".")[2])
                sheet.write_number(row, column, float(shown), styles.number(decimals))
            elif shown:
                style = styles.header if row < header_rows else None
                sheet.write_string(row, column, shown, style)
            widths[column] = max(widths[column], count_cells(shown) + 2)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST))


def _merge(sheet: Worksheet, cells: Sequence[Cell]) -> None:
    """Merge the places of each cell that has several, its text left to be written."""
    for cell in cells:
        if cell.row_span > 1 or cell.column_span > 1:
            last = cell.row + cell.row_span - 1, cell.column + cell.column_span - 1
            sheet.merge_range(cell.row, cell.column, *last, "")
