"""Text under a stain or a marker's colour, looked for in the light of that colour.

What is red shines in red light as the paper does, and print on it stays dark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.missed import cells_between, cut_out
from picture.reading.pieces import Pieces, find_pieces
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Read
from picture.words import count_letters

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# A stain is so light and so far from grey, and takes such a part of the picture: more is a
# picture in colours.
_LIGHT, _COLOURED = 140, 40
_LEAST, _MOST = 0.002, 0.3

# Of so many pixels in a row, and in a column, one is looked at for stains.
_SMALLER = 4

# In heights of a line: print on it leaves holes so large, and what is read is so wide.
_HOLE = 0.5
_WIDE = 0.6

# So many texts are looked at; those that are kept have so many letters, so sure.
_MOST_TEXTS = 24
_FEWEST, _SURE = 2, 0.9


def with_stained(
    lines: Sequence[FoundLine], pixels: Pixels, pieces: Pieces, read: Read
) -> list[FoundLine]:
    """Return the lines of a picture with those that stains hide; `read` says what crops say."""
    stain = _stain(pixels, pieces)
    if not _LEAST <= stain.mean() <= _MOST:
        return list(lines)
    shining = np.asarray(cv2.cvtColor(_extreme(cv2.max, pixels), cv2.COLOR_GRAY2BGR), np.uint8)
    seen = find_pieces(shining, pieces.height / pieces.scale)
    if seen is None:
        return list(lines)
    found = _texts_on(stain, shining, seen, lines)
    readings = read([line.crop() for line in found])
    for line, reading in zip(found, readings, strict=False):
        line.reading = reading
    return [*lines, *filter(_is_sure, found)]


def _texts_on(
    stain: Mask, shining: Pixels, seen: Pieces, lines: Sequence[FoundLine]
) -> list[FoundLine]:
    """Return what may be text on a stain, as lines that are still to be read."""
    cells = cells_between(seen, lines)
    x, y = (cells[:, 0] + cells[:, 2]) / 2, (cells[:, 1] + cells[:, 3]) / 2
    is_wide = cells[:, 2] - cells[:, 0] >= _WIDE * seen.height
    down, across = np.array(stain.shape) / seen.grey.shape
    is_stained = stain[(y * down).astype(int), (x * across).astype(int)]
    chosen = np.flatnonzero(is_stained & is_wide)[:_MOST_TEXTS]
    return cut_out(cells[chosen], y[chosen], shining, seen)


def _stain(pixels: Pixels, pieces: Pieces) -> Mask:
    """Return which of a picture's few pixels are light and coloured, print on it included."""
    step = max(round(_SMALLER / pieces.scale), 1)
    small = np.ascontiguousarray(pixels[::step, ::step])
    lightest, darkest = _extreme(cv2.max, small), _extreme(cv2.min, small)
    is_stain = (lightest >= _LIGHT) & (lightest - darkest >= _COLOURED)
    side = max(round(_HOLE * pieces.height / _SMALLER), 1)
    hole = np.ones((side, side), np.uint8)
    return np.asarray(cv2.morphologyEx(is_stain.astype(np.uint8), cv2.MORPH_CLOSE, hole), bool)


def _extreme(choose: Callable[..., Any], pixels: Pixels) -> Grey:
    """Return the lightest or darkest of each pixel's three colours."""
    blue, green, red = cv2.split(pixels)
    return np.asarray(choose(choose(blue, green), red), np.uint8)


def _is_sure(line: FoundLine) -> bool:
    text = line.reading.text
    is_text = count_letters(text) >= _FEWEST and sum(map(str.isalnum, text)) >= _FEWEST
    return is_text and line.reading.score >= _SURE
