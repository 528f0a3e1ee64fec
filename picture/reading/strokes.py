"""Straight dark strokes across a grey picture, however thin, pale, broken or dashed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from picture.reading.pieces import Grey
from picture.reading.stroke import (
    FAINT,
    Bools,
    Floats,
    Levels,
    Places,
    Stroke,
    cuts_across,
    dashes_of,
    depth_along,
    is_hatched,
    is_lonely,
    is_sharp,
    middle_of,
    thickness_of,
)

# Of the least length of a stroke: bands that are looked at as one. A piece has so many of
# them at least, more where it is alone; so many pieces are looked at, the longest.
_BAND = 0.2
_FEWEST, _MANY = 4, 7
_MOST, _MOST_ALONE = 250, 1_200

# How light it is beside a broken stroke, of how light its paper is above and below so many
# thicknesses of one: letters in a row with their gaps closed have one such side.
_BESIDE = 0.6
_BEYOND = 8

# How much of a stroke its pieces are at least, and how much of a solid one is ink.
_FILLED = 0.5
_SOLID = 0.9

# In heights of a line: nothing else is so straight as what is so long; so much less of it
# may be ink, where it is worn.
_LONG = 10.0
_WORN = 0.15

# How dark a band is where it is lightest, and a stroke at its ends, of how dark it is.
_EVEN = 0.5
_INKED = 0.35

# Pixels of a cell in which the paper is looked for.
_CELL = 8

# In heights of a line: how far pieces of one stroke are apart, and gaps that are closed in a
# broken one.
_APART = 1.5
_GAP = 0.4

# How far a stroke bends, in heights of a line, how steep it is, and how much steeper a piece.
_BEND = 0.12
_STEEPEST = 0.06
_TURN = 0.03

# In pixels: ends of two pieces that are further from one level are not looked at.
_FAR = 8.0

# Of a dashed stroke: so many dashes, most in steps so even, so long in heights of a line.
_DASHES = 5
_UNEVEN, _MOSTLY = 0.3, 0.75
_STEP = 0.7


@dataclass(frozen=True, slots=True)
class _Look:
    """How thick strokes are at most, and what is blank in one, in heights of a line.

    They are `bare` where nothing is close by.
    """

    thick: float
    blank: float
    bare: bool


_WHOLE = _Look(0.5, 0.35, bare=False)
_BROKEN = _Look(0.15, _APART, bare=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What strokes are looked for: with lines of a `height`, as long as `least` pixels.

    So much of a stroke is ink as `solid` tells, where it is not of even dashes or dots.
    """

    height: float
    least: float
    solid: float


def without_halos(grey: Grey) -> Grey:
    """Return a picture nowhere lighter than its paper, as sharpened ones are about letters."""
    high, wide = grey.shape
    # Whole cells are resized several times as fast.
    whole = cv2.copyMakeBorder(grey, 0, -high % _CELL, 0, -wide % _CELL, cv2.BORDER_REPLICATE)
    size = whole.shape[1] // _CELL, whole.shape[0] // _CELL
    cells = cv2.medianBlur(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), 3)
    paper = cv2.resize(cv2.dilate(cells, np.ones((3, 3), np.uint8)), whole.shape[::-1])
    return np.asarray(cv2.min(grey, paper[:high, :wide]), np.uint8)


def find_strokes(columns: Grey, wanted: Wanted) -> list[Stroke]:
    """Return the strokes that run across a picture, nearly level; broken ones are whole.

    The picture is given column by column: its rows and columns exchanged.
    """
    gap, grey = max(round(_GAP * wanted.height), 2), columns.T
    closed = np.asarray(cv2.erode(columns, np.ones((gap, 1), np.uint8)), np.uint8).T
    broken = _found(closed, wanted, _BROKEN)
    ends = [_longer(stroke, 2 * gap, grey.shape[1]) for stroke in broken]
    found = [stroke for each in ends if (stroke := _trimmed(each, grey, wanted)) is not None]
    found += _found(grey, wanted, _WHOLE)
    kept: list[Stroke] = []
    for stroke in sorted(found, key=lambda each: -each.length):
        if not any(map(stroke.is_on, kept)):
            kept.append(stroke)
    # Ends that are much paler than the rest are strokes of their own until now.
    return _joined(kept, _WHOLE.blank * wanted.height)


