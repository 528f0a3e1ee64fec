import pytest

from picture.formats.outline import Kind, Part, outline
from picture.layout import Table, join_text
from picture.page import Line, Page
from tests.formats.pages import BODY, STOCK, large, line, rows


def parts(*lines: Line) -> list[Part | Table]:
    return outline(Page(900, 900, lines))


def test_large_lines_are_headings_by_size() -> None:
    found = parts(large("A walk", 20, 60), large("The garden", 110, 36), *BODY)
    assert [(part.kind, part.level) for part in found if isinstance(part, Part)] == [
        (Kind.HEADING, 1),
        (Kind.HEADING, 2),
        (Kind.PARAGRAPH, 0),
    ]


@pytest.mark.parametrize("text", ["17", "25.50", "(767840-W)", "A02045", "3-1708032"])
def test_a_number_or_a_code_is_no_heading(text: str) -> None:
    part, _ = parts(large(text, 20, 60), *BODY)
    assert part == Part(Kind.PARAGRAPH, text)


@pytest.mark.parametrize("text", ["Chapter 4", "H & M", "2.1. Kinds", "目次"])
def test_a_heading_has_a_word(text: str) -> None:
    part, _ = parts(large(text, 20, 60), *BODY)
    assert part == Part(Kind.HEADING, text, 1)


def test_lines_of_a_paragraph_are_joined() -> None:
    (part,) = parts(*BODY)
    assert isinstance(part, Part)
    assert part.text.endswith("and in the spring its gate stands open for all who pass by.")


def test_marks_begin_items_of_lists() -> None:
    found = parts(line("• roses", 40, 40), line("2. thyme", 40, 80), line("- sage", 40, 120))
    assert found == [
        Part(Kind.ITEM, "roses"),
        Part(Kind.NUMBERED, "thyme", 2),
        Part(Kind.ITEM, "sage"),
    ]


def test_items_stand_under_those_that_are_set_in_less() -> None:
    found = parts(
        line("1. flowers", 40, 40),
        line("• roses", 70, 80),
        line("• wild ones", 100, 120),
        line("• sage", 70, 160),
        line("2. trees", 40, 200),
    )
    assert [part.depth for part in found if isinstance(part, Part)] == [0, 1, 2, 1, 0]


def test_a_paragraph_ends_a_list() -> None:
    found = parts(
        line("• roses", 40, 40), line("Elsewhere there are:", 40, 80), line("• oaks", 90, 120)
    )
    assert [part.depth for part in found if isinstance(part, Part)] == [0, 0, 0]


def test_hanging_lines_belong_to_their_item() -> None:
    found = parts(
        line("• roses that climb the wall of the shed and", 40, 40),
        line("those that do not, but should", 60, 64),
        line("• sage", 40, 88),
    )
    assert [part.text for part in found if isinstance(part, Part)] == [
        "roses that climb the wall of the shed and those that do not, but should",
        "sage",
    ]


def test_a_table_stands_where_its_lines_do() -> None:
    below = [line("It is what we counted in spring, in the shed and in the", 40, 300)]
    found = parts(line("What we have:", 40, 0), *rows(*STOCK), *below)
    assert [type(part) for part in found] == [Part, Table, Part]
    assert isinstance(found[1], Table)
    assert found[1].grid == [list(row) for row in STOCK]


def test_an_empty_page_has_no_parts() -> None:
    assert parts() == []


def test_text_that_goes_on_in_the_next_column_keeps_its_space_in_any_script() -> None:
    assert join_text("le Café", "où l'on lit") == "le Café où l'on lit"
    assert join_text("a gar-", "den") == "a garden"
    assert join_text("春の", "庭") == "春の庭"
