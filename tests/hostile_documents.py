"""Hostile documents of every kind, made here."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.documents import (
    CATALOG,
    SAMPLES,
    apng,
    avif,
    form,
    gif,
    jpx,
    page,
    pdf,
    picture_page,
    tiff,
    whole,
)
from tests.hostile import mutate

SIDE = 60_000


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield files that nobody can read, or only with far more than they should take."""
    yield "pdf-head", b"%PDF-1.7\n"
    yield "pdf-no-pages", pdf(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>")
    yield "pdf-tree-of-itself", pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")
    yield "pdf-huge-page", page(box=b"0 0 1000000 1000000")
    yield "pdf-long-page", page(box=b"0 0 1 10000000")
    yield "pdf-inflating", page(inflating(1_500_000_000), b"/Filter[/FlateDecode/FlateDecode]")
    yield "pdf-forms", page(b"/F0 Do", b"", *forms_of_forms(12, 10))
    yield "pdf-jpx-pixels", picture_page(jpx(SIDE, SIDE), b"/JPXDecode", SIDE)
    yield "heif-pixels", claiming(SAMPLES / "turned.heic", SIDE)
    yield "heif-brands", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"
    yield "avif-brands", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"
    yield "avif-side", claiming(avif(), SIDE)
    yield "avif-pixels", claiming(avif(), 16_000)
    yield "tiff-second-pixels", tiff((8, 8), (30_000, 30_000))
    yield "apng-frames", apng(0x7FFFFFFF)


def costly() -> Iterator[tuple[str, bytes]]:
    """Yield files that may well be read, but could take far more than they should."""
    yield "pdf-lying-count", page(count=1_000_000_000)
    yield "pdf-many-pages", page(count=10_000, kids=10_000)
    yield "pdf-nested", page(b"[" * 200_000)
    yield "pdf-form-of-itself", page(b"/F0 Do", b"", form(b"/F0 Do /F0 Do", 5))
    yield "pdf-picture-pixels", picture_page(zlib.compress(bytes(9_999)), b"/FlateDecode", SIDE)
    yield "pdf-jbig2-junk", picture_page(bytes(range(256)) * 8, b"/JBIG2Decode", SIDE)
    yield "pdf-jpx-junk", picture_page(bytes(range(256)) * 8, b"/JPXDecode", 100)
    yield "tiff-loop", tiff(*[(8, 8)] * 3, loops=True)
    yield "tiff-many", tiff(*[(8, 8)] * 12_000)
    yield "gif-frames", gif(10_000)


def mutants(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield documents with bytes changed, cut out or repeated, or cut off."""
    chance = random.Random(seed)
    seeds = list(whole())
    for number in range(count):
        name, data = chance.choice(seeds)
        cut = data[: chance.randrange(1, len(data))] if number % 4 == 0 else mutate(data, chance)
        yield f"{name}-{number}", cut


def forms_of_forms(depth: int, width: int) -> list[bytes]:
    """Return forms each of which draws the next many times."""
    inner = [form(b"/F0 Do " * width, 6 + level) for level in range(depth)]
    return [*inner, form(b"0 0 9 9 re f")]


def inflating(size: int) -> bytes:
    """Return zeros packed twice."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(size // 10_000_000))
    return zlib.compress(packed + packer.flush(), 9)


def claiming(source: Path | bytes, side: int) -> bytes:
    """Return a HEIF or AVIF that claims a size."""
    data = source.read_bytes() if isinstance(source, Path) else source
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", side, side) + data[at + 8 :]
