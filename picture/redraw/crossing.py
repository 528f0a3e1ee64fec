"""Thin strokes of another colour that run into a line's letters: hatching, wires, scribbles."""

from __future__ import annotations

import cv2
import numpy as np

from picture.redraw.arrays import Floats, Mask, Pixels
from picture.redraw.clutter import thickened
from picture.redraw.portrait import outline_length

# Another colour strays this far, 0 to 255, from all between the background's and the ink's;
# less of it than this share of the ink is the picture's noise. It is looked for on every
# fourth pixel first.
_STRAY = 60.0
_LEAST = 0.02
_STEP = 4

# What is the ink's colour by more than this is letters' own.
_FULL = 0.5

# Such strokes are less than this part as wide as those of the letters, and most of them
# is so many widths of the letters' strokes away: nearer, a letter's own fringe has any colour.
_THIN = 0.5
_AWAY = 0.3

# Where letters are wide, in pixels, the middle of the widest strokes has their colour: it is
# so far from the edge, as a share of the farthest.
_WIDE = 4.0
_DEEP = 0.6


def crossing_strokes(region: Pixels, mask: Mask, color: Floats, background: Floats) -> Mask | None:
    """Return what of a line's ink is strokes that run into its letters, 0 or 255, if any is.

    Words of another colour stand by themselves inside the box; such strokes touch letters
    or come in from outside. `mask` is the ink, 0 or 255, `color` that of most of it.
    """
    way = color - background
    few = mask[::_STEP, ::_STEP] > 0
    seen = _strays(region[::_STEP, ::_STEP][few], background, way)[0]
    if not seen.size or (seen > _STRAY).mean() < _LEAST:
        return None
    other, letters, inked = np.zeros_like(mask), np.zeros_like(mask), mask > 0
    stray, share = _strays(region[inked], background, way)
    other[inked] = np.where(stray > _STRAY, 255, 0)
    letters[inked] = np.where((stray <= _STRAY) & (share > _FULL), 255, 0)
    # In a line of several colours none is the letters' own.
    if 2 * np.count_nonzero(letters) < np.count_nonzero(inked):
        return None
    width = 2 * np.count_nonzero(letters) / max(1.0, outline_length(letters))
    strokes = _thin(other, letters, width)
    return thickened(strokes, 3, 3) & ~letters if strokes.any() else None


def lettering_color(region: Pixels, mask: Mask, color: Floats, background: Floats) -> Floats | None:
    """Return the colour of the widest strokes, None where they are narrow or of `color` too.

    The thin strokes of a drawing may be further from the background than the letters are.
    """
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    inked = depth[mask > 0]
    deepest = float(np.percentile(inked, 95)) if inked.size else 0.0
    if 2 * deepest < _WIDE:
        return None
    found = np.median(region[depth >= _DEEP * deepest], axis=0)
    stray = _strays(found[None], background, color - background)[0]
    return np.asarray(found, np.float64) if stray[0] > _STRAY else None


def _strays(pixels: Pixels, background: Floats, way: Floats) -> tuple[Floats, Floats]:
    """Return how far pixels are from all mixtures of the background and the ink, and the nearest.

    That is told by the ink's share in it, 0 to 1.
    """
    apart = pixels - background
    share = np.clip(apart @ way / max(1.0, float(way @ way)), 0, 1)
    return np.abs(apart - share[:, None] * way).max(axis=1, initial=0.0), share


def _thin(other: Mask, letters: Mask, width: float) -> Mask:
    """Return the parts of `other` that are thin and run into letters or out of the box.

    All go with them where letters are wide.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(other, connectivity=8)
    depth = np.zeros(count)
    own = np.flatnonzero(other)
    deep = cv2.distanceTransform(other, cv2.DIST_L2, 3).ravel()[own]
    np.maximum.at(depth, labels.ravel()[own].astype(np.intp), deep)
    reach = 2 * max(1, round(_AWAY * width)) + 1
    near = labels[thickened(letters, reach, reach) > 0]
    by_letters = np.bincount(near, minlength=count)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    at_rim = (left == 0) | (top == 0) | (right == other.shape[1]) | (bottom == other.shape[0])
    is_thin = (2 * depth < _THIN * width + 1) & (2 * by_letters < stats[:, cv2.CC_STAT_AREA])
    is_thin[0] = False
    is_stroke = is_thin & (at_rim | (by_letters > 0))
    if width >= _WIDE and is_stroke.any():
        # Beside lettering they go on as they are.
        is_stroke = is_thin
    return np.asarray(np.where(is_stroke, 255, 0).astype(np.uint8)[labels], np.uint8)
