"""Spaces that the ink shows and the text lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from picture.page import Word
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan
from picture.redraw.typefaces import BOLD, CJK, MONO, SANS, SERIF
from tests.redraw.sheet import WHITE, Part, Sheet, Span, box


def words(plan: Plan) -> list[str]:
    return ["".join(run.text for run in word.runs) for word in plan.words]


def is_free(sheet: Sheet, gap: Span) -> bool:
    """Tell whether nothing is drawn within a gap, but for its rims."""
    drawn = sheet.redraw(WHITE)
    return bool((drawn[:, round(gap[0]) + 3 : round(gap[1]) - 3] == 255).all())


@pytest.mark.parametrize("face", [SANS, SERIF])
@pytest.mark.parametrize("size", [18, 32])
def test_a_colon_set_apart_stays_apart(fonts: Fonts, face: str, size: int) -> None:
    sheet = Sheet(fonts, (600, 100))
    label, colon = sheet.set([Part("Date", face=face, gap=1.2), Part(":", face=face)], (20, 60),
                             size, "Date:")  # fmt: skip
    plan = sheet.plans()[0]
    assert words(plan) == ["Date", ":"]
    assert [word.goes_on for word in plan.words] == [False, True]
    assert is_free(sheet, (label[1], colon[0]))


def test_words_read_as_one_are_drawn_as_two(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 100))
    parts = [Part("Amount"), Part("due"), Part("today")]
    amount, due, _ = sheet.set(parts, (20, 60), 32, "Amountdue today")
    assert words(sheet.plans()[0]) == ["Amount", "due", "today"]
    assert is_free(sheet, (amount[1], due[0]))


def test_chinese_words_set_apart_stay_apart(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 100))
    parts = [Part(text, face=CJK, gap=1.0) for text in ("姓名", "性别", "出生日期")]
    spans = sheet.set(parts, (20, 60), 32, "姓名性别出生日期")
    assert words(sheet.plans()[0]) == ["姓名", "性别", "出生日期"]
    assert is_free(sheet, (spans[0][1], spans[1][0]))
    assert is_free(sheet, (spans[1][1], spans[2][0]))


def test_gaps_are_where_the_letters_beside_them_were_read(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (1200, 100))
    # Digits far narrower than those they are drawn anew with.
    said = ["7111-2115", "柴油货车", "牵引车技术条件", "的要求"]
    parts = [Part("7lll-2ll5", gap=0.5), *(Part(text, face=CJK, gap=0.7) for text in said[1:])]
    spans = sheet.set(parts, (20, 60), 18, "".join(said))
    edges = [np.linspace(*span, len(text) + 1) for text, span in zip(said, spans, strict=True)]
    letters = tuple(
        Word(letter, 0.99, box(left, 40, right, 64))
        for text, own in zip(said, edges, strict=True)
        for letter, left, right in zip(text, own, own[1:], strict=False)
    )
    sheet.lines[0] = replace(sheet.lines[0], words=letters)
    assert words(sheet.plans()[0]) == said


def test_letters_set_apart_are_no_words(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 100))
    spans = sheet.set([Part(letter, gap=0.3) for letter in "INVOICE"], (20, 60), 32, "INVOICE")
    assert words(sheet.plans()[0]) == ["INVOICE"]
    columns = np.flatnonzero((sheet.redraw(WHITE)[..., 0] < 100).any(axis=0))
    assert columns[0] == pytest.approx(spans[0][0], abs=2)
    assert columns[-1] + 1 == pytest.approx(spans[-1][1], abs=2)


@pytest.mark.parametrize("face", [SANS, SERIF, MONO])
def test_words_as_they_were_read_are_not_cut(fonts: Fonts, face: str) -> None:
    sheet = Sheet(fonts, (900, 100))
    texts = ("Wait", "illegally", "1.111", "i.e.", "AVATAR", "(f)")
    sheet.set([Part(text, face=face) for text in texts], (20, 60), 30)
    assert words(sheet.plans()[0]) == [*texts]


def test_letters_that_faded_in_part_are_no_spaces(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 100))
    parts = [Part(letter, "#202020", BOLD, gap=0.0) for letter in "Description"]
    spans = sheet.set(parts, (30, 60), 32, "Description")
    pixels = np.array(sheet.picture)
    for start, end in (spans[1], spans[4]):
        faded = pixels[:, int(start) : int(start + 0.75 * (end - start))]
        faded[:] = 255 - (255 - faded) // 6
    sheet.picture = Image.fromarray(pixels)
    assert words(sheet.plans()[0]) == ["Description"]
