import math
import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.reading.decode import CLOSEST, LARGEST_LOOK, bytes_to_read
from picture.reading.detection import (
    FAINT,
    MOST_FAINT,
    OVERLAP,
    TILE,
    BoxScores,
    Look,
    at_scale,
    best_of,
    closer_scale,
    first_scale,
    other_scales,
    tiles,
)
from picture.reading.engine import Engine
from tests.conftest import ROOT

NOTHING = np.empty((0, 4, 2), np.int16)


def boxes(height: float, count: int = 5) -> NDArray[np.int16]:
    """Return level boxes of one height, in the picture's pixels."""
    box = [(0, 0), (400, 0), (400, height), (0, height)]
    return np.array([box] * count, np.int16)


def test_the_longest_side_is_brought_down() -> None:
    assert first_scale((2560, 1900), 1280) == 0.5
    assert first_scale((900, 1200), 1280) == 1


def test_a_small_picture_is_enlarged_but_not_without_end() -> None:
    assert first_scale((300, 500), 1280) == 1.6
    assert first_scale((20, 60), 1280) == 2


def test_a_long_strip_keeps_its_width() -> None:
    assert first_scale((20_000, 1000), 1280) == first_scale((1000, 20_000), 1280) == 0.32


def test_a_whole_picture_is_seen_once() -> None:
    assert closer_scale((1280, 900), 1, boxes(14)) is None


def test_text_of_a_comfortable_size_is_seen_once() -> None:
    assert closer_scale((3508, 2480), 0.36, boxes(45)) is None


def test_small_text_is_seen_closer() -> None:
    closer = closer_scale((3508, 2480), 0.36, boxes(20))
    assert closer is not None
    assert 0.7 < closer <= 1


def test_where_nothing_is_found_small_and_huge_text_is_looked_for() -> None:
    assert list(other_scales((7016, 4961), 0.18)) == [0.36, 0.09, 0.045]
    assert list(other_scales((800, 600), 1)) == [2, 0.5, 0.25]
    assert list(other_scales((100, 60), 2)) == [1]


def test_of_faint_boxes_only_the_best_are_kept() -> None:
    many = np.arange(20 * 8, dtype=np.int16).reshape(20, 4, 2)
    scores = np.linspace(FAINT, 0.7, 20)
    look = best_of(many, scores, 0.5)
    assert look.is_sure.sum() == (scores >= 0.5).sum()
    assert (~look.is_sure).sum() == MOST_FAINT
    assert look.scores.min() > FAINT
    assert look.sure.tolist() == many[scores >= 0.5].tolist()


def test_the_closest_look_is_bounded() -> None:
    closer = closer_scale((8000, 6000), 0.16, boxes(10))
    assert closer == pytest.approx(0.5)
    assert closer_scale((8000, 6000), 0.5, boxes(10)) is None
    assert closer_scale((1500, 1500), 0.85, boxes(5)) == 2


@pytest.mark.parametrize("shape", [(1700, 1700), (4799, 4799), (19_000, 2500), (20_000, 320)])
def test_no_look_is_larger_than_is_reckoned(shape: tuple[int, int]) -> None:
    first = first_scale(shape, 1280)
    looks = [first, closer_scale(shape, first, boxes(2)) or first, *other_scales(shape, first)]
    largest = min(CLOSEST**2 * math.prod(shape), LARGEST_LOOK)
    assert max(look**2 * math.prod(shape) for look in looks) <= 1.001 * largest


def test_the_closest_look_takes_no_more_memory_than_is_reckoned() -> None:
    picture = np.full((1000, 1200, 3), 255, np.uint8)
    tracemalloc.start()
    seen = np.zeros(at_scale(picture, CLOSEST).shape[:2], np.float32)
    seen[100:140, 50:-50] = 0.95
    (found,), _ = BoxScores()([seen[np.newaxis, np.newaxis]], [(1000, 1200, CLOSEST, CLOSEST)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 1
    assert seen.nbytes < peak < bytes_to_read(1000 * 1200) - picture.nbytes


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


def test_a_long_screenshot_is_read_to_its_end(engine: Engine) -> None:
    page = Image.new("RGB", (1080, 16_000), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSans.ttf"), 36)
    lines = [f"Message {number} of a long chat" for number in range(40)]
    for row, text in enumerate(lines):
        draw.text((80, 100 + 400 * row), text, fill="black", font=font)
    assert [line.text for line in engine.read(page, 120).lines] == lines


def test_a_closer_look_that_sees_nothing_is_the_last() -> None:
    assert closer_scale((400, 640), 1.0, np.zeros((0, 4, 2), np.int16)) is None


def test_a_long_line_that_sinks_by_little_is_as_sure_as_its_middle() -> None:
    scores = BoxScores()
    seen = np.zeros((40, 400), np.float32)
    for x in range(20, 380):
        top = 10 + x // 40
        seen[top : top + 6, x] = 0.95
    box = np.array([[20, 10], [380, 10], [380, 26], [20, 26]], np.float32)
    assert scores.box_score_fast(seen, box) > 0.9
    half = np.where(np.arange(400) % 40 < 20, seen, 0)
    assert scores.box_score_fast(half, box) < 0.45


def test_a_look_is_doubtful_where_more_may_be_text_than_is() -> None:
    found, scores = boxes(20, 3), np.array([0.9, 0.35, 0.35])
    assert Look(found, scores, np.array([True, False, False])).is_doubtful
    assert not Look(found, scores, np.array([True, True, False])).is_doubtful
    assert Look(found, np.full(3, 0.6), np.ones(3, bool)).is_doubtful
    assert Look(NOTHING, np.empty(0), np.empty(0, bool)).is_doubtful
