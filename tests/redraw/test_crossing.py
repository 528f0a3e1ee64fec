"""Thin strokes of another colour that run into letters."""

from __future__ import annotations

import numpy as np
from PIL import ImageDraw

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import BOLD
from tests.redraw.sheet import ORIGINAL, Part, Sheet


def hatched(fonts: Fonts) -> Sheet:
    sheet = Sheet(fonts, (420, 130), "#96b478")
    pen = ImageDraw.Draw(sheet.picture)
    for x in range(20, 400, 15):
        pen.line((x, 30, x - 8, 62), "#283c28", 2)
    sheet.write("KRAK!", (50, 95), 80, color="#d6281e", weight=BOLD)
    return sheet


def test_hatching_behind_letters_is_none_of_their_ink(fonts: Fonts) -> None:
    sheet = hatched(fonts)
    plain = Sheet(fonts, (420, 130), "#96b478")
    plain.write("KRAK!", (50, 95), 80, color="#d6281e", weight=BOLD)
    (plan,), (alone,) = sheet.plans(), plain.plans()
    assert plan.ink is not None
    assert alone.ink is not None
    assert abs(plan.ink.stroke / alone.ink.stroke - 1) < 0.15
    assert abs(plan.weight - alone.weight) <= 100


def test_hatching_away_from_letters_stays(fonts: Fonts) -> None:
    sheet = hatched(fonts)
    before, after = np.asarray(sheet.picture).astype(int), sheet.redraw(ORIGINAL)
    ink = sheet.inks[0] > 0
    is_near = np.zeros_like(ink)
    for down in range(-8, 9):
        for across in range(-8, 9):
            is_near |= np.roll(ink, (down, across), (0, 1))
    is_hatched = (before.max(axis=2) < 100) & ~is_near
    kept = np.abs(after - before).max(axis=2) < 32
    assert is_hatched.sum() > 500
    assert kept[is_hatched].mean() > 0.9


def test_thin_words_of_another_colour_are_ink(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (500, 130))
    sheet.set([Part("EUR", "#1040c0", 200), Part("48.90", "#c01010", 900)], (40, 90), 50)
    (plan,) = sheet.plans()
    assert plan.ink is not None
    columns = np.flatnonzero((sheet.inks[0] > 127).any(axis=0))
    assert abs(plan.frame.left + plan.ink.left - columns[0]) < 1.5


def test_lettering_keeps_its_colour_where_a_drawing_beside_it_is_darker(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (620, 130), "#96b478")
    pen = ImageDraw.Draw(sheet.picture)
    for x in range(20, 600, 15):
        pen.line((x, 30, x - 8, 62), "black", 2)
    left, _, right, _ = sheet.write("KRAK!", (50, 95), 80, color="#d6281e", weight=BOLD)
    sheet.lines.clear()
    sheet.note("KRAK!", (left, 30, 590, 100), 6)
    (plan,) = sheet.plans()
    assert np.abs(plan.color - (214, 40, 30)).max() < 12
    assert plan.ink is not None
    assert abs(plan.frame.left + plan.ink.right - right) < 12
    before, after = np.asarray(sheet.picture).astype(int), sheet.redraw(ORIGINAL)
    beyond = (slice(None), slice(right + 20, None))
    assert np.abs(after[beyond] - before[beyond]).max() < 32
