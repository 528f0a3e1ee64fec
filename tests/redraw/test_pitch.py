"""Letters of one width."""

from __future__ import annotations

import pytest

from picture.redraw.fonts import Fonts
from picture.redraw.typefaces import MONO
from tests.redraw.sheet import Part, Sheet

CODE = ("total = quantity * price", "names: list[str] = []", "is_even = some_number % 2")


def typed(fonts: Fonts, texts: tuple[str, ...], sizes: tuple[int, ...] = (22,)) -> Sheet:
    sheet = Sheet(fonts, (800, 60 + 40 * len(texts) * len(sizes)))
    for number, (size, text) in enumerate((size, text) for size in sizes for text in texts):
        parts = [Part(word, face=MONO, gap=0.6) for word in text.split()]
        sheet.set(parts, (40, 50 + 40 * number), size)
    return sheet


def test_lines_of_one_pitch_are_of_one_size(fonts: Fonts) -> None:
    plans = typed(fonts, (*CODE, "one = x")).plans()
    assert {plan.family for plan in plans} == {MONO}
    assert len({plan.size for plan in plans}) == 1
    assert plans[0].size == pytest.approx(22, rel=0.06)


def test_lines_of_another_pitch_keep_their_size(fonts: Fonts) -> None:
    plans = typed(fonts, CODE, (22, 26)).plans()
    assert [plan.size for plan in plans] == pytest.approx([22, 22, 22, 26, 26, 26], rel=0.06)


def test_a_row_of_dashes_between_them_is_set_as_they_are(fonts: Fonts) -> None:
    plans = typed(fonts, (*CODE[:2], 30 * "-", CODE[2])).plans()
    assert plans[2].family == MONO
    assert plans[2].size == plans[0].size
