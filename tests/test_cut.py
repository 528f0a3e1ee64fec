"""Cuts of fonts: shaped text, and files of a few letters."""

from __future__ import annotations

import io

import pytest
from PIL import ImageFont

from picture.cut import Cut
from picture.redraw import FONTS_FOLDER, Fonts


def cut(face: str, weight: int = 400, width: float = 100.0) -> Cut:
    return Fonts(FONTS_FOLDER).cut(face, weight, width, "zh-Hans")


def test_glyphs_are_as_wide_as_pillow_draws_them() -> None:
    fonts = Fonts(FONTS_FOLDER)
    for weight, width in ((400, 100.0), (700, 62.5)):
        own = sum(glyph.advance for glyph in cut("NotoSans", weight, width).shape("AVATAR office"))
        drawn = fonts.font("NotoSans", 200, weight, width).getlength("AVATAR office") / 200
        assert own == pytest.approx(drawn, rel=0.01)


@pytest.mark.parametrize(
    ("face", "text"),
    [("NotoSans", "office"), ("NotoSansDevanagari", "हिन्दी"), ("NotoSansCJK", "第一")],
)
def test_each_letter_is_shown_by_one_glyph(face: str, text: str) -> None:
    assert "".join(glyph.text for glyph in cut(face).shape(text)) == text


def test_text_from_right_to_left_is_shaped_as_it_stands() -> None:
    shaped = cut("NotoSansHebrew").shape("שלום")
    assert [glyph.text for glyph in shaped] == list("םולש")


@pytest.mark.parametrize("face", ["NotoSans", "NotoSansCJK"])
def test_a_file_of_glyphs_is_small_and_one_any_reader_opens(face: str) -> None:
    own = cut(face, 700)
    numbers = {glyph.number for glyph in own.shape("12")}
    file, mapped = own.of_glyphs(numbers)
    assert len(file) < 8_000
    assert numbers <= mapped.keys()
    assert b"CFF2" not in file
    assert b"fvar" not in file


def test_a_file_of_letters_draws_them_as_bold_as_they_were() -> None:
    file = cut("NotoSans", 700).of_letters("Hello")
    font = ImageFont.truetype(io.BytesIO(file), 100)
    bold = Fonts(FONTS_FOLDER).font("NotoSans", 100, 700)
    assert font.getlength("Hello") == pytest.approx(bold.getlength("Hello"), rel=0.01)
    assert font.getmask("Hello").getbbox() == bold.getmask("Hello").getbbox()
