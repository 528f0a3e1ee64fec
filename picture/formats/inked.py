"""Fonts of a PDF whose letters are seen: of each cut the glyphs that are used."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Pdf

from picture.cut import Cut, Glyph
from picture.formats.glyphless import deflated, to_unicode

_TRUETYPE = b"\0\1\0\0"
_SYMBOLIC = 4
"""A font with letters of its own order."""
_NO_TEXT = "\u200b"
"""What glyphs show that only others show with them."""


@dataclass(slots=True)
class _Used:
    """The glyphs of a cut that are used: each with a code from 1 on for each text it shows."""

    name: str
    codes: dict[tuple[int, str], int] = field(default_factory=dict)


class Inked:
    """The cuts that a document is written in.

    Every glyph is noted before the fonts are made, and coded after.
    """

    def __init__(self) -> None:
        self._used: dict[Cut, _Used] = {}

    def note(self, cut: Cut, glyph: Glyph) -> None:
        """Have a font hold a glyph."""
        used = self._used.setdefault(cut, _Used(f"F{len(self._used)}"))
        used.codes.setdefault((glyph.number, glyph.text), 0)

    def name(self, cut: Cut) -> str:
        """Return what a font is called on pages."""
        return self._used[cut].name

    def code(self, cut: Cut, glyph: Glyph) -> int:
        """Return what a glyph is written as."""
        return self._used[cut].codes[glyph.number, glyph.text]

    def fonts(self, pdf: Pdf) -> Dictionary:
        """Make the fonts of a document, for the resources of its pages."""
        return Dictionary(
            {f"/{used.name}": _font(pdf, cut, used) for cut, used in self._used.items()}
        )


def _font(pdf: Pdf, cut: Cut, used: _Used) -> Dictionary:
    """Return a font, and give its glyphs their codes."""
    file, numbers = cut.of_glyphs(sorted({number for number, _ in used.codes}))
    is_truetype = file.startswith(_TRUETYPE)
    glyphs = sorted(used.codes, key=lambda each: numbers[each[0]])
    for at, each in enumerate(glyphs, 1):
        # In a compact font, a code is a glyph: it shows one text alone.
        used.codes[each] = at if is_truetype else numbers[each[0]]
    name = Name(f"/{_tag(used)}+{cut.name}-{cut.weight}")
    texts: dict[int, str] = {}
    widths: dict[int, int] = {}
    for (number, text), code in used.codes.items():
        texts[code] = texts.get(code) or text
        widths[code] = round(1000 * cut.advance(number))
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2 if is_truetype else Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        W=Array([1, Array([widths.get(code, 0) for code in range(1, max(widths) + 1)])]),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf, cut, name, file, is_truetype)),
    )
    if is_truetype:
        to_glyph = struct.pack(
            f">{len(glyphs) + 1}H", 0, *(numbers[number] for number, _ in glyphs)
        )
        font.CIDToGIDMap = deflated(pdf, to_glyph)
    shown = [texts.get(code) or _NO_TEXT for code in range(1, max(widths) + 1)]
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(font)]),
            ToUnicode=deflated(pdf, to_unicode(shown)),
        )
    )


def _tag(used: _Used) -> str:
    """Return the six letters that tell parts of fonts apart."""
    number, letters = int(used.name[1:]), ""
    for _ in range(6):
        number, rest = divmod(number, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _descriptor(pdf: Pdf, cut: Cut, name: Name, file: bytes, is_truetype: bool) -> Dictionary:
    over, under = (round(1000 * reach) for reach in cut.reach)
    own = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=_SYMBOLIC,
        FontBBox=Array([-under, -under, 2 * over, over]),
        ItalicAngle=0,
        Ascent=over,
        Descent=-under,
        CapHeight=over,
        StemV=cut.weight // 5,
    )
    if is_truetype:
        own.FontFile2 = deflated(pdf, file)
        own.FontFile2.Length1 = len(file)
    else:
        own.FontFile3 = deflated(pdf, _table(file, b"CFF "))
        own.FontFile3.Subtype = Name.CIDFontType0C
    return own


def _table(file: bytes, wanted: bytes) -> bytes:
    """Return a table of a font file."""
    (count,) = struct.unpack_from(">H", file, 4)
    tables = (struct.unpack_from(">4s4xII", file, 12 + 16 * number) for number in range(count))
    return next(file[at : at + length] for tag, at, length in tables if tag == wanted)
