"""Short texts in doubt, read again in a row of their own like.

A letter alone has no size and no base line to tell O from 0 by, or z from Z; beside copies
of itself it has both, and is read as a word is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.reading.scripts import FoundLine
from picture.reading.transcript import Read, Reading

Pixels = NDArray[np.uint8]

_COPIES = 3

# So short texts are looked at, of such scores, so many of a page: longer ones have letters
# beside letters of their own.
_LETTERS = 2
_DOUBTED = 0.9
_MOST = 128

# Marks are taken for these, and so are copies of them: what is less than even stays so.
_MARKS = frozenset("1lIioO0")
_EVEN = 0.5


def read_copies(crops: Sequence[Pixels], read: Read) -> list[Reading]:
    """Return what crops say beside copies of themselves, nothing where these say other things."""
    rows = read([np.tile(crop, (1, _COPIES, 1)) for crop in crops])
    return [_one_of(row) for row in rows]


def with_copies_read(lines: Sequence[FoundLine], read: Read) -> None:
    """Correct short texts that are read otherwise, and more surely, beside copies of themselves."""
    chosen = [line for line in lines if is_doubted(line.reading)][:_MOST]
    copies = read_copies([line.crop() for line in chosen], read)
    for line, reading in zip(chosen, copies, strict=False):
        line.reading = surer(line.reading, reading)


def is_doubted(reading: Reading) -> bool:
    """Tell whether a reading is a letter or two of the main recogniser's, in doubt.

    Signs are no letters that were taken for others: letters are what all else is taken for.
    """
    is_plain = reading.text.isascii() and reading.text.isalnum()
    is_mark = _MARKS.issuperset(reading.text) and reading.score < _EVEN
    is_short = len(reading.text) <= _LETTERS and not is_mark
    return is_plain and reading.is_ours and is_short and reading.score < _DOUBTED


def surer(reading: Reading, copy: Reading) -> Reading:
    """Return a reading as a copy of it says, if that has as many letters and is surer."""
    is_alike = copy.text.isascii() and len(copy.text) == len(reading.text)
    if not is_alike or copy.score <= reading.score:
        return reading
    spelled = reading.spelled(copy.text)
    words = tuple(replace(word, score=max(word.score, copy.score)) for word in spelled.words)
    return replace(spelled, score=copy.score, words=words)


def _one_of(row: Reading) -> Reading:
    """Return one of the copies that a row says, nothing where they differ."""
    said = row.text.replace(" ", "")
    text = said[: len(said) // _COPIES]
    return Reading(text, row.score) if text and text * _COPIES == said else Reading()
