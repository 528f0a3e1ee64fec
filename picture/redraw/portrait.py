"""How the letters of a text look, added up, whatever their order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Mask
from picture.redraw.extent import Face
from picture.redraw.fonts import Fonts
from picture.redraw.runs import Run
from picture.redraw.typeset import new_canvas, picture_of


@dataclass(frozen=True, slots=True)
class Portrait:
    """How letters look, added up: ink by row, in square em, and the length of its outline.

    The rows are those of `rows_per_em` to the em, from two em above the baseline to
    one below.
    """

    profile: NDArray[np.float64]
    outline: float
    rows_per_em: int

    @property
    def stroke(self) -> float:
        """Return the mean width of the strokes, in em."""
        return 2 * float(self.profile.sum()) / max(1e-9, self.outline)


def portray(runs: Sequence[Run], face: Face, fonts: Fonts) -> Portrait:
    """Return how the letters look, each by itself, at about the size of `face`."""
    # Small letters run together: those of the portrait are to do the same.
    size = int(np.clip(4 * round(face.size / 4), 8, 24))
    profile, outline = np.zeros(3 * size), 0.0
    for run in runs:
        for part in run.clusters:
            own = _portray(run.face, part, replace(face, size=float(size)), fonts)
            profile, outline = profile + own[0], outline + own[1]
    return Portrait(profile, outline, size)


def _portray(name: str, part: str, face: Face, fonts: Fonts) -> tuple[NDArray[np.float64], float]:
    def compute() -> tuple[NDArray[np.float64], float]:
        font, size = fonts.font(name, face.size, face.weight), int(face.size)
        canvas = new_canvas(math.ceil(font.getlength(part)) + 2 * size, 3 * size)
        canvas.text((size, 2 * size), part, 255, font, "ls")
        ink = picture_of(canvas)
        area, outline = ink.sum(axis=1) / 255 / size**2, outline_length(ink) / size
        return area.astype(np.float64), outline

    return fonts.once(("portrait", name, part, face.size, *face.design), compute)


def drawn_glyph(name: str, part: str, face: Face, fonts: Fonts) -> tuple[Mask, int, int]:
    """Return one letter's ink, 0 to 255, and where it lies from its origin, in pixels."""

    def compute() -> tuple[Mask, int, int]:
        font, size = fonts.font(name, face.size, face.weight), math.ceil(face.size)
        canvas = new_canvas(math.ceil(font.getlength(part)) + 2 * size, 3 * size)
        canvas.text((size, 2 * size), part, 255, font, "ls")
        ink = picture_of(canvas)
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if rows.size == 0:
            return np.zeros((1, 1), np.uint8), 0, 0
        own = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return own, int(columns[0]) - size, int(rows[0]) - 2 * size

    return fonts.once(("drawn", name, part, face.size, *face.design), compute)


def outline_length(ink: Mask) -> float:
    """Return how long the outline of ink is, in pixels; blur leaves it as it is."""
    return float(outline_columns(ink).sum())


def outline_columns(ink: Mask) -> NDArray[np.float32]:
    """Return how much of the outline of ink lies in each column but the last, in pixels."""
    share = ink.astype(np.float32) / 255
    slopes = cv2.magnitude(np.diff(share, axis=1)[:-1], np.diff(share, axis=0)[:, :-1])
    return np.asarray(slopes.sum(axis=0), np.float32)
