"""Drawn pages whose words' boxes are known."""

from __future__ import annotations

import functools
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.layout.pages import SIGNS, WORDS
from picture.page import Quad
from picture.redraw import CJK, FONTS_FOLDER, MONO, SANS, SERIF, Fonts, is_cjk

Pixels = NDArray[np.uint8]

SIDE, MARGIN = 1000, 80
"""Pixels of a page and of its margin."""
SIZES = (10, 12, 14, 16, 18, 21, 24, 28, 32, 36, 40)
FACES = (SANS, SERIF, MONO)
ACCENTED = ("Größe", "café", "señor", "naïve", "jusqu'à", "don't", "e-mail", "(2nd)")
ANGLES = (0.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a page looks: colours of paper and ink, `noise` in levels, JPEG's `quality`.

    `faded` is how much of its contrast the ink has lost at the right edge.
    """

    name: str
    paper: tuple[int, int, int]
    ink: tuple[int, int, int]
    noise: float = 0.0
    quality: int = 0
    faded: float = 0.0


LOOKS = (
    Look("black on white", (255, 255, 255), (0, 0, 0)),
    Look("faint", (255, 255, 255), (165, 165, 165)),
    Look("fading", (255, 255, 255), (30, 30, 30), faded=0.85),
    Look("light on dark", (38, 50, 84), (240, 235, 220)),
    Look("noise and JPEG", (226, 220, 206), (70, 60, 62), noise=9, quality=55),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """A word and the box of its ink, turned as the page is, in pixels."""

    text: str
    size: int
    box: Quad


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as a picture, and the words on it."""

    kind: str
    look: Look
    degrees: float
    picture: Image.Image
    truths: tuple[Truth, ...]


def draw(kind: str, look: Look, degrees: float, seed: int) -> Sheet:
    """Draw a page of a kind of text, turned counter-clockwise, always the same one."""
    chance = random.Random(f"{kind} {look.name} {degrees} {seed}")
    flat = Image.new("RGB", (SIDE, SIDE), look.paper)
    truths = _write(ImageDraw.Draw(flat), KINDS[kind], chance, look.ink)
    turn = np.asarray(cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), degrees, 1.0), np.float64)
    turned = [Truth(truth.text, truth.size, _turn(truth.box, turn)) for truth in truths]
    pixels = np.asarray(flat)
    if degrees:
        pixels = cv2.warpAffine(
            pixels, turn, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderValue=look.paper
        ).astype(np.uint8)
    picture = _wear(pixels, look, chance.randrange(2**32))
    return Sheet(kind, look, degrees, picture, tuple(turned))


def _write(
    pen: ImageDraw.ImageDraw,
    phrase: Callable[[random.Random], list[str]],
    chance: random.Random,
    ink: tuple[int, int, int],
) -> list[Truth]:
    """Write lines of all sizes down a page and return their words."""
    truths: list[Truth] = []
    # A turned page leaves its corners.
    top = MARGIN + 40
    for size in chance.sample(SIZES, len(SIZES)) * 2:
        base = top + round(1.1 * size)
        if base > SIDE - MARGIN - 60:
            break
        face = chance.choice(FACES)
        truths += _write_line(pen, phrase(chance), (face, size), base, ink)
        top = base + round(chance.uniform(0.5, 1.0) * size) + 4
    return truths


def _write_line(
    pen: ImageDraw.ImageDraw,
    words: list[str],
    type_: tuple[str, int],
    base: int,
    ink: tuple[int, int, int],
) -> list[Truth]:
    """Write words from the margin on as far as the line reaches; a "" stands for no space."""
    (face, size), x, truths = type_, float(MARGIN + 60), []
    space = _font(face, size).getlength(" ")
    for number, word in enumerate(words):
        if not word:
            continue
        font = _font(CJK if any(map(is_cjk, word)) else face, size)
        place = round(x)
        left, top, right, bottom = _ink(word, font)
        if place + right > SIDE - MARGIN - 60:
            break
        pen.text((place, base), word, ink, font, anchor="ls")
        truths.append(
            Truth(word, size, _box(place + left, base + top, place + right, base + bottom))
        )
        x += font.getlength(word) + (0 if words[number + 1 : number + 2] == [""] else space)
    return truths


def _ink(word: str, font: ImageFont.FreeTypeFont) -> tuple[int, int, int, int]:
    """Return the box of a word's ink from where its base line begins."""
    # What a font says of itself holds the letters' advance too.
    room = 4 * round(font.size)
    canvas = Image.new("L", (room + round(font.getlength(word)), 2 * room))
    ImageDraw.Draw(canvas).text((room // 2, room), word, 255, font, anchor="ls")
    left, top, right, bottom = canvas.getbbox() or (room // 2, room, room // 2, room)
    return left - room // 2, top - room, right - room // 2, bottom - room


@functools.cache
def _fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return _fonts().font(face, size)


def _box(left: float, top: float, right: float, bottom: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _turn(box: Quad, turn: NDArray[np.float64]) -> Quad:
    a, b, c, d = (
        (float(x), float(y)) for x, y in cv2.transform(np.array([box], np.float64), turn)[0]
    )
    return a, b, c, d


def _wear(pixels: Pixels, look: Look, seed: int) -> Image.Image:
    """Return a picture as a camera would have it."""
    if look.faded:
        left = np.linspace(1.0, 1 - look.faded, SIDE)[None, :, None]
        pixels = (np.array(look.paper) * (1 - left) + pixels * left).astype(np.uint8)
    if look.noise:
        blurred = cv2.GaussianBlur(pixels, (0, 0), 0.7).astype(np.float64)
        light = np.linspace(0.82, 1.0, SIDE)[:, None, None]
        grain = np.random.default_rng(seed).normal(0, look.noise, pixels.shape)
        pixels = np.clip(blurred * light + grain, 0, 255).astype(np.uint8)
    picture = Image.fromarray(pixels)
    if not look.quality:
        return picture
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=look.quality)
    return Image.open(kept).convert("RGB")


def _latin(chance: random.Random) -> list[str]:
    words = [chance.choice(WORDS) for _ in range(24)]
    for place in chance.sample(range(24), 8):
        words[place] = chance.choice((*ACCENTED, words[place].title(), words[place] + ","))
    return words


def _numbers(chance: random.Random) -> list[str]:
    makers: tuple[Callable[[], str], ...] = (
        lambda: f"{chance.uniform(1, 2000):.2f}",
        lambda: f"{chance.randrange(1990, 2030)}-{chance.randrange(1, 13):02}",
        lambda: str(chance.randrange(10)),
        lambda: f"{chance.randrange(24)}:{chance.randrange(60):02}",
        lambda: f"{chance.randrange(100)}%",
        lambda: f"{chance.randrange(10**6, 10**9)}",
        lambda: f"${chance.randrange(1, 999)},{chance.randrange(100, 999)}",
    )
    return [chance.choice(makers)() for _ in range(30)]


def _chinese(chance: random.Random) -> list[str]:
    return [part for _ in range(60) for part in (chance.choice(SIGNS), "")][:-1]


def _mixed(chance: random.Random) -> list[str]:
    words: list[str] = []
    for _ in range(8):
        words += [chance.choice(WORDS), chance.choice(SIGNS), "", chance.choice(SIGNS)]
        words += _numbers(chance)[:2]
    return words


KINDS: dict[str, Callable[[random.Random], list[str]]] = {
    "Latin": _latin,
    "numbers": _numbers,
    "Chinese": _chinese,
    "mixed": _mixed,
}
