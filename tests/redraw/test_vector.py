"""Letters in place: where the redraw draws them, in the order in which they are read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from picture.lettering import Row
from picture.page import Line, Page
from picture.redraw.draw import Style
from picture.redraw.fonts import FONTS_FOLDER, Fonts
from picture.redraw.vector import letter
from tests.drawn import box, draw_lines

ORIGINAL = Style(white_background=False)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


@pytest.fixture(scope="module")
def rows(fonts: Fonts) -> dict[str, Row]:
    picture, page = draw_lines()
    _, lettering = letter(picture, page, fonts, Style())
    assert (lettering.width, lettering.height) == picture.size
    return {line.text: row for line, row in zip(page.lines, lettering.rows, strict=True)}


def test_rows_say_what_lines_say(rows: dict[str, Row]) -> None:
    assert [row.text for row in rows.values()] == list(rows)


def test_words_follow_each_other_as_they_are_read(rows: dict[str, Row]) -> None:
    starts = {text: [word[0].x for word in row.words] for text, row in rows.items()}
    assert starts["Grand Total 42.50"] == sorted(starts["Grand Total 42.50"])
    assert starts["שלום עולם"] == sorted(starts["שלום עולם"], reverse=True)


def test_letters_reach_as_far_as_the_ink(rows: dict[str, Row]) -> None:
    words = rows["Grand Total 42.50"].words
    left, _, _, _, x, _ = rows["Grand Total 42.50"].place
    assert left == pytest.approx(1)
    assert x + words[0][0].x == pytest.approx(30, abs=2)
    assert words[0][0].size == pytest.approx(28, abs=1)


def test_a_column_is_upright_letter_under_letter(rows: dict[str, Row]) -> None:
    row = rows["縦書き「テスト」。"]
    places = [(span.x, span.y) for word in row.words for span in word]
    assert not row.is_spaced
    assert np.ptp([x for x, _ in places]) < 1
    assert (np.diff([y for _, y in places]) > 30).all()
    assert all(span.is_upright for word in row.words for span in word)


def test_turned_lines_are_turned_by_their_place(rows: dict[str, Row]) -> None:
    a, b, c, d, _, _ = rows["Going down"].place
    assert (a, b, c, d) == pytest.approx((0, 1, -1, 0), abs=1e-6)
    a, b, c, d, _, _ = rows["upside down"].place
    assert (a, b, c, d) == pytest.approx((-1, 0, 0, -1), abs=1e-6)
    a, b, _, _, _, _ = rows["at an angle"].place
    assert np.degrees(np.arctan2(b, a)) == pytest.approx(20, abs=1)


def test_equal_words_from_right_to_left_keep_their_order(fonts: Fonts) -> None:
    page = Page(600, 60, (Line("אב גד אב", 0.9, box(10, 10, 580, 50)),))
    _, lettering = letter(Image.new("RGB", (600, 60)), page, fonts, Style())
    xs = [word[0].x for word in lettering.rows[0].words]
    assert xs == sorted(xs, reverse=True)


def test_the_original_comes_without_its_ink_and_white_without_a_picture(fonts: Fonts) -> None:
    picture, page = draw_lines("#204060", "#f0e8d0")
    ground, lettering = letter(picture, page, fonts, ORIGINAL)
    assert ground is not None
    assert np.asarray(ground)[20:60, 30:300].min() > 190
    assert lettering.rows[0].words[0][0].color == pytest.approx((32, 64, 96), abs=12)
    ground, lettering = letter(picture, page, fonts, Style())
    assert ground is None
    assert lettering.rows[0].words[0][0].color == (0, 0, 0)


def test_work_stops_between_lines(fonts: Fonts) -> None:
    picture, page = draw_lines()

    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        letter(picture, page, fonts, Style(), stop)
