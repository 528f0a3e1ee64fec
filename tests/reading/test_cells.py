from __future__ import annotations

import pytest

from picture.page import Line, Rule, Word
from picture.reading.cells import cut_at_rules

CELL = 10.0


def read(text: str) -> Line:
    """Return a line whose letters are ten pixels wide."""
    words, at = [], 0
    for said in text.split():
        at = text.index(said, at)
        left, right = CELL * at, CELL * (at + len(said))
        words.append(Word(said, 0.9, ((left, 4), (right, 4), (right, 20), (left, 20))))
        at += len(said)
    wide = CELL * len(text)
    return Line(text, 0.9, ((-2, 0), (wide + 2, 0), (wide + 2, 24), (-2, 24)), words=tuple(words))


def upright(x: float, top: float = -20, bottom: float = 60) -> Rule:
    return Rule((x, top), (x, bottom), 2)


def cells(text: str, *rules: Rule) -> list[str]:
    return [line.text for line in cut_at_rules(read(text), rules)]


def test_a_line_is_cut_between_the_words_that_a_rule_parts() -> None:
    assert cells("Tea 4.50 A", upright(35), upright(85)) == ["Tea", "4.50", "A"]


def test_the_cut_parts_end_at_the_rule() -> None:
    left, right = cut_at_rules(read("Tea 4.50"), [upright(35)])
    assert left.box[1][0] <= 35 <= right.box[0][0]


@pytest.mark.parametrize(
    ("text", "place"),
    [("Tea | 4.50", 45), ("Tea l 4.50", 45), ("Tea|4.50", 35), ("Tea 1 4.50", 45)],
)
def test_what_was_read_of_a_rule_goes_away(text: str, place: float) -> None:
    assert cells(text, upright(place)) == ["Tea", "4.50"]


def test_a_rule_at_an_end_takes_its_stroke_away() -> None:
    assert cells("[Tea", upright(5)) == ["Tea"]
    assert cells("Tea |", upright(45)) == ["Tea"]
    assert cells("l l", upright(5), upright(25)) == []


@pytest.mark.parametrize(
    "rule",
    [
        upright(35, top=8),
        upright(35, bottom=12),
        upright(-40),
        Rule((0, 12), (80, 12), 2),
    ],
)
def test_what_does_not_run_through_a_line_cuts_nothing(rule: Rule) -> None:
    assert cells("Tea 4.50", rule) == ["Tea 4.50"]


def test_a_word_that_a_rule_seems_to_cross_stays_whole() -> None:
    assert cells("Wheelbarrow", upright(55)) == ["Wheelbarrow"]


def test_letters_elsewhere_are_no_rules() -> None:
    assert cells("1 l  4.50", upright(40)) == ["1 l", "4.50"]
    assert cells("A 1 B", upright(80)) == ["A 1 B"]


def test_a_line_of_whose_words_nothing_is_known_stays() -> None:
    line = Line("Tea 4.50", 0.9, ((0, 0), (80, 0), (80, 24), (0, 24)))
    assert list(cut_at_rules(line, [upright(35)])) == [line]


def test_a_letter_alone_where_a_rule_is_goes_away() -> None:
    assert cells("|", upright(5)) == []
    assert cells("1", upright(5)) == []
    assert cells("1", upright(11)) == ["1"]
    assert cells("7", upright(5)) == ["7"]


@pytest.mark.parametrize("text", ["1", "l", "I", "!"])
def test_a_figure_beside_a_rule_or_between_its_ends_stays(text: str) -> None:
    assert cells(text, upright(0)) == [text]
    assert cells(text, upright(5, top=1)) == [text]
    assert cells(text, upright(5, bottom=23)) == [text]
    assert cells(f"Tea {text}", upright(40)) == ["Tea", text]
