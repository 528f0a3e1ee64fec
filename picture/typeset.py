"""Set a line of text in glyphs: which fonts, how wide, where each word stands."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.fonts import CJK, MONO, REPLACEMENT, SANS, SERIF, Fonts, is_cjk
from picture.frame import Mask

Canvas = ImageDraw.ImageDraw

# Text is measured at this size, so that whole pixels are fine enough.
_REFERENCE = 128

# Letters up to this size, in pixels, are kept as they were drawn.
_STAMPED = 48

# The narrowest the Latin fonts go by design, in percent.
_NARROWEST = 62.5

# Into how many widths the way there is cut: each is a font to open.
_WIDTHS = 6

# Faces whose letters stand alone: they may be set apart without breaking a word.
_SEPARABLE = {SANS, SERIF, MONO, CJK}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in a row that one typeface draws."""

    text: str
    face: str

    @property
    def clusters(self) -> list[str]:
        """Return the run cut where letters may be set apart."""
        if self.face not in _SEPARABLE or any(map(unicodedata.combining, self.text)):
            return [self.text]
        return list(self.text)


@dataclass(frozen=True, slots=True)
class Face:
    """How text is drawn: `size` in pixels per em, `width` in percent of the design."""

    size: float
    weight: int = 400
    width: float = 100.0
    family: str = SANS
    language: str = ""

    @property
    def design(self) -> tuple[int, float, str]:
        """Return all of it but the size: what letters look like, however large."""
        return self.weight, self.width, self.language


@dataclass(frozen=True, slots=True)
class Extent:
    """The room that text takes from its origin on the baseline, y downwards."""

    advance: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A word in place: its origin, the room between its letters, its stretch sideways."""

    word: tuple[Run, ...]
    x: float
    tracking: float
    stretch: float


def new_canvas(width: int, height: int) -> Canvas:
    """Return a black canvas to draw white text on."""
    return ImageDraw.Draw(Image.new("L", (width, height)))


def picture_of(canvas: Canvas) -> Mask:
    """Return what is drawn on a canvas, 0 to 255."""
    return np.asarray(canvas._image, np.uint8)


def printable(text: str) -> str:
    """Return `text` without control characters, its blanks made single spaces."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or _has_ink(c))
    return " ".join("".join(kept).split())


def _has_ink(character: str) -> bool:
    is_joiner = character in "\u200c\u200d"
    return is_joiner or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def split_words(text: str, fonts: Fonts, family: str = SANS) -> list[tuple[Run, ...]]:
    """Cut printable text into words, and each word into runs of one typeface."""
    # Signs that Latin and CJK fonts share follow the text they stand in.
    signs = CJK if any(map(is_cjk, text)) else family
    return [_split_runs(word, fonts, family, signs) for word in text.split()]


