"""Pages as hOCR: XHTML that says where each word stands (hOCR 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from lxml import etree
from lxml.builder import ElementMaker

from picture.formats.geometry import Box, around, bounds, line_bounds, slope_of, spaced_words
from picture.formats.xml import SOFTWARE, legal, to_file
from picture.layout import Block, cut_blocks
from picture.page import Line, Page, Word

_XHTML = "http://www.w3.org/1999/xhtml"
_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)
_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf"
_E = ElementMaker(namespace=_XHTML, nsmap={None: _XHTML})


def to_hocr(pages: Sequence[Page]) -> bytes:
    """Write pages as hOCR, lines and words with boxes in pixels."""
    ids = _Ids()
    body = _E.body(*(_page(number, page, ids) for number, page in enumerate(pages)))
    return to_file(_E.html(_head(len(pages)), body), _DOCTYPE)


class _Ids:
    """Identifiers that are unique in a file."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def next(self, kind: str) -> str:
        return f"{kind}_{next(self._numbers)}"


def _head(count: int) -> etree._Element:
    metas = {
        "ocr-system": SOFTWARE,
        "ocr-capabilities": _CAPABILITIES,
        "ocr-number-of-pages": str(count),
    }
    return _E.head(
        _E.title("Text with its places"),
        _E.meta({"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"}),
        *(_E.meta(name=name, content=content) for name, content in metas.items()),
    )


def _page(number: int, page: Page, ids: _Ids) -> etree._Element:
    title = f"bbox 0 0 {page.width} {page.height}; ppageno {number}"
    areas = (_area(blocks, page, ids) for blocks in cut_blocks(page))
    return _part("div", "ocr_page", title, ids, *areas)


def _area(blocks: Sequence[Block], page: Page, ids: _Ids) -> etree._Element:
    lines = [line for block in blocks for line in block.lines]
    parts = (_paragraph(block.lines, page, ids) for block in blocks)
    return _part("div", "ocr_carea", _bbox(around(lines, page)), ids, *parts)


def _paragraph(lines: Sequence[Line], page: Page, ids: _Ids) -> etree._Element:
    parts = (_line(line, page, ids) for line in lines)
    return _part("p", "ocr_par", _bbox(around(lines, page)), ids, *parts)


def _line(line: Line, page: Page, ids: _Ids) -> etree._Element:
    words = (_word(word, spaced, page, ids) for word, spaced in spaced_words(line))
    title = "; ".join(_properties(line, line_bounds(line, page)))
    return _part("span", "ocr_line", title, ids, *words)


def _properties(line: Line, box: Box) -> Iterator[str]:
    slope = slope_of(line)
    yield _bbox(box)
    if slope.is_level:
        yield f"baseline {slope.fall:.3f} 0"
    else:
        yield f"textangle {slope.angle:.2f}"
    yield f"x_size {slope.height:.1f}"


def _word(word: Word, is_spaced: bool, page: Page, ids: _Ids) -> etree._Element:
    confidence = round(100 * min(max(word.score, 0.0), 1.0))
    title = f"{_bbox(bounds([word.box], page))}; x_wconf {confidence}"
    element = _part("span", "ocrx_word", title, ids)
    element.text = legal(word.text)
    element.tail = " " if is_spaced else None
    return element


def _part(tag: str, kind: str, title: str, ids: _Ids, *parts: etree._Element) -> etree._Element:
    attributes = {"class": kind, "id": ids.next(kind.partition("_")[2]), "title": title}
    element: etree._Element = _E(tag, attributes)
    element.extend(parts)
    # Not within a line: Chinese words would part.
    element.tail = "\n"
    return element


def _bbox(box: Box) -> str:
    return "bbox {} {} {} {}".format(*box)
