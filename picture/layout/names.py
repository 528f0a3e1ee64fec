"""Names of columns that were read as one line, cut between them."""

from __future__ import annotations

from collections.abc import Sequence

from picture.layout.borders import find_gaps
from picture.layout.parts import cut_piece
from picture.layout.pieces import Row
from picture.layout.sheet import Sheet


def cut_names(rows: Sequence[Row], sheet: Sheet) -> list[Row]:
    """Return rows of lines, those that name several columns cut between their words."""
    cut = list(rows)
    for at, gaps in find_gaps(rows).items():
        cut[at] = [part for piece in rows[at] for part in cut_piece(piece, gaps, sheet)]
    return cut
