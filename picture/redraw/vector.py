"""A page's lines as letters that stay letters, where the picture is drawn with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image

from picture.cut import Glyph
from picture.lettering import Affine, Color, Lettering, Row, Span
from picture.page import Page
from picture.redraw.arrays import Floats
from picture.redraw.columns import fit_column
from picture.redraw.draw import (
    Style,
    color_of,
    fit_line,
    ground_of,
    lay_ground,
    plan_sure,
)
from picture.redraw.extent import BELOW_MIDDLE, Face, advance
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.frame import Frame
from picture.redraw.plan import Plan
from picture.redraw.runs import Run, direction, text_of, visual_order
from picture.redraw.typefaces import HAN
from picture.redraw.typeset import Piece

# Letters set apart are not joined.
_APART = {"liga": False, "clig": False}
_UPRIGHT = {"vert": True}

# Letters are set apart, and stretched, by more than this only.
_LEAST_TRACKING = 0.01


def letter(
    picture: Image.Image,
    page: Page,
    fonts: Fonts,
    style: Style,
    check: Callable[[], None] = lambda: None,
) -> tuple[Image.Image | None, Lettering]:
    """Return a picture without the page's lines, and the lines as letters to lay over it.

    There is no picture where nothing of it is left. Both are what redraw() would draw
    together; `check` is called between lines and may raise to stop the work.
    """
    pixels = np.array(picture, np.uint8)
    plans = plan_sure(pixels, page, fonts, style, check)
    is_left = lay_ground(pixels, page, plans, style, check)
    rows = []
    for plan in plans:
        check()
        shown = partial(color_of, ground=ground_of(pixels, plan, style), style=style)
        rows.append(_row(plan, shown, fonts))
    lettering = Lettering(picture.width, picture.height, tuple(rows))
    return Image.fromarray(pixels) if is_left else None, lettering


def _row(plan: Plan, shown: Callable[..., Floats], fonts: Fonts) -> Row:
    """Return a line's letters, those of a colour in the colour that they are `shown` in."""
    place = _place(plan.frame)
    if plan.is_column:
        letters = tuple((span,) for span in _column(plan, _rgb(shown(plan.color)), fonts))
        return Row(letters, place, is_spaced=False)
    words = []
    for parts in _logical(plan.text.split(), _joined(fit_line(plan, 1, fonts))):
        spans: list[Span] = []
        for piece in parts:
            own = plan.color if piece.color is None else piece.color
            color = shown(own, plate=piece.ground)
            spans += _spans(piece, plan.baseline, _rgb(color), fonts)
        words.append(tuple(spans))
    return Row(tuple(words), place)


def _joined(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return words, each with its parts that the picture sets apart."""
    words: list[list[Piece]] = []
    for piece in pieces:
        if piece.goes_on:
            words[-1].append(piece)
        else:
            words.append([piece])
    return words


def _rgb(color: Floats) -> Color:
    red, green, blue = (int(value) for value in np.clip(np.rint(color), 0, 255))
    return red, green, blue


def _place(frame: Frame) -> Affine:
    """Return what takes the frame to the page: in perspective, the affine map nearest to it."""
    width, height = frame.width, frame.height
    own = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64)
    (a, b), (c, d), (e, f) = np.linalg.lstsq(own, frame.corners, rcond=None)[0].tolist()
    return a, b, c, d, e, f


def _logical(words: Sequence[str], placed: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Return words, which stand from left to right, in the order in which they are read."""
    left = list(zip(visual_order(list(words)), placed, strict=True))
    ordered = []
    for word in words:
        # Of equal words that run from right to left, the right one is read first.
        places = [at for at, (own, _) in enumerate(left) if own == word]
        ordered.append(left.pop(places[-1 if direction(word) == "R" else 0])[1])
    return ordered


def _spans(piece: Piece, baseline: float, color: Color, fonts: Fonts) -> list[Span]:
    """Return a word's runs in place, in the order of reading."""
    spans, x, face = [], piece.x, piece.face
    tracking = piece.tracking / piece.stretch
    tracked = abs(piece.tracking) > _LEAST_TRACKING
    for run in piece.word:
        apart = tracked and len(run.clusters) > 1
        glyphs = _shape(run, face, fonts, _APART if apart else {})
        cut = fonts.cut(run.face, face.weight, face.width, face.language)
        own = tracking if apart else 0.0
        placed = cut, face.size, x, baseline, own, piece.stretch
        is_turned = run.drawn != run.text
        spans.append(Span(run.text, *placed, tuple(glyphs), color, is_turned=is_turned))
        x += piece.stretch * advance([run], face, fonts)
        x += piece.tracking * len(run.clusters) if tracked else 0.0
    is_reversed = direction(text_of(piece.word)) == "R"
    return spans[::-1] if is_reversed else spans


def _shape(run: Run, face: Face, fonts: Fonts, features: dict[str, bool]) -> list[Glyph]:
    cut = fonts.cut(run.face, face.weight, face.width, face.language)
    return cut.shape(run.drawn, features)


def _column(plan: Plan, color: Color, fonts: Fonts) -> list[Span]:
    """Return the letters of a column, each upright in its square."""
    runs, (middle, first, pitch), face = fit_column(plan, 1, fonts)
    spans = []
    for index, run in enumerate(runs):
        is_square = run.face in HAN and is_cjk(run.text[0])
        glyphs = _shape(run, face, fonts, _UPRIGHT if is_square else {})
        y = first + index * pitch
        font = fonts.font(run.face, face.size, face.weight, face.width, face.language)
        if is_square:
            x, y = middle - font.getlength(run.text) / 2, y + BELOW_MIDDLE * face.size
        else:
            left, top, right, bottom = font.getbbox(run.text, anchor="ls")
            x, y = middle - (left + right) / 2, y - (top + bottom) / 2
        cut = fonts.cut(run.face, face.weight, face.width, face.language)
        spans.append(
            Span(run.text, cut, face.size, x, y, 0.0, 1.0, tuple(glyphs), color, is_square)
        )
    return spans
