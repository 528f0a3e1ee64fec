from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.page import Line, Quad, Rule, Word
from picture.reading import Engine
from picture.reading.crossed import with_crossed_cut
from picture.reading.transcript import Reading, Spot
from picture.redraw import FONTS_FOLDER

PIXELS = np.full((60, 400, 3), 255, np.uint8)
BOX: Quad = ((20.0, 10.0), (180.0, 10.0), (180.0, 34.0), (20.0, 34.0))
LINE = Line("(km/h)90", 0.94, BOX, words=(Word("(km/h)90", 0.94, BOX),))


def upright(x: float, top: float = -20.0, bottom: float = 60.0) -> Rule:
    return Rule((x, top), (x, bottom), 2)


def reading(text: str, score: float = 0.99) -> Reading:
    return Reading(text, score, words=(Spot(text, score, (0.1, 0.1, 0.9, 0.9)),))


def parts(line: Line, rules: Sequence[Rule], *texts: str, score: float = 0.99) -> list[Line]:
    def read(crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        assert len(crops) in (0, len(texts))
        return [reading(text, score) for text in texts[: len(crops)]]

    return with_crossed_cut([line], rules, PIXELS, read)


def test_a_word_is_cut_where_a_rule_runs_through_it() -> None:
    left, right = parts(LINE, [upright(138)], "(km/h)", "90")
    assert (left.text, right.text) == ("(km/h)", "90")
    assert left.box[1][0] == pytest.approx(137) and right.box[0][0] == pytest.approx(139)


def test_a_stroke_that_was_read_of_the_rule_goes_away() -> None:
    line = replace(LINE, text="(km/h)|90")
    assert [part.text for part in parts(line, [upright(138)], "(km/h)", "90")] == ["(km/h)", "90"]


@pytest.mark.parametrize(
    "rule",
    [
        upright(138, top=8, bottom=36),
        upright(138, top=11),
        upright(138, bottom=33),
        upright(22),
        upright(178),
        upright(300),
    ],
    ids=["a stem", "below its top", "above its foot", "its left", "its right", "beside"],
)
def test_no_stroke_of_a_letter_and_no_rule_at_its_ends_cuts_a_word(rule: Rule) -> None:
    assert parts(LINE, [rule], "(km/h)", "90") == [LINE]


@pytest.mark.parametrize(
    ("texts", "score"),
    [(("(km/h)", "90"), 0.8), (("(km/h)", ""), 0.99), (("(km", "90"), 0.99)],
)
def test_a_word_whose_parts_are_not_read_well_stays_whole(
    texts: tuple[str, str], score: float
) -> None:
    assert parts(LINE, [upright(138)], *texts, score=score) == [LINE]


def test_boxes_with_a_letter_each_hold_one_text() -> None:
    line = replace(LINE, text="4711", words=(Word("4711", 0.94, BOX),))
    assert parts(line, [upright(x) for x in (60, 100, 140)], "4", "7", "1", "1") == [line]


def test_what_another_reader_read_stays_whole() -> None:
    line = replace(LINE, reader="other")
    assert parts(line, [upright(138)], "(km/h)", "90") == [line]


def test_cells_that_touch_their_rule_are_read_apart(engine: Engine) -> None:
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSans.ttf", 22)
    page = Image.new("RGB", (640, 300), "white")
    draw = ImageDraw.Draw(page)
    rows = [("Speed limit (km/h)", "90"), ("Persons (seats)", "25"), ("Weight (kg)", "1480")]
    for number, (name, value) in enumerate(rows):
        y = 40 + 60 * number
        draw.text((297 - font.getlength(name), y), name, fill="black", font=font)
        draw.text((303, y), value, fill="black", font=font)
        draw.line((30, y - 14, 600, y - 14), fill="black", width=2)
    draw.line((30, 206, 600, 206), fill="black", width=2)
    for x in (30, 300, 600):
        draw.line((x, 26, x, 206), fill="black", width=2)
    texts = {line.text for line in engine.read(page, seconds=60).lines}
    assert {value for _, value in rows} <= texts
