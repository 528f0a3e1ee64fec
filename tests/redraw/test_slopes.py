"""Words that stand aslant in upright lines."""

from __future__ import annotations

import pytest

from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan
from picture.redraw.typefaces import MONO, SANS, SANS_ITALIC, SERIF, SERIF_ITALIC
from tests.redraw.sheet import Part, Sheet

SLOPES = {SANS: SANS_ITALIC, SERIF: SERIF_ITALIC}
STRESSED = (
    ("the quick", "brown fox", "jumps over every"),
    ("lazy dogs", "that sleep", "in the long grass"),
    ("until the sun", "goes down", "and a bright"),
    ("moon has risen over", "many houses", "by the sea"),
)


def words_of(text: str, face: str) -> list[Part]:
    return [Part(word, face=face) for word in text.split()]


def printed(fonts: Fonts, upright: str, stressed: str, size: int = 24) -> list[Plan]:
    sheet = Sheet(fonts, (900, 220))
    for row, (before, middle, after) in enumerate(STRESSED):
        parts = words_of(before, upright) + words_of(middle, stressed) + words_of(after, upright)
        sheet.set(parts, (30, 50 + 40 * row), size)
    return sheet.plans()


def aslant(plan: Plan) -> str:
    faces = SLOPES.values()
    return " ".join(word.text for word in plan.words if all(run.face in faces for run in word.runs))


@pytest.mark.parametrize("face", [SANS, SERIF])
@pytest.mark.parametrize("size", [18, 24])
def test_stressed_words_are_set_aslant_and_no_others(fonts: Fonts, face: str, size: int) -> None:
    plans = printed(fonts, face, SLOPES[face], size)
    assert {plan.typeface for plan in plans} == {face}
    assert [aslant(plan) for plan in plans] == [middle for _, middle, _ in STRESSED]


@pytest.mark.parametrize("face", [SANS, SERIF, MONO, "DejaVuSans", "STIXTwoMath"])
def test_where_nothing_is_stressed_nothing_is_aslant(fonts: Fonts, face: str) -> None:
    assert "".join(map(aslant, printed(fonts, face, face))) == ""


def test_a_short_word_is_aslant_only_beside_another(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 120))
    upright, stressed = (words_of(text, SERIF) for text in ("when all of this", "in a row"))
    leaning = words_of("is", SERIF_ITALIC) + words_of("clearly so", SERIF_ITALIC)
    sheet.set(upright + leaning + stressed, (30, 50), 24)
    sheet.set(words_of("of the", SERIF) + words_of("a", SERIF_ITALIC) + upright, (30, 90), 24)
    assert [aslant(plan) for plan in sheet.plans()] == ["is clearly so", ""]
