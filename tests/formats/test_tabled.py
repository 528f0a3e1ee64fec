from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from picture.formats import tabulate
from picture.formats.tabled import Place, Tabled
from picture.layout import find_tables
from picture.page import Page
from tests.formats.pages import PAGES, SPANNING, STOCK, rows


def only(page: Page) -> Tabled:
    (table,) = tabulate(page, range(len(page.lines)))
    return table


def texts(table: list[list[Place]]) -> list[list[str]]:
    return [[place.text for place in row] for row in table]


def test_every_row_is_full_and_its_names_stand_apart() -> None:
    table = only(Page(900, 900, tuple(rows(*STOCK))))
    assert texts(table.head) == [list(STOCK[0])]
    assert texts(table.body) == [list(row) for row in STOCK[1:]]


def test_cells_over_several_places_leave_no_room_for_others() -> None:
    table = only(SPANNING)
    (article, price), below = table.head
    assert (article.row_span, article.column_span) == (2, 1)
    assert (price.row_span, price.column_span) == (1, 2)
    assert [place.text for place in below] == ["Old", "New"]
    assert texts(table.body) == [["Rake", "17.50", ""]]


def test_numbers_and_the_names_of_their_columns_are_told() -> None:
    stock = (*STOCK, ("12", "none", "3 EUR"))
    table = only(Page(900, 900, tuple(rows(*stock))))
    assert [place.is_number for place in table.head[0]] == [False, True, True]
    assert [place.is_number for place in table.body[-1]] == [False, False, True]


def test_a_cell_knows_its_lines_by_their_numbers() -> None:
    page = Page(900, 900, tuple(rows(*STOCK)))
    (table,) = tabulate(page, [10 + at for at in range(len(page.lines))])
    assert [place.lines for place in table.head[0]] == [(10,), (11,), (12,)]


def test_no_cell_is_copied_as_a_formula() -> None:
    lines = rows(*STOCK)
    table = only(Page(900, 900, (*lines[:3], replace(lines[3], text="=1+1"), *lines[4:])))
    assert table.body[0][0].text == "=1+1"
    assert table.body[0][0].copied == "'=1+1"
    assert table.body[0][2].copied == "19.50"


@given(PAGES)
def test_every_cell_of_any_page_is_shown_once_in_full_rows(page: Page) -> None:
    tables = tabulate(page, range(len(page.lines)))
    for shown, table in zip(tables, find_tables(page), strict=True):
        every = [*shown.head, *shown.body]
        said = [place.text for row in every for place in row if place.text]
        assert said == [cell.text for cell in table.cells if cell.text]
        area = sum(place.row_span * place.column_span for row in every for place in row)
        assert area == table.rows * table.columns
