"""Words on plates that are smaller than their line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import BOLD, SANS
from tests.redraw.sheet import ORIGINAL, Sheet

_BADGE = (20, 130, 80)


def offered(fonts: Fonts, size: int, *, on_plate: bool = True) -> tuple[Sheet, tuple[int, ...]]:
    """Return a line whose last word is a bold badge of a size of its own, and its ink's box."""
    sheet = Sheet(fonts, (700, 110))
    left, _, right, _ = sheet.write("Copper kettle 48.90", (30, 66), 32)
    font, at = fonts.font(SANS, size, BOLD), (right + 34, 66)
    pen = ImageDraw.Draw(sheet.picture)
    box = tuple(int(edge) for edge in pen.textbbox(at, "Sale", font, "ls"))
    if on_plate:
        pen.rounded_rectangle((box[0] - 10, 32, box[2] + 10, 78), 6, _BADGE)
    pen.text(at, "Sale", "white" if on_plate else "black", font, "ls")
    sheet.lines.clear()
    sheet.note("Copper kettle 48.90 Sale", (left, 30, box[2] + 4, 80), 4)
    return sheet, box


@pytest.mark.parametrize(("size", "scale"), [(24, 0.75), (27, 0.85), (32, 1.0)])
def test_a_badge_is_set_as_small_as_it_is(fonts: Fonts, size: int, scale: float) -> None:
    sheet, _ = offered(fonts, size)
    (plan,) = sheet.plans()
    assert [word.scale for word in plan.words[:-1]] == [1.0, 1.0, 1.0]
    assert plan.words[-1].scale == pytest.approx(scale, abs=0.051)


def test_small_bold_letters_are_as_bold_as_they_are(fonts: Fonts) -> None:
    (plan,) = offered(fonts, 24)[0].plans()
    assert plan.weight < 600
    assert (plan.words[-1].weight or 0) >= 600


def test_a_badge_is_drawn_no_taller_than_it_was(fonts: Fonts) -> None:
    sheet, box = offered(fonts, 24)
    drawn = sheet.redraw(ORIGINAL)[:, box[0] - 4 : box[2] + 4].min(axis=2)
    rows = np.flatnonzero((drawn[34:76] > 200).any(axis=1)) + 34
    assert abs(rows[0] - box[1]) <= 2
    assert abs(rows[-1] + 1 - box[3]) <= 2


def test_words_without_a_plate_are_of_their_line(fonts: Fonts) -> None:
    (plan,) = offered(fonts, 24, on_plate=False)[0].plans()
    assert {word.scale for word in plan.words} == {1.0}
