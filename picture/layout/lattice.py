"""Rules that cross or touch, as lattices of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from picture.layout.columns import label_near
from picture.layout.plane import Bools, Floats, Indices
from picture.layout.sheet import Sheet, Strokes

_CORNER = 0.5
"""Line heights by which a corner may be open, and two strokes of one rule lie apart."""
_BREAK = 1.0
"""Line heights by which the pieces of one rule may lie apart."""
_OVERHANG = 1.0
"""Line heights by which rules reach beyond the last one that crosses them where cells go on."""
_DRAWN = 0.5
"""The share of a cell's side that is drawn where there is one."""
_MOST_PLACES = 100_000
"""Rows times columns of a lattice that is looked at."""

Span = tuple[int, int, int, int]
"""A first row and column, and those after the last."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Rows and columns between rules, and the cells that they part.

    `downs` are where its rows begin and the last one ends, `acrosses` the same of its
    columns, in pixels of the page made level. `cells` covers all its places once;
    `level` and `upright` are its rules.
    """

    downs: Floats
    acrosses: Floats
    cells: tuple[Span, ...]
    level: Strokes
    upright: Strokes

    @property
    def boxes(self) -> Floats:
        """Return the left, top, right and bottom of each cell."""
        top, left, bottom, right = np.array(self.cells).T
        sides = self.acrosses[left], self.downs[top], self.acrosses[right], self.downs[bottom]
        return np.stack(sides, axis=1)

    def locate(self, places: Floats) -> Indices:
        """Return the number of the cell that holds each place, or -1."""
        owners = np.full((len(self.downs) + 1, len(self.acrosses) + 1), -1, dtype=np.intp)
        for number, (top, left, bottom, right) in enumerate(self.cells):
            owners[top + 1 : bottom + 1, left + 1 : right + 1] = number
        down = np.searchsorted(self.downs, places[:, 1], "right")
        across = np.searchsorted(self.acrosses, places[:, 0], "right")
        found: Indices = owners[down, across]
        return found


def find_lattices(sheet: Sheet, texts: Floats) -> list[Lattice]:
    """Return what rules that cross or touch make, if it has more than one place.

    `texts` are the middles of lines on the page made level: where rules end that no other
    crosses there, a row or column has room for some.
    """
    many = len(sheet.level)
    labels = hang_together(many + len(sheet.upright), _touching(sheet))
    crossing = np.intersect1d(labels[:many], labels[many:])
    groups = (np.flatnonzero(labels == label) for label in crossing)
    lattices = (_lattice(sheet, members, texts) for members in groups)
    return [lattice for lattice in lattices if lattice is not None]


def hang_together(many: int, groups: Iterable[Indices]) -> Indices:
    """Return a label for each of so many, the same for those that groups hold together."""
    found = _Groups(many)
    for first, *others in (group.tolist() for group in groups):
        for other in others:
            found.join(first, other)
    return np.array([found.find(one) for one in range(many)], dtype=np.intp)


def pieces_of_rules(rules: Strokes, height: float) -> Iterator[Indices]:
    """Yield each rule's number, and those of pieces of the same rule that lie below or after."""
    order = np.argsort(rules.at, kind="stable")
    at, near, far = rules.at[order], rules.near[order], rules.far[order]
    last = np.searchsorted(at, at + _CORNER * height, "right")
    gap = _BREAK * height
    for one in range(len(order)):
        rest = slice(one, last[one])
        found = (near[rest] <= far[one] + gap) & (near[one] <= far[rest] + gap)
        yield order[rest][found]


