"""Pieces of rows: what stands apart on them, as cells of a table do."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from picture.layout.sheet import Sheet
from picture.page import Line

APART = 0.9
"""Line heights between two texts of a row that stand in cells of their own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines side by side as near as words are, and where they are on the page made level.

    Where rows share a border, its column begins at `border`, however near another text is.
    """

    lines: tuple[Line, ...]
    left: float
    right: float
    middle: float
    height: float
    border: float | None = None

    @property
    def text(self) -> str:
        """Return what its lines say together."""
        return " ".join(line.text for line in self.lines)


Row = list[Piece]


def piece_of(line: Line, sheet: Sheet) -> Piece:
    """Return a line as a piece of its own."""
    corners = [corner for word in line.words for corner in word.box] or line.box
    across = sheet.flatten(corners)[:, 0]
    middle = float(sheet.flatten(line.box)[:, 1].mean())
    return Piece((line,), float(across.min()), float(across.max()), middle, line.height)


def gap_between(before: Piece, piece: Piece) -> float:
    """Return how far apart two texts of a row are, in heights of the lower one."""
    return (piece.left - before.right) / max(min(piece.height, before.height), 1e-6)


def inner(piece: Piece) -> tuple[float, float]:
    """Return where a text surely is: its ends may reach into the columns beside it."""
    inset = min(0.25 * (piece.right - piece.left), piece.height)
    return piece.left + inset, piece.right - inset


def column_of(piece: Piece, starts: Sequence[float]) -> tuple[int, int]:
    """Return the column that a text begins in, and how many it reaches over."""
    first, last = (max(bisect(starts, edge) - 1, 0) for edge in inner(piece))
    return first, max(last - first, 0) + 1


def usual_distance(rows: Sequence[Row]) -> float:
    """Return how far apart rows usually are, in pixels."""
    gaps = [after[0].middle - before[0].middle for before, after in pairwise(rows)]
    return median([gap for gap in gaps if gap > 0] or [1.0])
