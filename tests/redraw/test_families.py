"""The family that a page's letters are set in."""

from __future__ import annotations

import pytest

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import (
    BOLD,
    COMIC,
    MONO,
    MONO_ITALIC,
    REGULAR,
    SANS,
    SANS_ITALIC,
    SERIF,
    SERIF_ITALIC,
)
from tests.redraw.sheet import Sheet

TEXTS = (
    "The quick brown fox jumps over",
    "every lazy dog that sleeps in",
    "the grass until the sun is down",
    "and a bright moon has risen",
)


def block(sheet: Sheet, face: str, top: int = 50, size: int = 22, weight: int = REGULAR) -> None:
    for row, text in enumerate(TEXTS):
        sheet.write(text, (30, top + 30 * row), size, face=face, weight=weight)


@pytest.fixture
def with_comic(fonts: Fonts) -> Fonts:
    if not fonts.draws("A", COMIC):
        pytest.skip("the comic typeface could not be had")
    return fonts


@pytest.mark.parametrize(
    ("face", "family"),
    [
        # Two designs of others.
        ("DejaVuSans", SANS),
        ("STIXTwoMath", SERIF),
        (SANS, SANS),
        (SERIF, SERIF),
        (MONO, MONO),
        (SANS_ITALIC, SANS_ITALIC),
        (SERIF_ITALIC, SERIF_ITALIC),
        (MONO_ITALIC, MONO_ITALIC),
    ],
)
@pytest.mark.parametrize("size", [16, 24])
def test_a_page_is_set_in_the_family_it_was_printed_in(
    fonts: Fonts, face: str, family: str, size: int
) -> None:
    sheet = Sheet(fonts, (700, 200))
    block(sheet, face, size=size)
    assert {plan.typeface for plan in sheet.plans()} == {family}


@pytest.mark.parametrize("face", [SERIF, MONO, SANS_ITALIC])
def test_a_line_with_little_text_follows_its_page(fonts: Fonts, face: str) -> None:
    sheet = Sheet(fonts, (700, 300))
    block(sheet, face)
    sheet.write("I", (600, 250), 22)
    assert sheet.plans()[-1].typeface == face


def test_a_serif_paragraph_on_a_sans_page_stays_serif(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 600))
    block(sheet, SANS)
    block(sheet, SERIF, 230)
    block(sheet, SANS, 410)
    found = [plan.typeface for plan in sheet.plans()]
    assert found == [SANS] * 4 + [SERIF] * 4 + [SANS] * 4


def test_letters_that_no_family_draws_keep_their_line_sans(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 260))
    block(sheet, SERIF)
    sheet.write("合计金额第一行", (30, 220), 24, face="NotoSansCJK")
    assert [plan.typeface for plan in sheet.plans()] == [SERIF] * 4 + [SANS]


@pytest.mark.parametrize("weight", [REGULAR, BOLD])
def test_comic_lettering_is_set_as_such_in_its_own_weight(with_comic: Fonts, weight: int) -> None:
    sheet = Sheet(with_comic, (700, 200))
    block(sheet, COMIC, size=24, weight=weight)
    plans = sheet.plans()
    assert {plan.typeface for plan in plans} == {COMIC}
    assert {plan.weight >= 600 for plan in plans} == {weight == BOLD}
    assert all(abs(plan.size / 24 - 1) < 0.06 for plan in plans)


def test_a_comic_line_on_a_printed_page_is_set_as_the_page_is(with_comic: Fonts) -> None:
    sheet = Sheet(with_comic, (700, 400))
    block(sheet, SANS)
    block(sheet, SANS, 200)
    sheet.write("and somebody has drawn this", (30, 350), 22, face=COMIC)
    assert {plan.typeface for plan in sheet.plans()} == {SANS}
