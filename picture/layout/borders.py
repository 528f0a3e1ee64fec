"""Borders of columns, told by the edges that figures share over rows, however near they are."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from picture.layout.columns import label_near
from picture.layout.headers import is_number
from picture.layout.parts import Gap
from picture.layout.pieces import APART, Piece, Row, gap_between, inner

_FEWEST = 3
"""Rows that share an edge where there is a column; of rows that share so many, two."""
_SHARED = 0.5
"""Line heights within which an edge of figures is one."""
_REACH = 4
"""Rows from one figure of a column to the next at most."""
_FARTHEST = 8.0
"""Line heights from one figure of a column to the next at most."""
_VARIED_NEAR, _VARIED = 2 / 3, 1 / 4
"""The share of words before figures that are unlike, where they are near and where not."""
_NAMES = 2
"""Rows above the first figures that may name their columns."""
_TOUCHING = -0.3
"""Line heights by which two texts of a row may run into one another."""

_UNIT = re.compile(r"^[^\W\d_]{1,3}(?=\W?\d)|(?<=\d)\W?[^\W\d_]{1,3}$")
_LAST = re.compile(r"\w+")
_LEADER = re.compile(r"[.·…_]\s?[.·…_]\s*$")
_CODE = re.compile(r"\W?[A-Z]{1,3}")

_Place = tuple[int, int]
"""A row, and a place in it."""


def find_borders(rows: Sequence[Row]) -> dict[_Place, float]:
    """Return where columns begin, by the texts that stand in them behind others.

    `rows` are those of lines. Numbers, prices and codes that share an edge over rows are
    columns: a blank before them is no word's. What begins a row is none: lists have numbers.
    """
    found: dict[_Place, float] = {}
    for column, gap in _parted(rows):
        border = sum(gap) / 2
        found.update(dict.fromkeys(_behind(rows, column), border))
        found.update(dict.fromkeys(_names(rows, column[0][0], border), border))
    return found


def find_gaps(rows: Sequence[Row]) -> dict[int, list[Gap]]:
    """Return the gaps before columns of figures, by the rows above that name them.

    Of two rows the one with more texts does: the other may have headings over columns.
    """
    found: dict[int, list[Gap]] = defaultdict(list)
    for column, gap in _parted(rows):
        at = max(_named(rows, column[0][0]), key=lambda at: len(rows[at]), default=None)
        if at is not None and len(rows[at]) > 1:
            found[at].append(gap)
    return found


def _parted(rows: Sequence[Row]) -> Iterator[tuple[list[_Place], Gap]]:
    """Yield columns of figures, each with the gap before it that other rows leave free."""
    figures = [
        (at, place)
        for at, row in enumerate(rows)
        for place, piece in enumerate(row)
        if place > 0 and _is_figure(row, place)
    ]
    lefts = [[piece.left for piece in row] for row in rows]
    for column in _columns(rows, figures):
        gap = _gap(rows, column)
        if gap is not None and not _is_crossed(rows, lefts, column, sum(gap) / 2):
            yield column, gap


def _is_figure(row: Row, place: int) -> bool:
    """Tell whether a text is a number or a code, and no leader leads to it."""
    is_led = _LEADER.search(row[place - 1].text) is not None
    return not is_led and (_counts(row[place].text) or _is_code(row, place))


def _counts(text: str) -> bool:
    """Tell whether a text is a number, a unit with it or not."""
    return is_number(_UNIT.sub("", text))


def _is_code(row: Row, place: int) -> bool:
    """Tell whether a text is a code behind a number, as a price has."""
    is_code = _CODE.fullmatch(row[place].text) is not None
    return is_code and _counts(row[place - 1].text)


def _columns(rows: Sequence[Row], figures: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Yield figures one above the other that share an edge, no figure twice."""
    chains = sorted(_chains(rows, figures), key=len, reverse=True)
    shared: dict[tuple[int, int], set[int]] = defaultdict(set)
    for chain in chains:
        for (above, place), (below, _) in pairwise(chain):
            shared[above, below].add(place)
    taken: set[_Place] = set()
    for chain in chains:
        column = [figure for figure in chain if figure not in taken]
        alike = (len(shared[one[0], other[0]]) >= _FEWEST for one, other in pairwise(column))
        is_long = len(column) >= _FEWEST or (len(column) > 1 and any(alike))
        if is_long:
            taken.update(column)
            if _vary(rows, column):
                yield column


