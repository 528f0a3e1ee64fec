"""Tables on a page, found by how lines stand above one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from picture.layout import count_cells, cut_rows
from picture.page import Line

_APART = 0.9
"""Line heights between two texts of a row that stand in cells of their own."""
_FARTHEST = 3.5
"""Rows further apart than so many usual distances are of two tables."""
_CROSSING = 0.2
"""The share of rows that may cross the gap between two columns: headings over several."""
_FEWEST_ROWS = 3
_FEWEST_FILLED = 0.34
"""The share of rows in which a column has a text at least."""
_LONGEST = 60
"""Letters in the middle cell of a column of running text, which is no table's."""
_CLOSE = 0.8
"""Lines of one cell are so much nearer than rows are."""

_NUMBER = re.compile(r"[-+(]?\W{0,3}\d[\d.,:/ %-]*\)?\W{0,3}")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its place, counted from 0, and how far it reaches to the right.

    `lines` say its text, from top to bottom.
    """

    row: int
    column: int
    lines: tuple[Line, ...]
    column_span: int = 1

    @property
    def text(self) -> str:
        """Return what its lines say together."""
        return " ".join(line.text.strip() for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in rows and columns; `has_header` tells that the first row names the columns."""

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    has_header: bool

    @property
    def grid(self) -> list[list[str]]:
        """Return the texts row by row, those that are not there blank."""
        grid = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            grid[cell.row][cell.column] = cell.text
        return grid

    @property
    def lines(self) -> Iterator[Line]:
        """Yield all lines."""
        return (line for cell in self.cells for line in cell.lines)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines side by side as near as words are, and where they are."""

    lines: tuple[Line, ...]
    left: float
    right: float
    middle: float
    height: float

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


_Row = list[_Piece]


def find_tables(lines: Sequence[Line]) -> list[Table]:
    """Return the tables among lines, from top to bottom."""
    level = [line for line in lines if line.is_level]
    rows = [_pieces(row) for row in cut_rows(level)]
    tables = (_make_table(run) for run in _runs(rows))
    return [table for table in tables if table is not None]


def _pieces(row: Sequence[Line]) -> _Row:
    """Return the cells of a row: lines apart, each with those as near as words."""
    pieces: _Row = []
    for line in row:
        piece = _piece(line)
        near = _APART * min(piece.height, pieces[-1].height) if pieces else 0.0
        if pieces and piece.left - pieces[-1].right < near:
            before = pieces[-1]
            both = (*before.lines, line)
            pieces[-1] = replace(before, lines=both, right=max(before.right, piece.right))
        else:
            pieces.append(piece)
    return pieces


def _piece(line: Line) -> _Piece:
    boxes = [word.box for word in line.words] or [line.box]
    across = [x for box in boxes for x, _ in box]
    down = [y for _, y in line.box]
    return _Piece((line,), min(across), max(across), sum(down) / 4, line.height)


def _runs(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Yield rows that may be a table: near one another, the first and last of several cells."""
    distance = _usual_distance(rows)
    run: list[_Row] = []
    for above, row in zip([None, *rows], rows, strict=False):
        far = bool(run) and row[0].middle - run[-1][0].middle > _FARTHEST * distance
        if run and (far or _breaks(row, run)):
            yield _trimmed(run)
            run = []
        if not run and above is not None and _heads(above, row, 2 * distance):
            run.append(above)
        if run or len(row) > 1:
            run.append(row)
    yield _trimmed(run)


def _heads(above: _Row, row: _Row, farthest: float) -> bool:
    """Tell whether a row of one cell stands over some of the next one's columns."""
    return (
        len(above) == 1 < len(row)
        and above[0].left > row[0].right
        and row[0].middle - above[0].middle <= farthest
    )


def _usual_distance(rows: Sequence[_Row]) -> float:
    gaps = [after[0].middle - before[0].middle for before, after in pairwise(rows)]
    return median([gap for gap in gaps if gap > 0] or [1.0])


def _breaks(row: _Row, run: Sequence[_Row]) -> bool:
    """Tell whether a row of one cell cannot be of the table above it: it crosses its columns."""
    if len(row) > 1:
        return False
    several = [each for each in run if len(each) > 1]
    crossed = sum(_crosses(row[0], each) for each in several)
    return crossed > len(several) / 2 and count_cells(row[0].text) > _LONGEST / 2


def _crosses(piece: _Piece, row: _Row) -> bool:
    gaps = ((before.right, after.left) for before, after in pairwise(row))
    return any(piece.left < left and right < piece.right for left, right in gaps)


def _trimmed(run: Sequence[_Row]) -> list[_Row]:
    """Return rows without those of one cell at the end."""
    kept = list(run)
    while kept and len(kept[-1]) < 2:
        kept.pop()
    return kept


