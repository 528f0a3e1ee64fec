"""Tables found by how lines stand above one another."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

import numpy as np

from picture.layout.cells import Cell, Table
from picture.layout.headers import count_headers, is_number, rows_above_marks, rows_above_rule
from picture.layout.headings import spread_headings
from picture.layout.joints import cut_pieces
from picture.layout.marks import part_marks
from picture.layout.parts import whole_of
from picture.layout.pieces import APART, Piece, Row, column_of, inner, usual_distance
from picture.layout.plane import Floats, count_cells
from picture.layout.sheet import Sheet
from picture.page import Line

_FARTHEST = 3.5
"""Rows further apart than so many usual distances are of two tables."""
_HEADINGS = 2
"""Rows that may stand over a table with fewer cells than its columns have names."""
_SUMS = 2
"""Rows of a name and a figure, one below the other, that end a table: its sums."""
_NEAR = 64
"""Rows above that a row is compared with."""
_CROSSING = 0.2
"""The share of rows that may cross the gap between two columns: headings over several."""
_FEWEST_ROWS = 3
_FEWEST_FILLED = 0.34
"""The share of rows in which a column has a text at least."""
_FEWEST_BORDERED = 2
"""Rows in which a text stands at a border of columns, where it is the table's."""
_LONGEST = 60
"""Letters in the middle cell of a column of running text, which is no table's."""
_CLOSE = 0.8
"""Lines of one cell are so much nearer than rows are."""
_MOST_CUTS = 8
"""Gaps where tables may stand beside each other, the widest first."""
_SHARED = 0.5
"""Tables beside each other share fewer rows than this part of the smaller one's."""
_LEVEL = 0.3
"""Line heights by which texts of one row may stand lower than others."""
_RULED = 0.8
"""The share of what lies between two rules that is one row where rules part all rows."""
_ACROSS = 0.5
"""The share of a table's width that a rule between its rows has at least."""


def find_aligned(lines: Sequence[Line], sheet: Sheet) -> Iterator[Table]:
    """Yield the tables among lines, from top to bottom."""
    rows = cut_pieces(lines, sheet)
    for run in _runs(rows):
        for part in _parted(run):
            table = align(_trimmed(part), sheet)
            if table is not None:
                yield table


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield rows that may be a table: near one another, the first and last of several cells."""
    distance = usual_distance(rows)
    run: list[Row] = []
    for above, row in zip([None, *rows], rows, strict=False):
        far = bool(run) and row[0].middle - run[-1][0].middle > _FARTHEST * distance
        if run and (far or _breaks(row, run) or _begins_anew(row, run)):
            yield _trimmed(run)
            run = []
        if not run and above is not None and _heads(above, row, 2 * distance):
            run.append(above)
        if run or len(row) > 1:
            run.append(row)
    yield _trimmed(run)


def _begins_anew(row: Row, run: Sequence[Row]) -> bool:
    """Tell whether a row names the columns of a table of its own, not of the rows above.

    Its columns are more than theirs, or they end in sums: so do tables.
    """
    are_words = not any(is_number(piece.text) for piece in row)
    if len(run) <= _HEADINGS or len(row) <= 2 or not are_words:
        return False
    return all(len(above) < len(row) - 1 for above in run) or all(map(_is_sum, run[-_SUMS:]))


def _is_sum(row: Row) -> bool:
    """Tell whether a row has a name and a figure, as a sum does."""
    return len(row) == 2 and [is_number(piece.text) for piece in row] == [False, True]


def _heads(above: Row, row: Row, farthest: float) -> bool:
    """Tell whether a row of one cell stands over some of the next one's columns."""
    return (
        len(above) == 1 < len(row)
        and above[0].left > row[0].right
        and row[0].middle - above[0].middle <= farthest
    )


def _breaks(row: Row, run: Sequence[Row]) -> bool:
    """Tell whether a row of one cell cannot be of the table above it: it crosses its columns."""
    if len(row) > 1 or count_cells(row[0].text) <= _LONGEST / 2:
        return False
    several = [each for each in run[-_NEAR:] if len(each) > 1]
    return sum(_crosses(row[0], each) for each in several) > len(several) / 2


def _crosses(piece: Piece, row: Row) -> bool:
    gaps = ((before.right, after.left) for before, after in pairwise(row))
    return any(piece.left < left and right < piece.right for left, right in gaps)


