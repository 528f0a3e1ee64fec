"""Words set in glyphs."""

from __future__ import annotations

import numpy as np
import pytest

from picture.redraw.extent import Face
from picture.redraw.fonts import Fonts
from picture.redraw.runs import Run
from picture.redraw.typefaces import SANS, SERIF
from picture.redraw.typeset import Piece, draw_piece, new_canvas, picture_of


def columns(fonts: Fonts, piece: Piece) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    canvas = new_canvas(300, 80)
    draw_piece(canvas, piece, 50, fonts)
    return np.asarray(picture_of(canvas).sum(axis=0) / 255, np.float64)


def middle(fonts: Fonts, piece: Piece) -> float:
    ink = columns(fonts, piece)
    return float(ink @ np.arange(len(ink)) / ink.sum())


@pytest.mark.parametrize("size", [11, 17, 30])
@pytest.mark.parametrize("shift", [0.25, 0.5, 0.75])
def test_small_letters_stand_between_pixels(fonts: Fonts, size: float, shift: float) -> None:
    pieces = [
        Piece((Run("n", SERIF),), Face(size), x, tracking=0, stretch=1) for x in (40, 40 + shift)
    ]
    first, second = (middle(fonts, piece) for piece in pieces)
    assert second - first == pytest.approx(shift, abs=0.05)


def test_equal_letters_stand_at_equal_distances(fonts: Fonts) -> None:
    ink = columns(fonts, Piece((Run("l" * 12, SANS),), Face(17), 20.0, tracking=0.37, stretch=1))
    stems = np.split(ink, np.flatnonzero((ink[1:] > 0) & (ink[:-1] == 0)) + 1)[1:]
    starts = np.flatnonzero((ink[1:] > 0) & (ink[:-1] == 0)) + 1
    middles = [
        start + stem @ np.arange(len(stem)) / stem.sum()
        for start, stem in zip(starts, stems, strict=True)
    ]
    assert len(middles) == 12
    assert np.ptp(np.diff(middles)) < 0.3


@pytest.mark.parametrize("stretch", [0.8, 1.2])
@pytest.mark.parametrize("size", [20, 60])
def test_a_stretched_word_is_as_much_wider_and_no_taller(
    fonts: Fonts, size: float, stretch: float
) -> None:
    spans, tall = [], []
    for share in (1.0, stretch):
        piece = Piece((Run("HH", SANS),), Face(size), 30.0, tracking=0, stretch=share)
        canvas = new_canvas(300, 80)
        draw_piece(canvas, piece, 70, fonts)
        ink = picture_of(canvas) > 127
        spans.append(np.ptp(np.flatnonzero(ink.any(axis=0))) + 1)
        tall.append(np.ptp(np.flatnonzero(ink.any(axis=1))) + 1)
    assert spans[1] == pytest.approx(stretch * spans[0], abs=1.6)
    assert abs(tall[1] - tall[0]) <= 1


@pytest.mark.parametrize("letter", ["l", "=", "o"])
@pytest.mark.parametrize("shift", [0, 0.25, 0.5, 0.75])
def test_strokes_little_wider_than_a_pixel_are_as_dark_as_their_ink(
    fonts: Fonts, shift: float, letter: str
) -> None:
    canvas = new_canvas(60, 40)
    piece = Piece((Run(letter, SANS),), Face(15), 20 + shift, tracking=0, stretch=1)
    draw_piece(canvas, piece, 25, fonts)
    assert picture_of(canvas).max() >= 250
