from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given

from picture.formats import is_foreign, lay_over, mark, starts_right
from picture.layout import Layout, render_text
from picture.page import Line, Page, Rule, Word
from tests.formats.pages import PAGES, PLAIN, RECEIPT, TEA, box, standing


def numbered(*lines: Line) -> list[tuple[int, Line]]:
    return list(enumerate(lines))


@pytest.mark.parametrize("degrees", [-80, -30, -3, 0, 3, 30, 80])
def test_text_runs_along_its_line_and_is_as_long(degrees: float) -> None:
    (line,) = lay_over(numbered(standing(degrees)))
    assert line.angle == pytest.approx(-degrees, abs=0.1)
    assert line.length == pytest.approx(200, abs=0.2)
    assert line.size == pytest.approx(16, abs=0.1)
    # Its feet start under the left end of the turned line, a little below its middle.
    along = math.radians(-degrees)
    middle = (line.x + math.cos(along) * 100, line.y + math.sin(along) * 100)
    assert math.dist(middle, (200, 200)) == pytest.approx(0.28 * 20, abs=0.2)


def test_a_line_on_its_head_runs_to_the_left() -> None:
    flipped = Line("upside", 0.9, box(100, 100, 300, 120), flipped=True)
    (line,) = lay_over(numbered(flipped))
    assert abs(line.angle) == 180
    assert line.x == 300


def test_a_hanging_line_runs_down() -> None:
    (line,) = lay_over(numbered(Line("春の庭", 0.9, box(100, 100, 130, 300))))
    assert (line.angle, line.length) == (90, 200)


def test_a_line_keeps_its_number_and_one_without_text_is_left_out() -> None:
    lines = [(3, PLAIN), (5, Line("  ", 0.9, box(0, 0, 9, 9)))]
    assert [line.number for line in lay_over(lines)] == [3]


def test_a_line_is_doubtful_where_one_of_its_words_is() -> None:
    words = Word("Tea", 0.99, box(0, 0, 30, 20)), Word("4.5O", 0.4, box(40, 0, 80, 20))
    doubtful = Line("Tea 4.5O", 0.95, box(0, 0, 80, 20), words=words)
    assert [line.is_doubtful for line in lay_over(numbered(doubtful, TEA, PLAIN))] == [
        True,
        False,
        False,
    ]
    page = Page(100, 100, (doubtful,))
    marked = [piece for span in mark(page, Layout.PAGE, [7]) for piece in span.pieces]
    assert [piece.text for piece in marked if piece.is_doubtful] == ["4.5O"]
    assert mark(page, Layout.PAGE, [7])[0].number == 7


def test_wide_letters_are_pieces_of_their_own() -> None:
    spans = mark(RECEIPT, Layout.LINES, [0, 1])
    assert [(piece.text, piece.is_wide) for piece in spans[0].pieces] == [
        ("Tea ", False),
        ("茶叶", True),
        (" 4.50", False),
    ]


@given(PAGES)
def test_marked_text_is_the_text(page: Page) -> None:
    for layout in Layout:
        spans = mark(page, layout, range(len(page.lines)))
        said = "".join(piece.text for span in spans for piece in span.pieces)
        assert said == render_text(page, layout)


@given(PAGES)
def test_marked_text_with_rules_is_the_text_with_them(page: Page) -> None:
    height = page.height / 3
    rules = (Rule((10, height), (page.width - 10, height), 2), Rule((10, 0), (10, 300), 2))
    ruled = replace(page, rules=rules)
    for layout in Layout:
        spans = mark(ruled, layout, range(len(page.lines)), with_rules=True)
        assert "".join(span.text for span in spans) == render_text(ruled, layout, with_rules=True)
        said = [span.number for span in spans if span.number is not None]
        plain = [span.number for span in mark(page, layout, range(len(page.lines)))]
        assert said == [number for number in plain if number is not None]


def test_rules_are_told_from_lines() -> None:
    page = Page(400, 300, (TEA, PLAIN), rules=(Rule((100, 135), (300, 135), 2),))
    spans = mark(page, Layout.PAGE, [0, 1], with_rules=True)
    (rule,) = [span for span in spans if span.is_rule]
    assert set(rule.text.strip()) == {"-"}
    assert not any(span.is_rule for span in mark(page, Layout.LINES, [0, 1], with_rules=True))


def test_what_was_read_first_is_told() -> None:
    line = replace(PLAIN, first_choice="Total duo")
    (span,) = [
        each
        for each in mark(Page(400, 300, (line,)), Layout.PAGE, [0])
        if each.pieces[0].text != "\n"
    ]
    assert (span.text, span.first_choice) == ("Total due", "Total duo")
    (over,) = lay_over(numbered(line))
    assert over.first_choice == "Total duo"


@pytest.mark.parametrize(
    ("scores", "foreign"),
    [((), False), ((0.95, 0.97), False), ((0.3, 0.4), True), ((0.3, 0.97, 0.96), False)],
)
def test_a_page_read_with_doubt_for_the_most_part_is_foreign(
    scores: tuple[float, ...], foreign: bool
) -> None:
    lines = tuple(Line("some text", score, box(0, 0, 90, 20)) for score in scores)
    assert is_foreign(Page(100, 100, lines)) is foreign


@pytest.mark.parametrize(
    ("texts", "at_right"),
    [(["שלום עולם", "USB 3.0"], True), (["Total", "שלום"], False), (["12.50"], False), ([], False)],
)
def test_a_page_starts_where_most_of_its_letters_do(texts: list[str], at_right: bool) -> None:
    lines = tuple(
        Line(text, 0.9, box(0, 20 * row, 90, 20 * row + 15)) for row, text in enumerate(texts)
    )
    assert starts_right(Page(100, 100, lines)) is at_right


def test_text_tells_which_way_it_runs() -> None:
    lines = (Line("(שלום)", 0.9, box(0, 0, 90, 15)), Line("(word)", 0.9, box(0, 20, 90, 35)))
    spans = mark(Page(100, 100, lines), Layout.LINES, range(2))
    assert {span.text: span.runs_left for span in spans if span.number is not None} == {
        "(שלום)": True,
        "(word)": False,
    }
