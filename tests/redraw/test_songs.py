"""The serif that Chinese and Japanese is set in where the picture shows it so."""

from __future__ import annotations

import numpy as np
import pytest

from picture.redraw.draw import Style
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan
from picture.redraw.typefaces import BOLD, CJK, REGULAR, SANS, SERIF, SONG
from picture.redraw.vector import letter
from tests.redraw.sheet import ORIGINAL, WHITE, Sheet

CHINESE = (
    "古老的石桥横跨在小河上，桥边种着几棵柳树。",
    "图书馆每天上午九点开门，星期一休息。",
    "孩子们在公园里放风筝，老人在树下下棋。",
)
JAPANESE = (
    "図書館は毎朝九時に開き、月曜日は休みです。",
    "古い石の橋が小さな川にかかっている。",
    "海辺を長い間歩いて、日が沈むのを見た。",
)


@pytest.fixture
def with_song(fonts: Fonts) -> Fonts:
    if not fonts.draws("中", SONG):
        pytest.skip("the serif typeface for Chinese could not be had")
    return fonts


def block(sheet: Sheet, face: str, top: int = 50, size: int = 22, weight: int = REGULAR) -> None:
    for row, text in enumerate(CHINESE):
        sheet.write(text, (30, top + 34 * row), size, face=face, weight=weight)


def faces(plan: Plan) -> set[str]:
    return {run.face for run in plan.runs}


@pytest.mark.parametrize("face", [CJK, SONG])
@pytest.mark.parametrize("texts", [CHINESE, JAPANESE])
@pytest.mark.parametrize("size", [16, 20, 32])
def test_a_page_is_set_in_what_it_was_printed_in(
    with_song: Fonts, face: str, texts: tuple[str, ...], size: int
) -> None:
    sheet = Sheet(with_song, (800, 260))
    for row, text in enumerate(texts):
        sheet.write(text, (30, 60 + 2 * size * row), size, face=face)
    assert [faces(plan) for plan in sheet.plans()] == [{face}] * 3


def test_a_paragraph_that_is_printed_otherwise_than_its_page_stays_so(with_song: Fonts) -> None:
    sheet = Sheet(with_song, (700, 520))
    block(sheet, CJK)
    block(sheet, SONG, 210)
    block(sheet, CJK, 370)
    assert [plan.han for plan in sheet.plans()] == [CJK] * 3 + [SONG] * 3 + [CJK] * 3


def test_letters_too_small_to_tell_follow_their_page(with_song: Fonts) -> None:
    sheet = Sheet(with_song, (700, 300))
    block(sheet, SONG)
    sheet.write("本合同有效期三年", (30, 240), 10, face=SONG)
    assert sheet.plans()[-1].han == SONG


def test_small_letters_alone_stay_sans(with_song: Fonts) -> None:
    sheet = Sheet(with_song, (500, 200))
    block(sheet, SONG, size=10)
    assert {plan.han for plan in sheet.plans()} == {CJK}


def test_korean_stays_as_it_is(with_song: Fonts) -> None:
    sheet = Sheet(with_song, (700, 300))
    block(sheet, SONG)
    sheet.write("도서관은 매일 아침 연다", (30, 240), 22, face=CJK)
    assert faces(sheet.plans()[-1]) == {CJK}


@pytest.mark.parametrize("latin", [SANS, SERIF])
def test_latin_letters_in_a_line_are_set_as_printed(with_song: Fonts, latin: str) -> None:
    sheet = Sheet(with_song, (800, 200))
    for row, (before, word, after) in enumerate(
        (("图书馆在", "Hamburg", "每天开门"), ("他写给", "Margaret", "的信很长"))
    ):
        x, y = 30, 60 + 60 * row
        start = x
        for text, face in ((before, SONG), (word, latin), (after, SONG)):
            _, top, x, bottom = sheet.write(text, (x, y), 28, face=face)
        del sheet.lines[-3:]
        sheet.note(before + word + after, (start, top, x, bottom), 5)
    for plan in sheet.plans():
        assert faces(plan) == {SONG, latin}


def test_bold_lines_among_lines_in_song_stay_sans(with_song: Fonts) -> None:
    sheet = Sheet(with_song, (700, 300))
    block(sheet, SONG)
    sheet.write("合计金额与付款方式", (30, 240), 22, face=CJK, weight=BOLD)
    plans = sheet.plans()
    assert [plan.han for plan in plans] == [SONG] * 3 + [CJK]
    assert plans[-1].weight >= 600
    assert {plan.weight for plan in plans[:3]} == {REGULAR}


@pytest.mark.parametrize("face", [CJK, SONG])
def test_a_column_is_set_in_what_it_was_printed_in(with_song: Fonts, face: str) -> None:
    sheet = Sheet(with_song, (300, 500))
    for column, text in enumerate(("古老的石桥横跨在小河", "图书馆每天上午开门")):
        x = 200 - 60 * column
        for row, own in enumerate(text):
            sheet.write(own, (x, 60 + 34 * row), 30, face=face)
        del sheet.lines[-len(text) :]
        sheet.note(text, (x, 34, x + 30, 64 + 34 * (len(text) - 1)), 5)
    plans = sheet.plans()
    assert all(plan.is_column for plan in plans)
    assert {plan.han for plan in plans} == {face}


@pytest.mark.parametrize("style", [WHITE, ORIGINAL])
def test_the_drawn_page_is_nearer_to_the_printed_one(
    with_song: Fonts, monkeypatch: pytest.MonkeyPatch, style: Style
) -> None:
    sheet = Sheet(with_song, (700, 200))
    block(sheet, SONG, size=28)
    printed = np.asarray(sheet.picture).astype(int)

    def apart() -> float:
        return float(np.abs(sheet.redraw(style).astype(int) - printed).mean())

    own = apart()
    monkeypatch.setattr("picture.redraw.harmony.share_songs", lambda *_: None)
    assert own < 0.6 * apart()


def test_without_the_typeface_all_stays_sans(
    with_song: Fonts, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Sheet(with_song, (700, 200))
    block(sheet, SONG)
    draws = Fonts.draws
    monkeypatch.setattr(
        Fonts, "draws", lambda own, letter, face: face != SONG and draws(own, letter, face)
    )
    assert {plan.han for plan in sheet.plans()} == {CJK}


def test_letters_that_stay_letters_are_of_the_serif_too(with_song: Fonts) -> None:
    sheet = Sheet(with_song, (700, 200))
    block(sheet, SONG)
    _, lettering = letter(sheet.picture, sheet.page, with_song, WHITE)
    spans = [span for row in lettering.rows for word in row.words for span in word]
    assert "".join(span.text for span in spans) == "".join(CHINESE)
    assert {span.cut.name for span in spans} == {SONG}
    assert all(span.cut.of_letters(span.text) for span in spans)
