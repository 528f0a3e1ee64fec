"""The pictures to read, and copies of them that differ in bytes alone."""

from __future__ import annotations

import itertools
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

SUFFIXES = (".jpg", ".jpeg", ".png")
JPEG_START, JPEG_COMMENT = b"\xff\xd8", b"\xff\xfe"
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_HEADER_END = 33

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file, its size in pixels and the words that are truly on it."""

    path: Path
    pixels: int
    truth: str


def pictures_of(folder: Path, most: int | None = None) -> list[Picture]:
    """Return the first `most` pictures of a folder that have a truth file, largest first.

    With the largest at the front, none is left over at the end of a run with
    several clients while all but one of them have nothing to do.
    """
    paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    known = [path for path in paths if path.with_suffix(".csv").is_file()][:most]
    if not known:
        sys.exit(f"{folder} holds no picture with a truth file (.csv) beside it.")
    read = [Picture(path, _pixels(path), _truth(path.with_suffix(".csv"))) for path in known]
    return sorted(read, key=lambda picture: -picture.pixels)


def true_lines(path: Path) -> Iterator[tuple[list[str], str]]:
    """Yield x1, y1, ..., x4, y4 and the text of each row of a truth file."""
    for row in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if row.count(",") >= 8:
            *numbers, text = row.split(",", 8)
            yield numbers, text


def _pixels(path: Path) -> int:
    with Image.open(path) as image:
        return image.width * image.height


def _truth(path: Path) -> str:
    return "\n".join(text for _, text in true_lines(path))


@contextmanager
def copies(pictures: Sequence[Picture]) -> Iterator[list[Path]]:
    """Make copies with the same pixels in bytes that no copy had before."""
    with TemporaryDirectory(prefix="speed-") as folder:
        yield [_copy(picture.path, Path(folder)) for picture in pictures]


def _copy(path: Path, folder: Path) -> Path:
    number = next(_numbers)
    copy = folder / f"{number}-{path.name}"
    copy.write_bytes(_commented(path.read_bytes(), f"copy {number}".encode()))
    return copy


def _commented(data: bytes, comment: bytes) -> bytes:
    if data.startswith(JPEG_START):
        length = struct.pack(">H", len(comment) + 2)
        return JPEG_START + JPEG_COMMENT + length + comment + data[2:]
    if data.startswith(PNG_START):
        chunk = b"tEXtComment\0" + comment
        whole = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return data[:PNG_HEADER_END] + whole + data[PNG_HEADER_END:]
    raise ValueError("neither JPEG nor PNG, whatever its name says")
