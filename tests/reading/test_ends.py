from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.reading import Engine
from picture.reading.ends import with_ends
from picture.reading.pieces import find_pieces
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, Spot
from picture.redraw import FONTS_FOLDER

HIGH = 30
CODE = ['rows = [("one of them", "", "", ""),']


@pytest.mark.parametrize(("paper", "ink"), [("white", "black"), ((51, 51, 51), (80, 215, 95))])
def test_quote_marks_at_the_ends_of_lines_are_read(
    engine: Engine, paper: str | tuple[int, int, int], ink: str | tuple[int, int, int]
) -> None:
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSansMono.ttf", 18)
    page = Image.new("RGB", (700, 420), "white")
    draw = ImageDraw.Draw(page)
    draw.text((40, 30), "A table has rows and cells.", fill="black", font=font)
    draw.rectangle((30, 100, 660, 260), fill=paper)
    for number, row in enumerate(CODE):
        draw.text((60, 130 + 26 * number), row, fill=ink, font=font)
    lines = [line.text.replace(" ", "") for line in engine.read(page, seconds=60).lines]
    assert lines[1:] == [row.replace(" ", "") for row in CODE]


def found(text: str, left: int = 40, right: int = 140, reader: str = "") -> FoundLine:
    corners = np.array([[left, 60], [right, 60], [right, 60 + HIGH], [left, 60 + HIGH]], np.int16)
    words = (Spot(text, 0.95, (0.0, 0.2, 1.0, 0.8)),)
    reading = Reading(text, 0.95, words=words, reader=reader)
    return FoundLine(reading, corners, lambda: np.zeros((HIGH, right - left, 3), np.uint8))


def pixels(*boxes: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    page = np.full((150, 500, 3), 255, np.uint8)
    for left, top, right, bottom in boxes:
        cv2.rectangle(page, (left, top), (right - 1, bottom - 1), (0, 0, 0), -1)
    return page


def marks(*lefts: int) -> list[tuple[int, int, int, int]]:
    return [(left, 65, left + 3, 73) for left in lefts]


def gone_on(
    lines: Sequence[FoundLine], page: NDArray[np.uint8], text: str, score: float = 0.95
) -> tuple[str, int]:
    """Return what the first line says, and where it ends, if more is read as a text."""
    pieces = find_pieces(page, HIGH)
    assert pieces is not None
    words = tuple(Spot(word, score, (0.0, 0.2, 1.0, 0.8)) for word in text.split())
    with_ends(lines, page, pieces, lambda crops: [Reading(text, score, words=words)] * len(crops))
    return lines[0].reading.text, int(lines[0].corners[1, 0])


def test_a_line_goes_on_to_its_last_sign() -> None:
    text, end = gone_on([found("one")], pixels(*marks(145, 150, 160, 165)), 'one "')
    assert text == 'one "'
    assert 168 <= end <= 168 + HIGH / 2
    crop = found("one")
    gone_on([crop], pixels(*marks(145, 150)), 'one "')
    assert crop.crop().shape[1] == crop.corners[1, 0] - 40


def test_a_line_goes_on_over_signs_that_were_taken_for_a_line_of_their_own() -> None:
    page = pixels(*marks(145, 150, 160, 165))
    scrap, sure = found("UU", 143, 170), found("UU", 143, 170)
    scrap.reading = replace(scrap.reading, score=0.5)
    assert gone_on([found("one"), scrap], page, 'one "')[0] == 'one "'
    assert scrap.reading.text == ""
    assert gone_on([found("one"), sure], page, 'one "')[0] == "one"
    assert sure.reading.text == "UU"
    elsewhere = found("UU", 300, 330)
    elsewhere.reading = replace(elsewhere.reading, score=0.5)
    gone_on([found("one"), elsewhere], page, 'one "')
    assert elsewhere.reading.text == "UU"


@pytest.mark.parametrize(
    ("text", "score"), [("one", 0.95), ("ore ,", 0.95), ('one "', 0.6), ("two three", 0.95)]
)
def test_what_says_no_more_or_less_surely_stays(text: str, score: float) -> None:
    assert gone_on([found("one")], pixels(*marks(145, 150)), text, score) == ("one", 140)


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        marks(145),
        marks(200, 205),
        [(145, 100, 148, 108), (150, 100, 153, 108)],
        [(at, 80, at + 3, 83) for at in range(145, 300, 8)],
    ],
)
def test_dirt_other_rows_and_leaders_are_no_ends(boxes: list[tuple[int, int, int, int]]) -> None:
    assert gone_on([found("one")], pixels(*boxes), 'one "')[0] == "one"


def test_the_last_of_many_letters_may_have_been_cut_through() -> None:
    page = pixels(*marks(145, 150))
    assert gone_on([found("object l")], page, "object bar")[0] == "object bar"
    assert gone_on([found("obl")], page, "object")[0] == "obl"


def test_a_line_ends_before_the_next_of_its_row_and_others_stay_as_they_are() -> None:
    page = pixels(*marks(145, 150, 160, 165))
    assert gone_on([found("one"), found("two", 166, 260)], page, 'one "')[0] == "one"
    assert gone_on([found("one", reader="tesseract")], page, 'one "')[0] == "one"
