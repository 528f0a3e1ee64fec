"""Rows of hyphens among a text's rows, where level rules are drawn on the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from picture.layout.grid import WIDEST
from picture.layout.plane import count_cells, on_one_row
from picture.layout.rows import Row
from picture.page import Line, Rule, reach

ONE_ROW = 0.5
"""Rules no further apart than so much of a row's height are one row's."""


@dataclass(frozen=True, slots=True)
class Text:
    """The rows of a text as they are drawn, of lines; a cell is so many pixels wide."""

    rows: Sequence[Row]
    drawn: Sequence[str]
    lines: Sequence[Line]
    cell: float

    def level(self, at: int, place: float) -> float:
        """Return how far down a row is where it is nearest to a place."""
        lines = [self.lines[member] for member in self.rows[at].members]
        spans = [reach(line.box, (1, 0)) for line in lines]
        far = [max(left - place, place - right) for left, right in spans]
        return _level(lines[int(np.argmin(far))], place)


def add_rules(text: Text, rules: Sequence[Rule]) -> list[str]:
    """Return the rows of a text and of level rules, each rule from where to where it runs.

    Rules take blank rows where there are some.
    """
    gaps: dict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        if not rule.is_upright:
            gaps[_row_below(text, rule)].append(rule)
    made: list[str] = []
    for at, (row, drawn) in enumerate(zip(text.rows, text.drawn, strict=True)):
        made += [*_gap(text, at, row.blank, gaps[at]), drawn]
    return made + _gap(text, len(text.rows), 0, gaps[len(text.rows)])


def _row_below(text: Text, rule: Rule) -> int:
    """Return the first row that is below a rule."""
    (x0, y0), (x1, y1) = rule.start, rule.end
    for at, row in enumerate(text.rows):
        if not row.vertical and text.level(at, (x0 + x1) / 2) > (y0 + y1) / 2:
            return at
    return len(text.rows)


def _gap(text: Text, at: int, blank: int, rules: Sequence[Rule]) -> list[str]:
    """Return what is above a row: blank rows and those of rules."""
    height = float(np.median([row.height for row in text.rows]))
    drawn = [_draw(text, at, group) for group in _groups(rules, ONE_ROW * height)]
    left = max(blank - len(drawn), 0)
    before = round(left * _share(text, at, rules)) if drawn and left else left
    return [""] * before + drawn + [""] * (left - before)


def _share(text: Text, at: int, rules: Sequence[Rule]) -> float:
    """Return how far rules are on the way from the row above to the one below."""
    (x0, y0), (x1, y1) = rules[0].start, rules[0].end
    above, below = (text.level(each, (x0 + x1) / 2) for each in (at - 1, at))
    return min(max(((y0 + y1) / 2 - above) / max(below - above, 1.0), 0.0), 1.0)


def _groups(rules: Sequence[Rule], near: float) -> list[list[Rule]]:
    """Return rules from top to bottom, those of one level together."""
    ranked = sorted(rules, key=lambda rule: rule.start[1] + rule.end[1])
    groups = [ranked[:1]] if ranked else []
    for before, rule in pairwise(ranked):
        if (rule.start[1] + rule.end[1] - before.start[1] - before.end[1]) / 2 > near:
            groups.append([])
        groups[-1].append(rule)
    return groups


def _draw(text: Text, at: int, rules: Sequence[Rule]) -> str:
    """Return a row of hyphens, in the columns of the rows about it."""
    places, columns = _columns(text, at)
    row = [" "] * WIDEST
    for rule in rules:
        start, end = (
            _column(places, columns, place, text.cell) for place in (rule.start[0], rule.end[0])
        )
        row[start : max(end, start + 1)] = "-" * (max(end, start + 1) - start)
    return "".join(row[:WIDEST]).rstrip()


def _columns(text: Text, at: int) -> tuple[list[float], list[int]]:
    """Return places on the page, from left to right, and which columns of text they are."""
    rows = [each for each in (at - 1, at) if 0 <= each < len(text.rows)]
    pairs = sorted(pair for each in rows for pair in _edges(text, each))
    columns = np.maximum.accumulate([column for _, column in pairs])
    return [place for place, _ in pairs], columns.tolist()


def _edges(text: Text, at: int) -> list[tuple[float, int]]:
    """Return where the texts of a row start and end on the page, and in which column."""
    edges: list[tuple[float, int]] = []
    drawn, found = text.drawn[at], 0
    for member in text.rows[at].members:
        line = text.lines[member]
        first, found = _find(on_one_row(line.text), drawn, found)
        start = count_cells(drawn[:first]) if first else 0
        left, right = reach(line.box, (1, 0))
        edges += [(left, start), (right, start + count_cells(drawn[first:found]))]
    return edges


def _find(said: str, drawn: str, start: int) -> tuple[int, int]:
    """Return where a text begins and ends on its row, which may have more blanks."""
    first = drawn.find(said, start)
    if first >= 0:
        return first, first + len(said)
    found = re.compile(" +".join(map(re.escape, said.split(" ")))).search(drawn, start)
    return found.span() if found else (start, start + len(said))


def _column(places: Sequence[float], columns: Sequence[int], place: float, cell: float) -> int:
    if place < places[0]:
        column = columns[0] - (places[0] - place) / cell
    elif place > places[-1]:
        column = columns[-1] + (place - places[-1]) / cell
    else:
        column = float(np.interp(place, places, columns))
    return min(max(round(column), 0), WIDEST)


def _level(line: Line, place: float) -> float:
    """Return how far down the middle of a line is at a place, or where it is nearest."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = line.box
    ends, levels = ((ax + dx) / 2, (bx + cx) / 2), ((ay + dy) / 2, (by + cy) / 2)
    (left, top), (right, low) = sorted(zip(ends, levels, strict=True))
    return float(np.interp(place, [left, right], [top, low]))
