from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.errors import CorrectionsInvalidError, LineMissingError
from picture.page import Line, Page, Quad, Word
from picture.reading.corrections import Correction, correct, parse_corrections
from picture.reading.selection import Selection

BOX: Quad = ((0, 0), (100, 0), (100, 20), (0, 20))
WORDS = (Word("TOTL", 0.4, BOX), Word("42.50", 0.9, BOX))
PAGE = Page(200, 200, (Line("SHOP", 0.99, BOX), Line("TOTL 42.50", 0.6, BOX, words=WORDS)))


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def test_a_corrected_line_says_what_it_is_told_for_sure() -> None:
    corrected = correct(PAGE, 1, [Correction(1, 1, "TOTAL 42.50")])
    assert texts(corrected) == ["SHOP", "TOTAL 42.50"]
    line = corrected.lines[1]
    assert line.score == 1.0
    assert line.words == (Word("TOTAL", 1.0, BOX), Word("42.50", 1.0, BOX))
    assert corrected.lines[0] is PAGE.lines[0]


def test_words_have_no_places_where_their_number_changed() -> None:
    corrected = correct(PAGE, 1, [Correction(1, 1, "TOTAL OF 42.50")])
    assert corrected.lines[1].words == ()


def test_an_emptied_line_is_left_out_and_others_keep_their_numbers() -> None:
    corrected = correct(PAGE, 1, [Correction(1, 0, ""), Correction(1, 1, "SUM")])
    assert texts(corrected) == ["SUM"]


def test_other_pages_are_left_alone() -> None:
    assert correct(PAGE, 2, [Correction(1, 0, "x")]) == PAGE


def test_a_line_that_is_not_there_is_told() -> None:
    with pytest.raises(LineMissingError, match="2 of 2"):
        correct(PAGE, 1, [Correction(1, 2, "x")])


def test_corrections_are_read_in_order_on_one_line_each() -> None:
    sent = json.dumps({"2": {"0": "b\tc\nd\x07"}, "1": {"10": " x ", "9": ""}})
    assert parse_corrections(["old", sent]) == (
        Correction(1, 9, ""),
        Correction(1, 10, "x"),
        Correction(2, 0, "b c d"),
    )
    assert parse_corrections([]) == parse_corrections([" "]) == ()


@pytest.mark.parametrize(
    "text",
    ["x", "[]", "1", '{"1": 2}', '{"0": {"0": "x"}}', '{"1": {"-1": "x"}}', '{"1": {"0": 3}}',
     '{"1": {"a": "x"}}', '{"1": {"0": "\\ud800"}}', "[" * 50_000, '{"1": {"0": null}}',
     json.dumps({"1": {"0": "x" * 10_001}})],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CorrectionsInvalidError):
        parse_corrections([text])


@given(st.text(max_size=40))
def test_whatever_is_written_a_page_can_still_be_kept(text: str) -> None:
    (said,) = parse_corrections([json.dumps({"1": {"0": text}})])
    corrected = correct(replace(PAGE), 1, [said])
    assert Page.from_bytes(corrected.to_bytes()) == corrected


def test_lines_in_doubt_stand_behind_the_others_and_change_no_numbers() -> None:
    lines = tuple(
        Line(text, score, BOX) for text, score in (("unsure", 0.2), ("first", 0.9), ("second", 0.8))
    )
    wanted = Selection(min_score=0.5, corrections=(Correction(1, 1, "Second"),))
    page = Page(100, 100, lines)
    assert [line.text for line in wanted.of(page, 1, (100, 100)).lines] == ["first", "Second"]
    drawn = wanted.of(page, 1, (100, 100), with_unsure=True)
    assert [line.text for line in drawn.lines] == ["first", "Second", "unsure"]
