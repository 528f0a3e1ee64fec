"""A font without ink: its letters are selected, searched and copied, and never seen."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from pikepdf import Array, Dictionary, Name, Pdf, Stream
from wcwidth import wcswidth

SPACE = " "
ASCENT, DESCENT = 800, -200
"""How far letters reach from the line they stand on, in thousandths of the font's size."""

# Glyphs of the font program by number, and their widths: what is missing, most letters,
# a space and the letters of Chinese.
_LETTER, _SPACE, _WIDE = 1, 2, 3
_ADVANCES = (500, 500, 250, 1000)

_REPLACEMENT = "\ufffd"
_MOST_CODES = 0xFFFF
_LONGEST_LIST = 100
"""Entries that one list of a CMap may have."""

_MAGIC, _CHECKED = 0x5F0F3CF5, 0xB1B0AFBA
"""What every TrueType font holds, and what it adds up to."""

_CMAP = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class Glyphs:
    """The letters of a document's text, each with a code from 1 on.

    A letter is what a person sees as one, which may be several characters.
    """

    def __init__(self) -> None:
        self._codes = {SPACE: 1, _REPLACEMENT: 2}

    def code(self, letter: str) -> int:
        """Return a letter's code: the replacement character's once there is none left."""
        if letter not in self._codes and len(self._codes) == _MOST_CODES:
            return self._codes[_REPLACEMENT]
        return self._codes.setdefault(letter, len(self._codes) + 1)

    def fill(self, font: Dictionary, pdf: Pdf) -> None:
        """Make a dictionary of a document the font with all codes given so far."""
        glyphs = [_glyph(letter) for letter in self._codes]
        font.Type, font.Subtype = Name.Font, Name.Type0
        font.BaseFont, font.Encoding = Name.Glyphless, Name("/Identity-H")
        font.DescendantFonts = Array([pdf.make_indirect(_descendant(pdf, glyphs))])
        font.ToUnicode = deflated(pdf, to_unicode(list(self._codes)))


def width(letter: str) -> int:
    """Return how wide a letter is, in thousandths of the font's size."""
    return _ADVANCES[_glyph(letter)]


def deflated(pdf: Pdf, data: bytes) -> Stream:
    """Return a compressed stream of a document."""
    return Stream(pdf, zlib.compress(data, 9), Filter=Name.FlateDecode)


@lru_cache(maxsize=10_000)
def _glyph(letter: str) -> int:
    if letter == SPACE:
        return _SPACE
    return _WIDE if wcswidth(letter) > 1 else _LETTER


def _descendant(pdf: Pdf, glyphs: Sequence[int]) -> Dictionary:
    to_glyph = struct.pack(f">{len(glyphs) + 1}H", 0, *glyphs)
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name.Glyphless,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=deflated(pdf, to_glyph),
        DW=_ADVANCES[_LETTER],
        W=Array(_unusual_widths(glyphs)),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf)),
    )


def _unusual_widths(glyphs: Sequence[int]) -> Iterator[int]:
    """Yield the first and last code of each run of letters with another width than most."""
    code = 1
    for glyph, run in groupby(glyphs):
        end = code + len(list(run))
        if glyph != _LETTER:
            yield from (code, end - 1, _ADVANCES[glyph])
        code = end


def _descriptor(pdf: Pdf) -> Dictionary:
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name.Glyphless,
        Flags=4,  # letters of its own, not Latin ones
        FontBBox=Array([0, DESCENT, 1000, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=0,
        FontFile2=_font_file(pdf),
    )


def to_unicode(letters: Sequence[str]) -> bytes:
    """Return the CMap from codes to characters."""
    lists = []
    for high in range(0, len(letters) + 1, 256):
        # No list may reach over codes with another high byte.
        for code in range(max(high, 1), min(high + 256, len(letters) + 1), _LONGEST_LIST):
            last = min(code + _LONGEST_LIST - 1, high + 255, len(letters))
            texts = "".join(f"<{_utf16(letter)}>" for letter in letters[code - 1 : last])
            lists.append(f"1 beginbfrange\n<{code:04X}><{last:04X}>[{texts}]\nendbfrange")
    return (_CMAP % "\n".join(lists)).encode()


def _utf16(letter: str) -> str:
    return letter.encode("utf-16-be").hex().upper()


def _font_file(pdf: Pdf) -> Stream:
    program = _font_program()
    stream = deflated(pdf, program)
    stream.Length1 = len(program)
    return stream


def _font_program() -> bytes:
    """Return a TrueType font of glyphs that have a size and no ink."""
    count, widest = len(_ADVANCES), max(_ADVANCES)
    outlines = [_outline(advance) for advance in _ADVANCES]
    starts = range(0, (count + 1) * len(outlines[0]), len(outlines[0]))
    head = struct.pack(">IIIIHHqq", 0x10000, 0x10000, 0, _MAGIC, 0, 1000, 0, 0)
    font = _sfnt(
        {
            b"glyf": b"".join(outlines),
            b"head": head + struct.pack(">hhhhHHhhh", 0, DESCENT, widest, ASCENT, 0, 8, 2, 0, 0),
            b"hhea": struct.pack(
                ">IhhhH4xhh14xH", 0x10000, ASCENT, DESCENT, 0, widest, widest, 1, count
            ),
            b"hmtx": b"".join(struct.pack(">Hh", advance, 0) for advance in _ADVANCES),
            b"loca": b"".join(struct.pack(">H", start // 2) for start in starts),
            b"maxp": struct.pack(">IHHH4xH16x", 0x10000, count, 2, 1, 2),
        }
    )
    # The font's own checksum stands before the magic number.
    at = font.index(struct.pack(">I", _MAGIC)) - 4
    return font[:at] + struct.pack(">I", (_CHECKED - _checksum(font)) % 2**32) + font[at + 4 :]


def _outline(advance: int) -> bytes:
    """Return a glyph that is a stroke there and back from corner to corner.

    PDFium tells lines apart by the boxes of outlines.
    """
    header = struct.pack(">hhhhh", 1, 0, DESCENT, advance, ASCENT)
    points = struct.pack(">hhhh", 0, advance, DESCENT, ASCENT - DESCENT)
    return header + struct.pack(">HHBB", 1, 0, 1, 1) + points


def _sfnt(tables: Mapping[bytes, bytes]) -> bytes:
    """Return a font file of tables, for no more than seven of them."""
    count = len(tables)
    offset = 12 + 16 * count
    directory, body = struct.pack(">IHHHH", 0x10000, count, 64, 2, 16 * count - 64), b""
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        directory += tag + struct.pack(">III", _checksum(padded), offset + len(body), len(table))
        body += padded
    return directory + body


def _checksum(data: bytes) -> int:
    numbers: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(numbers) % 2**32
