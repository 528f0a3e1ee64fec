"""What was read on a picture, where, and how surely."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]

# More than any picture that is accepted can give.
_LONGEST_SIDE = 30_000
_MOST_LINES = 20_000
_MOST_RULES = 4_000
_LONGEST_TEXT = 10_000
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two spaces of a line, or one Chinese or Japanese letter.

    `box` holds four corners around its ink, in pixels of the upright picture, in
    the order of the line's own; `score` is how likely it is right to the letter, 0 to 1:
    of words at .9 nine in ten are. Until a page is read to its end it is the mean
    confidence of the letters instead.
    """

    text: str
    score: float
    box: Quad


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text as the recogniser read it.

    `box` holds four corners in pixels of the upright picture, clockwise from
    the corner at the picture's own top left; `score` is how much of its words is
    likely right, the mean of theirs. A box at least one and a half times as tall as
    it is wide was turned a quarter to the left before it was read, so its text runs
    from top to bottom. A line that is `flipped` stands on its head: its text runs
    from right to left, or from bottom to top. `words` are in the text's
    order; there are none where nothing is known of them. `reader` names what read
    it where that was not the main recogniser. `first_choice` is what was read first
    where the page spoke for a second choice.
    """

    text: str
    score: float
    box: Quad
    flipped: bool = False
    words: tuple[Word, ...] = ()
    reader: str = ""
    first_choice: str = ""

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

    @property
    def is_level(self) -> bool:
        """Tell whether the text runs across the page, upright."""
        return not self.is_vertical and not self.flipped

    @property
    def course(self) -> Point:
        """Return how far across and down the text runs, from where it starts to its end."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.box
        if self.is_vertical:
            x, y = (dx - ax + cx - bx) / 2, (dy - ay + cy - by) / 2
        else:
            x, y = (bx - ax + cx - dx) / 2, (by - ay + cy - dy) / 2
        return (-x, -y) if self.flipped else (x, y)

    def mapped(self, move: Callable[[Point], Point]) -> Line:
        """Return the same line with all its corners, and its words', moved."""
        words = (replace(word, box=_mapped(word.box, move)) for word in self.words)
        return replace(self, box=_mapped(self.box, move), words=tuple(words))

    def part(self, left: float, top: float, right: float, bottom: float) -> Quad:
        """Return the corners of a part of the line, in the order of its own.

        The part is given as the text runs: from `left` to `right` along it and from
        `top` to `bottom` across, 0 to 1.
        """
        if self.flipped:
            left, top, right, bottom = 1 - right, 1 - bottom, 1 - left, 1 - top
        if self.is_vertical:
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        a, b, c, d = (self._at(*corner) for corner in corners)
        return (a, b, c, d)

    def _at(self, across: float, down: float) -> Point:
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.box
        top = ax + across * (bx - ax), ay + across * (by - ay)
        bottom = dx + across * (cx - dx), dy + across * (cy - dy)
        x, y = (above + down * (below - above) for above, below in zip(top, bottom, strict=True))
        return round(x, 1), round(y, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke that parts or frames what is on a page.

    Its ends lie in the middle of the stroke, the left one first, the upper one where it
    is `upright`; all is in pixels of the upright picture.
    """

    start: Point
    end: Point
    thickness: float

    @property
    def is_upright(self) -> bool:
        """Tell whether it runs from top to bottom."""
        return abs(self.end[1] - self.start[1]) > abs(self.end[0] - self.start[0])

    def mapped(self, move: Callable[[Point], Point], scale: float) -> Rule:
        """Return the same rule with its ends moved, and so many times as thick."""
        return Rule(move(self.start), move(self.end), self.thickness * scale)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything read on one upright picture of `width` by `height` pixels.

    `rotation` says by how many degrees, counter-clockwise in quarter turns, the
    picture was turned to be upright before it was read; `unread` counts lines that
    were found and not read, since all together were too much work. `rules` are drawn,
    not written: tables' and forms'.
    """

    width: int
    height: int
    lines: tuple[Line, ...]
    rotation: int = 0
    unread: int = 0
    rules: tuple[Rule, ...] = ()

    def resized(self, width: int, height: int) -> Page:
        """Return the same page on a picture of another size."""
        across, down = width / self.width, height / self.height

        def move(at: Point) -> Point:
            return at[0] * across, at[1] * down

        return replace(
            self,
            width=width,
            height=height,
            lines=tuple(line.mapped(move) for line in self.lines),
            rules=tuple(rule.mapped(move, (across + down) / 2) for rule in self.rules),
        )

    def to_bytes(self) -> bytes:
        """Serialise the page for a cache."""
        lines = [
            (
                line.text,
                line.score,
                line.box,
                line.flipped,
                [(word.text, word.score, word.box) for word in line.words],
                line.reader,
                line.first_choice,
            )
            for line in self.lines
        ]
        rules = [(rule.start, rule.end, rule.thickness) for rule in self.rules]
        return json.dumps(
            [self.width, self.height, self.rotation, self.unread, lines, rules]
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Page:
        """Restore a page from what to_bytes() gave; raises ValueError for anything else."""
        try:
            width, height, rotation, unread, lines, rules = json.loads(data)
            page = cls(
                width,
                height,
                tuple(_to_line(*line) for line in lines),
                rotation,
                unread,
                tuple(_to_rule(*rule) for rule in rules),
            )
        except (TypeError, RecursionError) as error:
            raise ValueError("not the shape of a page") from error
        _check(page)
        return page


def turned_size(size: tuple[int, int], rotation: int) -> tuple[int, int]:
    """Return a width and height as they are once turned by so many degrees."""
    return size[::-1] if rotation % 180 else size


def reach(box: Quad, direction: Point, origin: Point = (0.0, 0.0)) -> tuple[float, float]:
    """Return how far a box reaches in a direction from a place, at least and at most."""
    (x0, y0), (across, down) = origin, direction
    along = [(x - x0) * across + (y - y0) * down for x, y in box]
    return min(along), max(along)


def _mapped(box: Quad, move: Callable[[Point], Point]) -> Quad:
    a, b, c, d = map(move, box)
    return (a, b, c, d)


def _to_line(text: str, score: float, box: Any, flipped: bool, words: Any, *said: str) -> Line:
    restored = (Word(text, score, _to_quad(box)) for text, score, box in words)
    reader, first_choice = said
    return Line(text, score, _to_quad(box), flipped, tuple(restored), reader, first_choice)


def _to_rule(start: list[float], end: list[float], thickness: float) -> Rule:
    (x0, y0), (x1, y1) = start, end
    return Rule((x0, y0), (x1, y1), thickness)


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
    if len(page.rules) > _MOST_RULES:
        raise ValueError("too many rules")
    for rule in page.rules:
        _check_rule(rule, max(sides))


def _check_line(line: Line, side: int) -> None:
    if type(line.flipped) is not bool:
        raise ValueError("no direction of a line")
    if type(line.reader) is not str or len(line.reader) > _LONGEST_NAME:
        raise ValueError("no reader of a line")
    if type(line.first_choice) is not str or len(line.first_choice) > _LONGEST_TEXT:
        raise ValueError("no first choice of a line")
    line.first_choice.encode()
    _check_text(line, side)
    if len(line.words) > len(line.text):
        raise ValueError("too many words")
    for word in line.words:
        _check_text(word, side)


def _check_text(part: Line | Word, side: int) -> None:
    if type(part.text) is not str or len(part.text) > _LONGEST_TEXT:
        raise ValueError("no text of a line")
    part.text.encode()  # raises ValueError for half a surrogate pair
    # A mean of probabilities may be over 1 by a rounding error.
    if not _is_within(part.score, -0.01, 1.01):
        raise ValueError("no score of a line")
    if not all(_is_within(value, -side, 2 * side) for corner in part.box for value in corner):
        raise ValueError("no box of a line")


def _check_rule(rule: Rule, side: int) -> None:
    numbers = (*rule.start, *rule.end, rule.thickness)
    if not all(_is_within(value, -side, 2 * side) for value in numbers):
        raise ValueError("no rule")


def _is_within(value: float, least: float, most: float) -> bool:
    # Neither NaN nor an infinity is; a bool would pass for a number.
    return type(value) in (int, float) and least <= value <= most
