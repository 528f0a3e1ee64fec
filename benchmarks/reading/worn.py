"""Pages of lines that are hard to read, from a little worn to past reading."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.reading.pictures import SCRIPTS, Sheet, page
from benchmarks.reading.texts import paragraphs
from benchmarks.redraw import faces
from benchmarks.redraw.faces import Typeface
from picture.redraw import BOLD, FONTS_FOLDER, REGULAR, Fonts

Pixels = NDArray[np.float32]
Write = Callable[[random.Random], str]
Wear = Callable[[Pixels, random.Random], Pixels]

# Lines of a page, words of a line, and the letters' heights in pixels where no kind says.
_LINES = 9
_WORDS = (2, 6)
_SIZES = (18, 30)
_SCRIPT_SIZES = (17, 21)

_LATIN_CODES = ("eng", "deu_1996", "fra", "spa", "por_PT", "ita", "pol", "ces")
_LATIN = (faces.TIMES, faces.ARIAL, faces.COURIER, faces.INTER, faces.JETBRAINS)
_HAN_CODES = ("cmn_hans", "cmn_hant", "jpn")
_CODE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How pages of a kind are written, in which faces and sizes, and worn."""

    write: Write
    faces: Sequence[Typeface] = _LATIN
    sizes: tuple[int, int] = _SIZES
    wear: Wear = lambda pixels, _: pixels
    weights: Sequence[int] = (REGULAR, BOLD)


def sheets(count: int) -> Iterator[Sheet]:
    """Yield so many pages of every kind, each time the same ones."""
    faces.prepare()
    for name, kind in _KINDS.items():
        for seed in range(count):
            yield _sheet(name, kind, seed)
    for code, face in SCRIPTS.items():
        for size in _SCRIPT_SIZES:
            yield _foreign(code, face, size)
    for code, face in _UNKNOWN.items():
        yield _unknown(code, face)


def _sheet(name: str, kind: _Kind, seed: int) -> Sheet:
    chance = random.Random(f"{name} {seed}")
    lines = [kind.write(chance) for _ in range(_LINES)]
    face, weight = chance.choice(kind.faces), chance.choice(kind.weights)
    font = faces.font_of(face, chance.randint(*kind.sizes), weight, italic=chance.random() < 0.2)
    worn = kind.wear(np.asarray(_sheet_of(lines, font), np.float32), chance)
    return Sheet(name, f"{name} {seed}", _picture(worn), "\n".join(lines))


def _foreign(code: str, face: str, size: int) -> Sheet:
    """Draw a page in another script, a little out of focus."""
    picture, text = page(code, face, size, rows=_LINES, width=22 * size, start=size)
    chance = random.Random(f"{code} {size}")
    worn = _blurred(0.4, 1.6)(np.asarray(picture, np.float32), chance)
    return Sheet(f"{code}, blurred", f"{code} {size}", _picture(worn), text)


def _unknown(code: str, face: str) -> Sheet:
    """Draw a page in a script that nobody here reads: whatever is read of it is wrong."""
    font = Fonts(FONTS_FOLDER).font(face, 24)
    lines = [text[:40] for text in paragraphs(code)[3 : 3 + _LINES]]
    return Sheet("unknown script", code, _sheet_of(lines, font), "\n".join(lines))


def _sheet_of(lines: Sequence[str], font: ImageFont.FreeTypeFont) -> Image.Image:
    width = max(round(font.getlength(line)) for line in lines)
    pitch = 1.8 * font.size
    sheet = Image.new("RGB", (width + 60, round(pitch * len(lines)) + 60), "white")
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        pen.text((30, 30 + pitch * row), line, (20, 20, 20), font)
    return sheet


def _picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _prose(chance: random.Random) -> str:
    """Take some words in a row out of the declaration."""
    words = chance.choice(paragraphs(chance.choice(_LATIN_CODES))).split()
    count = chance.randint(*_WORDS)
    start = chance.randrange(max(1, len(words) - count))
    return " ".join(words[start : start + count])


def _han(chance: random.Random) -> str:
    text = chance.choice(paragraphs(chance.choice(_HAN_CODES))).replace(" ", "")
    count = chance.randint(6, 18)
    start = chance.randrange(max(1, len(text) - count))
    return text[start : start + count]


