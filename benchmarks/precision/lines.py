"""Drawn lines of many kinds of text and looks, whose text is known."""

from __future__ import annotations

import functools
import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from babel import Locale
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from picture.redraw import CJK, FONTS_FOLDER, MONO, SANS, SERIF, Fonts

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

LATIN_FACES = (SANS, SERIF, MONO)
ACCENTED = ("de", "fr", "es", "pt", "it", "cs", "pl", "hu", "sv", "da", "fi", "tr", "ro", "hr")

# What is read fills about so much of a box that detection found.
PADDING = 0.18


@dataclass(frozen=True, slots=True)
class Look:
    """How a line looks: its size in pixels, colours, `blur` in pixels, noise, JPEG's quality."""

    sizes: tuple[int, int] = (22, 40)
    paper: Colour = (255, 255, 255)
    ink: Colour = (0, 0, 0)
    blur: float = 0.0
    noise: float = 0.0
    quality: int = 0
    degrees: float = 0.0


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as detection would cut it out (height x width x 3, BGR), and what it says."""

    kind: str
    text: str
    crop: Pixels


def draw(kind: str, count: int, seed: int) -> Iterator[DrawnLine]:
    """Yield so many lines of a kind, for a seed always the same ones."""
    chance = random.Random(f"{kind} {seed}")
    texts, look = KINDS[kind]
    for _ in range(count):
        text, face = chance.choice(texts)(chance)
        yield DrawnLine(kind, text, _wear(_write(text, face, look, chance), look, chance))


def _write(text: str, face: str, look: Look, chance: random.Random) -> Image.Image:
    size = chance.randint(*look.sizes)
    font = _fonts().font(face, size)
    left, top, right, bottom = font.getbbox(text)
    border = round(PADDING * size * chance.uniform(0.6, 1.4))
    width, height = round(right - left) + 2 * border, round(bottom - top) + 2 * border
    picture = Image.new("RGB", (width, height), look.paper)
    ImageDraw.Draw(picture).text((border - left, border - top), text, look.ink, font)
    return picture


def _wear(picture: Image.Image, look: Look, chance: random.Random) -> Pixels:
    """Return a picture as a camera or a poor printer would leave it."""
    if look.degrees:
        degrees = chance.uniform(-look.degrees, look.degrees)
        picture = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=look.paper)
    pixels = np.asarray(picture).astype(np.float32)
    if look.blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), look.blur * chance.uniform(0.6, 1.2)))
    if look.noise:
        grain = np.random.default_rng(chance.randrange(2**32)).normal(0, look.noise, pixels.shape)
        pixels = pixels + grain.astype(np.float32)
    worn = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if look.quality:
        file = io.BytesIO()
        worn.save(file, "JPEG", quality=look.quality)
        worn = Image.open(file).convert("RGB")
    return np.ascontiguousarray(np.asarray(worn)[:, :, ::-1])


Text = Callable[[random.Random], tuple[str, str]]
"""Something that writes a line, and names the typeface it is written in."""


def _english(chance: random.Random) -> tuple[str, str]:
    return _phrase("en", chance), chance.choice(LATIN_FACES)


def _capitals(chance: random.Random) -> tuple[str, str]:
    return _phrase("en", chance).upper(), chance.choice(LATIN_FACES)


def _accented(chance: random.Random) -> tuple[str, str]:
    return _phrase(chance.choice(ACCENTED), chance), chance.choice(LATIN_FACES)


def _chinese(chance: random.Random) -> tuple[str, str]:
    locale = chance.choice(("zh_Hans", "zh_Hans", "zh_Hant"))
    return _phrase(locale, chance, joint=""), CJK


def _japanese(chance: random.Random) -> tuple[str, str]:
    return _phrase("ja", chance, joint="・"), CJK


def _numbers(chance: random.Random) -> tuple[str, str]:
    def number(most: int) -> int:
        return chance.randrange(1, most)

    forms: tuple[Callable[[], str], ...] = (
        lambda: f"{number(100_000_000) / 100:,.2f}",
        lambda: f"{chance.choice('$€£¥')}{number(1_000_000) / 100:.2f}",
        lambda: f"{number(29):02}/{number(13):02}/{chance.randint(1990, 2030)}",
        lambda: f"{number(24):02}:{number(60):02}:{number(60):02}",
        lambda: f"+{number(100)} {number(10**8):08} ({number(100)}%)",
        lambda: f"No. {number(10**6)}-{number(10**4)}",
        lambda: f"{number(20)} x {number(10_000) / 100:.2f}",
    )
    words = [chance.choice(forms)() for _ in range(chance.randint(1, 3))]
    return "  ".join(words), chance.choice(LATIN_FACES)


def _phrase(locale: str, chance: random.Random, joint: str = " ") -> str:
    return joint.join(chance.choice(_names(locale)) for _ in range(chance.randint(1, 4)))


@functools.cache
def _names(locale: str) -> tuple[str, ...]:
    """Return what a language calls countries and languages: words that nobody owns."""
    known = Locale.parse(locale)
    names = {*known.territories.values(), *known.languages.values()}
    return tuple(sorted(name for name in names if len(name) < 24))


@functools.cache
def _fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


_LATIN: tuple[Text, ...] = (_english, _accented, _numbers)
_ANY: tuple[Text, ...] = (*_LATIN, _capitals, _chinese, _japanese)

KINDS: Mapping[str, tuple[tuple[Text, ...], Look]] = {
    "English": ((_english,), Look()),
    "capitals": ((_capitals,), Look()),
    "accented Latin": ((_accented,), Look()),
    "numbers": ((_numbers,), Look()),
    "Chinese": ((_chinese,), Look()),
    "Japanese": ((_japanese,), Look()),
    "small": (_ANY, Look(sizes=(11, 15))),
    "blurred": (_ANY, Look(blur=1.6)),
    "light on dark": (_ANY, Look(paper=(24, 32, 58), ink=(236, 232, 214))),
    "faint": (_ANY, Look(paper=(250, 248, 244), ink=(176, 172, 170))),
    "noise and JPEG": (_ANY, Look(paper=(222, 214, 200), ink=(66, 58, 60), noise=14, quality=40)),
    "turned a little": (_ANY, Look(degrees=2.0)),
}
