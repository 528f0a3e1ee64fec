"""Read drawn tables and compare the cells that are found with the true ones.

python -m benchmarks.tables.compare [pages of each kind]
"""

from __future__ import annotations

import sys
from collections import Counter

from benchmarks.tables.pages import OTHERS, TABLES, Grid, draw
from picture.layout import find_tables
from picture.reading import Engine
from picture.settings import Settings

Cells = Counter[tuple[int, int, int, str]]


def cells(tables: list[Grid]) -> Cells:
    """Return the filled cells by table, row and column, spaces apart."""
    return Counter(
        (number, row, column, text.replace(" ", ""))
        for number, grid in enumerate(tables)
        for row, texts in enumerate(grid)
        for column, text in enumerate(texts)
        if text
    )


def main() -> None:
    """Print a table of cell F1 by kind, and how many tables were found where none is."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    engine = Engine(Settings.from_environment())
    engine.wait_until_ready()
    print("| kind | cell F1 | tables found of |\n|---|---|---|")
    total = [0, 0]
    for kind in [*TABLES, *OTHERS]:
        common = size = found_tables = true_tables = 0
        for seed in range(pages):
            sheet = draw(kind, seed)
            read = engine.read(sheet.picture, 300)
            found = [table.grid for table in find_tables(read)]
            true, seen = cells(sheet.tables), cells(found)
            common += (true & seen).total()
            size += true.total() + seen.total()
            found_tables += len(found)
            true_tables += len(sheet.tables)
        total[0] += common
        total[1] += size
        score = f"{2 * common / size:.3f}" if size else "-"
        print(f"| {kind} | {score} | {found_tables} of {true_tables} |", flush=True)
    print(f"| all | {2 * total[0] / total[1]:.3f} | |")
    engine.close()


if __name__ == "__main__":
    main()
