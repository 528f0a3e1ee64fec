from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.reading import Engine
from picture.reading.pieces import find_pieces
from picture.reading.stains import with_stained
from picture.reading.transcript import Reading

FONT = str(Path(__file__).resolve().parents[2] / "fonts" / "NotoSans.ttf")
RED, PAPER = (225, 70, 80), (250, 250, 248)


def form(stain: tuple[int, int, int], ink: int = 120) -> Image.Image:
    """Draw two labels and, on a stain, a text in grey that a grey picture hardly shows."""
    page = Image.new("RGB", (640, 300), PAPER)
    draw = ImageDraw.Draw(page)
    draw.ellipse((330, 90, 600, 230), fill=stain)
    for at, text in (((40, 30), "Flight"), ((380, 30), "Seat"), ((40, 140), "MU 2379")):
        draw.text(at, text, fill="black", font=ImageFont.truetype(FONT, 28))
    draw.text((420, 140), "12F", fill=(ink, ink, ink), font=ImageFont.truetype(FONT, 28))
    return page


def said(engine: Engine, page: Image.Image) -> list[str]:
    return sorted(line.text for line in engine.read(page, 60).lines)


def test_print_under_a_stain_is_read(engine: Engine) -> None:
    assert said(engine, form(RED, ink=110)) == ["12F", "Flight", "MU 2379", "Seat"]


@pytest.mark.parametrize("stain", [PAPER, (255, 240, 90)])
def test_what_is_read_without_stays_as_it_is(engine: Engine, stain: tuple[int, int, int]) -> None:
    assert said(engine, form(stain, ink=40)) == ["12F", "Flight", "MU 2379", "Seat"]


def look(page: Image.Image, *readings: Reading) -> tuple[list[str], list[NDArray[np.uint8]]]:
    """Return what a picture without known lines says, and the crops that were read."""
    pixels = np.ascontiguousarray(np.asarray(page, np.uint8)[..., ::-1])
    pieces = find_pieces(pixels, 40.0)
    assert pieces is not None
    shown: list[NDArray[np.uint8]] = []

    def read(crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        shown.extend(crops)
        return list(readings[: len(crops)])

    lines = with_stained([], pixels, pieces, read)
    return [line.reading.text for line in lines], shown


def test_only_what_is_on_the_stain_is_looked_at_and_in_its_light() -> None:
    texts, (crop,) = look(form(RED), Reading("12F", 0.99))
    assert texts == ["12F"]
    assert crop.max() == RED[0]
    assert np.array_equal(crop[..., 0], crop[..., 2])


@pytest.mark.parametrize("reading", [Reading("12F", 0.8), Reading("1", 0.99), Reading("--", 0.99)])
def test_what_is_unsure_or_no_text_is_not_kept(reading: Reading) -> None:
    assert look(form(RED), reading)[0] == []


def test_a_picture_without_stains_is_not_looked_at() -> None:
    assert look(form(PAPER), Reading("12F", 0.99)) == ([], [])


def test_a_picture_in_colours_is_not_looked_at() -> None:
    page = form(RED)
    page.paste(RED, (0, 200, 640, 300))
    page.paste(RED, (0, 0, 640, 25))
    assert look(page, Reading("12F", 0.99)) == ([], [])
