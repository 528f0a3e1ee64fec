"""Tables found by the rules that are drawn around and in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np

from picture.layout.aligned import align
from picture.layout.cells import Cell, Table
from picture.layout.columns import label_near
from picture.layout.headers import count_headers, is_number, rows_above_rule
from picture.layout.joints import cut_pieces, join_near, runs_across
from picture.layout.lattice import Lattice, find_lattices, hang_together, pieces_of_rules
from picture.layout.pieces import APART, Row, usual_distance
from picture.layout.plane import Bools, Floats, Indices
from picture.layout.render import cut_rows
from picture.layout.sheet import Sheet, Strokes
from picture.page import Line

_FILLED = 0.2
"""The share of cells with a text that makes a table of them, not a drawing."""
_PARTED = 1 / 3
"""The share of rows with texts apart in one cell above which columns are not drawn."""
_NUMBERED = 0.5
"""The share of rows between two rules above which rules do not part rows."""
_LISTED = 3
"""Rows of numbers in one cell that are rows of the table."""
_WIDE = 0.5
"""The share of a table's width, or height, that a rule through it has at least."""
_ALIKE = 2.0
"""Line heights by which rules above and below one table may differ at each end."""
_FEWEST_RULES = 3
_TALLEST = 2.5
"""Line heights between two rules with one text, or none, that go on with a table.

Half as many usual distances of its rows do too.
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """Lines within a lattice, each with the number of its cell."""

    lattice: Lattice
    lines: list[Line]
    owners: Indices


def find_framed(lines: Sequence[Line], sheet: Sheet) -> list[Table]:
    """Return the tables that rules make of lines; of those within another the larger is one."""
    middles = sheet.flatten([corner for line in lines for corner in line.box])
    middles = middles.reshape(-1, 4, 2).mean(axis=1)
    held = [_hold(lattice, lines, middles) for lattice in find_lattices(sheet, middles)]
    found = [(each, table) for each in held if (table := _table(each, sheet)) is not None]
    found.sort(key=lambda pair: -len(pair[1].cells))
    free = np.ones(len(sheet.level), dtype=bool)
    tables: list[Table] = []
    taken: set[int] = set()
    for each, table in found:
        if taken.isdisjoint(map(id, each.lines)):
            taken |= set(map(id, each.lines))
            tables.append(table)
            free &= ~_within(each.lattice, sheet.level, sheet.height)
    rest = np.array([id(line) not in taken for line in lines], dtype=bool)
    others = [line for line, is_free in zip(lines, rest, strict=True) if is_free]
    return [*tables, *_find_open(others, middles[rest], sheet.level.chosen(free), sheet)]


def _hold(lattice: Lattice, lines: Sequence[Line], middles: Floats) -> _Held:
    owners = lattice.locate(middles)
    inside = np.flatnonzero(owners >= 0)
    return _Held(lattice, [lines[at] for at in inside], owners[inside])


def _within(lattice: Lattice, rules: Strokes, height: float) -> Bools:
    """Tell which level rules lie in a lattice or at its edges."""
    top, bottom = lattice.downs[0] - height, lattice.downs[-1] + height
    is_beside = (rules.far < lattice.acrosses[0]) | (rules.near > lattice.acrosses[-1])
    within: Bools = (rules.at >= top) & (rules.at <= bottom) & ~is_beside
    return within


def _table(held: _Held, sheet: Sheet) -> Table | None:
    """Return what a lattice holds as a table, by its cells where all of them are drawn."""
    if len(held.lines) < 2:
        return None
    rows = _rows(held, sheet)
    if _is_loose(held, rows, sheet):
        cuts = _through(held.lattice.upright, held.lattice.acrosses, held.lattice.downs)
        table = align(cut_pieces(held.lines, sheet, cuts), sheet, cuts)
        if table is not None:
            return table
    return _drawn(held, rows, sheet) if _is_filled(held) else None


_Owned = list[tuple[Line, int]]


def _rows(held: _Held, sheet: Sheet) -> list[_Owned]:
    """Return the lines row by row, each with its cell; those not level are rows of their own."""
    owner = {id(line): int(cell) for line, cell in zip(held.lines, held.owners, strict=True)}
    rows = cut_rows([line for line in held.lines if runs_across(line, sheet)])
    others = [[line] for line in held.lines if not runs_across(line, sheet)]
    return [[(line, owner[id(line)]) for line in row] for row in (*rows, *others)]


def _is_loose(held: _Held, rows: Sequence[_Owned], sheet: Sheet) -> bool:
    """Tell whether cells hold more than one row or column of the table."""
    return _parts_columns(rows, sheet) or _lists_rows(held.lattice, rows)


def _parts_columns(rows: Sequence[_Owned], sheet: Sheet) -> bool:
    parted = total = 0
    for row in rows:
        for _, group in groupby(row, key=lambda pair: pair[1]):
            total += 1
            lines = [line for line, _ in group]
            parted += len(lines) > 1 and len(join_near(lines, sheet)) > 1
    return parted > max(1, _PARTED * total)


def _lists_rows(lattice: Lattice, rows: Sequence[_Owned]) -> bool:
    """Tell whether most rows stand in cells with a list of numbers, or beside one."""
    numbers: Counter[int] = Counter()
    texts: Counter[int] = Counter()
    for row in rows:
        for line, cell in row:
            texts[cell] += 1
            numbers[cell] += is_number(line.text)
    listed = {
        lattice.cells[cell][0]
        for cell, count in numbers.items()
        if count >= max(_LISTED, _NUMBERED * texts[cell])
    }
    within = sum(any(lattice.cells[cell][0] in listed for _, cell in row) for row in rows)
    return within > _NUMBERED * len(rows)


def _through(rules: Strokes, tracks: Floats, cuts: Floats) -> list[float]:
    """Return the tracks between the first and the last that rules follow through a table."""
    nearest = abs(rules.at[:, None] - tracks).argmin(axis=1)
    lengths = np.bincount(nearest, rules.far - rules.near, len(tracks))
    is_through = lengths >= _WIDE * (cuts[-1] - cuts[0])
    return [float(track) for track in tracks[1:-1][is_through[1:-1]]]


def _is_filled(held: _Held) -> bool:
    """Tell whether enough cells hold texts, in rows and columns."""
    lattice = held.lattice
    filled = {lattice.cells[owner] for owner in set(held.owners.tolist())}
    rows, columns = {cell[0] for cell in filled}, {cell[1] for cell in filled}
    if len(lattice.downs) < 3 or len(lattice.acrosses) < 3 or len(columns) < 2:
        return False
    heads = [cell for cell in lattice.cells if cell[0] == 0]
    if len(heads) > 1 and filled.issuperset(heads):
        return True
    return len(rows) > 1 and len(filled) >= _FILLED * len(lattice.cells)


def _drawn(held: _Held, rows: Sequence[_Owned], sheet: Sheet) -> Table:
    """Return the cells that are drawn, their lines in order."""
    lattice = held.lattice
    lines: list[list[Line]] = [[] for _ in lattice.cells]
    for line, cell in (pair for row in rows for pair in row):
        lines[cell].append(line)
    cells = tuple(
        Cell(top, left, tuple(own), bottom - top, right - left, frame)
        for (top, left, bottom, right), own, frame in zip(
            lattice.cells, lines, sheet.frames(lattice.boxes), strict=True
        )
    )
    columns = len(lattice.acrosses) - 1
    headers = rows_above_rule(_rules_through(lattice), len(lattice.downs) - 1)
    headers = headers or count_headers(cells, columns)
    return Table(cells, len(lattice.downs) - 1, columns, headers)


def _rules_through(lattice: Lattice) -> list[tuple[int, float]]:
    """Return below which rows a rule runs through a table, and how thick it is."""
    level, downs = lattice.level, lattice.downs
    through = set(_through(level, downs, lattice.acrosses))
    nearest = abs(level.at[:, None] - downs).argmin(axis=1)
    thickness = np.zeros(len(downs))
    np.maximum.at(thickness, nearest, level.thickness)
    return [
        (row, float(thickness[row])) for row, track in enumerate(downs.tolist()) if track in through
    ]


def _find_open(
    lines: Sequence[Line], middles: Floats, level: Strokes, sheet: Sheet
) -> Iterator[Table]:
    """Yield tables between rules that are level, as long as one another, with none upright."""
    taken: set[int] = set()
    for rules in _alike(_whole(level, sheet.height), sheet.height):
        left, right = rules.near.min() - sheet.height, rules.far.max() + sheet.height
        inside = (middles[:, 0] > left) & (middles[:, 0] < right)
        inside &= (middles[:, 1] > rules.at[0]) & (middles[:, 1] < rules.at[-1])
        own = [lines[at] for at in np.flatnonzero(inside) if id(lines[at]) not in taken]
        for rows in _between(cut_pieces(own, sheet), rules.at, sheet.height):
            table = align(rows, sheet, fewest=2)
            if table is not None:
                taken |= set(map(id, table.lines))
                yield table


def _whole(rules: Strokes, height: float) -> Strokes:
    """Return rules with the pieces of each made one."""
    labels = hang_together(len(rules), pieces_of_rules(rules, height))
    groups = [rules.chosen(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    return Strokes(
        np.array([group.near.min() for group in groups]),
        np.array([group.far.max() for group in groups]),
        np.array([group.at.mean() for group in groups]),
        np.array([group.thickness.max() for group in groups]),
    )


def _alike(rules: Strokes, height: float) -> Iterator[Strokes]:
    """Yield rules that begin and end alike, three or more, from top to bottom."""
    if not len(rules):
        return
    starts, ends = label_near(rules.near, _ALIKE * height), label_near(rules.far, _ALIKE * height)
    labels = starts * (ends.max() + 1) + ends
    for label in np.unique(labels):
        same = rules.chosen(labels == label)
        if len(same) >= _FEWEST_RULES:
            yield same.chosen(np.argsort(same.at, kind="stable"))


def _between(rows: Sequence[Row], rules: Floats, height: float) -> Iterator[list[Row]]:
    """Yield the rows of each table: what stands between rules and in columns."""
    middles = [row[0].middle for row in rows]
    bands: list[list[Row]] = [[] for _ in range(len(rules) - 1)]
    for row, band in zip(rows, np.searchsorted(rules, middles) - 1, strict=True):
        if 0 <= band < len(bands):
            bands[band].append(row)
    tallest = max(_TALLEST * height, _TALLEST / 2 * usual_distance(rows))
    kinds = [_kind(*pair) for pair in zip(bands, np.diff(rules) <= tallest, strict=True)]
    for is_table, group in groupby(zip(kinds, bands, strict=True), key=lambda pair: pair[0] >= 0):
        parts = list(group)
        table = [row for _, band in parts for row in band]
        if is_table and len(parts) > 1 and any(kind for kind, _ in parts):
            yield table


def _kind(band: Sequence[Row], is_low: bool) -> int:
    """Tell what stands between two rules: 1 for columns, 0 for what may part them, else -1."""
    if band and (2 * sum(len(row) > 1 for row in band) >= len(band) or _has_gap(band)):
        return 1
    return 0 if len(band) < 2 and is_low else -1


def _has_gap(band: Sequence[Row]) -> bool:
    """Tell whether texts stand beside one another, if not in one row."""
    pieces = sorted((piece for row in band for piece in row), key=lambda piece: piece.left)
    ends = accumulate((piece.right for piece in pieces), max)
    gaps = (after.left - end for end, after in zip(ends, pieces[1:], strict=False))
    return any(gap >= APART * pieces[0].height for gap in gaps)
