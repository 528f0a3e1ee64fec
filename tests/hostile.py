"""Hostile pictures of every kind, made here."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from picture.reading import FORMATS
from tests.conftest import to_bytes

SIDE = 30_000


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield small files that claim, or inflate to, far more than they hold."""
    yield "png-pixels", png(SIDE, SIDE, [(b"IDAT", zlib.compress(bytes(3_000_000), 9))])
    yield "png-ztxt", png(4, 4, [(b"zTXt", b"c\0\0" + zlib.compress(bytes(80_000_000), 9))])
    itxt = b"c\0\1\0\0\0" + zlib.compress(bytes(80_000_000), 9)
    yield "png-itxt", png(4, 4, [(b"iTXt", itxt)])
    many = [(b"zTXt", b"c\0\0" + zlib.compress(bytes(900_000), 9))] * 200
    yield "png-many-ztxt", png(4, 4, many)
    yield "png-iccp", png(4, 4, [(b"iCCP", b"p\0\0" + zlib.compress(bytes(80_000_000), 9))])
    yield "gif-screen", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b";"
    yield "gif-frame", gif_with_large_frame()
    yield "bmp-pixels", bmp(SIDE, SIDE)
    yield "bmp-negative", bmp(-SIDE, -SIDE)
    yield "tiff-pixels", tiff(SIDE, SIDE)
    yield "tiff-overflow", tiff(0xFFFFFFFF, 0xFFFFFFFF)
    yield "webp-canvas", webp(16_384, 16_384)
    yield "jpeg-gigapixels", jpeg(65_500, 65_500)
    yield "jpeg-scans", jpeg_with_scans(5_000)
    yield "pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    yield (
        "svg-entities",
        (
            b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
            b'<svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
        ),
    )


def mutants(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield pictures of every format with bytes changed, cut out or repeated."""
    chance = random.Random(seed)
    seeds = [(form, seed_picture(form)) for form in FORMATS]
    for number in range(count):
        form, data = chance.choice(seeds)
        yield f"{form}-{number}", mutate(data, chance)


def seed_picture(form: str) -> bytes:
    """Return a small whole picture of a format."""
    image = Image.linear_gradient("L").resize((90, 60)).convert("RGB")
    return to_bytes(image, form)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Return `data` damaged in one to eight places, more often near its head."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = min(int(chance.random() ** 2 * len(damaged)), len(damaged) - 1)
        kind = chance.randrange(4)
        if kind == 0:
            damaged[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            damaged[at] = chance.choice((0, 1, 127, 128, 255))
        elif kind == 2:
            del damaged[at : at + chance.randint(1, 64)]
        else:
            damaged[at:at] = damaged[at : at + chance.randint(1, 64)]
        if not damaged:
            break
    return bytes(damaged)


def png(width: int, height: int, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """Return a PNG with these chunks after its header."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [png_chunk(kind, data) for kind, data in [(b"IHDR", header), *chunks, (b"IEND", b"")]]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def gif_with_large_frame() -> bytes:
    """Return a GIF whose frame is far larger than its screen."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0) + b"\x02\x02\x4c\x01\x00"
    return screen + frame + b";"


def bmp(width: int, height: int) -> bytes:
    """Return a BMP header that claims a size."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def tiff(width: int, height: int) -> bytes:
    """Return a TIFF directory that claims a size."""
    entries = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, 0xFFFFFFFF),
    ]
    directory = struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        directory += struct.pack("<HHII", tag, kind, 1, value)
    return b"II*\0" + struct.pack("<I", 8) + directory + bytes(4)


def webp(width: int, height: int) -> bytes:
    """Return an extended WebP that claims a canvas."""
    canvas = bytes(4) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(width: int, height: int) -> bytes:
    """Return a whole small JPEG whose header claims another size."""
    data = bytearray(seed_picture("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_with_scans(count: int) -> bytes:
    """Return a large progressive JPEG that repeats its last scan."""
    image = Image.new("L", (6000, 6000), 128)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", progressive=True, quality=50)
    data = buffer.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]
