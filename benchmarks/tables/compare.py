"""Read drawn tables and compare the cells that are found with the true ones.

python -m benchmarks.tables.compare [pages of each kind]
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace

from benchmarks.tables.pages import OTHERS, TABLES, Cell, draw
from picture.layout import Table, find_tables
from picture.page import Page
from picture.reading import Engine
from picture.settings import Settings

Cells = Counter[tuple[int, Cell]]


@dataclass(slots=True)
class Score:
    """Cells found and true, and how many tables."""

    common: int = 0
    size: int = 0
    found: int = 0
    true: int = 0

    def add(self, page: Page, tables: list[list[Cell]]) -> None:
        """Count what is found on a page."""
        found = find_tables(page)
        true, seen = cells(tables), cells([told(table) for table in found])
        self.common += (true & seen).total()
        self.size += true.total() + seen.total()
        self.found += len(found)
        self.true += len(tables)

    @property
    def f1(self) -> str:
        """Return the cells' F1, or a dash where there are none."""
        return f"{2 * self.common / self.size:.3f}" if self.size else "-"

    @property
    def tables(self) -> str:
        """Return how many tables were found of those that are drawn."""
        return f"{self.found} of {self.true}"


def told(table: Table) -> list[Cell]:
    """Return a table's filled cells: row, column, spans and text."""
    return [
        (cell.row, cell.column, cell.row_span, cell.column_span, cell.text)
        for cell in table.cells
        if cell.text
    ]


def cells(tables: list[list[Cell]]) -> Cells:
    """Return the filled cells by table, spaces apart."""
    return Counter(
        (number, (*cell[:4], cell[4].replace(" ", "")))
        for number, table in enumerate(tables)
        for cell in table
    )


def main() -> None:
    """Print cell F1 and tables found by kind: as pages are read, and with all rules known."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    engine = Engine(Settings.from_environment())
    engine.wait_until_ready()
    print("| kind | cell F1 | tables found of | F1, rules known | tables, rules known |")
    print("|---|---|---|---|---|")
    total, total_known = Score(), Score()
    for kind in [*TABLES, *OTHERS]:
        score, known = Score(), Score()
        for seed in range(pages):
            sheet = draw(kind, seed)
            read = engine.read(sheet.picture, 300)
            ruled = replace(read, rules=tuple(sheet.rules))
            for each in (score, total):
                each.add(read, sheet.tables)
            for each in (known, total_known):
                each.add(ruled, sheet.tables)
        figures = score.f1, score.tables, known.f1, known.tables
        print(f"| {kind} | {' | '.join(figures)} |", flush=True)
    print(f"| all | {total.f1} | | {total_known.f1} | |")
    engine.close()


if __name__ == "__main__":
    main()
