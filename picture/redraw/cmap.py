"""The code points that a font file maps to glyphs."""

from __future__ import annotations

import struct


def code_ranges(font: bytes) -> list[tuple[int, int]]:
    """Return the code points that a font maps, as first and last of each range.

    Reads the `cmap` table (OpenType 1.9): format 12 where there is one, else 4.
    """
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", font, start + 4)[0]
    records = [struct.unpack_from(">4sIII", font, start + 12 + 16 * i) for i in range(count)]
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    tables = struct.unpack_from(">H", font, cmap + 2)[0]
    offsets = [struct.unpack_from(">HHI", font, cmap + 4 + 8 * i)[2] for i in range(tables)]
    formats = {struct.unpack_from(">H", font, cmap + at)[0]: cmap + at for at in offsets}
    return _format_12(font, formats[12]) if 12 in formats else _format_4(font, formats[4])


def _format_12(font: bytes, at: int) -> list[tuple[int, int]]:
    groups = struct.unpack_from(">I", font, at + 12)[0]
    rows = [struct.unpack_from(">III", font, at + 16 + 12 * i) for i in range(groups)]
    return [(first, last) for first, last, glyph in rows if glyph]


def _format_4(font: bytes, at: int) -> list[tuple[int, int]]:
    double = struct.unpack_from(">H", font, at + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
    return [(first, last) for first, last in zip(starts, ends, strict=True) if last < 0xFFFF]
