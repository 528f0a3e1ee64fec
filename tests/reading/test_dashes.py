from __future__ import annotations

import cv2
import numpy as np
import pytest

from picture.page import Line, Quad, Word
from picture.reading.dashes import dash_of, with_list_signs
from picture.reading.pieces import find_pieces
from picture.words import cut_words

HIGH, LEFT, TOP = 40, 50, 60
NEXT = 90


def quad(left: float, right: float) -> Quad:
    return ((left, TOP), (right, TOP), (right, TOP + HIGH), (left, TOP + HIGH))


def line(text: str, reader: str = "") -> Line:
    words = [Word(text[at:end], 0.9, quad(LEFT, 300)) for at, end in cut_words(text)]
    return Line(text, 0.9, quad(LEFT - 4, 304), words=tuple(words), reader=reader)


def signed(read: Line, width: int, after: int = NEXT, high: int = 3) -> Line:
    """Return a line whose first ink is so wide and so high, and whose next begins there."""
    page = np.full((160, 360, 3), 255, np.uint8)
    middle = TOP + HIGH // 2
    for left, right, half in ((LEFT, LEFT + width, high / 2), (after, after + 24, 12)):
        top, bottom = int(middle - half), int(middle + half)
        cv2.rectangle(page, (left, top), (right - 1, bottom - 1), (0, 0, 0), -1)
    pieces = find_pieces(page, HIGH)
    assert pieces is not None
    (made,) = with_list_signs([read], pieces)
    return made


@pytest.mark.parametrize(("width", "dash"), [(9, "-"), (18, "–"), (30, "—")])
@pytest.mark.parametrize("read", ["-「主」", "- 「主」", "－「主」"])
def test_a_dash_is_as_long_as_its_ink_and_stands_apart(read: str, width: int, dash: str) -> None:
    made = signed(line(read), width, LEFT + width + 15)
    assert made.text == f"{dash} 「主」"
    assert [word.text for word in made.words] == [dash, "「", "主", "」"][: len(made.words)]
    assert made.words[0].box[1][0] - made.words[0].box[0][0] == width


def test_a_star_gets_its_blank_and_a_sign_that_touches_none() -> None:
    assert signed(line("*主机"), 10, high=10).text == "* 主机"
    assert signed(line("-主机"), 18, LEFT + 22).text == "–主机"


@pytest.mark.parametrize(
    "read", [line("- main"), line("主机"), line("-主机", reader="tesseract"), line("3-主机")]
)
def test_other_lines_stay_as_they_are(read: Line) -> None:
    assert signed(read, 18) == read


def test_what_is_no_stroke_is_no_dash() -> None:
    assert signed(line("-主机"), 18, high=14).text == "-主机"


def test_dashes_are_told_by_their_width() -> None:
    assert [dash_of(width) for width in (0.2, 0.45, 0.8)] == ["-", "–", "—"]
