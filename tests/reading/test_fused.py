from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.reading import Engine, fused
from picture.reading.fused import with_rows
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading
from picture.redraw import FONTS_FOLDER

Pixels = NDArray[np.uint8]

ROWS = ["本次调查的目的是了解北方港口的水深", "灯塔和锚地情况并为外来船只提供航行"]


def drawn(rows: list[str], font: str, size: int, leading: float) -> Image.Image:
    """Draw rows of text, so many times their size apart."""
    page = Image.new("RGB", (460, 40 + round(size * leading * len(rows))), "white")
    own = ImageFont.truetype(FONTS_FOLDER / font, size)
    for number, row in enumerate(rows):
        at = 20, 12 + number * size * leading
        ImageDraw.Draw(page).text(at, row, fill="black", font=own)
    return page


def said(text: str, score: float) -> Callable[[Sequence[Pixels]], list[Reading]]:
    """Return what reads the same of every crop."""
    return lambda crops: [Reading(text, score)] * len(crops)


def whole(page: Image.Image, reading: Reading) -> tuple[FoundLine, Pixels]:
    """Return all of a picture as one line, and its pixels."""
    pixels = np.asarray(page)
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.int16)
    return FoundLine(reading, corners, lambda: pixels), pixels


def test_rows_are_kept_where_they_are_surer() -> None:
    page = drawn(["two rows", "of words"], "NotoSans.ttf", 24, 1.3)
    line, pixels = whole(page, Reading("ow", 0.5))
    for score in (0.3, 0.55):
        assert with_rows([line], pixels, said("words", score), ()) == [line]
    found = with_rows([line], pixels, said("words", 0.9), ())
    assert {row.reading.text for row in found} == {"words"}


@pytest.mark.parametrize(
    ("score", "bent"), [(0.95, False), (0.5, True)], ids=["what is sure", "what is bent"]
)
def test_lines_are_left_whole(score: float, bent: bool) -> None:
    line, pixels = whole(drawn(["two", "rows"], "NotoSans.ttf", 24, 1.3), Reading("ow", score))
    corners = [line.corners.tobytes()] if bent else []
    found = with_rows([line], pixels, said("words", 1.0), corners)
    assert found == [line]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_surest_way_to_part_rows_is_taken(count: int) -> None:
    page = drawn(["gray types jump"] * count, "NotoSerif.ttf", 24, 1.0)
    line, pixels = whole(page, Reading("g", 0.4))

    def read(crops: Sequence[Pixels]) -> list[Reading]:
        even = page.height / count
        return [Reading("gray", 1 - abs(len(crop) / even - 1) / 2) for crop in crops]

    tops = [int(row.corners[0, 1]) for row in with_rows([line], pixels, read, ())]
    assert np.diff(tops[1:]).tolist() == pytest.approx([24] * (count - 2), abs=4)
    assert len(tops) == count


def test_large_type_of_one_row_is_not_cut(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused, "_DOUBTED", 1.1)
    for font, text in (("NotoSerif.ttf", "Highway EBZ"), ("NotoSansCJK.ttc", "三重県言語")):
        page = drawn([text], font, 60, 1.5)
        assert [line.text for line in engine.read(page, seconds=60).lines] == [text]


def test_touching_rows_of_chinese_are_read_apart(engine: Engine) -> None:
    rows = ROWS * 2
    text = "".join(
        line.text for line in engine.read(drawn(rows, "NotoSansCJK.ttc", 14, 1.0), 60).lines
    )
    assert sum(row[:6] in text for row in rows) >= 3


def test_a_heading_over_rows_and_a_stamp_stay_as_they_are(engine: Engine) -> None:
    page = drawn(["North", "", "", "ships and harbours", "of the coast"], "NotoSans.ttf", 24, 1.2)
    draw = ImageDraw.Draw(page)
    draw.ellipse((250, 10, 440, 150), outline="red", width=4)
    draw.text(
        (300, 60), "PAID", fill="red", font=ImageFont.truetype(FONTS_FOLDER / "NotoSans.ttf", 40)
    )
    texts = {line.text for line in engine.read(page, seconds=60).lines}
    assert {"North", "PAID", "ships and harbours", "of the coast"} <= texts
