"""Bullets of a list, and where its texts begin behind them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

_BULLET = r"[•·▪◦‣○●■□▶►–—*-]"
_ALONE = re.compile(_BULLET)
_BEFORE = re.compile(rf"({_BULLET})\s+(?=\S)")
_FARTHEST = 6
"""Cells from where a bullet starts to where its text does at most."""


def hang_texts(rows: Sequence[Sequence[tuple[int, int]]], texts: Sequence[str]) -> list[str]:
    """Return texts that have a bullet with blanks behind it, up to where the list's others begin.

    Rows hold lines, each with the cell it starts at; the others are lines of their own.
    """
    hung = list(texts)
    indents = _indents(rows, texts)
    if not indents:
        return hung
    for line, start in (pair for row in rows for pair in row):
        found = _BEFORE.match(texts[line])
        if found is None:
            continue
        counts = indents.get(start) or indents.get(start - 1) or indents.get(start + 1)
        if counts:
            column = counts.most_common(1)[0][0]
            said = texts[line][found.end() :]
            hung[line] = found[1].ljust(max(column - start, found.end())) + said
    return hung


def _indents(
    rows: Sequence[Sequence[tuple[int, int]]], texts: Sequence[str]
) -> dict[int, Counter[int]]:
    """Return where texts behind bullets begin, by where the bullets do."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        for (line, start), (_, after) in pairwise(row):
            if _ALONE.fullmatch(texts[line]) and after - start <= _FARTHEST:
                found[start][after] += 1
    return dict(found)
