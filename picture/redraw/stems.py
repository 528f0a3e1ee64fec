"""How clearly the stems of a line's letters stand out, as they are and set upright."""

from __future__ import annotations

import cv2
import numpy as np

from picture.redraw.arrays import Floats, Mask

# How far letters aslant lean (tangent). Set upright by it, letters of such have stems that stand
# out among their columns, by this share at least of how they did before.
_LEAN = 0.2
STANDS_OUT = 0.5

# So many rows to the em tell it.
_ROWS = 12


def show_stems(soft: Mask, baseline: float, size: float) -> tuple[Floats, Floats]:
    """Return how clear stems are in each column but the last, as they are and set upright.

    `soft` is the ink of a line, its letters of `size` pixels to the em on `baseline`.
    """
    step = max(1, int(size / _ROWS))
    rows = np.ascontiguousarray(soft[::step])
    move = np.array([[1.0, _LEAN * step, -_LEAN * baseline], [0.0, 1.0, 0.0]])
    upright = cv2.warpAffine(rows, move, rows.shape[::-1])
    return _edges(rows), _edges(np.asarray(upright, np.uint8))


def _edges(rows: Mask) -> Floats:
    columns = np.asarray(cv2.reduce(rows, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S), np.float64)[0]
    return np.asarray(np.diff(columns / 255.0) ** 2, np.float64)
