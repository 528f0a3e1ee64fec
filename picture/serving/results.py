"""What a result has to look like where it may come from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress

from picture.page import Page

_PDF = b"%PDF-"

# How the files of the formats that are drawn begin.
_BEGINNINGS: Mapping[bytes, re.Pattern[bytes]] = {
    b"PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    b"JPEG": re.compile(rb"\xff\xd8\xff"),
    b"WEBP": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    b"BMP": re.compile(rb"BM"),
    b"TIFF": re.compile(rb"II\*\0|MM\0\*"),
    b"GIF": re.compile(rb"GIF8[79]a"),
    b"AVIF": re.compile(rb".{4}ftypavif", re.DOTALL),
    b"PDF": re.compile(_PDF),
    b"SVG": re.compile(rb"<svg "),
}


def is_page(data: bytes) -> bool:
    """Tell whether a page can be restored."""
    with suppress(ValueError):
        Page.from_bytes(data)
        return True
    return False


def is_outline(data: bytes) -> bool:
    """Tell whether it is a document's format and numbers of pages."""
    with suppress(ValueError, TypeError, RecursionError):
        form, numbers = json.loads(data)
        return type(form) is str and all(type(number) is int and number > 0 for number in numbers)
    return False


def is_text(data: bytes) -> bool:
    """Tell whether it is UTF-8."""
    with suppress(UnicodeDecodeError):
        data.decode()
        return True
    return False


def is_jpeg(data: bytes) -> bool:
    """Tell whether a file begins as a JPEG."""
    return _BEGINNINGS[b"JPEG"].match(data) is not None


def is_pdf(data: bytes) -> bool:
    """Tell whether a file begins as a PDF."""
    return data.startswith(_PDF)


def is_drawing(data: bytes) -> bool:
    """Tell whether it is a format's name, a line's end and a file that begins as the format's."""
    form, _, file = data.partition(b"\n")
    beginning = _BEGINNINGS.get(form)
    return beginning is not None and beginning.match(file) is not None
