"""Pictures of several frames or pages, HEIF and AVIF to pixels; runs in a child process.

Some formats have to be gone through to be counted, which hostile files make long.
"""

from __future__ import annotations

import math
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import ExifTags, ImageFile, TiffImagePlugin

from picture.errors import FormatUnsupportedError, PictureBrokenError
from picture.reading.decode import check_size, cost_of, load, open_as, reduction_of

# TIFF tags and the bits that tell of a thumbnail and of a mask.
_NEW_SUBFILE, _OLD_SUBFILE = 254, 255
_THUMBNAIL, _MASK = 1, 4
_OLD_THUMBNAIL = 2

# A file may claim any count, and a chain of directories takes more than its length.
_MOST_FRAMES = 10_000


class Frames:
    """One open file; its frames are counted from 1."""

    def __init__(self) -> None:
        # What Pillow only grumbles about is still a picture.
        warnings.simplefilter("ignore")

    def open(self, path: str, form: str, max_pixels: int, max_side: int) -> tuple[int, bytes]:
        """Open a file of a format as Pillow names it; return the count of its frames."""
        self._path, self._form = Path(path), form
        _learn(form)
        self._limits = max_pixels, max_side
        self._opened = self._open()
        self._frames = _frames(self._opened)
        return len(self._frames), b""

    def _open(self) -> ImageFile.ImageFile:
        try:
            return open_as(self._path, (self._form,))
        except FormatUnsupportedError as error:
            # The file says that it is in this format, so this is no other one.
            raise PictureBrokenError(str(error)) from error

    def measure(self, number: int) -> tuple[tuple[int, int, int], bytes]:
        """Return a frame's pixels, and the bytes that it takes to be read and to be drawn."""
        self._seek(number)
        cost = cost_of(self._opened)
        return (math.prod(self._opened.size), cost.to_read, cost.to_draw), b""

    def picture(self, number: int, to_read: bool) -> tuple[dict[str, Any], bytes]:
        """Return a frame as `decode` gives a picture: what is known of it, and its pixels."""
        self._seek(number)
        opened, seen = self._opened, self._opened.size
        if _is_turned(opened):
            # It is turned where it lies, and further frames would be drawn upon it.
            self._opened = self._open()
        picture = load(opened, reduction_of(seen) if to_read else 1)
        if sorted(picture.size) != sorted(opened.size):
            raise PictureBrokenError(f"{seen} became {opened.size}")
        profile = picture.icc_profile or b""
        about = {
            "size": picture.size,
            "seen": picture.image.size,
            "dpi": picture.dpi,
        }
        return about, picture.image.tobytes() + profile

    def _seek(self, number: int) -> None:
        try:
            self._opened.seek(self._frames[number - 1])
        except Exception as error:
            raise PictureBrokenError(repr(error)) from error
        check_size(self._opened, *self._limits)


def _learn(form: str) -> None:
    """Teach Pillow a format that it does not know from the start."""
    if form == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    elif form == "AVIF":
        import_module("PIL.AvifImagePlugin")


def _is_turned(opened: ImageFile.ImageFile) -> bool:
    return bool(opened.getexif().get(ExifTags.Base.Orientation, 1) != 1)


def _frames(opened: ImageFile.ImageFile) -> list[int]:
    """Return which of the file's frames are to be seen, the one it opens with first."""
    if isinstance(opened, TiffImagePlugin.TiffImageFile):
        return _directories(opened)
    first, count = opened.tell(), min(getattr(opened, "n_frames", 1), _MOST_FRAMES)
    return [first, *(number for number in range(count) if number != first)]


def _directories(opened: TiffImagePlugin.TiffImageFile) -> list[int]:
    """Return the TIFF directories that hold pages, up to one that cannot be read."""
    pages = []
    for number in range(_MOST_FRAMES):
        try:
            opened.seek(number)
        except Exception:
            break
        if _is_page(opened.tag_v2):
            pages.append(number)
    return pages or [0]


def _is_page(tags: TiffImagePlugin.ImageFileDirectory_v2) -> bool:
    """Tell whether a directory holds neither a thumbnail nor a mask."""
    kind, old = tags.get(_NEW_SUBFILE, 0), tags.get(_OLD_SUBFILE, 0)
    return not (kind & (_THUMBNAIL | _MASK) if isinstance(kind, int) else old == _OLD_THUMBNAIL)
