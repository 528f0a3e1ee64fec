"""Pages as hOCR, the XHTML that many programs take from a recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lxml import etree

from picture.formats.baseline import Baseline
from picture.formats.placement import Block, Box, Paragraph, Piece, Row, place_page
from picture.formats.software import SOFTWARE
from picture.page import Page

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"'
    ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)
_NAMESPACE = "http://www.w3.org/1999/xhtml"
_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_dir ocrp_wconf"

_UPRIGHT = 45
"""Degrees up to which text is said to rise or fall, and not to be turned."""


def to_hocr(pages: Sequence[Page]) -> bytes:
    """Return pages as hOCR 1.2, in UTF-8."""
    root = etree.Element(_tag("html"), {"lang": "en"}, nsmap={None: _NAMESPACE})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    _add_head(root)
    body = etree.SubElement(root, _tag("body"))
    for number, page in enumerate(pages, start=1):
        _Writer(number).add_page(body, page)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, doctype=_DOCTYPE)


def _add_head(root: etree._Element) -> None:
    head = etree.SubElement(root, _tag("head"))
    etree.SubElement(head, _tag("title")).text = "OCR"
    content = {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"}
    etree.SubElement(head, _tag("meta"), content)
    for name, value in (("ocr-system", SOFTWARE), ("ocr-capabilities", _CAPABILITIES)):
        etree.SubElement(head, _tag("meta"), {"name": name, "content": value})


class _Writer:
    """Writes one page and numbers what is on it."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._counts = {name: count(1) for name in ("block", "par", "line", "word")}

    def add_page(self, body: etree._Element, page: Page) -> None:
        box = Box(0, 0, page.width, page.height)
        title = f"{_bbox(box)}; ppageno {self._number - 1}"
        values = {"class": "ocr_page", "id": f"page_{self._number}", "title": title}
        element = etree.SubElement(body, _tag("div"), values)
        for block in place_page(page):
            self._add_block(element, block)

    def _add_block(self, page: etree._Element, block: Block) -> None:
        element = self._add(page, "div", "ocr_carea", "block", _bbox(block.box))
        for paragraph in block.paragraphs:
            self._add_paragraph(element, paragraph)

    def _add_paragraph(self, block: etree._Element, paragraph: Paragraph) -> None:
        element = self._add(block, "p", "ocr_par", "par", _bbox(paragraph.box))
        for row in paragraph.rows:
            self._add_row(element, row)

    def _add_row(self, paragraph: etree._Element, row: Row) -> None:
        size = f"x_size {round(row.baseline.size)}"
        title = "; ".join([_bbox(row.box), _stand(row.baseline, row.box), size])
        element = self._add(paragraph, "span", "ocr_line", "line", title)
        element.tail = "\n"
        _mark_direction(element, row)
        for piece in row.pieces:
            self._add_piece(element, piece)

    def _add_piece(self, row: etree._Element, piece: Piece) -> None:
        title = f"{_bbox(piece.box)}; x_wconf {piece.percent}"
        element = self._add(row, "span", "ocrx_word", "word", title)
        _mark_direction(element, piece)
        element.text = piece.text
        element.tail = " " if piece.spaced else None

    def _add(
        self, parent: etree._Element, tag: str, kind: str, name: str, title: str
    ) -> etree._Element:
        identity = f"{name}_{self._number}_{next(self._counts[name])}"
        return etree.SubElement(parent, _tag(tag), {"class": kind, "id": identity, "title": title})


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _bbox(box: Box) -> str:
    return f"bbox {box.left} {box.top} {box.right} {box.bottom}"


def _stand(baseline: Baseline, box: Box) -> str:
    """Return how the text is turned, or else where in its box it stands."""
    if _UPRIGHT < baseline.angle < 360 - _UPRIGHT:
        return f"textangle {round(baseline.angle)}"
    offset = round(baseline.height_at(box.left) - box.bottom)
    return f"baseline {round(baseline.slope, 3) + 0.0:g} {offset}"


def _mark_direction(element: etree._Element, text: Row | Piece) -> None:
    if text.runs_left:
        element.set("dir", "rtl")