def _codes(chance: random.Random) -> str:
    """Write numbers, prices and codes, which no word nearby explains."""

    def code() -> str:
        if chance.random() < 0.5:
            return f"{chance.randrange(1, 10**6) / 100:.2f}"
        return "".join(chance.choice(_CODE_LETTERS) for _ in range(chance.randint(3, 9)))

    return " ".join(code() for _ in range(chance.randint(*_WORDS)))


def _any(chance: random.Random) -> str:
    return chance.choice((_prose, _prose, _codes))(chance)


def _blurred(least: float, most: float) -> Wear:
    def wear(pixels: Pixels, chance: random.Random) -> Pixels:
        blurred = cv2.GaussianBlur(pixels, (0, 0), chance.uniform(least, most))
        return np.asarray(blurred, np.float32)

    return wear


def _shaken(pixels: Pixels, chance: random.Random) -> Pixels:
    """Smear a page along a line, as a camera that moves does."""
    length = chance.randint(4, 11)
    kernel = np.zeros((length, length), np.float32)
    end = chance.choice(((length - 1, length // 2), (length - 1, length - 1), (length // 2, 0)))
    cv2.line(kernel, (length - 1 - end[0], length - 1 - end[1]), end, (1.0,))
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.float32)


def _grainy(pixels: Pixels, chance: random.Random) -> Pixels:
    """Pale letters in the noise of a poor camera."""
    pale = 255 - (255 - pixels) * chance.uniform(0.2, 0.6)
    return pale - 20 + _noise(chance, pixels.shape, chance.uniform(10, 45))


def _squeezed(pixels: Pixels, chance: random.Random) -> Pixels:
    """Save a page as a JPEG of the lowest quality."""
    file = io.BytesIO()
    _picture(pixels).save(file, "JPEG", quality=chance.randint(2, 14))
    return np.asarray(Image.open(file).convert("RGB"), np.float32)


def _enlarged(pixels: Pixels, chance: random.Random) -> Pixels:
    """Scale a page down to a thumbnail, and up again."""
    height, width = pixels.shape[:2]
    scale = chance.uniform(0.25, 0.5)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _specked(pixels: Pixels, chance: random.Random) -> Pixels:
    """Black or white alone, with specks, as a fax or a copy of a copy."""
    noisy = pixels + _noise(chance, pixels.shape[:2], chance.uniform(40, 90))[:, :, None]
    return np.asarray(np.where(noisy > chance.uniform(110, 170), 255, 0), np.float32)


def _noise(chance: random.Random, shape: tuple[int, ...], spread: float) -> Pixels:
    grain = np.random.default_rng(chance.randrange(2**32)).normal(0, spread, shape)
    return grain.astype(np.float32)


_KINDS: Mapping[str, _Kind] = {
    "clean lines": _Kind(_any),
    "odd faces": _Kind(_any, (faces.COMIC, faces.SOURCE, faces.JETBRAINS), weights=(300, 900)),
    "8 px": _Kind(_any, sizes=(7, 9)),
    "heavy blur": _Kind(_any, wear=_blurred(2.0, 4.5)),
    "shaken": _Kind(_any, wear=_shaken),
    "grain": _Kind(_any, wear=_grainy),
    "low JPEG": _Kind(_any, sizes=(12, 22), wear=_squeezed),
    "thumbnails": _Kind(_any, wear=_enlarged),
    "specks": _Kind(_any, wear=_specked),
    "Han, blurred": _Kind(_han, (faces.MINCHO, faces.SONG, faces.GOTHIC), wear=_blurred(1.5, 4.0)),
    "Han, small": _Kind(_han, (faces.MINCHO, faces.SONG, faces.GOTHIC), sizes=(8, 12)),
}
_UNKNOWN = {
    "amh": "NotoSansEthiopic", "khm": "NotoSansKhmer", "lao": "NotoSansLao",
    "mya": "NotoSansMyanmar", "sin": "NotoSansSinhala", "guj": "NotoSansGujarati",
    "pan": "NotoSansGurmukhi", "kan": "NotoSansKannada", "mal": "NotoSansMalayalam",
}  # fmt: skip
