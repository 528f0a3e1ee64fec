"""Three ways to draw what was read: this service's and two plain ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.page import Page
from picture.redraw import CJK, FONTS_FOLDER, SANS, Fonts, erase_text, line_mask, plan_page

Mask = NDArray[np.uint8]
Pixels = NDArray[np.uint8]
Drawer = Callable[[Image.Image, Page, Fonts], Iterator[Mask | None]]


def ours(picture: Image.Image, page: Page, fonts: Fonts) -> Iterator[Mask | None]:
    """Yield the letters of each line as this service draws them, on the whole page."""
    for plan in plan_page(np.asarray(picture), page, fonts):
        if plan is None:
            yield None
            continue
        mask = np.zeros((picture.height, picture.width), np.uint8)
        mask[plan.frame.region] = line_mask(plan, fonts)
        yield mask


def plain(picture: Image.Image, page: Page, fonts: Fonts) -> Iterator[Mask | None]:
    """Yield each line at 0.8 of its box's height from the box's top left on."""
    for line in page.lines:
        canvas = Image.new("L", picture.size)
        face = SANS if all(fonts.draws(c, SANS) for c in line.text if ord(c) < 0x30000) else CJK
        font = fonts.font(face, max(1, round(0.8 * line.height)))
        ImageDraw.Draw(canvas).text(line.box[0], line.text, 255, font)
        yield np.asarray(canvas)


def paddlex(picture: Image.Image, page: Page, _: Fonts) -> Iterator[Mask | None]:
    """Yield each line as PaddleX's own visualisation draws it.

    PaddleX downloads its font from a hub; here it is given the CJK font of this
    service's stack in its regular weight.
    """
    import paddlex.utils.fonts as module
    from paddlex.inference.pipelines.ocr.result import draw_box_txt_fine

    module.ImageFont = _Regular
    path = str(FONTS_FOLDER / "NotoSansCJK.ttc")
    for line in page.lines:
        try:
            drawn = draw_box_txt_fine(picture.size, np.array(line.box), line.text, path)
            yield np.asarray(255 - drawn.min(axis=2), np.uint8)
        except (ValueError, OSError, ZeroDivisionError):
            yield None


class _Regular:
    """Opens variable fonts in their regular weight, where Pillow would take the thinnest."""

    @staticmethod
    def truetype(path: str, size: int, **_: Any) -> ImageFont.FreeTypeFont:
        font = ImageFont.truetype(path, size, index=2)
        font.set_variation_by_axes([400])
        return font


DRAWERS: dict[str, Drawer] = {"this service": ours, "PaddleX": paddlex, "0.8 of height": plain}


def erased(picture: Image.Image, page: Page, fonts: Fonts) -> Pixels:
    """Return the picture with its text erased and nothing drawn."""
    pixels = np.array(picture)
    plans = plan_page(np.asarray(picture), page, fonts)
    erase_text(pixels, (plan for plan in plans if plan is not None))
    return pixels
