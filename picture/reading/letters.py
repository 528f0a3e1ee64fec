"""The letters that PDFium finds on a page, where they are drawn; runs in a child process."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pypdfium2_raw as pdfium

from picture.reading.text_layer import BREAK, UNKNOWN, Letter, Rectangle

# No honest page has more.
_MOST_LETTERS = 200_000

# PDFium's own sign for a hyphen where a line ends, and the one that other programs
# show only there.
_HYPHENS = ("\x02", "\xad")
_BREAKS = ("\n", "\r")
_JOINERS = ("\u200c", "\u200d")
_LIGATURES = range(0xFB00, 0xFB07)
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)

# PDFium tells pixels in whole ones: so many make a page's side.
_FINE = 1 << 20

# Text that leans by less stands straight.
_STRAIGHT = math.radians(1)

# How much of its font's height the ink of a letter or digit takes at least.
_LEAST_INK = 0.1

# Of slanting letters PDFium does not tell the box; usual fonts are so high over their
# line and so deep below it, and so wide, in font sizes.
_ASCENT, _DESCENT, _WIDTH = 0.75, 0.25, 0.5


def letters_on(page: Any, width: int, height: int) -> Iterator[Letter]:
    """Yield a page's letters in the document's order, in pixels of its drawing."""
    place = _Place.of(page, width, height)
    with _text_page(page) as text:
        for number, char in _chars(text):
            if char in (" ", BREAK):
                yield Letter(char)
            elif char:
                letter = _letter(text, number, char, place)
                if letter is not None:
                    yield letter


@contextmanager
def _text_page(page: Any) -> Iterator[Any]:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise ValueError("no text")
    try:
        yield text
    finally:
        pdfium.FPDFText_ClosePage(text)


def _chars(text: Any) -> Iterator[tuple[int, str]]:
    """Yield each letter's number and the letter; what is beyond 16 bits has two numbers."""
    high = ""
    for number in range(min(pdfium.FPDFText_CountChars(text), _MOST_LETTERS)):
        code = pdfium.FPDFText_GetUnicode(text, number)
        if code in _HIGH:
            high = chr(code)
        elif code in _LOW and high:
            pair = (high + chr(code)).encode("utf-16-le", "surrogatepass")
            yield number - 1, _written(pair.decode("utf-16-le"))
            high = ""
        elif code == 0 or pdfium.FPDFText_HasUnicodeMapError(text, number) == 1:
            yield number, UNKNOWN
        else:
            yield number, _written(chr(code))


def _written(char: str) -> str:
    """Return a letter as people write it, or nothing for a sign that is none."""
    if char in _BREAKS:
        return BREAK
    if char in _HYPHENS:
        return "-"
    if char.isspace():
        return " "
    if ord(char) in _LIGATURES:
        return unicodedata.normalize("NFKC", char)
    category = unicodedata.category(char)
    if category in ("Co", "Cn", "Cs"):
        return UNKNOWN
    return "" if category.startswith("C") and char not in _JOINERS else char


class _Place(NamedTuple):
    """Where points of a page come to lie on its drawing: x' = ax + cy + e, y' = bx + dy + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    width: int
    height: int

    @classmethod
    def of(cls, page: Any, width: int, height: int) -> _Place:
        """Return the place of a page that is drawn in pixels: turned and cropped."""
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, box)
        start = _on_device(page, box.left, box.bottom, width, height)
        right = _on_device(page, box.right, box.bottom, width, height)
        up = _on_device(page, box.left, box.top, width, height)
        across, along = box.right - box.left, box.top - box.bottom
        a, b = (right[0] - start[0]) / across, (right[1] - start[1]) / across
        c, d = (up[0] - start[0]) / along, (up[1] - start[1]) / along
        e = start[0] - a * box.left - c * box.bottom
        f = start[1] - b * box.left - d * box.bottom
        return cls(a, b, c, d, e, f, width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page lies."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def step(self, x: float, y: float) -> tuple[float, float]:
        """Return how far a step on the page goes."""
        return self.a * x + self.c * y, self.b * x + self.d * y

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point of the drawing is on it."""
        return 0 <= x <= self.width and 0 <= y <= self.height


def _on_device(page: Any, x: float, y: float, width: int, height: int) -> tuple[float, float]:
    right, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, right, down)
    return right.value * width / _FINE, down.value * height / _FINE


def _letter(text: Any, number: int, char: str, place: _Place) -> Letter | None:
    """Return a letter and where it lies, or None if that is outside of the page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, number, matrix)
    across, down = place.step(matrix.a, matrix.b)
    angle = math.atan2(down, across)
    straight = round(angle / (math.pi / 2)) * (math.pi / 2)
    if abs(angle - straight) < _STRAIGHT:
        angle = straight
        ink, cell = _boxes(text, number, angle, place)
        # Fonts that are not to be seen have no ink to speak of.
        if char.isalnum() and ink[3] - ink[1] < _LEAST_INK * (cell[3] - cell[1]):
            ink = cell
    else:
        size = pdfium.FPDFText_GetFontSize(text, number)
        height = size * math.hypot(*place.step(matrix.c, matrix.d))
        ink = cell = _slanting(text, number, angle, height, place)
    left, top, right, bottom = cell
    middle = _turned((left + right) / 2, (top + bottom) / 2, -angle)
    return Letter(char, angle, ink, cell) if place.holds(*middle) else None


def _boxes(text: Any, number: int, angle: float, place: _Place) -> tuple[Rectangle, Rectangle]:
    """Return what a letter's ink takes and what its font gives it."""
    loose = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, number, loose)
    sides = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(text, number, *sides)
    left, right, bottom, top = (side.value for side in sides)
    cell = _along(loose.left, loose.bottom, loose.right, loose.top, angle, place)
    ink = _along(left, bottom, right, top, angle, place)
    is_drawn = ink[2] > ink[0] and ink[3] > ink[1]
    return (ink if is_drawn else cell), cell


def _along(
    left: float, bottom: float, right: float, top: float, angle: float, place: _Place
) -> Rectangle:
    """Return a box of the page in the axes of a line of this angle."""
    one = _turned(*place.point(left, bottom), angle)
    other = _turned(*place.point(right, top), angle)
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[0], other[0]),
        max(one[1], other[1]),
    )


def _slanting(text: Any, number: int, angle: float, size: float, place: _Place) -> Rectangle:
    """Return about what a letter takes whose line is at an angle."""
    left, base = _origin(text, number, angle, place)
    after, level = _origin(text, number + 1, angle, place)
    is_next = 0 < after - left < size and abs(level - base) < size / 2
    right = after if is_next else left + _WIDTH * size
    return left, base - _ASCENT * size, right, base + _DESCENT * size


def _origin(text: Any, number: int, angle: float, place: _Place) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, number, x, y)
    return _turned(*place.point(x.value, y.value), angle)


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """Return a point in axes that are turned by an angle."""
    cos, sin = math.cos(angle), math.sin(angle)
    return x * cos + y * sin, y * cos - x * sin
