"""Sizes that lines share."""

from __future__ import annotations

import random

import pytest

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import BOLD, SANS
from tests.redraw.sheet import Sheet

ITEMS = ("Milk 2.50", "Typing paper", "GRAND TOTAL", "jelly", "Bread", "CHANGE", "eggs", "Tax 6 %")


def sizes(sheet: Sheet) -> list[float]:
    return [plan.size for plan in sheet.plans()]


def test_lines_with_and_without_tails_come_out_in_one_size(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (400, 500))
    for number, text in enumerate(ITEMS):
        sheet.write(text, (30 + 7 * (number % 3), 60 + 50 * number), 24)
    assert len(set(sizes(sheet))) == 1
    assert sizes(sheet)[0] == pytest.approx(24, rel=0.04)


def test_a_heading_keeps_its_own_size(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 400))
    sheet.write("A heading", (30, 60), 30, weight=BOLD)
    for number in range(5):
        sheet.write("A line of running text below it", (30, 110 + 30 * number), 24)
    heading, *text = sizes(sheet)
    assert heading == pytest.approx(30, rel=0.05)
    assert set(text) == {text[0]}
    assert text[0] == pytest.approx(24, rel=0.05)


def test_very_many_lines_are_sized(fonts: Fonts) -> None:
    chance = random.Random(3)
    sheet = Sheet(fonts, (1600, 1200))
    for number in range(200):
        x, y = 20 + 78 * (number % 20), 40 + 55 * (number // 20)
        sheet.write(chance.choice(("Ayr", "Bath", "Cork")), (x, y), 18, face=SANS)
    assert max(sizes(sheet)) < 1.05 * min(sizes(sheet))


@pytest.mark.parametrize("share", [0.35, 0.5])
def test_a_faded_cell_is_as_large_as_its_row(fonts: Fonts, share: float) -> None:
    sheet = Sheet(fonts, (700, 160))
    for number, text in enumerate(("2", "9555544201198", "4.35", "3", "13.05")):
        left, top, right, bottom = sheet.write(text, ((40, 100, 380, 500, 580)[number], 100), 32)
        if text == "4.35":
            gone = (left, top, right, round(top + share * (bottom - top)))
            sheet.picture.paste("white", gone)
    first, *_ = plans = sheet.plans()
    assert plans[2].size == pytest.approx(first.size, rel=0.05)
    assert plans[2].weight == first.weight
    assert plans[2].frame.top + plans[2].baseline == pytest.approx(100, abs=1.5)


def test_a_smaller_cell_keeps_its_size(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 160))
    for number, text in enumerate(("2", "9555544201198", "4.35", "3", "13.05")):
        at = ((40, 100, 380, 500, 580)[number], 94 if text == "4.35" else 100)
        sheet.write(text, at, 20 if text == "4.35" else 32)
    assert sizes(sheet)[2] == pytest.approx(20, rel=0.06)
