import numpy as np
import pytest

from picture.recognition import LINE_WIDTHS, WIDTH_STEP, stepped_width


@pytest.mark.parametrize(
    ("shape", "width"),
    [((48, 96), 96), ((48, 97), 128), ((24, 100), 224), ((48, 1), 32), ((10, 9000), 3200)],
)
def test_a_line_is_read_at_a_stepped_width(shape: tuple[int, int], width: int) -> None:
    assert stepped_width(np.zeros((*shape, 3), np.uint8), 48) == width


def test_few_widths_are_ever_met() -> None:
    widths = {stepped_width(np.zeros((48, width, 3), np.uint8), 48) for width in range(1, 4000)}
    assert len(widths) == LINE_WIDTHS
    assert all(width % WIDTH_STEP == 0 for width in widths)
