"""A picture to the bytes of an image file."""

from __future__ import annotations

import io
from collections.abc import Mapping
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
}

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "WEBP": (".webp",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
}

# Colour is not thinned out beside sharp letters (subsampling), and PNG takes the
# level after which files of text hardly shrink while the time doubles.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "JPEG": {"quality": 92, "subsampling": 0},
    "PNG": {"compress_level": 4},
    "WEBP": {"quality": 90},
    "TIFF": {"compression": "tiff_deflate"},
}

# BMP and GIF have no place for a colour profile, WebP and GIF none for a density.
_WITH_PROFILE = ("PNG", "JPEG", "WEBP", "TIFF")
_WITH_DENSITY = ("PNG", "JPEG", "BMP", "TIFF")


def encode(image: Image.Image, original: Picture) -> bytes:
    """Encode `image` as a file of the original's format, density and colour profile."""
    options = dict(_OPTIONS.get(original.format, {}))
    if original.icc_profile is not None and original.format in _WITH_PROFILE:
        options["icc_profile"] = original.icc_profile
    if original.dpi is not None and original.format in _WITH_DENSITY:
        options["dpi"] = original.dpi
    buffer = io.BytesIO()
    image.save(buffer, format=original.format, **options)
    return buffer.getvalue()
