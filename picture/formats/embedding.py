"""A picture as an object of a PDF, and how it is turned to be upright."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Matrix, Name, Object, Pdf, Stream, String
from PIL import ExifTags, Image

from picture.errors import PictureBrokenError
from picture.formats.carried import Carried, carry, compress
from picture.formats.glyphless import deflated
from picture.formats.turns import ORIENTATIONS, turned

Density = tuple[float, float]

_UNKNOWN = 72
"""Dots an inch that are written, or fewer, where nothing is known of them."""

_DEVICES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
_NEWEST_PROFILE = 4


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture in a PDF. `size` in pixels and `dpi` are those of its own rows and columns."""

    image: Stream
    size: tuple[int, int]
    upright: Matrix
    dpi: Density | None


def embed(
    pdf: Pdf, file: bytes | None, decode: Callable[[], Image.Image], archival: bool
) -> Embedded:
    """Put a picture into a PDF: its file's own data, or else, without loss, the pixels.

    `decode` is called for the upright pixels only where they are needed. An archival
    PDF cannot hold CMYK without a profile. Raises PictureBrokenError.
    """
    carried = carry(file) if file else None
    if file and carried:
        noted = _read_notes(file, carried)
        if not (archival and carried.channels == 4 and noted.profile is None):
            image = _to_object(pdf, carried, noted.profile)
            return Embedded(image, carried.size, noted.upright, noted.dpi)
    return _embed_pixels(pdf, decode())


@dataclass(frozen=True, slots=True)
class _Notes:
    upright: Matrix
    dpi: Density | None
    profile: bytes | None


def _read_notes(file: bytes, carried: Carried) -> _Notes:
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(file), formats=("JPEG", "PNG")) as opened,
        ):
            # To look for it takes decoding a PNG.
            exif = opened.getexif() if carried.noted else {}
            upright = ORIENTATIONS.get(exif.get(ExifTags.Base.Orientation, 1), turned(0))
            return _Notes(upright, density(opened.info), _profile(opened.info, carried))
    except Exception as error:
        # Parsers of hostile headers fail in more ways than they document.
        raise PictureBrokenError(repr(error)) from error


def _embed_pixels(pdf: Pdf, image: Image.Image) -> Embedded:
    carried = compress(image)
    profile = _profile(image.info, carried)
    own = _to_object(pdf, carried, profile)
    return Embedded(own, carried.size, turned(0), density(image.info))


def density(info: Mapping[Any, Any]) -> Density | None:
    """Return a picture's dots an inch where something is known of them."""
    try:
        across, down = (float(value) for value in info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    is_known = min(across, down) > _UNKNOWN and max(across, down) < math.inf
    return (across, down) if is_known else None


def _profile(info: Mapping[Any, Any], carried: Carried) -> bytes | None:
    """Return a picture's colour profile where it is one, and one of its own colours."""
    profile = info.get("icc_profile")
    channels = 3 if carried.palette else carried.channels
    if not isinstance(profile, bytes) or int.from_bytes(profile[:4]) != len(profile):
        return None
    is_known = profile[36:40] == b"acsp" and profile[8] <= _NEWEST_PROFILE
    is_fit = profile[16:20] == _SPACES[channels] and profile[12:16] in _CLASSES
    return profile if is_known and is_fit else None


def _to_object(pdf: Pdf, carried: Carried, profile: bytes | None) -> Stream:
    image = Stream(pdf, carried.data, Filter=Name(carried.filter))
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = carried.size
    image.BitsPerComponent = carried.depth
    image.ColorSpace = _colours(pdf, carried, profile)
    if carried.parameters:
        image.DecodeParms = Dictionary({f"/{name}": v for name, v in carried.parameters.items()})
    if carried.inverted:
        image.Decode = Array([1, 0] * carried.channels)
    return image


def _colours(pdf: Pdf, carried: Carried, profile: bytes | None) -> Object:
    channels = 3 if carried.palette else carried.channels
    space: Object = _DEVICES[channels]
    if profile:
        stream = deflated(pdf, profile)
        stream.N = channels
        space = Array([Name.ICCBased, stream])
    if carried.palette:
        last = len(carried.palette) // 3 - 1
        space = Array([Name.Indexed, space, last, String(carried.palette)])
    return space
