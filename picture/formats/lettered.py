"""Pages drawn anew as a PDF whose letters are letters, seen and in fonts of their own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf
from pikepdf import Page as PdfPage
from PIL import Image

from picture.cut import Glyph
from picture.formats.embedding import Density, density, embed
from picture.formats.glyphless import SPACE, deflated
from picture.formats.inked import Inked
from picture.formats.pdf import page_size
from picture.lettering import Lettering, Row, Span

_LINE_FEED = "\n"

# How narrow and how wide spaces are made to reach from word to word.
_SPACES = (0.05, 20.0)

Point = tuple[float, float]


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
        buffer = io.BytesIO()
        pdf.save(
            buffer,
            min_version="1.7",
            object_stream_mode=ObjectStreamMode.generate,
            deterministic_id=True,
        )
        return buffer.getvalue()


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
        operators.append(" ".join(_number(part / 255) for part in row.color) + " rg")
        operators += (_show(span, row, lettering.height, inked) for span in _spaced(row))
    return "\n".join([*operators, "ET Q"]).encode("ascii")


def _spaced(row: Row) -> Iterator[Span]:
    """Yield a line's letters from left to right, as readers of PDFs take them, and its spaces."""
    words = [sorted(word, key=lambda span: span.x) for word in row.words]
    if row.is_spaced:
        words.sort(key=lambda word: word[0].x)
    last: Span | None = None
    for word in words:
        if last is not None and row.is_spaced:
            yield _space(last, word[0].x - last.end, SPACE)
        yield from word
        last = word[-1]
    if last is not None and not _is_level(row):
        # PDFium takes lines at an angle, and columns, for one.
        yield _space(last, 0, _LINE_FEED)


def _is_level(row: Row) -> bool:
    return row.is_spaced and row.place[0] > 0 and abs(row.place[1]) < 0.01


def _space(last: Span, room: float, text: str) -> Span:
    """Return a space after letters that reaches as far as there is room."""
    (own,) = last.cut.shape(SPACE)
    least, most = _SPACES
    stretch = min(most, max(least, room / max(1e-6, last.size * own.advance)))
    glyphs = (Glyph(own.number, text, own.advance),)
    return Span(text, last.cut, last.size, last.end, last.y, 0.0, stretch, glyphs)


def _show(span: Span, row: Row, height: int, inked: Inked) -> str:
    a, b, c, d, e, f = row.place
    x, y = a * span.x + c * span.y + e, b * span.x + d * span.y + f
    matrix = (a * span.stretch, -b * span.stretch, -c, d, x, height - y)
    placed = " ".join(_number(value) for value in matrix)
    font = f"/{inked.name(span.cut)} {_number(span.size)} Tf"
    return f"{font} {placed} Tm {' '.join(_runs(span, inked))}"


def _runs(span: Span, inked: Inked) -> Iterator[str]:
    """Yield operators for glyphs: those that stand equally high at once."""
    shown: list[str] = []
    up = skipped = 0.0
    for glyph in span.glyphs:
        if glyph.up != up:
            if shown:
                yield f"[{''.join(shown)}]TJ"
            yield f"{_number(glyph.up * span.size)} Ts"
            shown, up = [], glyph.up
        # What a glyph moves on less than is written in its font is gone back after it.
        shown.append(_kern(skipped + glyph.right))
        shown.append(f"<{inked.code(span.cut, glyph):04X}>")
        own = round(span.cut.advance(glyph.number), 3)
        skipped = glyph.advance + span.tracking / span.size - own - glyph.right
    yield f"[{''.join(shown)}]TJ"
    if up:
        yield "0 Ts"


def _kern(room: float) -> str:
    """Return room to the right, in em, as operators take it."""
    return _number(-1000 * room) if abs(room) > 0.0005 else ""


def _number(value: float) -> str:
    shown = f"{value:.{5 if abs(value) < 2 else 2}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
