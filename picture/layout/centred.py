"""Texts beside the middle of several lines, in one row with all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np

from picture.layout.headers import is_number
from picture.layout.pieces import Piece, Row, inner
from picture.layout.sheet import Strokes

_PITCH = 1.7
"""Line heights from one line of a cell to the next at most."""
_LEVEL = 0.2
"""Of the way from one line of a cell to the next, how far a text is from their middle."""
_EVEN = 1.15
"""How much further apart lines of one cell are than others."""
_ALONE = 1.4
"""How much further apart than a cell's lines the texts of the column beside them are."""
_PARTED = 1.3
"""How much further apart than a cell's lines rows are where they tell what is one."""
_MOST_LINES = 6
"""Lines above a text in the middle, and below, that are of its row."""
_WIDEST = 64
"""Texts of a row that is looked at."""

_Span = tuple[int, int]
"""A first row, and the last one."""


def gather(rows: Sequence[Row], rules: Strokes) -> list[Row]:
    """Return rows with those made one that a text stands beside the middle of.

    No row goes on over a level rule; one alone may be so by chance.
    """
    middles = [row[0].middle for row in rows]
    free = _RuledRows(middles, rules)
    spans: list[_Span] = []
    for at in range(1, len(rows) - 1):
        after = spans[-1][1] + 1 if spans else 0
        if span := _span(rows, at, after, free):
            spans.append(span)
    return list(_with_spans(rows, _repeated(rows, spans)))


