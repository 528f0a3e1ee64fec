"""The colours of lines and of words."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import MONO
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


def test_a_dark_heading_over_pale_small_print_stays_dark(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 300))
    sheet.write("Heading", (20, 70), 56, color="#191919")
    for row in range(8):
        sheet.write("small print of a page", (20, 110 + 22 * row), 11, color="#343434")
    colors = {plan.text: plan.color for plan in sheet.plans()}
    assert np.abs(colors["Heading"] - 0x19).max() < 4
    assert colors["small print of a page"].min() > 0x28


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


def test_a_link_in_a_black_line_keeps_its_colour(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 100))
    sheet.set([Part("Read"), Part("the"), Part("terms", "#0d5ac8"), Part("first")], (20, 60), 22)
    colors = [word.color for word in sheet.plans()[0].words]
    assert [color is None for color in colors] == [True, True, False, True]
    assert colors[2] is not None
    assert np.abs(colors[2] - (0x0D, 0x5A, 0xC8)).max() < 10


def test_letters_of_another_hue_within_a_word_are_drawn_so(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 100), "#12141c")
    parts = [Part("anna", "#23d18b", face=MONO, gap=0.0), Part("ledger", "#5096fa", face=MONO)]
    sheet.set([*parts, Part("make", "#e5e5e5", face=MONO)], (20, 60), 26, "annaledger make")
    plan = sheet.plans()[0]
    assert [word.text for word in plan.words] == ["anna", "ledger", "make"]
    drawn = sheet.redraw(ORIGINAL).astype(int)
    for color in ((0x23, 0xD1, 0x8B), (0x50, 0x96, 0xFA), (0xE5, 0xE5, 0xE5)):
        assert (np.abs(drawn - color).max(axis=2) < 12).sum() > 20


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [12, 16, 26])
def test_a_noisy_line_of_one_colour_stays_one(fonts: Fonts, seed: int, size: int) -> None:
    sheet = Sheet(fonts, (700, 100))
    sheet.write("It lists: 37 kinds of knot, Il.", (20, 60), size, color="#202830")
    noise = np.random.default_rng(seed).normal(0, 6, (100, 700, 3))
    noisy = np.clip(np.asarray(sheet.picture) + noise, 0, 255).astype(np.uint8)
    stored = BytesIO()
    Image.fromarray(noisy).save(stored, "JPEG", quality=60)
    sheet.picture = Image.open(stored).convert("RGB")
    plan = sheet.plans()[0]
    assert all(word.color is None for word in plan.words)
    assert len(plan.words) == len(plan.text.split())
