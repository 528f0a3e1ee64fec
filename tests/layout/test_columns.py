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


def test_a_text_that_begins_beside_its_column_joins_it() -> None:
    names = [at("name", 0, row) for row in range(1, 7)]
    kinds = [at(f"kind {'x' * (row % 4)}", 20 + 0.8 * (row == 3), row) for row in range(1, 7)]
    made = render_text(page(at("Name", 0, 0), at("Type", 19, 0), *names, *kinds))
    assert {row.index("kind") for row in made.splitlines()[1:]} == {20}


def test_edges_a_little_over_a_cell_apart_stay_one_column() -> None:
    places = [30 + 0.9 * (row % 4 == 1) + 0.2 * (row % 3) for row in range(18)]
    lines = [at(f"name {'x' * (row % 4)}", 0, row) for row in range(18)]
    for row, place in enumerate(places):
        number = "12" if row % 3 else "7"
        lines.append(at(number, place - len(number), row))
    made = render_text(page(*lines)).splitlines()
    assert len({len(row) for row in made}) == 1


def test_an_indent_of_two_cells_joins_no_column() -> None:
    rows = [at(f"line {row}", 2 * (row == 3), row) for row in range(7)]
    made = render_text(page(*rows)).splitlines()
    assert [row.index("line") for row in made] == [0, 0, 0, 2, 0, 0, 0]


def test_paragraphs_in_large_type_below_small_type_keep_their_edge() -> None:
    small = [at(f"label {row}", column, row) for row in range(12) for column in (0, 30, 60)]
    large = [
        at("word " * (3 + row % 3) + "end", 4, 14 + 2 * row, 40, 20 * (18 + 5 * (row % 3)))
        for row in range(6)
    ]
    made = render_text(page(*small, *large)).splitlines()
    assert len({row.index("word") for row in made if "word" in row}) == 1


def test_codes_of_one_length_begin_where_the_name_above_them_does() -> None:
    codes = [at(f"(0010,00{row}0)", 20, row, width=92) for row in range(1, 9)]
    names = [at(f"a longer name {'x' * (row % 3)}", 0, row) for row in range(1, 9)]
    others = [at(f"some text {'x' * (row % 4)}", 35, row) for row in range(1, 9)]
    tags = [at("Name", 0, 0), at("Tag", 20, 0), at("Comment", 35, 0)]
    made = render_text(page(*tags, *names, *codes, *others)).splitlines()
    assert {row.index("(") for row in made[1:]} == {made[0].index("Tag")}


def justified(cells: int, row: int) -> Line:
    """Return a line of prose set narrower or wider, so that all end at one margin."""
    text = ("word " * 20)[: cells - 1] + "."
    start = 4.0 if row % 4 == 0 else 0.0
    return at(text, start, row, width=10 * (60 - start))


def test_lines_of_prose_go_by_their_start_where_their_letters_do_not_fill_them() -> None:
    lines = [justified(56 - row % 3, row) for row in range(16)]
    made = render_text(page(*lines)).splitlines()
    assert {len(row) - len(row.lstrip()) for row in made} == {0, 4}


def test_a_long_label_ends_where_the_shorter_ones_do() -> None:
    labels = ["Total:", "Discount:", "Total Sales Inclusive GST @6%:", "Cash Received:", "Change:"]
    names = [at("a name", 0, row) for row in range(10, 16)]
    lines = [at(label, 40 - len(label), row) for row, label in enumerate(labels)]
    amounts = [at("17.40", 45, row) for row in range(len(labels))]
    made = render_text(page(*lines, *amounts, *names)).splitlines()
    assert len({row.index(":") for row in made[: len(labels)]}) == 1
