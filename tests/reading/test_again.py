from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.page import Line, Quad, Word
from picture.reading import Engine
from picture.reading.again import with_parts_read
from picture.reading.transcript import Reading, Spot
from picture.redraw import FONTS_FOLDER
from picture.words import cut_words

PIXELS = np.full((40, 400, 3), 255, np.uint8)


def part(text: str, score: float) -> Line:
    box: Quad = ((0.0, 0.0), (200.0, 0.0), (200.0, 30.0), (0.0, 30.0))
    return Line(text, score, box, words=(Word(text, score, box),))


def reading(text: str, score: float) -> Reading:
    spans = list(cut_words(text))
    words = [Spot(text[start:end], score, (start / 9, 0.1, end / 9, 0.9)) for start, end in spans]
    return Reading(text, score, words=tuple(words))


def read_as(line: Line, other: Reading, whole: tuple[Line, ...] = ()) -> list[str]:
    found = with_parts_read([line], whole, PIXELS, lambda crops: [other] * len(crops))
    return [line.text for line in found]


@pytest.mark.parametrize(
    ("text", "score", "kept"),
    [
        ("Display", 0.94, "Display"),
        ("Display..", 0.96, "Display"),
        ("Display", 0.9, "Displa"),
        ("Dispia", 0.94, "Displa"),
        ("Disp", 0.99, "Displa"),
        ("...", 0.99, "Displa"),
    ],
)
def test_a_part_says_what_is_surer(text: str, score: float, kept: str) -> None:
    assert read_as(part("Displa", 0.95), reading(text, score)) == [kept]


def test_what_is_whole_sure_told_or_read_by_others_is_not_read_again() -> None:
    better = reading("Display or more", 1.0)
    whole = part("Displa", 0.8)
    assert read_as(whole, better, (whole,)) == ["Displa"]
    assert read_as(part("Displa", 0.98), better) == ["Displa"]
    assert read_as(replace(whole, reader="other"), better) == ["Displa"]
    assert read_as(part("Disp’a", 0.8), better) == ["Disp’a"]


def test_words_beside_leaders_are_read_whole(engine: Engine) -> None:
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSerif.ttf", 20)
    titles = ["Display", "Toolbar", "Primer list", "Edit mode", "Context menu"]
    page = Image.new("RGB", (900, 260), "white")
    for number, title in enumerate(titles):
        dots = "." * int((760 - font.getlength(title)) / font.getlength("."))
        text = f"{title}{dots}{number + 4}"
        ImageDraw.Draw(page).text((40, 20 + 44 * number), text, fill="black", font=font)
    assert set(titles) <= {line.text for line in engine.read(page, seconds=60).lines}
