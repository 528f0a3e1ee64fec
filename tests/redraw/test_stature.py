"""The size of letters and their baseline, as their ink spreads over the rows."""

from __future__ import annotations

import numpy as np
import pytest

from picture.redraw.extent import Face
from picture.redraw.fonts import Fonts
from picture.redraw.portrait import portray
from picture.redraw.runs import split_words
from picture.redraw.stature import Stature, match_stature
from tests.redraw.sheet import Sheet

BASELINE = 70


def look(sheet: Sheet, text: str, size: float, guess: float, top: int = 0) -> Stature:
    """Return what is found of a line whose region begins at the row `top`.

    The portrait is of about the right size, as the bounds of the ink tell it.
    """
    profile = (255 - np.asarray(sheet.picture)[top:, :, 0].astype(float)).sum(axis=1) / 255
    runs = [run for word in split_words(text, sheet.fonts) for run in word]
    found = match_stature(profile, portray(runs, Face(size), sheet.fonts), guess)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["Grand Total 42.50", "nose on moose", "HEADING", "gypsy query"])
@pytest.mark.parametrize("size", [16, 24, 36])
@pytest.mark.parametrize("mistake", [0.75, 1.3])
def test_size_and_baseline_are_found_from_a_rough_guess(
    fonts: Fonts, text: str, size: int, mistake: float
) -> None:
    sheet = Sheet(fonts, (500, 110))
    sheet.write(text, (10, BASELINE), size)
    found = look(sheet, text, size, mistake * size)
    assert found.size == pytest.approx(size, rel=0.04)
    assert found.baseline == pytest.approx(BASELINE, abs=1)
    assert found.likeness > 0.95


@pytest.mark.parametrize("text", ["Grand Total", "nose on moose", "gypsy"])
def test_descenders_of_the_line_above_disturb_neither(fonts: Fonts, text: str) -> None:
    sheet = Sheet(fonts, (500, 110))
    sheet.write("gypsy jumping quay", (10, BASELINE - 34), 30)
    sheet.write(text, (10, BASELINE), 30)
    # The region begins below the baseline of the line above.
    top = BASELINE - 32
    assert (np.asarray(sheet.picture)[top, :, 0] < 128).any()
    found = look(sheet, text, 30, 24, top)
    alone = Sheet(fonts, (500, 110))
    alone.write(text, (10, BASELINE), 30)
    assert found.size == pytest.approx(look(alone, text, 30, 24, top).size, rel=0.01)
    assert found.baseline == pytest.approx(BASELINE - top, abs=1)


@pytest.mark.parametrize("text", ["Grand Total 42.50", "HEADING"])
def test_hinted_letters_are_sized_as_well(fonts: Fonts, text: str) -> None:
    sheet = Sheet(fonts, (500, 110))
    sheet.write(text, (10, BASELINE), 14)
    assert look(sheet, text, 14, 10).size == pytest.approx(14, rel=0.04)


def test_rows_without_ink_tell_nothing(fonts: Fonts) -> None:
    own = portray(split_words("Some text", fonts)[0], Face(20), fonts)
    assert match_stature(np.zeros(60), own, 20) is None
