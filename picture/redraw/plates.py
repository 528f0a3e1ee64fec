"""Plates that a part of a line stands on: badges, buttons, words under a marker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask, Pixels

# A plate differs from the line's own background by this in its strongest channel, and
# strays no further than this from its own colour, 0 to 255.
_APART = 24
_STRAY = 20

# Of all samples so many have its colour, and so many colours are looked at.
_SAMPLES = 2000
_COMMON = 0.02
_MOST_COLORS = 4

# It holds straight rows so long, in heights of the line's box, above and below its
# letters, which it is so much taller than.
_LONG = 0.8
_BRIDGED = 0.75
_TALL = 0.45

# What is wider than this part of the box is behind all of the line.
_MOST_WIDE = 0.95

# So much of it is of its colour, and so much, at least, is letters on it.
_PLAIN = 0.4
_LEAST_INKED = 0.02

# Smaller boxes show no plates.
_LEAST_HEIGHT = 10

_BLUR = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Plate:
    """A part of a line's region of a colour of its own. `mask` is 255 on it."""

    mask: Mask
    color: Floats


def find_plates(region: Pixels, difference: Mask) -> list[Plate]:
    """Return the plates that parts of a level line stand on.

    `region` is rows x columns x 3, RGB, and `difference` how far each pixel is from the
    background behind most of it.
    """
    if region.shape[0] < _LEAST_HEIGHT:
        return []
    plates: list[Plate] = []
    for color in _colors(region, difference):
        for mask in _of_color(region, color):
            if not any(cv2.countNonZero(mask & plate.mask) for plate in plates):
                plates.append(Plate(mask, color))
    return plates


def edges(plates: Sequence[Plate]) -> Mask:
    """Return where plates and what they lie on blend, 0 or 255."""
    every = [cv2.morphologyEx(plate.mask, cv2.MORPH_GRADIENT, _BLUR) for plate in plates]
    return np.asarray(np.maximum.reduce(every), np.uint8)


def _colors(region: Pixels, difference: Mask) -> Iterator[Floats]:
    """Yield the commonest colours that are not the background's."""
    step = max(1, int(np.sqrt(difference.size / _SAMPLES)))
    apart = difference[::step, ::step] > _APART
    samples = region[::step, ::step][apart]
    if len(samples) < _COMMON * apart.size:
        return
    keys = (samples.astype(np.intp) >> 5) @ (64, 8, 1)
    counts = np.bincount(keys)
    for key in np.argsort(-counts, kind="stable")[:_MOST_COLORS]:
        if counts[key] >= _COMMON * apart.size:
            yield np.asarray(np.median(samples[keys == key], axis=0), np.float64)


def _of_color(region: Pixels, color: Floats) -> Iterator[Mask]:
    """Yield each plate of about one colour, 0 or 255."""
    height, width = region.shape[:2]
    near = np.asarray(cv2.inRange(region, color - _STRAY, color + _STRAY), np.uint8)
    rows = _opened(near, round(_LONG * height))
    if not rows.any():
        return
    solid = _closed(rows, round(_BRIDGED * height))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    for number in range(1, count):
        left, top, across, down = (int(value) for value in stats[number, :4])
        if down < _TALL * height or across > _MOST_WIDE * width:
            continue
        part = slice(top, top + down), slice(left, left + across)
        plain = cv2.countNonZero(near[part])
        if plain > _PLAIN * across * down and _is_lettered(region[part], color):
            yield _outlined(near, np.asarray(labels == number), part)


def _is_lettered(part: Pixels, color: Floats) -> bool:
    """Tell whether something stands on a plate, within its edges."""
    apart = np.abs(part[1:-1, 1:-1].astype(np.int16) - color.astype(np.int16)).max(axis=2)
    return bool(np.mean(apart > 2 * _APART) > _LEAST_INKED)


def _outlined(near: Mask, solid: NDArray[np.bool_], part: tuple[slice, slice]) -> Mask:
    """Return a plate as far as its outline reaches, with the letters on it, 0 or 255."""
    rows, columns = part
    # Round ends lie beside the long rows.
    margin = near.shape[0] // 2
    around = rows, slice(max(0, columns.start - margin), columns.stop + margin)
    held = np.where(solid[around], np.uint8(255), near[around])
    contours, _ = cv2.findContours(held, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    middle = (columns.start + columns.stop) // 2 - around[1].start
    at = middle, int(np.flatnonzero(solid[around][:, middle])[0])
    own = [each for each in contours if cv2.pointPolygonTest(each, at, False) >= 0]
    mask = np.zeros_like(near)
    cv2.drawContours(mask[around], own, -1, (255,), cv2.FILLED)
    return mask


def _opened(mask: Mask, width: int) -> Mask:
    """Return the rows of `mask` that are so long at least."""
    kernel = np.ones((1, width | 1), np.uint8)
    opened = cv2.morphologyEx(
        mask, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return np.asarray(opened, np.uint8)


def _closed(mask: Mask, height: int) -> Mask:
    """Return `mask` with what lies between its rows, up to such a height."""
    kernel = np.ones((height | 1, 1), np.uint8)
    # Without a margin all between the rows and the edge would be closed as well.
    padded = np.pad(mask, ((height, height), (0, 0)))
    closed = np.asarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel), np.uint8)
    return np.ascontiguousarray(closed[height : height + mask.shape[0]])