def _make_table(rows: list[_Row]) -> Table | None:
    """Return rows as a table, if enough of them agree on their columns."""
    several = [row for row in rows if len(row) > 1]
    if len(several) < 2 or len(rows) < 2:
        return None
    starts = _columns(several)
    if len(starts) < 2 or (len(several) < _FEWEST_ROWS and len(starts) < _FEWEST_ROWS):
        return None
    placed = _merged(rows, starts)
    cells = tuple(cell for row in placed for cell in row)
    table = Table(cells, len(placed), len(starts), _has_header(placed))
    return None if _is_prose(table) else table


def _columns(rows: Sequence[_Row]) -> list[float]:
    """Return where columns begin: after the gaps that nearly all rows leave free."""
    edges = np.array(sorted({edge for row in rows for piece in row for edge in _ends(piece)}))
    covered = np.zeros(len(edges) - 1)
    for row in rows:
        for piece in row:
            covered[np.searchsorted(edges, piece.left) : np.searchsorted(edges, piece.right)] += 1
    free = covered <= _CROSSING * len(rows)
    narrowest = _APART / 2 * median(piece.height for row in rows for piece in row)
    starts = [float(edges[0])]
    at = 0
    for is_free, group in groupby(free.tolist()):
        size = len(list(group))
        left, right = float(edges[at]), float(edges[at + size])
        if is_free and at and right - left >= narrowest:
            starts.append((left + right) / 2)
        at += size
    return _supported(starts, rows)


def _ends(piece: _Piece) -> tuple[float, float]:
    return piece.left, piece.right


def _supported(starts: list[float], rows: Sequence[_Row]) -> list[float]:
    """Return the starts of columns that have texts in enough rows."""
    needed = max(2.0, _FEWEST_FILLED * len(rows)) if len(rows) > 2 else 1.0
    kept = list(starts)
    while len(kept) > 1:
        counts = [0] * len(kept)
        for row in rows:
            for column in {_column_of(piece, kept)[0] for piece in row}:
                counts[column] += 1
        weakest = min(range(len(kept)), key=counts.__getitem__)
        if counts[weakest] >= needed:
            break
        # What stands in it goes to the column before.
        del kept[weakest or 1]
    return kept


def _column_of(piece: _Piece, starts: Sequence[float]) -> tuple[int, int]:
    """Return the column that a text begins in, and how many it reaches over."""
    inset = 0.25 * (piece.right - piece.left)
    first = int(np.searchsorted(starts, piece.left + min(inset, piece.height), "right")) - 1
    last = int(np.searchsorted(starts, piece.right - min(inset, piece.height), "right")) - 1
    return max(first, 0), max(last - first, 0) + 1


def _merged(rows: Sequence[_Row], starts: Sequence[float]) -> list[list[Cell]]:
    """Return the cells row by row, lines that go on in a cell joined to it."""
    placed: list[list[Cell]] = []
    tight = _CLOSE * _usual_distance(rows)
    above = -np.inf
    for row in rows:
        cells = _placed(row, len(placed), starts)
        distance = row[0].middle - above
        if placed and _goes_on(cells, placed[-1], row, distance < tight):
            placed[-1] = _joined(placed[-1], cells)
        else:
            placed.append(cells)
        above = row[0].middle
    return placed


def _placed(row: _Row, number: int, starts: Sequence[float]) -> list[Cell]:
    cells: list[Cell] = []
    for piece in row:
        column, span = _column_of(piece, starts)
        if cells and cells[-1].column + cells[-1].column_span > column:
            before = cells[-1]
            reach = max(before.column_span, column + span - before.column)
            cells[-1] = replace(before, lines=(*before.lines, *piece.lines), column_span=reach)
        else:
            cells.append(Cell(number, column, piece.lines, span))
    return cells


def _goes_on(cells: Sequence[Cell], above: Sequence[Cell], row: _Row, is_tight: bool) -> bool:
    """Tell whether a row holds further lines of the cells above it alone."""
    known = {cell.column for cell in above}
    if len(cells) >= len(above) or any(cell.column not in known for cell in cells):
        return False
    if any(_is_number(piece.text) for piece in row) or any(cell.column_span > 1 for cell in cells):
        return False
    return is_tight or all(cell.text[:1].islower() for cell in cells)


def _joined(above: Sequence[Cell], cells: Sequence[Cell]) -> list[Cell]:
    more = {cell.column: cell.lines for cell in cells}
    return [replace(cell, lines=(*cell.lines, *more.get(cell.column, ()))) for cell in above]


def _has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether the first row has words where others have numbers, or all have words."""
    first = [_is_number(cell.text) for cell in rows[0]]
    others = [_is_number(cell.text) for row in rows[1:] for cell in row]
    return not any(first) and len(first) > 1 and (any(others) or len(rows) > 2)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None


def _is_prose(table: Table) -> bool:
    """Tell running text in columns, which stands side by side by chance."""
    longest = [
        median([count_cells(text) for text in column if text] or [0])
        for column in zip(*table.grid, strict=True)
    ]
    return sum(length > _LONGEST / 2 for length in longest) > 1
