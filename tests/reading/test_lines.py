"""Lines that come with a picture: what is taken, and what is refused where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from picture.errors import (
    LinesExceededError,
    LinesInvalidError,
    LinesOfOtherError,
    LinesOutsideError,
)
from picture.formats import to_json
from picture.page import Line, Page, Word
from picture.reading.lines import MOST_BYTES, Lines, parse_lines

QUAD = [[10, 10], [90, 10], [90, 30], [10, 30]]
BOX = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))
LINE = {"text": "Total", "quad": QUAD}
SIZE = (100, 50)
ABOUT = {"model": "m", "engine": "e", "precision": "p"}


def parsed(sent: object) -> Lines:
    lines = parse_lines([json.dumps(sent)])
    assert lines is not None
    return lines


def page_of(sent: object) -> Page:
    return parsed(sent).page(1, SIZE, 0)


def changed(**values: Any) -> list[dict[str, Any]]:
    return [LINE, {**LINE, **values}]


def test_an_answer_of_img_json_comes_back_as_it_was() -> None:
    words = (Word("To", 0.5, BOX), Word("tal", 0.75, BOX))
    page = Page(100, 50, (Line("To tal", 0.75, BOX, True, words, "tesseract rus"),), 90)
    answer = json.loads(to_json([page, page], [2, 7], ABOUT, {}))
    assert parsed(answer).page(2, (50, 100), 0) == page
    assert parsed(answer["pages"]).page(7, (50, 100), 0) == page
    assert parsed(answer["pages"][0]).page(1, (50, 100), 0) == page
    assert parsed(answer["pages"][0]["lines"]).page(1, SIZE, 0) == Page(100, 50, page.lines)


def test_a_line_needs_a_text_and_either_box() -> None:
    told = page_of([{"text": " To\ttal\x07 ", "bbox": [10, 10, 90, 30]}])
    assert told.lines == (Line("To tal", 1.0, BOX),)


def test_words_go_where_the_text_or_the_place_has_changed() -> None:
    words = [{"text": "To", "quad": QUAD}, {"text": "tal", "quad": QUAD}]
    assert len(page_of([{**LINE, "text": "To tal", "words": words}]).lines[0].words) == 2
    assert page_of([{**LINE, "text": "To day", "words": words}]).lines[0].words == ()
    moved = {"text": "To tal", "bbox": [10, 35, 90, 49], "words": words}
    assert page_of([moved]).lines[0].words == ()


def test_lines_that_say_nothing_are_left_out_and_none_are_a_page_too() -> None:
    assert page_of([{**LINE, "text": "  "}]).lines == ()
    assert page_of([]).lines == ()


@pytest.mark.parametrize("texts", [[], [""], ["  "]])
def test_what_is_empty_is_not_sent(texts: list[str]) -> None:
    assert parse_lines(texts) is None


def test_lines_differ_by_what_they_say() -> None:
    assert parsed([LINE]).digest == parsed([LINE]).digest
    assert parsed([LINE]).digest != parsed(changed()).digest


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (5, "JSON"),
        ("text", "JSON"),
        ({"pages": 5}, "pages"),
        ({"pages": [5]}, "pages[0].lines"),
        ({"pages": [{"lines": 5}]}, "pages[0].lines"),
        ({"pages": [{"lines": [], "number": 0}]}, "pages[0].number"),
        ({"pages": [{"lines": [], "number": True}]}, "pages[0].number"),
        ({"pages": [{"lines": [], "number": 2}] * 2}, "pages[1].number"),
        ({"pages": [{"lines": [], "rotation": 45}]}, "pages[0].rotation"),
        ({"pages": [{"lines": [], "width": "9", "height": 9}]}, "pages[0].width"),
        ({"pages": [{"lines": [], "width": 9}]}, "pages[0].height"),
        ({"pages": [{"lines": [LINE, 5]}]}, "pages[0].lines[1]"),
        ({"nothing": 5}, "lines"),
        (changed(text=5), "[1].text"),
        (changed(text=None), "[1].text"),
        (changed(text="\ud800"), "[1].text"),
        (changed(text="x" * 2_001), "[1].text"),
        (changed(score="1"), "[1].score"),
        (changed(score=True), "[1].score"),
        (changed(score=1.1), "[1].score"),
        (changed(score=1e400), "JSON"),
        (changed(quad=5), "[1].quad"),
        (changed(quad=QUAD[:3]), "[1].quad"),
        (changed(quad=[*QUAD[:3], [1, 2, 3]]), "[1].quad"),
        (changed(quad=[*QUAD[:3], [1, "2"]]), "[1].quad"),
        (changed(quad=[*QUAD[:3], [1, 10**400]]), "[1].quad"),
        (changed(quad=[*QUAD[:3], [1, float("nan")]]), "JSON"),
        ([{"text": "x"}], "[0].bbox"),
        ([{"text": "x", "bbox": [5, 5, 5, 9]}], "[0].bbox"),
        ([{"text": "x", "bbox": [9, 5, 5, 9]}], "[0].bbox"),
        (changed(flipped=1), "[1].flipped"),
        (changed(reader="x" * 101), "[1].reader"),
        (changed(words=5), "[1].words"),
        (changed(words=[{"text": "x"}]), "[1].words[0].bbox"),
    ],
)
def test_what_is_wrong_is_refused_and_named(sent: object, place: str) -> None:
    with pytest.raises(LinesInvalidError) as caught:
        parsed(sent)
    assert caught.value.values == {"place": place}


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[NaN]", "[1", "\ud800"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(LinesInvalidError):
        parse_lines([text])


@pytest.mark.parametrize(
    "sent",
    [
        [{"text": "x", "bbox": [0, 0, 9, 9]}] * 4001,
        {"pages": [{"number": number, "lines": []} for number in range(1, 1002)]},
    ],
)
def test_too_much_is_refused(sent: object) -> None:
    with pytest.raises(LinesExceededError):
        parsed(sent)
    with pytest.raises(LinesExceededError):
        parse_lines(["[" + " " * MOST_BYTES + "]"])


@pytest.mark.parametrize(
    "bbox", [[100, 0, 110, 9], [0, 50, 9, 60], [-20, 0, 50, 9], [0, 0, 103, 9], [-2, -2, 0, 0]]
)
def test_a_line_outside_of_the_picture_is_refused(bbox: list[float]) -> None:
    with pytest.raises(LinesOutsideError) as caught:
        page_of([LINE, {"text": "x", "bbox": bbox}])
    assert caught.value.values == {"line": 1, "page": 1, "width": 100, "height": 50}


def test_a_line_may_reach_a_little_over_the_edge() -> None:
    assert page_of([{"text": "x", "bbox": [-2, -2, 102, 52]}]).lines


def test_lines_of_another_picture_or_page_are_refused() -> None:
    other = {"pages": [{"number": 1, "width": 100, "height": 51, "lines": []}]}
    for lines, number in ((parsed(other), 1), (parsed({"pages": [{"lines": []}]}), 2)):
        with pytest.raises(LinesOfOtherError):
            lines.page(number, SIZE, 0)


def test_a_page_is_turned_as_is_said_or_else_as_is_wanted() -> None:
    turned = {"lines": [{"text": "x", "bbox": [0, 90, 9, 99]}], "rotation": 90}
    assert parsed(turned).page(1, SIZE, 0).rotation == 90
    assert parsed(turned["lines"]).page(1, SIZE, 270).rotation == 270
