import json
import math
from dataclasses import replace

import pytest

from picture.page import Line, Page, Word

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
    page = Page(640, 480, (LINE, replace(LINE, flipped=True)), rotation=90)
    assert Page.from_bytes(page.to_bytes()) == page


def test_a_page_is_brought_to_another_size() -> None:
    resized = Page(100, 50, (LINE,), rotation=90).resized(200, 150)
    assert (resized.width, resized.height, resized.rotation) == (200, 150, 90)
    assert resized.lines[0].box == ((2.0, 6.0), (202.0, 6.0), (202.0, 66.0), (2.0, 66.0))
    assert resized.lines[0].text == LINE.text
    assert resized.lines[0].words[0].box == ((8.0, 15.0), (120.0, 15.0), (120.0, 54.0), (8.0, 54.0))


def test_scores_and_corners_just_beyond_their_bounds_survive_too() -> None:
    line = Line("edge", 1.0000002, ((-3.0, -2.0), (105.0, -2.0), (105.0, 60.0), (-3.0, 60.0)))
    page = Page(100, 50, (line,))
    assert Page.from_bytes(page.to_bytes()) == page


def part_of(text: object = "a", score: object = 0.9, x: object = 1.0) -> list[object]:
    return [text, score, [[x, 1.0], [9.0, 1.0], [9.0, 9.0], [1.0, 9.0]]]


def line_of(flipped: object = False, words: object = (), **part: object) -> list[object]:
    return [*part_of(**part), flipped, words]


@pytest.mark.parametrize(
    "foreign",
    [
        [],
        {"width": 9},
        None,
        7,
        [100, 50, 0],
        [100, 50, 0, 0, 7],
        [100, 50, 0, 0, [["a", 0.9]]],
        [100, 50, 0, 0, [["a", 0.9, 7]]],
        [100, 50, 0, 0, [["a", 0.9, [[1, 1]] * 3]]],
        [100, 50, 0, 0, [["a", 0.9, [[1, 1, 1]] * 4]]],
        [0, 50, 0, 0, []],
        [100, -50, 0, 0, []],
        [100, 10**9, 0, 0, []],
        [100.0, 50, 0, 0, []],
        [True, 50, 0, 0, []],
        ["100", 50, 0, 0, []],
        [100, 50, 45, 0, []],
        [100, 50, 90.0, 0, []],
        [100, 50, False, 0, []],
        [100, 50, 0, 0, [line_of(text=7)]],
        [100, 50, 0, 0, [line_of(text=None)]],
        [100, 50, 0, 0, [line_of(text="\ud800")]],
        [100, 50, 0, 0, [line_of(text="a" * 10_001)]],
        [100, 50, 0, 0, [line_of(score="0.9")]],
        [100, 50, 0, 0, [line_of(score=2)]],
        [100, 50, 0, 0, [line_of(score=-1)]],
        [100, 50, 0, 0, [line_of(score=math.nan)]],
        [100, 50, 0, 0, [line_of(score=True)]],
        [100, 50, 0, 0, [line_of(x=math.nan)]],
        [100, 50, 0, 0, [line_of(x=math.inf)]],
        [100, 50, 0, 0, [line_of(x=10**400)]],
        [100, 50, 0, 0, [line_of(x="1")]],
        [100, 50, 0, 0, [line_of(flipped=0)]],
        [100, 50, 0, 0, [line_of(words=[part_of(), part_of()])]],
        [100, 50, 0, 0, [line_of(words=[part_of(text=7)])]],
        [100, 50, 0, 0, [line_of(words=[part_of(x=10**9)])]],
        [100, 50, 0, 0, [line_of(words=7)]],
        [100, 50, 0, 0, [line_of()] * 20_001],
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
