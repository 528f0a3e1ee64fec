"""PDF pages to pixels and text by PDFium; runs in a child process.

PDFium bears no second thread, and hostile bytes may crash it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2_raw as pdfium

from picture.errors import (
    DocumentBrokenError,
    DocumentEmptyError,
    DocumentLockedError,
    PasswordRequiredError,
    PasswordWrongError,
    ServiceError,
)

# Where PDFium itself looks for fonts that a document does not embed.
_SYSTEM_FONTS = (
    "/usr/share/fonts",
    "/usr/share/X11/fonts/Type1",
    "/usr/share/X11/fonts/TTF",
    "/usr/local/share/fonts",
)

_POINTS = 72
_INVISIBLE = 3
_WHITE = 0xFFFFFFFF

# No honest page has more; what follows is drawn, but not looked at.
_MOST_OBJECTS = 100_000
_DEEPEST = 8
_LONGEST_NAME = 32

# Bytes that a pixel of an embedded picture was seen to take while it is drawn.
# PDFium reads most kinds line by line.
_BYTES = {"JPXDecode": 16.0, "DCTDecode": 2.0}
_OTHER_BYTES = 0.25

_kept: list[Any] = []


class Pdf:
    """One open document; its pages are counted from 1."""

    def __init__(self) -> None:
        self._document: Any = None
        self._forms: Any = None
        self._page: Any = None
        self._number = 0

    def open(self, path: str, password: str, fonts: str) -> tuple[int, bytes]:
        """Open a file and return the count of its pages.

        `fonts` is a folder of fonts for what the document does not embed. Raises a
        ServiceError that says why the file cannot be opened.
        """
        _start([*_SYSTEM_FONTS, fonts])
        self._document = pdfium.FPDF_LoadDocument(path.encode(), password.encode())
        if not self._document:
            raise _refusal(pdfium.FPDF_GetLastError(), password)
        self._open_forms()
        count = pdfium.FPDF_GetPageCount(self._document)
        if count < 1:
            raise DocumentEmptyError
        return count, b""

    def measure(self, number: int) -> tuple[tuple[float, float, float, float], bytes]:
        """Return a page's width and height in points, then what its pictures tell.

        That is the dots an inch of the finest, 0 where there is more than pictures to
        be seen, and the bytes that the largest takes while it is drawn.
        """
        page = self._load(number)
        looks = list(_looks(page))
        is_scan = bool(looks) and None not in looks
        pictures = [look for look in looks if look]
        dpi = max(picture.dpi for picture in pictures) if is_scan else 0.0
        size = max((picture.size for picture in pictures), default=0.0)
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        return (width, height, dpi, size), b""

    def render(self, number: int, width: int, height: int) -> tuple[None, bytearray]:
        """Draw a page on white, each pixel as red, green, blue and a byte of no meaning."""
        page, pixels = self._load(number), bytearray(4 * width * height)
        buffer = (ctypes.c_char * len(pixels)).from_buffer(pixels)
        form = pdfium.FPDFBitmap_BGRx
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, form, buffer, 4 * width)
        if not bitmap:
            raise MemoryError("no bitmap")
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        place = (0, 0, width, height, 0, flags)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, *place)
        if self._forms:
            pdfium.FPDF_FFLDraw(self._forms, bitmap, page, *place)
        pdfium.FPDFBitmap_Destroy(bitmap)
        return None, pixels

    def text(self, number: int, width: int, height: int) -> tuple[None, bytes]:
        """Return a page's own text, in its pixels, as the bytes of a Page."""
        from picture.page import Page
        from picture.reading.letters import letters_on
        from picture.reading.text_layer import lines_of

        letters = letters_on(self._load(number), width, height)
        return None, Page(width, height, lines_of(letters, width, height)).to_bytes()

    def _load(self, number: int) -> Any:
        """Return a page; of all only one is open."""
        if number != self._number:
            self._close()
            self._page = pdfium.FPDF_LoadPage(self._document, number - 1)
            if not self._page:
                raise DocumentBrokenError(f"page {number} cannot be read")
            self._number = number
            if self._forms:
                pdfium.FORM_OnAfterLoadPage(self._page, self._forms)
        return self._page

    def _close(self) -> None:
        if self._page:
            if self._forms:
                pdfium.FORM_OnBeforeClosePage(self._page, self._forms)
            pdfium.FPDF_ClosePage(self._page)
        self._page, self._number = None, 0

    def _open_forms(self) -> None:
        """Have form fields drawn, which must be said before a page is opened."""
        if pdfium.FPDF_GetFormType(self._document) == pdfium.FORMTYPE_NONE:
            return
        # PDFium keeps a pointer to it.
        self._form_info = pdfium.FPDF_FORMFILLINFO(version=2)
        self._forms = pdfium.FPDFDOC_InitFormFillEnvironment(self._document, self._form_info)
        if self._forms:
            pdfium.FPDF_SetFormFieldHighlightAlpha(self._forms, 0)


