"""How many of a table's first rows name its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from picture.layout.cells import Cell

_MOST_ROWS = 4
"""No more rows than so many name columns."""

_NUMBER = re.compile(r"[-+(]?\W{0,3}\d[\d.,:/ %-]*\)?\W{0,3}")
_YEAR = re.compile(r"(1[89]|20)\d\d")

_STRONGER = 1.5
"""How much thicker than the others a rule below a header is where there are many."""


def is_number(text: str) -> bool:
    """Tell whether a text is a number, a price, a date or the like."""
    return _NUMBER.fullmatch(text.strip()) is not None


def count_headers(cells: Sequence[Cell], columns: int) -> int:
    """Return how many rows name columns, told by what the cells say.

    Rows with a heading over several columns do, and the first row below them where it
    has words and others have numbers, or all have words.
    """
    filled = [cell for cell in sorted(cells, key=lambda cell: cell.row) if cell.text]
    rows = [list(row) for _, row in groupby(filled, key=lambda cell: cell.row)]
    over = 0
    for row, below in pairwise(rows[: _MOST_ROWS + 1]):
        if not _heads_several(row, below, columns):
            break
        over += 1
    names = len(rows) > over and _names_columns(rows[over:])
    if not over + names:
        return 0
    heads = rows[over + names - 1]
    ends = [cell.row + cell.row_span for cell in heads]
    return max(ends) if max(ends) <= _MOST_ROWS else min(ends)


def rows_above_rule(rules: Sequence[tuple[int, float]], rows: int) -> int:
    """Return how many rows name columns, told by the rules between rows, or 0.

    Each rule is told by the number of the row below it and how thick it is.
    """
    if not rules:
        return 0
    usual = median(thickness for _, thickness in rules)
    strong = [row for row, thickness in rules if thickness >= _STRONGER * usual]
    are_few = 2 * len(rules) <= rows - 1
    first = strong[0] if strong else rules[0][0] if are_few else 0
    return first if first <= min(_MOST_ROWS, rows / 2) else 0


def rows_above_marks(rows: Sequence[Sequence[Cell]], below: Sequence[int]) -> int:
    """Return how many rows name columns, told by the rows that marks stand before, or 0."""
    first = below[0] if below else 0
    above = [cell.text for row in rows[:first] for cell in row]
    are_names = len(above) > first and not any(char.isdigit() for text in above for char in text)
    return first if are_names and first <= min(_MOST_ROWS, len(rows) / 2) else 0


def _heads_several(row: Sequence[Cell], below: Sequence[Cell], columns: int) -> bool:
    """Tell whether a row has words alone, some of them over several columns."""
    spans = [cell.column_span for cell in row]
    are_words = not any(is_number(cell.text) for cell in row)
    return are_words and max(spans) > 1 and columns > 2 and len(row) < len(below)


def _names_columns(rows: Sequence[Sequence[Cell]]) -> bool:
    first, *others = rows
    if any(is_number(cell.text) for cell in first) and not _counts_years(first, others):
        return False
    numbers = any(is_number(cell.text) for row in others for cell in row)
    return len(first) > 1 and (numbers or len(rows) > 2)


def _counts_years(first: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether the numbers of a row are years, and nothing below them is one."""
    columns = {cell.column for cell in first if is_number(cell.text)}
    years = all(_YEAR.fullmatch(cell.text) for cell in first if cell.column in columns)
    below = (cell.text for row in others for cell in row if cell.column in columns)
    return years and len(others) > 0 and not any(map(_YEAR.fullmatch, below))
