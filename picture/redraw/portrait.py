"""How the letters of a text look, added up, whatever their order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Mask
from picture.redraw.extent import Face
from picture.redraw.fonts import LETTERS, WORDS, Fonts
from picture.redraw.runs import Run
from picture.redraw.typeset import new_canvas, picture_of

# Letters are portrayed at no more pixels per em than this. Strokes of small letters seem
# wider than those of large ones, which are as wide as they seem from so many on.
_LARGEST = 24
_LARGEST_STROKES = 64


@dataclass(frozen=True, slots=True)
class Portrait:
    """How letters look, added up: ink by row, in square em.

    The rows are those of `rows_per_em` to the em, from two em above the baseline to
    one below.
    """

    profile: NDArray[np.float64]
    rows_per_em: int


def portray(runs: Sequence[Run], face: Face, fonts: Fonts) -> Portrait:
    """Return how the letters look, each by itself, at about the size of `face`."""
    own = _sized(face)
    profile = np.zeros(3 * int(own.size))
    for run in runs:
        for part in run.clusters:
            profile += _portray(run.face, part, own.size, own.weight, fonts)[0]
    return Portrait(profile, int(own.size))


def stroke(runs: Sequence[Run], face: Face, fonts: Fonts) -> float:
    """Return the mean width of the strokes of letters at about the size of `face`, in em."""
    own = _sized(face, _LARGEST_STROKES)
    area = outline = 0.0
    for run in runs:
        one, other = _run_strokes(run, own.size, own.weight, fonts)
        area, outline = area + one, outline + other
    return 2 * area / max(1e-9, outline)


@lru_cache(WORDS)
def _run_strokes(run: Run, size: float, weight: int, fonts: Fonts) -> tuple[float, float]:
    """Return how much ink a run's letters hold, in square em, and their outline, in em."""
    parts = [_portray(run.face, part, size, weight, fonts) for part in run.clusters]
    return sum(float(part[0].sum()) for part in parts), sum(part[1] for part in parts)


def _sized(face: Face, largest: int = _LARGEST) -> Face:
    # Small letters run together: those of a portrait are to do the same.
    return replace(face, size=float(min(largest, max(8, 2 * round(face.size / 2)))))


@lru_cache(LETTERS)
def _portray(
    name: str, part: str, size: float, weight: int, fonts: Fonts
) -> tuple[NDArray[np.float64], float]:
    """Return how much ink each row of a letter holds, in square em, and its outline, in em."""
    ink, em = _draw(name, part, size, weight, fonts), int(size)
    area, outline = ink.sum(axis=1) / 255 / em**2, outline_length(ink) / em
    return area.astype(np.float64), outline


def drawn_glyph(name: str, part: str, face: Face, fonts: Fonts) -> tuple[Mask, int, int]:
    """Return one letter's ink, 0 to 255, and where it lies from its origin, in pixels."""
    ink, em = _draw(name, part, face.size, face.weight, fonts), math.ceil(face.size)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return np.zeros((1, 1), np.uint8), 0, 0
    own = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    return own, int(columns[0]) - em, int(rows[0]) - 2 * em


def _draw(name: str, part: str, size: float, weight: int, fonts: Fonts) -> Mask:
    """Return a letter's ink, 0 to 255, an em from the left and two from the top."""
    font, em = fonts.font(name, size, weight), math.ceil(size)
    canvas = new_canvas(math.ceil(font.getlength(part)) + 2 * em, 3 * em)
    canvas.text((em, 2 * em), part, 255, font, "ls")
    return picture_of(canvas)


def outline_length(ink: Mask) -> float:
    """Return how long the outline of ink is, in pixels; blur leaves it as it is."""
    return float(outline_columns(ink).sum())


def outline_columns(ink: Mask) -> NDArray[np.float32]:
    """Return how much of the outline of ink lies in each column but the last, in pixels."""
    share = ink.astype(np.float32) / 255
    slopes = cv2.magnitude(np.diff(share, axis=1)[:-1], np.diff(share, axis=0)[:, :-1])
    return np.asarray(slopes.sum(axis=0), np.float32)