def _trimmed(run: Sequence[Row]) -> list[Row]:
    """Return rows without those of one cell at the end that do not go on in the last one's."""
    last = max((at for at, row in enumerate(run) if len(row) > 1), default=-1)
    tight = _CLOSE * usual_distance(run)
    kept = list(run[: last + 1])
    for row in run[last + 1 :] if kept else []:
        is_tight = row[0].middle - kept[-1][0].middle < tight
        if not is_tight or not _hangs_below(row[0], run[last]):
            break
        kept.append(row)
    return kept


def _hangs_below(piece: Piece, row: Row) -> bool:
    """Tell whether a text begins where one of a row does, and ends before the next one."""
    ends = [after.left for after in row[1:]] + [float("inf")]
    return any(
        abs(piece.left - over.left) <= piece.height / 2 and piece.right < end
        for over, end in zip(row, ends, strict=True)
    )


def _parted(run: list[Row]) -> list[list[Row]]:
    """Return rows as they are, or cut between tables that stand beside each other."""
    if len(run) < _FEWEST_ROWS:
        return [run]
    gaps = sorted(_gaps(run, most_crossing=0), key=lambda gap: gap[0] - gap[1])
    for cut in ((left + right) / 2 for left, right in gaps[:_MOST_CUTS]):
        left = _filled([[piece for piece in row if piece.right <= cut] for row in run])
        right = _filled([[piece for piece in row if piece.left >= cut] for row in run])
        shared = _count_shared(run, cut)
        if shared < _SHARED * min(len(left), len(right)) and _are_many(left) and _are_many(right):
            return [*_parted(left), *_parted(right)]
    return [run]


def _count_shared(rows: Sequence[Row], cut: float) -> int:
    """Return how many rows go on over a cut, as level as they are before it."""
    slopes = [_slope(row[0], row[-1]) for row in rows if len(row) > 1 and row[-1].right <= cut]
    slope = median(slopes or [0.0])
    shared = 0
    for row in rows:
        at = sum(piece.right <= cut for piece in row)
        if 0 < at < len(row):
            before, after = row[at - 1 : at + 1]
            step = after.middle - before.middle - slope * (after.left - before.left)
            shared += abs(step) <= _LEVEL * min(before.height, after.height)
    return shared


def _slope(before: Piece, after: Piece) -> float:
    return (after.middle - before.middle) / max(after.left - before.left, 1.0)


def _filled(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row]


def _are_many(rows: Sequence[Row]) -> bool:
    return sum(len(row) > 1 for row in rows) >= _FEWEST_ROWS


def align(
    rows: Sequence[Row],
    sheet: Sheet,
    cuts: Sequence[float] = (),
    fewest: int = _FEWEST_ROWS,
) -> Table | None:
    """Return rows as a table, if enough of them agree on their columns.

    Between two columns is a `cut` wherever there is one, across on the page made level.
    Of less than the `fewest` rows and as many columns is none. Rows of marks part those
    that they stand between.
    """
    rows, marks = part_marks(rows)
    several = [row for row in rows if len(row) > 1]
    if len(several) < 2 or len(rows) < 2:
        return None
    starts = _with_cuts(_columns(several), cuts, median(row[0].height for row in rows))
    starts = _with_borders(starts, several)
    if len(starts) < 2 or max(len(several), len(starts)) < fewest:
        return None
    rules, drawn = _rules_between(rows, sheet), _marks_between(rows, marks)
    below = {*(row for row, _ in rules), *(row for row, _ in drawn)}
    placed = _merged(rows, starts, below)
    cells = tuple(cell for row in placed for cell in row)
    headers = _headers(placed, rows, rules, len(starts), [row for row, _ in drawn])
    lines = tuple(line for _, row in drawn for piece in row for line in piece.lines)
    table = Table(tuple(map(_of_page, cells)), len(placed), len(starts), headers, lines)
    return None if _is_prose(table) else table


def _of_page(cell: Cell) -> Cell:
    """Return a cell with the page's own lines, the parts that it has of them told apart."""
    wholes = {id(whole): whole for whole in map(whole_of, cell.lines)}
    if all(id(line) in wholes for line in cell.lines):
        return cell
    return replace(cell, lines=tuple(wholes.values()), parts=cell.lines)


def _with_cuts(starts: list[float], cuts: Sequence[float], height: float) -> list[float]:
    """Return where columns begin, with cuts for the starts that are near them."""
    apart = [start for start in starts if all(abs(start - cut) > height for cut in cuts)]
    first = starts[0]
    return sorted({first, *apart, *(cut for cut in cuts if cut > first + height)})


