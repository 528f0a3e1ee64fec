from collections.abc import Sequence

import pytest

from picture.layout import Table, find_tables
from picture.page import Line, Page
from tests.formats.pages import line

TIGHT = (40, 196, 258, 300)
"""Where columns begin that are one blank apart."""


def drawn(rows: Sequence[Sequence[str]], columns: Sequence[float] = TIGHT) -> list[Line]:
    """Return rows of texts set at columns, the numbers behind the first one right-aligned."""
    lines = []
    for number, row in enumerate(rows):
        for at, (text, left) in enumerate(zip(row, columns, strict=False)):
            is_number = at > 0 and text[-1:].isdigit()
            start = left + 10 * (4 - len(text)) if is_number else left
            if text:
                lines.append(line(text, start, 40.0 + 26 * number))
    return lines


def tables(lines: Sequence[Line]) -> list[Table]:
    return find_tables(Page(1000, 1000, tuple(lines)))


ITEMS = [
    ("WHITE BREAD ROL", "2.13", "7", "8.91"),
    ("CORN BREAD LARG", "0.72", "20", "4.40"),
    ("VANILLA BUN PAN", "2.40", "6", "9.60"),
]


def test_numbers_that_share_an_edge_are_columns_however_near_they_are() -> None:
    (table,) = tables(drawn(ITEMS))
    assert table.grid == [list(row) for row in ITEMS]


def test_names_above_such_columns_are_parted_too() -> None:
    named = [("NAME OF ARTICLE", "Unit", "Pcs", "Sums"), *ITEMS]
    (table,) = tables(drawn(named))
    assert table.grid == [list(row) for row in named]
    assert table.header_rows == 1


def test_a_sum_across_such_columns_does_not_join_them() -> None:
    others = [(f"{name[:-3]}{name[:3]}", *numbers) for name, *numbers in ITEMS]
    lines = drawn([*ITEMS, ("", "", "", "2.91"), *others])
    lines.append(line("Sum of all these articles", 40, 40 + 26 * 3))
    (table,) = tables(lines)
    assert table.columns == 4
    assert table.grid[3] == ["Sum of all these articles", "", "", "2.91"]
    assert table.grid[:3] == [list(row) for row in ITEMS]
    assert table.grid[4:] == [list(row) for row in others]


def test_two_rows_alike_are_enough() -> None:
    columns = (40, 130, 178, 260)
    goods = [("RM 2.80", "2", "0.00", "5.60"), ("RM 1.80", "3", "0.50", "3.60")]
    total = ("", "", "Total", "9.20")
    lines = drawn([goods[0], (), goods[1], (), total], columns)
    (table,) = tables(lines)
    assert table.grid[:2] == [list(row) for row in goods]


def test_codes_behind_prices_are_a_column() -> None:
    columns = (40, 300, 352)
    goods = [("Coffee", "5.60", "SR"), ("Rice", "0.40", "Z"), ("Milk", "4.10", "SR")]
    (table,) = tables(drawn(goods, columns))
    assert table.grid == [list(row) for row in goods]


@pytest.mark.parametrize("number", ["{}.", "({})", "{}"])
def test_a_list_with_its_numbers_apart_is_no_table(number: str) -> None:
    rows = [(number.format(at + 1), "what has to be done by then") for at in range(6)]
    assert tables(drawn(rows, (40, 52 + 10 * len(number.format(1)) - 4))) == []


def test_addresses_and_running_text_are_no_table() -> None:
    written = [
        ("No. 12, Garden Road,", "Block 4"),
        ("47500", "Subang Jaya"),
        ("Tel: 03-554", "Fax: 03-555"),
        ("and nobody in the year", "1987"),
        ("who knew of the old to", "it"),
        ("it was there in spring", "2016"),
        ("until some came by one", "day"),
    ]
    lines = [
        line(text, left, 40.0 + 26 * number)
        for number, (first, second) in enumerate(written)
        for text, left in ((first, 40), (second, 52 + 10 * len(first)))
    ]
    assert tables(lines) == []


def test_words_of_a_description_stay_together() -> None:
    goods = [
        ("PIPE 7", "YARDS LONG", "18.00"),
        ("TAPE", "OF PVC", "17.90"),
        ("GUN WITH 11", "BOLTS", "7.90"),
    ]
    lines = [
        line(text, left, 40.0 + 26 * number)
        for number, (first, second, price) in enumerate(goods)
        for text, left in ((first, 40), (second, 46 + 10 * len(first)), (price, 400))
    ]
    (table,) = tables(lines)
    assert table.grid == [[f"{first} {second}", price] for first, second, price in goods]


def test_numbers_behind_the_same_word_are_no_column() -> None:
    lines = []
    for number, size in enumerate(("16K", "32K", "48K", "64K")):
        top = 40.0 + 26 * number
        lines += [line("SET SIZE", 40, top), line(size, 134, top)]
        lines += [line("so much memory is there", 300, top)]
    (table,) = tables(lines)
    assert table.columns == 2
    assert table.grid[0] == ["SET SIZE 16K", "so much memory is there"]


def test_page_numbers_behind_leaders_are_no_column() -> None:
    rows = [("About this book " + "." * 20, "1"), ("How it is read " + "." * 21, "2")]
    rows += [("What else there is " + "." * 17, "3"), ("Thanks to all " + "." * 22, "13")]
    assert tables(drawn(rows, (40, 382))) == []


def test_what_names_a_sum_reaches_over_the_columns_before_it() -> None:
    goods = [("Article", "Pcs", "Each", "Sums"), ("Apron", "2", "3.10", "6.20")]
    goods += [("Bucket", "", "2.50", "2.50"), ("Clock", "1", "8.00", "8.00")]
    lines = drawn(goods, (40, 200, 300, 400))
    for number, name in enumerate(
        ("Sum before taxes", "Rounded to fives", "What was paid", "Change given"), start=4
    ):
        lines += [line(name, 240 - 10 * len(name), 40.0 + 26 * number)]
        lines += [line(f"{number}.20", 400, 40.0 + 26 * number)]
    (table,) = tables(lines)
    assert table.grid[:4] == [list(row) for row in goods]
    assert [row[-1] for row in table.grid[4:]] == ["4.20", "5.20", "6.20", "7.20"]
