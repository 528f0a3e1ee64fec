import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.reading.engine import Engine
from picture.reading.recognition import WIDTHS, stepped_width
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("shape", "width"),
    [
        ((48, 88), 64),
        ((48, 107), 96),
        ((24, 100), 192),
        ((48, 1), 32),
        ((48, 700), 640),
        ((10, 9000), WIDTHS[-1]),
    ],
)
def test_a_line_is_read_at_a_stepped_width(shape: tuple[int, int], width: int) -> None:
    assert stepped_width(np.zeros((*shape, 3), np.uint8), 48) == width


def test_lines_are_narrowed_a_little() -> None:
    parts = [
        stepped_width(np.zeros((48, width, 3), np.uint8), 48) / width
        for width in range(97, WIDTHS[-1])
    ]
    assert min(parts) >= 0.75
    assert max(parts) <= 1.05
    assert 0.89 <= np.mean(parts) <= 0.91


def test_a_line_of_small_type_across_a_screen_is_read_whole(engine: Engine) -> None:
    words = "Receipts of Tuesday and Friday are kept in the blue folder until May. "
    page = Image.new("RGB", (2560, 120), "white")
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSans.ttf"), 16)
    text = (words * 4).strip()
    ImageDraw.Draw(page).text((40, 50), text, fill="black", font=font)
    assert [line.text for line in engine.read(page, 60).lines] == [text]