def _found(grey: Grey, wanted: Wanted, look: _Look) -> Iterator[Stroke]:
    """Yield the strokes that a look finds, each once."""
    found: list[Stroke] = []
    widest = max(round(look.thick * wanted.height), 2)
    joined = _joined(_pieces(grey, wanted, widest, look.bare), _APART * wanted.height)
    for stroke in sorted(joined, key=lambda each: -each.length):
        if stroke.length < 0.7 * wanted.least or stroke.filled < _FILLED:
            continue
        if any(map(stroke.is_on, found)):
            continue
        for run in _runs(grey, stroke, wanted, look.blank):
            if run.length < wanted.least:
                continue
            cuts = cuts_across(grey, run, wanted.height)
            part = Stroke(run.across, run.down, thickness_of(cuts, widest))
            if not any(map(part.is_on, found)) and _is_drawn(part, cuts, widest):
                found.append(part)
                yield part


def _is_drawn(stroke: Stroke, cuts: Levels, widest: int) -> bool:
    is_thin = stroke.thickness <= widest + 0.5
    return is_thin and is_sharp(cuts, stroke.thickness) and not is_hatched(cuts)


def _pieces(grey: Grey, wanted: Wanted, widest: int, bare: bool) -> list[Stroke]:
    """Return what is dark all along in a row of bands, the longest of it."""
    band, height = max(round(_BAND * wanted.least), 3), wanted.height
    if grey.shape[1] < _FEWEST * band:
        return []
    depth, mask = _bands(grey, band, widest, bare)
    marks = _marks(mask)
    high, wide = marks.high, marks.wide
    flat = (wide >= _FEWEST) & (marks.area <= wide * (widest + 1.0))
    flat &= high <= widest + _BEND * height + _STEEPEST * band * wide + 2
    numbers = np.flatnonzero(flat)
    longest = numbers[np.argsort(-wide[numbers], kind="stable")][:_MOST_ALONE]
    courses = _courses(depth, marks, _not_alone(longest, marks, height / band)[:_MOST])
    pieces = (_piece(*course, band, _BEND * height) for course in courses)
    return [piece for piece in pieces if piece is not None]


def _bands(grey: Grey, band: int, widest: int, bare: bool) -> tuple[Grey, Bools]:
    """Return how dark a picture is all along each band of a row, and where that is a stroke's."""
    many = grey.shape[1] // band
    bands = grey.T[: many * band].reshape(many, band, -1)
    lightest, darkest = cv2.transpose(bands.max(axis=1)), cv2.transpose(bands.min(axis=1))
    paper = _paper(lightest, widest + 3)
    depth = np.asarray(cv2.subtract(paper, lightest), np.uint8)
    even = cv2.convertScaleAbs(cv2.subtract(paper, darkest), alpha=_EVEN)
    mask = (depth > FAINT) & (depth >= even)
    if bare:
        mask &= _is_bare(np.asarray(lightest, np.uint8), widest)
    return depth, np.asarray(mask)


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """What hangs together in a mask: its pixels one mark after the other, each by its rows."""

    rows: Places
    columns: Places
    starts: Places
    area: Places

    @property
    def left(self) -> Places:
        """Return the first column of each."""
        return np.minimum.reduceat(self.columns, self.starts)

    @property
    def top(self) -> Places:
        """Return the first row of each."""
        return self.rows[self.starts]

    @property
    def wide(self) -> Places:
        """Return how many columns each reaches over."""
        return np.asarray(np.maximum.reduceat(self.columns, self.starts) + 1 - self.left)

    @property
    def high(self) -> Places:
        """Return how many rows each reaches over."""
        return np.asarray(self.rows[self.starts + self.area - 1] + 1 - self.top)


