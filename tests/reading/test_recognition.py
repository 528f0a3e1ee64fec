import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.reading.engine import Engine
from picture.reading.recognition import WIDTHS, stepped_width
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("shape", "width"),
    [
        ((48, 88), 96),
        ((48, 140), 128),
        ((24, 100), 192),
        ((48, 1), 96),
        ((48, 700), 672),
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


def test_narrow_letters_are_all_read(engine: Engine) -> None:
    page = Image.new("L", (900, 120), 255)
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSans.ttf"), 30)
    ImageDraw.Draw(page).text((40, 40), "Total 0% supplies 0000064297 filled", fill=0, font=font)
    narrow = page.resize((540, 120), Image.Resampling.LANCZOS).convert("RGB")
    (line,) = engine.read(narrow, 60).lines
    assert line.text == "Total 0% supplies 0000064297 filled"


def test_pairs_of_lines_say_what_each_says_alone(engine: Engine) -> None:
    words = [f"Line {number} of some" for number in range(20)]
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSans.ttf"), 24)
    page = Image.new("RGB", (500, 40 * len(words) + 40), "white")
    for number, text in enumerate(words):
        ImageDraw.Draw(page).text((40, 20 + 40 * number), text, fill="black", font=font)
    lines = sorted(engine.read(page, 60).lines, key=lambda line: line.box[0][1])
    assert [line.text for line in lines] == words
