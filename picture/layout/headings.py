"""Headings over several columns, which need not reach to the ends of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from picture.layout.headers import is_number
from picture.layout.pieces import Piece, Row, column_of

_MOST_ROWS = 3
"""Headings stand in one of so many rows."""
_BETTER = 0.25
"""Line heights by which a heading fits several columns better than one."""
_MISSES = 1.0
"""Line heights by which a heading may miss the middle of its columns."""

Span = tuple[int, int]
"""A first column, and how many there are."""
_Extents = Sequence[tuple[float, float]]


def spread_headings(rows: Sequence[Row], starts: Sequence[float]) -> dict[int, list[Span]]:
    """Return the columns of each text of the rows of headings, by the row's number."""
    above = _count_words(rows)
    extents = _extents(rows[1:], starts)
    if any(left >= after for (left, _), (after, _) in pairwise(extents)):
        return {}
    return {at: _spread(rows[at], starts, extents) for at in range(above)}


def _count_words(rows: Sequence[Row]) -> int:
    """Return how many rows above the first with a number may hold headings."""
    for at, row in enumerate(rows[: _MOST_ROWS + 1]):
        if any(is_number(piece.text) for piece in row):
            return max(at - 1, 0)
    return 1


def _extents(rows: Sequence[Row], starts: Sequence[float]) -> list[tuple[float, float]]:
    """Return where texts of each column usually begin and end."""
    texts: list[list[Piece]] = [[] for _ in starts]
    for row in rows:
        for piece in row:
            column, many = column_of(piece, starts)
            if many == 1:
                texts[column].append(piece)
    return [
        (median(piece.left for piece in own), median(piece.right for piece in own))
        if own
        else (start, start)
        for start, own in zip(starts, texts, strict=True)
    ]


def _spread(row: Row, starts: Sequence[float], extents: _Extents) -> list[Span]:
    spans = [column_of(piece, starts) for piece in row]
    for at, piece in enumerate(row):
        first = sum(spans[at - 1]) if at else 0
        last = spans[at + 1][0] if at + 1 < len(row) else len(starts)
        spans[at] = _best(piece, spans[at], list(_around(spans[at], first, last)), extents)
    return spans


def _around(span: Span, first: int, last: int) -> Iterator[Span]:
    """Yield the wider spans between two columns."""
    column, many = span
    for start in range(first, column + 1):
        for end in range(column + many, last + 1):
            if end - start > many:
                yield start, end - start


def _best(piece: Piece, own: Span, wider: Sequence[Span], extents: _Extents) -> Span:
    """Return the span in whose middle a text stands, if it does so clearly."""
    left, right = extents[own[0]][0], extents[sum(own) - 1][1]
    if not wider or (left <= piece.left and piece.right <= right):
        return own
    middle = (piece.left + piece.right) / 2
    misses = min(
        abs(piece.left - left), abs(piece.right - right), abs(2 * middle - left - right) / 2
    )
    best = min(wider, key=lambda span: _misses(middle, span, extents))
    found = _misses(middle, best, extents)
    is_better = found + _BETTER * piece.height < misses and found < _MISSES * piece.height
    return best if is_better else own


def _misses(middle: float, span: Span, extents: _Extents) -> float:
    """Return how far a text is from the middle of a span."""
    return abs(middle - (extents[span[0]][0] + extents[sum(span) - 1][1]) / 2)
