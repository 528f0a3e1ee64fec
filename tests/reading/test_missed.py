import random
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.layout import render_text
from picture.reading import Engine
from picture.reading.missed import with_missed
from picture.reading.pieces import find_pieces
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading
from picture.redraw import FONTS_FOLDER

COLUMNS = range(180, 900, 55)


def table(rows: list[list[str]], pitch: int = 23) -> Image.Image:
    """Draw rows of single characters behind a name, as close as type allows."""
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSans.ttf", 18)
    page = Image.new("RGB", (940, 120 + pitch * len(rows)), "white")
    draw = ImageDraw.Draw(page)
    for number, row in enumerate(rows):
        y = 60 + pitch * number
        draw.text((60, y), f"row {number + 1:02}", fill="black", font=font)
        for x, text in zip(COLUMNS, row, strict=False):
            draw.text((x, y), text, fill="black", font=font)
    return page


def cells(text: str) -> list[list[str]]:
    return [row.split()[2:] for row in text.splitlines() if row.strip()]


def test_columns_of_digits_in_tight_rows_are_cells(engine: Engine) -> None:
    chosen = random.Random(3)
    rows = [[str(chosen.randrange(10)) for _ in COLUMNS] for _ in range(14)]
    page = engine.read(table(rows), seconds=100)
    assert page.rotation == 0
    assert not any(line.is_vertical and len(line.text) > 1 for line in page.lines)
    assert cells(render_text(page)) == rows


def test_zeros_in_a_column_of_numbers_are_digits(engine: Engine) -> None:
    rows = [["0", "14", "0"], ["0", "0", "1"], ["2", "0", "0"], ["0", "3", "0"], ["0", "0", "7"]]
    assert cells(render_text(engine.read(table(rows, 30), seconds=60))) == rows


def test_text_that_runs_downwards_stays_one(engine: Engine) -> None:
    page = Image.new("RGB", (500, 400), "white")
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSansCJK.ttc", 32)
    draw = ImageDraw.Draw(page)
    for number, letter in enumerate("東京都千代田区"):
        draw.text((400, 40 + 44 * number), letter, fill="black", font=font)
    assert [line.text for line in engine.read(page, seconds=60).lines] == ["東京都千代田区"]


CODE = ["int sum(int a) {", "  for (;;) {", "    add(a);", "  }", "  return a;", "}", "int one;"]


def program(rows: list[str]) -> Image.Image:
    """Draw rows of code in letters of one width."""
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSansMono.ttf", 20)
    page = Image.new("RGB", (600, 60 + 26 * len(rows)), "white")
    for number, row in enumerate(rows):
        ImageDraw.Draw(page).text((40, 30 + 26 * number), row, fill="black", font=font)
    return page


def test_brackets_alone_in_their_rows_are_read(engine: Engine) -> None:
    read = render_text(engine.read(program(CODE * 2), seconds=60)).split("\n")
    assert [row.strip() for row in read if row.strip() == "}"] == ["}"] * 4


def test_strokes_alone_in_their_rows_are_no_brackets(engine: Engine) -> None:
    page = program([row.replace("}", " ") for row in CODE])
    draw = ImageDraw.Draw(page)
    draw.line((46, 165, 46, 185), fill="black", width=3)
    draw.ellipse((70, 113, 78, 131), outline="black", width=2)
    read = render_text(engine.read(page, seconds=60)).split("\n")
    assert not any(row.strip() in {"}", "{", "(", ")", "[", "]"} for row in read)


def look(page: Image.Image, text: str, score: float, known: Sequence[FoundLine] = ()) -> list[str]:
    """Return what is found beside known lines, where every crop says the same."""
    pixels = np.ascontiguousarray(np.asarray(page, np.uint8)[..., ::-1])
    pieces = find_pieces(pixels, 26.0)
    assert pieces is not None
    lines = known or names()
    found = with_missed(lines, pixels, pieces, lambda crops: [Reading(text, score)] * len(crops))
    return [line.reading.text for line in found[len(lines) :]]


def names() -> list[FoundLine]:
    """Return the names of six rows, which were read."""
    corners = np.array([[55, 0], [140, 0], [140, 26], [55, 26]], np.int16)
    rows = [corners + np.array([0, 60 + 30 * row], np.int16) for row in range(6)]
    return [
        FoundLine(Reading("row", 0.99), box, lambda: np.zeros((26, 85, 3), np.uint8))
        for box in rows
    ]


def signs(count: int) -> Image.Image:
    """Draw crosses at one place in some of six rows, and nothing else."""
    page = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(page)
    for row in range(count):
        y = 73 + 30 * row
        draw.line((200, y, 212, y), fill="black", width=2)
        draw.line((206, y - 6, 206, y + 6), fill="black", width=2)
    return page


def test_a_column_that_was_missed_as_a_whole_is_found() -> None:
    assert look(signs(6), "+", 0.95) == ["+"] * 6
    assert look(signs(2), "+", 0.95) == []


@pytest.mark.parametrize(("text", "score"), [("1", 0.99), ("- ", 0.99), ("+", 0.7), ("x", 0.5)])
def test_a_column_of_strokes_or_of_guesses_is_none(text: str, score: float) -> None:
    assert look(signs(6), text, score) == []


def test_a_cell_in_doubt_is_kept_where_its_copies_say_the_same() -> None:
    pixels = np.asarray(signs(6), np.uint8)
    pieces = find_pieces(pixels, 26.0)
    assert pieces is not None

    def read(crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        return [Reading("+++", 0.9) if is_row(crop) else Reading("+", 0.6) for crop in crops]

    assert len(with_missed(names(), pixels, pieces, read)) == 12


def is_row(crop: NDArray[np.uint8]) -> bool:
    return bool(crop.shape[1] > 2 * crop.shape[0])
