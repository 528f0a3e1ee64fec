"""Pictures as a PDF whose text can be selected and searched."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Matrix, Name, ObjectStreamMode, Pdf
from pikepdf import Page as PdfPage
from PIL import Image

from picture.formats.embedding import Density, Embedded, embed
from picture.formats.glyphless import Glyphs, deflated
from picture.formats.pdfa import make_archival
from picture.formats.textlayer import draw_text
from picture.formats.turns import operands, turned
from picture.page import Page

_POINTS = 72
"""Points an inch."""
_LONGEST = 842
"""The longer side, in points, of a page whose picture does not say its size: A4's."""
_FEWEST_DOTS = 96
"""Dots an inch of a picture that is smaller than that."""
_SIDES = (3.0, 14_400.0)
"""How long a page's side may be, in points."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture, and what was read on it.

    `decode` returns its pixels, upright as EXIF says and without transparency; it is
    called only where a PDF cannot carry the `file` as it is, or there is none. The page
    is the picture turned by `page.rotation`. `dpi` is horizontal and vertical dots an
    inch of the upright picture, where they are not what the file says.
    """

    file: bytes | None
    decode: Callable[[], Image.Image]
    page: Page | None = None
    dpi: Density | None = None


def write_pdf(sheets: Iterable[Sheet], archival: bool = False) -> bytes:
    """Write a PDF of one page a sheet, PDF/A-2b if it is to be `archival`.

    Pictures are kept as they are: a JPEG or PNG byte by byte, others pixel by pixel.
    Lines are written in the order that they have. The same sheets give the same bytes.
    Raises ValueError where there is no sheet, PictureBrokenError for a broken file.
    """
    with Pdf.new() as pdf:
        glyphs, font = Glyphs(), pdf.make_indirect(Dictionary())
        for sheet in sheets:
            picture = embed(pdf, sheet.file, sheet.decode, archival)
            pdf.pages.append(_make_page(pdf, sheet, picture, glyphs, font))
        if not len(pdf.pages):
            raise ValueError("no sheets")
        glyphs.fill(font, pdf)
        if archival:
            make_archival(pdf)
        return saved(pdf)


def saved(pdf: Pdf) -> bytes:
    """Return a document as a file: the same bytes for the same document."""
    buffer = io.BytesIO()
    pdf.save(
        buffer,
        min_version="1.7",
        object_stream_mode=ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return buffer.getvalue()


def _make_page(
    pdf: Pdf, sheet: Sheet, picture: Embedded, glyphs: Glyphs, font: Dictionary
) -> PdfPage:
    rotation = sheet.page.rotation if sheet.page else 0
    upright = picture.upright @ turned(rotation)
    width, height = _measure(picture, upright, sheet.dpi)
    place = operands(upright @ Matrix(width, 0, 0, height, 0, 0))
    drawn = f"q {place} cm /I Do Q".encode()
    fonts = Dictionary()
    if sheet.page and sheet.page.lines:
        drawn += _draw_text(sheet.page, (width, height), glyphs)
        fonts.F = font
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(I=picture.image), Font=fonts),
        Contents=deflated(pdf, drawn),
    )
    return PdfPage(pdf.make_indirect(page))


def _draw_text(page: Page, size: tuple[float, float], glyphs: Glyphs) -> bytes:
    scale = Matrix(size[0] / page.width, 0, 0, size[1] / page.height, 0, 0)
    text = draw_text(page.lines, page.height, glyphs, "F")
    return b"\nq %s cm\n%s\nQ" % (operands(scale).encode(), text)


def _measure(picture: Embedded, upright: Matrix, dpi: Density | None) -> tuple[float, float]:
    """Return the width and height of a page in points."""
    is_turned = upright.a == 0
    across, down = picture.size[::-1] if is_turned else picture.size
    if dpi is None and picture.dpi:
        dpi = picture.dpi[::-1] if is_turned else picture.dpi
    return page_size((across, down), dpi)


def page_size(size: tuple[int, int], dpi: Density | None) -> tuple[float, float]:
    """Return the width and height in points of a page of so many pixels."""
    sides = _to_points(size, dpi) if dpi else (0.0, 0.0)
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in sides):
        usual = max(_FEWEST_DOTS, _POINTS * max(size) / _LONGEST)
        sides = _to_points(size, (usual, usual))
    return max(sides[0], _SIDES[0]), max(sides[1], _SIDES[0])


def _to_points(size: tuple[int, int], dpi: Density) -> tuple[float, float]:
    across, down = (round(_POINTS * side / dots, 3) for side, dots in zip(size, dpi, strict=True))
    return across, down
