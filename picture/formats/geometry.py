"""Where lines and words are, in the whole pixels that exchange formats count in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from picture.layout import count_cells
from picture.page import Line, Page, Quad, Word

Box = tuple[int, int, int, int]
"""Left, top, right and bottom."""

_LEVEL = 0.5
"""Degrees by which a line that is called level may be turned."""


@dataclass(frozen=True, slots=True)
class Slope:
    """How a line's text runs: in degrees against the clock, 0 from left to right.

    `height` is the line's own, across its text, in pixels; `fall` is how far it goes down
    for each pixel to the right, 0 where it runs upwards or downwards.
    """

    angle: float
    height: float
    fall: float

    @property
    def is_level(self) -> bool:
        """Tell whether it runs from left to right as far as anyone sees."""
        return min(self.angle, 360 - self.angle) <= _LEVEL


def words_of(line: Line) -> Sequence[Word]:
    """Return the words of a line, those of one that knows none in even parts of it."""
    return line.words or tuple(_even_words(line))


def _even_words(line: Line) -> Iterator[Word]:
    cells = count_cells(line.text)
    end = 0
    for text in line.text.split():
        start = line.text.index(text, end)
        end = start + len(text)
        left = count_cells(line.text[:start]) / cells if start else 0.0
        right = left + count_cells(text) / cells
        yield Word(text, line.score, line.part(left, 0.0, min(right, 1.0), 1.0))


def spaced_words(line: Line) -> Iterator[tuple[Word, bool]]:
    """Yield the words of a line, each with whether a space follows it."""
    end = 0
    for word in words_of(line):
        end = max(line.text.find(word.text, end), end) + len(word.text)
        yield word, line.text[end : end + 1].isspace()


def bounds(quads: Iterable[Quad], page: Page) -> Box:
    """Return the box around shapes, on the page and at least a pixel wide and high."""
    points = [point for quad in quads for point in quad]
    left, right = _span((x for x, _ in points), page.width)
    top, bottom = _span((y for _, y in points), page.height)
    return left, top, right, bottom


def _span(values: Iterable[float], side: int) -> tuple[int, int]:
    ordered = sorted(min(max(value, 0.0), float(side)) for value in values)
    start = min(math.floor(ordered[0]), side - 1)
    return start, max(math.ceil(ordered[-1]), start + 1)


def line_bounds(line: Line, page: Page) -> Box:
    """Return the box around a line's ink, as far as it is known."""
    return bounds([word.box for word in line.words] or [line.box], page)


def around(lines: Iterable[Line], page: Page) -> Box:
    """Return the box around several lines' ink."""
    lefts, tops, rights, bottoms = zip(*(line_bounds(line, page) for line in lines), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def corners(line: Line) -> Iterator[tuple[int, int]]:
    """Yield a line's own corners in whole pixels."""
    return ((round(x), round(y)) for x, y in line.box)


def slope_of(line: Line) -> Slope:
    """Return how a line's text runs."""
    (ax, ay), (bx, by), _, (dx, dy) = line.box
    if line.is_vertical:
        along, height = (dx - ax, dy - ay), line.width
    else:
        along, height = (bx - ax, by - ay), line.height
    if line.flipped:
        along = -along[0], -along[1]
    angle = math.degrees(math.atan2(-along[1], along[0])) % 360
    fall = along[1] / along[0] if abs(along[0]) > abs(along[1]) else 0.0
    return Slope(angle, height, fall)
