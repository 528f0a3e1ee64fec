from collections.abc import Sequence

from hypothesis import given

from picture.layout import Table, find_tables
from picture.page import Line, Page, Rule
from tests.formats.pages import PAGES, STOCK, line, rows


def tables(lines: Sequence[Line], rules: Sequence[Rule] = ()) -> list[Table]:
    return find_tables(Page(1000, 1000, tuple(lines), rules=tuple(rules)))


def only(lines: Sequence[Line], rules: Sequence[Rule] = ()) -> Table:
    (table,) = tables(lines, rules)
    return table


def test_cells_stand_in_rows_and_columns() -> None:
    table = only(rows(*STOCK))
    assert table.grid == [list(row) for row in STOCK]
    assert (table.rows, table.columns, table.header_rows) == (4, 3, 1)


def test_a_cell_of_several_lines_is_one() -> None:
    lines = rows(*STOCK)
    lines += [line("of green rubber", 40, 40 + 2 * 34 + 18)]
    assert only(lines).grid[2] == ["Garden hose of green rubber", "3", "45.00"]


def test_a_heading_over_columns_spans_them() -> None:
    lines = [line("Numbers of last year's stock", 290, 6), *rows(*STOCK)]
    table = only(lines)
    first = table.cells[0]
    assert (first.row, first.column, first.column_span) == (0, 1, 2)
    assert table.grid[1:] == [list(row) for row in STOCK]


def test_text_around_a_table_is_none_of_it() -> None:
    above = line("This is what we have in our garden shed, as counted in the spring:", 40, 0)
    below = line("Nothing of it is for sale, since we need all of it for ourselves.", 40, 200)
    table = only([above, *rows(*STOCK), below])
    assert table.grid == [list(row) for row in STOCK]


def test_tables_far_from_each_other_are_two() -> None:
    first, second = tables([*rows(*STOCK), *rows(*STOCK, top=500)])
    assert first.grid == second.grid


def test_names_of_columns_begin_a_table_below_keys_and_values() -> None:
    keys = [("Invoice", "01-283886"), ("Date", "03/07/2018"), ("Cashier", "Siti")]
    stock = [(*row, unit) for row, unit in zip(STOCK, ("Unit", "pc", "m", "pc"), strict=True)]
    columns = (40, 300, 500, 640)
    first, second = tables([*rows(*keys), *rows(*stock, columns=columns, top=40 + 34 * len(keys))])
    assert first.grid == [list(pair) for pair in keys]
    assert second.grid == [list(row) for row in stock]
    assert second.header_rows == 1


TAXES = [("Tax", "Amount", "Due"), ("6 %", "45.00", "2.70")]


def test_names_of_columns_begin_a_table_below_sums() -> None:
    sums = [("Sum", "", "57.50"), ("Rounding", "", "0.00")]
    lines = rows(*STOCK, *sums, *TAXES)
    first, second = tables([line for line in lines if line.text])
    assert first.grid == [list(row) for row in (*STOCK, *sums)]
    assert second.grid == [list(row) for row in TAXES]
    assert second.header_rows == 1


def test_words_below_one_sum_are_of_its_table() -> None:
    stock = STOCK[:3]
    lines = rows(*stock, ("Sum", "", "57.50"), *TAXES)
    assert only([line for line in lines if line.text]).rows == len(stock) + 3


def test_a_column_with_a_name_needs_one_text() -> None:
    sparse = [
        ("Article", "Pieces", "Price"),
        *((f"Article of kind {at}", "7" if at == 3 else "", f"{at}.50") for at in range(8)),
    ]
    table = only(rows(*sparse))
    assert table.grid == [list(row) for row in sparse]


def test_numbers_alone_have_no_header() -> None:
    table = only(rows(("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9")))
    assert table.header_rows == 0


def test_running_text_is_no_table() -> None:
    prose = ["where roses grow beside the old wall", "and nobody knows who planted them"] * 4
    lines = [line(text, 40, 30.0 * number) for number, text in enumerate(prose)]
    lines += [line(text, 480, 30.0 * number) for number, text in enumerate(prose)]
    assert tables(lines) == []


def test_a_few_labels_are_no_table() -> None:
    assert tables([]) == []
    assert tables(rows(("Name", "Linden"))) == []
    assert tables([line("one", 40, 40), line("two", 40, 80), line("three", 40, 120)]) == []


@given(PAGES)
def test_no_line_of_any_page_is_in_two_cells(page: Page) -> None:
    for table in find_tables(page):
        held = [id(line) for line in table.lines]
        assert len(held) == len(set(held))
        places = [(cell.row, cell.column) for cell in table.cells]
        assert len(places) == len(set(places))
        assert all(cell.column + cell.column_span <= table.columns for cell in table.cells)
