"""The arrays that the rooms of this wing hand to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""Rows x columns, 0 to 255."""
Pixels = NDArray[np.uint8]
"""Rows x columns x 3, RGB."""
Floats = NDArray[np.float64]
