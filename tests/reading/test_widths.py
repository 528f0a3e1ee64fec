from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.reading import Engine
from picture.reading.scripts import FoundLine
from picture.reading.transcript import (
    TWINS,
    Alphabet,
    Reading,
    Sight,
    Spot,
    Transcript,
    join,
    transcribe,
)
from picture.reading.widths import width_odds, with_true_widths
from picture.redraw import CJK, FONTS_FOLDER
from picture.words import cut_words

AREA = (0.0, 0.0, 1.0, 1.0)
FULL = [
    "时间：十二点（周一），你好！",
    "价格：3.50元（含税）；很好吗？",
    "电话：12:30，见图（二）。",
]
HALF = ["时间:十二点(周一),你好!", "价格:3.50元(含税);很好吗?", "电话:12:30,见图(二)。"]


def transcript(text: str, *centres: float, score: float = 0.5, twin: float = 0.5) -> Transcript:
    """Return a line with its letters there, and marks as likely as their twins."""
    count = len(text)
    twins = np.array([twin if letter in TWINS else 0 for letter in text], np.float32)
    scores = np.full(count, score, np.float32)
    return Transcript(tuple(text), scores, np.array(centres) / 100, twins=twins)


def line(text: str, *widths: float, reader: str = "") -> FoundLine:
    """Return a line whose marks have those odds to be of a whole cell."""
    words = tuple(Spot(text[start:end], 0.9, AREA) for start, end in cut_words(text))
    corners = np.array([[0, 0], [99, 0], [99, 9], [0, 9]], np.int16)
    reading = Reading(text, 0.9, words=words, reader=reader, widths=widths)
    return FoundLine(reading, corners, lambda: np.zeros((9, 99, 3), np.uint8))


def said(lines: Sequence[FoundLine]) -> list[str]:
    with_true_widths(lines)
    return [line.reading.text for line in lines]


@pytest.mark.parametrize(("after", "is_full"), [(40, True), (33, False)])
def test_letters_around_tell_how_much_of_a_cell_a_mark_takes(after: int, is_full: bool) -> None:
    (odds,) = width_odds(transcript("今天,好", 10, 20, 30, after))
    assert (odds > 0) == is_full


def test_what_nothing_is_known_of_is_as_the_recogniser_says() -> None:
    (odds,) = width_odds(transcript("今天,", 10, 20, 30, score=0.9, twin=0.1))
    assert odds == pytest.approx(-np.log(0.901 / 0.101))
    assert width_odds(transcript("今天好", 10, 20, 30)) == ()


def test_a_gap_behind_a_mark_tells_nothing_of_it() -> None:
    (odds,) = width_odds(transcript("姓名:好", 10, 20, 30, 70, score=0.9, twin=0.1))
    assert odds == pytest.approx(-np.log(0.901 / 0.101))


def test_marks_in_a_row_share_what_is_between_letters() -> None:
    whole = width_odds(transcript("今天）：好", 10, 20, 30, 40, 50))
    half = width_odds(transcript("今天）：好", 10, 20, 24, 28, 36))
    assert min(whole) > 0 > max(half)


def test_a_mark_has_the_width_that_is_likelier() -> None:
    found = line("今天,好", 2.0)
    assert said([found]) == ["今天，好"]
    assert "".join(word.text for word in found.reading.words) == "今天，好"
    assert found.reading.first_choice == "今天,好"
    assert said([line("今天，好", -2.0)]) == ["今天,好"]


def test_marks_of_a_page_speak_for_one_in_doubt() -> None:
    assert said([line("今天：好", 6.0), line("好!", -1.0)]) == ["今天：好", "好！"]
    assert said([line("今天:好", -6.0), line("好！", 1.0)]) == ["今天:好", "好!"]


def test_brackets_are_of_one_width() -> None:
    assert said([line("今天（3)", 3.0, -1.0)]) == ["今天（3）"]
    assert said([line("用Python(3.11）好", -3.0, 1.0)]) == ["用Python(3.11)好"]


@pytest.mark.parametrize("text", ["见12:30", "3,500元", "a(b)c的", "看http://a.b/?c"])
def test_marks_between_digits_and_latin_letters_stay(text: str) -> None:
    marks = sum(letter in TWINS for letter in text)
    assert said([line(text, *[9.0] * marks)]) == [text]


def test_a_whole_mark_among_digits_is_half_where_it_has_no_room() -> None:
    assert said([line("见（图）12：30", 9.0, 9.0, -3.0)]) == ["见（图）12:30"]
    assert said([line("见（图）12：30", 9.0, 9.0, 3.0)]) == ["见（图）12：30"]


def test_lines_without_chinese_stay_and_what_others_read() -> None:
    lines = [line("Yes, (no)!", 9.0, 9.0, 9.0, 9.0), line("今天,好", 9.0, reader="x"), line("好,")]
    assert said(lines) == ["Yes, (no)!", "今天,好", "好,"]


def test_how_likely_a_mark_is_its_twin_stays_with_it() -> None:
    alphabet = Alphabet.of(["", "a", ",", "，"])
    steps = np.zeros((2, 4), np.float32)
    steps[0, 1], steps[1, 2], steps[1, 3] = 0.9, 0.6, 0.3
    seen = transcribe(Sight.of(steps), alphabet)
    assert seen.twins == pytest.approx([0, 0.3])
    assert join([seen, seen.placed(1, 1)]).twins == pytest.approx([0, 0.3] * 2)
    assert seen.part(1, 2).twins == pytest.approx([0.3])
    assert seen.spaced([1], []).twins == pytest.approx([0, 0, 0.3])


@pytest.mark.parametrize("rows", [FULL, HALF])
def test_marks_of_a_drawn_page_keep_their_width(engine: Engine, rows: list[str]) -> None:
    page = Image.new("RGB", (560, 200), "white")
    font = ImageFont.truetype(FONTS_FOLDER / f"{CJK}.ttc", 28, index=2)
    font.set_variation_by_axes([400])
    for number, row in enumerate(rows):
        ImageDraw.Draw(page).text((30, 15 + 60 * number), row, fill="black", font=font)
    assert [line.text for line in engine.read(page, seconds=60).lines] == rows
