"""Words set in glyphs on a canvas."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import zip_longest
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageDraw

from picture.redraw.arrays import Floats, Mask
from picture.redraw.extent import (
    BELOW_MIDDLE,
    Design,
    Face,
    advance,
    count_gaps,
    font_of,
    text_length,
)
from picture.redraw.fonts import LETTERS, Fonts, is_cjk
from picture.redraw.runs import Run
from picture.redraw.typefaces import HAN

Canvas = ImageDraw.ImageDraw

# Letters up to this size, in pixels, are kept as they were drawn, set to this part of a pixel.
_STAMPED = 48
_FINE = 4

# So many are kept large as well, for other parts of a pixel to begin in.
_LARGE = 1024

# Letters of strokes thinner than a pixel are made darker by no more than this.
_MOST_GAIN = 1.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A word in place: its face, its origin, the room between its letters, its stretch sideways.

    `color` is its own where that is not its line's, `ground` that of its plate, if it
    stands on one. It `goes_on` where it is a part of the
    word before it that the picture sets apart.
    """

    word: tuple[Run, ...]
    face: Face
    x: float
    tracking: float
    stretch: float
    color: Floats | None = None
    goes_on: bool = False
    ground: Floats | None = None


def new_canvas(width: int, height: int) -> Canvas:
    """Return a black canvas to draw white text on."""
    return ImageDraw.Draw(Image.new("L", (width, height)))


def picture_of(canvas: Canvas) -> Mask:
    """Return what is drawn on a canvas, 0 to 255."""
    return np.asarray(canvas._image, np.uint8)


