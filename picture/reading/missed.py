"""Small texts that the detector missed, or took for a column of text, where rows say they are.

A digit, a sign or a bracket alone in its cell is often seen by nobody, and in tight rows
those of a column are taken for text that runs downwards. A bracket may be all of its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.copies import read_copies, surer
from picture.reading.crops import cut
from picture.reading.pieces import Pieces
from picture.reading.scripts import FoundLine, bounds_of
from picture.reading.transcript import Read, Reading, Spot
from picture.words import count_letters

Pixels = NDArray[np.uint8]
Corners = NDArray[np.int16]
Boxes = NDArray[np.float64]

# Of more pieces, which are no text's, nothing is told; cells end where so many others
# have begun.
_MOST_PIECES = 6_000
_OPEN = 64

# So many cells are looked at, and those that are read surely are kept; so many of the
# others are looked at again.
_MOST = 1_000
_SURE = 0.8
_IN_DOUBT, _SECOND = 0.4, 0.02
_MOST_UNSURE = 128
_LETTERS = 6

# A box with a letter that is less sure is looked at again.
_GUESSED = 0.5

# Of a line's height, margins included: how high a letter's ink is, how far apart letters
# of one cell are, how far from its row's middle a cell is, and from its column's edge.
_LEAST, _HIGHEST = 0.22, 0.8
_STROKE = 0.15
_APART = 0.55
_LEVEL = 0.35
_EDGE = 0.35
_MARGIN = 0.22

# Narrower boxes, of their height, are taken for text that runs downwards.
_NARROWEST = 0.75

# Columns reach so many heights up and down, and have so many other texts.
_COLUMN = 12.0
_FEWEST = 2

# A bracket alone in its row is as high as its line, so many times as high as wide at
# least, and starts where so many rows do near by.
_BRACKETS = frozenset("()[]{}")
_BEHIND = ";,"
_STROKES = frozenset(" 1lIi|!/\\-–—_.,:;'`\"一丨")
_BRACKET, _HIGHEST_BRACKET = 0.5, 1.0
_SLENDER = 1.8
_NEAR_ROWS = 6.0
_INK = (0.3, 0.1, 0.7, 0.9)

# What is so many times as high as wide, and so many lines high, may be a column of texts.
_TALL = 1.5
_ROWS = 1.7
_BESIDE = 0.5
_DENSE = 0.85


def with_missed(
    lines: Sequence[FoundLine], pixels: Pixels, pieces: Pieces, read: Read
) -> list[FoundLine]:
    """Return the lines of a picture with those that were missed; `read` says what crops say."""
    tall, kept = _columns(lines, pieces)
    doubtful = [line for line in kept if _is_doubtful(line.reading)]
    firm = [line for line in kept if not _is_doubtful(line.reading)]
    cells = cells_between(pieces, firm)
    known = bounds_of(firm) * pieces.scale
    rows = _levels(known, cells, pieces.height)
    stacked = _stacked(cells, tall, pieces.scale)
    lone = np.isnan(rows) & _starts_as_rows(cells, known, pieces.height)
    on_rows = ~np.isnan(rows)
    in_rows = on_rows & (stacked | _in_column(cells, known, pieces.height))
    likely = _as_lines(cells[on_rows], pieces.height)
    # A cell is among those on rows itself.
    vague = on_rows & ~in_rows & _in_column(cells, likely, pieces.height, _FEWEST + 1)
    rows[lone] = (cells[lone, 1] + cells[lone, 3]) / 2
    if not 0 < np.count_nonzero(in_rows | vague | lone) <= _MOST:
        return list(lines)
    unknown = _read_cells(cut_out(cells[vague], rows[vague], pixels, pieces), read)
    found = [
        *_read_cells(cut_out(cells[in_rows], rows[in_rows], pixels, pieces), read),
        *(cell for cell in unknown if _is_clear(cell.reading)),
        *_read_brackets(cut_out(cells[lone], rows[lone], pixels, pieces), read),
    ]
    firm += [line for line in doubtful if not any(_is_within(cell, line) for cell in found)]
    return _without_columns(firm, tall, found)


def _is_doubtful(reading: Reading) -> bool:
    """Tell whether a reading is a letter at most, and a guess: it may be another."""
    return count_letters(reading.text) <= 1 and reading.score < _GUESSED


def _columns(lines: Sequence[FoundLine], pieces: Pieces) -> tuple[list[FoundLine], list[FoundLine]]:
    """Return boxes that hold rather a column of cells than text downwards, and the others."""
    height = pieces.height / pieces.scale
    bounds = bounds_of(lines)
    width, depth = bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]
    tall = np.flatnonzero((depth >= _TALL * width) & (depth >= _ROWS * height))
    middles = ((bounds[:, 1] + bounds[:, 3]) / 2)[depth < _ROWS * height]
    rows = np.unique(np.round(middles / (_LEVEL * height))) * _LEVEL * height
    starts, ends = np.searchsorted(rows, bounds[tall, 1]), np.searchsorted(rows, bounds[tall, 3])
    beside = ends - starts >= _BESIDE * depth[tall] / height
    chosen = set(tall[beside].tolist())
    return [lines[at] for at in chosen], [line for at, line in enumerate(lines) if at not in chosen]


def cells_between(pieces: Pieces, lines: Sequence[FoundLine]) -> Boxes:
    """Return what ink of letters' size lies outside of lines, joined where letters are near."""
    boxes = pieces.boxes
    width, depth = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    is_letter = (depth >= _LEAST * pieces.height) & (depth <= _HIGHEST * pieces.height)
    is_stroke = (width >= _LEAST * pieces.height) & (depth <= _STROKE * pieces.height)
    small = (is_letter & (pieces.filled <= _DENSE)) | is_stroke
    small &= width <= 1.2 * pieces.height
    is_high = (depth >= _BRACKET * pieces.height) & (depth <= _HIGHEST_BRACKET * pieces.height)
    small |= is_high & (depth >= _SLENDER * width) & (pieces.filled <= _DENSE)
    return _joined(boxes[small & outside(boxes, lines, pieces)], pieces.height)