def _repeated(rows: Sequence[Row], spans: Sequence[_Span]) -> list[_Span]:
    """Return those of several that have their text in the middle in one column."""
    middles = [rows[(first + last) // 2] for first, last in spans]
    own = [
        [piece for piece in row if not _overlap([piece], rows[first])]
        for row, (first, _) in zip(middles, spans, strict=True)
    ]
    beside = [[*own[max(at - 1, 0) : at], *own[at + 1 : at + 2]] for at in range(len(own))]
    return [
        span
        for span, row, others in zip(spans, own, beside, strict=True)
        if any(_overlap(row, other) for other in others)
    ]


class _RuledRows:
    """Where rules part rows."""

    def __init__(self, middles: Sequence[float], rules: Strokes) -> None:
        order = np.argsort(rules.at, kind="stable")
        self._rules = rules.chosen(order)
        self._places: list[float] = self._rules.at.tolist()
        self._middles = middles

    def part(self, first: int, last: int, left: float, right: float) -> bool:
        """Tell whether a rule runs between two rows, from one place to another or in part."""
        start = bisect_left(self._places, self._middles[first])
        end = bisect_left(self._places, self._middles[last])
        near, far = self._rules.near[start:end], self._rules.far[start:end]
        return bool(((near < right) & (far > left)).any())


def _span(rows: Sequence[Row], at: int, after: int, ruled: _RuledRows) -> _Span | None:
    """Return the rows that a row stands in the middle of, of those after others."""
    above, row, below = rows[at - 1 : at + 2]
    if max(map(len, (above, row, below))) > _WIDEST:
        return None
    if at - 1 < after or not _are_cell(above, below) or not _is_beside(row, above, below):
        return None
    is_between = not _overlap(row, above)
    step = (below[0].middle - above[0].middle) / (1 if is_between else 2)
    if step > _PITCH * above[0].height or not _is_centred(rows, at, 1, step):
        return None
    size = 1
    while size < _MOST_LINES and _goes_on(rows, at, size + 1, after, step):
        size += 1
    first, last = at - size, at + size
    pieces = [piece for each in rows[first : last + 1] for piece in each]
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    is_whole = is_between or _stands_alone(rows, first, last, step)
    is_whole = is_whole and _is_alone(rows, at, first, last, step)
    return (first, last) if is_whole and not ruled.part(first, last, left, right) else None


def _are_cell(above: Row, below: Row) -> bool:
    """Tell whether two rows are lines of the same cells, in words."""
    has_numbers = any(is_number(piece.text) for piece in (*above, *below))
    return not has_numbers and _cover(above, below) and _cover(below, above)


def _cover(some: Row, others: Row) -> bool:
    """Tell whether every text of a row is above or below one of another."""
    return all(_overlap([piece], others) for piece in some)


def _overlap(some: Sequence[Piece], others: Sequence[Piece]) -> bool:
    return any(
        one.left < other.right and other.left < one.right for one in some for other in others
    )


def _is_beside(row: Row, above: Row, below: Row) -> bool:
    """Tell whether some text of a row is beside those above and below, not between them."""
    return any(not _overlap([piece], (*above, *below)) for piece in row)


def _is_centred(rows: Sequence[Row], at: int, size: int, step: float) -> bool:
    middle = (rows[at - size][0].middle + rows[at + size][0].middle) / 2
    return abs(middle - rows[at][0].middle) <= _LEVEL * step


def _goes_on(rows: Sequence[Row], at: int, size: int, after: int, step: float) -> bool:
    """Tell whether rows as far above and below go on with a cell's lines."""
    first, last = at - size, at + size
    if first < after or last >= len(rows) or not _are_cell(rows[first], rows[last]):
        return False
    near = rows[first + 1][0].middle - rows[first][0].middle <= _EVEN * step
    near = near and rows[last][0].middle - rows[last - 1][0].middle <= _EVEN * step
    is_same = _cover(rows[first], rows[first + 1]) and _cover(rows[last], rows[last - 1])
    return near and is_same and not _are_others(rows, first, last, step)


def _are_others(rows: Sequence[Row], first: int, last: int, step: float) -> bool:
    """Tell whether the next row above or below is in the middle of other lines."""
    half = 0.75 * step
    above = first > 0 and rows[first][0].middle - rows[first - 1][0].middle < half
    below = last + 1 < len(rows) and rows[last + 1][0].middle - rows[last][0].middle < half
    return above or below


def _stands_alone(rows: Sequence[Row], first: int, last: int, step: float) -> bool:
    """Tell whether what is above and below some rows is further away than they are apart."""
    steps = [
        rows[after][0].middle - rows[after - 1][0].middle
        for after in (first, last + 1)
        if 0 < after < len(rows)
    ]
    return bool(steps) and min(steps) >= _PARTED * step


def _is_alone(rows: Sequence[Row], at: int, first: int, last: int, step: float) -> bool:
    """Tell whether the column of a text in the middle has none beside its own cell's lines."""
    own = [piece for piece in rows[at] if not _overlap([piece], rows[first])]
    others = (*rows[max(first - 1, 0) : first], *rows[last + 1 : last + 2])
    near = (row for row in others if abs(row[0].middle - rows[at][0].middle) < _ALONE * step)
    return not any(_overlap(own, row) for row in near)


def _with_spans(rows: Sequence[Row], spans: Sequence[_Span]) -> Iterator[Row]:
    done = 0
    for first, last in spans:
        yield from rows[done:first]
        yield _made_one(rows[first : last + 1])
        done = last + 1
    yield from rows[done:]


def _made_one(rows: Sequence[Row]) -> Row:
    """Return the texts of several rows, those above one another as one."""
    cells: list[list[Piece]] = []
    reach = -np.inf
    for piece in sorted((piece for row in rows for piece in row), key=lambda each: each.left):
        if inner(piece)[0] >= reach:
            cells.append([])
        cells[-1].append(piece)
        reach = max(reach, piece.right)
    middle = (rows[0][0].middle + rows[-1][0].middle) / 2
    return [_cell(pieces, middle) for pieces in cells]


def _cell(pieces: Sequence[Piece], middle: float) -> Piece:
    """Return texts above one another as one."""
    ranked = sorted(pieces, key=lambda piece: piece.middle)
    return Piece(
        tuple(line for piece in ranked for line in piece.lines),
        min(piece.left for piece in pieces),
        max(piece.right for piece in pieces),
        middle,
        max(piece.height for piece in pieces),
        next((piece.border for piece in ranked if piece.border is not None), None),
    )
