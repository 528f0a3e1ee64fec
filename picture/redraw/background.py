"""The colour behind a line of text."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask, Pixels

Positions = NDArray[np.intp]

_SAMPLES = 1000

# What differs less than this over all of a region, 0 to 255, is no gradient.
_EVEN = 6


def fit_background(region: Pixels, inside: Mask | None) -> Pixels:
    """Return the colour behind the text: one for all of the region, or a gradient."""
    rows, columns = _grid(region.shape[:2], inside)
    pixels = region[rows, columns].astype(np.float64)
    middle = _common(pixels, pixels[_rim(region.shape[:2], inside)[rows, columns]])
    near = np.abs(pixels - middle).max(axis=1) < 28
    if near.sum() < 12:
        return _flat(middle)
    if np.ptp(pixels[near], axis=0).max() < _EVEN:
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


def _grid(shape: tuple[int, ...], inside: Mask | None) -> tuple[Positions, Positions]:
    """Return the rows and columns of pixels spread over the region."""
    step = max(1, int(np.sqrt(shape[0] * shape[1] / _SAMPLES)))
    rows, columns = (axis.ravel() for axis in np.mgrid[: shape[0] : step, : shape[1] : step])
    if inside is not None:
        held = inside[rows, columns] > 0
        rows, columns = rows[held], columns[held]
    return rows, columns


def _common(pixels: Floats, rim: Floats) -> Floats:
    """Return the colour that most pixels are near to: the rim's, or the most common one."""
    keys = (pixels.astype(np.intp) >> 5) @ (64, 8, 1)
    usual = pixels[keys == np.bincount(keys).argmax()] if len(pixels) else rim
    candidates = [np.median(colors, axis=0) for colors in (rim, usual) if len(colors)]
    if not candidates:
        return np.full(3, 255.0)
    support = [int((np.abs(pixels - color).max(axis=1) < 28).sum()) for color in candidates]
    return np.asarray(candidates[int(np.argmax(support))], np.float64)


def _rim(shape: tuple[int, ...], inside: Mask | None) -> NDArray[np.bool_]:
    """Return where the region's outer tenth is, which a text box leaves free of ink."""
    height, width = shape
    depth = max(1, round(0.1 * min(height, width)))
    if inside is None:
        rim = np.ones((height, width), bool)
        rim[depth : height - depth, depth : width - depth] = False
        return rim
    kernel = np.ones((2 * depth + 1, 2 * depth + 1), np.uint8)
    inner = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    return np.asarray((inside > 0) & (np.asarray(inner) == 0))
