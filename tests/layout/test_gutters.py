from picture.layout.render import Layout, render_text, sort_lines
from picture.page import Line
from tests.layout.pages import at, page

TERMS = ["COPY THE MAP", "PRINT", "SHOW ALL OF THEM", "EDIT AN ENZYME", "HIDE", "LOOK IT UP"]
MEANINGS = [
    "Puts the whole map on the clipboard for others.",
    "Prints it, on as many sheets as it takes.",
    "Shows also those that were hidden before.",
    "Opens the list of enzymes, to add and to remove.",
    "Hides the one that was chosen.",
    "Asks the service for what is known of it.",
]


def read(*lines: Line) -> list[str]:
    return [row for row in render_text(page(*lines), Layout.READING).splitlines() if row]


def test_terms_stay_beside_their_meanings() -> None:
    lines = [
        line
        for row, (term, meaning) in enumerate(zip(TERMS, MEANINGS, strict=True))
        for line in (at(f"• {term}", 0, row), at(meaning, 24, row))
    ]
    made = read(*lines)
    assert made == [f"• {term} {said}" for term, said in zip(TERMS, MEANINGS, strict=True)]


def test_columns_of_short_rows_are_found_where_their_rows_are_not_level() -> None:
    """Commands and their keys, in two columns that have nothing to do with one another."""
    names = [
        "run it now",
        "stop it at once",
        "look at it",
        "find the next one",
        "go back",
        "leave it",
    ]
    lines = [
        line
        for column, shift in ((0, 0.0), (34, 0.5))
        for row, name in enumerate(names)
        for line in (
            at(f"{name} {column}", column, row + shift),
            at(f"C-{row}", column + 24, row + shift),
        )
    ]
    wanted = [f"{name} {column} C-{row}" for column in (0, 34) for row, name in enumerate(names)]
    assert read(*lines) == wanted


def test_a_list_in_columns_is_read_down_each() -> None:
    entries = [at(f"entry {row:02}, {row + 11}", 24 * (row // 6), row % 6) for row in range(18)]
    assert sort_lines(page(*entries)).lines == tuple(entries)


def test_unequal_columns_under_a_heading_across_are_read_one_after_the_other() -> None:
    heading = at("A heading that stands over both of the columns below it", 4, 0)
    narrow = [at(f"narrow column, line number {row}", 0, row + 2) for row in range(9)]
    wide = [
        at(f"the wide column has far longer lines, number {row}", 34, row + 2) for row in range(9)
    ]
    page_ = page(*narrow, *wide, heading)
    assert sort_lines(page_).lines == (heading, *narrow, *wide)


def test_three_columns_are_read_one_after_the_other() -> None:
    columns = [
        [at(f"column {column}, a line {row}", 30 * column, row) for row in range(6)]
        for column in range(3)
    ]
    rows = [line for row in zip(*columns, strict=True) for line in row]
    assert sort_lines(page(*rows)).lines == tuple(line for each in columns for line in each)


def test_the_columns_of_a_table_of_figures_are_not_parted() -> None:
    lines = [
        at(f"{row}{column}.50", 16 * column, row + 0.02 * column)
        for row in range(8)
        for column in range(4)
    ]
    assert len(read(*lines)) == 8


def test_cuts_within_cuts_have_an_end() -> None:
    """Each step down the page holds the next gutter: a cut for each would take for ever."""
    lines = [
        at(f"text of a column, row {row:04}", 30 * (row // 4) + 30 * side, row)
        for row in range(400)
        for side in (0, 1)
    ]
    assert len(sort_lines(page(*lines)).lines) == len(lines)
