"""Small documents of every kind, made here."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from tests.conftest import to_bytes
from tests.hostile import png_chunk

# Made with heif-enc of libheif-examples from a picture that is red at the top, blue at
# the left and else white: turned by a quarter as phones do, with its lower half
# transparent, with ten bits, and with a green picture after it.
SAMPLES = Path(__file__).parent / "reading" / "samples"

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def whole() -> Iterator[tuple[str, bytes]]:
    """Yield small documents that can be read."""
    text = b"BT /H 12 Tf 20 150 Td (Some text) Tj 0 -20 Td <48e96c6c6f> Tj ET 0 0 9 9 re f"
    yield "pdf", page(text, box=b"0 0 200 200")
    yield "pdf-packed", page(zlib.compress(text), b"/Filter/FlateDecode", box=b"0 0 200 200")
    jpeg = to_bytes(Image.linear_gradient("L"), "JPEG")
    yield "pdf-scan", picture_page(jpeg, b"/DCTDecode", 256)
    yield "pdf-jpx", picture_page(jpx(64, 64), b"/JPXDecode", 64)
    for sample in sorted(SAMPLES.iterdir()):
        yield sample.name, sample.read_bytes()
    yield "avif", avif()
    yield "tiff", tiff((8, 8), (9, 9))
    yield "gif", gif(3)
    yield "apng", apng(3)
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    yield "webp", to_bytes(frames[0], "WEBP", save_all=True, append_images=frames[1:])


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, counted from 1, the first of which is its catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    start = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (count, len(data))
    return data + start + end


def page(
    contents: bytes = b"",
    filters: bytes = b"",
    *more: bytes,
    box: bytes = b"0 0 612 792",
    entries: bytes = b"",
    count: int = 1,
    kids: int = 1,
) -> bytes:
    """Return a PDF whose pages are all one; objects of `more` are its forms F0, F1..."""
    forms = b"".join(b"/F%d %d 0 R" % (number, 5 + number) for number in range(len(more)))
    font = b"/Font<</H<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>"
    return pdf(
        CATALOG,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s/Resources<<%s/XObject<<%s>>>>>>"
        % (box, entries, font, forms),
        stream(contents, filters),
        *more,
    )


def stream(data: bytes, entries: bytes) -> bytes:
    """Return a PDF's stream."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def form(contents: bytes, *uses: int) -> bytes:
    """Return a PDF's form that may draw the forms which are these objects as F0, F1..."""
    names = b"".join(b"/F%d %d 0 R" % pair for pair in enumerate(uses))
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<<%s>>>>" % names
    return stream(contents, entries)


def picture_page(data: bytes, name: bytes, side: int) -> bytes:
    """Return a PDF with a square picture that is packed in a way."""
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/Filter%s" % (
        side,
        side,
        1 if name == b"/JBIG2Decode" else 8,
        name,
    )
    return page(
        b"q 612 0 0 792 0 0 cm /F0 Do Q", b"", stream(data, entries + b"/ColorSpace/DeviceGray")
    )


def jpx(width: int, height: int) -> bytes:
    """Return a small JPEG 2000 picture whose header claims a size."""
    data = to_bytes(Image.linear_gradient("L").resize((64, 64)), "JPEG2000", no_jp2=True)
    at = data.index(b"\xff\x51") + 6
    claimed = struct.pack(">II", width, height)
    return data[:at] + claimed + data[at + 8 :]


def avif() -> bytes:
    """Return a small AVIF."""
    return to_bytes(Image.linear_gradient("L").resize((64, 96)).convert("RGB"), "AVIF", speed=10)


def tiff(*sizes: tuple[int, int], thumbnails: Sequence[int] = (), loops: bool = False) -> bytes:
    """Return a grey TIFF of pages of these sizes, of which the larger ones are claims."""
    data, pixels = b"II*\0" + struct.pack("<I", 8 + 100), 8
    data += bytes(100)
    for number, (width, height) in enumerate(sizes, start=1):
        size = 2 + 9 * 12 + 4
        after = 8 + 100 + number * size
        entries = [
            (254, 4, int(number in thumbnails)),
            (256, 4, width),
            (257, 4, height),
            (258, 3, 8),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, pixels),
            (278, 4, height),
            (279, 4, width * height),
        ]
        data += struct.pack("<H", 9)
        data += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
        is_last = number == len(sizes)
        data += struct.pack("<I", (108 if loops else 0) if is_last else after)
    return data


def gif(count: int) -> bytes:
    """Return a GIF of so many frames."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\x00"
    return screen + frame * count + b";"


def apng(count: int) -> bytes:
    """Return an animated PNG of three frames that claims to have `count`."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    data = to_bytes(frames[0], "PNG", save_all=True, append_images=frames[1:])
    at = data.index(b"acTL") - 4
    return data[:at] + png_chunk(b"acTL", struct.pack(">II", count, 0)) + data[at + 20 :]
