from picture.layout.render import Layout, render_text
from picture.page import Line
from tests.layout.pages import CELL, at, page

LEFT = [
    "The first column begins here and",
    "goes on and on until its very end",
    "is reached, although a reader who",
    "is in a hurry would rather not go",
]
RIGHT = [
    "on with a sentence that is broken",
    "by the foot of a column. After it",
    "others follow, and each is joined",
    "to the one before it.",
]
SENTENCE = "would rather not go on with a sentence"


def read(*lines: Line) -> list[str]:
    return [row for row in render_text(page(*lines), Layout.READING).splitlines() if row]


def columns(shift: float = 0.0) -> list[Line]:
    left = [at(text, 0, row + 2) for row, text in enumerate(LEFT)]
    right = [at(text, 40, row + 2 + shift) for row, text in enumerate(RIGHT)]
    return left + right


def test_a_page_number_does_not_break_a_sentence_between_columns() -> None:
    made = read(*columns(), at("Smith and Miller", 0, 8), at("A journal | 7", 60, 8))
    assert SENTENCE in made[0]
    assert made[1:] == ["Smith and Miller A journal | 7"]


def test_a_running_head_is_read_first() -> None:
    made = read(at("12", 0, -1), at("On columns and pages", 40, -1), *columns())
    assert made[0] == "12 On columns and pages"
    assert SENTENCE in made[1]


def test_a_note_at_the_foot_of_a_column_is_read_after_the_sentence() -> None:
    note = [
        at("1 It is set in smaller letters than", 0, 7, height=14, width=300),
        at("the text above it is set in.", 0, 8, height=14, width=240),
    ]
    more = [at("This is a third paragraph, and it", 40, 6), at("stands at the end.", 40, 7)]
    made = read(*columns(), *note, *more)
    assert SENTENCE in made[0]
    assert made[-1].startswith("1 It is set in smaller letters than the text")


def test_rows_of_cells_below_large_type_are_no_notes() -> None:
    head = [at("THE SHOP OF THE TOWN", 4, row, height=30, width=420) for row in (0, 2)]
    rows = [
        (at("Description", 0, 4, height=14), at("Price", 40, 4, height=14)),
        (at("1 Spade", 0, 5, height=14), at("4.50", 41, 5, height=14)),
        (at("2 Rake", 0, 6, height=14), at("9.25", 41, 6, height=14)),
    ]
    made = read(*head, *(line for row in rows for line in row))
    assert made[-3:] == ["Description Price", "1 Spade 4.50", "2 Rake 9.25"]
    assert "" not in made[-3:]


def test_a_caption_does_not_break_the_sentence_around_it() -> None:
    made = read(
        at("A paragraph is broken off where a figure", 0, 0),
        at("has been put in the midst of its text, as", 0, 1),
        at("Figure 3: a tree in spring", 4, 12),
        at("happens often, and goes on below it until", 0, 14),
        at("all is said.", 0, 15),
    )
    assert made == [
        "A paragraph is broken off where a figure has been put in the midst of its text, as"
        " happens often, and goes on below it until all is said.",
        "Figure 3: a tree in spring",
    ]


def test_a_caption_begins_a_paragraph_of_its_own() -> None:
    made = read(
        at("Some text that ends above a figure or tab", 0, 0),
        at("Table 2. Words that are said about tables", 0, 1),
        at("图3 春天的树木和花草以及其他的东西等等", 0, 2, width=40 * CELL),
    )
    assert [row[:7] for row in made] == ["Some te", "Table 2", "图3 春天的树"]


def test_entries_of_a_list_of_contents_are_not_joined() -> None:
    made = read(
        at("1 What came before ................ 3", 0, 0),
        at("2 What came after it .............. 9", 0, 1),
    )
    assert len(made) == 2


def test_items_with_roman_numbers_are_not_joined() -> None:
    made = read(
        at("(i) the first of all the items there are", 0, 0),
        at("(ii) the second one, as long as the first", 0, 1),
        at("iv) another one that is as long as others", 0, 2),
    )
    assert len(made) == 3


def test_cells_of_a_row_are_read_from_right_to_left_on_a_page_in_hebrew() -> None:
    lines = [at("תפוח", 30, 0), at("12.50", 0, 0), at("אגס", 31, 1), at("3.00", 1, 1)]
    assert read(*lines) == ["תפוח 12.50", "אגס 3.00"]
    assert [row.split() for row in render_text(page(*lines)).splitlines()] == [
        ["12.50", "תפוח"],
        ["3.00", "אגס"],
    ]


def test_columns_and_indents_of_a_page_in_hebrew_are_at_the_right() -> None:
    first, second = "שורה של טקסט בעברית מספר", "והיא נמשכת עוד קצת הלאה ועד"
    right = [
        at(f"{first} {row}", 40, row) if row in (1, 2, 4) else at(first, 40, row)
        for row in range(5)
    ]
    right = [at(first if row % 2 else second, 40, row, width=270) for row in range(4)]
    left = [at(second if row % 2 else first, 0, row, width=270) for row in range(4)]
    indented = at(first, 40, 4, width=240)
    after = at(second, 40, 5, width=270)
    made = read(*left, *right, indented, after)
    assert made == [
        " ".join([second, first, second, first]),
        f"{first} {second}",
        " ".join([first, second, first, second]),
    ]
