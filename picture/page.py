"""What was read on a picture, where, and how surely."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]

# More than any picture that is accepted can give.
_LONGEST_SIDE = 30_000
_MOST_LINES = 20_000
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text as the recogniser read it.

    `box` holds four corners in pixels of the upright picture, clockwise from
    the corner at the picture's own top left; `score` is the recogniser's mean
    confidence, 0 to 1. A box at least one and a half times as tall as it is
    wide was turned a quarter to the left before it was read, so its text runs
    from top to bottom.
    """

    text: str
    score: float
    box: Quad

    @property
    def width(self) -> float:
        """Return the mean length of the top and the bottom edge, in pixels."""
        top_left, top_right, bottom_right, bottom_left = self.box
        return (math.dist(top_left, top_right) + math.dist(bottom_left, bottom_right)) / 2

    @property
    def height(self) -> float:
        """Return the mean length of the left and the right edge, in pixels."""
        top_left, top_right, bottom_right, bottom_left = self.box
        return (math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)) / 2

    @property
    def is_vertical(self) -> bool:
        """Tell whether the text runs from top to bottom."""
        return self.height >= 1.5 * self.width


@dataclass(frozen=True, slots=True)
class Page:
    """Everything read on one upright picture of `width` by `height` pixels.

    `rotation` says by how many degrees, counter-clockwise in quarter turns, the
    picture was turned to be upright before it was read; `unread` counts lines that
    were found and not read, since all together were too much work.
    """

    width: int
    height: int
    lines: tuple[Line, ...]
    rotation: int = 0
    unread: int = 0

    def resized(self, width: int, height: int) -> Page:
        """Return the same page on a picture of another size."""
        across, down = width / self.width, height / self.height
        return Page(
            width,
            height,
            tuple(replace(line, box=_scaled(line.box, across, down)) for line in self.lines),
            self.rotation,
            self.unread,
        )

    def to_bytes(self) -> bytes:
        """Serialise the page for a cache."""
        lines = [(line.text, line.score, line.box) for line in self.lines]
        return json.dumps([self.width, self.height, self.rotation, self.unread, lines]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Page:
        """Restore a page from what to_bytes() gave; raises ValueError for anything else."""
        try:
            width, height, rotation, unread, lines = json.loads(data)
            restored = (Line(text, score, _to_quad(box)) for text, score, box in lines)
            page = cls(width, height, tuple(restored), rotation, unread)
        except (TypeError, RecursionError) as error:
            raise ValueError("not the shape of a page") from error
        _check(page)
        return page


def _scaled(box: Quad, across: float, down: float) -> Quad:
    a, b, c, d = ((x * across, y * down) for x, y in box)
    return (a, b, c, d)


def _to_quad(corners: list[list[float]]) -> Quad:
    a, b, c, d = ((x, y) for x, y in corners)
    return (a, b, c, d)


def _check(page: Page) -> None:
    """Raise ValueError where a value is of another type than a page's, or beyond its bounds."""
    sides = page.width, page.height
    if not all(type(side) is int and 0 < side <= _LONGEST_SIDE for side in sides):
        raise ValueError("no size of a page")
    if type(page.rotation) is not int or page.rotation not in (0, 90, 180, 270):
        raise ValueError("no rotation of a page")
    if type(page.unread) is not int or not 0 <= page.unread <= _MOST_LINES:
        raise ValueError("no count of unread lines")
    if len(page.lines) > _MOST_LINES:
        raise ValueError("too many lines")
    for line in page.lines:
        _check_line(line, max(sides))


def _check_line(line: Line, side: int) -> None:
    if type(line.text) is not str or len(line.text) > _LONGEST_TEXT:
        raise ValueError("no text of a line")
    line.text.encode()  # raises ValueError for half a surrogate pair
    # A mean of probabilities may be over 1 by a rounding error.
    if not _is_within(line.score, -0.01, 1.01):
        raise ValueError("no score of a line")
    if not all(_is_within(value, -side, 2 * side) for corner in line.box for value in corner):
        raise ValueError("no box of a line")


def _is_within(value: float, least: float, most: float) -> bool:
    # Neither NaN nor an infinity is; a bool would pass for a number.
    return type(value) in (int, float) and least <= value <= most
