"""Lines stay off one another where the picture's own do."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from picture.page import Line, Page
from picture.redraw.draw import line_mask, plan_page
from picture.redraw.fonts import FONTS_FOLDER, Fonts, prepare
from picture.redraw.typefaces import MONO, SANS, SANS_ITALIC, SERIF, SERIF_ITALIC

WORDS = ("gypsy", "jumping", "Ågård", "(Éj)", "pqy", "glyph", "bdfhkl", "lazy", "dog,", "1,204")
SIZE = (640, 360)

Ink = NDArray[np.bool_]


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    prepare(FONTS_FOLDER)
    return Fonts(FONTS_FOLDER)


def draw_lines(
    chance: random.Random, fonts: Fonts, pitch: float
) -> tuple[Image.Image, list[Line], list[Ink]]:
    """Draw lines so many em apart, in boxes that reach into one another."""
    size, weight = chance.randint(14, 34), chance.choice([400, 700])
    family = chance.choice([SANS, SERIF, MONO, SANS_ITALIC, SERIF_ITALIC])
    font = fonts.font(family, size, weight)
    picture = Image.new("RGB", SIZE, "white")
    lines, inks, y = [], [], 2.0 * size
    while y < SIZE[1] - size:
        words = [chance.choice(WORDS) for _ in range(chance.randint(2, 6))]
        while font.getlength(" ".join(words)) > SIZE[0] - 60:
            words.pop()
        text = " ".join(words)
        ink = Image.new("L", SIZE)
        ImageDraw.Draw(ink).text((30, round(y)), text, 255, font, "ls")
        ImageDraw.Draw(picture).text((30, round(y)), text, "black", font, "ls")
        left, top, right, bottom = ink.getbbox() or (0, 0, 1, 1)
        margin = 0.3 * (bottom - top)
        low, high = (left - margin, top - margin), (right + margin, bottom + margin)
        lines.append(Line(text, 0.99, (low, (high[0], low[1]), high, (low[0], high[1]))))
        inks.append(np.asarray(ink) > 127)
        y += pitch * size
    return picture, lines, inks


@pytest.mark.parametrize("seed", range(12))
def test_lines_that_do_not_meet_are_not_drawn_over_one_another(fonts: Fonts, seed: int) -> None:
    chance = random.Random(seed)
    picture, lines, inks = draw_lines(chance, fonts, chance.uniform(1.0, 1.25))
    drawn = []
    for plan in plan_page(np.asarray(picture), Page(*SIZE, tuple(lines)), fonts):
        assert plan is not None
        ink = np.zeros(inks[0].shape, bool)
        ink[plan.frame.region] = line_mask(plan, fonts) > 127
        assert ink.any()
        drawn.append(ink)
    met = [int((one & other).sum()) for one, other in pairwise(drawn)]
    truly = [int((one & other).sum()) for one, other in pairwise(inks)]
    assert all(own == 0 or true > 0 for own, true in zip(met, truly, strict=True)), (met, truly)


def test_lines_far_apart_keep_their_size(fonts: Fonts) -> None:
    picture, lines, _ = draw_lines(random.Random(1), fonts, 1.6)
    together = plan_page(np.asarray(picture), Page(*SIZE, tuple(lines)), fonts)
    sizes = {plan.size for plan in together if plan is not None}
    assert len(sizes) == 1
    assert all(plan.free is None for plan in together if plan is not None)


def test_boxes_all_over_one_another_come_to_an_end(fonts: Fonts) -> None:
    chance = random.Random(5)
    pixels = np.full((800, 1200, 3), 255, np.uint8)
    lines = []
    for _ in range(80):
        x, y = chance.uniform(0, 800), chance.uniform(0, 700)
        box = ((x, y), (x + 380, y), (x + 380, y + 90), (x, y + 90))
        lines.append(Line("overlapping", 0.9, box))
    assert len(plan_page(pixels, Page(1200, 800, tuple(lines)), fonts)) == 80
