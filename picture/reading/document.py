"""Files of one page or many to upright pictures, one page at a time."""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image, TiffImagePlugin

from picture.child import Child, Deadline
from picture.errors import (
    DocumentBrokenError,
    FormatUnsupportedError,
    PageMissingError,
    PageTooLargeError,
    PictureBrokenError,
    PictureTooLargeError,
)
from picture.page import Line, Page
from picture.reading.decode import (
    WIDTH_TO_READ,
    Cost,
    Picture,
    bytes_to_read,
    decode,
    measure,
    open_as,
    reduction_of,
)
from picture.reading.pages import ALL, Pages

DPI = 200
LEAST_DPI, MOST_DPI = 36, 600

# Fonts for documents that embed none, beside the system's.
_FONTS = Path(__file__).resolve().parents[2] / "fonts"

_POINTS = 72
_PDF_SIGN = b"%PDF-"
_HEAD = 1024

# Brands of the ISO family of files; of the last two the other brands tell which it is.
_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_SHARED = {b"mif1", b"msf1"}

# What a child runs.
_PDF = "picture.reading.pdf:Pdf"
_FRAMES = "picture.reading.frames:Frames"

# A TIFF of several directories, which are pages or thumbnails.
_TIFFS = "TIFFS"
_IN_CHILD = (_TIFFS, "HEIF", "AVIF")
_WITH_FRAMES = ("PNG", "WEBP", "GIF")
_WITH_PAGES = ("PDF", "TIFF")

# Bytes that a child takes beside the picture; that a pixel takes more while it is
# handed over; and those of a page's text.
_CHILD = 70_000_000
_HANDED = 10
_MOST_TEXT = 50_000_000
_MOST_PROFILE = 10_000_000
_LARGEST = 1 << 62

# Bytes that a pixel of a PDF takes: twice while it is handed over, and once decoded,
# or while it is drawn on and written.
_DECODED, _DRAWN = 12, 14


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may have: pixels, pixels of a side, and bytes while it is decoded."""

    max_pixels: int
    max_side: int
    memory: int


class Document(ABC):
    """An open file, whose pages are counted from 1; one thread may use it.

    Every method raises a ServiceError with a 4xx status for what cannot be read, and
    what the deadline raises.
    """

    format: str
    """One of FORMATS, or PDF, HEIF or AVIF."""

    @property
    @abstractmethod
    def count(self) -> int:
        """Return how many pages or frames there are."""

    @abstractmethod
    def cost(self, number: int) -> Cost:
        """Tell what memory a page will take."""

    @abstractmethod
    def picture(self, number: int, to_read: bool = False) -> Picture:
        """Decode a page as `decode` does a picture."""

    def size(self, number: int) -> tuple[int, int]:
        """Return a page's width and height in pixels."""
        return self.picture(number, to_read=True).size

    def text_lines(self, _number: int) -> tuple[Line, ...]:
        """Return a page's own text, in pixels of the whole picture; most formats have none."""
        return ()

    def numbers(self, pages: Pages | None, most: int) -> tuple[int, ...]:
        """Return the numbers of the pages that are wanted, `most` at most.

        Without a choice those are all of a PDF or TIFF, and of others the first.
        Raises PageMissingError and PagesExceededError.
        """
        if pages is None and self.format not in _WITH_PAGES:
            return (1,)
        return (pages or ALL).numbers(self.count, most)


@contextmanager
def open_document(
    path: Path, limits: Limits, deadline: Deadline, dpi: int | None = None, password: str = ""
) -> Iterator[Document]:
    """Open a file by what it holds, while the block runs.

    Pages of a PDF are drawn at `dpi` dots an inch, LEAST_DPI to MOST_DPI, or fewer, so
    that they keep within `limits`; without `dpi` at DPI, and those of nothing but a
    picture no finer than that. Raises a ServiceError with a 4xx status for anything
    that cannot be read.
    """
    with ExitStack() as stack:

        def start(target: str) -> Child:
            return stack.enter_context(Child(target, deadline, limits.memory))

        form = _format_of(path)
        if form == "PDF":
            yield _Pdf(start(_PDF), path, limits, dpi, password)
        elif form in _IN_CHILD:
            yield _Frames(start(_FRAMES), path, limits, form)
        else:
            yield _Picture(path, limits, form, lambda: start(_FRAMES))


