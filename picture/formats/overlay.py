"""A PDF's own pages with what was read on them added as invisible text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pikepdf import Array, Dictionary, Matrix, Name, Object, PasswordError, Pdf

from picture.errors import DocumentBrokenError, PasswordRequiredError, PasswordWrongError
from picture.formats.glyphless import Glyphs, deflated
from picture.formats.textlayer import draw_text
from picture.formats.turns import operands, turned
from picture.page import Page

Box = tuple[float, float, float, float]

_LETTER: Box = (0, 0, 612, 792)
"""The box of a page that has none."""
_DEEPEST = 50
"""How far above a page what it inherits is looked for."""
_KEPT = ("/Lang", "/Metadata", "/OCProperties", "/OutputIntents")
"""What of a document goes with single pages: its language and description, which of its
layers are seen, and what its colours mean."""


def add_text(
    document: Path | bytes,
    pages: Mapping[int, Page],
    only: Sequence[int] | None = None,
    password: str = "",
) -> bytes:
    """Add what was read on pages, counted from 0, to a PDF as invisible text.

    Each was read on its crop box, turned as a reader shows it, at any density. Lines are
    written in the order that they have. Everything else stays as it is. With `only`,
    those pages alone are kept: with their annotations and layers, and without outlines,
    the logic of forms, tags and attachments, which belong to the whole. Encryption is
    taken off, and signatures become invalid. Raises DocumentBrokenError, or
    PasswordRequiredError or PasswordWrongError where the password does not open it.
    """
    try:
        with _open(document, password) as pdf:
            _write_pages(pdf, pages)
            if only is None or list(only) == list(range(len(pdf.pages))):
                return _save(pdf)
            with _extract(pdf, only) as part:
                return _save(part)
    except PasswordError as error:
        raise (PasswordWrongError if password else PasswordRequiredError)(str(error)) from error
    except MemoryError:
        raise
    except Exception as error:
        # Parsers of hostile documents fail in more ways than they document.
        raise DocumentBrokenError(repr(error)) from error


def add_text_to(
    path: str, pages: Mapping[str, str], only: Sequence[int], password: str
) -> tuple[None, bytes]:
    """Do the same for a call from another process, which tells pages as JSON."""
    read = {int(number): Page.from_bytes(page.encode()) for number, page in pages.items()}
    return None, add_text(Path(path), read, only, password)


def _open(document: Path | bytes, password: str) -> Pdf:
    source = io.BytesIO(document) if isinstance(document, bytes) else document
    return Pdf.open(source, password=password, inherit_page_attributes=False)


def _save(pdf: Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, compress_streams=False, deterministic_id=True)
    return buffer.getvalue()


def _write_pages(pdf: Pdf, pages: Mapping[int, Page]) -> None:
    glyphs, font = Glyphs(), Dictionary()
    written = {index: page for index, page in pages.items() if page.lines}
    if written:
        font = pdf.make_indirect(font)
        for index, page in written.items():
            _write_page(pdf, pdf.pages[index].obj, page, glyphs, font)
        glyphs.fill(font, pdf)


def _write_page(pdf: Pdf, place: Object, page: Page, glyphs: Glyphs, font: Object) -> None:
    name = _add_font(place, font)
    text = draw_text(page.lines, page.height, glyphs, name)
    drawn = b"q %s cm\n%s\nQ\n" % (operands(_matrix(place, page)).encode(), text)
    # In front of what the page draws itself, which may leave its state in any disorder.
    own = place.get(Name.Contents, Array())
    parts = list(own) if isinstance(own, Array) else [own]
    place.Contents = Array([pdf.make_indirect(deflated(pdf, drawn)), *parts])


def _add_font(place: Object, font: Object) -> str:
    """Add a font to a page's resources, which other pages may share, and return its name."""
    resources = Dictionary(dict(_inherited(place, Name.Resources, Dictionary()).items()))
    fonts = Dictionary(dict(resources.get(Name.Font, Dictionary()).items()))
    name = "Glyphless"
    while f"/{name}" in fonts:
        name += "_"
    fonts[f"/{name}"] = font
    resources.Font = fonts
    place.Resources = resources
    return name


def _matrix(place: Object, page: Page) -> Matrix:
    """Return what brings pixels of an upright page, counted from below, to a PDF's own units."""
    left, bottom, right, top = _shown_box(place)
    quarters = int(_inherited(place, Name.Rotate, 0)) // 90
    pixels = Matrix(1 / page.width, 0, 0, 1 / page.height, 0, 0)
    units = Matrix(right - left, 0, 0, top - bottom, left, bottom)
    return pixels @ turned(90 * quarters - page.rotation) @ units


def _shown_box(place: Object) -> Box:
    """Return the part of a page that is shown, as PDFium takes it."""
    media, crop = _box(place, Name.MediaBox) or _LETTER, _box(place, Name.CropBox)
    if crop is None:
        return media
    lower = (max(media[0], crop[0]), max(media[1], crop[1]))
    upper = (min(media[2], crop[2]), min(media[3], crop[3]))
    return (*lower, *upper) if lower[0] < upper[0] and lower[1] < upper[1] else media


def _box(place: Object, name: Name) -> Box | None:
    """Return a box from its lower left to its upper right corner, if there is one."""
    values = _inherited(place, name, None)
    if not isinstance(values, Array) or len(values) != 4:
        return None
    x0, y0, x1, y1 = (float(value) for value in values)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _inherited(place: Object, name: Name, default: Any) -> Any:
    """Return what a page says, or else what is said above it."""
    node = place
    for _ in range(_DEEPEST):
        if name in node:
            return node[name]
        if Name.Parent not in node:
            break
        node = node.Parent
    return default


def _extract(pdf: Pdf, only: Sequence[int]) -> Pdf:
    """Return a document of some pages, and of what goes with them."""
    part = Pdf.new()
    for index in only:
        part.pages.append(pdf.pages[index])
    for holder, name in [(pdf.trailer, "/Info"), *((pdf.Root, name) for name in _KEPT)]:
        if name in holder:
            own = part.trailer if name == "/Info" else part.Root
            own[name] = part.copy_foreign(pdf.make_indirect(holder[name]))
    return part