def draw_piece(canvas: Canvas, piece: Piece, baseline: float, fonts: Fonts) -> None:
    """Draw a word in white on `canvas`."""
    if piece.face.size > _STAMPED:
        _draw_large(canvas, piece, baseline, fonts)
        return
    # Each stretch is a letter to draw: steps of a fiftieth are near enough.
    size, stretch = round(piece.face.size, 2), round(piece.stretch * 50) / 50
    x, y = piece.x, round(baseline * _FINE)
    for run in piece.word:
        for part, step in _steps(run, piece, fonts):
            # At a quarter of a pixel.
            start = round(x * _FINE)
            at = start % _FINE, y % _FINE
            drawn = _drawn_finely((part, run.face), size, piece.face.design, stretch, at, fonts)
            glyph, left, top = drawn
            canvas.bitmap((start // _FINE + left, y // _FINE + top), glyph, 255)
            x += step


def _steps(run: Run, piece: Piece, fonts: Fonts) -> Iterator[tuple[str, float]]:
    """Yield the parts of a run and how far each moves on: set apart, they stay kerned."""
    face, parts = piece.face, run.clusters
    for part, following in zip_longest(parts, parts[1:], fillvalue=""):
        pair = text_length(run.face, part + following, face, fonts)
        own = text_length(run.face, following, face, fonts) if following else 0.0
        yield part, piece.stretch * face.size * (pair - own) + piece.tracking


@lru_cache(LETTERS)
def _drawn_finely(
    part: tuple[str, str],
    size: float,
    design: Design,
    stretch: float,
    at: tuple[int, int],
    fonts: Fonts,
) -> tuple[Image.Image, int, int]:
    """Return a picture of letters of a face, and where it lies from the pixel they begin in.

    They begin `at` so many parts of that pixel. A font puts letters on whole pixels, which
    leaves uneven gaps between small ones: they are drawn large and made small again.
    """
    drawn, offset = _drawn_large(Run(*part), Face(_FINE * size, *design), fonts)
    start, above = offset[0] + at[0] / stretch, offset[1] + at[1]
    left, top = math.floor(start * stretch / _FINE) - 1, math.floor(above / _FINE)
    # A pixel of room at either side, and one for what the way from whole pixels adds.
    width = math.ceil(stretch * drawn.width / _FINE) + 3
    height = -(-drawn.height // _FINE) + 1
    large = Image.new("L", (math.ceil(_FINE * width / stretch), _FINE * height))
    large.paste(drawn, (round(start - _FINE * left / stretch), above - _FINE * top))
    whole = (0.0, 0.0, _FINE * width / stretch, float(_FINE * height))
    small = large.resize((width, height), Image.Resampling.BOX, whole)
    box = small.getbbox() or (0, 0, 1, 1)
    return _inked(small.crop(box)), box[0] + left, box[1] + top


def _drawn_large(part: Run, face: Face, fonts: Fonts) -> tuple[Image.Image, tuple[int, int]]:
    """Return letters as their font draws them, and where they lie from their origin."""
    # Other letters than these are too many to come again, and to be kept.
    draw = _draw_once if part.text.isascii() else _draw_once.__wrapped__
    return draw(part, face, fonts)


@lru_cache(_LARGE)
def _draw_once(part: Run, face: Face, fonts: Fonts) -> tuple[Image.Image, tuple[int, int]]:
    font = font_of(part, face, fonts)
    left, top, right, bottom = map(int, font.getbbox(part.text, anchor="ls"))
    canvas = new_canvas(right - left + 2, bottom - top + 2)
    canvas.text((1 - left, 1 - top), part.text, 255, font, "ls")
    return canvas._image, (left - 1, top - 1)


def _inked(glyph: Image.Image) -> Image.Image:
    """Return a small letter made so dark that somewhere its ink is full.

    Strokes of little more than a pixel seldom lie on whole ones, and would all be paler
    than the ink that they are of.
    """
    most = cast(tuple[int, int], glyph.getextrema())[1]
    return glyph.point(_darker(most)) if most < 255 else glyph


@cache
def _darker(most: int) -> list[int]:
    """Return what the shares of ink of a letter become that is `most` at its darkest."""
    gain = min(_MOST_GAIN, 255 / max(1, most))
    return [min(255, round(gain * share)) for share in range(256)]


def _draw_large(canvas: Canvas, piece: Piece, baseline: float, fonts: Fonts) -> None:
    """Draw a word of letters for which whole pixels are fine enough."""
    if abs(piece.stretch - 1) > 0.02:
        _draw_stretched(canvas, piece, baseline, fonts)
        return
    x, face = piece.x, piece.face
    for run in piece.word:
        font = font_of(run, face, fonts)
        if abs(piece.tracking) <= 0.01:
            canvas.text((x, baseline), run.drawn, 255, font, "ls")
            x += face.size * text_length(run.face, run.drawn, face, fonts)
            continue
        for part, step in _steps(run, piece, fonts):
            canvas.text((x, baseline), part, 255, font, "ls")
            x += step


def _draw_stretched(canvas: Canvas, piece: Piece, baseline: float, fonts: Fonts) -> None:
    """Draw a word twice as large, then bring it to its height and its stretched width."""
    face = piece.face
    large = replace(face, size=2 * face.size)
    tracking = 2 * piece.tracking / piece.stretch
    width = advance(piece.word, large, fonts) + tracking * count_gaps(piece.word)
    margin = math.ceil(face.size)
    own = new_canvas(math.ceil(width) + 4 * margin, 6 * margin)
    draw_piece(own, Piece(piece.word, large, 2 * margin, tracking, 1), 4 * margin, fonts)
    left, top = math.floor(piece.x), math.floor(baseline)
    half = piece.stretch / 2
    shift = (piece.x - left + margin - 2 * margin * half, baseline - top)
    matrix = np.array([[half, 0, shift[0] + half / 2 - 0.5], [0, 0.5, shift[1] - 0.25]])
    # A blur over four pixels first keeps thin strokes from falling through.
    pixels = cv2.blur(picture_of(own), (2, 2))
    size = (math.ceil(width * half) + 2 * margin, 3 * margin)
    drawn = Image.fromarray(cv2.warpAffine(pixels, matrix, size))
    canvas.bitmap((left - margin, top - 2 * margin), drawn, 255)


def draw_column(
    canvas: Canvas,
    runs: Sequence[Run],
    column: tuple[float, float, float],
    face: Face,
    fonts: Fonts,
) -> None:
    """Draw letters from the top of `canvas` down, each upright in its square.

    `column` is the middle of the column, the middle of its first square and the
    way from one square to the next.
    """
    middle, first, pitch = column
    features = ["vert"] if fonts.shapes else None
    for index, run in enumerate(runs):
        font = font_of(run, face, fonts)
        y = first + index * pitch
        if run.face in HAN and is_cjk(run.text[0]):
            x, y = middle - font.getlength(run.text) / 2, y + BELOW_MIDDLE * face.size
            canvas.text((x, y), run.text, 255, font, "ls", features=features)
        else:
            left, top, right, bottom = font.getbbox(run.text, anchor="ls")
            x, y = middle - (left + right) / 2, y - (top + bottom) / 2
            canvas.text((x, y), run.text, 255, font, "ls")
