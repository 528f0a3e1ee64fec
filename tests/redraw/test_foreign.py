"""Drawings that stand in a line of text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import ImageDraw

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import SERIF
from tests.redraw.sheet import ORIGINAL, Part, Sheet

Drawing = Callable[[ImageDraw.ImageDraw, int, int, int], None]


def radio(draw: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    draw.ellipse((x, y, x + side, y + side), outline="black", width=2)
    draw.ellipse((x + 6, y + 6, x + side - 6, y + side - 6), fill="black")


def tick_box(draw: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    draw.rectangle((x, y, x + side, y + side), outline="black", width=2)
    draw.line((x + 6, y + 12, x + 12, y + 20, x + 22, y + 5), "black", 3)


def icon(draw: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    draw.rounded_rectangle((x, y, x + side, y + side), 6, "#e08020")


@pytest.mark.parametrize("drawing", [radio, tick_box, icon])
@pytest.mark.parametrize("face", ["NotoSans", SERIF])
def test_a_drawing_before_text_stays_as_it_is(fonts: Fonts, drawing: Drawing, face: str) -> None:
    sheet = Sheet(fonts, (600, 120))
    for row in (50, 95):
        spans = sheet.set([Part("Ship", face=face), Part("by", face=face),
                           Part("courier", face=face)], (90, row), 28)  # fmt: skip
        drawing(ImageDraw.Draw(sheet.picture), 40, row - 26, 30)
        sheet.lines.pop()
        sheet.note("Ship by courier", (40, row - 26, spans[-1][1], row + 6), 5)
    before, after = np.asarray(sheet.picture), sheet.redraw(ORIGINAL)
    assert np.array_equal(after[:, :80], before[:, :80])
    for plan, ink in zip(sheet.plans(), sheet.inks, strict=True):
        columns = np.flatnonzero((ink > 127).any(axis=0))
        assert plan.frame.left + plan.span[0] == pytest.approx(columns[0], abs=1.5)
        assert plan.frame.left + plan.span[1] == pytest.approx(columns[-1] + 1, abs=1.5)


@pytest.mark.parametrize("words", [("STOP", "here", "now"), ("a", "note", "to", "all")])
def test_a_coloured_word_is_no_drawing(fonts: Fonts, words: tuple[str, ...]) -> None:
    sheet = Sheet(fonts, (600, 100))
    first, *others = words
    parts = [Part(first, color="#d02020"), *(Part(text) for text in others)]
    spans = sheet.set(parts, (40, 60), 30)
    plan = sheet.plans()[0]
    assert plan.frame.left + plan.span[0] == pytest.approx(spans[0][0], abs=1.5)
    assert plan.spans is not None
    assert plan.frame.left + plan.spans[0][1] == pytest.approx(spans[0][1], abs=1.5)
    drawn = sheet.redraw(ORIGINAL)[:, : int(spans[0][1]) + 1].reshape(-1, 3).astype(int)
    assert ((drawn[:, 0] > 150) & (drawn[:, 1] < 90)).any()
