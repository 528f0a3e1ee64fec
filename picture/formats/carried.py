"""Pictures as a PDF can carry them: a JPEG or PNG without being decoded, else pixels."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageChops

CARRIED = ("JPEG", "PNG")
"""Formats whose files a PDF mostly carries as they are."""

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
"""What begins a segment of a JPEG; inside of a scan there is none."""
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
_OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_ADOBE, _END = 0xEE, 0xD9

_CHANNELS = {0: 1, 2: 3, 3: 1}
"""How many channels a PNG's colour type has, of those without transparency."""
_PALETTE = 3
_NOTES = {b"eXIf", b"tEXt", b"zTXt", b"iTXt"}
_PREDICTED = 15
_ROWS_IN_STRIP, _STRIPS, _STRIP_BYTES = 278, 273, 279


@dataclass(frozen=True, slots=True)
class Carried:
    """A picture's compressed data and what a reader must know to show it.

    `filter` and `parameters` are PDF's names of what undoes the compression; `inverted`
    colours are written as how much is left of the paper; what is `noted` may say how
    the picture is turned.
    """

    data: bytes
    size: tuple[int, int]
    channels: int
    depth: int
    filter: str
    parameters: dict[str, int | bool] = field(default_factory=dict)
    palette: bytes = b""
    inverted: bool = False
    noted: bool = False


def carry(file: bytes) -> Carried | None:
    """Return a file's own data where PDF has a place for it, else none."""
    try:
        if file.startswith(_JPEG):
            return _carry_jpeg(file)
        return _carry_png(file) if file.startswith(_PNG) else None
    except (struct.error, IndexError):
        return None


def compress(image: Image.Image) -> Carried:
    """Compress pixels without loss: those in black and white as a fax, others as a PNG."""
    plain = _without_colour(image)
    carried = _fax(plain) if plain.mode == "1" else None
    return carried or _as_png(plain)


def _carry_jpeg(file: bytes) -> Carried | None:
    frame, adobe = b"", False
    for marker, end, segment in _segments(file):
        if marker in _OTHER_FRAMES:
            return None
        if marker in _PLAIN_FRAMES:
            frame = frame or segment
        adobe |= marker == _ADOBE and segment.startswith(b"Adobe")
        if marker == _END:
            depth, height, width, channels = struct.unpack(">BHHB", frame[:6])
            known = depth == 8 and height and channels in (1, 3, 4)
            # Phones put further pictures behind the first.
            inverted = adobe and channels == 4
            return (
                Carried(
                    file[:end],
                    (width, height),
                    channels,
                    depth,
                    "/DCTDecode",
                    inverted=inverted,
                    noted=True,
                )
                if known
                else None
            )
    return None


def _segments(file: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield a JPEG's markers, where they end, and what is in their segments."""
    at = len(_JPEG)
    while found := _MARKER.search(file, at):
        marker, at = found[1][0], found.end()
        length = 0 if marker == _END else int.from_bytes(file[at : at + 2])
        yield marker, at, file[at + 2 : at + length]
        at += length


def _carry_png(file: bytes) -> Carried | None:
    chunks: dict[bytes, list[bytes]] = {}
    for kind, data in _chunks(file):
        chunks.setdefault(kind, []).append(data)
    header = struct.unpack(">IIBBBBB", chunks.get(b"IHDR", [b""])[0])
    width, height, depth, kind, _, _, interlaced = header
    data, palette = b"".join(chunks.get(b"IDAT", [])), chunks.get(b"PLTE", [b""])[0]
    odd = interlaced or kind not in _CHANNELS or b"tRNS" in chunks or b"IEND" not in chunks
    if odd or not data or (kind == _PALETTE and not palette):
        return None
    channels = _CHANNELS[kind]
    parameters: dict[str, int | bool] = {
        "Predictor": _PREDICTED,
        "Colors": channels,
        "BitsPerComponent": depth,
        "Columns": width,
    }
    return Carried(
        data,
        (width, height),
        channels,
        depth,
        "/FlateDecode",
        parameters,
        palette=palette if kind == _PALETTE else b"",
        noted=not _NOTES.isdisjoint(chunks),
    )


def _chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        yield kind, file[at + 8 : at + 8 + length]
        at += 12 + length


def _without_colour(image: Image.Image) -> Image.Image:
    """Return a picture in black and white, or in grey, where it has no other colours."""
    if image.mode == "1":
        return image
    picture = image if image.mode in ("L", "RGB") else image.convert("RGB")
    # A profile of colours says nothing of grey ones.
    if picture.mode == "RGB" and ("icc_profile" in image.info or _has_colour(picture)):
        return picture
    grey = picture.getchannel(0)
    few = grey.getcolors(2)
    is_plain = few is not None and {value for _, value in few} <= {0, 255}
    return grey.convert("1", dither=Image.Dither.NONE) if is_plain else grey


def _has_colour(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    return any(ImageChops.difference(red, other).getbbox() for other in (green, blue))


def _fax(image: Image.Image) -> Carried | None:
    """Return a picture in black and white in the code of fax machines."""
    buffer = io.BytesIO()
    one_strip = {_ROWS_IN_STRIP: image.height}
    image.save(buffer, "TIFF", compression="group4", tiffinfo=one_strip)
    with Image.open(buffer, formats=("TIFF",)) as written:
        starts, lengths = (written.tag_v2[tag] for tag in (_STRIPS, _STRIP_BYTES))  # type: ignore[attr-defined]
    if len(starts) != 1:
        return None
    data = buffer.getvalue()[starts[0] : starts[0] + lengths[0]]
    parameters: dict[str, int | bool] = {
        "K": -1,
        "Columns": image.width,
        "Rows": image.height,
        "BlackIs1": True,
    }
    return Carried(data, image.size, 1, 1, "/CCITTFaxDecode", parameters)


def _as_png(image: Image.Image) -> Carried:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=4)
    carried = _carry_png(buffer.getvalue())
    if carried is None:
        raise ValueError(f"no PNG of {image.mode}")
    return carried
