import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from picture.reading.pieces import find_pieces, on_dark_blocks

HIGH = 30
BLOCK = 60, 60, 440, 200


def page(paper: int = 255) -> NDArray[np.uint8]:
    return np.full((300, 500, 3), paper, np.uint8)


def mark(pixels: NDArray[np.uint8], left: int, top: int, shade: int) -> None:
    cv2.rectangle(pixels, (left, top), (left + 3, top + 11), (shade,) * 3, -1)


def boxes(pixels: NDArray[np.uint8]) -> tuple[list[tuple[float, ...]], list[tuple[float, ...]]]:
    """Return the pieces of a picture, and those on its dark blocks."""
    pieces = find_pieces(pixels, HIGH)
    assert pieces is not None
    dark, light = pieces.boxes.tolist(), on_dark_blocks(pieces).tolist()
    return [tuple(box) for box in dark], [tuple(box) for box in light]


def on_block(shade: int, block: int) -> NDArray[np.uint8]:
    pixels = page()
    left, top, right, bottom = BLOCK
    cv2.rectangle(pixels, (left, top), (right, bottom), (block,) * 3, -1)
    for at in range(3):
        mark(pixels, 100 + 20 * at, 120, shade)
    return pixels


@pytest.mark.parametrize(("shade", "block"), [(255, 0), (230, 50), (160, 60)])
def test_light_marks_on_a_dark_block_are_found_and_nothing_else(shade: int, block: int) -> None:
    expected = [(100.0 + 20 * at, 120.0, 104.0 + 20 * at, 132.0) for at in range(3)]
    assert boxes(on_block(shade, block))[1] == expected


def test_a_dark_page_is_as_a_light_one() -> None:
    light, dark = page(), page(30)
    mark(light, 100, 100, 0)
    mark(dark, 100, 100, 255)
    assert boxes(light) == boxes(dark) == ([(100.0, 100.0, 104.0, 112.0)], [])


def test_bold_print_is_no_block_and_neither_is_a_photograph() -> None:
    pixels = page()
    for at in range(12):
        cv2.rectangle(pixels, (60 + 20 * at, 100), (70 + 20 * at, 120), (0, 0, 0), -1)
    dark, light = boxes(pixels)
    assert (len(dark), light) == (12, [])
    left, top, right, bottom = BLOCK
    grain = np.random.default_rng(1).integers(0, 100, (bottom - top, right - left, 1))
    pixels[top:bottom, left:right] = grain
    mark(pixels, 200, 120, 255)
    assert boxes(pixels)[1] == []
