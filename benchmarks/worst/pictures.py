"""Pictures within the service's limits that cost as much as they can."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from picture.redraw import FONTS_FOLDER

WORDS = "the quick brown fox jumps over the lazy dog and reads on to the end of its line ".split()  # noqa: SIM905


@dataclass(frozen=True)
class Sample:
    """A picture as a file, and what is asked for."""

    name: str
    data: bytes
    path: str = "/img_txt"
    fields: tuple[tuple[str, str], ...] = ()


def samples(chosen: list[str]) -> Iterator[Sample]:
    """Yield every kind of picture, or those whose names begin with a chosen word."""
    for name, (draw, options) in KINDS.items():
        if not chosen or any(name.startswith(word) for word in chosen):
            yield Sample(name, draw(), **options)


def to_bytes(image: Image.Image, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **({"compress_level": 1} if form == "PNG" else {"quality": 60}))
    return buffer.getvalue()


def type_of(size: int, width: int, height: int, mode: str = "L") -> Callable[[], bytes]:
    """Return what draws a page full of type of one size, in pixels.

    Lines closer together are not told apart, and cost nothing.
    """

    def draw() -> bytes:
        page = Image.new("L", (width, height), 255)
        pen, chance = ImageDraw.Draw(page), random.Random(size)
        font = ImageFont.truetype(str(FONTS_FOLDER / "NotoSansMono.ttf"), size)
        letters = round((width - 40) / font.getlength("n"))
        for top in range(4, height - 2 * size, round(1.75 * size)):
            line = " ".join(chance.choices(WORDS, k=letters // 3))[:letters]
            pen.text((20, top), line, 0, font)
        return to_bytes(page.convert(mode))

    return draw


def noise(width: int, height: int, blocks: int = 1) -> Callable[[], bytes]:
    """Return what draws noise, in squares of so many pixels."""

    def draw() -> bytes:
        shape = (height // blocks, width // blocks)
        grey = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        page = Image.fromarray(grey).resize((width, height), Image.Resampling.NEAREST)
        return to_bytes(page, "JPEG")

    return draw


def boxes(width: int, height: int, step: int) -> Callable[[], bytes]:
    """Return what draws single letters far enough apart that each has a box of its own."""

    def draw() -> bytes:
        page = Image.new("L", (width, height), 255)
        pen, chance = ImageDraw.Draw(page), random.Random(0)
        for top in range(4, height - step, step):
            for left in range(4, width - step, step):
                pen.text((left, top), chance.choice("ABEHKMRSX8"), 0, font_size=step // 2)
        return to_bytes(page)

    return draw


def huge_letters(side: int, textured: bool) -> Callable[[], bytes]:
    """Return what draws a few letters as tall as the page, on noise or plain paper."""

    def draw() -> bytes:
        chance = np.random.default_rng(0)
        paper = chance.integers(120, 256, (side // 4, side // 4, 3), np.uint8)
        page = Image.fromarray(paper if textured else paper * 0 + 255).resize((side, side))
        pen = ImageDraw.Draw(page)
        for row in range(4):
            pen.text((20, row * side // 4), "WMBQ88", (10, 10, 10), font_size=side // 4)
        return to_bytes(page, "JPEG")

    return draw


def plain(width: int, height: int, mode: str, form: str = "PNG") -> Callable[[], bytes]:
    """Return what draws a page in a mode with one word on it."""

    def draw() -> bytes:
        page = Image.new("RGBA", (width, height), (250, 250, 250, 200))
        ImageDraw.Draw(page).text((200, 200), "Much paper", (0, 0, 0, 255), font_size=120)
        return to_bytes(page.convert(mode), form)

    return draw


ORIGINAL = {"path": "/img_img", "fields": (("white_background", "false"),)}
WHITE = {"path": "/img_img"}

KINDS: dict[str, tuple[Callable[[], bytes], dict[str, Any]]] = {
    **{
        f"type {size} px, 12 Mpx": (type_of(size, 3400, 3500), {})
        for size in (6, 8, 10, 14, 20, 40)
    },
    "type 14 px, 50 Mpx": (type_of(14, 7000, 7100), {}),
    "type 28 px, 50 Mpx": (type_of(28, 7000, 7100), {}),
    "long lines 19000 x 2400": (type_of(40, 19000, 2400), {}),
    "tall 2400 x 19000": (type_of(40, 2400, 19000), {}),
    "noise 20 Mpx": (noise(4500, 4500), {}),
    "noise in blocks of 8": (noise(6400, 6400, 8), {}),
    "thousands of boxes": (boxes(4000, 4000, 40), {}),
    "thousands of boxes, redrawn": (boxes(4000, 4000, 40), ORIGINAL),
    "huge letters on noise, redrawn": (huge_letters(4000, True), ORIGINAL),
    "huge letters on paper, redrawn": (huge_letters(7000, False), ORIGINAL),
    "50 Mpx RGBA PNG": (plain(7000, 7100, "RGBA"), {}),
    "50 Mpx RGBA PNG, redrawn": (plain(7000, 7100, "RGBA"), WHITE),
    "48 Mpx JPEG, redrawn": (plain(8000, 6000, "RGB", "JPEG"), ORIGINAL),
    "50 Mpx palette PNG, redrawn": (plain(7000, 7100, "P"), ORIGINAL),
    "50 Mpx CMYK JPEG, redrawn": (plain(7000, 7100, "CMYK", "JPEG"), ORIGINAL),
}
