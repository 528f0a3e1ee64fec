import numpy as np
import pytest

from picture.reading.scripts import FoundLine
from picture.reading.seconds import with_seconds
from picture.reading.transcript import Reading, Second, Spot

HEIGHT, WIDTH = 20, 40


def cell(
    row: int,
    text: str,
    ink: float = 0.5,
    number: Second | None = None,
    western: Second | None = None,
) -> FoundLine:
    """Return a cell of a column that says `text`, its ink so wide a part of it."""
    top = 30 * row
    corners = np.array([[0, top], [WIDTH, top], [WIDTH, top + HEIGHT], [0, top + HEIGHT]], np.int16)
    spot = Spot(text, 0.9, (0.5 - ink / 2, 0.2, 0.5 + ink / 2, 0.8))
    reading = Reading(text, 0.9, words=(spot,), number=number, western=western)
    return FoundLine(reading, corners, lambda: np.zeros((HEIGHT, WIDTH, 3), np.uint8))


def choices(*lines: FoundLine) -> list[tuple[str, str]]:
    with_seconds(lines)
    return [(line.reading.text, line.reading.first_choice) for line in lines]


def test_a_letter_in_a_column_of_numbers_keeps_what_was_read_first() -> None:
    nearly = cell(2, "O", number=Second("0", 0.1))
    column = [cell(row, str(row)) for row in (0, 1, 3, 4)]
    assert choices(*column, nearly)[-1] == ("0", "O")
    assert column[0].reading.first_choice == ""


def test_a_text_that_stands_elsewhere_for_sure_is_no_number() -> None:
    numbers = [cell(row, str(row)) for row in range(4)]
    nearly = cell(4, "1C", number=Second("10", 0.002))
    assert choices(*numbers, nearly)[-1] == ("10", "1C")
    again = cell(4, "1C", number=Second("10", 0.002))
    sure = cell(5, "1C", number=Second("10", 0.0002))
    assert choices(*numbers, again, sure)[-2:] == [("1C", ""), ("1C", "")]


@pytest.mark.parametrize(("ink", "dash"), [(0.1, "-"), (0.22, "–"), (0.45, "—")])
def test_a_sign_of_chinese_alone_is_the_dash_that_is_so_wide(ink: float, dash: str) -> None:
    sign = cell(0, "一", ink, western=Second("—", 0.05))
    others = [cell(row, "twenty-five") for row in range(1, 4)]
    assert choices(sign, *others)[0] == (dash, "一")


def test_a_page_in_chinese_keeps_its_signs() -> None:
    sign = cell(0, "一", western=Second("—", 0.05))
    assert choices(sign, cell(1, "二三"))[0] == ("一", "")


def test_a_dash_is_measured_in_a_narrow_box_too() -> None:
    sign = cell(0, "一", 0.55, western=Second("—", 0.05))
    sign.corners = np.array([[0, 0], [16, 0], [16, HEIGHT], [0, HEIGHT]], np.int16)
    assert choices(sign, *(cell(row, "twenty-five") for row in range(1, 4)))[0] == ("–", "一")


def test_a_level_stroke_in_a_column_of_numbers_is_a_dash_and_no_one() -> None:
    numbers = [cell(row, str(row)) for row in range(4)]
    chinese = [cell(row, "石桥") for row in range(3)]
    for line in chinese:
        line.corners = line.corners + np.array([200, 0], np.int16)
    stroke = cell(4, "一", 0.45, Second("1", 0.1), Second("—", 0.05))
    assert choices(*numbers, stroke, *chinese)[4] == ("—", "一")
