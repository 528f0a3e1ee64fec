"""The arrays that the rooms of this wing hand to each other, and their middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""Rows x columns, 0 to 255."""
Pixels = NDArray[np.uint8]
"""Rows x columns x 3, RGB."""
Floats = NDArray[np.float64]


def weighted_median(values: Floats, weights: Floats) -> float:
    """Return the value that half of the weight lies below."""
    order = np.argsort(values)
    share = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(share, share[-1] / 2)])
