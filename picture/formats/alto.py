"""Pages as ALTO: where libraries and archives keep text with its places (ALTO 4.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from lxml import etree
from lxml.builder import ElementMaker

from picture.formats.geometry import (
    Box,
    around,
    bounds,
    corners,
    line_bounds,
    slope_of,
    spaced_words,
)
from picture.formats.xml import SOFTWARE, legal, to_file
from picture.layout import cut_blocks
from picture.page import Line, Page, Word

_ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{_ALTO} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"

_E = ElementMaker(namespace=_ALTO, nsmap={None: _ALTO, "xsi": _XSI})


def to_alto(pages: Sequence[Page]) -> bytes:
    """Write pages as ALTO, everything in pixels."""
    numbers = count(1)
    root = _E.alto(
        {f"{{{_XSI}}}schemaLocation": _SCHEMA},
        _description(),
        _E.Layout(*(_page(number, page, numbers) for number, page in enumerate(pages, start=1))),
    )
    etree.indent(root, " ")
    return to_file(root)


def _description() -> etree._Element:
    return _E.Description(
        _E.MeasurementUnit("pixel"),
        _E.Processing(
            {"ID": "ocr"},
            _E.processingCategory("contentGeneration"),
            _E.processingSoftware(_E.softwareName(SOFTWARE)),
        ),
    )


def _page(number: int, page: Page, numbers: Iterator[int]) -> etree._Element:
    size = {"WIDTH": str(page.width), "HEIGHT": str(page.height)}
    space = _E.PrintSpace({"HPOS": "0", "VPOS": "0", **size})
    for blocks in cut_blocks(page):
        space.extend(_block(block.lines, page, numbers) for block in blocks)
    identity = {"ID": f"page_{number}", "PHYSICAL_IMG_NR": str(number)}
    return _E.Page({**identity, **size}, space)


def _block(lines: Sequence[Line], page: Page, numbers: Iterator[int]) -> etree._Element:
    place = _place(around(lines, page))
    parts = (_line(line, page, numbers) for line in lines)
    return _E.TextBlock({"ID": f"block_{next(numbers)}", **place}, *parts)


def _line(line: Line, page: Page, numbers: Iterator[int]) -> etree._Element:
    element = _E.TextLine({"ID": f"line_{next(numbers)}", **_place(line_bounds(line, page))})
    if not slope_of(line).is_level:
        points = " ".join(f"{x},{y}" for x, y in corners(line))
        element.append(_E.Shape(_E.Polygon(POINTS=points)))
    before: Word | None = None
    for word, is_spaced in spaced_words(line):
        if before is not None:
            element.append(_space(before, word, page))
        element.append(_string(word, page, numbers))
        before = word if is_spaced else None
    return element


def _string(word: Word, page: Page, numbers: Iterator[int]) -> etree._Element:
    confidence = f"{min(max(word.score, 0.0), 1.0):.4f}"
    return _E.String(
        {
            "ID": f"word_{next(numbers)}",
            "CONTENT": legal(word.text),
            **_place(bounds([word.box], page)),
            "WC": confidence,
        }
    )


def _space(before: Word, after: Word, page: Page) -> etree._Element:
    _, top, start, _ = bounds([before.box], page)
    end = bounds([after.box], page)[0]
    return _E.SP({"HPOS": str(start), "VPOS": str(top), "WIDTH": str(max(end - start, 0))})


def _place(box: Box) -> dict[str, str]:
    left, top, right, bottom = box
    sides = {"WIDTH": str(right - left), "HEIGHT": str(bottom - top)}
    return {"HPOS": str(left), "VPOS": str(top), **sides}
