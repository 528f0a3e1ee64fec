"""Pages as the table that Tesseract prints with `tsv`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from picture.formats.placement import Block, Box, Paragraph, Row, place_page
from picture.page import Page

_COLUMNS = (
    "level",
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "word_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
)

Place = tuple[int, ...]
"""The numbers of a page, a block, a paragraph, a line and a word, as far as it goes."""


def to_tsv(pages: Sequence[Page]) -> str:
    """Return pages as a table with a row for each page, block, paragraph, line and word."""
    rows = ["\t".join(_COLUMNS)]
    for number, page in enumerate(pages, start=1):
        rows.append(_row((number,), Box(0, 0, page.width, page.height)))
        for block_number, block in enumerate(place_page(page), start=1):
            rows += _block((number, block_number), block)
    return "\n".join(rows) + "\n"


def _block(place: Place, block: Block) -> Iterator[str]:
    yield _row(place, block.box)
    for number, paragraph in enumerate(block.paragraphs, start=1):
        yield from _paragraph((*place, number), paragraph)


def _paragraph(place: Place, paragraph: Paragraph) -> Iterator[str]:
    yield _row(place, paragraph.box)
    for number, row in enumerate(paragraph.rows, start=1):
        yield from _line((*place, number), row)


def _line(place: Place, row: Row) -> Iterator[str]:
    yield _row(place, row.box)
    for number, piece in enumerate(row.pieces, start=1):
        yield _row((*place, number), piece.box, piece.percent, piece.text)


def _row(place: Place, box: Box, percent: int = -1, text: str = "") -> str:
    unused = (0,) * (5 - len(place))
    values = (len(place), *place, *unused, box.left, box.top, box.width, box.height, percent, text)
    return "\t".join(map(str, values))
