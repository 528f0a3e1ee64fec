"""A picture to the bytes of an image file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from picture.reading import Picture

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

# BMP and GIF have no place for a colour profile, WebP and GIF none for a density.
_WITH_PROFILE = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")
_WITH_DENSITY = ("PNG", "JPEG", "BMP", "TIFF")


def encode(image: Image.Image, original: Picture, form: str) -> bytes:
    """Encode `image` as a file of one of MIMETYPES, of the original's density and colours."""
    options = dict(_OPTIONS.get(form, {}))
    if original.icc_profile is not None and form in _WITH_PROFILE:
        options["icc_profile"] = original.icc_profile
    if original.dpi is not None and form in _WITH_DENSITY:
        options["dpi"] = original.dpi
    buffer = io.BytesIO()
    image.save(buffer, format=form, **options)
    return buffer.getvalue()


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
