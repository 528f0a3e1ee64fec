"""Untrusted bytes to the upright RGB picture that a person sees."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from PIL import Image, ImageFile, ImageOps, PngImagePlugin, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from picture.errors import (
    FormatUnsupportedError,
    PictureBrokenError,
    PictureEmptyError,
    PictureTooLargeError,
)

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")

# Pixels are counted against our own limit before any is decoded; Pillow's limit
# would only warn. Compressed comments in a PNG are held to a size no honest one has.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = 1_000_000
PngImagePlugin.MAX_TEXT_MEMORY = 4_000_000

# A progressive JPEG has about ten.
_MOST_SCANS = 100

# A page scanned at 300 dots an inch is this wide, and its smallest print is read
# as well as at 600: what is twice as wide can be halved.
WIDTH_TO_READ = 2400


# Bytes of a decoded pixel; those of colour have room for a fourth channel.
_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I": 4, "F": 4}

# Bytes that a pixel takes while it is read: the picture, its copy for the detector and
# the lines cut out of it; and each of those that it looks at, enlarged where text is small:
# what is seen there, and their copy or else the outlines.
_READ, _LOOKED_AT = 9, 8

# How much a picture is enlarged to be looked at, and to how many pixels.
CLOSEST = 2.0
LARGEST_LOOK = 12_000_000

# Bytes that a pixel takes more while some formats are written.
_ENCODED = {"WEBP": 8, "GIF": 4, "BMP": 3, "TIFF": 3}

# Where Exif says which way up a picture is, which values turn it, and which of those
# make columns of rows.
_ORIENTATION = 0x0112
_TURNED = range(2, 9)
_TRANSPOSED = range(5, 9)

# Pillow's numbers for how a JPEG thins colour out (4:4:4, 4:2:2, 4:2:0), those that do
# so alike across and down, and the largest block of pixels that is then compressed as one.
_SUBSAMPLINGS = (0, 1, 2)
_SQUARE = (0, 2)
_BLOCK = 16

# Of a JPEG whose colours are RGB themselves, Adobe's programs say so.
_UNTRANSFORMED = 0

# A picture is put on white so many rows at a time.
_STRIP = 256


@dataclass(frozen=True, slots=True)
class Compression:
    """How a JPEG was compressed, for the blocks of the upright picture.

    `tables` are the steps of the one component or of each of the three, row by row of
    a block; `subsampling` is how colour is thinned out, by Pillow's number.
    """

    tables: tuple[tuple[int, ...], ...]
    subsampling: int

    def transposed(self) -> Compression:
        """Return the same for blocks whose rows have become columns."""
        tables = (tuple(table[at % 8 * 8 + at // 8] for at in range(64)) for table in self.tables)
        return replace(self, tables=tuple(tables))


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright RGB picture and what its file said that a copy should keep.

    `size` is the whole upright picture's, in pixels; `image` may be smaller, if
    that was asked for. `format` is one of FORMATS, or a Document's; `dpi` is horizontal and
    vertical dots an inch; `icc_profile` describes RGB colours; `compression` is that of a
    JPEG whose blocks are still in place.
    """

    image: Image.Image
    size: tuple[int, int]
    format: str
    dpi: tuple[float, float] | None
    icc_profile: bytes | None
    compression: Compression | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """The bytes that a picture takes at most while it is decoded and read, or drawn."""

    to_read: int
    to_draw: int


