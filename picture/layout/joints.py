"""Joints: which lines are one cell, beside one another and above."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace

from picture.layout.borders import find_borders
from picture.layout.centred import gather
from picture.layout.names import cut_names
from picture.layout.pieces import APART, Piece, Row, gap_between, piece_of
from picture.layout.render import cut_rows
from picture.layout.sheet import Sheet
from picture.page import Line

_TALL = 1.6
"""Usual heights of a line above which what is taller than wide runs down the page."""


def cut_pieces(lines: Sequence[Line], sheet: Sheet, cuts: Sequence[float] = ()) -> list[Row]:
    """Return what stands apart in each row of lines, those that do not run across left out.

    Nothing is joined over a cut, given across on the page made level, nor over a border
    that rows share; a line that names several columns is cut between them. What stands
    beside the middle of several lines is in one row with them.
    """
    level = [line for line in lines if runs_across(line, sheet)]
    rows = cut_names([[piece_of(line, sheet) for line in row] for row in cut_rows(level)], sheet)
    borders = find_borders(rows)
    bordered = [
        [replace(piece, border=borders.get((at, place))) for place, piece in enumerate(row)]
        for at, row in enumerate(rows)
    ]
    return gather([_joined(row, cuts) for row in bordered], sheet.level)


def runs_across(line: Line, sheet: Sheet) -> bool:
    """Tell whether a text runs across the page: a letter that is taller than wide does too."""
    return line.is_level or (not line.flipped and line.height < _TALL * sheet.height)


def join_near(row: Sequence[Line], sheet: Sheet) -> Row:
    """Return the cells of a row: lines apart, each with those as near as words."""
    return _joined([piece_of(line, sheet) for line in row], ())


def _joined(row: Sequence[Piece], cuts: Sequence[float]) -> Row:
    pieces: Row = []
    for piece in row:
        if pieces and piece.border is None and _are_near(pieces[-1], piece, cuts):
            before = pieces[-1]
            both = (*before.lines, *piece.lines)
            pieces[-1] = replace(before, lines=both, right=max(before.right, piece.right))
        else:
            pieces.append(piece)
    return pieces


def _are_near(before: Piece, piece: Piece, cuts: Sequence[float]) -> bool:
    middles = (before.left + before.right) / 2, (piece.left + piece.right) / 2
    is_near = gap_between(before, piece) < APART
    return is_near and bisect(cuts, middles[0]) == bisect(cuts, middles[1])
