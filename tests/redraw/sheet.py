"""Pages drawn for a test, with what a reader would have found on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from picture.page import Line, Page, Quad
from picture.redraw.draw import Style, plan_page, redraw
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan, match, plan_line
from picture.redraw.typefaces import REGULAR, SANS

WHITE = Style()
ORIGINAL = Style(white_background=False)

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Span = tuple[float, float]


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def ink_bounds(pixels: Pixels, background: int = 255) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(np.abs(pixels.astype(int) - background).max(axis=2) > 100)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@dataclass(frozen=True)
class Part:
    """A word as it is printed; `gap` is the room after it, in em."""

    text: str
    color: str = "black"
    weight: int = REGULAR
    face: str = SANS
    gap: float = 0.26


class Sheet:
    """A page drawn for a test: `lines` is what is read there, `inks` each line's own ink."""

    def __init__(
        self, fonts: Fonts, size: tuple[int, int] = (600, 200), color: str = "white"
    ) -> None:
        self.fonts = fonts
        self.picture = Image.new("RGB", size, color)
        self.lines: list[Line] = []
        self.inks: list[Mask] = []

    def write(
        self,
        text: str,
        at: tuple[int, int],
        size: int = 32,
        *,
        color: str = "black",
        weight: int = REGULAR,
        face: str = SANS,
    ) -> tuple[int, int, int, int]:
        """Draw text with its baseline at `at` and note it in a loose box."""
        draw = ImageDraw.Draw(self.picture)
        font = self.fonts.font(face, size, weight)
        draw.text(at, text, color, font, "ls")
        self.inks.append(self._ink(text, at, size, weight, face))
        left, top, right, bottom = draw.textbbox(at, text, font, "ls")
        margin = 0.2 * size
        self.lines.append(
            Line(text, 0.99, box(left - margin, top - margin, right + margin, bottom + margin))
        )
        return int(left), int(top), int(right), int(bottom)

    def set(
        self,
        parts: Sequence[Part],
        at: tuple[int, int],
        size: int = 32,
        read: str | None = None,
    ) -> list[Span]:
        """Draw words as one line that is read as `read`; return where the ink of each lies."""
        draw, (x, baseline) = ImageDraw.Draw(self.picture), at
        spans, whole = [], np.zeros(self.picture.size[::-1], np.uint8)
        for part in parts:
            font = self.fonts.font(part.face, size, part.weight)
            draw.text((x, baseline), part.text, part.color, font, "ls")
            ink = self._ink(part.text, (x, baseline), size, part.weight, part.face)
            columns = np.flatnonzero((ink > 127).any(axis=0))
            spans.append((float(columns[0]), float(columns[-1] + 1)))
            whole = np.maximum(whole, ink)
            x += round(font.getlength(part.text) + part.gap * size)
        self.inks.append(whole)
        rows = np.flatnonzero((whole > 127).any(axis=1))
        margin = 0.2 * size
        own = (spans[0][0], int(rows[0]), spans[-1][1], int(rows[-1] + 1))
        text = " ".join(part.text for part in parts) if read is None else read
        self.note(text, own, margin)
        return spans

    def note(self, text: str, bounds: tuple[float, float, float, float], margin: float) -> None:
        """Note what is read between some bounds, in a box that is so much wider."""
        left, top, right, bottom = bounds
        around = box(left - margin, top - margin, right + margin, bottom + margin)
        self.lines.append(Line(text, 0.99, around))

    def _ink(self, text: str, at: tuple[int, int], size: int, weight: int, face: str) -> Mask:
        canvas = Image.new("L", self.picture.size)
        font = self.fonts.font(face, size, weight)
        ImageDraw.Draw(canvas).text(at, text, 255, font, "ls")
        return np.asarray(canvas)

    @property
    def page(self) -> Page:
        """Return what is read on the page."""
        return Page(*self.picture.size, tuple(self.lines))

    def redraw(self, style: Style) -> Pixels:
        """Return the page with its text drawn anew."""
        drawn = redraw(self.picture, self.page, self.fonts, style)
        assert drawn.size == self.picture.size
        assert drawn.mode == "RGB"
        return np.asarray(drawn)

    def plans(self) -> list[Plan]:
        """Return how all lines are to be drawn, once they are in harmony."""
        found = plan_page(np.asarray(self.picture), self.page, self.fonts)
        plans = [plan for plan in found if plan is not None]
        assert len(plans) == len(self.lines)
        return plans

    def alone(self) -> list[Plan]:
        """Return how each line would be drawn were there no others, its words matched."""
        plans = []
        for line in self.lines:
            plan = plan_line(np.asarray(self.picture), line, "", self.fonts)
            assert plan is not None
            match(plan, self.fonts)
            plans.append(plan)
        return plans
