"""The arrays that the rooms of this wing hand to each other, and what most of one is."""

from __future__ import annotations

import cv2
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


def count_levels(mask: Mask, within: Mask | None = None) -> Floats:
    """Return how many pixels have each value, 0 to 255, where `within` is not 0."""
    counts = cv2.calcHist([mask], [0], within, [256], [0, 256])
    return np.asarray(counts, np.float64)[:, 0]


def percentile_of(counts: Floats, percent: float) -> float:
    """Return the value that such a part of all counted pixels lies below.

    It is NumPy's own percentile, for what has been counted: sorting takes far longer.
    """
    upto = np.cumsum(counts)
    place = percent / 100 * (upto[-1] - 1)
    low, high = np.searchsorted(upto, (np.floor(place), np.ceil(place)), side="right")
    return float(low + (high - low) * (place % 1))
