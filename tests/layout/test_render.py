from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picture.layout.render import Layout, render_text, sort_lines
from picture.page import Line, Page, Point, Quad
from tests.layout.pages import CELL, at, down, page


def turned(page_: Page, degrees: float) -> Page:
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)

    def turn(point: Point) -> Point:
        x, y = point
        return x * cosine - y * sine, x * sine + y * cosine

    return seen(page_, turn)


def seen(page_: Page, move: Callable[[Point], Point]) -> Page:
    lines = []
    for line in page_.lines:
        a, b, c, d = (move(point) for point in line.box)
        lines.append(Line(line.text, line.score, (a, b, c, d)))
    return Page(page_.width, page_.height, tuple(lines))


def ink(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


RECEIPT = page(
    at("SHOP", 13, 0),
    at("Tea", 0, 2),
    at("4.50", 26, 2),
    at("Coffee beans", 0, 3),
    at("112.00", 24, 3),
    at("Milk", 0, 4),
    at("0.99", 26, 4),
    at("Total", 0, 6),
    at("117.49", 24, 6),
)
RECEIPT_TEXT = """\
             SHOP

Tea                       4.50
Coffee beans            112.00
Milk                      0.99

Total                   117.49
"""


def test_lines_are_sorted_column_by_column_whatever_their_order() -> None:
    left = [at(f"left column, line {row}", 0, row) for row in range(5)]
    right = [at(f"right column, line {row}", 30, row) for row in range(5)]
    lines = [*left, *right]
    shuffled = random.Random(3).sample(lines, len(lines))
    assert sort_lines(page(*shuffled)) == page(*lines)


def test_lines_without_text_are_sorted_out_and_the_page_kept() -> None:
    blank = replace(page(at(" ", 0, 0), at("a", 0, 2), at("", 0, 4)), rotation=90, unread=3)
    assert sort_lines(blank) == replace(blank, lines=blank.lines[1:2])
    assert sort_lines(page(at(" ", 0, 0))) == page()


def test_layouts_are_named_as_the_form_names_them() -> None:
    assert list(Layout) == ["page", "reading", "lines", "code"]


@pytest.mark.parametrize("layout", Layout)
def test_a_page_without_text_is_empty(layout: Layout) -> None:
    assert render_text(page(), layout) == ""
    assert render_text(page(at("  ", 0, 0), at("\n", 3, 1)), layout) == ""


def test_page_keeps_columns_and_blank_lines() -> None:
    assert render_text(RECEIPT) == RECEIPT_TEXT


def test_page_does_not_depend_on_the_order_of_lines() -> None:
    lines = list(RECEIPT.lines)
    random.Random(1).shuffle(lines)
    assert render_text(page(*lines)) == RECEIPT_TEXT


@pytest.mark.parametrize("degrees", [-8, -3, -1, 1, 3, 8, 20])
def test_page_is_deskewed_by_its_boxes(degrees: float) -> None:
    assert render_text(turned(RECEIPT, degrees)) == RECEIPT_TEXT


def test_rows_of_upright_boxes_on_a_tilted_page_stay_rows() -> None:
    """Some detectors give upright boxes: only their neighbours tell the slope."""
    rows = [(f"item {row}", f"{row}.00") for row in range(12)]
    lines = [
        line
        for row, (name, price) in enumerate(rows)
        for line in (at(name, 0, row), at("x", 18, row + 0.2), at(price, 34, row + 0.4))
    ]
    text = render_text(page(*lines))
    assert [row.split() for row in text.splitlines()] == [
        [*name.split(), "x", price] for name, price in rows
    ]


def test_columns_seen_in_perspective_stand_upright() -> None:
    rows = range(24)
    flat = page(
        *(at(f"row {row:02}", 0, row) for row in rows),
        *(at(f"{row:02}.50", 40, row) for row in rows),
        *(at(f"end {row:02}", 70, row) for row in rows),
    )

    def narrow(point: Point) -> Point:
        x, y = point
        return 400 + (x - 400) * (0.95 + 0.05 * y / 600), y

    starts = {row.index(".50") for row in render_text(seen(flat, narrow)).splitlines()}
    ends = {len(row) for row in render_text(seen(flat, narrow)).splitlines()}
    assert (len(starts), len(ends)) == (1, 1)


def test_a_curled_page_keeps_its_rows() -> None:
    rows = range(12)
    flat = page(
        *(at(f"{row:02}-{column}", 16 * column, row) for row in rows for column in range(5))
    )

    def curl(point: Point) -> Point:
        x, y = point
        return x, y + 30 * ((x - 400) / 400) ** 2

    made = [row.split() for row in render_text(seen(flat, curl)).splitlines() if row]
    assert made == [[f"{row:02}-{column}" for column in range(5)] for row in rows]


def test_wide_characters_fill_two_cells() -> None:
    made = render_text(
        page(
            at("東京都", 0, 0, width=6 * CELL),
            at("12", 14, 0),
            at("Osaka", 0, 1),
            at("34", 14, 1),
        )
    )
    assert made == "東京都        12\nOsaka         34\n"


def test_numbers_that_share_a_right_edge_keep_it_in_a_proportional_face() -> None:
    """A narrow face: boxes are less wide than their text's cells, by differing amounts."""
    names = ["Illicit", "Milk", "Willow tree", "Jam", "Tea"]
    prices = ["1.00", "22.00", "333.00", "4,444.00", "5.00"]
    lines = []
    for row, (name, price) in enumerate(zip(names, prices, strict=True)):
        lines.append(at(name, 0, row, width=8.5 * len(name)))
        lines.append(at(price, 40 - 0.8 * len(price), row, width=8 * len(price)))
    ends = {len(row) for row in render_text(page(*lines)).splitlines()}
    assert len(ends) == 1


def test_centred_lines_keep_their_centre_though_two_are_of_one_width() -> None:
    made = render_text(
        page(
            at("GINGER MIRROR", 13, 0, width=120),
            at("FEATHER THUNDER LADDER", 8, 1, width=220),
            at("HARBOR ANCHOR", 13, 2, width=120),
            *(at(f"a line of text {row}", 0, row + 4) for row in range(10)),
            *(at(f"{row}.00", 34, row + 4) for row in range(10)),
        )
    )
    centres = {2 * row.index(row.strip()) + len(row.strip()) for row in made.splitlines()[:3]}
    assert max(centres) - min(centres) <= 1


def test_justified_words_keep_their_left_edge() -> None:
    lines = ["lines of", "words that", "are as wide", "as each", "other is", "to the eye"]
    made = render_text(page(*(at(text, 0, row, width=100) for row, text in enumerate(lines))))
    assert made.splitlines() == lines


def test_a_text_longer_than_its_place_pushes_the_whole_column() -> None:
    long = "a name set in very narrow type"
    made = render_text(
        page(
            *(at(f"name {row}", 0, row) for row in range(6)),
            at(long, 0, 6, width=150),
            *(at(f"value {row}", 17, row) for row in range(7)),
        )
    )
    assert {row.index("value") for row in made.splitlines()} == {len(long) + 2}


def sums(*names: str) -> list[Line]:
    """Return names that end in one column, none wider than 20 cells, before figures."""
    return [
        line
        for row, name in enumerate(names)
        for line in (
            at(name, 22 - min(len(name), 20), row, width=CELL * min(len(name), 20)),
            at("30.45", 30, row),
        )
    ]


def test_a_name_longer_than_its_place_at_the_left_edge_pushes_the_whole_column() -> None:
    names = ["Total:", "Discount:", "Total Sales Inclusive GST:", "Cash Received:", "Change:"]
    rows = render_text(page(*sums(*names))).splitlines()
    assert len({row.index(name) + len(name) for row, name in zip(rows, names, strict=True)}) == 1
    assert {row.index("30.45") for row in rows} == {rows[2].index("30.45")}


def test_a_text_of_its_own_at_the_left_edge_pushes_no_column() -> None:
    names = ["Total:", "Discount:", "Tax at 6%:", "Cash Received:", "Change:"]
    narrow = at("no text stands beside this one at all", 2, 8, width=20 * CELL)
    without = render_text(page(*sums(*names), at("edge", 2, 8))).splitlines()
    assert render_text(page(*sums(*names), narrow)).splitlines()[:5] == without[:5]


def test_boxes_that_overlap_keep_a_space_between_them() -> None:
    made = render_text(page(at("left", 0, 0, width=60), at("right", 5, 0)))
    assert made.split() == ["left", "right"]


def test_large_print_beside_small_lines_joins_one_row_only() -> None:
    made = render_text(
        page(at("BIG", 0, 0.5, height=50, width=90), at("above", 30, 0), at("below", 30, 1))
    )
    assert sorted(made.split()) == ["BIG", "above", "below"]
    assert len([row for row in made.splitlines() if row.strip()]) == 2


def test_a_heading_in_large_type_begins_where_the_text_does() -> None:
    body = (at(f"running text of row number {row}", 0, row) for row in range(4, 9))
    heading = at("Declarations", 0, 1, height=60, width=12 * 3 * CELL)
    title = at("Centred", 17, 2.5, height=20, width=7 * CELL)
    made = [row for row in render_text(page(heading, title, *body)).split("\n") if row]
    assert made[0] == "Declarations"
    assert made[1].index("Centred") > 12


def test_a_cell_half_a_row_off_has_a_row_of_its_own() -> None:
    made = render_text(
        page(
            at("Unit Price", 0, 1),
            at("Amount", 20, 1),
            at("Tax", 30, 0.5),
            at("Code", 30, 1.5),
            at("1.00", 2, 3),
            at("2.00", 22, 3.1),
        )
    )
    rows = [row.split() for row in made.split("\n") if row.strip()]
    assert rows == [["Tax"], ["Unit", "Price", "Amount"], ["Code"], ["1.00", "2.00"]]


def test_blank_lines_follow_the_gap_but_not_without_end() -> None:
    rows = [*range(5), 8, 9, 1000]
    made = render_text(page(*(at(f"row {row}", 0, row) for row in rows)))
    lines = made.splitlines()
    assert lines.index("row 8") - lines.index("row 4") == 4
    assert lines.index("row 9") - lines.index("row 8") == 1
    assert lines.index("row 1000") - lines.index("row 9") == 9


def test_a_row_far_wider_than_its_text_is_drawn_closer_together() -> None:
    made = render_text(page(at("a tiny note", 0, 0), at("far away", 100_000, 0)))
    assert len(made) < 400
    assert made.split() == ["a", "tiny", "note", "far", "away"]


def test_a_line_of_no_height_across_a_vast_page_is_drawn_close_too() -> None:
    flat = Line("0", 0.9, ((0, 0), (0, 0), (1e9, 1e9), (1e9, 1e9)))
    assert len(render_text(page(flat))) < 400


def test_line_breaks_and_tabs_within_a_text_do_not_break_its_row() -> None:
    made = render_text(page(at("one\ntwo\r\nthree\x0bfour\u2028five\tsix", 0, 0)))
    assert made == "one two three four five six\n"


def test_a_tall_single_digit_stays_on_its_row() -> None:
    made = render_text(page(at("1", 0, 0), at("Tea", 5, 0), at("7", 0, 1), at("Milk", 5, 1)))
    assert [row.split() for row in made.splitlines()] == [["1", "Tea"], ["7", "Milk"]]


def test_a_stray_slanting_line_has_a_row_of_its_own() -> None:
    stamp = Line("PAID", 0.9, ((200, 100), (330, 40), (345, 70), (215, 130)))
    made = render_text(page(*RECEIPT.lines, stamp))
    assert "PAID" in [row.strip() for row in made.splitlines()]
    assert ink(made) == ink(RECEIPT_TEXT + "PAID")


@pytest.mark.parametrize("layout", Layout)
def test_vertical_columns_are_read_from_right_to_left(layout: Layout) -> None:
    made = render_text(
        page(down("春眠不覚暁", 200, 50), down("処処聞啼鳥", 150, 50), down("夜来風雨声", 100, 50)),
        layout,
    )
    assert "".join(made.split()) == "春眠不覚暁処処聞啼鳥夜来風雨声"


def test_vertical_columns_become_rows_at_the_left_edge() -> None:
    made = render_text(page(*(down("春眠不覚暁", 40 * column, 50) for column in range(20))))
    assert made == "春眠不覚暁\n" * 20


def test_vertical_tiers_are_read_from_top_to_bottom() -> None:
    tiers = [
        down(text, left, top)
        for top in (50, 300)
        for text, left in (("甲乙丙丁", 90), ("戊己庚辛", 50))
    ]
    made = render_text(page(*reversed(tiers)))
    assert made.split() == ["甲乙丙丁", "戊己庚辛", "甲乙丙丁", "戊己庚辛"]


def test_vertical_text_beside_rows_leaves_them_whole() -> None:
    made = render_text(page(*RECEIPT.lines, down("領収書控え", 900, 50)))
    assert "Tea                       4.50" in made
    assert ink(made) == ink(RECEIPT_TEXT + "領収書控え")


def test_a_label_beside_a_table_does_not_part_its_rows() -> None:
    rows = [at(f"item {row}", 0, row) for row in range(8)]
    made = render_text(page(*rows, down("Einheiten", 20, 110, 12)))
    assert made == "Einheiten\n\n" + "".join(f"   item {row}\n" for row in range(8))


def test_a_leader_does_not_make_cells_narrow() -> None:
    rows = [
        line
        for row in range(6)
        for line in (at("Chapter", 0, row), at("." * 60, 8, row, width=240), at("9", 33, row))
    ]
    assert render_text(page(*rows)) == ("Chapter " + "." * 60 + " 9\n") * 6


def test_lines_gives_each_line_a_row() -> None:
    made = render_text(RECEIPT, Layout.LINES).splitlines()
    assert made == [
        "SHOP", "Tea", "4.50", "Coffee beans", "112.00", "Milk", "0.99", "Total", "117.49",
    ]  # fmt: skip


def test_code_keeps_indents_exact() -> None:
    source = [
        (0, "def total(rows):"),
        (4, "result = 0"),
        (4, "for row in rows:"),
        (8, "if row.is_open:"),
        (12, "result += row.price"),
        (4, "return result"),
    ]
    noise = random.Random(2)
    lines = [
        at(text, indent + noise.uniform(-0.35, 0.35), row)
        for row, (indent, text) in enumerate(source)
    ]
    made = render_text(page(*lines), Layout.CODE)
    assert made.splitlines() == [" " * indent + text for indent, text in source]


ARTICLE = page(
    at("A title over both columns of text", 20, 0),
    at("The first column begins here and", 0, 2),
    at("goes on until a long word is bro-", 0, 3),
    at("ken at the line's very end.", 0, 4),
    at("  ", 0, 5),
    at("Another paragraph, set in a lit-", 3, 5, width=300),
    at("tle, follows in the same column.", 0, 6),
    at("The second column comes after it", 40, 2),
    at("although its lines stand beside.", 40, 3),
    at("It has no more than a paragraph,", 40, 4),
    at("which is long enough to be read.", 40, 5),
)


def test_reading_takes_columns_one_after_the_other_and_joins_paragraphs() -> None:
    assert render_text(ARTICLE, Layout.READING) == (
        "A title over both columns of text\n\n"
        "The first column begins here and goes on until a long word is broken at the"
        " line's very end.\n\n"
        "Another paragraph, set in a little, follows in the same column.\n\n"
        "The second column comes after it although its lines stand beside. It has no more"
        " than a paragraph, which is long enough to be read.\n"
    )


def test_reading_keeps_the_rows_of_a_receipt() -> None:
    made = render_text(RECEIPT, Layout.READING)
    assert made.splitlines() == [
        "SHOP", "", "Tea 4.50", "Coffee beans 112.00", "Milk 0.99", "", "Total 117.49",
    ]  # fmt: skip


def test_reading_keeps_a_hyphen_that_the_page_writes_elsewhere() -> None:
    made = render_text(
        page(
            at("This is a well-known rule of ours and well-", 0, 0),
            at("known rules are kept wherever they are read", 0, 1),
        ),
        Layout.READING,
    )
    assert "and well-known rules" in made


def test_reading_joins_wide_characters_without_a_space() -> None:
    made = render_text(
        page(
            at("春眠不覚暁処処聞啼鳥夜来", 0, 0, width=240),
            at("風雨声花落知多少", 0, 1, width=160),
        ),
        Layout.READING,
    )
    assert made == "春眠不覚暁処処聞啼鳥夜来風雨声花落知多少\n"


def test_reading_keeps_keys_and_bullets_on_their_own_lines() -> None:
    made = render_text(
        page(
            at("Name: a value as long as the line itself is", 0, 0),
            at("Date: another value as long as the line is.", 0, 1),
            at("- a bullet that is as long as the line it's", 0, 2),
            at("- another bullet as long as the line it has", 0, 3),
        ),
        Layout.READING,
    )
    assert [row[:5] for row in made.splitlines() if row] == ["Name:", "Date:", "- a b", "- ano"]


texts = st.text(max_size=12) | st.sampled_from(
    ["12.50", "TOTAL", "合計", "a b", "👩‍👩‍👧 é", "x\ny", "-"]
)
numbers = st.floats(-300, 1500, allow_nan=False) | st.sampled_from([0.0, 1e300, -1e300, 1e-300])
points = st.tuples(numbers, numbers)
quads = st.tuples(points, points, points, points)


@st.composite
def upright(draw: st.DrawFn) -> Quad:
    left, top = draw(st.integers(0, 900)), draw(st.integers(0, 900))
    right, low = left + draw(st.integers(0, 400)), top + draw(st.integers(0, 60))
    return (left, top), (right, top), (right, low), (left, low)


pages = st.builds(
    Page,
    st.just(1000),
    st.just(1000),
    st.lists(st.builds(Line, texts, st.just(0.9), upright() | quads), max_size=25).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(pages, st.sampled_from(Layout))
def test_any_page_gives_tidy_rows_that_keep_every_character(page_: Page, layout: Layout) -> None:
    made = render_text(page_, layout)
    written = "".join(line.text for line in page_.lines)
    if layout is not Layout.READING:
        assert ink(made) == ink(written)
    assert made == "" or made.endswith("\n")
    assert made.strip("\n") + "\n" == made or made == ""
    assert all(row == row.rstrip() for row in made.split("\n"))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.builds(Line, texts, st.just(0.9), upright()), min_size=1, max_size=25))
