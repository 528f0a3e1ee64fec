"""Lines cut out of a picture, lying flat."""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading import work
from picture.reading.bends import straightened

Pixels = NDArray[np.uint8]
Corners = NDArray[np.int16]

# What is so many times as high as wide runs from top to bottom, and is laid on its side.
_TALL = 1.5


def cut_all(pixels: Pixels, boxes: Iterable[Corners]) -> list[Pixels]:
    """Return the lines in boxes, as PaddleX's pipeline asks for them."""
    return [cut(pixels, corners) for corners in boxes]


def cut(pixels: Pixels, corners: Corners) -> Pixels:
    """Return what lies between four corners, from the top left clockwise, as a rectangle.

    A line that runs from top to bottom is turned a quarter to the left, and one that
    this thread's work knows to be bent is laid straight.
    """
    bend = work.current().bends.get(corners.tobytes())
    if bend is not None:
        return straightened(pixels, bend)
    if _is_level(corners, pixels.shape):
        (left, top), (right, bottom) = corners[0], corners[2]
        return _lying(pixels[top:bottom, left:right].copy())
    points = corners.astype(np.float32)
    a, b, c, d = points.astype(float)
    width = max(1, int(max(math.dist(a, b), math.dist(c, d))))
    height = max(1, int(max(math.dist(a, d), math.dist(b, c))))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    crop: Pixels = np.asarray(
        cv2.warpPerspective(
            pixels,
            cv2.getPerspectiveTransform(points, flat),
            (width, height),
            borderMode=cv2.BORDER_REPLICATE,
            flags=cv2.INTER_CUBIC,
        ),
        np.uint8,
    )
    return _lying(crop)


def _is_level(corners: Corners, shape: tuple[int, ...]) -> bool:
    """Tell whether corners are those of a part of the picture that needs no turning."""
    (left, top), (right, bottom) = corners[0], corners[2]
    upright = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return (
        0 <= left < right <= shape[1]
        and 0 <= top < bottom <= shape[0]
        and np.array_equal(corners, upright)
    )


def _lying(crop: Pixels) -> Pixels:
    return np.rot90(crop) if crop.shape[0] >= _TALL * crop.shape[1] else crop
