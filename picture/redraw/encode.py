"""A picture to the bytes of an image file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from picture.reading import Compression, Picture

MIMETYPES: Mapping[str, str] = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "WEBP": (".webp",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
    "AVIF": (".avif",),
}

# Colour is not thinned out beside sharp letters (subsampling), and PNG takes the
# level after which files of text hardly shrink while the time doubles.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "JPEG": {"quality": 92, "subsampling": 0},
    "PNG": {"compress_level": 4},
    "WEBP": {"quality": 90},
    "TIFF": {"compression": "tiff_deflate"},
    "AVIF": {"quality": 85, "subsampling": "4:4:4", "speed": 8, "max_threads": 1},
}

# Finer steps of a JPEG would keep the rounding of pixels, which is much to keep.
_FINEST = 4

# BMP and GIF have no place for a colour profile, WebP and GIF none for a density.
_WITH_PROFILE = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")
_WITH_DENSITY = ("PNG", "JPEG", "BMP", "TIFF")


def encode(image: Image.Image, original: Picture, form: str) -> bytes:
    """Encode `image` as a file of one of MIMETYPES, of the original's density and colours.

    As a JPEG it is compressed as the original was, where that is said: what was not
    drawn on stays as it is.
    """
    options = dict(_OPTIONS.get(form, {}))
    if form == "JPEG" and original.compression is not None:
        options = _as_compressed(original.compression)
    if original.icc_profile is not None and form in _WITH_PROFILE:
        options["icc_profile"] = original.icc_profile
    if original.dpi is not None and form in _WITH_DENSITY:
        options["dpi"] = original.dpi
    buffer = io.BytesIO()
    image.save(buffer, format=form, **options)
    return buffer.getvalue()


def _as_compressed(compression: Compression) -> dict[str, Any]:
    """Return how blocks that were compressed so come out of it once more as they were.

    Multiples of a step are multiples of its divisors too, with which the sharp letters
    among them are not blurred as coarsely as the original was.
    """
    fine = _usual_tables()
    usual = fine[:1] + fine[1:] * (len(compression.tables) - 1)
    tables = [
        [_divisor(step, least) for step, least in zip(own, finest, strict=True)]
        for own, finest in zip(compression.tables, usual, strict=True)
    ]
    return {"qtables": tables, "subsampling": compression.subsampling}


def _divisor(step: int, fine: int) -> int:
    """Return what divides a step and is about as fine as is wanted."""
    fine = max(fine, _FINEST)
    if step <= fine:
        return max(step, 1)
    wanted = (*range(fine, _FINEST - 1, -1), *range(fine + 1, 3 * fine))
    return next((each for each in wanted if step % each == 0), fine)


@cache
def _usual_tables() -> list[list[int]]:
    """Return the steps of the usual quality, for light and for colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", **_OPTIONS["JPEG"])
    with Image.open(buffer, formats=("JPEG",)) as opened:
        tables = cast(JpegImageFile, opened).quantization
        return [list(tables[at]) for at in (0, 1)]


def bind(files: Sequence[bytes]) -> bytes:
    """Return one TIFF of several, a page each."""
    first, *others = (Image.open(io.BytesIO(file), formats=("TIFF",)) for file in files)
    buffer = io.BytesIO()
    # Those that follow are read one by one, as they are written.
    first.save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=others,
        compression=_OPTIONS["TIFF"]["compression"],
    )
    return buffer.getvalue()