class _Groups:
    """What hangs together, each group by its first number."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parents[second] = first

    def find(self, one: int) -> int:
        while self._parents[one] != one:
            self._parents[one] = self._parents[self._parents[one]]
            one = self._parents[one]
        return one

    def lists(self) -> list[list[int]]:
        """Return the members of each group, in order."""
        found: dict[int, list[int]] = {}
        for one in range(len(self._parents)):
            found.setdefault(self.find(one), []).append(one)
        return list(found.values())


def _touching(sheet: Sheet) -> Iterator[Indices]:
    """Yield rules that touch one another; upright ones are numbered after those that are level."""
    level, upright = sheet.level, sheet.upright
    open_by, many = _CORNER * sheet.height, len(level)
    order = np.argsort(upright.at, kind="stable")
    at, near, far = upright.at[order], upright.near[order], upright.far[order]
    first = np.searchsorted(at, level.near - open_by)
    last = np.searchsorted(at, level.far + open_by, "right")
    for one, y in enumerate(level.at):
        between = slice(first[one], last[one])
        meets = (near[between] <= y + open_by) & (y <= far[between] + open_by)
        yield np.append(many + order[between][meets], one)
    yield from pieces_of_rules(level, sheet.height)
    yield from (many + pieces for pieces in pieces_of_rules(upright, sheet.height))


def _lattice(sheet: Sheet, members: Indices, texts: Floats) -> Lattice | None:
    many = len(sheet.level)
    level = sheet.level.chosen(members[members < many])
    upright = sheet.upright.chosen(members[members >= many] - many)
    downs = _tracks(level, upright, texts, sheet.height)
    acrosses = _tracks(upright, level, texts[:, ::-1], sheet.height)
    rows, columns = len(downs) - 1, len(acrosses) - 1
    if min(rows, columns) < 1 or not 1 < rows * columns <= _MOST_PLACES:
        return None
    over = _sides(level, downs, acrosses, sheet.height)
    beside = _sides(upright, acrosses, downs, sheet.height).T
    cells = [cell for region in _regions(over, beside) for cell in _boxes(region, columns)]
    return _packed(downs, acrosses, sorted(cells), level, upright)


def _tracks(rules: Strokes, crossing: Strokes, texts: Floats, height: float) -> Floats:
    """Return where rules lie, and where those that cross them end beyond, with texts between.

    Texts are given by their places along the rules and across.
    """
    labels = label_near(rules.at, _CORNER * height)
    length = np.maximum(rules.far - rules.near, 1e-6)
    tracks = np.bincount(labels, rules.at * length) / np.bincount(labels, length)
    first, last = float(crossing.near.min()), float(crossing.far.max())
    beside = texts[(rules.near.min() <= texts[:, 0]) & (texts[:, 0] <= rules.far.max()), 1]
    is_before = first < tracks[0] - _OVERHANG * height
    is_after = last > tracks[-1] + _OVERHANG * height
    before = [first] if is_before and _any_between(beside, first, tracks[0]) else []
    after = [last] if is_after and _any_between(beside, tracks[-1], last) else []
    return np.array([*before, *tracks, *after])


def _any_between(values: Floats, least: float, most: float) -> bool:
    return bool(((least < values) & (values < most)).any())


def _sides(rules: Strokes, tracks: Floats, cuts: Floats, height: float) -> Bools:
    """Return which sides between inner places are drawn: a row for each inner track."""
    drawn = np.zeros((len(tracks), len(cuts) - 1))
    nearest = abs(rules.at[:, None] - tracks).argmin(axis=1)
    for track, near, far in zip(nearest, rules.near, rules.far, strict=True):
        drawn[track] += np.maximum(np.minimum(far, cuts[1:]) - np.maximum(near, cuts[:-1]), 0)
    # Corners may be open, and much of a short side is corner.
    sides = np.maximum(np.diff(cuts) - _CORNER * height, 1e-6)
    found: Bools = drawn[1:-1] >= _DRAWN * sides
    return found


def _regions(over: Bools, beside: Bools) -> list[list[int]]:
    """Return the places, numbered row by row, between which no side is drawn."""
    rows, columns = beside.shape[0], over.shape[1]
    numbers = np.arange(rows * columns).reshape(rows, columns)
    groups = _Groups(rows * columns)
    for one in numbers[:-1][~over].tolist():
        groups.join(one, one + columns)
    for one in numbers[:, :-1][~beside].tolist():
        groups.join(one, one + 1)
    return groups.lists()


def _boxes(region: list[int], columns: int) -> Iterator[Span]:
    """Cut a region into boxes: those that are none are parted row by row."""
    waiting: dict[tuple[int, int], Span] = {}
    for row, left, right in _runs(region, columns):
        above = waiting.pop((left, right), None)
        if above is not None and above[2] == row:
            waiting[left, right] = (above[0], left, row + 1, right)
            continue
        if above is not None:
            yield above
        waiting[left, right] = (row, left, row + 1, right)
    yield from waiting.values()


def _runs(region: list[int], columns: int) -> Iterator[tuple[int, int, int]]:
    """Yield places side by side: their row, the first column and the one after the last."""
    start = region[0]
    for one, after in pairwise([*region, -1]):
        if after != one + 1 or after % columns == 0:
            yield start // columns, start % columns, one % columns + 1
            start = after


def _packed(
    downs: Floats, acrosses: Floats, cells: list[Span], level: Strokes, upright: Strokes
) -> Lattice:
    """Return a lattice without tracks at which no cell begins."""
    rows = sorted({cell[0] for cell in cells})
    columns = sorted({cell[1] for cell in cells})
    tops, lefts = np.array([*rows, len(downs) - 1]), np.array([*columns, len(acrosses) - 1])
    packed = np.array(cells)
    packed[:, 0::2] = np.searchsorted(tops, packed[:, 0::2])
    packed[:, 1::2] = np.searchsorted(lefts, packed[:, 1::2])
    spans = tuple((top, left, bottom, right) for top, left, bottom, right in packed.tolist())
    return Lattice(downs[tops], acrosses[lefts], spans, level, upright)