def _start(folders: list[str]) -> None:
    """Start PDFium with fonts from these folders."""
    texts = [ctypes.create_string_buffer(folder.encode()) for folder in folders]
    char_pointer = ctypes.POINTER(ctypes.c_char)
    paths = (char_pointer * (len(texts) + 1))(*(ctypes.cast(text, char_pointer) for text in texts))
    # PDFium keeps no copy of them.
    _kept.extend((paths, texts))
    config = pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths)
    pdfium.FPDF_InitLibraryWithConfig(config)


def _refusal(code: int, password: str) -> ServiceError:
    if code == pdfium.FPDF_ERR_PASSWORD:
        return PasswordWrongError() if password else PasswordRequiredError()
    if code == pdfium.FPDF_ERR_SECURITY:
        return DocumentLockedError()
    return DocumentBrokenError(f"PDFium's error {code}")


class _Picture(NamedTuple):
    """How fine an embedded picture is, and the bytes it takes while it is drawn."""

    dpi: float
    size: float


def _looks(page: Any) -> Iterator[_Picture | None]:
    """Yield what is to be seen on a page: its pictures, and None for all else."""
    left = _MOST_OBJECTS
    # Where each form begins: its objects, their count, how it is scaled, how deep it lies.
    waiting = [(page, pdfium.FPDFPage_GetObject, pdfium.FPDFPage_CountObjects(page), 1.0, 0)]
    while waiting:
        holder, get, count, scale, depth = waiting.pop()
        for number in range(min(count, left)):
            item = get(holder, number)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                inner = pdfium.FPDFFormObj_CountObjects(item)
                enlarged = scale * _area(item)
                waiting.append((item, pdfium.FPDFFormObj_GetObject, inner, enlarged, depth + 1))
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                yield _picture(item, scale)
            elif not _is_unseen(item, kind):
                yield None
        left -= min(count, left)


def _is_unseen(item: Any, kind: int) -> bool:
    """Tell whether it is text that was put over a scan to be found."""
    is_text = kind == pdfium.FPDF_PAGEOBJ_TEXT
    return is_text and bool(pdfium.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE)


def _picture(item: Any, scale: float) -> _Picture:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(item, width, height)
    pixels = width.value * height.value
    area = scale * _area(item)
    dpi = _POINTS * math.sqrt(pixels / area) if area > 0 else 0.0
    return _Picture(dpi, pixels * _bytes_a_pixel(item))


def _area(item: Any) -> float:
    """Return how many square points a unit of an object takes."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return float(abs(matrix.a * matrix.d - matrix.b * matrix.c))


def _bytes_a_pixel(item: Any) -> float:
    name, found = ctypes.create_string_buffer(_LONGEST_NAME), _OTHER_BYTES
    for number in range(pdfium.FPDFImageObj_GetImageFilterCount(item)):
        pdfium.FPDFImageObj_GetImageFilter(item, number, name, _LONGEST_NAME)
        found = max(found, _BYTES.get(name.value.decode("latin-1"), 0.0))
    return found