def _vary(rows: Sequence[Row], column: Sequence[_Place]) -> bool:
    """Tell whether words before figures vary: behind the same word, any share an edge."""
    pairs = [rows[at][place - 1 : place + 1] for at, place in column]
    pairs = [pair for pair in pairs if not _counts(pair[0].text)]
    near = [pair for pair in pairs if gap_between(*pair) < APART]
    are_near = 2 * len(near) >= len(column)
    words = {tuple(_LAST.findall(before.text)[-1:]) for before, _ in (near if are_near else pairs)}
    least = _VARIED_NEAR * len(near) if are_near else _VARIED * len(pairs)
    return 2 * len(pairs) < len(column) or len(words) > least


def _chains(rows: Sequence[Row], figures: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Yield figures, from top to bottom, that share a left or right edge or a middle."""
    if not figures:
        return
    pieces = [rows[at][place] for at, place in figures]
    height = median(piece.height for piece in pieces)
    ends = np.array([(piece.left, piece.right) for piece in pieces])
    for edges in (ends[:, 0], ends[:, 1], ends.mean(axis=1)):
        groups: dict[int, list[_Place]] = defaultdict(list)
        for figure, label in zip(figures, label_near(edges, _SHARED * height), strict=True):
            groups[int(label)].append(figure)
        for group in groups.values():
            yield from _near(rows, group, height)


def _near(rows: Sequence[Row], group: Sequence[_Place], height: float) -> Iterator[list[_Place]]:
    """Yield figures of one edge in parts that no other rows lie between."""
    chain = [group[0]]
    for above, figure in pairwise(group):
        step = rows[figure[0]][0].middle - rows[above[0]][0].middle
        if figure[0] - above[0] > _REACH or step > _FARTHEST * height:
            yield chain
            chain = []
        chain.append(figure)
    yield chain


def _gap(rows: Sequence[Row], column: Sequence[_Place]) -> Gap | None:
    """Return the gap before a column that has texts before it: where most rows have one."""
    gaps = [
        sorted((rows[at][place - 1].right, rows[at][place].left))
        for at, place in _behind(rows, column)
    ]
    if not gaps:
        return None
    turns = sorted((*((start, -1) for start, _ in gaps), *((end, 1) for _, end in gaps)))
    depths = np.cumsum([-turn for _, turn in turns])
    widest = int(depths.argmax())
    return turns[widest][0], turns[widest + 1][0]


def _behind(rows: Sequence[Row], column: Sequence[_Place]) -> Iterator[_Place]:
    """Yield what of a column stands behind another text, and runs little into it."""
    for at, place in column:
        if gap_between(*rows[at][place - 1 : place + 1]) >= _TOUCHING:
            yield at, place


def _is_crossed(
    rows: Sequence[Row], lefts: Sequence[Sequence[float]], column: Sequence[_Place], border: float
) -> bool:
    """Tell whether other rows of several texts run across a border, half as many or more."""
    own = {at for at, _ in column}
    others = [at for at in range(column[0][0], column[-1][0] + 1) if at not in own]
    crossed = 0
    for at in others:
        before = bisect(lefts[at], border) - 1
        crossed += len(rows[at]) > 1 and before >= 0 and _crosses(rows[at][before], border)
    return 2 * crossed > len(column)


def _crosses(piece: Piece, border: float) -> bool:
    left, right = inner(piece)
    return left < border < right


def _names(rows: Sequence[Row], first: int, border: float) -> Iterator[_Place]:
    """Yield the words that stand behind a border above its first figures."""
    for at in _named(rows, first):
        for place, (before, piece) in enumerate(pairwise(rows[at]), 1):
            slack = -_TOUCHING * piece.height
            is_there = before.right - slack <= border <= piece.left + slack
            if is_there:
                yield at, place


def _named(rows: Sequence[Row], first: int) -> Iterator[int]:
    """Yield the rows that may name a column above its first figures: they have none."""
    for at in range(max(first - _NAMES, 0), first):
        if not any(char.isdigit() for piece in rows[at] for char in piece.text):
            yield at
