"""The colour behind a line of text."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask, Pixels

Positions = NDArray[np.intp]

_SAMPLES = 1000

# What differs less than this over all of a region, 0 to 255, is no gradient; nor is it one
# where most of the pixels are within a third of it.
_EVEN = 6
_MOST = 0.85


def fit_background(region: Pixels, inside: Mask | None) -> Pixels:
    """Return the colour behind the text: one for all of the region, or a gradient."""
    rows, columns, pixels, at_rim = _sample(region, inside)
    middle = _common(pixels, pixels[at_rim])
    apart = np.abs(pixels - middle).max(axis=1)
    near = apart < 28
    if near.sum() < 12:
        return _flat(middle)
    # Of a gradient, fewer pixels are so near to its middle.
    if (apart[near] <= _EVEN / 3).mean() > _MOST:
        return _flat(np.median(pixels[near], axis=0))
    terms = np.column_stack([np.ones(len(rows)), rows, columns])
    for _ in range(2):
        plane = np.linalg.lstsq(terms[near], pixels[near], rcond=None)[0]
        nearer = np.abs(pixels - terms @ plane).max(axis=1) < 20
        near = nearer if nearer.sum() >= 12 else near
    reach = np.abs(plane[1:]).T @ region.shape[:2]
    if reach.max() < _EVEN or near.mean() < 0.4:
        return _flat(np.median(pixels[near], axis=0))
    down, across = np.ogrid[: region.shape[0], : region.shape[1]]
    shades = [np.clip(p[0] + p[1] * down + p[2] * across, 0, 255) for p in plane.T]
    return np.asarray(np.rint(np.dstack(shades)), np.uint8)


def _flat(color: Floats) -> Pixels:
    shade: Pixels = np.rint(color)[None, None].astype(np.uint8)
    return shade


def _sample(
    region: Pixels, inside: Mask | None
) -> tuple[Positions, Positions, Floats, NDArray[np.bool_]]:
    """Return pixels spread over the region: rows, columns, colours, and which are at its rim."""
    height, width = region.shape[:2]
    step = max(1, int(np.sqrt(height * width / _SAMPLES)))
    rows, columns = (axis.ravel() for axis in np.mgrid[:height:step, :width:step])
    pixels = region[::step, ::step].reshape(-1, 3).astype(np.float64)
    at_rim = _rim(height, width, step, inside).ravel()
    if inside is None:
        return rows, columns, pixels, at_rim
    held = inside[::step, ::step].ravel() > 0
    return rows[held], columns[held], pixels[held], at_rim[held]


def _common(pixels: Floats, rim: Floats) -> Floats:
    """Return the colour that most pixels are near to: the rim's, or the most common one."""
    keys = (pixels.astype(np.intp) >> 5) @ (64, 8, 1)
    usual = pixels[keys == np.bincount(keys).argmax()] if len(pixels) else rim
    candidates = [np.median(colors, axis=0) for colors in (rim, usual) if len(colors)]
    if not candidates:
        return np.full(3, 255.0)
    support = [int((np.abs(pixels - color).max(axis=1) < 28).sum()) for color in candidates]
    return np.asarray(candidates[int(np.argmax(support))], np.float64)


def _rim(height: int, width: int, step: int, inside: Mask | None) -> NDArray[np.bool_]:
    """Return where the region's outer tenth is, which a text box leaves free of ink.

    That is told of every `step`th row and column.
    """
    depth = max(1, round(0.1 * min(height, width)))
    if inside is None:
        rows, columns = np.ogrid[:height:step, :width:step]
        at_end = (rows < depth) | (rows >= height - depth)
        return np.asarray(at_end | (columns < depth) | (columns >= width - depth))
    kernel = np.ones((2 * depth + 1, 2 * depth + 1), np.uint8)
    inner = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    return np.asarray((inside > 0) & (np.asarray(inner) == 0))[::step, ::step]
