from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from picture.page import Line, Quad, Rule, Word
from picture.reading.pieces import Pieces, find_pieces
from picture.reading.signs import with_signs

HIGH, ROWS = 30, (60, 100, 140, 180)
TEXT = 80


def line(text: str, top: float, left: float = TEXT) -> Line:
    right = left + 10 * len(text)
    ink: Quad = ((left, top + 6), (right, top + 6), (right, top + 24), (left, top + 24))
    box: Quad = ((left - 4, top), (right + 4, top), (right + 4, top + HIGH), (left - 4, top + HIGH))
    return Line(text, 0.9, box, words=(Word(text, 0.9, ink),))


def pieces(*boxes: tuple[int, int, int, int]) -> Pieces:
    pixels = np.full((260, 600, 3), 255, np.uint8)
    for left, top, right, bottom in boxes:
        cv2.rectangle(pixels, (left, top), (right - 1, bottom - 1), (0, 0, 0), -1)
    found = find_pieces(pixels, HIGH)
    assert found is not None
    return found


def said(lines: Sequence[Line], *boxes: tuple[int, int, int, int]) -> list[str]:
    return [each.text for each in with_signs(lines, [], pieces(*boxes))[0]]


def bullet(top: int, left: int = 50, size: int = 6) -> tuple[int, int, int, int]:
    middle = top + HIGH // 2
    return left, middle - size // 2, left + size, middle + size // 2


def bar(top: int, left: int = 50) -> tuple[int, int, int, int]:
    return left, top + 4, left + 2, top + 26


def dots(top: int, left: int = TEXT, step: int = 8) -> list[tuple[int, int, int, int]]:
    return [(left + step * at, top + 20, left + step * at + 3, top + 23) for at in range(3)]


LINES = [line("Milk", top) for top in ROWS]


def test_bullets_below_one_another_are_of_their_lines() -> None:
    found, _ = with_signs(LINES, [], pieces(bullet(60), bullet(140)))
    assert [each.text for each in found] == ["• Milk", "Milk", "• Milk", "Milk"]
    assert [word.text for word in found[0].words] == ["•", "Milk"]
    assert found[0].box[0][0] <= found[0].words[0].box[0][0]


@pytest.mark.parametrize(
    "boxes",
    [
        [bullet(60)],
        [bullet(60), bullet(140, left=58)],
        [bullet(60), bullet(140, size=12)],
        [bullet(68), bullet(148)],
        [bullet(60, left=5), bullet(140, left=5)],
        [bullet(60), bullet(140), (40, 70, 48, 80), (40, 150, 48, 160)],
        [(50, 70, 54, 82), (50, 150, 54, 162)],
    ],
    ids=["one", "two places", "two sizes", "low", "far", "beside ink", "too high"],
)
def test_dirt_is_no_bullet(boxes: list[tuple[int, int, int, int]]) -> None:
    assert said(LINES, *boxes) == ["Milk"] * 4


def test_bars_below_one_another_are_cells_of_their_rows() -> None:
    found, _ = with_signs(LINES, [], pieces(*map(bar, ROWS[:3])))
    assert [each.text for each in found] == ["Milk"] * 4 + ["|"] * 3
    middles = [sum(y for _, y in each.box) / 4 for each in found]
    assert middles[4:] == pytest.approx(middles[:3], abs=1)


def test_a_dashed_rule_has_no_bars() -> None:
    assert said(LINES, *map(bar, ROWS), bar(80)) == ["Milk"] * 4


def test_two_bars_and_a_rule_are_no_bars() -> None:
    assert said(LINES, *map(bar, ROWS[:2])) == ["Milk"] * 4
    rule = Rule((51, 40), (51, 220), 2)
    found, rules = with_signs(LINES, [rule], pieces((50, 40, 52, 220)))
    assert (found, rules) == (LINES, [rule])


def test_bars_that_were_taken_for_a_rule_are_none() -> None:
    others = [Rule((51, 300), (51, 400), 2), Rule((91, 50), (91, 160), 2)]
    rules = [Rule((51, 64), (51, 166), 2), *others]
    found, kept = with_signs(LINES, rules, pieces(*map(bar, ROWS[:3])))
    assert [each.text for each in found[4:]] == ["|"] * 3
    assert kept == others


def test_three_dots_alone_that_start_as_rows_do_are_an_ellipsis() -> None:
    found, _ = with_signs(LINES[:3], [], pieces(*dots(180)))
    assert [each.text for each in found] == ["Milk"] * 3 + ["…"]
    assert found[-1].box[0][1] == pytest.approx(180, abs=4)


@pytest.mark.parametrize(
    "boxes",
    [
        dots(180, left=140),
        dots(180)[:2],
        [*dots(180), *dots(180, left=TEXT + 24)],
        [*dots(180)[:2], (TEXT + 22, 200, TEXT + 25, 203)],
        [*dots(180), (TEXT + 40, 190, TEXT + 50, 204)],
    ],
    ids=["elsewhere", "two", "six", "uneven", "beside ink"],
)
def test_other_dots_are_no_ellipsis(boxes: list[tuple[int, int, int, int]]) -> None:
    assert said(LINES[:3], *boxes) == ["Milk"] * 3


def test_a_page_without_level_text_has_no_signs() -> None:
    upright = Line("Milk", 0.9, ((80, 60), (100, 60), (100, 120), (80, 120)))
    assert said([upright], *map(bar, ROWS)) == ["Milk"]
