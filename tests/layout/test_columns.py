import pytest

from picture.layout.render import render_text
from picture.page import Line
from tests.layout.pages import at, page

NUMBERS = ["1.5", "12.25", "3.125", "100.0", "7.75", "42.5", "0.625", "19.5"]


def numbers(letter: float, mark: str = ".") -> list[Line]:
    """Return names and numbers whose points stand above one another."""
    lines = []
    for row, number in enumerate(NUMBERS):
        shown = number.replace(".", mark)
        before = letter * number.index(".") / 10
        lines.append(at(f"name {'x' * (row % 4)}", 0, row, width=letter * (5 + row % 4)))
        lines.append(at(shown, 35 - before, row, width=letter * len(number)))
    return lines


@pytest.mark.parametrize("letter", [10.0, 8.3])
@pytest.mark.parametrize("mark", [".", ","])
def test_numbers_that_share_their_points_keep_them(letter: float, mark: str) -> None:
    made = render_text(page(*numbers(letter, mark)))
    assert len({row.rindex(mark) for row in made.splitlines()}) == 1


def test_a_column_after_numbers_keeps_its_edge() -> None:
    units = [at(f"unit {row}", 50, row) for row in range(len(NUMBERS))]
    made = render_text(page(*numbers(10), *units))
    assert len({row.index("unit") for row in made.splitlines()}) == 1
    assert len({row.rindex(".") for row in made.splitlines()}) == 1


def test_numbers_that_share_their_right_edge_keep_that() -> None:
    lines = [at(number, 20 - len(number), row) for row, number in enumerate(NUMBERS)]
    names = [at("a name", 0, row) for row in range(len(NUMBERS))]
    assert len({len(row) for row in render_text(page(*names, *lines)).splitlines()}) == 1
