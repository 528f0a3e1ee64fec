"""Long lines cut into windows, each short enough to be read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.transcript import Transcript, join

Crop = NDArray[np.uint8]

# Pixels at the height that lines are read at. A longer line is read in windows of
# about the second, each of which sees a little beyond its ends.
LONGEST = 2048
_USUAL = 1408
_BEYOND = 64

# How far from its even place a cut is moved to fall between two words.
_MOVED = 192


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a line: what is seen, and what of it counts.

    `start` and `length` are the view's, `first` and `last` the part's that counts,
    all as parts of the line's length.
    """

    crop: Crop
    start: float = 0.0
    length: float = 1.0
    first: float = 0.0
    last: float = 1.0


def cut(crop: Crop, height: int) -> list[Window]:
    """Cut a line into windows where it is too long to be read at once, at `height`."""
    rows, columns = crop.shape[:2]
    scale = height / rows
    if columns * scale <= LONGEST:
        return [Window(crop)]
    cuts = [0, *_cuts(crop, scale), columns]
    beyond = round(_BEYOND / scale)
    return [_window(crop, first, last, beyond) for first, last in pairwise(cuts)]


def _window(crop: Crop, first: int, last: int, beyond: int) -> Window:
    width = crop.shape[1]
    start, end = max(first - beyond, 0), min(last + beyond, width)
    view = crop[:, start:end]
    # The last letter of all may lie on the very edge.
    whole = last / width if last < width else 2.0
    return Window(view, start / width, (end - start) / width, first / width, whole)


def _cuts(crop: Crop, scale: float) -> list[int]:
    """Return the columns at which to cut, each in the middle of the widest gap near."""
    width = crop.shape[1]
    count = ceil(width * scale / _USUAL)
    reach = round(_MOVED / scale)
    middles = [round(width * number / count) for number in range(1, count)]
    return [
        middle - reach + _widest_gap(crop[:, middle - reach : middle + reach]) for middle in middles
    ]


def _widest_gap(part: Crop) -> int:
    """Return the middle of the longest run of columns with the least contrast."""
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    contrast = np.ptp(grey, axis=0).astype(np.float32)
    empty = contrast <= contrast.min() + 0.15 * np.ptp(contrast)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.view(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest] + ends[longest]) // 2


def merge(windows: Sequence[Window], read: Sequence[Transcript]) -> Transcript:
    """Return what a line says from what its windows say."""
    if len(windows) == 1:
        return read[0]
    merged = Transcript()
    for window, seen in zip(windows, read, strict=True):
        placed = seen.placed(window.start, window.length)
        first, last = map(int, np.searchsorted(placed.centres, (window.first, window.last)))
        # A cut falls on a space, which either window may see beyond its own part.
        if placed.letters[last : last + 1] == (" ",):
            last += 1
        if merged.letters[-1:] == placed.letters[first : first + 1] == (" ",):
            first += 1
        merged = join([merged, placed.part(first, last)])
    return merged
