"""The text that a document brings along: its letters to lines, and what is read beside them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from picture.page import Line, Point, Quad, Word

# Where two letters of a line are further apart, in letter heights, they are of two
# cells or columns.
_GAP = 1.2

# Superscripts and footnote marks sit less far off their line, in letter heights.
_SHIFT = 0.6

# Letters that stand below one another overlap by so much of the narrower one.
_BELOW = 0.5
_TURN = math.radians(2)

# A line no wider than this is taken for a vertical one.
_NARROWEST = 1 / 1.49

# How much of a word or line that was read may lie on the document's own text.
_COVERED = 0.3

# No honest page has more lines, and no honest line more letters.
_MOST_LINES = 10_000
_MOST_LETTERS = 3000

# A letter of which nothing is known.
UNKNOWN = "\ufffd"
BREAK = "\n"
_CJK = (
    r"\u2e80-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{_CJK}]|[^ {_CJK}]+")

Rectangle = tuple[float, float, float, float]


class Letter(NamedTuple):
    """One letter, seen along its line.

    `angle` is the direction of the text in radians, clockwise from left to right.
    In axes turned by it, `ink` and `cell` are left, top, right and bottom in pixels,
    of the ink and of the room that the font gives it. A space has text alone, and
    so has BREAK, which tells that a line ends.
    """

    text: str
    angle: float = 0.0
    ink: Rectangle = (0.0, 0.0, 0.0, 0.0)
    cell: Rectangle = (0.0, 0.0, 0.0, 0.0)


def lines_of(letters: Iterable[Letter], width: int, height: int) -> tuple[Line, ...]:
    """Join letters in their order to lines on a page of `width` by `height` pixels.

    Lines of which half the letters are UNKNOWN are left out.
    """
    runs = (run for run in _runs(letters) if _is_known(run))
    return tuple(_to_line(run, (width, height)) for run in islice(runs, _MOST_LINES))


def merge(own: Sequence[Line], read: Sequence[Line]) -> tuple[Line, ...]:
    """Return a document's own lines, then what was read where it has no text."""
    taken = [_bounds(line.box) for line in own]
    added = [part for line in read for part in _outside(line, taken)]
    return (*own, *added)