def _with_borders(starts: list[float], rows: Sequence[Row]) -> list[float]:
    """Return where columns begin, with the borders that rows share; no column is empty."""
    borders = _shared_borders(rows)
    if not borders:
        return starts
    lefts = sorted(inner(piece)[0] for row in rows for piece in row)
    filled = [
        start
        for start, end in pairwise([*sorted({*starts, *borders}), np.inf])
        if bisect_left(lefts, end) - bisect_left(lefts, start) >= _FEWEST_BORDERED
    ]
    return [starts[0], *(start for start in filled if start > starts[0])]


def _shared_borders(rows: Sequence[Row]) -> list[float]:
    """Return the borders that most rows share, of those near one another."""
    counts = Counter(piece.border for row in rows for piece in row if piece.border is not None)
    height = median(piece.height for row in rows for piece in row)
    kept: list[float] = []
    for border, count in counts.most_common():
        at = bisect(kept, border)
        is_apart = all(abs(border - near) > height for near in kept[max(at - 1, 0) : at + 1])
        if count >= _FEWEST_BORDERED and is_apart:
            kept.insert(at, border)
    return kept


def _marks_between(rows: Sequence[Row], marks: Sequence[Row]) -> list[tuple[int, Row]]:
    """Return before which rows a row of marks stands, within the table."""
    middles = [row[0].middle for row in rows]
    before = [(bisect(middles, row[0].middle), row) for row in marks]
    return [(at, row) for at, row in before if 0 < at < len(rows)]


def _rules_between(rows: Sequence[Row], sheet: Sheet) -> list[tuple[int, float]]:
    """Return before which rows a rule lies, and how thick it is."""
    left = min(row[0].left for row in rows)
    right = max(row[-1].right for row in rows)
    level = sheet.level
    shared = np.minimum(level.far, right) - np.maximum(level.near, left)
    middles = np.array([row[0].middle for row in rows])
    before = np.searchsorted(middles, level.at)
    between = (shared > _ACROSS * (right - left)) & (before > 0) & (before < len(rows))
    found: dict[int, float] = {}
    for row, thickness in zip(before[between], level.thickness[between], strict=True):
        found[int(row)] = max(found.get(int(row), 0.0), float(thickness))
    return sorted(found.items())


def _headers(
    placed: Sequence[Sequence[Cell]],
    rows: Sequence[Row],
    rules: Sequence[tuple[int, float]],
    columns: int,
    below_marks: Sequence[int],
) -> int:
    """Return how many rows name columns: those above a rule, else by what they say."""
    owner = {id(line): number for number, row in enumerate(placed) for line in _lines(row)}
    numbers = [owner[id(row[0].lines[0])] for row in rows]
    return (
        rows_above_rule([(numbers[row], thick) for row, thick in rules], len(placed))
        or rows_above_marks(placed, [numbers[row] for row in below_marks])
        or count_headers([cell for row in placed for cell in row], columns)
    )


def _lines(row: Sequence[Cell]) -> Iterator[Line]:
    return (line for cell in row for line in cell.lines)


def _columns(rows: Sequence[Row]) -> list[float]:
    """Return where columns begin: after the gaps that nearly all rows leave free."""
    narrowest = APART / 2 * median(piece.height for row in rows for piece in row)
    items = _without_sums(rows)
    gaps = _gaps(items, _CROSSING * len(items))
    middles = [(left + right) / 2 for left, right in gaps if right - left >= narrowest]
    return _supported([min(row[0].left for row in rows), *middles], rows)


