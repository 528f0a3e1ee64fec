"""Pictures as the models take them: a plane of floats for each colour."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Planes = NDArray[np.float32]

LEVELS = np.arange(256, dtype=np.float32)
"""What a pixel's colour can be."""


def write_planes(picture: Pixels, values: Sequence[Planes], planes: Planes) -> None:
    """Write a picture (height x width x 3) as planes (3 x height x width).

    `values` has for each plane what each of LEVELS becomes.
    """
    for channel, value, plane in zip(cv2.split(picture), values, planes, strict=True):
        cv2.LUT(channel, value, dst=plane)
