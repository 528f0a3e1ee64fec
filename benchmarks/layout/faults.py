"""Tell where the text layer of a real page is not what its picture shows.

python -m benchmarks.layout.faults
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.layout.compare import TEMPORARY
from benchmarks.layout.documents import DOCUMENTS
from benchmarks.layout.real import sheets_of
from benchmarks.layout.truth import JOINED, Box
from benchmarks.speed.tables import table

DPI = 150
POINTS_PER_INCH = 72
TITLES = ("page", "nameless", "torn", "undrawn", "")

# Of a page's words: more faults of a kind than this, and another page takes its place.
_MOST = 0.02
# Of a word's height: letters of one word are nearer than this, even where poppler parts them.
_TORN = 0.17
# Of a word's height: no letter is narrower, and crumbs of letters are.
_CRUMB = 0.2
# Grey levels below this are ink.
_DARK = 128


@dataclass(frozen=True, slots=True)
class Faults:
    """How often a page's text is not what its picture shows, as shares of its words."""

    nameless: float
    torn: float
    undrawn: float

    @property
    def are_many(self) -> bool:
        return max(self.nameless, self.torn, self.undrawn) > _MOST


def main() -> None:
    """Print how much of each page's text is not what its picture shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=TEMPORARY / "layout-documents")
    work = parser.parse_args().work
    rows = []
    for sheet in (sheet for document in DOCUMENTS for sheet in sheets_of(document, [DPI], work)):
        faults = faults_of(sheet.boxes, Image.open(sheet.picture), sheet.dpi)
        shares = [f"{share:.3f}" for share in astuple(faults)]
        rows.append([sheet.name, *shares, "too many" if faults.are_many else ""])
    print("\n".join(table(TITLES, rows)))


def faults_of(rows: Sequence[Sequence[Box]], picture: Image.Image, dpi: int) -> Faults:
    """Return how much of a page's text is not what its picture shows."""
    words = max(sum(map(len, rows)), 1)
    gaps = [gap for row in rows for gap in pairwise(row)]
    pieces = _pieces(picture, dpi)
    return Faults(
        sum(_is_nameless(word.text) for row in rows for word in row) / words,
        sum(_is_torn(*gap) for gap in gaps) / words,
        sum(_is_inked(*gap, pieces) for gap in gaps) / words,
    )


def _is_nameless(text: str) -> bool:
    """Tell whether a glyph's code says nothing: a control, a private or no character."""
    return any(
        unicodedata.category(char) in ("Cc", "Co", "Cn") or char == "\ufffd" for char in text
    )


def _is_torn(word: Box, following: Box) -> bool:
    """Tell whether two words stand as near as letters, and poppler parts them all the same."""
    gap = (following.left - word.right) / following.height
    return JOINED <= gap < _TORN and word.text[-1].isalpha() and following.text[0].isalpha()


def _pieces(picture: Image.Image, dpi: int) -> np.ndarray:
    """Return the boxes of a picture's connected ink in points: left, top, right, bottom."""
    ink = (np.asarray(picture.convert("L")) < _DARK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    boxes = stats[1:, :4] * (POINTS_PER_INCH / dpi)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _is_inked(word: Box, following: Box, pieces: np.ndarray) -> bool:
    """Tell whether a letter's worth of ink stands where the text has a space."""
    if following.left - word.right > following.height:
        return False
    top, bottom = min(word.top, following.top), max(word.bottom, following.bottom)
    middles = (pieces[:, :2] + pieces[:, 2:]) / 2
    is_between = (middles[:, 0] > word.right) & (middles[:, 0] < following.left)
    is_between &= (pieces[:, 0] > word.left) & (pieces[:, 2] < following.right)
    is_between &= pieces[:, 2] - pieces[:, 0] > _CRUMB * following.height
    return bool(np.any(is_between & (pieces[:, 1] > top) & (pieces[:, 3] < bottom)))


if __name__ == "__main__":
    main()