def measure(file: IO[bytes] | Path, max_pixels: int, max_side: int) -> Cost:
    """Tell from a picture's header what memory it will take.

    Raises a ServiceError with a 4xx status for anything that is no such picture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_as(file) as opened:
            check_size(opened, max_pixels, max_side)
            return cost_of(opened)


def decode(
    file: IO[bytes] | Path, max_pixels: int, max_side: int, to_read: bool = False
) -> Picture:
    """Decode a picture: its first frame, upright, transparency on white.

    With `to_read`, a picture far larger than reading needs is made smaller: less
    memory and, for a JPEG, less time. Raises a ServiceError with a 4xx status
    for anything that is no such picture.
    """
    with warnings.catch_warnings():
        # A picture that Pillow only grumbles about is still a picture.
        warnings.simplefilter("ignore")
        with open_as(file) as opened:
            check_size(opened, max_pixels, max_side)
            _check_scans(opened)
            return load(opened, reduction_of(opened.size) if to_read else 1)


def is_upright(path: Path, formats: tuple[str, ...] = FORMATS) -> bool:
    """Tell whether a picture's file does not say that it is to be turned to be upright."""
    try:
        with Image.open(path, formats=formats) as opened:
            return bool(opened.getexif().get(_ORIENTATION, 1) == 1)
    except Exception:
        # What cannot be read now is told when it is decoded.
        return False


def open_as(file: IO[bytes] | Path, formats: tuple[str, ...] = FORMATS) -> ImageFile.ImageFile:
    """Open a picture that is in one of the formats, by what it holds; its pixels wait.

    Raises FormatUnsupportedError where it is in none, PictureEmptyError where there
    are no bytes, and PictureBrokenError where its header cannot be read.
    """
    try:
        return Image.open(file, formats=formats)
    except UnidentifiedImageError as error:
        _refuse_empty(file)
        raise FormatUnsupportedError(str(error)) from error
    except Exception as error:
        # Parsers of hostile headers fail in more ways than they document.
        raise PictureBrokenError(repr(error)) from error


def _refuse_empty(file: IO[bytes] | Path) -> None:
    empty = file.stat().st_size == 0 if isinstance(file, Path) else file.seek(0, 2) == 0
    if empty:
        raise PictureEmptyError


def check_size(opened: Image.Image, max_pixels: int, max_side: int) -> None:
    """Raise PictureTooLargeError for a picture of more pixels, or longer, before it is decoded."""
    width, height = opened.size
    if width * height > max_pixels or max(width, height) > max_side:
        raise PictureTooLargeError(f"{width} x {height} pixels")


def _check_scans(opened: ImageFile.ImageFile) -> None:
    """Refuse a JPEG of very many scans, each of which costs a pass over all pixels."""
    if opened.format in ("JPEG", "MPO") and opened.fp is not None:
        opened.fp.seek(0)
        scans = opened.fp.read().count(b"\xff\xda")
        if scans > _MOST_SCANS:
            raise PictureBrokenError(f"{scans} scans")


def cost_of(opened: ImageFile.ImageFile) -> Cost:
    """Return what a picture was seen to take, by its mode and format, rounded up."""
    pixels, reduction = math.prod(opened.size), reduction_of(opened.size)
    decoded = pixels * _BYTES.get(opened.mode, 4)
    whole = decoded if opened.mode == "RGB" else decoded + 5 * pixels
    seen = pixels // reduction**2
    # A JPEG is made smaller while it is decoded.
    is_reduced = opened.format in ("JPEG", "MPO") and reduction > 1
    to_decode = 9 * seen if is_reduced else whole + 4 * seen
    drawn = 13 * pixels + (_ENCODED.get(str(opened.format), 1) * pixels)
    return Cost(max(to_decode, bytes_to_read(seen)), max(whole, drawn))


def bytes_to_read(pixels: int) -> int:
    """Return the memory that a decoded picture of so many pixels takes while it is read.

    It is reckoned to be looked at as closely as any is.
    """
    return _READ * pixels + _LOOKED_AT * min(round(CLOSEST**2) * pixels, LARGEST_LOOK)


def reduction_of(size: tuple[int, int]) -> int:
    """Return the power of two that a picture's sides may be divided by to be read."""
    reduction = 1
    while min(size) >= 2 * reduction * WIDTH_TO_READ:
        reduction *= 2
    return reduction


