"""Parts of a picture: what is read, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from picture.errors import RegionInvalidError, RegionOutsideError
from picture.page import Line, Page, Point, Rule, turned_size

Size = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""

_VALUE = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(%?)\s*", re.ASCII)
_MOST = 100


@dataclass(frozen=True, slots=True)
class Measure:
    """A length in pixels, or in hundredths of the picture's side."""

    value: float
    is_percent: bool = False

    def pixels(self, side: int) -> float:
        """Return the length on a picture whose side is so many pixels long."""
        return self.value * side / 100 if self.is_percent else self.value


@dataclass(frozen=True, slots=True)
class Region:
    """An upright rectangle on a picture as it was sent."""

    x: Measure
    y: Measure
    width: Measure
    height: Measure

    def box(self, size: Size) -> Box:
        """Return where it lies on a picture; raises RegionOutsideError where it does not."""
        (left, right), (top, bottom) = (
            _clipped(start.pixels(side), length.pixels(side), side)
            for start, length, side in zip(
                (self.x, self.y), (self.width, self.height), size, strict=True
            )
        )
        if left >= right or top >= bottom:
            raise RegionOutsideError(size)
        return left, top, right, bottom


def _clipped(start: float, length: float, side: int) -> tuple[int, int]:
    return min(round(start), side), min(round(start + length), side)


def parse_regions(texts: Iterable[str]) -> tuple[Region, ...]:
    """Read regions as people write them: `x,y,width,height` in pixels or with `%`, `;` between.

    Raises RegionInvalidError for anything else.
    """
    parts = [part for text in texts for part in text.split(";") if part.strip()]
    if len(parts) > _MOST:
        raise RegionInvalidError(f"{len(parts)} regions")
    return tuple(_parse_region(part) for part in parts)


def _parse_region(text: str) -> Region:
    found = [_VALUE.fullmatch(part) for part in text.split(",")]
    measures = [Measure(float(part[1]), bool(part[2])) for part in found if part]
    if len(found) != 4 or len(measures) != 4:
        raise RegionInvalidError(text)
    return Region(*measures)


def scaled(box: Box, scale: float) -> Box:
    """Return a box on a picture of another size."""
    left, top, right, bottom = (round(value * scale) for value in box)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def put_together(parts: Sequence[tuple[Box, Page]], size: Size) -> Page:
    """Return the page of a whole picture of which some boxes were read, all turned alike.

    `size` is the picture's before it was turned, and boxes are on it.
    """
    rotation = parts[0][1].rotation
    lines: list[Line] = []
    rules: list[Rule] = []
    for box, page in parts:
        left, top, *_ = turned(box, size, rotation)
        move = partial(_moved, left, top)
        lines += (line.mapped(move) for line in page.lines)
        rules += (rule.mapped(move, 1.0) for rule in page.rules)
    unread = sum(page.unread for _, page in parts)
    return Page(*turned_size(size, rotation), tuple(lines), rotation, unread, tuple(rules))


def turned(box: Box, size: Size, rotation: int) -> Box:
    """Return where a box lies once its picture is turned by so many degrees to the left."""
    width, height = size
    left, top, right, bottom = box
    match rotation:
        case 90:
            return top, width - right, bottom, width - left
        case 180:
            return width - right, height - bottom, width - left, height - top
        case 270:
            return height - bottom, left, height - top, right
        case _:
            return box


def _moved(left: int, top: int, at: Point) -> Point:
    return at[0] + left, at[1] + top


def chosen(page: Page, size: Size, ignored: Sequence[Region], min_score: float) -> Page:
    """Return a page without what is in some regions, and the lines read less surely.

    `size` is the picture's before it was turned, and regions are on it.
    """
    boxes = [turned(region.box(size), size, page.rotation) for region in ignored]
    lines = (
        line
        for line in page.lines
        if line.score >= min_score and not any(_holds(box, *line.box) for box in boxes)
    )
    rules = (
        rule for rule in page.rules if not any(_holds(box, rule.start, rule.end) for box in boxes)
    )
    return replace(page, lines=tuple(lines), rules=tuple(rules))


def within(page: Page, regions: Sequence[Region]) -> Page:
    """Return a page, on a picture as it was sent, with what is in some regions alone."""
    boxes = [region.box((page.width, page.height)) for region in regions]
    lines = (line for line in page.lines if any(_holds(box, *line.box) for box in boxes))
    rules = (rule for rule in page.rules if any(_holds(box, rule.start, rule.end) for box in boxes))
    return replace(page, lines=tuple(lines), rules=tuple(rules))


def _holds(box: Box, *points: Point) -> bool:
    """Tell whether the middle of some points lies in a box."""
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    left, top, right, bottom = box
    return bool(left <= x < right and top <= y < bottom)
