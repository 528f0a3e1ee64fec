from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.page import Line, Word
from picture.reading import Engine
from picture.reading.pieces import find_pieces
from picture.reading.strings import with_strings
from picture.reading.transcript import Reading
from picture.redraw import FONTS_FOLDER

PAIRED = "..........((.......))............(.........)........"
KNOTTED = "..........((.......)).......{....(....}....)........"
TEXT = "Dots are sites, and brackets are the stems of the molecule."
HIGH, STEP = 30, 14


def test_brackets_among_dots_stay_in_their_places(engine: Engine) -> None:
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSansMono.ttf", 22)
    page = Image.new("RGB", (860, 260), "white")
    for number, row in enumerate((TEXT, PAIRED, TEXT, KNOTTED, TEXT)):
        ImageDraw.Draw(page).text((40, 40 + 36 * number), row, fill="black", font=font)
    lines = [line.text for line in engine.read(page, seconds=60).lines]
    assert [text for text in lines if ".." in text] == [PAIRED, KNOTTED]


def row(text: str) -> Image.Image:
    """Draw dots and, where a text has other signs, upright strokes, a step each."""
    page = Image.new("RGB", (40 + STEP * len(text), 80), "white")
    draw = ImageDraw.Draw(page)
    for at, char in enumerate(text):
        middle = 20 + STEP * at
        if char == ".":
            draw.rectangle((middle - 1, 49, middle + 1, 51), fill="black")
        elif char != " ":
            draw.rectangle((middle - 2, 32, middle + 1, 52), fill="black")
    return page


def leader(first: int, count: int) -> Line:
    left, right = 19 + STEP * first, 22 + STEP * (first + count - 1)
    box = ((left, 28), (right, 28), (right, 58), (left, 58))
    ink = ((left, 49), (right, 49), (right, 52), (left, 52))
    return Line("." * count, 0.99, box, words=(Word("." * count, 0.99, ink),))


def made(text: str, lines: Sequence[Line], said: str, score: float = 0.9) -> list[str]:
    pixels = np.asarray(row(text), np.uint8)
    pieces = find_pieces(pixels, HIGH)
    assert pieces is not None

    def read(crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        return [Reading(said * 3, score)] * len(crops)

    return [line.text for line in with_strings(lines, pixels, pieces, read)]


def test_a_row_goes_on_as_far_as_its_steps_are_taken() -> None:
    assert made("..|.......|..", [leader(3, 7)], "(") == ["..(.......(.."]
    assert made(".. |.......|..", [leader(4, 7)], "|") == ["|.......|.."]


def test_parts_of_one_row_become_one_line() -> None:
    assert made(".....|......|", [leader(0, 5), leader(6, 6)], "）") == [".....)......)"]


@pytest.mark.parametrize(("said", "score"), [("(", 0.3), ("a", 0.9), ("1", 0.9), ("く", 0.9)])
def test_a_row_with_signs_in_doubt_and_letters_stays_a_leader(said: str, score: float) -> None:
    assert made("..|.......|..", [leader(3, 7)], said, score) == ["......."]


def test_dots_alone_stay_a_leader_and_so_do_those_beside_a_text() -> None:
    assert made(".........", [leader(0, 9)], "(") == ["........."]
    box = ((12, 28), (14 + 2 * STEP, 28), (14 + 2 * STEP, 58), (12, 58))
    name = Line("ab", 0.9, box, words=(Word("ab", 0.9, box),))
    assert made("||.......", [name, leader(2, 7)], "(") == ["ab", "......."]
