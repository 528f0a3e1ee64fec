"""The colours of lines and of words."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from picture.redraw.fonts import Fonts
from tests.redraw.sheet import ORIGINAL, Part, Sheet


def test_a_red_word_in_a_black_line_is_drawn_red(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 100))
    parts = [Part("Total"), Part("overdue", color="#d01818"), Part("since"), Part("May")]
    spans = sheet.set(parts, (20, 60), 28)
    plan = sheet.plans()[0]
    assert [word.color is not None for word in plan.words] == [False, True, False, False]
    assert plan.color.max() < 20
    drawn = sheet.redraw(ORIGINAL).astype(int)
    for number, (start, end) in enumerate(spans):
        part = drawn[:, int(start) : int(end)].reshape(-1, 3)
        darkest = part[part.sum(axis=1).argmin()]
        expected = (0xD0, 0x18, 0x18) if number == 1 else (0, 0, 0)
        assert np.abs(darkest - expected).max() < 20


def test_lines_of_nearly_one_colour_share_it(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 200))
    for row, color in enumerate(("#202028", "#24242a", "#1e2026", "#206080")):
        sheet.write("Line of the page", (20, 40 + 45 * row), 26, color=color)
    colors = [plan.color for plan in sheet.plans()]
    assert np.array_equal(colors[0], colors[1])
    assert np.array_equal(colors[0], colors[2])
    assert np.abs(colors[3] - (0x20, 0x60, 0x80)).max() < 10


@pytest.mark.parametrize("size", [18, 30])
def test_faint_specks_give_no_word_a_colour(fonts: Fonts, size: int) -> None:
    sheet = Sheet(fonts, (700, 100))
    spans = sheet.set([Part("Nothing", gap=1), Part("of", gap=1), Part("note")], (20, 60), size)
    draw = ImageDraw.Draw(sheet.picture)
    for left in (spans[0][1], spans[1][1]):
        draw.point([(int(left) + 6 + x, 52 + 2 * x) for x in range(3)], "#ffb8b8")
    plan = sheet.plans()[0]
    assert all(word.color is None for word in plan.words)
    assert plan.color.max() < 20
