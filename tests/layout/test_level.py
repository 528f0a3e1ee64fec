from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from picture.layout.level import level
from picture.layout.plane import Plane, flatten
from picture.layout.render import cut_rows
from picture.page import Line, Point
from tests.layout.pages import CELL

PITCH, HEIGHT, HALF = 32.0, 20.0, 270.0
"""Pixels between rows, of a line's height and of half a page's width."""
RECEIPT = ((0, "Coffee beans"), (48, "12.50"))
SHORT = ((0, "Tea"), (12, "2 kg"), (24, "x 3"), (36, "1.20"), (48, "3.60"))
LONG = ((0, "Olive oil extra virgin from Crete"), (48, "19.90"))

Cells = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Bend:
    """How a page is seen: its middle below its sides by `sag` rows, its right side `fan` as high.

    It is turned by `degrees` after that; boxes lean by a share of what the sag tilts them.
    """

    sag: float = 0.0
    fan: float = 1.0
    degrees: float = 0.0
    leaning: float = 1.0


def bent(cells: Cells, bend: Bend, rows: int = 8) -> list[Line]:
    """Return rows of texts on a bent page, the corners of their boxes a pixel off."""
    noise = np.random.default_rng(rows)
    lines = []
    for row in range(rows):
        for column, text in cells:
            left = CELL * column - HALF
            right = left + CELL * len(text)
            box = _box((left, right), PITCH * (row - (rows - 1) / 2), bend)
            a, b, c, d = (box + noise.normal(0, 1, (4, 2))).tolist()
            lines.append(Line(f"{text} {row}", 0.9, (tuple(a), tuple(b), tuple(c), tuple(d))))
    return [lines[at] for at in noise.permutation(len(lines))]


def _box(ends: tuple[float, float], y: float, bend: Bend) -> np.ndarray:
    middle = sum(ends) / 2
    fall = bend.leaning * (_sag(ends[1], bend) - _sag(ends[0], bend)) / (ends[1] - ends[0])
    corners = []
    for x, side in ((ends[0], -1), (ends[1], -1), (ends[1], 1), (ends[0], 1)):
        tall = 1 + (bend.fan - 1) * (x + HALF) / (2 * HALF)
        low = (y + side * HEIGHT / 2) * tall + _sag(middle, bend) + fall * (x - middle)
        corners.append(_turned((x, low), bend.degrees))
    return np.array(corners)


def _sag(x: float, bend: Bend) -> float:
    return -bend.sag * PITCH * (x / HALF) ** 2


def _turned(point: Point, degrees: float) -> Point:
    angle, (x, y) = math.radians(degrees), point
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def keeps_rows(lines: Sequence[Line], cells: Cells, rows: int = 8) -> bool:
    made = [[line.text for line in row] for row in cut_rows(lines)]
    return made == [[f"{text} {row}" for _, text in cells] for row in range(rows)]


@settings(max_examples=60, deadline=None, derandomize=True)
@example(RECEIPT, Bend(10 / PITCH))
@example(RECEIPT, Bend(25 / PITCH))
@example(LONG, Bend(-1.5, 1, -3))
@given(
    st.sampled_from([RECEIPT, SHORT, LONG]),
    st.builds(Bend, st.floats(-1.5, 1.5), st.floats(0.92, 1.08), st.floats(-3, 3)),
)
def test_rows_hold_however_a_page_is_bent_and_turned(cells: Cells, bend: Bend) -> None:
    assert keeps_rows(bent(cells, bend), cells)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.sampled_from([RECEIPT, SHORT]),
    st.builds(Bend, st.floats(-0.6, 0.6), leaning=st.floats(0, 0.5)),
)
def test_rows_of_short_words_hold_though_their_boxes_hardly_lean(cells: Cells, bend: Bend) -> None:
    assert keeps_rows(bent(cells, bend), cells)


def test_a_tall_page_keeps_its_rows() -> None:
    assert keeps_rows(bent(LONG, Bend(1.5), rows=40), LONG, rows=40)


def test_a_text_across_the_page_is_no_part_of_its_rows() -> None:
    across = Line("DRAFT COPY", 0.9, ((-100, -80), (100, 80), (88, 96), (-112, -64)))
    plane = level(flatten([*bent(LONG, Bend(0.8)), across]))
    assert strays(plane) == ["DRAFT COPY"]


def strays(plane: Plane) -> list[str]:
    return [text for text, stray in zip(plane.texts, plane.stray, strict=True) if stray]
