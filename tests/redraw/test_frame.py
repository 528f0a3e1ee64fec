"""Where a line lies, and how a frame is lifted off the page and laid back."""

from __future__ import annotations

import numpy as np
import pytest

from picture.page import Line, Quad
from picture.redraw.frame import Frame, Lie, frame_line, is_level

SIZE = (200, 100)


def frame(*box: float, quarters: int = 0, level: bool = False) -> Frame | None:
    x, y = box[0::2], box[1::2]
    quad: Quad = ((x[0], y[0]), (x[1], y[1]), (x[2], y[2]), (x[3], y[3]))
    return frame_line(Line("text", 1.0, quad), SIZE, quarters=quarters, is_level=level)


def test_a_straight_box_is_its_own_region() -> None:
    found = frame(10, 20, 110, 20, 110, 50, 10, 50)
    assert found is not None
    assert (found.lie, found.width, found.height) == (Lie.STRAIGHT, 100, 30)
    assert found.region == (slice(20, 50), slice(10, 110))


def test_a_box_is_cut_at_the_edge_of_the_page() -> None:
    found = frame(-10, -5, 50, -5, 50, 25, -10, 25)
    assert found is not None
    assert (found.left, found.top, found.width, found.height) == (0, 0, 50, 25)


def test_a_box_beside_the_page_has_no_frame() -> None:
    assert frame(300, 300, 400, 300, 400, 330, 300, 330) is None


def test_a_slope_is_drawn_as_it_is_unless_the_page_is_level() -> None:
    corners = (10, 20, 110, 26, 109, 56, 9, 50)
    free, straight = frame(*corners), frame(*corners, level=True)
    assert free is not None
    assert free.lie is Lie.FREE
    assert straight is not None
    assert straight.lie is Lie.STRAIGHT


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("rise", [0, 20])
def test_what_is_lifted_is_laid_back_where_it_was(quarters: int, rise: int) -> None:
    found = frame(40, 10 + rise, 140, 10, 144, 70, 44, 70 + rise, quarters=quarters)
    assert found is not None
    page = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    page[38:46, 80:100] = 255
    region = page[found.region]
    again = found.lay(found.lift(np.ascontiguousarray(region)))
    assert np.mean((again > 127) != (region > 127)) < 0.01


def test_a_turned_frame_reads_down_the_page() -> None:
    found = frame(20, 5, 50, 5, 50, 95, 20, 95, quarters=1)
    assert found is not None
    region = np.zeros((90, 30), np.uint8)
    region[:10] = 255
    lifted = found.lift(region)
    assert lifted.shape == (30, 90)
    assert lifted[:, :10].all()
    assert not lifted[:, 10:].any()


def test_a_page_is_level_if_most_of_its_text_is() -> None:
    flat: Quad = ((0, 0), (100, 0), (100, 10), (0, 10))
    steep: Quad = ((0, 0), (30, 5), (28, 15), (-2, 10))
    level = [Line("a", 1, flat)] * 5 + [Line("b", 1, steep)]
    assert is_level(level)
    assert not is_level([Line("b", 1, steep)] * 5)
    assert not is_level([])
