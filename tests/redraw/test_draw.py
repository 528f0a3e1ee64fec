"""Redrawing: what comes out for drawn pages whose truth is known, and for hostile ones."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from picture.page import Line, Page, Quad
from picture.redraw.draw import Color, Keep, Style, contrast, line_mask, redraw
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan
from picture.redraw.typefaces import (
    BOLD,
    CJK,
    MONO,
    REGULAR,
    SANS,
    SANS_ITALIC,
    SERIF,
    SERIF_ITALIC,
)
from tests.redraw.sheet import ORIGINAL, WHITE, Pixels, Sheet, box, ink_bounds

KEEP = Style(color=Color.KEEP)


@pytest.mark.parametrize("text", ["Grand Total", "1,234.56", "nose", "合计金额", "안녕하세요"])
def test_ink_lands_where_it_was(fonts: Fonts, text: str) -> None:
    sheet = Sheet(fonts)
    sheet.write(text, (60, 120), 40, face=CJK if text > "z" else SANS)
    before, after = ink_bounds(np.asarray(sheet.picture)), ink_bounds(sheet.redraw(WHITE))
    assert np.abs(np.subtract(before, after)).max() <= 2


def test_text_is_as_wide_as_the_original_whatever_its_font(fonts: Fonts) -> None:
    sheet = Sheet(fonts)
    sheet.write("Monospaced text", (40, 120), 32, face="NotoSansMono")
    before, after = ink_bounds(np.asarray(sheet.picture)), ink_bounds(sheet.redraw(WHITE))
    assert abs(before[0] - after[0]) <= 2
    assert abs(before[2] - after[2]) <= 2


def test_words_keep_their_gaps(fonts: Fonts) -> None:
    sheet = Sheet(fonts)
    draw, font = ImageDraw.Draw(sheet.picture), fonts.font(SANS, 30)
    draw.text((40, 120), "Milk", "black", font, "ls")
    draw.text((480, 120), "2.50", "black", font, "ls")
    sheet.lines.append(Line("Milk 2.50", 0.9, box(34, 84, 560, 132)))
    columns = (sheet.redraw(WHITE).min(axis=(0, 2)) < 100).nonzero()[0]
    assert not ((columns > 120) & (columns < 470)).any()


def test_a_white_page_is_white_and_black(fonts: Fonts) -> None:
    sheet = Sheet(fonts, color="#203040")
    sheet.write("light on dark", (60, 120), color="#f0e080")
    drawn = sheet.redraw(WHITE)
    assert (drawn[0, 0] == 255).all()
    assert drawn.min() == 0
    assert np.ptp(drawn, axis=2).max() == 0


def test_readable_ink_keeps_its_colour(fonts: Fonts) -> None:
    sheet = Sheet(fonts)
    sheet.write("crimson", (60, 120), 48, color="#b01030")
    drawn = sheet.redraw(KEEP).reshape(-1, 3)
    darkest = drawn[drawn.sum(axis=1).argmin()].astype(int)
    assert np.abs(darkest - (0xB0, 0x10, 0x30)).max() < 16


def test_ink_too_light_for_white_turns_black(fonts: Fonts) -> None:
    sheet = Sheet(fonts, color="black")
    sheet.write("white", (60, 120), 48, color="white")
    assert sheet.redraw(KEEP).min() == 0


def test_bold_stays_bold_beside_regular(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 400))
    for row, weight in enumerate((REGULAR, REGULAR, BOLD, REGULAR)):
        sheet.write("Weights differ", (40, 80 + 80 * row), 36, weight=weight)
    drawn = sheet.redraw(WHITE)
    ink = [(255 - drawn[40 + 80 * row : 100 + 80 * row].astype(int)).sum() for row in range(4)]
    assert ink[2] > 1.3 * max(ink[0], ink[1], ink[3])


def test_body_text_has_one_size(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 500))
    texts = ["THE QUICK BROWN FOX", "nose on moose", "JUMPS OVER", "lazy dogs, again"]
    for row, text in enumerate(texts):
        sheet.write(text, (40, 80 + 100 * row), 30 + row % 2)
    once = sheet.redraw(WHITE)
    heights = []
    for row in (0, 2):
        rows = (once[30 + 100 * row : 95 + 100 * row].min(axis=(1, 2)) < 100).nonzero()[0]
        heights.append(80 - 30 - rows.min())
    assert abs(heights[0] - heights[1]) <= 2


def test_a_cell_that_touches_a_rule_is_no_larger_than_its_row(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (800, 120))
    cells = [sheet.write("Price", (30 + 150 * cell, 60), 28) for cell in range(5)]
    left, top, right, bottom = cells[2]
    for x in range(left, right, 12):
        ImageDraw.Draw(sheet.picture).rectangle((x, top - 4, x + 6, top - 1), "black")
        ImageDraw.Draw(sheet.picture).rectangle((x, bottom + 1, x + 6, bottom + 4), "black")
    drawn = sheet.redraw(WHITE)
    heights = []
    for left, _, right, _ in cells:
        _, first, _, last = ink_bounds(drawn[:, left - 4 : right + 4])
        heights.append(last - first)
    assert max(heights) - min(heights) <= 1


def test_the_original_background_changes_only_at_the_ink(fonts: Fonts) -> None:
    sheet = Sheet(fonts, color="#c8d8e8")
    left, top, right, bottom = sheet.write("Erase me", (60, 120), 40, color="#202060")
    noise = np.random.default_rng(1).integers(-3, 4, (200, 600, 3))
    pixels = np.clip(np.asarray(sheet.picture) + noise, 0, 255).astype(np.uint8)
    sheet.picture = Image.fromarray(pixels)
    changed = (sheet.redraw(ORIGINAL) != pixels).any(axis=2)
    changed[top - 6 : bottom + 6, left - 6 : right + 6] = False
    assert not changed.any()


def test_old_ink_is_gone(fonts: Fonts) -> None:
    sheet = Sheet(fonts, color="#c8d8e8")
    sheet.write("WWWWWWW", (60, 120), 40)
    sheet.lines = [Line("i", 0.9, sheet.lines[0].box)]
    drawn = sheet.redraw(ORIGINAL)
    dark = (drawn.max(axis=2) < 100).sum()
    assert dark < 0.3 * (np.asarray(sheet.picture).max(axis=2) < 100).sum()


def test_a_gradient_stays_a_gradient(fonts: Fonts) -> None:
    sheet = Sheet(fonts)
    ramp = np.linspace(120, 240, 600)[None, :, None].repeat(200, 0).repeat(3, 2)
    sheet.picture = Image.fromarray(ramp.astype(np.uint8))
    sheet.write("gradient", (150, 120), 48)
    clean = sheet.picture.copy()
    sheet.lines = [Line(".", 0.9, sheet.lines[0].box)]
    drawn = sheet.redraw(ORIGINAL).astype(int)
    off = np.abs(drawn - ramp).max(axis=2)
    assert np.mean(off > 12) < 0.002
    assert (np.abs(np.asarray(clean).astype(int) - ramp).max(axis=2) > 12).mean() > 0.015


def test_the_rules_of_a_table_stay(fonts: Fonts) -> None:
    sheet = Sheet(fonts)
    ImageDraw.Draw(sheet.picture).rectangle((40, 70, 420, 140), outline="black", width=2)
    sheet.write("In a cell", (60, 120), 40)
    sheet.lines = [Line("In a cell", 0.9, box(36, 66, 300, 144))]
    drawn = sheet.redraw(ORIGINAL)
    assert (drawn[70:72, 60:420] == 0).all()
    assert (drawn[90:120, 40:42] == 0).all()


def test_faint_ink_is_made_visible(fonts: Fonts) -> None:
    sheet = Sheet(fonts, color="#808080")
    sheet.write("barely there", (60, 120), 40, color="#9a9a9a")
    drawn = sheet.redraw(ORIGINAL).reshape(-1, 3)
    strongest = drawn[np.abs(drawn.astype(int) - 128).sum(axis=1).argmax()]
    assert contrast(strongest.astype(float), np.full(3, 128.0)) >= 1.9


def test_a_turned_line_is_drawn_turned(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (400, 100))
    sheet.write("Sideways text", (60, 60), 32)
    upright = ink_bounds(sheet.redraw(WHITE))
    turned = sheet.picture.rotate(-90, expand=True)
    (left, top), (right, bottom) = sheet.lines[0].box[0], sheet.lines[0].box[2]
    page = Page(100, 400, (Line("Sideways text", 0.9, box(100 - bottom, left, 100 - top, right)),))
    drawn = np.asarray(redraw(turned, page, fonts, WHITE).rotate(90, expand=True))
    assert np.abs(np.subtract(upright, ink_bounds(drawn))).max() <= 2


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_line_on_its_head_or_side_is_drawn_so(fonts: Fonts, degrees: int) -> None:
    sheet = Sheet(fonts, (400, 400))
    sheet.write("Other way up", (60, 160), 32)
    upright = ink_bounds(sheet.redraw(WHITE))
    turned = sheet.picture.rotate(degrees, expand=True)
    (left, top), (right, bottom) = sheet.lines[0].box[0], sheet.lines[0].box[2]
    where = {
        90: box(top, 400 - right, bottom, 400 - left),
        180: box(400 - right, 400 - bottom, 400 - left, 400 - top),
        270: box(400 - bottom, left, 400 - top, right),
    }[degrees]
    page = Page(400, 400, (Line("Other way up", 0.9, where, flipped=degrees != 270),))
    drawn = np.asarray(redraw(turned, page, fonts, WHITE).rotate(-degrees, expand=True))
    assert np.abs(np.subtract(upright, ink_bounds(drawn))).max() <= 2


def test_an_askew_line_is_drawn_askew(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 400))
    sheet.write("Askew but steady", (120, 210), 40)
    angle = math.radians(12)

    def turn(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point[0] - 300, point[1] - 200
        return (
            300 + x * math.cos(angle) + y * math.sin(angle),
            200 - x * math.sin(angle) + y * math.cos(angle),
        )

    askew = sheet.picture.rotate(12, Image.Resampling.BICUBIC, fillcolor="white")
    corners = sheet.lines[0].box
    quad = (turn(corners[0]), turn(corners[1]), turn(corners[2]), turn(corners[3]))
    page = Page(600, 400, (Line(sheet.lines[0].text, 0.9, quad),))
    drawn = redraw(askew, page, fonts, WHITE)
    level = np.asarray(drawn.rotate(-12, Image.Resampling.BICUBIC, fillcolor="white"))
    before = ink_bounds(np.asarray(sheet.picture))
    assert np.abs(np.subtract(before, ink_bounds(level))).max() <= 3


def test_vertical_japanese_runs_down_in_vertical_forms(fonts: Fonts) -> None:
    picture = Image.new("RGB", (80, 400), "white")
    page = Page(80, 400, (Line("春。「夏」ー", 0.9, box(10, 10, 70, 390)),))
    drawn = np.asarray(redraw(picture, page, fonts, WHITE))
    cells = np.array_split(drawn[10:390].min(axis=2), 6)
    assert all((cell < 128).any() for cell in cells)
    # The long vowel mark stands upright, and the full stop sits at the top right.
    rows, columns = np.nonzero(cells[5] < 128)
    assert np.ptp(rows) > 2 * np.ptp(columns)
    rows, columns = np.nonzero(cells[1] < 128)
    assert rows.mean() < len(cells[1]) / 2
    assert columns.mean() > 40


def test_a_character_that_no_font_draws_leaves_a_mark(fonts: Fonts) -> None:
    page = Page(200, 80, (Line("\U0002ebf0", 0.9, box(20, 10, 90, 70)),))
    drawn = np.asarray(redraw(Image.new("RGB", (200, 80), "white"), page, fonts, WHITE))
    assert drawn.min() < 128


TEXTS = {
    "nothing": "",
    "blanks": "   ",
    "control characters": "\x00\x07\x1b",
    "combining marks": "a\u0301" * 40,
    "500 characters": "x" * 500,
    "right to left": "العربية 123",
    "joined emoji": "\U0001f469\u200d\U0001f467",
    "half a surrogate": "\ud800",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("style", [WHITE, ORIGINAL])
def test_any_text_is_drawn_or_left_out(fonts: Fonts, text: str, style: Style) -> None:
    page = Page(300, 60, (Line(text, 0.5, box(10, 10, 290, 50)),))
    assert redraw(Image.new("RGB", (300, 60), "gray"), page, fonts, style).size == (300, 60)


QUADS = {
    "a point": ((5.0, 5.0),) * 4,
    "a line": ((0.0, 5.0), (50.0, 5.0), (50.0, 5.0), (0.0, 5.0)),
    "outside": box(500, 500, 600, 530),
    "partly outside": box(-40, -10, 60, 20),
    "huge": box(-1e12, -1e12, 1e12, 1e12),
    "mirrored": ((90.0, 10.0), (10.0, 10.0), (10.0, 40.0), (90.0, 40.0)),
    "crossed": ((10.0, 10.0), (90.0, 40.0), (90.0, 10.0), (10.0, 40.0)),
    "not a number": ((math.nan, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),
    "endless": ((math.inf, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),
    "a sliver askew": ((0.0, 0.0), (80.0, 40.0), (80.0, 40.4), (0.0, 0.4)),
}


@pytest.mark.parametrize("quad", QUADS.values(), ids=QUADS.keys())
@pytest.mark.parametrize("size", [(1, 1), (100, 60)])
@pytest.mark.parametrize("style", [WHITE, ORIGINAL])
def test_no_box_breaks_the_page(
    fonts: Fonts, quad: Quad, size: tuple[int, int], style: Style
) -> None:
    page = Page(*size, (Line("Text 漢字", 0.5, quad),))
    assert redraw(Image.new("RGB", size, "#336699"), page, fonts, style).size == size


@pytest.mark.parametrize("seed", range(6))
def test_no_page_of_random_boxes_breaks(fonts: Fonts, seed: int) -> None:
    chance = random.Random(seed)
    noise = np.random.default_rng(seed).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    lines = []
    for _ in range(25):
        corners = [(chance.uniform(-80, 400), chance.uniform(-80, 320)) for _ in range(4)]
        text = "".join(chance.choice("aÄ漢あ한ع😀 .-|") for _ in range(chance.randint(0, 30)))
        lines.append(Line(text, 0.5, (corners[0], corners[1], corners[2], corners[3])))
    page = Page(320, 240, tuple(lines))
    for style in (WHITE, KEEP, ORIGINAL):
        assert redraw(Image.fromarray(noise), page, fonts, style).size == (320, 240)


def test_an_empty_page_leaves_the_picture_as_it_is(fonts: Fonts) -> None:
    picture = Image.effect_noise((64, 48), 80).convert("RGB")
    drawn = redraw(picture, Page(64, 48, ()), fonts, ORIGINAL)
    assert np.array_equal(np.asarray(drawn), np.asarray(picture))


def test_the_given_picture_is_not_changed(fonts: Fonts) -> None:
    sheet = Sheet(fonts)
    sheet.write("unchanged", (60, 120))
    before = np.array(sheet.picture)
    sheet.redraw(ORIGINAL)
    assert np.array_equal(before, np.asarray(sheet.picture))


def unsure_sheet(fonts: Fonts) -> Sheet:
    """Return a page of two lines, the lower one read with doubt."""
    sheet = Sheet(fonts, color="#d8d4c8")
    sheet.write("Sure of it", (40, 60))
    sheet.write("Doubted", (40, 150), color="#803020")
    sheet.lines[1] = replace(sheet.lines[1], text="Wrong!", score=0.5)
    return sheet


def test_a_line_in_doubt_keeps_its_own_pixels_on_the_original(fonts: Fonts) -> None:
    sheet = unsure_sheet(fonts)
    drawn = sheet.redraw(Style(white_background=False, min_score=0.7))
    before = np.asarray(sheet.picture)
    assert np.array_equal(drawn[100:], before[100:])
    assert not np.array_equal(drawn[:100], before[:100])


def test_a_line_in_doubt_is_cut_out_for_a_white_page(fonts: Fonts) -> None:
    sheet = unsure_sheet(fonts)
    drawn = sheet.redraw(Style(min_score=0.7))
    before = np.asarray(sheet.picture)
    is_ink = (before[100:, :, 1] < 60) & (before[100:, :, 0] > 120)
    assert is_ink.any()
    # In its own letters and colour, and without the grey of the paper.
    assert np.abs(drawn[100:][is_ink].mean(axis=0) - before[100:][is_ink].mean(axis=0)).max() < 25
    assert (drawn[100:][~is_ink] == 255).mean() > 0.9
    assert (drawn[:100].max(axis=2) == drawn[:100].min(axis=2)).all()


def test_a_line_as_sure_as_is_asked_is_drawn_anew(fonts: Fonts) -> None:
    sheet = unsure_sheet(fonts)
    assert np.array_equal(sheet.redraw(Style(min_score=0.5)), sheet.redraw(WHITE))


def test_graphics_stay_on_a_white_page_where_that_is_asked(fonts: Fonts) -> None:
    sheet = Sheet(fonts, color="#ded9cc")
    draw = ImageDraw.Draw(sheet.picture)
    draw.line((20, 100, 580, 100), "#203080", 3)
    draw.rectangle((320, 120, 560, 180), "#203080")
    sheet.write("On paper", (40, 60))
    sheet.write("On a plate", (340, 160), color="white")
    drawn = sheet.redraw(Style(keep=Keep.GRAPHICS))
    assert (drawn[5:15] == 255).all()
    # As it would be on white paper.
    assert np.abs(drawn[100, 100].astype(int) - (37, 57, 160)).max() < 8
    assert np.array_equal(drawn[125, 330], (0x20, 0x30, 0x80))
    # Black on white, and what can be read on the plate as it was.
    assert ink_bounds(drawn[:90])[0] in range(38, 46)
    assert drawn[30:70, 40:180].min() < 10
    assert drawn[140:162, 340:520].min(axis=2).max() > 240
    plain = sheet.redraw(Style(keep=Keep.TEXT))
    assert (plain[95:105] == 255).all()
    assert np.array_equal(plain, sheet.redraw(WHITE))


def test_a_line_in_doubt_is_a_graphic_among_others(fonts: Fonts) -> None:
    sheet = unsure_sheet(fonts)
    drawn = sheet.redraw(Style(keep=Keep.GRAPHICS, min_score=0.7))
    before = np.asarray(sheet.picture)
    is_ink = (before[100:, :, 1] < 60) & (before[100:, :, 0] > 120)
    assert np.abs(drawn[100:][is_ink].mean(axis=0) - before[100:][is_ink].mean(axis=0)).max() < 25
    assert (drawn[190:] == 255).all()


FACES = (SANS, SERIF, MONO, SANS_ITALIC, SERIF_ITALIC, "DejaVuSans", "STIXTwoMath")
WORDS = (
    "gypsy",
    "jumps",
    "quickly",
    "TilÅ",
    "Étude",
    "by",
    "(f)",
    "HEAD",
    "figures",
    "42,50",
    "{j}",
    "of",
)


Printed = tuple[int, str, int, float, list[str]]


@st.composite
def printed(draw: st.DrawFn) -> Printed:
    """Return a size, a typeface, a weight, a leading in em and lines of words."""
    line = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
    return (
        draw(st.integers(14, 40)),
        draw(st.sampled_from(FACES)),
        draw(st.sampled_from((REGULAR, 500, BOLD))),
        draw(st.floats(1.0, 1.3)),
        draw(st.lists(line, min_size=2, max_size=4)),
    )


def lay_out(fonts: Fonts, printed: Printed) -> list[tuple[Plan, Pixels, Pixels]]:
    """Return the plan of each line of a page, what is drawn for it and its ink in truth."""
    size, face, weight, leading, texts = printed
    sheet = Sheet(fonts, (26 * size + 40, round(leading * size * len(texts)) + 3 * size))
    for row, text in enumerate(texts):
        at = (size, round(2 * size + leading * size * row))
        sheet.write(text, at, size, weight=weight, face=face)
    found = []
    for plan, ink in zip(sheet.plans(), sheet.inks, strict=True):
        drawn = np.zeros(ink.shape, np.uint8)
        drawn[plan.frame.region] = line_mask(plan, fonts)
        found.append((plan, drawn, ink))
    return found


@settings(
    derandomize=True,
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(page=(40, SERIF, REGULAR, 1.0146, ["figures", "(f)"]))
@given(page=printed())
def test_no_line_is_drawn_over_another(fonts: Fonts, page: Printed) -> None:
    for (_, one, true), (_, other, truth) in pairwise(lay_out(fonts, page)):
        if not ((true > 0) & (truth > 0)).any():
            assert not ((one > 127) & (other > 127)).any()


@settings(
    derandomize=True,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(page=printed())
def test_no_letter_is_cut_off_at_its_frame(fonts: Fonts, page: Printed) -> None:
    for plan, drawn, true in lay_out(fonts, page):
        for row in (plan.frame.top, plan.frame.bottom - 1):
            assert (drawn[row] > 127).sum() <= (true[row] > 127).sum()
