"""Other scripts, drawn and read with the packs that are fetched at set-up or the system's."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from picture.reading import packs
from picture.reading.engine import Engine
from picture.reading.languages import BY_TAG
from picture.reading.orientation import Orientation
from picture.reading.tesseract import Tesseract
from picture.redraw import CJK, FONTS_FOLDER, Fonts
from tests.conftest import draw_page

FONTS = Fonts(FONTS_FOLDER)
LINES = {
    "rus": ("NotoSans", "Все люди рождаются свободными", "и равными в своём достоинстве"),
    "ell": ("NotoSans", "Όλοι οι άνθρωποι γεννιούνται", "ελεύθεροι και ίσοι στην αξιοπρέπεια"),
    "kor": (CJK, "모든 인간은 태어날 때부터 자유로우며", "그 존엄과 권리에 있어 동등하다"),
    "ara": ("NotoSansArabic", "يولد جميع الناس أحرارا", "متساوين في الكرامة والحقوق"),
}


def drawn(pack: str) -> Image.Image:
    """Draw a page of a language, from the right where it is written so."""
    face, *lines = LINES[pack]
    font = FONTS.font(face, 32)
    page = Image.new("RGB", (900, 200), "white")
    for row, line in enumerate(lines):
        x = 860 - font.getlength(line) if pack == "ara" else 40
        ImageDraw.Draw(page).text((x, 30 + 70 * row), line, "black", font)
    return page


def likeness(read: Sequence[str], truth: Sequence[str]) -> float:
    """Return how many words of a text were read."""
    found, wanted = " ".join(read).split(), " ".join(truth).split()
    return sum(word in found for word in wanted) / len(wanted)


@pytest.mark.parametrize("pack", LINES)
def test_other_scripts_are_read_and_say_by_what(engine: Engine, pack: str) -> None:
    page = engine.read(drawn(pack), 60)
    assert likeness([line.text for line in page.lines], LINES[pack][1:]) >= 0.8
    assert {line.reader for line in page.lines} == {f"tesseract {pack}"}
    assert all(line.score > 0.6 for line in page.lines)


def test_greek_is_spelled_with_its_own_letter_and_no_sign_for_a_millionth(engine: Engine) -> None:
    page = Image.new("RGB", (900, 120), "white")
    font = FONTS.font("NotoSerif", 24)
    text = "τα ανθρώπινα δικαιώματα όλων με σημασία στον κόσμο"
    ImageDraw.Draw(page).text((40, 40), text, "black", font)
    (line,) = engine.read(page, 60).lines
    assert "\N{MICRO SIGN}" not in line.text
    assert likeness([line.text], [text]) == 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_in_another_script_is_read_upright(engine: Engine, degrees: int) -> None:
    page = engine.read(drawn("rus").rotate(degrees, expand=True), 60)
    assert page.rotation == -degrees % 360
    assert likeness([line.text for line in page.lines], LINES["rus"][1:]) >= 0.8


def test_words_lie_where_they_are_written(engine: Engine) -> None:
    page = engine.read(drawn("ara"), 60)
    words = page.lines[0].words
    assert [word.text for word in words] == page.lines[0].text.split()
    assert all(word.box[0][0] >= after.box[1][0] for word, after in pairwise(words))


def test_a_page_in_one_language_named_is_read_in_no_other(engine: Engine) -> None:
    page = engine.read(drawn("rus"), 60, orientation=Orientation.NONE, tags=["el"])
    assert not any(line.reader == "tesseract rus" for line in page.lines)
    assert all(line.score < 0.9 for line in page.lines)


def test_pages_in_known_letters_ask_nobody_else(engine: Engine) -> None:
    page = engine.read(draw_page("Hello world", "Größe 12,50", "Année 2026"), 60)
    assert {line.reader for line in page.lines} == {""}


@pytest.mark.parametrize("side", [(1, 1), (3, 400), (40, 3)])
def test_nothing_is_read_of_nothing(side: tuple[int, int]) -> None:
    folder = packs.find("rus")
    assert folder is not None
    reader = Tesseract(folder, "rus")
    assert reader.read(np.full((*side, 3), 255, np.uint8)).score < 0.5
    reader.close()


@pytest.mark.parametrize(
    ("tag", "text"),
    [("ur", "آزاد، اور برابر"), ("fa", "آزاد، و برابر"), ("fa", "کرامت و حقوق برابرند.")],
)
def test_arabic_letters_have_their_own_comma(tag: str, text: str) -> None:
    packs.prepare([BY_TAG[tag]])
    font = FONTS.font("NotoSansArabic", 24)
    crop = Image.new("RGB", (round(font.getlength(text)) + 14, 38), "white")
    ImageDraw.Draw(crop).text((crop.width - 7, 26), text, "black", font, "rs", direction="rtl")
    folder = packs.find(BY_TAG[tag].pack)
    assert folder is not None
    reader = Tesseract(folder, BY_TAG[tag].pack)
    reading = reader.read(np.asarray(crop))
    assert [word.text for word in reading.words] == reading.text.split() == text.split()
    reader.close()


def test_words_full_of_dots_are_read_where_tesseract_sees_no_line() -> None:
    packs.prepare([BY_TAG["fa"]])
    font, words = FONTS.font("NotoSansArabic", 24), "کنند ببینند"
    crop = Image.new("RGB", (round(font.getlength(words)) + 14, 38), "white")
    ImageDraw.Draw(crop).text((crop.width - 7, 26), words, "black", font, "rs", direction="rtl")
    folder = packs.find("fas")
    assert folder is not None
    reader = Tesseract(folder, "fas")
    assert reader.read(np.asarray(crop)).text.rstrip(" .") == words
    reader.close()
