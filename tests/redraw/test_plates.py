"""Words that stand on plates of their own, and text on gradients."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from picture.redraw.draw import erase_text
from picture.redraw.fonts import Fonts
from picture.redraw.plates import find_plates
from tests.redraw.sheet import ORIGINAL, Part, Sheet

_BADGE = (20, 130, 80)


def _with_badge(fonts: Fonts, fill: tuple[int, int, int], ink: str) -> Sheet:
    sheet = Sheet(fonts, (700, 100))
    parts = [Part("Copper"), Part("kettle", gap=0.8), Part("sold", color=ink), Part("out", ink)]
    start, end = Sheet(fonts, (700, 100)).set(parts, (20, 60), 28)[2][0], 0.0
    end = Sheet(fonts, (700, 100)).set(parts, (20, 60), 28)[3][1]
    ImageDraw.Draw(sheet.picture).rounded_rectangle((start - 10, 32, end + 10, 70), 6, fill)
    sheet.set(parts, (20, 60), 28)
    return sheet


@pytest.mark.parametrize(
    ("fill", "ink"), [(_BADGE, "white"), ((255, 240, 110), "black"), ((220, 50, 60), "#ffe0e0")]
)
def test_a_badge_keeps_its_plate(fonts: Fonts, fill: tuple[int, int, int], ink: str) -> None:
    sheet = _with_badge(fonts, fill, ink)
    plans = sheet.plans()
    erased = np.array(sheet.picture)
    erase_text(erased, plans)
    bare = Image.new("RGB", sheet.picture.size, "white")
    whole = np.asarray(sheet.picture)
    plate = np.abs(whole.astype(int) - fill).max(axis=2) < 3
    rows, columns = np.flatnonzero(plate.any(axis=1)), np.flatnonzero(plate.any(axis=0))
    box = (columns[0], rows[0], columns[-1], rows[-1])
    ImageDraw.Draw(bare).rounded_rectangle(box, 6, fill)
    assert np.abs(erased.astype(int) - np.asarray(bare)).max() < 40
    drawn = sheet.redraw(ORIGINAL)[rows[0] : rows[-1], columns[0] : columns[-1]]
    expected = Image.new("RGB", (1, 1), ink).getpixel((0, 0))
    assert (np.abs(drawn.astype(int) - expected).max(axis=2) < 20).sum() > 60
    assert (np.abs(drawn.astype(int) - fill).max(axis=2) < 3).mean() > 0.5


def test_a_line_without_plates_has_none(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 100))
    sheet.write("BOLD WORDS, a dash — and EMBEDDED", (20, 60), 28, weight=700)
    pixels = np.asarray(sheet.picture)[24:72]
    assert find_plates(pixels, (255 - pixels).max(axis=2)) == []


def test_a_bar_without_letters_is_no_plate() -> None:
    pixels = np.full((48, 400, 3), 255, np.uint8)
    pixels[10:38, 100:300] = 0
    assert find_plates(pixels, (255 - pixels).max(axis=2)) == []


@pytest.mark.parametrize("down", [False, True])
def test_text_on_a_steep_gradient_keeps_the_gradient(fonts: Fonts, down: bool) -> None:
    sheet = Sheet(fonts, (700, 110))
    share = np.linspace(0, 1, 110 if down else 700)[:, None]
    run = np.rint((10, 30, 90) + share * np.array((190, 80, 60))).astype(np.uint8)
    ground = np.broadcast_to(run[:, None] if down else run[None], (110, 700, 3)).copy()
    sheet.picture = Image.fromarray(ground)
    sheet.write("Harbour traffic in May", (40, 72), 48, color="white")
    erased = np.array(sheet.picture)
    erase_text(erased, sheet.plans())
    assert np.abs(erased.astype(int) - ground).max() < 12
