"""How one line is to be drawn: what, where, how large, how heavy, in which colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from picture.page import Line
from picture.redraw.arrays import Floats, Pixels
from picture.redraw.extent import Extent, Face, column_extent, measure
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.frame import Frame, Lie, frame_line
from picture.redraw.ink import Ink, Kind, find_ink
from picture.redraw.portrait import Portrait, portray
from picture.redraw.runs import Run, printable, split_words
from picture.redraw.typefaces import BOLD, REGULAR

# Of a box without visible ink: the share of its height that is the font's size,
# and what of its height is left free at either end.
_SHARE = 0.66
_CJK_SHARE = 0.78
_INSET = 0.12

# Ink lower than this, in em, does not tell the size of the letters.
_TELLING = 0.42


# How much wider the strokes of bold letters are.
_BOLDER = 0.57

# Characters that are long strokes themselves.
_RULES = "—–―─_=━‐"


@dataclass(slots=True, eq=False)
class Plan:
    """One line on its way to the page. `baseline` and `size` are pixels of the frame.

    `anchor` is a row of the frame and the height of the letters, in em below the
    baseline, that lies on it.
    """

    text: str
    frame: Frame
    ink: Ink | None
    words: list[tuple[Run, ...]]
    extent: Extent
    size: float
    baseline: float
    weight: int
    heaviness: float
    anchor: tuple[float, float]
    is_column: bool
    is_cjk: bool
    tells_size: bool
    color: Floats
    background: Floats
    language: str

    @property
    def face(self) -> Face:
        """Return how the line's letters are drawn."""
        return Face(self.size, self.weight, language=self.language)

    @property
    def span(self) -> tuple[float, float]:
        """Return from where to where the text reaches, along the line."""
        if self.ink is None:
            inset = min(_INSET * self.frame.height, 0.1 * self.frame.width)
            return inset, self.frame.width - inset
        return self.ink.left, self.ink.right


def plan_line(
    page: Pixels, line: Line, language: str, fonts: Fonts, *, is_level: bool = False
) -> Plan | None:
    """Return how `line` is to be drawn, or None if there is nothing or nowhere to draw.

    `is_level` says that the page's lines run along its rows, so that a short box
    a little askew is only found so.
    """
    text = printable(line.text)
    is_han = any(map(is_cjk, text))
    # A single letter is taller than wide without being turned.
    is_single = len(text) == 1 and text.isalnum()
    turned = line.is_vertical and not is_han and not is_single
    quarters = turned + 2 * line.flipped
    frame = frame_line(line, (page.shape[1], page.shape[0]), quarters=quarters, is_level=is_level)
    if not text or frame is None:
        return None
    words = split_words(text, fonts)
    unit = measure([run for word in words for run in word], Face(1, language=language), fonts)
    is_column = line.is_vertical and is_han and frame.height > frame.width
    has_rules = any(mark in text for mark in _RULES)
    ink = find_ink(page, frame, Kind(has_rules=has_rules, is_column=is_column))
    if ink is not None and not is_column and _is_part(ink, unit, frame):
        ink = find_ink(page, frame, Kind(is_whole=True))
    plan = Plan(
        text=text,
        frame=frame,
        ink=ink,
        words=words,
        extent=unit,
        size=(_CJK_SHARE if is_han else _SHARE) * frame.height,
        baseline=0.0,
        weight=REGULAR,
        heaviness=float("nan"),
        anchor=(frame.height / 2, -0.355),
        is_column=is_column,
        is_cjk=is_han,
        tells_size=False,
        color=np.zeros(3) if ink is None else ink.color,
        background=np.full(3, 255.0) if ink is None else ink.background,
        language=language,
    )
    _fit_size(plan, fonts)
    settle(plan)
    return plan


def _is_part(ink: Ink, unit: Extent, frame: Frame) -> bool:
    """Tell whether the ink can only be a part of the line's."""
    size = min(ink.height / max(0.3, unit.bottom - unit.top), frame.height)
    return ink.width < 0.75 * frame.width and unit.advance * size > 1.6 * ink.width


def _fit_size(plan: Plan, fonts: Fonts) -> None:
    """Take the size from the ink, where it tells, and how heavy the letters are."""
    tall = plan.extent.bottom - plan.extent.top
    if plan.is_column:
        _fit_column(plan, fonts)
    elif plan.ink is not None and tall > 0:
        face = Face(plan.ink.height / tall, language=plan.language)
        own = portray([run for word in plan.words for run in word], face, fonts)
        plan.tells_size = tall >= _TELLING
        plan.size, plan.anchor = _match_size(plan, own)
        if plan.tells_size and plan.size >= 7:
            plan.heaviness = _heaviness(plan, own)


def _fit_column(plan: Plan, fonts: Fonts) -> None:
    characters = plan.text.replace(" ", "")
    room = plan.ink.width if plan.ink else 0.8 * plan.frame.width
    left, _, right, _ = column_extent(characters, Face(1, language=plan.language), fonts)
    pitch = (plan.ink.height if plan.ink else plan.frame.height) / len(characters)
    plan.size = min(room / max(0.3, right - left), pitch, 1.05 * plan.frame.width)
    plan.tells_size = plan.ink is not None


def _match_size(plan: Plan, own: Portrait) -> tuple[float, tuple[float, float]]:
    """Return the size, and where on the picture which height of the letters lies.

    What the whole ink spans is precise, but a stroke that is no text spoils it;
    where most of the ink lies is rougher and bears that.
    """
    ink = plan.ink
    if ink is None:
        return plan.size, (plan.frame.height / 2, -0.355)
    size = ink.height / (plan.extent.bottom - plan.extent.top)
    low, high = quantiles(ink.profile)
    own_low, own_high = (row / own.rows_per_em - 2 for row in quantiles(own.profile))
    rough = (high - low) / max(0.05, own_high - own_low)
    if not plan.tells_size or rough / 1.16 < size < rough * 1.16:
        middle = (plan.extent.top + plan.extent.bottom) / 2
        limit = plan.size if plan.tells_size else min(plan.size, 1.1 * size)
        return (size if plan.tells_size else limit), ((ink.top + ink.bottom) / 2, middle)
    return rough, ((low + high) / 2, (own_low + own_high) / 2)


def quantiles(profile: Floats) -> tuple[float, float]:
    """Return between which rows the middle four fifths of the ink lie."""
    share = np.concatenate([[0], np.cumsum(profile)]) / max(1e-9, float(profile.sum()))
    low, high = np.interp((0.1, 0.9), share, np.arange(len(share)))
    return float(low), float(high)


def _heaviness(plan: Plan, own: Portrait) -> float:
    """Return the weight whose strokes are as wide as those of the picture."""
    if plan.ink is None:
        return float("nan")
    ratio = plan.ink.stroke / plan.size / max(1e-6, own.stroke)
    return REGULAR + (BOLD - REGULAR) * (ratio - 1) / _BOLDER


def settle(plan: Plan) -> None:
    """Put the baseline where the letters, at their size, lie on the ink."""
    place, height = plan.anchor
    plan.baseline = place - height * plan.size


def is_straight(plan: Plan) -> bool:
    """Tell whether the line runs along the rows of the page."""
    return plan.frame.lie is Lie.STRAIGHT and not plan.is_column