def _format_of(path: Path) -> str:
    """Return the format of what a file holds: TIFFS for a TIFF of several directories."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_PDF_SIGN):
        return "PDF"
    if form := _iso_format(head):
        return form
    try:
        return _picture_format(path)
    except FormatUnsupportedError:
        # Some programs write before a PDF's own first line.
        if _PDF_SIGN in head:
            return "PDF"
        raise


def _iso_format(head: bytes) -> str | None:
    """Return which of two formats the brands of an ISO file tell of, if either."""
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if kind != b"ftyp":
        return None
    major, others = head[8:12], {head[at : at + 4] for at in range(16, min(size, _HEAD), 4)}
    if major in _AVIF or (major in _SHARED and others & _AVIF):
        return "AVIF"
    return "HEIF" if major in _HEIF | _SHARED else None


def _picture_format(path: Path) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_as(path) as opened:
            if isinstance(opened, TiffImagePlugin.TiffImageFile) and opened.tag_v2.next:
                return _TIFFS
            # Phones write JPEG with further pictures inside and call it MPO.
            return "JPEG" if opened.format == "MPO" else str(opened.format)


class _Picture(Document):
    """A picture decoded in this process, whose further frames a child decodes."""

    def __init__(self, path: Path, limits: Limits, form: str, start: Callable[[], Child]) -> None:
        self.format = form
        self._path, self._limits, self._start = path, limits, start

    @cached_property
    def _frames(self) -> _Frames:
        return _Frames(self._start(), self._path, self._limits, self.format)

    @property
    def count(self) -> int:
        return self._frames.count if self.format in _WITH_FRAMES else 1

    def _further(self, number: int) -> _Frames:
        if self.format not in _WITH_FRAMES:
            raise PageMissingError(number, 1)
        return self._frames

    def cost(self, number: int) -> Cost:
        if number != 1:
            return self._further(number).cost(number)
        return measure(self._path, self._limits.max_pixels, self._limits.max_side)

    def picture(self, number: int, to_read: bool = False) -> Picture:
        if number != 1:
            return self._further(number).picture(number, to_read)
        return decode(self._path, self._limits.max_pixels, self._limits.max_side, to_read)


class _Frames(Document):
    """A file whose frames or pages Pillow and its plugins decode in a child."""

    def __init__(self, child: Child, path: Path, limits: Limits, form: str) -> None:
        self.format = "TIFF" if form == _TIFFS else form
        self._child, self._limits = child, limits
        bounds = {"max_pixels": limits.max_pixels, "max_side": limits.max_side}
        count, _ = child.call("open", path=str(path), form=self.format, **bounds)
        self._count = _whole(count)

    @property
    def count(self) -> int:
        return self._count

    def cost(self, number: int) -> Cost:
        self._check(number)
        told, _ = self._child.call("measure", number=number)
        pixels, to_read, to_draw = _wholes(told, 3)
        more = _CHILD + _HANDED * pixels
        return Cost(to_read + more, to_draw + more)

    def picture(self, number: int, to_read: bool = False) -> Picture:
        self._check(number)
        most = 3 * self._limits.max_pixels + _MOST_PROFILE
        about, data = self._child.call("picture", most, number=number, to_read=to_read)
        try:
            return _to_picture(about, data, self.format)
        except (TypeError, ValueError, KeyError) as error:
            raise PictureBrokenError("a picture that is none") from error

    def _check(self, number: int) -> None:
        if not 1 <= number <= self._count:
            raise PageMissingError(number, self._count)


def _to_picture(about: Any, data: bytearray, form: str) -> Picture:
    """Return what a child decoded; raises ValueError and others where it makes no sense."""
    width, height = _wholes(about["size"], 2)
    across, down = _wholes(about["seen"], 2)
    dpi, pixels = about["dpi"], 3 * across * down
    if pixels > len(data):
        raise ValueError(f"{len(data)} bytes for {across} x {down} pixels")
    return Picture(
        image=Image.frombytes("RGB", (across, down), data),
        size=(width, height),
        format=form,
        dpi=(float(dpi[0]), float(dpi[1])) if dpi else None,
        icc_profile=bytes(data[pixels:]) or None,
    )


def _wholes(told: Any, count: int) -> list[int]:
    """Return so many whole numbers that a child told, or raise PictureBrokenError."""
    if not isinstance(told, list) or len(told) != count:
        raise PictureBrokenError(f"no {count} numbers")
    return [_whole(value) for value in told]


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 < value < _LARGEST:
        raise PictureBrokenError("no whole number")
    return value


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a page of a PDF is drawn, and what its largest picture takes meanwhile."""

    width: int
    height: int
    dpi: float
    picture_bytes: int