def _marks(mask: Bools) -> _Marks:
    """Return the marks of a mask that may be wide enough."""
    labels = np.asarray(cv2.connectedComponents(mask.view(np.uint8), connectivity=4)[1])
    places = np.flatnonzero(mask)
    named = labels.reshape(-1)[places]
    large = np.bincount(named)[named] >= _FEWEST
    places, named = places[large], named[large]
    order = np.argsort(named, kind="stable")
    rows, columns = np.divmod(places[order], mask.shape[1])
    starts = np.flatnonzero(np.diff(named[order], prepend=0))
    return _Marks(rows, columns, starts, np.diff(starts, append=len(rows)))


def _paper(grey: Any, high: int) -> Grey:
    """Return a picture without what is dark in less than so many rows."""
    kernel = np.ones((high, 1), np.uint8)
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel), np.uint8)


def _is_bare(lightest: Grey, widest: int) -> Bools:
    """Tell where it is light right above and below what is dark all along."""
    off = widest // 2 + 2
    padded = cv2.copyMakeBorder(lightest, off, off, 0, 0, cv2.BORDER_REPLICATE)
    beside = cv2.min(padded[: -2 * off], padded[2 * off :])
    paper = _paper(lightest, _BEYOND * widest + 3)
    light = cv2.convertScaleAbs(cv2.subtract(paper, lightest), alpha=_BESIDE)
    return np.asarray(cv2.subtract(beside, lightest) >= light)


def _not_alone(numbers: Places, marks: _Marks, height: float) -> Places:
    """Return which marks are long, or near to others on their level; a line has a height."""
    left, top, wide, high = (
        each[numbers] for each in (marks.left, marks.top, marks.wide, marks.high)
    )
    gaps = left[None] - (left + wide)[:, None]
    level = top + high / 2
    is_level = np.abs(level[None] - level[:, None]) <= (high[None] + high[:, None]) / 2 + 2
    near = (gaps >= -1) & (gaps <= _APART * height) & is_level
    kept: Places = numbers[(wide >= _MANY) | near.any(axis=0) | near.any(axis=1)]
    return kept


def _courses(depth: Grey, marks: _Marks, numbers: Places) -> Iterator[tuple[Floats, Floats, float]]:
    """Yield of each mark its bands, how far down it is there, and how thick, in pixels."""
    weights = depth[marks.rows, marks.columns].astype(float)
    lower = weights * (marks.rows + 0.5)
    for number in numbers.tolist():
        start, area = int(marks.starts[number]), int(marks.area[number])
        part = slice(start, start + area)
        left = int(marks.columns[part].min())
        bands = marks.columns[part] - left
        total = np.bincount(bands, weights[part])
        down = np.bincount(bands, lower[part]) / np.maximum(total, 1.0)
        across = np.arange(left, left + len(down), dtype=np.float64) + 0.5
        yield across, np.asarray(down, np.float64), area / len(down)


def _piece(bands: Floats, down: Floats, thickness: float, band: int, bend: float) -> Stroke | None:
    """Return one piece of ink as a stroke, if it is as straight and level as one."""
    wide = len(bands)
    # The middle of both halves is where a few bands with letters on them do not draw it.
    half = wide // 2
    first, second = middle_of(down[:half]), middle_of(down[wide - half :])
    across = bands * band
    slope = (second - first) / ((wide - half) * band)
    if abs(slope) > _STEEPEST:
        return None
    off = down - slope * across
    good = np.abs(off - middle_of(off)) <= max(bend, 1.5)
    if np.count_nonzero(good) < max(_FEWEST, 0.8 * wide):
        return None
    length = float(across[-1] - across[0])
    return Stroke(across[good], down[good], thickness, length)


def _joined(pieces: Sequence[Stroke], apart: float) -> list[Stroke]:
    """Join pieces that go on with one another, no further apart than so many pixels."""
    done: list[Stroke] = []
    rows: list[Stroke] = []
    for piece in sorted(pieces, key=lambda each: each.left):
        past = [row for row in rows if piece.left - row.right > apart]
        done += past
        rows = [row for row in rows if row not in past]
        before = next((row for row in reversed(rows) if _goes_on(row, piece)), None)
        if before is None:
            rows.append(piece)
        else:
            rows[rows.index(before)] = _one(before, piece)
    return done + rows


