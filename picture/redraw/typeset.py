"""Words set in glyphs on a canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import zip_longest

import cv2
import numpy as np
from PIL import Image, ImageDraw

from picture.redraw.arrays import Floats, Mask
from picture.redraw.extent import Face, advance, count_gaps, font_of, text_length
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.runs import Run, split_runs
from picture.redraw.typefaces import CJK

Canvas = ImageDraw.ImageDraw

# Letters up to this size, in pixels, are kept as they were drawn.
_STAMPED = 48


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
    if abs(piece.stretch - 1) > 0.02:
        _draw_stretched(canvas, piece, baseline, fonts)
        return
    x, face = piece.x, piece.face
    for run in piece.word:
        if abs(piece.tracking) <= 0.01:
            canvas.text((x, baseline), run.drawn, 255, font_of(run, face, fonts), "ls")
            x += face.size * text_length(run.face, run.drawn, face, fonts)
            continue
        for part, following in zip_longest(run.clusters, run.clusters[1:], fillvalue=""):
            _stamp(canvas, run.face, part, (x, baseline), face, fonts)
            # Letters set apart stay kerned.
            pair = text_length(run.face, part + following, face, fonts)
            own = text_length(run.face, following, face, fonts) if following else 0.0
            x += face.size * (pair - own) + piece.tracking


def _stamp(
    canvas: Canvas, name: str, part: str, at: tuple[float, float], face: Face, fonts: Fonts
) -> None:
    """Draw a part of a word at a quarter of a pixel, from memory where it is small."""
    font = fonts.font(name, face.size, face.weight, face.width, face.language)
    if face.size > _STAMPED:
        canvas.text(at, part, 255, font, "ls")
        return
    x, y = round(at[0] * 4), round(at[1] * 4)

    def compute() -> tuple[Image.Image, int, int]:
        side = math.ceil(face.size)
        own = new_canvas(math.ceil(font.getlength(part)) + 2 * side, 3 * side)
        own.text((side + x % 4 / 4, 2 * side + y % 4 / 4), part, 255, font, "ls")
        box = own._image.getbbox() or (0, 0, 1, 1)
        return own._image.crop(box), box[0] - side, box[1] - 2 * side

    key = ("glyph", name, part, round(face.size, 2), *face.design, x % 4, y % 4)
    glyph, left, top = fonts.once(key, compute)
    canvas.bitmap((x // 4 + left, y // 4 + top), glyph, 255)


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
    canvas: Canvas, text: str, column: tuple[float, float, float], face: Face, fonts: Fonts
) -> None:
    """Draw `text` from the top of `canvas` down, each character upright in its square.

    `column` is the middle of the column, the middle of its first square and the
    way from one square to the next.
    """
    middle, first, pitch = column
    features = ["vert"] if fonts.shapes else None
    for index, run in enumerate(
        run for character in text for run in split_runs(character, fonts, CJK, CJK)
    ):
        font = font_of(run, face, fonts)
        y = first + index * pitch
        if run.face == CJK and is_cjk(run.text[0]):
            # The square of a CJK glyph reaches from .88 em above the baseline to .12 below.
            x, y = middle - font.getlength(run.text) / 2, y + 0.38 * face.size
            canvas.text((x, y), run.text, 255, font, "ls", features=features)
        else:
            left, top, right, bottom = font.getbbox(run.text, anchor="ls")
            x, y = middle - (left + right) / 2, y - (top + bottom) / 2
            canvas.text((x, y), run.text, 255, font, "ls")
