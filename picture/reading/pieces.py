"""A page's ink in connected pieces: what boxes and letters do not account for is found there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Boxes = NDArray[np.float64]

# Lines are looked at so high, in pixels, their boxes' margins included.
_HIGH = 48

# Ink is so much darker than what is about it, and than the darkest near by is less dark:
# else it is the rim of two pieces that nearly touch.
_DARKER = 24
_NEAR, _RIM = 9, 0.55

DARK = 110
"""A page or a ground is dark below this, in the mean of its pixels, 0 to 255."""

# A block with light text: so much of what is about it, so many heights of a line wide, is
# dark and as dark as the darkest there, to so many levels: a photograph is not. Light
# strokes so wide have it on both sides, and it is not known to so many pixels at its edge.
_MOSTLY_DARK, _ABOUT = 0.6, 2.0
_EVEN = 24
_STROKE = 0.5
_EDGE = 5

# The most pixels that are looked at: ten bytes are taken for each.
_MOST_PIXELS = 12_000_000

# Lines' heights beyond which a piece is no letter or mark, and the most pieces of a page
# of text: photographs have more.
_HIGHEST = 1.2
_MOST = 40_000


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Ink at a `scale` of the picture where lines are `height` pixels high.

    `grey` is the picture there, its paper light. `boxes` has a row for each piece that may
    be a letter or a mark: left, top, right, bottom; `filled` tells how much of each is ink.
    """

    grey: Grey
    ink: Mask
    scale: float
    height: float
    boxes: NDArray[np.float64]
    filled: NDArray[np.float64]


def find_pieces(pixels: Pixels, height: float) -> Pieces | None:
    """Return the pieces of a picture (height x width x 3, BGR) with lines of a height.

    Of a picture that is too large for its small text there are none.
    """
    scale = min(1.0, _HIGH / max(height, 1.0))
    if pixels.shape[0] * pixels.shape[1] * scale**2 > _MOST_PIXELS:
        return None
    grey = _grey(pixels, scale)
    ink = _ink(grey)
    boxes, filled = _boxes(ink, height * scale)
    return Pieces(grey, ink, scale, height * scale, boxes, filled)


def on_dark_blocks(pieces: Pieces) -> Boxes:
    """Return the boxes of light pieces on the dark blocks of a picture, as code often has them."""
    side = max(round(_ABOUT * pieces.height), 1)
    is_dark = pieces.grey < DARK
    if not _mostly(is_dark, side).any():
        return np.zeros((0, 4))
    about = np.ones((side, side), np.uint8)
    depth = cv2.subtract(pieces.grey, cv2.erode(pieces.grey, about))
    core = _mostly(is_dark & (depth <= _EVEN), side)
    near = is_dark & (cv2.dilate(core.astype(np.uint8), about) > 0)
    stroke = np.ones((max(round(_STROKE * pieces.height), 1),) * 2, np.uint8)
    block = cv2.morphologyEx((core | near).astype(np.uint8), cv2.MORPH_CLOSE, stroke)
    inside = cv2.erode(block, np.ones((_EDGE, _EDGE), np.uint8)) > 0
    turned = np.where(block > 0, cv2.bitwise_not(depth), 255).astype(np.uint8)
    return _boxes(_ink(turned) & inside, pieces.height)[0]


def _mostly(mask: Mask, side: int) -> Mask:
    """Return where most of a square about a pixel is of a kind."""
    share = cv2.blur(mask.astype(np.uint8) * 255, (side, side))
    return np.asarray(share > 255 * _MOSTLY_DARK)


def _boxes(ink: Mask, height: float) -> tuple[Boxes, NDArray[np.float64]]:
    """Return the boxes of ink that may be letters or marks, and how much of each is ink."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    left, top, width, depth, area = stats[1:count].T.astype(float)
    small = depth <= _HIGHEST * height
    if np.count_nonzero(small) > _MOST:
        small[:] = False
    boxes = np.stack([left, top, left + width, top + depth], axis=1)[small]
    return boxes, (area / (width * depth))[small]


def _grey(pixels: Pixels, scale: float) -> Grey:
    """Return a picture without its colours, turned light where it is dark."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.bitwise_not(grey) if cv2.mean(grey)[0] < DARK else grey, np.uint8)


def _ink(grey: Grey) -> Mask:
    """Return where a picture is darker than what is about it."""
    depth = cv2.subtract(cv2.blur(grey, (2 * _HIGH, 2 * _HIGH)), grey)
    deepest = cv2.dilate(depth, np.ones((_NEAR, _NEAR), np.uint8))
    rim = cv2.convertScaleAbs(deepest, alpha=_RIM)
    return np.asarray(depth > np.maximum(rim, np.uint8(_DARKER)))
