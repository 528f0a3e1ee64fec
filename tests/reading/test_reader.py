from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.page import Page
from picture.reading import Engine
from picture.reading.orientation import Orientation
from picture.reading.reader import Reader
from picture.reading.scripts import Scripts
from picture.reading.transcript import Reading
from picture.reading.work import Budget, Work
from tests.conftest import ROOT, draw_page

RECEIPT = draw_page("Garden centre Linden", "Spade with long handle", "Total 12.50", "Thank you")


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def overlap(page: Page, other: Page) -> float:
    """Return how far the first words of two pages lie apart, in pixels."""
    first, second = (lines[0].words[0].box for lines in (page.lines, other.lines))
    return max(
        abs(a - b) for p, q in zip(first, second, strict=True) for a, b in zip(p, q, strict=True)
    )


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_upright(engine: Engine, degrees: int) -> None:
    upright, turned = (
        engine.read(picture, 60) for picture in (RECEIPT, RECEIPT.rotate(degrees, expand=True))
    )
    assert texts(turned) == texts(upright)
    assert (turned.width, turned.height) == RECEIPT.size
    assert (upright.rotation, turned.rotation) == (0, 360 - degrees)
    assert overlap(upright, turned) < 3


def test_a_line_on_its_head_is_read_within_an_upright_page(engine: Engine) -> None:
    page = RECEIPT.copy()
    label = draw_page("Upside down here", size=(400, 100)).rotate(180)
    page.paste(label, (200, 290))
    read = engine.read(page, 60)
    assert read.rotation == 0
    (line,) = [line for line in read.lines if line.flipped]
    assert line.text == "Upside down here"
    assert [word.text for word in line.words] == ["Upside", "down", "here"]
    # The text runs to the left.
    assert line.words[0].box[0][0] > line.words[2].box[0][0]


def test_a_label_beside_a_page_does_not_turn_it(engine: Engine) -> None:
    page = RECEIPT.copy()
    label = draw_page("Archive 2026", size=(300, 100)).rotate(90, expand=True)
    page.paste(label, (540, 20))
    read = engine.read(page, 60)
    assert read.rotation == 0
    assert {line.text for line in read.lines if line.flipped} == {"Archive 2026"}


def columns(*texts: str) -> Image.Image:
    """Draw text that runs downwards, in columns from right to left."""
    page = Image.new("RGB", (400, 500), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSansCJK.ttc"), 32)
    for column, text in enumerate(texts):
        for row, letter in enumerate(text):
            draw.text((320 - 70 * column, 20 + 36 * row), letter, fill="black", font=font)
    return page


@pytest.fixture(scope="module")
def hanging() -> Image.Image:
    """Return a page whose text runs downwards; its font is fetched after collection."""
    return columns("春眠不覺曉處處聞啼鳥", "夜來風雨聲花落知多少")


def test_text_that_runs_downwards_stays_upright(engine: Engine, hanging: Image.Image) -> None:
    read = engine.read(hanging, 60)
    assert read.rotation == 0
    assert all(line.is_vertical for line in read.lines)


def test_a_han_page_on_its_side_is_turned_upright(engine: Engine) -> None:
    page = Image.new("RGB", (500, 300), "white")
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSansCJK.ttc"), 32)
    for row, text in enumerate(("春眠不覺曉處處聞啼鳥", "夜來風雨聲花落知多少")):
        ImageDraw.Draw(page).text((40, 60 + 90 * row), text, fill="black", font=font)
    for degrees in (90, 270):
        read = engine.read(page.rotate(degrees, expand=True), 60)
        assert read.rotation == 360 - degrees
        assert texts(read) == ["春眠不覺曉處處聞啼鳥", "夜來風雨聲花落知多少"]


@pytest.mark.parametrize("orientation", list(Orientation)[1:])
def test_a_picture_is_turned_as_it_is_told(engine: Engine, orientation: Orientation) -> None:
    turned = RECEIPT.rotate(-int(orientation), expand=True)
    read = engine.read(turned, 60, orientation=orientation)
    assert read.rotation == int(orientation)
    assert texts(read) == texts(engine.read(RECEIPT, 60))


def test_a_picture_keeps_its_languages_while_another_is_read() -> None:
    asked: list[Sequence[str] | None] = []
    image = Image.new("RGB", (8, 8), "white")

    class Told:
        def reread(self, _: object, tags: Sequence[str] | None) -> None:
            asked.append(tags)

    class Pipeline:
        is_first = True

        def predict(self, pixels: NDArray[np.uint8]) -> list[Any]:
            if self.is_first:
                self.is_first = False
                reader.read(image, Work(Budget()))
            seen: dict[str, Any] = {"rec_texts": [], "rec_polys": []}
            return [{**seen, "doc_preprocessor_res": {"output_img": pixels}}]

    reader = Reader(Pipeline(), cast(Scripts, Told()), lambda _: [])
    reader.read(image, Work(Budget()), tags=["ru"])
    assert asked == [None, ["ru"]]


@pytest.mark.parametrize(
    ("text", "score", "by", "said"),
    [
        ("0000", 0.92, "", []),
        ("12F", 0.98, "", ["12F"]),
        ("Hello", 0.6, "", ["Hello"]),
        ("სალოს", 0.6, "tesseract kat", []),
        ("სალოს", 0.95, "tesseract kat", ["სალოს"]),
        ("თავისუფალი", 0.6, "tesseract kat", ["თავისუფალი"]),
    ],
)
def test_a_few_letters_alone_must_be_sure(
    text: str, score: float, by: str, said: list[str]
) -> None:
    class Pipeline:
        def predict(self, pixels: NDArray[np.uint8]) -> list[Any]:
            corners = np.array([[10, 10], [90, 10], [90, 40], [10, 40]], np.int16)
            seen: dict[str, Any] = {"rec_texts": [reading], "rec_polys": [corners]}
            return [{**seen, "doc_preprocessor_res": {"output_img": pixels}}]

    reading = Reading(text, score, reader=by)
    reader = Reader(Pipeline(), None, lambda _: [])
    page = reader.read(Image.new("RGB", (200, 100), "white"), Work(Budget()))
    assert texts(page) == said
