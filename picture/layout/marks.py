"""Rows of hyphens and the like, which part a table's rows and are none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from picture.layout.pieces import Row

_DRAWN = re.compile(r"[-_=~+|\u2010-\u2015\u2500\u2501\u2550]{3,}")
"""Three marks or more: one or two say that there is nothing."""
_DOTTED = re.compile(r"([.·*#])\1{4,}")


def part_marks(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows that say something, and those of marks alone."""
    marks = [_are_marks(row) for row in rows]
    said = [row for row, is_mark in zip(rows, marks, strict=True) if not is_mark]
    return said, [row for row, is_mark in zip(rows, marks, strict=True) if is_mark]


def _are_marks(row: Row) -> bool:
    texts = ("".join(line.text.split()) for piece in row for line in piece.lines)
    return all(_DRAWN.fullmatch(text) or _DOTTED.fullmatch(text) for text in texts)
