from collections.abc import Sequence

from picture.layout import Table, find_tables
from picture.page import Line, Page, Rule
from tests.formats.pages import line


def tables(lines: Sequence[Line], rules: Sequence[Rule] = ()) -> list[Table]:
    return find_tables(Page(1000, 1000, tuple(lines), rules=tuple(rules)))


def cells(texts: Sequence[str], left: float, middle: float, pitch: float = 24) -> list[Line]:
    """Return lines of a cell around its middle."""
    top = middle - pitch * (len(texts) - 1) / 2
    return [line(text, left, top + pitch * number) for number, text in enumerate(texts)]


GOODS = [
    (("Garden hose", "of green rubber"), ("45.00",)),
    (("Rain barrel", "with a lid"), ("80.00",)),
    (("Small spade", "for children"), ("12.50",)),
]


def test_a_price_beside_two_lines_is_in_their_row() -> None:
    lines = [
        each
        for number, (name, price) in enumerate(GOODS)
        for each in (*cells(name, 40, 100 + 48 * number), *cells(price, 400, 100 + 48 * number))
    ]
    (table,) = tables(lines)
    assert table.grid == [[" ".join(name), *price] for name, price in GOODS]


def test_a_price_beside_the_middle_of_three_lines_is_in_the_row_of_all() -> None:
    lines = [
        each
        for number, (name, price) in enumerate(GOODS)
        for each in (
            *cells((*name, "as last year"), 40, 100 + 110 * number),
            *cells(price, 400, 100 + 110 * number),
        )
    ]
    (table,) = tables(lines)
    assert table.grid == [[f"{' '.join(name)} as last year", *price] for name, price in GOODS]


def test_a_price_beside_four_lines_is_in_the_row_of_all() -> None:
    lines = [
        each
        for number, (name, price) in enumerate(GOODS)
        for each in (
            *cells((*name, *name), 40, 100 + 96 * number),
            *cells(price, 400, 100 + 96 * number),
        )
    ]
    (table,) = tables(lines)
    assert table.grid == [[" ".join((*name, *name)), *price] for name, price in GOODS]


def test_rows_as_far_apart_as_their_lines_stay_rows() -> None:
    names = ["Milk", "2 packs of it", "Take away", "2 boxes of it", "Bread", "1 loaf of it"]
    lines = [line(name, 40, 40.0 + 24 * at) for at, name in enumerate(names)]
    lines += [line("5.60", 400, 40.0 + 24 * at) for at in (1, 3, 5)]
    (table,) = tables(lines)
    assert ["2 packs of it", "5.60"] in table.grid
    assert ["2 boxes of it", "0.40"] not in table.grid
    assert sum(row[1] == "5.60" for row in table.grid) == 3


def test_no_row_goes_on_over_a_rule() -> None:
    lines = [
        each
        for number, (name, price) in enumerate(GOODS)
        for each in (*cells(name, 40, 100 + 48 * number), *cells(price, 400, 112 + 48 * number))
    ]
    rules = [Rule((30, 109 + 48 * at), (600, 109 + 48 * at), 2) for at in range(3)]
    for table in tables(lines, rules):
        assert not any(
            name[0] in text and name[1] in text
            for name, _ in GOODS
            for row in table.grid
            for text in row
        )