def _runs(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Cut letters where a line or a cell ends."""
    run: list[Letter] = []
    for letter in letters:
        if letter.text == BREAK or (letter.text != " " and not _continues(run, letter)):
            if run:
                yield _without_space(run)
            run = []
        # Several spaces are one, and before a line they are none.
        if letter.text not in (BREAK, " ") or (letter.text == " " and run and run[-1] != letter):
            run.append(letter)
    if run:
        yield _without_space(run)


def _is_known(run: list[Letter]) -> bool:
    return 2 * sum(letter.text == UNKNOWN for letter in run) < len(run)


def _without_space(run: list[Letter]) -> list[Letter]:
    return run[:-1] if run[-1].text == " " else run


def _continues(run: list[Letter], letter: Letter) -> bool:
    drawn = [other for other in run[-2:] if other.text != " "]
    if not drawn:
        return True
    if len(run) >= _MOST_LETTERS:
        return False
    last = drawn[-1]
    if abs(math.remainder(letter.angle - last.angle, math.tau)) > _TURN:
        return False
    return _is_beside(last, letter) or _is_below(last, letter)


def _is_beside(last: Letter, letter: Letter) -> bool:
    size = max(_height(last.cell), _height(letter.cell))
    # Text from right to left goes the other way.
    gap = max(letter.cell[0] - last.cell[2], last.cell[0] - letter.cell[2])
    shift = abs(letter.cell[1] + letter.cell[3] - last.cell[1] - last.cell[3]) / 2
    return gap <= _GAP * size and shift <= _SHIFT * size


def _is_below(last: Letter, letter: Letter) -> bool:
    """Tell whether a letter goes on downwards, as in vertical Chinese and Japanese."""
    size = max(_height(last.cell), _height(letter.cell))
    shared = min(last.cell[2], letter.cell[2]) - max(last.cell[0], letter.cell[0])
    narrower = min(last.cell[2] - last.cell[0], letter.cell[2] - letter.cell[0])
    step = letter.cell[1] - last.cell[3]
    return shared >= _BELOW * narrower > 0 and -size <= step <= _GAP * size


def _height(cell: Rectangle) -> float:
    return cell[3] - cell[1]


def _to_line(run: list[Letter], size: tuple[int, int]) -> Line:
    angle = run[0].angle
    drawn = [letter for letter in run if letter.text != " "]
    goes_down = len(drawn) > 1 and not _is_beside(drawn[0], drawn[1])
    quarter = round(angle / (math.pi / 2)) % 4
    extent = _around(letter.cell for letter in drawn)
    if not goes_down:
        extent = _wide_enough(extent)
    words = tuple(_words(run, angle, quarter, size))
    box = _to_quad(extent, angle, quarter, size)
    line = Line("".join(letter.text for letter in run), 1.0, box, words=words)
    # Of a line too short to be vertical nobody expects that it is turned.
    flipped = quarter == 2 or (quarter == 3 and line.is_vertical)
    return replace(line, flipped=flipped)


def _words(run: list[Letter], angle: float, quarter: int, size: tuple[int, int]) -> Iterator[Word]:
    text = "".join(letter.text for letter in run)
    owners = [letter for letter in run for _ in letter.text]
    for match in _WORD.finditer(text):
        ink = _around(letter.ink for letter in owners[match.start() : match.end()])
        yield Word(match.group(), 1.0, _to_quad(ink, angle, quarter, size))


def _around(rectangles: Iterable[Rectangle]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*rectangles, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _wide_enough(extent: Rectangle) -> Rectangle:
    """Widen what is as narrow as a vertical line, such as a 1 alone."""
    left, top, right, bottom = extent
    missing = max(0.0, _NARROWEST * (bottom - top) - (right - left)) / 2
    return left - missing, top, right + missing, bottom


def _to_quad(extent: Rectangle, angle: float, quarter: int, size: tuple[int, int]) -> Quad:
    """Return the corners in pixels of the page, clockwise from the one at its top left."""
    left, top, right, bottom = extent
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [
        _clipped(x * cos - y * sin, x * sin + y * cos, size)
        for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    a, b, c, d = corners[4 - quarter :] + corners[: 4 - quarter]
    return (a, b, c, d)


def _clipped(x: float, y: float, size: tuple[int, int]) -> Point:
    return min(max(x, 0.0), size[0]), min(max(y, 0.0), size[1])


def _outside(line: Line, taken: list[Rectangle]) -> Iterator[Line]:
    """Yield the parts of a line that lie where nothing is taken."""
    near = [rectangle for rectangle in taken if _shared(_bounds(line.box), rectangle)]
    free = [not _is_covered(word.box, near) for word in line.words]
    if not near or (line.words and all(free)):
        yield line
    elif line.words:
        yield from _parts(line, free)
    elif not _is_covered(line.box, near):
        yield line


def _parts(line: Line, free: list[bool]) -> Iterator[Line]:
    """Yield the runs of words that are free as lines of their own."""
    at, first, begin = 0, 0, 0
    for number, word in enumerate(line.words):
        begin = line.text.find(word.text, at)
        if free[number] and (number == 0 or not free[number - 1]):
            first, start = number, begin
        at = begin + len(word.text)
        if free[number] and (number + 1 == len(free) or not free[number + 1]):
            words = line.words[first : number + 1]
            yield replace(line, text=line.text[start:at], words=words, box=_span(line, words))


def _span(line: Line, words: tuple[Word, ...]) -> Quad:
    """Return the box around words of a line, in the order of its corners."""
    first, last = (words[-1], words[0]) if line.flipped else (words[0], words[-1])
    if line.is_vertical:
        return first.box[0], first.box[1], last.box[2], last.box[3]
    return first.box[0], last.box[1], last.box[2], first.box[3]


def _is_covered(box: Quad, taken: list[Rectangle]) -> bool:
    bounds = _bounds(box)
    area = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
    return sum(_shared(bounds, rectangle) for rectangle in taken) > _COVERED * area


def _bounds(box: Quad) -> Rectangle:
    xs, ys = zip(*box, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _shared(one: Rectangle, other: Rectangle) -> float:
    """Return the area that two rectangles share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0
