"""Pages as ALTO, the XML that libraries keep recognised text in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, zip_longest

from lxml import etree

from picture.formats.placement import Block, Box, Paragraph, Piece, Row, place_page
from picture.formats.software import SOFTWARE
from picture.page import Page, Point, Quad

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_VERSION = "4.4"


def to_alto(pages: Sequence[Page]) -> bytes:
    """Return pages, of which there is one at least, as ALTO 4.4 in UTF-8."""
    root = etree.Element(_tag("alto"), nsmap={None: _NAMESPACE, "xsi": _INSTANCE})
    root.set(f"{{{_INSTANCE}}}schemaLocation", f"{_NAMESPACE} {_SCHEMA}")
    root.set("SCHEMAVERSION", _VERSION)
    _add_description(root)
    layout = etree.SubElement(root, _tag("Layout"))
    for number, page in enumerate(pages, start=1):
        _Writer(number).add_page(layout, page)
    etree.indent(root, " ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _add_description(root: etree._Element) -> None:
    description = etree.SubElement(root, _tag("Description"))
    etree.SubElement(description, _tag("MeasurementUnit")).text = "pixel"
    processing = etree.SubElement(description, _tag("OCRProcessing"), ID="OCR_1")
    step = etree.SubElement(processing, _tag("ocrProcessingStep"))
    software = etree.SubElement(step, _tag("processingSoftware"))
    etree.SubElement(software, _tag("softwareName")).text = SOFTWARE


class _Writer:
    """Writes one page and numbers what is on it."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._counts = {name: count(1) for name in ("area", "block", "line", "string")}

    def add_page(self, layout: etree._Element, page: Page) -> None:
        number = str(self._number)
        element = etree.SubElement(layout, _tag("Page"), ID=f"page_{number}")
        element.set("PHYSICAL_IMG_NR", number)
        element.set("WIDTH", str(page.width))
        element.set("HEIGHT", str(page.height))
        whole = _place(Box(0, 0, page.width, page.height))
        space = etree.SubElement(element, _tag("PrintSpace"), whole)
        for block in place_page(page):
            self._add_block(space, block)

    def _add_block(self, space: etree._Element, block: Block) -> None:
        element = self._add(space, "ComposedBlock", "area", block.box)
        for paragraph in block.paragraphs:
            self._add_paragraph(element, paragraph)

    def _add_paragraph(self, block: etree._Element, paragraph: Paragraph) -> None:
        element = self._add(block, "TextBlock", "block", paragraph.box)
        for row in paragraph.rows:
            self._add_row(element, row)

    def _add_row(self, paragraph: etree._Element, row: Row) -> None:
        element = self._add(paragraph, "TextLine", "line", row.box)
        element.set("BASELINE", _points((row.baseline.start, row.baseline.end)))
        if row.runs_left:
            element.set("BASEDIRECTION", "rtl")
        _add_shape(element, row.baseline.corners, row.box)
        for piece, after in zip_longest(row.pieces, row.pieces[1:]):
            self._add_piece(element, piece)
            if piece.spaced:
                etree.SubElement(element, _tag("SP"), _gap(piece.box, after.box))

    def _add_piece(self, row: etree._Element, piece: Piece) -> None:
        element = self._add(row, "String", "string", piece.box)
        element.set("CONTENT", piece.text)
        element.set("WC", f"{piece.percent / 100:g}")
        _add_shape(element, piece.quad, piece.box)

    def _add(self, parent: etree._Element, tag: str, name: str, box: Box) -> etree._Element:
        identity = f"{name}_{self._number}_{next(self._counts[name])}"
        element = etree.SubElement(parent, _tag(tag), ID=identity)
        element.attrib.update(_place(box))
        return element


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.left),
        "VPOS": str(box.top),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }


def _add_shape(element: etree._Element, quad: Quad, box: Box) -> None:
    """Give the corners of what does not fill its box."""
    xs, ys = (box.left, box.right), (box.top, box.bottom)
    if any(_apart(x, xs) > 1 or _apart(y, ys) > 1 for x, y in quad):
        shape = etree.SubElement(element, _tag("Shape"))
        etree.SubElement(shape, _tag("Polygon"), POINTS=_points(quad))


def _apart(place: float, ends: tuple[int, int]) -> float:
    return min(abs(place - end) for end in ends)


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{round(x)},{round(y)}" for x, y in points)


def _gap(before: Box, after: Box) -> dict[str, str]:
    """Return the place between two words, wherever the text runs."""
    across = max(after.left - before.right, before.left - after.right)
    down = max(after.top - before.bottom, before.top - after.bottom)
    if across >= down:
        left = min(before.right, after.right)
        return _place(Box(left, before.top, left + max(across, 0), before.bottom))
    top = min(before.bottom, after.bottom)
    return _place(Box(before.left, top, before.right, top + down))
