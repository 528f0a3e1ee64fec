"""What of a line's box is the ink of the lines around it."""

from __future__ import annotations

import numpy as np
import pytest

from picture.page import Line, Rule
from picture.redraw.fonts import Fonts
from picture.redraw.frame import Lie, frame_line
from picture.redraw.neighbours import Neighbours, without_neighbours
from picture.redraw.plan import Plan
from picture.redraw.typefaces import SANS, SERIF
from tests.redraw.sheet import Mask, Sheet


def own(plan: Plan, sheet: Sheet, number: int) -> tuple[Mask, Mask]:
    """Return the ink that was found of a line on the page, and all there is of it."""
    found = np.zeros(sheet.inks[number].shape, np.uint8)
    assert plan.ink is not None
    found[plan.frame.region] = plan.ink.mask
    return found, sheet.inks[number]


def boxes_overlap(sheet: Sheet, first: int, second: int) -> bool:
    return sheet.lines[first].box[2][1] > sheet.lines[second].box[0][1]


@pytest.mark.parametrize("face", [SANS, SERIF])
@pytest.mark.parametrize("size", [16, 24, 36])
def test_lines_whose_boxes_overlap_keep_their_own_ink(fonts: Fonts, face: str, size: int) -> None:
    sheet = Sheet(fonts, (700, 4 * size + 40))
    texts = ("A jumping fox gave", "the lazy dog enough", "paper to wrap it up")
    for row, text in enumerate(texts):
        sheet.write(text, (20, round(20 + size * (1 + 1.16 * row))), size, face=face)
    assert boxes_overlap(sheet, 0, 1)
    for number, plan in enumerate(sheet.plans()):
        found, true = own(plan, sheet, number)
        assert (found[true > 160] > 0).all()
        assert not found[true == 0].any()


def test_a_descender_that_reaches_over_the_border_stays_whole(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 130))
    sheet.write("xxxxxxxgxx", (20, 50), 40)
    sheet.write("nnnnn      nnn", (20, 81), 40)
    low = int(np.flatnonzero((sheet.inks[0] > 127).any(axis=1))[-1])
    high = int(np.flatnonzero((sheet.inks[1] > 127).any(axis=1))[0])
    assert high - 3 < low
    for number, plan in enumerate(sheet.plans()):
        found, true = own(plan, sheet, number)
        assert (found[true > 160] > 0).all()
        assert not found[true == 0].any()


def test_lines_side_by_side_end_between_their_boxes(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 100))
    _, _, right, _ = sheet.write("First cell", (20, 60), 30)
    sheet.write("second", (right + 8, 60), 30)
    assert sheet.lines[0].box[1][0] > sheet.lines[1].box[0][0]
    for number, plan in enumerate(sheet.plans()):
        found, true = own(plan, sheet, number)
        assert (found[true > 160] > 0).all()
        assert not found[true == 0].any()


def test_a_line_at_an_angle_is_cut_by_its_own_outline_alone() -> None:
    askew = Line("askew", 0.9, ((20, 40), (200, 90), (192, 120), (12, 70)))
    other = Line("level", 0.9, ((20, 60), (200, 60), (200, 90), (20, 90)))
    frames = [frame_line(line, (300, 200)) for line in (askew, other)]
    neighbours = Neighbours([askew, other])
    assert frames[0] is not None
    assert frames[1] is not None
    assert frames[0].lie is Lie.FREE
    assert neighbours.beyond(0, frames[0]) is None
    assert neighbours.beyond(1, frames[1]) is not None


def test_a_line_by_itself_has_no_neighbours() -> None:
    lines = [Line("a", 0.9, ((20, y), (200, y), (200, y + 30), (20, y + 30))) for y in (20, 60)]
    frame = frame_line(lines[0], (300, 200))
    assert frame is not None
    assert Neighbours(lines).beyond(0, frame) is None


def test_a_level_rule_is_no_lines_ink_and_its_letters_stay() -> None:
    line = Line("a", 0.9, ((20, 20), (200, 20), (200, 50), (20, 50)))
    rules = [Rule((10, 46), (220, 46), 2), Rule((100, 0), (100, 90), 2)]
    frame = frame_line(line, (300, 200))
    assert frame is not None
    beyond = Neighbours([line], rules).beyond(0, frame)
    assert beyond is not None
    rows = np.flatnonzero(beyond.any(axis=1)) + frame.top
    assert 44 <= rows[0] <= 46 <= rows[-1] <= 49
    ink = np.zeros_like(beyond)
    ink[46 - frame.top : 48 - frame.top, 5:-5] = 255
    letter = np.zeros_like(beyond)
    letter[30 - frame.top : 44 - frame.top, 40:52] = 255
    assert (without_neighbours(ink | letter, beyond) == letter).all()
