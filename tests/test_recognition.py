import numpy as np
import pytest

from picture.recognition import WIDTHS, stepped_width


@pytest.mark.parametrize(
    ("shape", "width"),
    [((48, 96), 96), ((48, 97), 128), ((24, 100), 224), ((48, 1), 32), ((10, 9000), WIDTHS[-1])],
)
def test_a_line_is_read_at_a_stepped_width(shape: tuple[int, int], width: int) -> None:
    assert stepped_width(np.zeros((*shape, 3), np.uint8), 48) == width


def test_lines_are_stretched_a_little_at_most() -> None:
    for width in range(97, WIDTHS[-1]):
        stepped = stepped_width(np.zeros((48, width, 3), np.uint8), 48)
        assert 1 <= stepped / width <= 1.34