def outside(boxes: Boxes, lines: Sequence[FoundLine], pieces: Pieces) -> NDArray[np.bool_]:
    """Return which boxes lie outside of lines, at the scale of a picture's pieces."""
    taken = np.zeros(pieces.ink.shape, np.uint8)
    for line in lines:
        corners = np.round(line.corners.astype(float) * pieces.scale).astype(np.int32)
        cv2.fillConvexPoly(taken, corners, (1,))
    x, y = ((boxes[:, :2] + boxes[:, 2:]) / 2).astype(int).T
    return np.asarray(taken[y, x] == 0)


def _joined(boxes: Boxes, height: float) -> Boxes:
    """Join pieces side by side; what has more than a few letters is no small text."""
    groups: list[list[list[float]]] = []
    ranked = boxes[np.argsort(boxes[:, 0])].tolist() if len(boxes) <= _MOST_PIECES else []
    for box in ranked:
        for group in reversed(groups[-_OPEN:]):
            if _is_beside(box, group[-1], height) or _is_over(box, group[-1], height):
                group.append(box)
                break
        else:
            groups.append([box])
    few = [np.array(group) for group in groups if len(group) <= _LETTERS]
    joined = [[*group[:, :2].min(axis=0), *group[:, 2:].max(axis=0)] for group in few]
    return np.array(joined, float).reshape(-1, 4)


def _is_beside(box: Sequence[float], last: Sequence[float], height: float) -> bool:
    """Tell whether a piece follows another on its row."""
    off = abs(last[1] + last[3] - box[1] - box[3]) / 2
    return off <= _LEVEL * height and box[0] - last[2] <= _APART * height


def _is_over(box: Sequence[float], last: Sequence[float], height: float) -> bool:
    """Tell whether a piece is over or under another, as where a thin letter broke."""
    high = max(last[3], box[3]) - min(last[1], box[1])
    return high <= _HIGHEST * height and box[0] < last[2]


def _levels(known: Boxes, cells: Boxes, height: float) -> NDArray[np.float64]:
    """Return the middle of each cell's row, not a number where it is on none."""
    rows = known[known[:, 3] - known[:, 1] < _ROWS * height]
    middles = np.sort((rows[:, 1] + rows[:, 3]) / 2)
    own = (cells[:, 1] + cells[:, 3]) / 2
    if not len(middles):
        return np.full(len(own), np.nan)
    after = np.clip(np.searchsorted(middles, own), 1, max(len(middles) - 1, 1))
    near = middles[np.clip(np.stack([after - 1, after]), 0, len(middles) - 1)]
    best = near[np.abs(near - own).argmin(axis=0), np.arange(len(own))]
    return np.where(np.abs(best - own) <= _LEVEL * height, best, np.nan)