class _Pdf(Document):
    """A PDF that PDFium draws in a child."""

    format = "PDF"

    def __init__(
        self, child: Child, path: Path, limits: Limits, dpi: int | None, password: str
    ) -> None:
        self._child, self._limits, self._dpi = child, limits, dpi
        self._plans: dict[int, _Plan] = {}
        found, _ = self._call("open", path=str(path), password=password, fonts=str(_FONTS))
        self._count = _whole(found)

    @property
    def count(self) -> int:
        return self._count

    def cost(self, number: int) -> Cost:
        plan = self._plan(number)
        whole = plan.width * plan.height
        seen = whole // reduction_of((plan.width, plan.height)) ** 2
        more = _CHILD + plan.picture_bytes
        return Cost(
            max(bytes_to_read(seen), _DECODED * seen + more),
            max(_DRAWN * whole, _DECODED * whole + more),
        )

    def picture(self, number: int, to_read: bool = False) -> Picture:
        plan = self._plan(number)
        whole = plan.width, plan.height
        reduction = reduction_of(whole) if to_read else 1
        width, height = size = -(-whole[0] // reduction), -(-whole[1] // reduction)
        most = 4 * width * height
        _, data = self._call("render", most, number=number, width=width, height=height)
        if len(data) != most:
            raise DocumentBrokenError(f"{len(data)} bytes for {width} x {height} pixels")
        image = Image.frombytes("RGB", size, data, "raw", "RGBX")
        return Picture(image, whole, self.format, (plan.dpi, plan.dpi), None)

    def size(self, number: int) -> tuple[int, int]:
        plan = self._plan(number)
        return plan.width, plan.height

    def text_lines(self, number: int) -> tuple[Line, ...]:
        plan = self._plan(number)
        size = {"width": plan.width, "height": plan.height}
        _, data = self._call("text", _MOST_TEXT, number=number, **size)
        try:
            return Page.from_bytes(bytes(data)).lines
        except ValueError as error:
            raise DocumentBrokenError("text that is none") from error

    def _plan(self, number: int) -> _Plan:
        if not 1 <= number <= self._count:
            raise PageMissingError(number, self._count)
        if number not in self._plans:
            told, _ = self._call("measure", number=number)
            self._plans = {number: self._planned(*_measures(told))}
        return self._plans[number]

    def _planned(self, width: float, height: float, finest: float, size: float) -> _Plan:
        """Choose the dots an inch of a page so many points wide and high."""
        if size > self._limits.memory:
            raise PageTooLargeError(f"a picture of {size:,.0f} bytes")
        dpi = self._dpi or _usual_dpi(min(width, height), finest)
        fitting = min(
            dpi,
            _POINTS * self._limits.max_side / max(width, height),
            _POINTS * math.sqrt(self._limits.max_pixels / (width * height)),
        )
        if fitting < LEAST_DPI:
            raise PageTooLargeError(f"{width} x {height} points")
        across, down = (max(1, int(side * fitting / _POINTS)) for side in (width, height))
        return _Plan(across, down, fitting, int(size))

    def _call(self, name: str, most: int = 0, **arguments: Any) -> tuple[Any, bytearray]:
        """Call the child; what is wrong is said of a document."""
        try:
            return self._child.call(name, most, **arguments)
        except PictureTooLargeError as error:
            raise PageTooLargeError(str(error)) from error
        except PictureBrokenError as error:
            raise DocumentBrokenError(str(error)) from error


def _measures(told: Any) -> list[float]:
    """Return the four numbers that a child tells of a page, or raise DocumentBrokenError."""
    if not isinstance(told, list) or len(told) != 4:
        raise DocumentBrokenError("no measures of a page")
    if not all(type(value) in (int, float) and 0 <= value < math.inf for value in told):
        raise DocumentBrokenError(f"measures of {told}")
    if not (told[0] and told[1]):
        raise DocumentBrokenError("a page without a size")
    return [float(value) for value in told]


def _usual_dpi(narrower: float, finest: float) -> float:
    """Return how fine a page is drawn: a large scan no finer than it is and reading needs."""
    if not finest:
        return DPI
    return min(DPI, max(finest, _POINTS * WIDTH_TO_READ / narrower))