def load(opened: ImageFile.ImageFile, reduction: int) -> Picture:
    """Decode an opened picture, its sides divided by `reduction`, a power of two.

    Raises PictureBrokenError, or PictureTooLargeError where memory did not suffice.
    """
    try:
        size = opened.size
        if reduction > 1:
            opened.draft(None, (size[0] // reduction, size[1] // reduction))
        opened.load()
        # A JPEG has been made smaller on the way; what is left to do is ours.
        left = reduction * opened.width // size[0]
        before, compression = opened.size, _compression(opened)
        ImageOps.exif_transpose(opened, in_place=True)
        turned = opened.size != before
        image = _to_rgb(opened)
        return Picture(
            image=image.reduce(left) if left > 1 else image,
            size=(size[1], size[0]) if turned else size,
            # Phones write JPEG with further pictures inside and call it MPO.
            format="JPEG" if opened.format == "MPO" else str(opened.format),
            dpi=_dpi(opened, turned),
            icc_profile=_rgb_profile(opened),
            compression=compression,
        )
    except MemoryError as error:
        raise PictureTooLargeError("out of memory") from error
    except Exception as error:
        raise PictureBrokenError(repr(error)) from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep_grey(image)
    if image.mode == "LAB":
        return _from_lab(image)
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    page = Image.new("RGB", image.size)
    for top in range(0, image.height, _STRIP):
        bottom = min(top + _STRIP, image.height)
        layer = image.crop((0, top, image.width, bottom)).convert("RGBA")
        strip = Image.new("RGBA", layer.size, "white")
        strip.alpha_composite(layer)
        page.paste(strip.convert("RGB"), (0, top))
    return page


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Bring grey of more than 8 bits down to 8."""
    import numpy as np

    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)
    black, white = _black_and_white(image.mode, float(values.min()), float(values.max()))
    scaled = (values - black) * (255.0 / max(white - black, 1e-9))
    return Image.fromarray(scaled.astype(np.uint8)).convert("RGB")


def _black_and_white(mode: str, darkest: float, brightest: float) -> tuple[float, float]:
    """Return which values mean black and white.

    Sixteen bits have a range of their own. Wider integers and floats have none
    that is agreed on: the smallest usual one that holds their values is taken,
    else the values themselves set it.
    """
    if mode.startswith("I;16"):
        return 0.0, 65535.0
    usual = (1.0, 255.0, 65535.0) if mode == "F" else (255.0, 65535.0)
    fitting = [white for white in usual if darkest >= 0 and brightest <= white]
    return (0.0, fitting[0]) if fitting else (darkest, brightest)


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(lab, srgb, "LAB", "RGB")
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise ValueError("the colours could not be converted")
    return converted


def _dpi(opened: Image.Image, turned: bool) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in opened.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (0 < across < 100_000 and 0 < down < 100_000):
        return None
    return (down, across) if turned else (across, down)


def _compression(opened: Image.Image) -> Compression | None:
    """Return how a JPEG is compressed, before it is turned; None where a copy cannot be so."""
    if not isinstance(opened, JpegImageFile) or opened.mode not in ("L", "RGB"):
        return None
    subsampling = 0 if opened.mode == "L" else get_sampling(opened)
    tables = tuple(tuple(opened.quantization.get(part[3], ())) for part in opened.layer)
    is_plain = opened.info.get("adobe_transform") != _UNTRANSFORMED
    if subsampling not in _SUBSAMPLINGS or not all(tables) or not is_plain:
        return None
    own = Compression(tables, subsampling)
    return _turned(own, opened.size, opened.getexif().get(_ORIENTATION, 1))


def _turned(own: Compression, size: tuple[int, int], orientation: int) -> Compression | None:
    """Return the compression of a picture once it is turned as Exif says."""
    if orientation not in _TURNED:
        return own
    # Blocks then start at the other end: only where they fill it are they the same.
    is_whole = size[0] % _BLOCK == size[1] % _BLOCK == 0
    if orientation not in _TRANSPOSED:
        return own if is_whole else None
    return own.transposed() if is_whole and own.subsampling in _SQUARE else None


def _rgb_profile(image: Image.Image) -> bytes | None:
    """Return the embedded colour profile where it still fits the RGB picture."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or profile[16:20] != b"RGB ":
        return None
    return profile
