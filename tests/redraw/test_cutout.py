"""Cut-outs: what a white page shows of lines that are not drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from picture.page import Line, Quad
from picture.redraw.cutout import cut_out
from picture.redraw.frame import Frame, frame_line

Pixels = NDArray[np.uint8]


def line(*corners: tuple[float, float]) -> Line:
    a, b, c, d = corners
    return Line("?", 0.3, (a, b, c, d))


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def paper(color: tuple[int, int, int] = (205, 200, 190)) -> Pixels:
    """Return a page with noise, shading and a dark stroke."""
    noise = np.random.default_rng(3).normal(0, 3, (100, 200, 1))
    shading = np.linspace(-12, 12, 200)[None, :, None]
    page = np.clip(np.array(color) + noise + shading, 0, 255).astype(np.uint8)
    page[40:60, 80:84] = (30, 30, 30)
    return page


def shown(page: Pixels, lines: list[Line], others: list[Frame]) -> Pixels:
    white = np.full_like(page, 255)
    for cutout in cut_out(page, lines, others):
        cutout.lay(white)
    return white


def test_a_light_ground_becomes_white_and_ink_stays() -> None:
    page = paper()
    white = shown(page, [line(*box(60, 30, 140, 70))], [])
    assert white[:, :, :].min() < 60
    stroke = np.zeros(page.shape[:2], bool)
    stroke[40:60, 80:84] = True
    assert (white[~stroke] == 255).mean() > 0.995
    assert white[stroke].mean() < 60


@pytest.mark.parametrize("color", [(20, 30, 90), (90, 90, 90)])
def test_a_dark_ground_stays(color: tuple[int, int, int]) -> None:
    page = paper(color)
    white = shown(page, [line(*box(60, 30, 140, 70))], [])
    assert np.array_equal(white[30:70, 60:140], page[30:70, 60:140])
    assert (white[:30] == 255).all()
    assert (white[:, 140:] == 255).all()


def test_a_slanted_line_is_cut_out_along_its_box() -> None:
    page = paper((20, 30, 90))
    slanted = line((60, 10), (160, 50), (150, 75), (50, 35))
    white = shown(page, [slanted], [])
    assert (white[20:60, 100:110] != 255).any()
    assert (white[10:20, 140:160] == 255).all()
    assert (white[62:75, 50:80] == 255).all()


def test_what_lies_in_lines_that_are_drawn_is_left_out() -> None:
    page = paper((20, 30, 90))
    drawn = frame_line(line(*box(100, 0, 200, 50)), (200, 100))
    assert drawn is not None
    white = shown(page, [line(*box(60, 30, 140, 70))], [drawn])
    assert (white[30:49, 101:140] == 255).all()
    assert np.array_equal(white[52:70, 60:140], page[52:70, 60:140])
    assert np.array_equal(white[30:70, 60:98], page[30:70, 60:98])


@pytest.mark.parametrize(
    "corners",
    [
        box(-50, -50, 10, 10),
        box(500, 500, 600, 600),
        box(10, 10, 10, 10),
        ((0, 0), (200, 100), (200, 0), (0, 100)),
        ((float("nan"), 0), (9, 0), (9, 9), (0, 9)),
        box(-1e9, -1e9, 1e9, 1e9),
    ],
)
def test_boxes_of_any_shape_are_cut_out_or_not_at_all(corners: Quad) -> None:
    page = paper()
    assert shown(page, [line(*corners)], []).shape == page.shape
