"""Lines that run along a curve, as on a stamp or a bottle: found, and laid straight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.words import ink_of

Pixels = NDArray[np.uint8]
Tensor = NDArray[np.float32]
Points = NDArray[np.float64]
Boxes = NDArray[np.int16]

# What leaves so much of its box empty, and is so many times as long as thick, is bent.
_FILLED = 0.65
_SLENDER = 6.0

# How far from its smooth course a line's middle lies at most, in its thickness.
_ROUGH = 0.5
_DEGREE = 4

# The same of a line laid nearly straight; rows with less of ink are paper; and paper
# around a line, in its height.
_LEVEL_DEGREE = 6
_SOME_INK = 0.01
_MARGIN = 0.12

# An arc turns so far, in radians, of all its turns so much one way; its depth is so much
# of its height, more where its ends are not on a level.
_TURN, _ONE_WAY, _STEPS = 0.45, 0.9, 20
_DEPTH, _DEPTH_ASLANT, _SLOPE = 0.35, 0.6, 0.2

# Pixels of the map, in which a line is at least so long.
_SHORTEST = 40


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """A bent line: its box, its middle (n x 2, a pixel apart) and its height, in pixels."""

    box: NDArray[np.int16]
    middle: Points
    height: float
    score: float


def find_bends(
    seen: Tensor, size: tuple[int, int], least: tuple[float, float], unclip: float
) -> Iterator[Bend]:
    """Yield the bent lines of a picture of `size` (height, width) in what was `seen` of it.

    `least` is how surely a pixel and a whole line must be text.
    """
    pixel, line = least
    rows, columns = seen.shape
    scale = np.array([size[1] / columns, size[0] / rows])
    mask = (seen > pixel).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        if _is_bent(contour):
            left, top, width, height = cv2.boundingRect(contour)
            part = np.zeros((height, width), np.uint8)
            cv2.fillPoly(part, [contour - np.array([left, top], np.int32)], (1,))
            score = cv2.mean(seen[top : top + height, left : left + width], part)[0]
            found = _course(part, unclip) if score >= line else None
            if found is not None:
                middle, thickness = found
                bend = _placed(middle + np.array([left, top]), thickness, score, scale)
                if _is_level(bend.box) and _is_arc(bend):
                    yield bend


def _is_bent(contour: NDArray[Any]) -> bool:
    _, sides, _ = cv2.minAreaRect(contour)
    area = cv2.contourArea(contour)
    length = cv2.arcLength(contour, closed=True) / 2
    if length < _SHORTEST or area < 1:
        return False
    return area < _FILLED * max(sides[0] * sides[1], 1.0) and length * length > _SLENDER * area


def _is_level(box: Boxes) -> bool:
    """Tell whether a line runs rather from left to right than downwards."""
    across, down = np.ptp(box, axis=0)
    return bool(across > down)


def _is_arc(bend: Bend) -> bool:
    """Tell whether a line bends all one way, and so far that it is no straight one."""
    line = bend.middle[:: max(1, len(bend.middle) // _STEPS)]
    ways = np.diff(line, axis=0)
    turns = np.diff(np.unwrap(np.arctan2(ways[:, 1], ways[:, 0])))
    chord = line[-1] - line[0]
    across = np.array([-chord[1], chord[0]]) / np.linalg.norm(chord)
    depth = float(np.abs((line - line[0]) @ across).max()) / bend.height
    is_level = abs(chord[1]) <= _SLOPE * abs(chord[0])
    is_one_way = abs(turns.sum()) >= _ONE_WAY * np.abs(turns).sum()
    is_bent = abs(turns.sum()) >= _TURN and depth >= (_DEPTH if is_level else _DEPTH_ASLANT)
    return bool(is_one_way and is_bent)


def _course(part: Pixels, unclip: float) -> tuple[Points, float] | None:
    """Return the middle of a bent line, a pixel apart, and its height; None if it has none."""
    y, x = np.nonzero(part)
    points = np.stack([x, y], axis=1).astype(np.float64)
    centre = points.mean(axis=0)
    along = _direction(points - centre)
    across = np.array([-along[1], along[0]])
    u, v = (points - centre) @ along, (points - centre) @ across
    bins = np.round(u - u.min()).astype(int)
    count = np.bincount(bins)
    middles = np.bincount(bins, v) / np.maximum(count, 1)
    places = np.flatnonzero(count)
    if len(places) < _SHORTEST:
        return None
    starts = places + u.min()
    curve = np.polynomial.Polynomial.fit(starts, middles[places], _DEGREE)
    steps = np.linspace(starts[0], starts[-1], 4 * len(places))
    line = centre + steps[:, None] * along + curve(steps)[:, None] * across
    length = float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
    thickness = len(points) / length
    if np.abs(curve(starts) - middles[places]).mean() > _ROUGH * thickness:
        return None
    # What is seen of a line is its core: as much is added as to a straight one.
    beyond = len(points) * unclip / (2 * (length + thickness))
    return _extended(line, beyond), thickness + 2 * beyond


def _direction(points: Points) -> Points:
    """Return the direction in which points around (0, 0) lie, from left to right."""
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    along: Points = axes[0]
    return -along if along[0] < 0 else along


def _extended(line: Points, beyond: float) -> Points:
    """Return a line that goes on straight at both ends, its points a pixel apart."""
    near = max(1, len(line) // 20)
    start, end = line[0] - line[near], line[-1] - line[-1 - near]
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    longer = np.concatenate([[line[0] + beyond * start], line, [line[-1] + beyond * end]])
    return _even(longer)


def _even(line: Points) -> Points:
    """Return the same line with points a pixel apart."""
    way = np.concatenate([[0.0], np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum()])
    steps = np.arange(0.0, way[-1], 1.0)
    return np.stack([np.interp(steps, way, line[:, axis]) for axis in (0, 1)], axis=1)


def _placed(middle: Points, thickness: float, score: float, scale: Points) -> Bend:
    """Return a bent line in the picture's pixels."""
    line = _even(middle * scale)
    height = thickness * float(scale.mean())
    edges = _beside(line, np.array([height / 2, -height / 2]))
    return Bend(_box(edges.reshape(-1, 2)), line, height, score)


