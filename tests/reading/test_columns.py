from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.reading import Engine
from picture.reading.columns import with_columns
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, Spot
from picture.redraw import CJK, FONTS_FOLDER

Pixels = NDArray[np.uint8]

CELL, WIDTH = 40, 48


def column(*marks: tuple[int, int, int, int]) -> Pixels:
    """Return a column with ink in each cell: left, top, right and bottom; letters are rings."""
    upright = np.full((CELL * len(marks), WIDTH, 3), 255, np.uint8)
    for number, (left, top, right, bottom) in enumerate(marks):
        inside = CELL * number + top, CELL * number + bottom
        upright[slice(*inside), 4 + left : 4 + right] = 0
        if right - left > 30 and bottom - top > 30:
            upright[inside[0] + 4 : inside[1] - 4, 8 + left : right] = 255
    return upright


LETTER = (1, 2, 38, 38)
STOP = (27, 2, 37, 12)
DASH = (18, 3, 22, 37)
BRACKET = (3, 28, 37, 38)


def found(upright: Pixels, text: str) -> FoundLine:
    """Return a column of which a text was read, each letter in its cell."""
    high = upright.shape[0]
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, high], [0, high]], np.int16)
    count = high // CELL
    words = tuple(
        Spot(letter, 0.9, (at / count, 0, (at + 1) / count, 1)) for at, letter in enumerate(text)
    )
    reading = Reading(text, 0.9, words=words)
    return FoundLine(reading, corners, lambda: np.rot90(upright))


def rows_of(line: FoundLine, *said: Reading) -> list[Pixels]:
    """Return what a reader is shown of a column, and let it say something."""
    shown: list[Pixels] = []

    def read(crops: Sequence[Pixels]) -> list[Reading]:
        shown.extend(crops)
        return list(said)

    with_columns([line], read)
    return shown


def as_row(text: str, score: float = 0.95) -> Reading:
    """Return what is read of letters side by side."""
    count = len(text)
    areas = [(at / count, 0.0, (at + 1) / count, 1.0) for at in range(count)]
    words = [Spot(letter, score, area) for letter, area in zip(text, areas, strict=True)]
    return Reading(text, score, words=tuple(words))


def inked(row: Pixels, number: int, count: int) -> tuple[int, int, int, int]:
    """Return where a cell's ink is, from its left and the row's top."""
    wide = row.shape[1] // count
    y, x = np.nonzero(row[:, number * wide : (number + 1) * wide, 1] < 128)
    return int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1


def test_letters_of_a_column_stand_side_by_side() -> None:
    (row,) = rows_of(found(column(LETTER, LETTER, LETTER), "春夏秋"))
    assert row.shape[1] > 2 * row.shape[0]
    for number in range(3):
        left, top, right, bottom = inked(row, number, 3)
        assert (right - left, bottom - top) == (37, 36)


def test_a_stop_is_in_the_lower_left_and_a_dash_lies() -> None:
    line = found(column(LETTER, STOP, LETTER, DASH, BRACKET, LETTER), "春夏秋冬春夏")
    (row,) = rows_of(line)
    middle = row.shape[0] / 2
    left, top, right, _ = inked(row, 1, 6)
    assert right < 24
    assert top > middle
    left, top, right, bottom = inked(row, 3, 6)
    assert right - left == 34
    assert bottom - top == 4
    left, top, right, bottom = inked(row, 4, 6)
    assert bottom - top == 34
    assert left > 20


def test_words_are_placed_in_their_column() -> None:
    line = found(column(LETTER, LETTER, STOP, LETTER), "春夏秋")
    rows_of(line, as_row("春夏!秋"))
    assert line.reading.text == "春夏！秋"
    tops = [round(4 * word.area[0]) for word in line.reading.words]
    assert tops == [0, 1, 2, 3]


@pytest.mark.parametrize("said", [as_row("春夏"), as_row("春夏、秋", 0.5)])
def test_less_or_what_is_in_doubt_is_not_taken(said: Reading) -> None:
    line = found(column(LETTER, LETTER, STOP, LETTER), "春夏秋")
    rows_of(line, said)
    assert line.reading.text == "春夏秋"


def test_other_lines_are_not_read_again() -> None:
    assert rows_of(found(column(LETTER, LETTER, LETTER), "abc")) == []
    assert rows_of(found(column(LETTER), "春")) == []
    blank = np.full((120, WIDTH, 3), 255, np.uint8)
    assert rows_of(found(blank, "春夏秋")) == []


def test_marks_and_small_kana_of_a_drawn_column_are_read(engine: Engine) -> None:
    text = "「ちょっと、コーヒーを」と言った。"
    page = Image.new("RGB", (140, 760), "white")
    font = ImageFont.truetype(FONTS_FOLDER / f"{CJK}.ttc", 40, index=0)
    font.set_variation_by_axes([400])
    draw = ImageDraw.Draw(page)
    draw.text((50, 30), text, "black", font, direction="ttb", language="ja")
    (line,) = engine.read(page, seconds=60).lines
    assert line.text == text
