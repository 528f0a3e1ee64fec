"""Redraw what was read: a page and its picture in, a picture out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PIL import Image

from picture.page import Page
from picture.redraw.arrays import Floats, Mask, Pixels
from picture.redraw.erase import erase
from picture.redraw.extent import Face, column_extent
from picture.redraw.fit import Fit, fit_words
from picture.redraw.fonts import Fonts, language_of
from picture.redraw.frame import is_level
from picture.redraw.harmony import harmonise
from picture.redraw.plan import Plan, plan_line
from picture.redraw.typeset import draw_column, draw_piece, new_canvas, picture_of

Column = tuple[float, float, float]

_BLACK = np.zeros(3)
_WHITE = np.full(3, 255.0)

# The contrast ratios of WCAG 2.2 below which text is hard to read on white, and
# below which even faint text is strengthened on its own background.
_READABLE = 3.0
_VISIBLE = 2.0


class Color(StrEnum):
    """In which colour text is drawn on a white page."""

    BLACK = "black"
    KEEP = "keep"


@dataclass(frozen=True)
class Style:
    """How the text is redrawn: on a white page, or on the picture it was erased from."""

    white_background: bool = True
    color: Color = Color.BLACK


def redraw(
    picture: Image.Image,
    page: Page,
    fonts: Fonts,
    style: Style,
    check: Callable[[], None] = lambda: None,
) -> Image.Image:
    """Return a picture of the same size with the page's lines drawn as crisp text.

    `check` is called between lines and may raise to stop the work.

    `picture` is upright RGB, as is what comes back. On the picture's own
    background nothing changes but the ink that is erased and the ink that is drawn.
    """
    pixels = np.array(picture, np.uint8)
    plans = [plan for plan in plan_page(pixels, page, fonts, check) if plan is not None]
    if style.white_background:
        pixels[:] = 255
    else:
        erase_text(pixels, plans, check)
    for plan in plans:
        check()
        _paint(pixels, plan, color_of(plan, style), fonts)
    return Image.fromarray(pixels)


def plan_page(
    pixels: Pixels, page: Page, fonts: Fonts, check: Callable[[], None] = lambda: None
) -> list[Plan | None]:
    """Return how each line is to be drawn, None where there is nothing or nowhere to draw."""
    language = language_of("".join(line.text for line in page.lines))
    level = is_level(page.lines)
    plans = []
    for line in page.lines:
        check()
        plans.append(plan_line(pixels, line, language, fonts, is_level=level))
    harmonise([plan for plan in plans if plan is not None])
    return plans


def erase_text(
    pixels: Pixels, plans: Iterable[Plan], check: Callable[[], None] = lambda: None
) -> None:
    """Erase the ink of the planned lines, in place."""
    for plan in plans:
        check()
        if plan.ink is not None:
            erase(pixels, plan.frame, plan.ink)


def color_of(plan: Plan, style: Style) -> Floats:
    """Return the colour that a line is drawn in."""
    if not style.white_background:
        return strengthened(plan.color, plan.background)
    keeps = style.color is Color.KEEP and contrast(plan.color, _WHITE) >= _READABLE
    return plan.color if keeps else _BLACK


def contrast(one: Floats, other: Floats) -> float:
    """Return the contrast ratio of two sRGB colours, 1 to 21, after WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Floats) -> float:
    share = np.asarray(color) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def strengthened(color: Floats, background: Floats) -> Floats:
    """Return `color`, moved away from `background` until text in it can be seen."""
    far = _BLACK if _luminance(background) > 0.18 else _WHITE
    for share in np.linspace(0, 1, 11):
        moved = color + share * (far - color)
        if contrast(moved, background) >= _VISIBLE:
            break
    return np.asarray(moved)


def line_mask(plan: Plan, fonts: Fonts) -> Mask:
    """Return the letters of one line, 0 to 255, on the region of its frame."""
    scale = plan.frame.scale
    mask = plan.frame.lay(_draw(plan, scale, fonts), scale)
    inside = plan.frame.inside()
    return mask if inside is None else mask & inside


def _paint(pixels: Pixels, plan: Plan, color: Floats, fonts: Fonts) -> None:
    """Draw one line on the page, within its own frame."""
    mask = line_mask(plan, fonts)
    region = pixels[plan.frame.region]
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    _blend(region[part], mask[part], color)


def _blend(region: Pixels, mask: Mask, color: Floats) -> None:
    inked = mask > 0
    share = mask[inked, None].astype(np.float32) / 255
    under = region[inked]
    region[inked] = np.rint(under + (np.asarray(color, np.float32) - under) * share)


def _draw(plan: Plan, scale: int, fonts: Fonts) -> Mask:
    """Return the line drawn in its frame, `scale` times as large, 0 to 255."""
    canvas = new_canvas(plan.frame.width * scale, plan.frame.height * scale)
    if plan.is_column:
        text, column, face = fit_column(plan, scale, fonts)
        draw_column(canvas, text, column, face, fonts)
        return picture_of(canvas)
    fit = fit_line(plan, scale, fonts)
    for piece in fit.pieces:
        draw_piece(canvas, piece, plan.baseline * scale, fit.face, fonts)
    return picture_of(canvas)


def fit_line(plan: Plan, scale: int, fonts: Fonts) -> Fit:
    """Return the line's words in place in its frame, `scale` times as large."""
    face = plan.face
    runs = plan.ink.runs * scale if plan.ink is not None else None
    span = (plan.span[0] * scale, plan.span[1] * scale)
    large = Face(face.size * scale, face.weight, face.width, face.family, face.language)
    return fit_words(plan.words, large, span, runs, fonts)


def fit_column(plan: Plan, scale: int, fonts: Fonts) -> tuple[str, Column, Face]:
    """Return a column's letters, where its squares lie, and how the letters are drawn.

    Its place is the middle of the column, the middle of its first square and the way from
    one to the next, `scale` times as large.
    """
    text = plan.text.replace(" ", "")
    face = Face(plan.size * scale, plan.weight, language=plan.language)
    left, top, right, bottom = column_extent(text, face, fonts)
    ink = plan.ink
    inset = 0.1 * plan.frame.width
    start = ink.top if ink else inset
    end = ink.bottom if ink else plan.frame.height - inset
    middle = (ink.left + ink.right) / 2 if ink else plan.frame.width / 2
    first = start * scale - top
    last = end * scale - bottom
    pitch = (last - first) / max(1, len(text) - 1)
    return text, (middle * scale - (left + right) / 2, first, pitch), face
