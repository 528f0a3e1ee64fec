"""Redraw what was read: a page and its picture in, a picture out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import cv2
import numpy as np
from PIL import Image

from picture.page import Page
from picture.redraw.arrays import Floats, Mask, Pixels
from picture.redraw.columns import fit_column
from picture.redraw.cutout import cut_out
from picture.redraw.erase import erase
from picture.redraw.fit import fit_words
from picture.redraw.fonts import Fonts, language_of
from picture.redraw.frame import is_level
from picture.redraw.graphics import clean
from picture.redraw.harmony import harmonise
from picture.redraw.neighbours import Neighbours
from picture.redraw.overlap import part_lines
from picture.redraw.plan import Plan, plan_line
from picture.redraw.typeset import Piece, draw_column, draw_piece, new_canvas, picture_of

_BLACK = np.zeros(3)
_WHITE = np.full(3, 255.0)

# The contrast ratios of WCAG 2.2 below which text is hard to read on white, and
# below which even faint text is strengthened on its own background.
_READABLE = 3.0
_VISIBLE = 2.0

# A ground lighter than this is that of a white page, 0 to 255.
_NEARLY_WHITE = 235


class Color(StrEnum):
    """In which colour text is drawn on a white page."""

    BLACK = "black"
    KEEP = "keep"


class Keep(StrEnum):
    """What of the picture a white page keeps: its text alone, or rules and pictures too."""

    TEXT = "text"
    GRAPHICS = "graphics"


@dataclass(frozen=True)
class Style:
    """How the text is redrawn: on a white page, or on the picture it was erased from.

    Lines that were read less surely than `min_score` stay as the picture shows them.
    """

    white_background: bool = True
    color: Color = Color.BLACK
    keep: Keep = Keep.TEXT
    min_score: float = 0.0


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
    plans = plan_sure(pixels, page, fonts, style, check)
    lay_ground(pixels, page, plans, style, check)
    for plan in plans:
        check()
        _paint(pixels, plan, style, fonts)
    return Image.fromarray(pixels)


def plan_sure(
    pixels: Pixels, page: Page, fonts: Fonts, style: Style, check: Callable[[], None]
) -> list[Plan]:
    """Return how the lines are to be drawn that were read surely enough."""
    sure = replace(page, lines=tuple(li for li in page.lines if li.score >= style.min_score))
    return [plan for plan in plan_page(pixels, sure, fonts, check) if plan is not None]


def lay_ground(
    pixels: Pixels, page: Page, plans: Sequence[Plan], style: Style, check: Callable[[], None]
) -> bool:
    """Leave of the picture what the lines are drawn over, in place, and tell if that is any."""
    if not style.white_background:
        erase_text(pixels, plans, check)
        return True
    if style.keep is Keep.GRAPHICS:
        erase_text(pixels, plans, check)
        clean(pixels, [plan.frame for plan in plans], check)
        return True
    unsure = [line for line in page.lines if line.score < style.min_score]
    cutouts = cut_out(pixels, unsure, [plan.frame for plan in plans], check)
    pixels[:] = 255
    for cutout in cutouts:
        cutout.lay(pixels)
    return bool(cutouts)


def plan_page(
    pixels: Pixels, page: Page, fonts: Fonts, check: Callable[[], None] = lambda: None
) -> list[Plan | None]:
    """Return how each line is to be drawn, None where there is nothing or nowhere to draw."""
    language = language_of("".join(line.text for line in page.lines))
    level = is_level(page.lines)
    neighbours = Neighbours(page.lines, page.rules)
    plans = []
    for index, line in enumerate(page.lines):
        check()
        beyond = partial(neighbours.beyond, index)
        plans.append(plan_line(pixels, line, language, fonts, is_level=level, beyond=beyond))
    found = [plan for plan in plans if plan is not None]
    harmonise(found, pixels, fonts, check)
    part_lines(found, partial(line_mask, fonts=fonts), check)
    return plans


def erase_text(
    pixels: Pixels, plans: Iterable[Plan], check: Callable[[], None] = lambda: None
) -> None:
    """Erase the ink of the planned lines, in place."""
    for plan in plans:
        check()
        if plan.ink is not None:
            erase(pixels, plan.frame, plan.ink)


def color_on(color: Floats, ground: Floats | None, style: Style) -> Floats:
    """Return in which colour ink of `color` is drawn on `ground`, on plain white where None."""
    if ground is not None:
        return strengthened(color, ground)
    keeps = style.color is Color.KEEP and contrast(color, _WHITE) >= _READABLE
    return color if keeps else _BLACK


def ground_of(pixels: Pixels, plan: Plan, style: Style) -> Floats | None:
    """Return the colour that a line is drawn on, None on a white page."""
    if not style.white_background:
        return plan.background
    if style.keep is Keep.GRAPHICS:
        ground = np.median(pixels[plan.frame.region][::4, ::4].reshape(-1, 3), axis=0)
        if ground.min() < _NEARLY_WHITE:
            return np.asarray(ground, np.float64)
    return None


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
    return _lay(plan, _draw(plan, _set(plan, fonts), fonts))


def _lay(plan: Plan, drawn: Mask) -> Mask:
    mask = plan.frame.lay(drawn, plan.frame.scale)
    for where in (plan.frame.inside(), plan.free):
        if where is not None:
            mask = mask & where
    return mask


def _paint(pixels: Pixels, plan: Plan, style: Style, fonts: Fonts) -> None:
    """Draw one line on the page, within its own frame, each word in its colour."""
    pieces = _set(plan, fonts)
    region, ground = pixels[plan.frame.region], ground_of(pixels, plan, style)
    for color, under, own in _by_color(plan, pieces):
        mask = _lay(plan, _draw(plan, own, fonts))
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if rows.size:
            part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
            _blend(region[part], mask[part], color_of(color, ground, style, under))


def color_of(
    color: Floats, ground: Floats | None, style: Style, plate: Floats | None = None
) -> Floats:
    """Return in which colour words are drawn that stand on a plate, if it is still there."""
    return color_on(color, plate if plate is not None and ground is not None else ground, style)


Colored = tuple[Floats, Floats | None, list[Piece]]


def _by_color(plan: Plan, pieces: Sequence[Piece]) -> Iterable[Colored]:
    """Return the colours of a line, what of plates is under them, and the words that have them."""
    groups: dict[object, Colored] = {(None, None): (plan.color, None, [])}
    for piece in pieces:
        own = (piece.color, piece.ground)
        key = tuple(None if each is None else tuple(each) for each in own)
        color = plan.color if piece.color is None else piece.color
        groups.setdefault(key, (color, piece.ground, []))[2].append(piece)
    return groups.values()


def _blend(region: Pixels, mask: Mask, color: Floats) -> None:
    share = mask.astype(np.float32) / 255
    over = np.empty_like(region)
    over[:] = np.rint(color)
    region[:] = cv2.blendLinear(np.ascontiguousarray(region), over, 1 - share, share)


def _draw(plan: Plan, pieces: Sequence[Piece], fonts: Fonts) -> Mask:
    """Return words of a line, or its column, drawn in its frame at its scale, 0 to 255."""
    scale = plan.frame.scale
    canvas = new_canvas(plan.frame.width * scale, plan.frame.height * scale)
    if plan.is_column:
        draw_column(canvas, *fit_column(plan, scale, fonts), fonts)
    for piece in pieces:
        draw_piece(canvas, piece, plan.baseline * scale, fonts)
    return picture_of(canvas)


def _set(plan: Plan, fonts: Fonts) -> tuple[Piece, ...]:
    return () if plan.is_column else fit_line(plan, plan.frame.scale, fonts)


def fit_line(plan: Plan, scale: int, fonts: Fonts) -> tuple[Piece, ...]:
    """Return the words of a line in place, its frame `scale` times as large."""
    face = replace(plan.face, size=plan.size * scale)
    span = (plan.span[0] * scale, plan.span[1] * scale)
    spans = None
    if plan.spans is not None:
        spans = [(start * scale, end * scale) for start, end in plan.spans]
    return fit_words(plan.words, face, span, spans, fonts)
