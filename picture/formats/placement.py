"""A page as blocks, paragraphs, lines and words, each with the box around it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from picture.formats.baseline import Baseline, find_baseline
from picture.formats.xml import legal
from picture.layout import cut_blocks, words_of
from picture.page import Line, Page, Quad, Word


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box in whole pixels of the page."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Return its width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Return its height in pixels."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Piece:
    """A word: `percent` says how sure it is, `spaced` whether a space and a word follow it."""

    text: str
    percent: int
    quad: Quad
    box: Box
    spaced: bool

    @property
    def runs_left(self) -> bool:
        """Tell whether it is written from right to left."""
        return runs_left(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """A line with text: what is around its words."""

    box: Box
    baseline: Baseline
    pieces: list[Piece]

    @property
    def runs_left(self) -> bool:
        """Tell whether its first letter is of a script written from right to left."""
        return runs_left("".join(piece.text for piece in self.pieces))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines in reading order."""

    box: Box
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs in reading order: a column, or what stands between two."""

    box: Box
    paragraphs: list[Paragraph]


def place_page(page: Page) -> list[Block]:
    """Return the blocks of a page in reading order; no part of one is without text."""
    return [Block(_around(parts), parts) for parts in _paragraphs(page) if parts]


def bound(quad: Quad, page: Page) -> Box:
    """Return the box around a quad, as far as it is on the page and at least a pixel of it."""
    xs, ys = zip(*quad, strict=True)
    left = min(max(floor(min(xs)), 0), page.width - 1)
    top = min(max(floor(min(ys)), 0), page.height - 1)
    right = max(min(ceil(max(xs)), page.width), left + 1)
    bottom = max(min(ceil(max(ys)), page.height), top + 1)
    return Box(left, top, right, bottom)


def sureness(score: float) -> float:
    """Return a score as it is told, 0 to 1."""
    return round(_clamped(score), 4)


def runs_left(text: str) -> bool:
    """Tell whether the first letter of a text is of a script written from right to left."""
    kinds = map(unicodedata.bidirectional, text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _paragraphs(page: Page) -> Iterator[list[Paragraph]]:
    for column in cut_blocks(page):
        rows = ([_row(line, page) for line in block.lines] for block in column)
        written = ([row for row in paragraph if row] for paragraph in rows)
        yield [Paragraph(_around(part), part) for part in written if part]


def _around(parts: Iterable[Piece | Row | Paragraph]) -> Box:
    boxes = [part.box for part in parts]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _row(line: Line, page: Page) -> Row | None:
    """Return a line, or None where nothing of it can be written."""
    words = [word for word in words_of(line) if _clean(word.text)]
    if not words:
        return None
    pieces = list(_pieces(line.text, words, page))
    return Row(_around(pieces), find_baseline(line, words), pieces)


def _pieces(text: str, words: Sequence[Word], page: Page) -> Iterator[Piece]:
    """Yield words, with spaces where the line's text has them."""
    after = 0
    for number, word in enumerate(words):
        found = text.find(word.text, after)
        after = found + len(word.text) if found >= 0 else after
        spaced = found < 0 or text[after : after + 1].isspace()
        last = number == len(words) - 1
        box = bound(word.box, page)
        # Rounded once: .59497 is 59 percent, not the 60 of .595.
        percent = round(100 * _clamped(word.score))
        yield Piece(_clean(word.text), percent, word.box, box, spaced and not last)


def _clamped(score: float) -> float:
    # A mean of probabilities may be over 1 by a rounding error.
    return min(max(score, 0.0), 1.0)


def _clean(text: str) -> str:
    """Return a text on one row, without what XML may not hold."""
    on_one_row = " ".join(text.split())
    return " ".join(legal(on_one_row).split())
