from collections.abc import Iterator
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from picture.page import Line, Page, Word
from picture.reading import Engine
from picture.reading.calibration import CURVES, calibrated
from picture.redraw import FONTS_FOLDER
from tests.conftest import draw_page

BOX = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))
SCORES = st.floats(0, 1)
READERS = ("", "tesseract rus", "paddleocr other")


def line(text: str, score: float, *words: float, reader: str = "") -> Line:
    texts = text.split() if words else []
    own = (Word(said, each, BOX) for said, each in zip(texts, words, strict=True))
    return Line(text, score, BOX, words=tuple(own), reader=reader)


def told(read: Line) -> Line:
    (said,) = calibrated(Page(100, 100, (read,))).lines
    return said


def chance(text: str, score: float, line_score: float, reader: str) -> float:
    return told(line(text, line_score, score, reader=reader)).words[0].score


@pytest.mark.parametrize("reader", READERS)
@given(word=SCORES, other=SCORES, of_line=SCORES, letters=st.integers(1, 40))
def test_a_surer_word_is_likelier_right(
    reader: str, word: float, other: float, of_line: float, letters: int
) -> None:
    text, (low, high) = "a" * letters, sorted((word, other))
    assert chance(text, low, of_line, reader) <= chance(text, high, of_line, reader)
    assert chance(text, of_line, low, reader) <= chance(text, of_line, high, reader)


@pytest.mark.parametrize("reader", READERS)
@given(score=SCORES, letters=st.integers(1, 40))
def test_a_longer_word_is_likelier_wrong(reader: str, score: float, letters: int) -> None:
    shorter, longer = (
        chance("a" * count, score, score, reader) for count in (letters, 2 * letters)
    )
    assert longer < shorter


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", ["a", "certain", "a" * 40, "…"])
def test_nothing_is_certain_and_nothing_impossible(reader: str, text: str) -> None:
    ends = [chance(text, score, score, reader) for score in (-0.01, 0.0, 1.0, 1.01)]
    assert 0 < ends[0] == ends[1] < 0.05
    assert 0.9 < ends[2] == ends[3] < 1


def test_every_trait_weighs_the_way_it_should() -> None:
    assert all(curve.word > 0 and curve.line > 0 and curve.letters < 0 for curve in CURVES)


@pytest.mark.parametrize("score", [0.26, 0.48, 0.7])
def test_letters_that_nobody_knows_are_not_likely_right(score: float) -> None:
    # Each is like one that the model knows; how little of the ink they are the line knows.
    assert told(line("mhnuuf oowy", score, 0.95, 0.95)).score < 0.5
    assert told(line("Thank you", 0.99, 0.99, 0.99)).score > 0.85


@given(scores=st.lists(SCORES, min_size=3, max_size=3), score=SCORES)
def test_of_a_line_as_much_is_right_as_of_its_words(scores: list[float], score: float) -> None:
    said = told(line("one word more", score, *scores))
    assert said.score == pytest.approx(fmean(word.score for word in said.words))


def test_a_line_whose_words_have_no_places_is_as_sure_as_with_them() -> None:
    assert told(line("one word", 0.9)).score == pytest.approx(
        told(line("one word", 0.9, 0.9, 0.9)).score
    )
    assert told(line("one word", 0.9)).words == ()


def test_scores_alone_change() -> None:
    read = Page(100, 100, (line("one word", 0.9, 0.8, 0.9, reader="tesseract rus"),), 90, 2)
    said = calibrated(read)
    assert [each.text for each in said.lines[0].words] == ["one", "word"]
    assert (said.lines[0].text, said.lines[0].reader) == ("one word", "tesseract rus")
    assert (said.rotation, said.unread, said.rules) == (90, 2, ())


def test_a_clear_page_is_likely_right_and_an_unknown_script_is_not(engine: Engine) -> None:
    clear = engine.read(draw_page("Garden centre Linden", "Thank you"), 60)
    assert min(_scores(clear)) > 0.8
    page = Image.new("RGB", (560, 120), "white")
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSansEthiopic.ttf", 28)
    ImageDraw.Draw(page).text((30, 30), "እያንዳንዱ ሰው የመኖር በነጻነትና", "black", font)
    assert max(_scores(engine.read(page, 60)), default=0.0) < 0.5


def _scores(page: Page) -> Iterator[float]:
    return (each.score for each in page.lines)
