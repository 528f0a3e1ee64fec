"""The pages to redraw: pictures from folders, and drawn ones whose truth is known."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from picture.page import Line, Page, Quad
from picture.redraw import BOLD, CJK, MONO, REGULAR, SANS, SERIF, Fonts

WORDS = (
    "invoice total cash change receipt number date thank you please come again table".split()  # noqa: SIM905
)
HAN = "合计金额收据日期编号谢谢光临现金找零商品数量单价电话地址"

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sample:
    """A picture, what is truly written on it where that is known, and in which colour."""

    name: str
    picture: Image.Image
    truth: tuple[Line, ...] = ()
    colors: tuple[tuple[int, int, int], ...] = ()
    drawn: bool = False


@dataclass
class _Sheet:
    picture: Image.Image
    lines: list[Line] = field(default_factory=list)
    colors: list[tuple[int, int, int]] = field(default_factory=list)


def samples(folders: list[Path], fonts: Fonts, most: int) -> Iterator[Sample]:
    """Yield at most `most` pictures of each folder, then the drawn pages."""
    for folder in folders:
        paths = [path for path in sorted(folder.iterdir()) if path.suffix in (".jpg", ".png")]
        for path in paths[:most]:
            yield Sample(
                path.stem, open_picture(path), tuple(_read_truth(path.with_suffix(".csv")))
            )
    for seed in range(6):
        yield draw_page(seed, fonts)


def open_picture(path: Path) -> Image.Image:
    """Return an upright RGB picture, what is transparent on white."""
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB")


def _read_truth(path: Path) -> Iterator[Line]:
    """Yield the lines of a file with x1,y1,...,x4,y4,text in each row."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.reader(file, quoting=csv.QUOTE_NONE):
            if len(row) > 8:
                x, y = [float(v) for v in row[0:8:2]], [float(v) for v in row[1:8:2]]
                quad: Quad = ((x[0], y[0]), (x[1], y[1]), (x[2], y[2]), (x[3], y[3]))
                yield Line(",".join(row[8:]), 1.0, quad)


def draw_page(seed: int, fonts: Fonts) -> Sample:
    """Draw a page of lines in several fonts, sizes, weights and colours on some ground."""
    chance = random.Random(seed)
    ground = chance.choice([(255, 255, 255), (24, 28, 36), (236, 226, 204), (40, 80, 160)])
    sheet = _Sheet(_ground(chance, ground))
    light = sum(ground) < 360
    body, face = chance.randint(20, 34), chance.choice([SANS, SERIF, MONO, CJK])
    y = 60.0
    while y < 1100:
        size = body if chance.random() < 0.8 else round(body * 1.7)
        color = _ink(chance, light=light)
        font = fonts.font(face, size, BOLD if chance.random() < 0.2 else REGULAR)
        _write(sheet, chance, font, (chance.randint(30, 120), round(y + size)), color)
        y += size * chance.uniform(1.5, 2.2)
    return Sample(f"drawn-{seed}", sheet.picture, tuple(sheet.lines), tuple(sheet.colors), True)


def _text(chance: random.Random, *, han: bool) -> str:
    if han:
        return "".join(chance.choice(HAN) for _ in range(chance.randint(3, 14)))
    words = [chance.choice(WORDS) for _ in range(chance.randint(1, 4))]
    words.append(f"{chance.uniform(1, 900):.2f}")
    return chance.choice([str.title, str.upper, str.lower])(" ".join(words))


def _ground(chance: random.Random, color: tuple[int, int, int]) -> Image.Image:
    pixels = np.full((1200, 900, 3), color, np.float64)
    kind = chance.choice(["flat", "gradient", "noise"])
    if kind == "gradient":
        pixels += np.linspace(-24, 24, 900)[None, :, None]
    if kind == "noise":
        pixels += np.random.default_rng(chance.randint(0, 99)).normal(0, 5, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _ink(chance: random.Random, *, light: bool) -> tuple[int, int, int]:
    low, high = (190, 255) if light else (0, 90)
    return (chance.randint(low, high), chance.randint(low, high), chance.randint(low, high))


def _write(
    sheet: _Sheet,
    chance: random.Random,
    font: ImageFont.FreeTypeFont,
    at: tuple[int, int],
    color: tuple[int, int, int],
) -> None:
    text = _text(chance, han="CJK" in str(font.path))
    ImageDraw.Draw(sheet.picture).text(at, text, color, font, "ls")
    glyphs, offset = font.getmask2(text, "L", anchor="ls")
    bounds = glyphs.getbbox()
    left, top = at[0] + offset[0] + bounds[0], at[1] + offset[1] + bounds[1]
    right, bottom = at[0] + offset[0] + bounds[2], at[1] + offset[1] + bounds[3]
    quad: Quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    sheet.lines.append(Line(text, 1.0, quad))
    sheet.colors.append(color)


def loosened(page_size: tuple[int, int], lines: tuple[Line, ...]) -> Page:
    """Return a page with these lines in boxes as loose as a detector's."""
    loose = []
    for line in lines:
        (left, top), (right, bottom) = line.box[0], line.box[2]
        margin = 0.22 * (bottom - top)
        left, top, right, bottom = left - margin, top - margin, right + margin, bottom + margin
        quad: Quad = ((left, top), (right, top), (right, bottom), (left, bottom))
        loose.append(Line(line.text, line.score, quad))
    return Page(*page_size, tuple(loose))
