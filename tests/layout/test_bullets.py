import pytest

from picture.layout import render_runs, render_text
from picture.layout.bullets import hang_texts
from picture.page import Page, Rule
from tests.layout.pages import at, page


@pytest.mark.parametrize("bullet", ["•", "–", "■"])
def test_texts_of_a_list_begin_in_one_column(bullet: str) -> None:
    drawn = page(
        at(bullet, 0, 0),
        at("first thing to do", 3, 0),
        at(f"{bullet} second thing to do", 0, 1, width=210),
        at(bullet, 0, 2),
        at("third thing to do", 3, 2),
    )
    shown = render_text(drawn).splitlines()
    assert {row.index("t", 1) - row.index("thing") for row in shown} != set()
    starts = [
        row.index(word) for row, word in zip(shown, ("first", "second", "third"), strict=True)
    ]
    assert len(set(starts)) == 1


def test_a_list_without_bullets_of_their_own_stays() -> None:
    assert hang_texts([[(0, 0)], [(1, 0)]], ["• one", "• two"]) == ["• one", "• two"]


def test_bullets_elsewhere_on_the_page_are_of_another_list() -> None:
    rows = [[(0, 0), (1, 3)], [(2, 10)], [(3, 0)]]
    texts = ["•", "one", "• two", "• three"]
    assert hang_texts(rows, texts) == ["•", "one", "• two", "•  three"]


def test_what_stands_behind_a_text_gives_way() -> None:
    drawn = page(
        at("•", 0, 0),
        at("first", 4, 0),
        at("• second", 0, 1),
        at("end", 9, 1),
    )
    assert render_text(drawn).splitlines()[1].split() == ["•", "second", "end"]


def test_runs_say_what_the_text_does() -> None:
    drawn = page(at("•", 0, 0), at("first", 3, 0), at("• second one", 0, 1, width=130))
    runs = render_runs(drawn)
    assert "".join(run.text for run in runs) == render_text(drawn)
    assert [run.text for run in runs if run.line == 2] == ["•  second one"]


def test_rules_lie_where_the_text_does() -> None:
    lines = (at("•", 0, 0), at("first", 3, 0), at("• second one", 0, 1, width=130))
    drawn = Page(1000, 1000, lines, rules=(Rule((50, 86), (180, 86), 2),))
    assert render_text(drawn, with_rules=True).splitlines()[2] == "-" * 13
