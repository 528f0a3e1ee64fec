from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.reading import Engine
from picture.reading.quotes import with_curly_quotes
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Alphabet, Reading, Sight, Spot, join, transcribe
from picture.redraw import FONTS_FOLDER
from picture.words import cut_words

AREA = (0.0, 0.0, 1.0, 1.0)
STRAIGHT = ["The harbour isn't deep,", 'said "Northern Lights" in', "its town's own words."]
CURLY = ["The harbour isn’t deep,", "said “Northern Lights” in", "its town’s own words."]


def line(text: str, *curls: float, reader: str = "") -> FoundLine:
    """Return a line whose straight marks are so likely curly."""
    words = tuple(Spot(text[start:end], 0.9, AREA) for start, end in cut_words(text))
    corners = np.array([[0, 0], [99, 0], [99, 9], [0, 9]], np.int16)
    reading = Reading(text, 0.9, words=words, reader=reader, curls=curls)
    return FoundLine(reading, corners, lambda: np.zeros((9, 99, 3), np.uint8))


def said(lines: Sequence[FoundLine]) -> list[str]:
    with_curly_quotes(lines)
    return [line.reading.text for line in lines]


@pytest.mark.parametrize(
    ("text", "curly"),
    [
        ('the "Icon" button', "the “Icon” button"),
        ("('Bookworm')", "(‘Bookworm’)"),
        ("it isn't so", "it isn’t so"),
        ('" .. I recall', "“ .. I recall"),
        ("at the end.'\"", "at the end.’”"),
        ('„Wort" und', "„Wort“ und"),
        ('a 17" screen', 'a 17" screen'),
        ('"in 1999" they', "“in 1999” they"),
    ],
)
def test_marks_open_before_words_and_close_behind(text: str, curly: str) -> None:
    found = line(text, *[0.2 for char in text if char in "'\""])
    assert said([found]) == [curly]
    assert " ".join(word.text for word in found.reading.words) == curly
    assert found.reading.first_choice == (text if text != curly else "")


def test_a_page_is_as_all_its_marks_say() -> None:
    assert said([line('"one"', 0.3, 0.004), line("don't", 0.01)]) == ["“one”", "don’t"]
    assert said([line('"one"', 0.06, 0.06), line("don't", 0.06)]) == ['"one"', "don't"]
    few = [line('"one"', 0.3, 0.0), *[line("don't", 0.0) for _ in range(20)]]
    assert said(few)[0] == '"one"'


def test_marks_beside_those_that_were_read_as_curly_ones_are_so_sooner() -> None:
    assert said([line("said “Lights” in"), line("isn't", 0.02)])[1] == "isn’t"
    assert said([line("said “Lights” in"), line("isn't", 0.004)])[1] == "isn't"
    assert said([line("said Lights in"), line("isn't", 0.02)])[1] == "isn't"


def test_code_on_a_page_with_curly_marks_keeps_straight_ones() -> None:
    page = [line('an "icon"', 0.3, 0.2), line('-B "%f"', 0.0, 0.002), line("I don't", 0.001)]
    assert said(page) == ["an “icon”", '-B "%f"', "I don’t"]


def test_what_others_read_or_nothing_is_known_of_stays() -> None:
    page = [line('"a"', 0.5, 0.5, reader="other"), line('"b"', 0.5)]
    assert said(page) == ['"a"', '"b"']


def test_how_likely_marks_are_curly_stays_with_them() -> None:
    alphabet = Alphabet.of(["", "a", '"', "“", "”", " "])
    steps = np.zeros((3, 6), np.float32)
    steps[0, 1], steps[1, 2], steps[1, 3], steps[1, 4], steps[2, 1] = 0.9, 0.6, 0.1, 0.2, 0.9
    seen = transcribe(Sight.of(steps), alphabet)
    assert seen.curls == pytest.approx([0, 0.3, 0])
    assert join([seen, seen.placed(1, 1)]).curls == pytest.approx([0, 0.3, 0] * 2)
    assert seen.spaced([1], []).curls == pytest.approx([0, 0, 0.3, 0])


@pytest.mark.parametrize("font", ["NotoSans.ttf", "NotoSerif.ttf", "NotoSansMono.ttf"])
def test_straight_marks_of_a_page_stay(engine: Engine, font: str) -> None:
    assert _read(engine, STRAIGHT, font) == STRAIGHT


def test_curly_marks_of_a_page_are_told(engine: Engine) -> None:
    assert _read(engine, CURLY, "NotoSerif.ttf") == CURLY


def _read(engine: Engine, rows: list[str], font: str) -> list[str]:
    page = Image.new("RGB", (560, 200), "white")
    own = ImageFont.truetype(FONTS_FOLDER / font, 24)
    for number, row in enumerate(rows):
        ImageDraw.Draw(page).text((30, 20 + 50 * number), row, fill="black", font=own)
    return [line.text for line in engine.read(page, seconds=60).lines]
