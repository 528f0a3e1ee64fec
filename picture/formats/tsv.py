"""A page as tesseract's table of words, one a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from picture.formats.geometry import Box, around, bounds, line_bounds, words_of
from picture.layout import cut_blocks
from picture.page import Line, Page, Word

_COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip

_NOT_TOLD = "-1"
Place = tuple[int, int, int, int, int]


def to_tsv(pages: Sequence[Page]) -> str:
    """Write pages in the columns of tesseract's TSV: pages, blocks, paragraphs, lines, words.

    Numbers begin at 1, boxes are in pixels, and the confidence of words is in percent.
    """
    rows = (row for number, page in enumerate(pages, start=1) for row in _page(number, page))
    return "".join("\t".join(row) + "\n" for row in [_COLUMNS, *rows])


def _page(number: int, page: Page) -> Iterator[tuple[str, ...]]:
    yield _row(1, (number, 0, 0, 0, 0), (0, 0, page.width, page.height))
    for area, blocks in enumerate(cut_blocks(page), start=1):
        lines = [line for block in blocks for line in block.lines]
        yield _row(2, (number, area, 0, 0, 0), around(lines, page))
        for paragraph, block in enumerate(blocks, start=1):
            yield from _paragraph((number, area, paragraph), block.lines, page)


def _paragraph(
    place: tuple[int, int, int], lines: Sequence[Line], page: Page
) -> Iterator[tuple[str, ...]]:
    yield _row(3, (*place, 0, 0), around(lines, page))
    for number, line in enumerate(lines, start=1):
        yield _row(4, (*place, number, 0), line_bounds(line, page))
        for position, word in enumerate(words_of(line), start=1):
            yield _word((*place, number, position), word, page)


def _word(place: Place, word: Word, page: Page) -> tuple[str, ...]:
    confidence = f"{100 * min(max(word.score, 0.0), 1.0):.6f}"
    return _row(5, place, bounds([word.box], page), confidence, _plain(word.text))


def _row(
    level: int, place: Place, box: Box, confidence: str = _NOT_TOLD, text: str = ""
) -> tuple[str, ...]:
    left, top, right, bottom = box
    numbers = (level, *place, left, top, right - left, bottom - top)
    return (*map(str, numbers), confidence, text)


def _plain(text: str) -> str:
    """Return a text without what would end its row or column."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
