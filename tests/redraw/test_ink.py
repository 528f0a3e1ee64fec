"""What counts as ink: letters, not the rules, neighbours and plates around them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from picture.page import Line, Quad
from picture.redraw.fonts import FONTS_FOLDER, Fonts, prepare
from picture.redraw.frame import frame_line
from picture.redraw.ink import Ink, Kind, find_ink
from picture.redraw.typefaces import BOLD, SANS

FRAME: Quad = ((20, 30), (380, 30), (380, 90), (20, 90))


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    prepare(FONTS_FOLDER)
    return Fonts(FONTS_FOLDER)


def sheet(color: str = "white") -> Image.Image:
    return Image.new("RGB", (400, 120), color)


def write(picture: Image.Image, fonts: Fonts, color: str = "black", weight: int = 400) -> None:
    font = fonts.font(SANS, 36, weight)
    ImageDraw.Draw(picture).text((60, 75), "Balance due", color, font, "ls")


def look(picture: Image.Image) -> Ink | None:
    frame = frame_line(Line("Balance due", 1.0, FRAME), picture.size)
    assert frame is not None
    return find_ink(np.asarray(picture), frame, Kind())


def bounds(ink: Ink | None) -> tuple[float, float, float, float]:
    assert ink is not None
    return ink.left, ink.top, ink.right, ink.bottom


def test_an_empty_frame_has_no_ink() -> None:
    assert look(sheet()) is None
    assert look(sheet("#404850")) is None


def test_ink_has_its_colour_and_its_background(fonts: Fonts) -> None:
    picture = sheet("#102030")
    write(picture, fonts, "#f0d060")
    ink = look(picture)
    assert ink is not None
    assert np.abs(ink.color - (0xF0, 0xD0, 0x60)).max() < 8
    assert np.abs(ink.background - (0x10, 0x20, 0x30)).max() < 4


def test_rules_around_the_text_are_not_ink(fonts: Fonts) -> None:
    picture = sheet()
    write(picture, fonts)
    alone = bounds(look(picture))
    ImageDraw.Draw(picture).rectangle((26, 34, 374, 87), outline="black", width=2)
    assert np.abs(np.subtract(alone, bounds(look(picture)))).max() < 1.5


def test_a_neighbours_descender_is_not_ink(fonts: Fonts) -> None:
    picture = sheet()
    write(picture, fonts)
    alone = bounds(look(picture))
    ImageDraw.Draw(picture).rectangle((200, 20, 204, 34), fill="black")
    assert np.abs(np.subtract(alone, bounds(look(picture)))).max() < 1.5


def test_text_on_a_plate_is_told_from_the_plate(fonts: Fonts) -> None:
    picture = sheet()
    ImageDraw.Draw(picture).rectangle((28, 36, 372, 86), fill="black")
    write(picture, fonts, "white")
    ink = look(picture)
    assert ink is not None
    assert ink.color.min() > 200
    assert 55 - 20 < ink.left < 70 - 20


def test_bold_strokes_are_wider(fonts: Fonts) -> None:
    regular, bold = sheet(), sheet()
    write(regular, fonts)
    write(bold, fonts, weight=BOLD)
    thin, thick = look(regular), look(bold)
    assert thin is not None
    assert thick is not None
    assert 1.4 < thick.stroke / thin.stroke < 1.75


def test_faded_ink_is_traced(fonts: Fonts) -> None:
    picture = sheet()
    write(picture, fonts)
    draw = ImageDraw.Draw(picture)
    draw.text((290, 75), "faint", "#d8d8d8", fonts.font(SANS, 30), "ls")
    ink = look(picture)
    assert ink is not None
    assert not ink.mask[:, 280:].any()
    assert ink.trace[:, 280:].any()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_huge_line_is_seen_in_a_smaller_view_as_in_its_own_size(
    fonts: Fonts, quarters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = sheet("#f0ead8")
    write(picture, fonts, "#203060")
    large = np.asarray(picture.resize((1600, 480), Image.Resampling.BICUBIC))
    turned = np.ascontiguousarray(np.rot90(large, -quarters))
    height, width = turned.shape[:2]
    corners: Quad = ((0, 0), (width, 0), (width, height), (0, height))
    frame = frame_line(Line("Balance due", 1.0, corners), (width, height), quarters=quarters)
    assert frame is not None
    own = find_ink(turned, frame, Kind())
    monkeypatch.setattr("picture.redraw.ink._LARGEST", 100_000)
    small = find_ink(turned, frame, Kind())
    assert own is not None
    assert small is not None
    assert np.subtract(bounds(own), bounds(small)) == pytest.approx([0] * 4, abs=3)
    assert small.mask.shape == own.mask.shape
    assert ((small.mask > 0) == (own.mask > 0)).mean() > 0.98
    assert small.stroke == pytest.approx(own.stroke, rel=0.1)
    assert len(small.profile) == len(own.profile)
    assert small.profile.sum() == pytest.approx(own.profile.sum(), rel=0.05)
    assert small.runs.max() <= frame.width
