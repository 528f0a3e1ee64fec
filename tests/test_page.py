import json
import math
from dataclasses import replace

import pytest

from picture.page import Line, Page, Rule, Word

LINE = Line(
    "Grüße 你好",
    0.97,
    ((1.0, 2.0), (101.0, 2.0), (101.0, 22.0), (1.0, 22.0)),
    words=(Word("Grüße", 0.96, ((4.0, 5.0), (60.0, 5.0), (60.0, 18.0), (4.0, 18.0))),),
)


def test_a_line_knows_its_width_and_height() -> None:
    assert (LINE.width, LINE.height) == (100.0, 20.0)
    assert not LINE.is_vertical


def test_a_line_half_as_tall_again_as_wide_is_vertical() -> None:
    tall = Line("縦", 1.0, ((0.0, 0.0), (20.0, 0.0), (20.0, 30.0), (0.0, 30.0)))
    assert tall.is_vertical


def test_a_page_survives_being_serialised() -> None:
    corrected = replace(LINE, flipped=True, reader="tesseract rus", first_choice="GruBe")
    rule = Rule((3.0, 40.5), (610.0, 42.0), 2.5)
    page = Page(640, 480, (LINE, corrected), rotation=90, unread=2, rules=(rule,))
    assert Page.from_bytes(page.to_bytes()) == page


def test_a_page_is_brought_to_another_size() -> None:
    resized = Page(100, 50, (LINE,), rotation=90).resized(200, 150)
    assert (resized.width, resized.height, resized.rotation) == (200, 150, 90)
    assert resized.lines[0].box == ((2.0, 6.0), (202.0, 6.0), (202.0, 66.0), (2.0, 66.0))
    assert resized.lines[0].text == LINE.text
    assert resized.lines[0].words[0].box == ((8.0, 15.0), (120.0, 15.0), (120.0, 54.0), (8.0, 54.0))


def test_rules_are_brought_to_another_size() -> None:
    level, upright = Rule((1.0, 2.0), (91.0, 3.0), 2.0), Rule((5.0, 1.0), (5.0, 40.0), 2.0)
    resized = Page(100, 50, (), rules=(level, upright)).resized(200, 150)
    assert resized.rules == (
        Rule((2.0, 6.0), (182.0, 9.0), 5.0),
        Rule((10.0, 3.0), (10.0, 120.0), 5.0),
    )
    assert [rule.is_upright for rule in resized.rules] == [False, True]


def test_scores_and_corners_just_beyond_their_bounds_survive_too() -> None:
    line = Line("edge", 1.0000002, ((-3.0, -2.0), (105.0, -2.0), (105.0, 60.0), (-3.0, 60.0)))
    page = Page(100, 50, (line,))
    assert Page.from_bytes(page.to_bytes()) == page


def part_of(text: object = "a", score: object = 0.9, x: object = 1.0) -> list[object]:
    return [text, score, [[x, 1.0], [9.0, 1.0], [9.0, 9.0], [1.0, 9.0]]]


def line_of(
    flipped: object = False,
    words: object = (),
    reader: object = "",
    first: object = "",
    **part: object,
) -> list[object]:
    return [*part_of(**part), flipped, words, reader, first]


def page_of(*lines: object, rules: object = ()) -> list[object]:
    return [100, 50, 0, 0, lines, rules]


def test_what_the_next_test_spoils_is_a_page() -> None:
    rule = [[1.0, 2.0], [9.0, 2.0], 1.0]
    page = Page.from_bytes(json.dumps(page_of(line_of(words=[part_of()]), rules=[rule])).encode())
    assert [word.text for line in page.lines for word in line.words] == ["a"]
    assert page.rules == (Rule((1.0, 2.0), (9.0, 2.0), 1.0),)


@pytest.mark.parametrize(
    "foreign",
    [
        [],
        {"width": 9},
        None,
        7,
        [100, 50, 0],
        [100, 50, 0, 0, 7, []],
        page_of(["a", 0.9]),
        page_of(["a", 0.9, 7]),
        page_of(["a", 0.9, [[1, 1]] * 3]),
        page_of(["a", 0.9, [[1, 1, 1]] * 4]),
        [0, 50, 0, 0, [], []],
        [100, -50, 0, 0, [], []],
        [100, 10**9, 0, 0, [], []],
        [100.0, 50, 0, 0, [], []],
        [True, 50, 0, 0, [], []],
        ["100", 50, 0, 0, [], []],
        [100, 50, 45, 0, [], []],
        [100, 50, 90.0, 0, [], []],
        [100, 50, False, 0, [], []],
        page_of(line_of(text=7)),
        page_of(line_of(text=None)),
        page_of(line_of(text="\ud800")),
        page_of(line_of(text="a" * 10_001)),
        page_of(line_of(score="0.9")),
        page_of(line_of(score=2)),
        page_of(line_of(score=-1)),
        page_of(line_of(score=math.nan)),
        page_of(line_of(score=True)),
        page_of(line_of(x=math.nan)),
        page_of(line_of(x=math.inf)),
        page_of(line_of(x=10**400)),
        page_of(line_of(x="1")),
        page_of(line_of(flipped=0)),
        page_of(line_of(words=[part_of(), part_of()])),
        page_of(line_of(words=[part_of(text=7)])),
        page_of(line_of(words=[part_of(x=10**9)])),
        page_of(line_of(words=7)),
        page_of(*[line_of()] * 20_001),
        page_of(line_of(reader=7)),
        page_of(line_of(reader="a" * 101)),
        page_of(line_of(first=None)),
        page_of(line_of(first="\ud800")),
        page_of(line_of(first="a" * 10_001)),
        page_of(rules=7),
        page_of(rules=[[[1.0, 2.0], [9.0, 2.0]]]),
        page_of(rules=[[[1.0, 2.0], [9.0, 2.0, 3.0], 1.0]]),
        page_of(rules=[[[1.0, "2"], [9.0, 2.0], 1.0]]),
        page_of(rules=[[[1.0, 2.0], [math.inf, 2.0], 1.0]]),
        page_of(rules=[[[1.0, 2.0], [9.0, 2.0], 10**400]]),
        page_of(rules=[[[1.0, 2.0], [9.0, 2.0], 1.0]] * 4_001),
    ],
    ids=lambda foreign: json.dumps(foreign)[:60],
)
def test_what_no_page_was_made_into_is_refused(foreign: object) -> None:
    with pytest.raises(ValueError):
        Page.from_bytes(json.dumps(foreign).encode())


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[100, 50", b"[" * 100_000, b"9" * 5000])
def test_bytes_that_are_no_page_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        Page.from_bytes(data)
