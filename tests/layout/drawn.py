"""Tables for the tests, drawn as rules with texts in their cells."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from picture.page import Line, Page, Point, Quad, Rule

WIDTH, HEIGHT, SIZE = 170.0, 70.0, 22.0
"""Pixels of a place of a table, and of a line's height."""

Span = tuple[int, int, int, int]
"""A first row and column, and those after the last."""


@dataclass(slots=True)
class Drawn:
    """What is drawn of a table: cells with their texts, as lines between rules."""

    left: float = 100
    top: float = 100
    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def cell(self, span: Span, texts: list[str]) -> None:
        """Write the lines of a cell, one below the other around its middle."""
        top, left, bottom, right = span
        x = self.left + (left + right) / 2 * WIDTH
        y = self.top + (top + bottom) / 2 * HEIGHT - 1.2 * SIZE * len(texts) / 2
        for text in texts:
            half = 5 * len(text)
            self.lines.append(line(text, x - half, y, x + half))
            y += 1.2 * SIZE

    def level(self, row: float, first: float, last: float, thickness: float = 2) -> None:
        """Draw a rule above a row, from one column to before another."""
        y = self.top + row * HEIGHT
        start, end = self.left + first * WIDTH, self.left + last * WIDTH
        self.rules.append(Rule((start, y), (end, y), thickness))

    def upright(self, column: float, first: float, last: float) -> None:
        """Draw a rule before a column, from one row to before another."""
        x = self.left + column * WIDTH
        start, end = self.top + first * HEIGHT, self.top + last * HEIGHT
        self.rules.append(Rule((x, start), (x, end), 2))

    def grid(self, rows: int, columns: int) -> None:
        """Draw all rules of a table without spanning cells."""
        for row in range(rows + 1):
            self.level(row, 0, columns)
        for column in range(columns + 1):
            self.upright(column, 0, rows)

    def page(self, degrees: float = 0.0) -> Page:
        """Return the page, turned to the right around its middle."""
        lines = (each.mapped(lambda at: _turned(at, degrees)) for each in self.lines)
        rules = (each.mapped(lambda at: _turned(at, degrees), 1) for each in self.rules)
        return Page(1400, 1400, tuple(lines), rules=tuple(rules))


def line(text: str, left: float, top: float, right: float) -> Line:
    box: Quad = ((left, top), (right, top), (right, top + SIZE), (left, top + SIZE))
    return Line(text, 0.95, box)


def around(span: Span, drawn: Drawn, rng: random.Random) -> Iterator[Rule]:
    """Yield the rules around a cell, in pieces that miss one another and the corners by pixels."""
    top, left, bottom, right = span
    x0, x1 = drawn.left + left * WIDTH, drawn.left + right * WIDTH
    y0, y1 = drawn.top + top * HEIGHT, drawn.top + bottom * HEIGHT
    for y in (y0, y1):
        for start, end in _pieces(x0, x1, rng):
            yield Rule((start, y), (end, y), 2)
    for x in (x0, x1):
        for start, end in _pieces(y0, y1, rng):
            yield Rule((x, start), (x, end), 2)


def merged(rows: int, columns: int, rng: random.Random) -> list[Span]:
    """Return cells that cover a table once, some of them over several rows and columns."""
    free = {(row, column) for row in range(rows) for column in range(columns)}
    cells: list[Span] = []
    for row, column in sorted(free):
        if (row, column) not in free:
            continue
        down, across = rng.choice(((1, 1), (1, 1), (1, 1), (2, 1), (1, 2), (2, 2), (1, 3)))
        places = {(row + y, column + x) for y in range(down) for x in range(across)}
        if not places <= free:
            down, across, places = 1, 1, {(row, column)}
        free -= places
        cells.append((row, column, row + down, column + across))
    return cells


def _pieces(start: float, end: float, rng: random.Random) -> Iterator[tuple[float, float]]:
    start, end = start + rng.uniform(-4, 5), end - rng.uniform(-4, 5)
    if rng.random() < 0.3:
        at = rng.uniform(start + 10, end - 10)
        yield start, at - 3
        yield at + 3, end
    else:
        yield start, end


def _turned(at: Point, degrees: float) -> Point:
    angle, x, y = math.radians(degrees), at[0] - 700, at[1] - 700
    cosine, sine = math.cos(angle), math.sin(angle)
    return 700 + x * cosine - y * sine, 700 + x * sine + y * cosine
