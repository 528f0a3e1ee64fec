"""Rows cut into pieces: what stands apart on them, as cells of a table do."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from picture.layout.render import cut_rows
from picture.layout.sheet import Sheet
from picture.page import Line

APART = 0.9
"""Line heights between two texts of a row that stand in cells of their own."""

_TALL = 1.6
"""Usual heights of a line above which what is taller than wide runs down the page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines side by side as near as words are, and where they are on the page made level."""

    lines: tuple[Line, ...]
    left: float
    right: float
    middle: float
    height: float

    @property
    def text(self) -> str:
        """Return what its lines say together."""
        return " ".join(line.text for line in self.lines)


Row = list[Piece]


def cut_pieces(lines: Sequence[Line], sheet: Sheet, cuts: Sequence[float] = ()) -> list[Row]:
    """Return what stands apart in each row of lines, those that do not run across left out.

    Nothing is joined over a cut, given across on the page made level.
    """
    level = [line for line in lines if runs_across(line, sheet)]
    return [join_near(row, sheet, cuts) for row in cut_rows(level)]


def runs_across(line: Line, sheet: Sheet) -> bool:
    """Tell whether a text runs across the page: a letter that is taller than wide does too."""
    return line.is_level or (not line.flipped and line.height < _TALL * sheet.height)


def join_near(row: Sequence[Line], sheet: Sheet, cuts: Sequence[float] = ()) -> Row:
    """Return the cells of a row: lines apart, each with those as near as words."""
    pieces: Row = []
    for line in row:
        piece = _piece(line, sheet)
        if pieces and _are_near(pieces[-1], piece, cuts):
            before = pieces[-1]
            both = (*before.lines, line)
            pieces[-1] = replace(before, lines=both, right=max(before.right, piece.right))
        else:
            pieces.append(piece)
    return pieces


def _are_near(before: Piece, piece: Piece, cuts: Sequence[float]) -> bool:
    near = piece.left - before.right < APART * min(piece.height, before.height)
    middles = (before.left + before.right) / 2, (piece.left + piece.right) / 2
    return near and bisect(cuts, middles[0]) == bisect(cuts, middles[1])


def _piece(line: Line, sheet: Sheet) -> Piece:
    corners = [corner for word in line.words for corner in word.box] or line.box
    across = sheet.flatten(corners)[:, 0]
    middle = float(sheet.flatten(line.box)[:, 1].mean())
    return Piece((line,), float(across.min()), float(across.max()), middle, line.height)


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
