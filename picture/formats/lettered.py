"""Pages drawn anew as a PDF whose letters are letters, seen and in fonts of their own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pikepdf import Array, Dictionary, Name, Pdf
from pikepdf import Page as PdfPage
from PIL import Image

from picture.formats.embedding import Density, density, embed
from picture.formats.glyphless import SPACE, deflated
from picture.formats.inked import Inked
from picture.formats.pdf import page_size, saved
from picture.formats.visual import shown_letters
from picture.lettering import Lettering, Row, Span

_LINE_FEED = "\n"

# How far a line may rise, per pixel along it, and be level.
_ASKEW = 0.01
# Letters that are set apart by more, in em, are words of their own to poppler.
_APART = 0.09
# Moves of less, in em, are not seen, and numbers that are smaller are factors.
_LEAST_MOVE = 0.0005
_SMALL = 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is written on a page, and the file of the picture under it, if there is one.

    `dpi` is horizontal and vertical dots an inch, where they are known.
    """

    lettering: Lettering
    picture: bytes | None = None
    dpi: Density | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Return the page's width and height in points."""
        return page_size((self.lettering.width, self.lettering.height), density({"dpi": self.dpi}))


def write_lettered_pdf(pages: Iterable[Drawn]) -> bytes:
    """Write a PDF of pages whose text is seen, selected and searched.

    The same pages give the same bytes. Raises ValueError where there is none.
    """
    with Pdf.new() as pdf:
        inked, written = Inked(), []
        for page in pages:
            _note(page.lettering, inked)
            # Pictures are put away as they come: only letters wait for their fonts.
            own = _add_page(pdf, page)
            written.append((own, page.size, page.lettering))
        if not written:
            raise ValueError("no pages")
        fonts = pdf.make_indirect(inked.fonts(pdf))
        for own, size, lettering in written:
            own.Resources.Font = fonts
            ground = own.Contents.read_bytes()
            own.Contents = deflated(pdf, ground + _draw(lettering, size, inked))
        return saved(pdf)


def _add_page(pdf: Pdf, page: Drawn) -> Dictionary:
    """Add a page with its picture alone, and return it."""
    width, height = page.size
    drawn, resources = b"", Dictionary()
    if page.picture is not None:
        file = page.picture
        image = embed(pdf, file, lambda: Image.open(io.BytesIO(file)), archival=False).image
        resources.XObject = Dictionary(I=image)
        drawn = f"q {_number(width)} 0 0 {_number(height)} 0 0 cm /I Do Q\n".encode()
    own = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=resources,
        Contents=deflated(pdf, drawn),
    )
    pdf.pages.append(PdfPage(pdf.make_indirect(own)))
    return pdf.pages[-1].obj


def _note(lettering: Lettering, inked: Inked) -> None:
    for row in lettering.rows:
        for span in _spaced(row):
            for glyph in span.glyphs:
                inked.note(span.cut, glyph)


def _draw(lettering: Lettering, size: tuple[float, float], inked: Inked) -> bytes:
    """Return operators that write a page's letters; they count pixels from its lower left."""
    across, down = size[0] / lettering.width, size[1] / lettering.height
    operators = [f"q {_number(across)} 0 0 {_number(down)} 0 0 cm BT"]
    for row in lettering.rows:
        operators += _show_row(row, lettering.height, inked)
    return "\n".join([*operators, "ET Q"]).encode("ascii")


def _spaced(row: Row) -> Iterator[Span]:
    """Yield a line's letters from left to right, as readers of PDFs take them, with spaces."""
    words = [sorted(word, key=lambda span: span.x) for word in row.words]
    if row.is_spaced:
        words.sort(key=lambda word: word[0].x)
    for word in words:
        yield from word[:-1]
        yield _ended(word[-1]) if row.is_spaced and word is not words[-1] else word[-1]


def _is_level(row: Row) -> bool:
    return row.is_spaced and row.place[0] > 0 and abs(row.place[1]) < _ASKEW


def _ended(span: Span) -> Span:
    """Return letters with a space after them: by itself, PDFium would not see it."""
    return replace(span, text=span.text + SPACE, glyphs=(*span.glyphs, *span.cut.shape(SPACE)))


def _show_row(row: Row, height: int, inked: Inked) -> Iterator[str]:
    """Yield operators for a line, which say what it is read as where its letters do not."""
    is_level, color = _is_level(row), None
    if not is_level:
        # PDFium takes lines at an angle for one, and poppler cuts columns into letters.
        yield _read_as(row.text + _LINE_FEED)
    for span in _spaced(row):
        is_joined = is_level and _is_scattered(span)
        if is_joined:
            yield _read_as(span.text)
        if span.color != color:
            color = span.color
            yield " ".join(_number(part / 255) for part in color) + " rg"
        yield _show(span, row, height, inked)
        if is_joined:
            yield "EMC"
    if not is_level:
        yield "EMC"


def _is_scattered(span: Span) -> bool:
    """Tell whether readers would not put letters together: set apart, or of several glyphs."""
    is_apart = span.tracking > _APART * span.size
    return is_apart or any(not glyph.text or glyph.up for glyph in span.glyphs)


def _read_as(text: str) -> str:
    shown = "".join(shown_letters(text))
    return f"/Span <</ActualText <FEFF{shown.encode('utf-16-be').hex().upper()}>>> BDC"


def _show(span: Span, row: Row, height: int, inked: Inked) -> str:
    a, b, c, d, e, f = row.place
    x, y = a * span.x + c * span.y + e, b * span.x + d * span.y + f
    matrix = (a * span.stretch, -b * span.stretch, -c, d, x, height - y)
    placed = " ".join(_number(value) for value in matrix)
    font = f"/{inked.name(span.cut)} {_number(span.size)} Tf {_number(span.tracking)} Tc"
    return f"{font} {placed} Tm {' '.join(_runs(span, inked))}"


def _runs(span: Span, inked: Inked) -> Iterator[str]:
    """Yield operators for glyphs: those that stand equally high at once."""
    shown: list[str] = []
    up = room = 0.0
    for glyph in span.glyphs:
        if glyph.up != up:
            if shown:
                yield f"[{''.join(shown)}]TJ"
            yield f"{_number(glyph.up * span.size)} Ts"
            shown, up = [], glyph.up
        shown.append(_moved(room + glyph.right))
        shown.append(f"<{inked.code(span.cut, glyph):04X}>")
        # A reader moves on as far as the font says of the glyph by itself.
        room = glyph.advance - round(span.cut.advance(glyph.number), 3) - glyph.right
    yield f"[{''.join(shown)}]TJ"
    if up:
        yield "0 Ts"


def _moved(room: float) -> str:
    """Return a move to the right, in em, as operators take it."""
    return _number(-1000 * room) if abs(room) > _LEAST_MOVE else ""


def _number(value: float) -> str:
    shown = f"{value:.{5 if abs(value) < _SMALL else 2}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
