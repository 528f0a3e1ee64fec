"""Rules, borders and specks around the letters of a line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from picture.redraw.clutter import Parts, text_only, without_frames, without_rules
from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import BOLD, MONO, SANS, SERIF
from tests.redraw.sheet import Mask, Sheet


def cut(sheet: Sheet, own: Mask, margin: int) -> tuple[Mask, Mask]:
    """Return what is left of a page around some ink, 0 or 1, and the ink itself."""
    rows, columns = (np.flatnonzero((own > 127).any(axis=axis)) for axis in (1, 0))
    part = (
        slice(rows[0] - margin, rows[-1] + 1 + margin),
        slice(columns[0] - 8, columns[-1] + 9),
    )
    seen = (np.asarray(sheet.picture)[..., 0][part] < 128).astype(np.uint8)
    return without_rules(seen), (own[part] > 127).astype(np.uint8)


@pytest.mark.parametrize("text", ["TILE", "BELIEF", "EL", "FELT TILES"])
@pytest.mark.parametrize(("face", "weight"), [(SANS, BOLD), (SANS, 900), (SERIF, BOLD)])
@pytest.mark.parametrize("margin", [0, 6])
def test_bold_letters_keep_their_feet(
    fonts: Fonts, text: str, face: str, weight: int, margin: int
) -> None:
    sheet = Sheet(fonts, (700, 120))
    sheet.write(text, (30, 70), 36, weight=weight, face=face)
    left, own = cut(sheet, sheet.inks[0], margin)
    assert np.array_equal(left, own)


@pytest.mark.parametrize("margin", [2, 3])
def test_letters_behind_a_tall_stem_stay(fonts: Fonts, margin: int) -> None:
    sheet = Sheet(fonts, (700, 120))
    sheet.write("TILE", (30, 70), 36, weight=BOLD)
    left, own = cut(sheet, sheet.inks[0], margin)
    assert np.array_equal(left, own)


@pytest.mark.parametrize("face", [SANS, SERIF])
def test_bold_letters_keep_their_feet_over_a_rule(fonts: Fonts, face: str) -> None:
    sheet = Sheet(fonts, (700, 120))
    left, _, right, _ = sheet.write("TILE BELIEF", (30, 70), 36, weight=BOLD, face=face)
    ImageDraw.Draw(sheet.picture).rectangle((left, 74, right, 76), "black")
    kept, own = cut(sheet, sheet.inks[0], 8)
    assert np.array_equal(kept, own)


@pytest.mark.parametrize("dash", [5, 9])
def test_a_broken_rule_under_text_is_left_out(fonts: Fonts, dash: int) -> None:
    sheet = Sheet(fonts, (700, 120))
    left, _, right, _ = sheet.write("Amount due now", (30, 70), 36)
    for x in range(left - 6, right + 6, dash + 2):
        ImageDraw.Draw(sheet.picture).rectangle((x, 84, x + dash - 1, 85), "black")
    kept, own = cut(sheet, sheet.inks[0], 6)
    assert np.array_equal(kept, own)


def test_specks_outside_of_the_letters_are_left_out() -> None:
    mask = np.zeros((40, 120), np.uint8)
    mask[8:32, 20:26] = mask[8:32, 60:66] = 1
    mask[4:6, 100:101] = 1
    mask[20:22, 40:41] = 1
    kept = text_only(mask, Parts.of(mask))
    assert not kept[:, 90:].any()
    assert (kept[20:22, 40] == 255).all()
    assert (kept[:, :70] == 255 * mask[:, :70]).all()


def boxed(fonts: Fonts, text: str, *, is_ticked: bool) -> tuple[Mask, Mask]:
    """Return the ink of a label beside a box to tick, 0 or 1, and that of its letters alone."""
    sheet = Sheet(fonts, (400, 60))
    sheet.write(text, (60, 42), 30)
    letters = (np.asarray(sheet.picture)[..., 0] < 128).astype(np.uint8)
    pen = ImageDraw.Draw(sheet.picture)
    pen.rectangle((14, 18, 38, 42), None, "black", 2)
    if is_ticked:
        pen.line((16, 20, 36, 40), "black", 2)
        pen.line((36, 20, 16, 40), "black", 2)
    return (np.asarray(sheet.picture)[..., 0] < 128).astype(np.uint8), letters


@pytest.mark.parametrize("is_ticked", [False, True])
@pytest.mark.parametrize("text", ["Single", "DOUBLE 80", "B"])
def test_a_box_to_tick_is_no_letter(fonts: Fonts, text: str, is_ticked: bool) -> None:
    whole, letters = boxed(fonts, text, is_ticked=is_ticked)
    assert np.array_equal(without_frames(whole, Parts.of(whole)), letters)


@pytest.mark.parametrize("face", [SANS, SERIF, MONO])
@pytest.mark.parametrize("weight", [400, BOLD])
def test_letters_are_no_boxes(fonts: Fonts, face: str, weight: int) -> None:
    sheet = Sheet(fonts, (900, 70))
    sheet.write("B D O Q 0 8 E H # [ ] o e a g M", (20, 46), 36, face=face, weight=weight)
    mask = (np.asarray(sheet.picture)[..., 0] < 128).astype(np.uint8)
    assert np.array_equal(without_frames(mask, Parts.of(mask)), mask)


def test_a_box_alone_is_all_there_is() -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[8:32, 8:32] = 1
    mask[10:30, 10:30] = 0
    assert np.array_equal(without_frames(mask, Parts.of(mask)), mask)
