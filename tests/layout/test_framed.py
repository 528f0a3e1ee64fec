"""Tables that rules are drawn around."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picture.layout import Table, find_tables
from picture.page import Line, Page, Rule
from tests.formats.pages import PAGES, POINTS
from tests.layout.drawn import Drawn, Span, around, merged

Told = list[tuple[Span, str]]


def only(page: Page) -> Table:
    (table,) = find_tables(page)
    return table


def told(table: Table) -> Told:
    """Return where a table's cells are, by the first and the last places, and what they say."""
    return [
        ((cell.row, cell.column, cell.row + cell.row_span, cell.column + cell.column_span), text)
        for cell in table.cells
        for text in [cell.text]
    ]


def full(texts: Sequence[Sequence[str]]) -> Drawn:
    """Return a table with all rules and one line in each cell that has a text."""
    drawn = Drawn()
    drawn.grid(len(texts), len(texts[0]))
    fill(drawn, texts)
    return drawn


def fill(drawn: Drawn, texts: Sequence[Sequence[str]]) -> None:
    for row, cells in enumerate(texts):
        for column, text in enumerate(cells):
            drawn.cell((row, column, row + 1, column + 1), [text] if text else [])


WORDS = [["Article", "Colour"], ["Spade", "grey"], ["Rake", ""]]
FIGURES = [["Article", "Pieces", "Price"], ["Spade", "12", "19.50"], ["Rake", "3", "17.20"]]


def test_each_drawn_cell_is_one() -> None:
    table = only(full(WORDS).page())
    assert table.grid == WORDS
    assert len(table.cells) == 6


def test_cells_are_as_large_as_they_are_drawn() -> None:
    cell = only(full(WORDS).page()).cells[-1]
    assert cell.lines == ()
    assert cell.box == ((270, 240), (440, 240), (440, 310), (270, 310))


def test_a_cell_of_a_leaning_page_leans() -> None:
    drawn = full(WORDS)
    corners = Drawn()
    corners.rules = [Rule(drawn.rules[0].start, drawn.rules[3].end, 2)]
    frame = only(drawn.page(3)).cells[0].box
    assert frame[0] == pytest.approx(corners.page(3).rules[0].start, abs=1)


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 2**32), st.floats(-4, 4))
def test_drawn_cells_come_back(rows: int, columns: int, seed: int, degrees: float) -> None:
    rng = random.Random(seed)
    spans = merged(rows, columns, rng)
    # Where no cell begins there is no row or column.
    if len({span[0] for span in spans}) < rows or len({span[1] for span in spans}) < columns:
        return
    drawn, expected = Drawn(), []
    for number, span in enumerate(spans):
        texts = [f"w{number} {rng.choice('abc')}" for _ in range(rng.choice((1, 1, 2)))]
        drawn.cell(span, texts)
        drawn.rules += around(span, drawn, rng)
        expected.append((span, " ".join(texts)))
    assert told(only(drawn.page(degrees))) == expected


RULES = st.builds(Rule, POINTS, POINTS, st.floats(0, 40)) | st.builds(
    lambda x, y, length, is_level: Rule(
        (x, y), (x + length, y) if is_level else (x, y + length), 2
    ),
    *[st.integers(0, 20).map(lambda at: 40 * at)] * 2,
    st.integers(1, 12).map(lambda at: 40 * at),
    st.booleans(),
)  # fmt: skip
LINES = st.builds(
    lambda x, y, text: Line(text, 0.9, ((x, y), (x + 30, y), (x + 30, y + 20), (x, y + 20))),
    *[st.integers(0, 60).map(lambda at: 13 * at)] * 2,
    st.sampled_from(["12", "roses", "4.50", "Thyme and sage", " "]),
)


@settings(max_examples=300, deadline=None)
@given(PAGES, st.lists(LINES, max_size=40), st.lists(RULES, max_size=40))
def test_no_line_is_in_two_cells_and_no_place_in_two(
    page: Page, lines: list[Line], rules: list[Rule]
) -> None:
    page = Page(900, 900, (*page.lines, *lines), rules=tuple(rules))
    found = find_tables(page)
    held = [id(line) for table in found for line in table.lines]
    assert len(held) == len(set(held))
    assert set(held) <= set(map(id, page.lines))
    for table in found:
        places = [
            (row, column)
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        assert len(places) == len(set(places))
        assert all(row < table.rows and column < table.columns for row, column in places)
        assert 0 <= table.header_rows <= table.rows


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, min_size=4, max_size=60))
def test_a_lattice_with_a_text_in_each_cell_holds_all_that_is_in_it(lines: list[Line]) -> None:
    drawn = Drawn(left=-100, top=-100)
    drawn.grid(14, 6)
    drawn.lines = [line for line in lines if line.text.strip()]
    for row in range(14):
        for column in range(6):
            drawn.cell((row, column, row + 1, column + 1), [f"{row} of {column}"])
    (table,) = find_tables(drawn.page())
    assert sorted(map(id, table.lines)) == sorted(set(map(id, table.lines)))
    assert sum(1 for _ in table.lines) == len(drawn.lines)