def test_no_text_of_a_page_is_fused_with_another(lines: list[Line]) -> None:
    words = Counter(word for line in lines for word in line.text.split())
    made = Counter(render_text(page(*lines)).split())
    assert made == words


@settings(max_examples=50, deadline=None)
@given(pages)
def test_rows_stay_within_bounds(page_: Page) -> None:
    rows = render_text(page_).splitlines()
    written = sum(2 * len(line.text) + 2 for line in page_.lines)
    assert max(map(len, rows), default=0) <= 400 + written
    assert len(rows) <= 42 * (len(page_.lines) + 1)


def test_a_thousand_lines_on_one_spot_are_all_kept() -> None:
    made = render_text(page(*(at(f"n{number}", 0, 0) for number in range(1000))))
    assert sorted(made.split()) == sorted(f"n{number}" for number in range(1000))


def test_rows_come_in_their_order_down_the_page() -> None:
    made = render_text(page(*(at(f"{row:03}", row % 7, row) for row in range(200))))
    numbers_ = [int(row) for row in made.split()]
    assert all(one < other for one, other in pairwise(numbers_))


def test_a_page_that_was_not_read_to_its_end_says_so() -> None:
    whole = Page(100, 100, (Line("read", 0.9, ((0, 0), (40, 0), (40, 10), (0, 10))),))
    assert render_text(replace(whole, unread=3)) == "read\n\n[3 lines were not read]\n"
    assert render_text(Page(100, 100, (), unread=1)) == "\n[1 lines were not read]\n"
