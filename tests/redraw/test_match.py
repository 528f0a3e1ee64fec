"""Which ink is that of which word."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from picture.redraw.fonts import Fonts
from picture.redraw.match import match_words
from picture.redraw.typefaces import MONO, SANS, SANS_ITALIC, SERIF
from tests.redraw.sheet import Part, Sheet, Span


def seen(sheet: Sheet) -> list[Span] | None:
    """Return where the ink of each word of a page's line is found on the page."""
    plan = sheet.alone()[0]
    left = plan.frame.left
    return plan.spans and [(start + left, end + left) for start, end in plan.spans]


def assert_near(found: list[Span] | None, expected: list[Span], reach: float = 1.5) -> None:
    assert found is not None
    assert np.abs(np.subtract(found, expected)).max() <= reach


@pytest.mark.parametrize("face", [SANS, SERIF, MONO])
@pytest.mark.parametrize("size", [15, 32])
def test_words_are_where_their_ink_is(fonts: Fonts, face: str, size: int) -> None:
    sheet = Sheet(fonts, (900, 100))
    texts = ("Total", "of", "a", "month:", "1,234.56", "EUR")
    spans = sheet.set([Part(text, face=face) for text in texts], (20, 60), size)
    assert_near(seen(sheet), spans)


def test_wide_gaps_do_not_mislead(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 100))
    spans = sheet.set([Part("Milk", gap=6), Part("1"), Part("l", gap=4), Part("2.50")], (20, 60))
    assert_near(seen(sheet), spans)


@pytest.mark.parametrize("gap", [0.3, 0.9, 2])
def test_a_space_that_was_not_read_stays_inside_of_its_word(fonts: Fonts, gap: float) -> None:
    sheet = Sheet(fonts, (900, 100))
    parts = [Part("Total", gap=gap), Part("amount"), Part("12.05"), Part("Monday")]
    one, other, number, day = sheet.set(parts, (20, 60), 32, "Totalamount 12.05 Monday")
    assert_near(seen(sheet), [(one[0], other[1]), number, day])


def test_a_colon_that_stands_apart_belongs_to_the_word_before_it(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 100))
    parts = [Part("Date", gap=0.6), Part(":"), Part("12.05.2024"), Part("Monday")]
    date, colon, number, day = sheet.set(parts, (20, 60), 32, "Date: 12.05.2024 Monday")
    assert_near(seen(sheet), [(date[0], colon[1]), number, day])


def test_words_aslant_that_touch_are_parted(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 100))
    texts = ("half", "type", "office", "yard")
    parts = [Part(text, face=SANS_ITALIC, gap=-0.02) for text in texts]
    spans = sheet.set(parts, (20, 60), 32)
    # Somewhere a letter reaches over the gap.
    assert any(after[0] <= before[1] for before, after in pairwise(spans))
    # What reaches over is cut off: the arm of an f is not followed.
    assert_near(seen(sheet), spans, 6)


def test_ink_in_one_piece_is_not_told_apart() -> None:
    runs, columns = np.array([[0, 400]]), np.full(400, 20.0)
    assert match_words([100.0, 200.0], runs, columns, 32) is None


def test_words_unlike_the_ink_are_not_matched() -> None:
    runs, columns = np.array([[0, 10], [30, 300]]), np.full(300, 20.0)
    found = match_words([10.0, 270.0], runs, columns, 32)
    assert found == [(0.0, 10.0), (30.0, 300.0)]
    assert match_words([270.0, 10.0], runs, columns, 32) is None