def _beside(line: Points, offsets: Points) -> Points:
    """Return the lines beside a line, each so many pixels to its right."""
    step = np.gradient(line, axis=0)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    return np.asarray(line + offsets[:, None, None] * normal)


def _box(points: Points) -> Boxes:
    """Return the smallest box around points, from its top left corner clockwise."""
    corners = cv2.boxPoints(cv2.minAreaRect(points.astype(np.float32)))
    first = int(np.argmin(corners.sum(axis=1)))
    return np.round(np.roll(corners, -first, axis=0)).astype(np.int16)


def straightened(pixels: Pixels, bend: Bend) -> Pixels:
    """Return a bent line of a picture as a straight one."""
    height = round(bend.height)
    offsets: Points = np.arange(height, dtype=np.float64) - (height - 1) / 2
    grid = _beside(bend.middle, offsets)
    return _levelled(_sampled(pixels, grid[..., 0], grid[..., 1]))


def _levelled(strip: Pixels) -> Pixels:
    """Return a line, nearly straight, with its ink on one level and little paper around it.

    What is seen of a bent line is thick, and its middle no more than about the text's.
    """
    ink = ink_of(strip).astype(np.float64)
    count = ink.sum(axis=0)
    columns = np.flatnonzero(count)
    if len(columns) <= _LEVEL_DEGREE:
        return strip
    rows = np.arange(len(ink))
    middles = (rows @ ink)[columns] / count[columns]
    # Long letters count as others do.
    course = np.polynomial.Polynomial.fit(columns, middles, _LEVEL_DEGREE)
    shift = course(np.arange(ink.shape[1])) - len(ink) / 2
    across, down = np.meshgrid(np.arange(ink.shape[1]), rows)
    level = _sampled(strip, across, down + shift)
    found = np.flatnonzero(ink_of(level).mean(axis=1) > _SOME_INK)
    if not len(found):
        return strip
    margin = round(_MARGIN * (found[-1] - found[0] + 1))
    return level[max(found[0] - margin, 0) : found[-1] + 1 + margin]


def _sampled(pixels: Pixels, x: Points, y: Points) -> Pixels:
    """Return the pixels at places of a picture."""
    places = x.astype(np.float32), y.astype(np.float32)
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(pixels, *places, cv2.INTER_CUBIC, borderMode=border), np.uint8)