def test_a_thick_rule_ends_the_header() -> None:
    drawn = full([["Garden", "Price"], ["Article", "euro"], ["Spade", "19"], ["Rake", "17"]])
    drawn.level(2, 0, 2, thickness=5)
    assert only(drawn.page()).header_rows == 2


def test_headings_over_columns_are_above_the_names_of_columns() -> None:
    drawn = Drawn()
    spans: Told = [
        ((0, 0, 2, 1), "Article"), ((0, 1, 1, 3), "Price"), ((1, 1, 2, 2), "Old"),
        ((1, 2, 2, 3), "New"), ((2, 0, 3, 1), "Rake"), ((2, 1, 3, 2), "17"), ((2, 2, 3, 3), "18"),
    ]  # fmt: skip
    for span, text in spans:
        drawn.cell(span, [text])
        drawn.rules += around(span, drawn, random.Random(1))
    table = only(drawn.page())
    assert told(table) == spans
    assert table.header_rows == 2
    assert table.grid[0] == ["Article", "Price", ""]


def test_a_frame_around_text_is_no_table() -> None:
    drawn = Drawn()
    drawn.grid(1, 1)
    drawn.cell((0, 0, 1, 1), ["Thank you", "for your visit"])
    assert find_tables(drawn.page()) == []


def test_a_page_in_a_frame_keeps_its_table() -> None:
    drawn = full(FIGURES)
    for row in (-0.7, 8):
        drawn.level(row, -0.5, 4)
    for column in (-0.5, 4):
        drawn.upright(column, -0.7, 8)
    assert only(drawn.page()).grid == FIGURES


def test_boxes_to_tick_within_a_table_are_no_tables() -> None:
    drawn = full(FIGURES)
    box = Drawn(left=125, top=185)
    for side in (0.0, 0.1):
        box.level(side * 2, 0, 0.1)
        box.upright(side, 0, 0.2)
    drawn.rules += box.rules
    assert only(drawn.page()).grid == FIGURES


def test_open_sides_are_sides() -> None:
    drawn = Drawn()
    for row in range(4):
        drawn.level(row, 0, 3)
    for column in (1, 2):
        drawn.upright(column, 0, 3)
    fill(drawn, FIGURES)
    assert only(drawn.page(-2)).grid == FIGURES


def test_rows_without_rules_between_them_are_rows() -> None:
    drawn = Drawn()
    texts = [*FIGURES, ["Twine", "7", "2.10"], ["Soil", "1", "8.00"]]
    for row in (0, 1, 5):
        drawn.level(row, 0, 3)
    for column in range(4):
        drawn.upright(column, 0, 5)
    fill(drawn, texts)
    table = only(drawn.page())
    assert (table.grid, table.header_rows) == (texts, 1)


def test_rules_above_and_below_alone_bound_a_table() -> None:
    drawn = Drawn()
    texts = [["", "Last year"], ["Spade", "grey"], ["Rake", "green"]]
    for row in (0, 1, 3):
        drawn.level(row, 0, 2)
    fill(drawn, texts)
    drawn.cell((3, 0, 4, 2), ["Counted in spring"])
    drawn.cell((-1, 0, 0, 1), ["Stock"])
    drawn.cell((-1, 1, 0, 2), ["of the shed"])
    table = only(drawn.page(1))
    assert (table.grid, table.header_rows) == (texts, 1)


def test_rules_below_each_row_keep_the_lines_of_a_cell_together() -> None:
    drawn = Drawn()
    for row in range(5):
        drawn.level(row, 0, 2)
    for row, name in enumerate(["Spade", "Rake", "Twine", "Soil"]):
        drawn.cell((row, 0, row + 1, 1), [name])
        lines = ["Of green rubber", "Made in Ghent"] if row == 2 else ["Of wood"]
        drawn.cell((row, 1, row + 1, 2), lines)
    table = only(drawn.page())
    assert [row[1] for row in table.grid] == [
        "Of wood",
        "Of wood",
        "Of green rubber Made in Ghent",
        "Of wood",
    ]


def test_two_lattices_are_two_tables() -> None:
    first, second = full(WORDS), Drawn(top=700)
    second.grid(3, 3)
    fill(second, FIGURES)
    first.lines += second.lines
    first.rules += second.rules
    assert [table.grid for table in find_tables(first.page())] == [WORDS, FIGURES]


def test_a_drawing_of_rules_is_no_table() -> None:
    drawn = Drawn()
    drawn.grid(7, 5)
    drawn.cell((3, 2, 4, 3), ["Sales"])
    drawn.cell((5, 1, 6, 2), ["2026"])
    assert find_tables(drawn.page()) == []