def _stacked(cells: Boxes, tall: Sequence[FoundLine], scale: float) -> NDArray[np.bool_]:
    """Return which cells lie in a column that was taken for one text."""
    x, y = (cells[:, 0] + cells[:, 2]) / 2, (cells[:, 1] + cells[:, 3]) / 2
    inside = np.zeros(len(cells), bool)
    for left, top, right, bottom in bounds_of(tall) * scale:
        inside |= (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    return inside


def _as_lines(cells: Boxes, height: float) -> Boxes:
    """Return cells with the margins that lines have."""
    margin = _MARGIN * height
    return np.asarray(cells + np.array([-margin, -margin, margin, margin]), np.float64)


def _in_column(
    cells: Boxes, known: Boxes, height: float, fewest: int = _FEWEST
) -> NDArray[np.bool_]:
    """Return which cells share an edge or their middle with texts above and below."""
    shared = np.zeros(len(cells), bool)
    margin = _MARGIN * height
    y = (known[:, 1] + known[:, 3]) / 2
    for number, (left, top, right, bottom) in enumerate(cells):
        near = known[np.abs(y - (top + bottom) / 2) <= _COLUMN * height]
        ends = (
            np.abs(near[:, 0] + margin - left),
            np.abs(near[:, 2] - margin - right),
            np.abs(near[:, 0] + near[:, 2] - left - right) / 2,
        )
        shared[number] = any(np.count_nonzero(end <= _EDGE * height) >= fewest for end in ends)
    return shared


def _starts_as_rows(cells: Boxes, known: Boxes, height: float) -> NDArray[np.bool_]:
    """Return which cells are as high as a bracket and start where rows near by do."""
    width, depth = cells[:, 2] - cells[:, 0], cells[:, 3] - cells[:, 1]
    chosen = (depth >= _BRACKET * height) & (width <= height)
    y = (known[:, 1] + known[:, 3]) / 2
    for number in np.flatnonzero(chosen):
        left, top, _, bottom = cells[number]
        is_near = np.abs(y - (top + bottom) / 2) <= _NEAR_ROWS * height
        starts = np.abs(known[:, 0] + _MARGIN * height - left) <= _EDGE * height
        chosen[number] = np.count_nonzero(is_near & starts) >= _FEWEST
    return chosen


def cut_out(
    cells: Boxes, rows: NDArray[np.float64], pixels: Pixels, pieces: Pieces
) -> list[FoundLine]:
    """Return cells as lines that are still to be read, in the middle of their rows."""
    margin, half = _MARGIN * pieces.height, pieces.height / 2
    found = []
    for (left, _, right, _), middle in zip(cells, rows, strict=True):
        beside = max(margin, (_NARROWEST * pieces.height - (right - left)) / 2)
        box = np.array([left - beside, middle - half, right + beside, middle + half])
        x0, y0, x1, y1 = np.round(box / pieces.scale)
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        corners = np.clip(corners, 0, np.array(pixels.shape[1::-1]) - 1).astype(np.int16)
        found.append(FoundLine(Reading(), corners, partial(cut, pixels, corners)))
    return found


def _read_cells(found: Sequence[FoundLine], read: Read) -> list[FoundLine]:
    """Return the cells that say something, and surely, or the same beside copies of themselves."""
    readings = read([line.crop() for line in found])
    for line, reading in zip(found, readings, strict=False):
        line.reading = reading
    unsure = [line for line in found if not (_is_sure(line) or _is_stroke(line.reading))]
    unsure = unsure[:_MOST_UNSURE]
    copies = read_copies([line.crop() for line in unsure], read)
    for line, copy in zip(unsure, copies, strict=False):
        if copy.text == line.reading.text:
            line.reading = surer(line.reading, copy)
    return [line for line in found if _is_sure(line)]


def _read_brackets(found: Sequence[FoundLine], read: Read) -> list[FoundLine]:
    """Return the cells that are brackets, and surely.

    Alone a bracket is taken for many a thing; in a row with its own like it is known.
    """
    readings = read_copies([line.crop() for line in found], read)
    for line, reading in zip(found, readings, strict=False):
        if reading.score >= _SURE and _is_bracket(reading.text):
            line.reading = replace(reading, words=(Spot(reading.text, reading.score, _INK),))
    return [line for line in found if line.reading.text]


def _is_sure(line: FoundLine) -> bool:
    """Tell whether a cell says something: a zero is in doubt with both sizes of an O."""
    reading = line.reading
    second = max((each.score for each in (reading.number, reading.western) if each), default=0.0)
    least = _IN_DOUBT if second >= _SECOND else _SURE
    is_western = reading.text.isascii() or reading.western is not None
    return 0 < count_letters(reading.text) <= _LETTERS and reading.score >= least and is_western


def _is_clear(reading: Reading) -> bool:
    """Tell whether a cell of a column that was missed as a whole is text beyond doubt."""
    # A sign is taken for Chinese: of a cell that is sure it is likely enough.
    is_sign = reading.western is not None and not reading.western.text.isalnum()
    return (reading.score >= _SURE or is_sign) and not _is_stroke(reading)


def _is_stroke(reading: Reading) -> bool:
    """Tell whether a cell says no more than perforations and dashed rules, in columns as well."""
    return _STROKES.issuperset(reading.text)


def _is_bracket(text: str) -> bool:
    return _BRACKETS.issuperset(text.rstrip(_BEHIND) or " ")


def _without_columns(
    kept: list[FoundLine], tall: Sequence[FoundLine], found: list[FoundLine]
) -> list[FoundLine]:
    """Return lines with the cells in place of a column, or the column where few are sure."""
    for column in tall:
        inside = [_is_within(line, column) for line in found]
        letters = sum(
            count_letters(line.reading.text)
            for line, is_inside in zip(found, inside, strict=True)
            if is_inside
        )
        if letters < max(count_letters(column.reading.text) / 2, 2):
            kept.append(column)
            found = [line for line, is_in in zip(found, inside, strict=True) if not is_in]
    return kept + found


def _is_within(line: FoundLine, column: FoundLine) -> bool:
    (left, top), (right, bottom) = column.corners.min(axis=0), column.corners.max(axis=0)
    x, y = line.corners.mean(axis=0)
    return bool(left <= x <= right and top <= y <= bottom)