def _goes_on(row: Stroke, piece: Stroke) -> bool:
    gap = piece.left - row.right
    if piece.right <= row.right:
        return False
    most = max(1.5, 0.5 * min(row.thickness, piece.thickness), _TURN * gap)
    if abs(row.low - piece.top) > most + 4 * _STEEPEST * abs(gap) + _FAR:
        return False
    middle = piece.left - gap / 2
    return abs(row.level(middle) - piece.level(middle)) <= most


def _one(row: Stroke, piece: Stroke) -> Stroke:
    new = piece.across > row.right
    across = np.concatenate([row.across, piece.across[new]])
    down = np.concatenate([row.down, piece.down[new]])
    inked = row.inked + piece.inked
    return Stroke(across, down, max(row.thickness, piece.thickness), inked)


def _runs(grey: Grey, stroke: Stroke, wanted: Wanted, blank: float) -> Iterator[Stroke]:
    """Yield the parts of a stroke between blanks, each as far as its ink reaches."""
    gap = blank * wanted.height
    start, end = round(stroke.left - 2 * gap), round(stroke.right + 2 * gap)
    across = np.arange(max(start, 0), min(end, grey.shape[1]))
    down = stroke.levels(across)
    depth = depth_along(grey, across, down, stroke.thickness)
    usual = cv2.blur(depth[None], (max(round(wanted.least), 1), 1))[0]
    inked = np.flatnonzero(depth > np.maximum(_INKED * usual, FAINT / 2))
    for run in np.split(inked, np.flatnonzero(np.diff(inked) > max(gap, 2.0)) + 1):
        if len(run) > 1 and len(run) >= wanted.solid * (run[-1] - run[0] + 1):
            part = slice(run[0], run[-1] + 1)
            yield Stroke(across[part] + 0.5, down[part], stroke.thickness)


def _longer(stroke: Stroke, more: int, wide: int) -> Stroke:
    """Return a stroke with more at its ends, where closed gaps have hidden its own."""
    start, end = max(round(stroke.left) - more, 0), min(round(stroke.right) + more, wide)
    places = np.arange(start, end)
    return Stroke(places.astype(np.float64) + 0.5, stroke.levels(places), stroke.thickness)


def _trimmed(stroke: Stroke, grey: Grey, wanted: Wanted) -> Stroke | None:
    """Return a stroke found with its gaps closed as far as its own ink reaches, if it is one."""
    inked = dashes_of(grey, stroke, wanted.height)
    places = _without_tails(np.flatnonzero(inked), _GAP * wanted.height)
    if not len(places) or places[-1] - places[0] < wanted.least:
        return None
    part = slice(places[0], places[-1] + 1)
    trimmed = Stroke(stroke.across[part], stroke.down[part], stroke.thickness)
    solid = wanted.solid - (_WORN if trimmed.length >= _LONG * wanted.height else 0.0)
    is_one = inked[part].mean() >= solid or _is_even(inked[part], wanted.height)
    return trimmed if is_one and is_lonely(grey, trimmed, wanted.height) else None


def _without_tails(places: Places, gap: float) -> Places:
    """Return where a stroke has ink, without letters after the ends of a solid one.

    They are shorter than the gap before them.
    """
    parts = np.split(places, np.flatnonzero(np.diff(places) > gap) + 1)
    longest = max(parts, key=len)
    if len(parts) == 1 or len(longest) < _SOLID * _reach(longest):
        return places
    while len(parts) > 1 and _reach(parts[-1]) < parts[-1][0] - parts[-2][-1]:
        parts.pop()
    while len(parts) > 1 and _reach(parts[0]) < parts[1][0] - parts[0][-1]:
        parts.pop(0)
    return np.concatenate(parts)


def _reach(places: Places) -> int:
    return int(places[-1] - places[0]) + 1


def _is_even(inked: Bools, height: float) -> bool:
    """Tell whether ink is of dashes or dots in even steps, shorter than from row to row."""
    starts = np.flatnonzero(np.diff(inked.astype(np.int8), prepend=0) == 1)
    if len(starts) < _DASHES:
        return False
    steps = np.diff(starts)
    usual = float(np.median(steps))
    even = np.abs(steps - usual) <= max(_UNEVEN * usual, 1.0)
    return bool(usual <= _STEP * height and even.mean() >= _MOSTLY)