def _split_runs(word: str, fonts: Fonts, family: str, signs: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    for character in word:
        last = runs[-1] if runs else None
        face = _choose(character, last, fonts, family, signs)
        drawn = character if face else REPLACEMENT
        face = face or fonts.face(REPLACEMENT) or family
        if last is not None and last.face == face:
            runs[-1] = Run(last.text + drawn, face)
        else:
            runs.append(Run(drawn, face))
    return tuple(runs)


def _choose(character: str, last: Run | None, fonts: Fonts, family: str, signs: str) -> str | None:
    clings = unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
    if last is not None and clings and (fonts.draws(character, last.face) or character > "\u2000"):
        return last.face
    is_sign = character > "\x7f" and not character.isalnum()
    return fonts.face(character, *((signs, family) if is_sign else (family, SANS)))


def measure(runs: Sequence[Run], face: Face, fonts: Fonts) -> Extent:
    """Return the room that runs set in a row take, in pixels."""
    parts = {(run.face, part) for run in runs for part in run.clusters}
    boxes = [_outline(name, part, face, fonts) for name, part in parts]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    left, right = bearings(runs, face, fonts)
    way = advance(runs, face, fonts)
    return Extent(way, left, top * face.size, way - right, bottom * face.size)


def bearings(runs: Sequence[Run], face: Face, fonts: Fonts) -> tuple[float, float]:
    """Return the room that the first and the last letter leave free at their outer side."""
    first = _outline(runs[0].face, runs[0].text[0], face, fonts)[0]
    last = _outline(runs[-1].face, runs[-1].text[-1], face, fonts)[2]
    return first * face.size, last * face.size


def _outline(name: str, part: str, face: Face, fonts: Fonts) -> tuple[float, float, float, float]:
    """Return the free room left of a part of a word, its top, the room right and its bottom.

    In em; top and bottom count from the baseline downwards.
    """

    def compute() -> tuple[float, float, float, float]:
        font = fonts.font(name, _REFERENCE, face.weight, face.width, face.language)
        # The box that a font reports reaches from the origin to the advance at least.
        glyph, offset = font.getmask2(part, "L", anchor="ls")
        box = glyph.getbbox()
        if box is None:
            return 0.0, 0.0, 0.0, 0.0
        free = font.getlength(part) - offset[0] - box[2]
        ends = (offset[0] + box[0], offset[1] + box[1], free, offset[1] + box[3])
        return cast(tuple[float, float, float, float], tuple(end / _REFERENCE for end in ends))

    return fonts.once(("outline", name, part, *face.design), compute)


def advance(runs: Sequence[Run], face: Face, fonts: Fonts) -> float:
    """Return how far runs set in a row move on, in pixels."""
    return face.size * sum(_length(run.face, run.text, face, fonts) for run in runs)


def _length(name: str, text: str, face: Face, fonts: Fonts) -> float:
    """Return how far text in one typeface moves on, in em."""

    def compute() -> float:
        font = fonts.font(name, _REFERENCE, face.weight, face.width, face.language)
        return font.getlength(text) / _REFERENCE

    return fonts.once(("length", name, text, *face.design), compute)


@dataclass(frozen=True, slots=True)
class Portrait:
    """How letters look, added up: ink by row, in square em, and the length of its outline.

    The rows are those of `rows_per_em` to the em, from two em above the baseline to
    one below.
    """

    profile: NDArray[np.float64]
    outline: float
    rows_per_em: int

    @property
    def stroke(self) -> float:
        """Return the mean width of the strokes, in em."""
        return 2 * float(self.profile.sum()) / max(1e-9, self.outline)


def portray(runs: Sequence[Run], face: Face, fonts: Fonts) -> Portrait:
    """Return how the letters look, each by itself, at about the size of `face`."""
    # Small letters run together: those of the portrait are to do the same.
    size = int(np.clip(4 * round(face.size / 4), 12, 24))
    profile, outline = np.zeros(3 * size), 0.0
    for run in runs:
        for part in run.clusters:
            own = _portray(run.face, part, replace(face, size=float(size)), fonts)
            profile, outline = profile + own[0], outline + own[1]
    return Portrait(profile, outline, size)


def _portray(name: str, part: str, face: Face, fonts: Fonts) -> tuple[NDArray[np.float64], float]:
    def compute() -> tuple[NDArray[np.float64], float]:
        font, size = fonts.font(name, face.size, face.weight), int(face.size)
        canvas = new_canvas(math.ceil(font.getlength(part)) + 2 * size, 3 * size)
        canvas.text((size, 2 * size), part, 255, font, "ls")
        ink = picture_of(canvas)
        area, outline = ink.sum(axis=1) / 255 / size**2, outline_length(ink) / size
        return area.astype(np.float64), outline

    return fonts.once(("portrait", name, part, face.size, *face.design), compute)


def outline_length(ink: Mask) -> float:
    """Return how long the outline of ink is, in pixels; blur leaves it as it is."""
    share = ink.astype(np.float32) / 255
    slopes = cv2.magnitude(np.diff(share, axis=1)[:-1], np.diff(share, axis=0)[:, :-1])
    return float(slopes.sum())


def count_gaps(runs: Sequence[Run]) -> int:
    """Return between how many letters of a word room can be made."""
    return max(0, sum(len(run.clusters) for run in runs) - 1)


def narrowed(words: Sequence[tuple[Run, ...]], face: Face, ratio: float, fonts: Fonts) -> Face:
    """Return `face` with letters narrow enough by design to fit `ratio` of the room."""
    if ratio >= 1:
        return face
    narrow = replace(face, width=_NARROWEST)
    full = sum(advance(word, face, fonts) for word in words)
    least = sum(advance(word, narrow, fonts) for word in words)
    if full - least < 1e-6:
        return face
    share = min(1.0, (1 - ratio) * full / (full - least))
    steps = math.ceil(share * _WIDTHS - 0.3)
    return replace(face, width=100 - steps * (100 - _NARROWEST) / _WIDTHS)


def draw_piece(canvas: Canvas, piece: Piece, baseline: float, face: Face, fonts: Fonts) -> None:
    """Draw a word in white on `canvas`."""
    if abs(piece.stretch - 1) > 0.02:
        _draw_stretched(canvas, piece, baseline, face, fonts)
        return
    x = piece.x
    for run in piece.word:
        if abs(piece.tracking) <= 0.01:
            canvas.text((x, baseline), run.text, 255, _font(run, face, fonts), "ls")
            x += face.size * _length(run.face, run.text, face, fonts)
            continue
        for part, following in zip_longest(run.clusters, run.clusters[1:], fillvalue=""):
            _stamp(canvas, run.face, part, (x, baseline), face, fonts)
            # Letters set apart stay kerned.
            pair = _length(run.face, part + following, face, fonts)
            own = _length(run.face, following, face, fonts) if following else 0.0
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


def _draw_stretched(
    canvas: Canvas, piece: Piece, baseline: float, face: Face, fonts: Fonts
) -> None:
    """Draw a word twice as large, then bring it to its height and its stretched width."""
    large = replace(face, size=2 * face.size)
    tracking = 2 * piece.tracking / piece.stretch
    width = advance(piece.word, large, fonts) + tracking * count_gaps(piece.word)
    margin = math.ceil(face.size)
    own = new_canvas(math.ceil(width) + 4 * margin, 6 * margin)
    draw_piece(own, Piece(piece.word, 2 * margin, tracking, 1), 4 * margin, large, fonts)
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
        run for character in text for run in _split_runs(character, fonts, CJK, CJK)
    ):
        font = _font(run, face, fonts)
        y = first + index * pitch
        if run.face == CJK and is_cjk(run.text[0]):
            # The square of a CJK glyph reaches from .88 em above the baseline to .12 below.
            x, y = middle - font.getlength(run.text) / 2, y + 0.38 * face.size
            canvas.text((x, y), run.text, 255, font, "ls", features=features)
        else:
            left, top, right, bottom = font.getbbox(run.text, anchor="ls")
            x, y = middle - (left + right) / 2, y - (top + bottom) / 2
            canvas.text((x, y), run.text, 255, font, "ls")


def column_extent(text: str, face: Face, fonts: Fonts) -> tuple[float, float, float, float]:
    """Return the ink of a column from the middles of its first and last square.

    Left and right count from the middle of the column, top from the middle of
    the first square and bottom from that of the last.
    """
    lefts, rights, boxes = [], [], []
    features = ["vert"] if fonts.shapes else None
    for character in text:
        run = _split_runs(character, fonts, CJK, CJK)[0]
        font = _font(run, replace(face, size=_REFERENCE), fonts)
        box = font.getbbox(run.text, anchor="ls", features=features)
        half = font.getlength(run.text) / 2
        lefts.append(box[0] - half)
        rights.append(box[2] - half)
        boxes.append((box[1] + 0.38 * _REFERENCE, box[3] + 0.38 * _REFERENCE))
    factor = face.size / _REFERENCE
    return (
        min(lefts) * factor,
        boxes[0][0] * factor,
        max(rights) * factor,
        boxes[-1][1] * factor,
    )


def _font(run: Run, face: Face, fonts: Fonts) -> ImageFont.FreeTypeFont:
    return fonts.font(run.face, face.size, face.weight, face.width, face.language)