def _without_sums(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows without those that name a sum, where enough others have more texts.

    What stands before a sum reaches over the columns of the items above it.
    """
    items = [row for row in rows if len(row) > 2 or not is_number(row[-1].text)]
    has_items = sum(len(row) > 2 for row in items) >= _FEWEST_ROWS
    return items if has_items else rows


def _gaps(rows: Sequence[Row], most_crossing: float) -> Iterator[tuple[float, float]]:
    """Yield what lies between columns: where no more rows than so many have a text."""
    edges = np.array(sorted({edge for row in rows for piece in row for edge in _ends(piece)}))
    covered = np.zeros(len(edges))
    for row in rows:
        for piece in row:
            covered[np.searchsorted(edges, piece.left)] += 1
            covered[np.searchsorted(edges, piece.right)] -= 1
    free = np.cumsum(covered)[:-1] <= most_crossing
    at = 0
    for is_free, group in groupby(free.tolist()):
        size = len(list(group))
        if is_free and at:
            yield float(edges[at]), float(edges[at + size])
        at += size


def _ends(piece: Piece) -> tuple[float, float]:
    return piece.left, piece.right


def _names(rows: Sequence[Row]) -> Floats:
    """Return where the texts of a first row begin that names the columns of others."""
    first, *others = rows
    has_numbers = any(is_number(piece.text) for piece in first)
    is_header = len(first) > 2 and not has_numbers and all(len(row) <= len(first) for row in others)
    return np.array([inner(piece)[0] for piece in first] if is_header else [])


def _supported(starts: list[float], rows: Sequence[Row]) -> list[float]:
    """Return the starts of columns that have texts in enough rows."""
    needed = max(2.0, _FEWEST_FILLED * len(rows)) if len(rows) > 2 else 1.0
    names = _names(rows)
    kept = list(starts)
    numbers = np.array([number for number, row in enumerate(rows) for _ in row])
    lefts = np.array([inner(piece)[0] for row in rows for piece in row])
    while len(kept) > 1:
        columns = np.maximum(np.searchsorted(kept, lefts, "right") - 1, 0)
        places = np.unique(numbers * len(kept) + columns)
        counts = np.bincount(places % len(kept), minlength=len(kept)).astype(float)
        # What has a name and a text is a column, however few they are.
        named = np.unique(np.searchsorted(kept, names, "right") - 1)
        counts[named[(named >= 0) & (counts[named] > 1)]] += needed
        weakest = int(counts.argmin())
        if counts[weakest] >= needed:
            break
        # What stands in it goes to the column before.
        del kept[weakest or 1]
    return kept


def _merged(
    rows: Sequence[Row], starts: Sequence[float], below_rules: Set[int]
) -> list[list[Cell]]:
    """Return the cells row by row, lines that go on in a cell joined to it.

    None goes on below a rule; where most rows have a rule below them, all else do.
    """
    placed: list[list[Cell]] = []
    tight = _CLOSE * usual_distance(rows)
    are_ruled = _are_ruled(rows, below_rules)
    above = -np.inf
    heads = spread_headings(rows, starts)
    for number, row in enumerate(rows):
        spans = heads.get(number) or [column_of(piece, starts) for piece in row]
        cells = _placed(row, len(placed), spans)
        is_tight = row[0].middle - above < tight
        is_new = not placed or number in below_rules
        if not is_new and (are_ruled or _goes_on(cells, placed[-1], row, is_tight)):
            placed[-1] = _joined(placed[-1], cells)
        else:
            placed.append(cells)
        above = row[0].middle
    return placed


def _are_ruled(rows: Sequence[Row], below_rules: Set[int]) -> bool:
    """Tell whether rules part nearly all rows of several texts from one another."""
    if len(below_rules) < _FEWEST_ROWS:
        return False
    ends = [0, *sorted(below_rules), len(rows)]
    bands = [sum(len(row) > 1 for row in rows[start:end]) for start, end in pairwise(ends)]
    return sum(count < 2 for count in bands) >= _RULED * len(bands)


def _placed(row: Row, number: int, spans: Sequence[tuple[int, int]]) -> list[Cell]:
    cells: list[Cell] = []
    for piece, (column, span) in zip(row, spans, strict=True):
        if cells and cells[-1].column + cells[-1].column_span > column:
            before = cells[-1]
            reach = max(before.column_span, column + span - before.column)
            cells[-1] = replace(before, lines=(*before.lines, *piece.lines), column_span=reach)
        else:
            cells.append(Cell(number, column, piece.lines, column_span=span))
    return cells


def _goes_on(cells: Sequence[Cell], above: Sequence[Cell], row: Row, is_tight: bool) -> bool:
    """Tell whether a row holds further lines of the cells above it alone."""
    known = {cell.column for cell in above}
    if len(cells) >= len(above) or any(cell.column not in known for cell in cells):
        return False
    if any(is_number(piece.text) for piece in row) or any(cell.column_span > 1 for cell in cells):
        return False
    return is_tight or all(cell.text[:1].islower() for cell in cells)


def _joined(above: Sequence[Cell], cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row with the lines of those below them."""
    joined = list(above)
    for cell in cells:
        at = max(bisect(joined, cell.column, key=_column) - 1, 0)
        over = joined[at]
        if over.column <= cell.column < over.column + over.column_span:
            joined[at] = replace(over, lines=(*over.lines, *cell.lines))
        else:
            place = bisect(joined, cell.column, key=_column)
            after = [other.column for other in joined[place : place + 1]]
            span = min([cell.column_span, *(column - cell.column for column in after)])
            joined.insert(place, replace(cell, row=over.row, column_span=span))
    return joined


def _column(cell: Cell) -> int:
    return cell.column


def _is_prose(table: Table) -> bool:
    """Tell running text in columns, which stands side by side by chance."""
    longest = [
        median([count_cells(text) for text in column if text] or [0])
        for column in zip(*table.grid, strict=True)
    ]
    return sum(length > _LONGEST / 2 for length in longest) > 1
