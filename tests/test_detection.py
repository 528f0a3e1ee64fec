import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.detection import LONGEST_SIDE, OVERLAP, TILE, closer_side, tiles
from picture.engine import Engine
from tests.conftest import ROOT


def boxes(height: float, count: int = 5) -> NDArray[np.int16]:
    """Return level boxes of one height, in the picture's pixels."""
    box = [(0, 0), (400, 0), (400, height), (0, height)]
    return np.array([box] * count, np.int16)


def test_a_picture_within_the_side_is_seen_once() -> None:
    assert closer_side(1280, 1280, boxes(4)) is None


def test_text_of_a_comfortable_size_is_seen_once() -> None:
    assert closer_side(3508, 1280, boxes(45)) is None


def test_small_text_is_seen_closer() -> None:
    closer = closer_side(3508, 1280, boxes(20))
    assert closer is not None
    assert 2400 < closer < 3508


def test_nothing_found_is_a_reason_to_look_closer() -> None:
    assert closer_side(7016, 1280, boxes(0, count=0)) == 2560


def test_the_closer_look_is_bounded() -> None:
    assert closer_side(20_000, 1280, boxes(10)) == LONGEST_SIDE
    assert closer_side(1500, 1280, boxes(5)) == 1500


@pytest.mark.parametrize("length", [32, 1280, 1312, 2432, 2560, 4000 // 32 * 32])
def test_tiles_cover_a_side_once_and_see_beyond_their_cuts(length: int) -> None:
    seen = list(tiles(length))
    covered = [pixel for _, kept in seen for pixel in range(kept.start, kept.stop)]
    assert covered == list(range(length))
    for whole, kept in seen:
        assert whole.stop - whole.start == min(length, TILE)
        assert whole.start % 32 == 0
        assert kept.start == 0 or kept.start - whole.start >= OVERLAP // 2 - 32
        assert kept.stop == length or whole.stop - kept.stop >= OVERLAP // 2 - 32


def test_small_text_on_a_large_scan_is_read(engine: Engine) -> None:
    page = Image.new("RGB", (4961, 3600), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSans.ttf"), 30)
    lines = [f"Footnote {number} of a large scan" for number in range(40, 60)]
    for row, text in enumerate(lines):
        draw.text((200 + 150 * row, 300 + 150 * row), text, fill="black", font=font)
    read = engine.read(page, 120)
    assert sorted(line.text for line in read.lines) == lines
