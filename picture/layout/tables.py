"""The tables of a page, by rules where they are drawn and by the texts' own places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from picture.layout.aligned import find_aligned
from picture.layout.cells import Table
from picture.layout.framed import find_framed
from picture.layout.plane import on_one_row
from picture.layout.render import cut_blocks
from picture.layout.sheet import Sheet, spread
from picture.page import Page


def find_tables(page: Page) -> list[Table]:
    """Return the tables of a page, from top to bottom; no line is in two of them."""
    lines = [line for line in page.lines if on_one_row(line.text)]
    sheet = spread(page, lines)
    ruled = find_framed(lines, sheet) if page.rules else []
    taken = {id(line) for table in ruled for line in table.lines}
    rest = replace(page, lines=tuple(line for line in lines if id(line) not in taken))
    return sorted((*ruled, *_aligned(rest, sheet)), key=_top)


def _aligned(page: Page, sheet: Sheet) -> Iterator[Table]:
    """Yield tables by the texts' places, in each column of the page."""
    for column in cut_blocks(page):
        yield from find_aligned([line for block in column for line in block.lines], sheet)


def _top(table: Table) -> float:
    return min(y for cell in table.cells for _, y in cell.box)
