"""Rows of text that the detector took for one line: told by their ink, read one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from picture.reading.crops import cut
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Read, Reading
from picture.reading.words import ink_of
from picture.words import count_letters

Pixels = NDArray[np.uint8]
Profile = NDArray[np.float64]

# Who reads two rows as one is in doubt; of so many such lines a page is looked at.
_DOUBTED = 0.85
_MOST = 32

# The rows that one box may hold, and in pixels, how high each is at least; how far a gap
# is from its place, in rows were they even.
_ROWS = (2, 3, 4, 5, 6)
_LOWEST = 7
_OFF = 0.3

# Of the height of lines that are read surely, the lower of them: how high a row is at least.
_AS_HIGH = 0.65
_LOWER = 25

# Of the ink of the fainter row beside it: what a gap has at most, where descenders reach in.
_CLEAR = 0.6

# How much surer rows are than what was read of all, how sure each is, and how many more
# letters they have, each a few.
_SURER = 0.08
_LEAST = 0.75
_MORE = 1.2
_FEWEST = 2


def with_rows(
    lines: Sequence[FoundLine], pixels: Pixels, read: Read, bent: Collection[bytes]
) -> list[FoundLine]:
    """Return lines with the rows of those that hold several; `read` says what crops say.

    Those with corners in `bent` stay as they are.
    """
    doubted = [line for line in lines if line.corners.tobytes() not in bent]
    least = _AS_HIGH * _usual_height(lines)
    doubted = [line for line in doubted if _may_hold_rows(line, least)]
    doubted.sort(key=lambda line: line.length, reverse=True)
    ways = [
        (line, [_part(line, pixels, *span) for span in spans])
        for line in doubted[:_MOST]
        for spans in _spans(line.crop())
        if line.height >= least * len(spans)
    ]
    if not ways:
        return list(lines)
    every = [row for _, rows in ways for row in rows]
    for row, reading in zip(every, read([row.crop() for row in every]), strict=False):
        row.reading = reading
    best: dict[int, list[FoundLine]] = {}
    for line, rows in sorted(ways, key=lambda way: _score(way[1])):
        if _is_better(rows, line):
            best[id(line)] = rows
    return [row for line in lines for row in best.get(id(line), [line])]


def _usual_height(lines: Sequence[FoundLine]) -> float:
    """Return how high lines are that are read surely and level, none where there are none."""
    sure = [line.height for line in lines if line.is_level and line.reading.score >= _DOUBTED]
    return float(np.percentile(sure, _LOWER)) if sure else 0.0


def _may_hold_rows(line: FoundLine, least: float) -> bool:
    """Tell whether a line is in doubt and has room for two rows that are so high at least."""
    reading = line.reading
    is_doubted = bool(reading.text) and reading.score < _DOUBTED and not reading.flipped
    return is_doubted and line.is_level and line.height >= 2 * max(least, _LOWEST)


def _spans(crop: Pixels) -> Iterator[list[tuple[float, float]]]:
    """Yield each way to part a line in rows: from where to where they reach, of its height."""
    profile = ink_of(crop).mean(axis=1)
    for count in _ROWS:
        if gaps := _gaps(profile, count):
            edges = [edge / len(profile) for edge in (0, *gaps, len(profile))]
            yield list(pairwise(edges))


def _gaps(profile: Profile, count: int) -> list[int]:
    """Return where so many rows are parted, none where they are not."""
    inked = np.flatnonzero(profile)
    if len(inked) < count * _LOWEST:
        return []
    top, bottom = int(inked[0]), int(inked[-1]) + 1
    step = (bottom - top) / count
    gaps = [_gap(profile, top + number * step, _OFF * step) for number in range(1, count)]
    rows = [profile[start:end].max() for start, end in pairwise((top, *gaps, bottom))]
    beside = zip(gaps, pairwise(rows), strict=True)
    return gaps if all(profile[gap] <= _CLEAR * min(pair) for gap, pair in beside) else []


def _gap(profile: Profile, place: float, off: float) -> int:
    """Return the middle of the emptiest rows of pixels near a place."""
    start, end = int(place - off), int(np.ceil(place + off)) + 1
    near = profile[start:end]
    emptiest = np.flatnonzero(near <= near.min())
    return start + int(emptiest[np.abs(emptiest - len(near) / 2).argmin()])


def _part(line: FoundLine, pixels: Pixels, start: float, end: float) -> FoundLine:
    """Return what lies between two heights of a line, still to be read."""
    a, b, c, d = line.corners.astype(float)
    edges = [a + start * (d - a), b + start * (c - b), b + end * (c - b), a + end * (d - a)]
    corners = np.round(edges).astype(np.int16)
    return FoundLine(Reading(), corners, partial(cut, pixels, corners))


def _is_better(rows: Sequence[FoundLine], line: FoundLine) -> bool:
    """Tell whether rows are surer than what was read of all of them, and say more."""
    letters = [count_letters(row.reading.text) for row in rows]
    if min(letters) < _FEWEST or sum(letters) < _MORE * count_letters(line.reading.text):
        return False
    is_sure = min(row.reading.score for row in rows) >= _LEAST
    return is_sure and _score(rows) >= line.reading.score + _SURER


def _score(rows: Sequence[FoundLine]) -> float:
    """Return the mean score of the letters of rows."""
    letters = [count_letters(row.reading.text) for row in rows]
    scores = [row.reading.score for row in rows]
    return float(np.dot(letters, scores)) / max(sum(letters), 1)
