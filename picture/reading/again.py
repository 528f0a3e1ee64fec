"""Parts of lines that were cut at leaders, read again without them.

Beside a row of dots the letter next to it is often lost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from picture.page import Line, Word
from picture.reading.crops import cut
from picture.reading.parts import part_of
from picture.reading.transcript import Read, Reading
from picture.words import count_letters

Pixels = NDArray[np.uint8]

# Parts with a word in doubt are looked at, so many of a page.
_DOUBTED = 0.97
_MOST = 64

# How much less sure a reading may be that says all that was read, and more.
_LESS = 0.02

# What may be left of a leader at the ends of a part.
_DOTS = " .·…"

# The page has said of these what they are.
_TOLD = frozenset("‘’“”")


def with_parts_read(
    lines: Sequence[Line], whole: Collection[Line], pixels: Pixels, read: Read
) -> list[Line]:
    """Return lines, those that are not `whole` as they are read alone where that is surer."""
    parts = [line for line in lines if line not in whole and _is_doubted(line)][:_MOST]
    crops = [cut(pixels, np.round(line.box).astype(np.int16)) for line in parts]
    better: dict[Line, Line] = {}
    for line, reading in zip(parts, read(crops), strict=False):
        other = _as_read(line, reading)
        if other is not None and _is_better(other, line):
            better[line] = other
    return [better.get(line, line) for line in lines]


def _is_doubted(line: Line) -> bool:
    in_doubt = any(word.score < _DOUBTED for word in line.words)
    return in_doubt and line.is_level and not line.reader and not _TOLD & set(line.text)


def _as_read(line: Line, reading: Reading) -> Line | None:
    """Return a part with what was read of it, without what is left of a leader."""
    words = (Word(spot.text, spot.score, line.part(*spot.area)) for spot in reading.words)
    said = Line(reading.text, reading.score, line.box, words=tuple(words))
    end = len(said.text.rstrip(_DOTS))
    return part_of(said, len(said.text) - len(said.text.lstrip(_DOTS)), end)


def _is_better(other: Line, line: Line) -> bool:
    """Tell whether a part says as much as before and more surely, or the same and more."""
    more = count_letters(other.text) - count_letters(line.text)
    goes_on = more > 0 and line.text in other.text
    return more >= 0 and other.score > line.score - (_LESS if goes_on else 0)
