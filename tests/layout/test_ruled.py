from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.layout import Layout, render_text
from picture.page import Line, Page, Rule
from tests.layout.pages import CELL, PITCH, at, page

ROWS = [
    at("Tea", 0, 0),
    at("4.50", 26, 0),
    at("Coffee beans", 0, 1),
    at("112.00", 24, 1),
    at("Total", 0, 3),
    at("116.50", 24, 3),
]


def rule(row: float, first: float, last: float) -> Rule:
    y = 50 + PITCH * row
    return Rule((50 + CELL * first, y), (50 + CELL * last, y), 2)


def ruled(*rules: Rule, lines: list[Line] = ROWS, layout: Layout = Layout.PAGE) -> list[str]:
    return render_text(replace(page(*lines), rules=rules), layout, with_rules=True).splitlines()


def test_a_rule_is_a_row_of_hyphens_from_where_to_where_it_runs() -> None:
    assert ruled(rule(0.5, 0, 30)) == [
        "Tea                       4.50",
        "-" * 30,
        "Coffee beans            112.00",
        "",
        "Total                   116.50",
    ]


def test_a_rule_takes_a_blank_row() -> None:
    made = ruled(rule(2, 24, 30))
    assert made[2] == " " * 24 + "-" * 6
    assert len(made) == 4


def test_rules_above_and_below_all_text_are_kept() -> None:
    made = ruled(rule(-0.6, 0, 30), rule(3.6, 0, 12))
    assert (made[0], made[-1]) == ("-" * 30, "-" * 12)


def test_rules_beside_each_other_are_one_row_and_apart_they_are_two() -> None:
    assert ruled(rule(2, 0, 12), rule(2.1, 24, 30))[2] == "-" * 12 + " " * 12 + "-" * 6
    made = ruled(rule(1.7, 0, 12), rule(2.4, 24, 30))
    assert made[2:4] == ["-" * 12, " " * 24 + "-" * 6]


def test_upright_rules_are_not_shown() -> None:
    upright = Rule((180, 40), (180, 140), 2)
    assert ruled(upright) == render_text(page(*ROWS)).splitlines()


def test_a_leaning_page_has_its_rules_between_its_rows() -> None:
    def lean(point: tuple[float, float]) -> tuple[float, float]:
        return point[0], point[1] + 0.06 * point[0]

    lines = [line.mapped(lean) for line in ROWS]
    made = ruled(rule(0.5, 0, 30).mapped(lean, 1), lines=lines)
    assert set(made[1].strip()) == {"-"}
    assert len(made[1].strip()) >= 28


def test_columns_pushed_to_the_right_take_their_rules_along() -> None:
    lines = [at("x" * 20, 0, 0, width=100), at("4.50", 12, 0), at("Tea", 0, 1), at("7.25", 12, 1)]
    made = ruled(rule(0.5, 12, 16), lines=lines)
    assert made[1].index("-") == made[0].index("4.50")


@pytest.mark.parametrize("layout", [Layout.READING, Layout.LINES])
def test_layouts_without_columns_have_no_rules(layout: Layout) -> None:
    plain = render_text(page(*ROWS), layout).splitlines()
    assert ruled(rule(0.5, 0, 30), layout=layout) == plain


def test_code_has_rules_as_well() -> None:
    assert "-" * 30 in ruled(rule(0.5, 0, 30), layout=Layout.CODE)


PLACES = st.floats(-100, 1100)
RULES = st.builds(Rule, st.tuples(PLACES, PLACES), st.tuples(PLACES, PLACES), st.just(2.0))


@given(st.lists(RULES, max_size=6))
def test_rules_change_no_row_of_text(rules: list[Rule]) -> None:
    whole = replace(page(*ROWS), rules=tuple(rules))
    plain = [row for row in render_text(whole).splitlines() if row]
    made = render_text(whole, with_rules=True).splitlines()
    assert [row for row in made if row.strip("- ")] == plain


def test_a_page_without_text_is_empty_with_its_rules() -> None:
    bare = Page(400, 300, (), rules=(rule(1, 0, 10),))
    assert render_text(bare, with_rules=True) == ""
