"""Lines along an arc, drawn as the detector sees them and as pictures show them."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from picture.reading.bends import Bend, find_bends, straightened
from picture.reading.detection import Look, with_bends
from picture.reading.engine import Engine
from picture.settings import Settings
from tests.conftest import draw_page

LEAST = 0.3, 0.5
SIZE = 300, 600


def arc(radius: int, half: float, thickness: int = 24) -> NDArray[np.float32]:
    """Return a map on which an arc of so many degrees to either side is seen."""
    seen = np.zeros(SIZE, np.float32)
    centre = 300, 40 + radius
    cv2.ellipse(seen, centre, (radius, radius), 0, 270 - half, 270 + half, (0.9,), thickness)
    return seen


def bends(seen: NDArray[np.float32], size: tuple[int, int] = SIZE) -> list[Bend]:
    return list(find_bends(seen, size, LEAST, 1.5))


def test_an_arc_is_found_with_its_course() -> None:
    (bend,) = bends(arc(250, 50))
    assert bend.score == pytest.approx(0.9, abs=0.05)
    assert len(bend.middle) == pytest.approx(np.radians(100) * 250, rel=0.15)
    assert 24 < bend.height < 60
    radii = np.linalg.norm(bend.middle - (300, 290), axis=1)
    assert np.abs(radii - 250).max() < 12
    assert bend.middle[0, 0] < bend.middle[-1, 0]


def test_it_is_as_large_as_the_picture() -> None:
    (small,), (large,) = bends(arc(250, 50)), bends(arc(250, 50), (600, 1200))
    assert large.height == pytest.approx(2 * small.height)
    assert large.box.max() == pytest.approx(2 * small.box.max(), rel=0.02)


@pytest.mark.parametrize(("start", "end"), [((50, 150), (550, 150)), ((60, 60), (540, 240))])
def test_a_straight_line_is_none(start: tuple[int, int], end: tuple[int, int]) -> None:
    seen = np.zeros(SIZE, np.float32)
    cv2.line(seen, start, end, (0.9,), 24)
    assert bends(seen) == []


def test_rows_that_touch_are_none() -> None:
    seen = np.zeros(SIZE, np.float32)
    for top, left in ((60, 40), (100, 200), (140, 40)):
        cv2.rectangle(seen, (left, top), (left + 300, top + 24), (0.9,), -1)
    cv2.rectangle(seen, (220, 60), (240, 164), (0.9,), -1)
    assert bends(seen) == []


def test_what_is_not_surely_text_is_none() -> None:
    assert bends(arc(250, 50) * np.float32(0.5)) == []


def test_it_takes_the_place_of_its_own_straight_box() -> None:
    (bend,) = bends(arc(250, 50))
    beside = bend.box + np.array([0, 400], np.int16)
    boxes = np.stack([bend.box, beside])
    look = with_bends(Look(boxes, np.array([0.6, 0.7]), np.ones(2, bool)), (bend,))
    assert look.boxes.tolist() == [beside.tolist(), bend.box.tolist()]
    assert look.is_sure.all()


def bent(text: str, angle: float) -> Image.Image:
    """Draw a line of text along an arc of so many radians."""
    strip = np.asarray(draw_page(text))
    ink = np.argwhere(strip.min(axis=2) < 128)
    (top, left), (bottom, right) = ink.min(axis=0) - 12, ink.max(axis=0) + 12
    strip = strip[max(top, 0) : bottom, max(left, 0) : right]
    height, width = strip.shape[:2]
    radius = width / angle
    side, depth = round(2 * radius * np.sin(angle / 2)) + 160, round(radius / 2) + 160
    y, x = np.mgrid[0:depth, 0:side].astype(np.float32)
    dx, dy = x - side / 2, radius + 80 - y
    along = np.arctan2(dx, dy) / angle * width + width / 2
    across = radius + height / 2 - np.hypot(dx, dy)
    places = along.astype(np.float32), across.astype(np.float32)
    drawn = cv2.remap(
        strip, *places, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3
    )
    return Image.fromarray(np.asarray(drawn, np.uint8))


@pytest.fixture(scope="module", params=["f32", "int8"])
def precise(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an engine of each precision: what one sees whole at a scale another sees in pieces."""
    engine = Engine(Settings(engine="openvino", precision=request.param))
    engine.wait_until_ready()
    yield engine
    engine.close()


@pytest.mark.parametrize("angle", [0.8, 1.6, 2.2])
def test_text_on_an_arc_is_read(precise: Engine, angle: float) -> None:
    text = "Bottled at the source since 1846"
    page = precise.read(bent(text, angle), 60)
    assert [line.text for line in page.lines] == [text]


def test_a_bent_line_without_ink_is_left_as_it_is() -> None:
    (bend,) = bends(arc(250, 50))
    blank = np.full((*SIZE, 3), 255, np.uint8)
    assert straightened(blank, bend).min() == 255
