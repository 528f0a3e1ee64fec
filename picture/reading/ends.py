"""Small signs at the ends of lines, which the detector stopped short of.

It passes over quote marks, commas and brackets that have blanks between them. On the whole
line they are read as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.crops import cut
from picture.reading.missed import outside
from picture.reading.pieces import DARK, Pieces, on_dark_blocks
from picture.reading.scripts import FoundLine, bounds_of
from picture.reading.transcript import Read, Reading

Pixels = NDArray[np.uint8]
Corners = NDArray[np.int16]
Boxes = NDArray[np.float64]

# Of more pieces, which are no text's, nothing is told; so many lines are read again.
_MOST_PIECES = 6_000
_MOST = 64

# Of the height of a line, or of the page's lines where that is more: how far apart signs are
# at most, how far off its middle, and how far they reach beyond its end. One piece of ink
# may be dirt.
_APART = 0.8
_LEVEL = 0.45
_LEAST = 0.3
_FEWEST = 2

# Of it as well: how large a dot is; and how much longer one side is. So many in a row are
# a leader.
_DOT, _SQUARE = 0.22, 1.6
_LEADER = 3

# What follows the last sign, of the line's height.
_MARGIN = 0.2

# Lines of so few letters, no surer, may be signs.
_SHORT, _UNSURE = 3, 0.65

# How sure each word is of a line that goes on, and from how many letters on the last one
# of those that were read is doubted.
_SURE = 0.9
_LONG = 4


def with_ends(lines: Sequence[FoundLine], pixels: Pixels, pieces: Pieces, read: Read) -> None:
    """Let lines go on to where their ink ends; `read` says what crops say.

    Signs that were taken for a line of their own, and not surely, are blank then.
    """
    scraps = [line for line in lines if _is_scrap(line.reading)]
    lines = [line for line in lines if not _is_scrap(line.reading)]
    bounds = bounds_of(lines)
    ink = pieces.boxes
    if _any_is_dark(bounds, pieces):
        ink = np.concatenate([ink, on_dark_blocks(pieces)])
    free = ink[outside(ink, lines, pieces)] / pieces.scale
    if not 0 < len(free) <= _MOST_PIECES:
        return
    usual = pieces.height / pieces.scale
    ends = [(line, _end(line, free, max(line.height, usual))) for line in lines if _may_go_on(line)]
    longer = [(line, _lengthened(line, end, pixels)) for line, end in ends if end]
    longer = [(line, corners) for line, corners in longer if not _meets(line, corners, bounds)]
    readings = read([cut(pixels, corners) for _, corners in longer[:_MOST]])
    for (line, corners), reading in zip(longer, readings, strict=False):
        if _goes_on(line.reading, reading):
            line.reading, line.corners = reading, corners
            line.crop = partial(cut, pixels, corners)
            for scrap in scraps:
                if _is_on(scrap, line):
                    scrap.reading = Reading()


def _any_is_dark(bounds: Boxes, pieces: Pieces) -> bool:
    """Tell whether any line stands on a dark ground."""
    inside = np.clip(np.round(bounds * pieces.scale).astype(int), 0, None)
    parts = (pieces.grey[top:low, left:right] for left, top, right, low in inside.tolist())
    return any(part.size > 0 and cv2.mean(part)[0] < DARK for part in parts)


def _is_scrap(reading: Reading) -> bool:
    return len(reading.text) <= _SHORT and reading.score < _UNSURE


def _is_on(scrap: FoundLine, line: FoundLine) -> bool:
    """Tell whether the middle of one line is on another."""
    middle = scrap.corners.astype(np.float32).mean(axis=0).tolist()
    return cv2.pointPolygonTest(line.corners.astype(np.float32), middle, measureDist=False) >= 0


def _may_go_on(line: FoundLine) -> bool:
    reading = line.reading
    return bool(reading.text.strip()) and reading.is_ours and line.is_level


def _end(line: FoundLine, free: Boxes, height: float) -> float:
    """Return how far beyond a level line its signs reach, 0 where they do not."""
    right, middle = line.corners[1:3].mean(axis=0)
    off = (free[:, 1] + free[:, 3]) / 2 - middle - _slope(line) * (free[:, 0] - right)
    is_on = (free[:, 0] >= right) & (abs(off) <= _LEVEL * height)
    signs = free[is_on & (free[:, 3] - free[:, 1] <= height)]
    signs = signs[np.argsort(signs[:, 0])]
    ends = np.maximum.accumulate([right, *signs[:, 2]])
    parted = np.flatnonzero(signs[:, 0] - ends[:-1] > _APART * height)
    stops = [len(signs), *parted[:1], *_leaders(signs, height)[:1]]
    count = int(min(stops))
    end = float(ends[count] - right)
    return end if count >= _FEWEST and end >= _LEAST * height else 0.0


def _leaders(signs: Boxes, height: float) -> list[int]:
    """Return where in a row of signs leaders begin."""
    size = signs[:, 2:] - signs[:, :2]
    short, long = size.min(axis=1), size.max(axis=1)
    is_dot = (long <= _DOT * height) & (long <= _SQUARE * short)
    begun = range(len(signs) - _LEADER + 1)
    return [at for at in begun if is_dot[at : at + _LEADER].all()]


def _slope(line: FoundLine) -> float:
    a, b, *_ = line.corners.astype(float)
    return float((b[1] - a[1]) / max(b[0] - a[0], 1.0))


def _lengthened(line: FoundLine, end: float, pixels: Pixels) -> Corners:
    """Return the corners of a line that goes on as far."""
    more = end + _MARGIN * line.height
    corners = line.corners.astype(float)
    corners[1:3] += np.array([more, more * _slope(line)])
    return np.clip(np.round(corners), 0, np.array(pixels.shape[1::-1]) - 1).astype(np.int16)


def _meets(line: FoundLine, corners: Corners, bounds: Boxes) -> bool:
    """Tell whether a line that goes on would reach into another one of its row."""
    right = line.corners[:, 0].max()
    middle = corners[1:3, 1].mean()
    is_on = (bounds[:, 1] < middle) & (bounds[:, 3] > middle)
    return bool((is_on & (bounds[:, 2] > right) & (bounds[:, 0] < corners[:, 0].max())).any())


def _goes_on(reading: Reading, longer: Reading) -> bool:
    """Tell whether a reading says what another does, and more, all of it surely.

    The last sign of a longer one may have been cut through.
    """
    said, says = ("".join(each.text.split()) for each in (reading, longer))
    kept = said[:-1] if len(said) >= _LONG else said
    is_sure = all(word.score >= _SURE for word in longer.words)
    return len(says) > len(said) and says.startswith(kept) and is_sure
