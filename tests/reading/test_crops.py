import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from picture.reading.crops import cut

PICTURE = np.random.default_rng(1).integers(0, 256, (90, 140, 3)).astype(np.uint8)


def box(*corners: tuple[int, int]) -> NDArray[np.int16]:
    return np.array(corners, np.int16)


def warped(corners: NDArray[np.int16], width: int, height: int) -> NDArray[np.uint8]:
    """Return what a perspective's transformation cuts out."""
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    move = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    border, flags = cv2.BORDER_REPLICATE, cv2.INTER_CUBIC
    crop = cv2.warpPerspective(PICTURE, move, (width, height), borderMode=border, flags=flags)
    return np.asarray(crop, np.uint8)


@pytest.mark.parametrize(
    ("left", "top", "right", "bottom"), [(10, 20, 90, 50), (0, 0, 140, 90), (130, 85, 140, 90)]
)
def test_a_level_line_is_the_pixels_themselves(
    left: int, top: int, right: int, bottom: int
) -> None:
    corners = box((left, top), (right, top), (right, bottom), (left, bottom))
    crop = cut(PICTURE, corners)
    assert np.array_equal(crop, PICTURE[top:bottom, left:right])
    assert np.array_equal(crop, warped(corners, right - left, bottom - top))
    assert not np.shares_memory(crop, PICTURE)


def test_a_line_that_leans_is_laid_level() -> None:
    corners = box((20, 30), (90, 40), (87, 61), (17, 51))
    assert np.array_equal(cut(PICTURE, corners), warped(corners, 70, 21))


def test_what_reaches_out_of_the_picture_goes_on_as_its_rim() -> None:
    corners = box((100, 10), (150, 10), (150, 30), (100, 30))
    crop = cut(PICTURE, corners)
    assert crop.shape == (20, 50, 3)
    assert np.array_equal(crop[:, 40:], np.repeat(PICTURE[10:30, -1:], 10, axis=1))


def test_a_line_that_runs_down_is_laid_on_its_side() -> None:
    corners = box((40, 10), (60, 10), (60, 80), (40, 80))
    assert np.array_equal(cut(PICTURE, corners), np.rot90(PICTURE[10:80, 40:60]))


def test_a_box_without_room_is_one_pixel() -> None:
    assert cut(PICTURE, box((5, 5), (5, 5), (5, 5), (5, 5))).shape == (1, 1, 3)
