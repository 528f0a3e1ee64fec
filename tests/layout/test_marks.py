import pytest

from picture.layout import find_tables
from picture.layout.headers import rows_above_marks
from picture.page import Page
from tests.formats.pages import STOCK, line, rows


@pytest.mark.parametrize("marks", ["---------", "_____", "=" * 24, "- - - - -", "........"])
def test_rows_of_marks_part_rows_and_are_none(marks: str) -> None:
    drawn = line(marks, 40, 57)
    (table,) = find_tables(Page(1000, 1000, (*rows(*STOCK), drawn)))
    assert table.grid == [list(row) for row in STOCK]
    assert table.marks == (drawn,)
    assert list(table.lines)[-1] is drawn
    assert table.header_rows == 1


@pytest.mark.parametrize("nothing", ["-", "--", "---", "..."])
def test_marks_beside_other_texts_say_something(nothing: str) -> None:
    sparse = [*STOCK[:-1], ("Rain barrel", nothing, nothing)]
    (table,) = find_tables(Page(1000, 1000, tuple(rows(*sparse))))
    assert table.grid == [list(row) for row in sparse]
    assert table.marks == ()


def test_marks_around_a_table_are_none_of_it() -> None:
    lines = rows(*STOCK)
    around = [line("-" * 20, 40, 10), line("-" * 20, 40, 40 + 34 * len(STOCK))]
    (table,) = find_tables(Page(1000, 1000, (*lines, *around)))
    assert table.grid == [list(row) for row in STOCK]
    assert table.marks == ()


def test_marks_below_a_number_tell_no_header() -> None:
    (table,) = find_tables(
        Page(1000, 1000, (*rows(("Sum", "12", "5.50"), *STOCK[1:]), line("-" * 20, 40, 57)))
    )
    assert rows_above_marks([[cell] for cell in table.cells[:3]], [1]) == 0
    assert table.header_rows == 0
