import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from picture.formats.markdown import to_markdown
from picture.page import Page
from tests.formats.pages import BODY, PAGES, SPANNING, STOCK, large, line, rows

READER = MarkdownIt("commonmark").enable("table")


def html(*pages: Page) -> str:
    return str(READER.render(to_markdown(pages)))


def test_headings_paragraphs_and_tables_are_read_as_such() -> None:
    page = Page(900, 900, (large("A walk", 20, 60), *BODY, *rows(*STOCK, top=400)))
    text = html(page)
    assert "<h1>A walk</h1>" in text
    assert "<p>The garden lies behind" in text
    assert text.count("<tr>") == 4
    assert "<td>Garden hose</td>\n<td>3</td>\n<td>45.00</td>" in text


def test_covered_places_of_a_table_are_blank() -> None:
    assert to_markdown([SPANNING]) == (
        "| Article | Price |  |\n| --- | --- | --- |\n|  | Old | New |\n| Rake | 17.50 |  |\n"
    )


def test_a_table_without_a_header_has_a_blank_one() -> None:
    numbers = rows(("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"))
    text = html(Page(900, 900, tuple(numbers)))
    assert text.count("<th></th>") == 3
    assert text.count("<td>") == 9


def test_lists_are_read_as_lists() -> None:
    page = Page(900, 900, (line("• roses", 40, 40), line("• thyme", 40, 80)))
    assert html(page) == "<ul>\n<li>roses</li>\n<li>thyme</li>\n</ul>\n"


def test_lists_within_lists_are_read_as_such() -> None:
    lines = ("1. flowers", 40), ("• roses", 70), ("7. wild", 110), ("2. trees", 40)
    page = Page(900, 900, tuple(line(text, x, 40 * y) for y, (text, x) in enumerate(lines, 1)))
    shown = "".join(html(page).split()).replace("<p>", "").replace("</p>", "")
    assert shown == (
        '<ol><li>flowers<ul><li>roses<olstart="7"><li>wild</li></ol></li></ul></li>'
        "<li>trees</li></ol>"
    )


def test_pages_are_parted_by_a_form_feed() -> None:
    page = Page(900, 900, (line("roses", 40, 40),))
    assert to_markdown([page, page]) == "roses\n\n\f\n\nroses\n"


def test_a_page_does_not_go_on_with_the_one_before() -> None:
    first = Page(900, 900, (line("• roses", 40, 40),))
    second = Page(900, 900, (large("A walk", 20, 60), *BODY))
    assert "<li>roses</li>" in html(first, second)
    assert "<h1>A walk</h1>" in html(first, second)


def test_what_was_not_read_is_told() -> None:
    assert "[3 lines were not read]" in html(Page(9, 9, (line("roses", 40, 40),), unread=3))


@pytest.mark.parametrize(
    "text",
    [
        "# 12 roses",
        "1. rose",
        "1) rose",
        "- rose",
        "+ rose",
        "* rose",
        "> rose",
        "---",
        "===",
        "a | b",
        "*rose*",
        "__rose__",
        "`rose`",
        "<b>rose</b>",
        "&amp;",
        "[a](b)",
        "![a](b)",
        "~~~",
        "```",
        "\\*",
        "#",
        "2026.",
    ],
)
def test_signs_are_kept_as_they_were_read(text: str) -> None:
    (paragraph, *_) = html(Page(900, 900, (line(text, 40, 40),))).splitlines()
    is_item = paragraph == "<ul>" or paragraph.startswith("<ol")
    assert is_item == bool(re.match(r"[-*] |\d+[.)] ", text))
    if not is_item:
        assert unescape(paragraph) == f"<p>{text}</p>"


@given(PAGES, st.text("#-+*>`|[]()<>&_~=1. a\\!", min_size=1, max_size=12))
def test_no_line_becomes_another_thing(page: Page, text: str) -> None:
    to_markdown([page])
    shown = html(Page(900, 900, (line(f"x{text}", 40, 40),)))
    tags = {part.split(">")[0] for part in shown.split("<")[1:]}
    assert tags <= {"p", "/p"}
