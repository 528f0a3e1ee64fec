"""The text of PDFs as three readers see it, and lines to write into them."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path

import pypdfium2 as pdfium

from picture.page import Line, Point, Quad, Word
from tests.conftest import needs

needs_readers = needs(poppler_utils=shutil.which("pdftotext"), mupdf_tools=shutil.which("mutool"))


def lines_by_pdfium(pdf: bytes) -> list[str]:
    """Return the lines of a document as Chromium copies them."""
    with pdfium.PdfDocument(pdf) as document:
        return _lines("\n".join(page.get_textpage().get_text_range() for page in document))


def lines_by_poppler(pdf: bytes, folder: Path, raw: bool = False) -> list[str]:
    """Return the lines as Evince copies them, or in the order in which they are written."""
    order = ["-raw"] if raw else []
    return _lines(_run("pdftotext", *order, str(_write(pdf, folder)), "-"))


def lines_by_mupdf(pdf: bytes, folder: Path) -> list[str]:
    """Return the lines as MuPDF copies them."""
    return _lines(_run("mutool", "draw", "-F", "txt", str(_write(pdf, folder))))


def line(text: str, *places: float, words: tuple[Word, ...] = (), flipped: bool = False) -> Line:
    """Return a line in the box of a left, top, width and height, and degrees that it falls."""
    return Line(text, 1.0, quad(*places), flipped, words)


def word(text: str, *places: float) -> Word:
    """Return a word in the box of a left, top, width and height, and degrees that it falls."""
    return Word(text, 1.0, quad(*places))


def quad(left: float, top: float, width: float, height: float, degrees: float = 0) -> Quad:
    """Return a box that is turned around its upper left corner."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def corner(x: float, y: float) -> Point:
        return left + x * cos - y * sin, top + x * sin + y * cos

    return corner(0, 0), corner(width, 0), corner(width, height), corner(0, height)


def _write(pdf: bytes, folder: Path) -> Path:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return path


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _lines(text: str) -> list[str]:
    # Poppler marks the direction of lines from right to left.
    plain = text.translate(dict.fromkeys((8234, 8235, 8236, 12)))
    return [line.strip() for line in plain.splitlines() if line.strip()]
