"""A page as it is looked at: its text over the picture, and beside it with doubt marked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import bidirectional

from picture.formats.placement import runs_left
from picture.layout import Layout, count_cells, render_runs, render_text, words_of
from picture.page import Line, Page

DOUBT = 0.6
"""Words that are less likely right are marked: two in a hundred of an ordinary page."""
FOREIGN = 0.5
"""Lines of a script that nobody here reads are less likely right, and so is what is illegible."""

# Of a box's height: the size of its letters, and how far their feet lie below its middle.
_SIZE = 0.8
_FEET = 0.28


@dataclass(frozen=True, slots=True)
class Overlay:
    """A line of text for an SVG in the picture's own pixels.

    It starts at `x` and `y`, turned by `angle` degrees to the right, and is as long as
    it is on the picture; `corners` are an SVG polygon's.
    """

    number: int
    text: str
    x: float
    y: float
    angle: float
    length: float
    size: float
    corners: str
    is_doubtful: bool
    first_choice: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of a line that look alike: two cells wide each, or read with doubt."""

    text: str
    is_wide: bool
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Span:
    """What one line says in the text, by its number, or what stands between two lines.

    `first_choice` is what was read first where that is not what the line says;
    `is_rule` tells that it stands for rules that are drawn on the page.
    """

    pieces: tuple[Piece, ...]
    number: int | None = None
    score: float = 1.0
    first_choice: str = ""
    is_rule: bool = False

    @property
    def text(self) -> str:
        """Return what its pieces say together."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def runs_left(self) -> bool:
        """Tell whether it is written from right to left."""
        return runs_left(self.text)


def lay_over(lines: Sequence[tuple[int, Line]]) -> list[Overlay]:
    """Return lines, each with its number, as text to lay over the picture."""
    return [_overlay(number, line) for number, line in lines if line.text.strip()]


def mark(
    page: Page, layout: Layout, numbers: Sequence[int], with_rules: bool = False
) -> list[Span]:
    """Return a page's text in a layout, with what is doubtful in it.

    `numbers` are what its lines are called, one each. With the rules drawn on the page it
    says what render_text() does.
    """
    spans = []
    for run in render_runs(page, layout):
        if run.line is None:
            spans.append(_between(run.text))
        else:
            line = page.lines[run.line]
            pieces = tuple(_pieces(run.text, _doubts(run.text, line)))
            spans.append(Span(pieces, numbers[run.line], line.score, line.first_choice))
    return list(_ruled(spans, render_text(page, layout, with_rules=True))) if with_rules else spans


def starts_right(page: Page) -> bool:
    """Tell whether most letters of a page are of scripts written from right to left."""
    kinds = Counter(kind for line in page.lines for kind in map(bidirectional, line.text))
    return kinds["R"] + kinds["AL"] > kinds["L"]


def is_foreign(page: Page) -> bool:
    """Tell whether most of what was read is likely nonsense."""
    letters = sum(len(line.text) for line in page.lines)
    unsure = sum(len(line.text) for line in page.lines if line.score < FOREIGN)
    return 2 * unsure > letters


def _between(text: str, is_rule: bool = False) -> Span:
    return Span((Piece(text, is_wide=False, is_doubtful=False),), is_rule=is_rule)


def _ruled(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Yield the spans of a text among its rules: rows that it has not without them."""
    written = (row for row in _rows(spans) if row)
    following = next(written, [])
    for row in text.splitlines(keepends=True):
        shown = row.removesuffix("\n")
        if shown and shown == "".join(span.text for span in following):
            yield from following
            yield _between("\n")
            following = next(written, [])
        else:
            yield _between(row, is_rule=bool(shown))


def _rows(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield the spans of each row of a text, without the line feeds between rows."""
    row: list[Span] = []
    for span in spans:
        if span.number is not None:
            row.append(span)
            continue
        first, *others = span.text.split("\n")
        row += [_between(first)] if first else []
        for text in others:
            yield row
            row = [_between(text)] if text else []
    yield row


def _overlay(number: int, line: Line) -> Overlay:
    x, y = line.course
    length = math.hypot(x, y) or 1.0
    across, down = x / length, y / length
    thickness = line.width if line.is_vertical else line.height
    middle = [sum(values) / 4 for values in zip(*line.box, strict=True)]
    return Overlay(
        number=number,
        text=line.text.strip(),
        x=round(middle[0] - x / 2 - down * _FEET * thickness, 1),
        y=round(middle[1] - y / 2 + across * _FEET * thickness, 1),
        angle=round(math.degrees(math.atan2(down, across)), 1),
        length=round(length, 1),
        size=round(max(_SIZE * thickness, 1.0), 1),
        corners=" ".join(f"{left:.0f},{top:.0f}" for left, top in line.box),
        is_doubtful=any(word.score < DOUBT for word in words_of(line)),
        first_choice=line.first_choice,
    )


def _doubts(text: str, line: Line) -> list[bool]:
    """Tell of each letter whether its word was read with doubt."""
    doubts = [False] * len(text)
    at = 0
    for word in words_of(line):
        start = text.find(word.text, at)
        if start < 0:
            continue
        at = start + len(word.text)
        doubts[start:at] = [word.score < DOUBT] * len(word.text)
    return doubts


def _pieces(text: str, doubts: Sequence[bool]) -> Iterator[Piece]:
    letters = zip(text, map(_is_wide, text), doubts, strict=True)
    for (is_wide, is_doubtful), alike in groupby(letters, key=lambda each: each[1:]):
        yield Piece("".join(letter for letter, *_ in alike), is_wide, is_doubtful)


def _is_wide(letter: str) -> bool:
    return count_cells(letter) == 2
