"""How one line is to be drawn: what, where, how large, how heavy, in which colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from picture.page import Line
from picture.redraw.arrays import Floats, Mask, Pixels
from picture.redraw.extent import Extent, Face, column_extent, measure
from picture.redraw.fit import Word, ink_width
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.frame import Frame, Lie, frame_line
from picture.redraw.ink import Ink, Kind, between_rows, find_ink
from picture.redraw.match import Span, match_words
from picture.redraw.places import letter_places
from picture.redraw.portrait import Portrait, portray
from picture.redraw.portrait import stroke as stroke_of
from picture.redraw.runs import FRAMES, RULES, Run, is_leader, printable, split_column, split_words
from picture.redraw.stature import Stature, match_stature
from picture.redraw.typefaces import BOLD, CJK, ITALICS, REGULAR, SANS

# Of a box without visible ink: the share of its height that is the font's size,
# and what of its height is left free at either end.
_SHARE = 0.66
_CJK_SHARE = 0.78
_INSET = 0.12

# Ink lower than this, in em, does not tell the size of the letters.
_TELLING = 0.42

# Strokes of letters smaller than this, in pixels, are not measured.
_LEAST_WEIGHED = 7

# Letters whose ink spreads over the rows this much like what was read are believed.
_LIKE = 0.85

# How far the size that the bounds of the ink tell may lie from that of its spread.
_APART = 1.13

# Ink that is not a line's own makes it taller: that it is less tall than it spreads is
# the letters' design, up to this ratio.
_SHORT = 1.2

# How much the height of the ink, with its tails, counts beside how it spreads.
_TAILS = 0.68

# How far beyond ours the letters of another design reach, as a share of their own reach.
_DRAWN_OUT = 1.5

# Letters set at about the size at which they are as tall as the ink lie on it as a whole.
_SPANS = 0.015

# Ink further than this above or below what the letters reach is no part of them, in em.
_BEYOND = 0.1

_UPRIGHT = {italic: upright for upright, italic in ITALICS.items()}


@dataclass(slots=True, eq=False)
class Plan:
    """One line on its way to the page. `baseline` and `size` are pixels of the frame.

    `stature` is how the ink spreads over the rows, where that is like the letters'; `free`
    is where the line may be drawn on its frame's region, 0 or 255, if not everywhere;
    `places` is where its letters were read, if that is known; `han` is the typeface of its
    Chinese and Japanese.
    """

    text: str
    frame: Frame
    ink: Ink | None
    words: list[Word]
    spans: list[Span] | None
    extent: Extent
    size: float
    baseline: float
    weight: int
    heaviness: float
    is_column: bool
    is_cjk: bool
    tells_size: bool
    color: Floats
    background: Floats
    language: str
    stature: Stature | None = None
    typeface: str = SANS
    han: str = CJK
    width: float = 100.0
    free: Mask | None = None
    places: Floats | None = None

    @property
    def family(self) -> str:
        """Return the upright family that the line's letters are of."""
        return _UPRIGHT.get(self.typeface, self.typeface)

    @property
    def italic(self) -> bool:
        """Tell whether the line is set aslant."""
        return self.typeface in _UPRIGHT

    @property
    def runs(self) -> list[Run]:
        """Return the runs of all words."""
        return [run for word in self.words for run in word.runs]

    @property
    def face(self) -> Face:
        """Return how the line's letters are drawn."""
        return Face(self.size, self.weight, self.width, self.language)

    @property
    def spanned(self) -> float:
        """Return the size at which the letters are as tall as all of the ink."""
        if self.ink is None:
            return self.size
        return self.ink.height / max(0.05, self.extent.bottom - self.extent.top)

    @property
    def span(self) -> tuple[float, float]:
        """Return from where to where the text reaches, along the line."""
        if self.ink is None:
            inset = min(_INSET * self.frame.height, 0.1 * self.frame.width)
            return inset, self.frame.width - inset
        return self.ink.left, self.ink.right


def plan_line(
    page: Pixels,
    line: Line,
    language: str,
    fonts: Fonts,
    *,
    is_level: bool = False,
    beyond: Callable[[Frame], Mask | None] = lambda _: None,
) -> Plan | None:
    """Return how `line` is to be drawn, or None if there is nothing or nowhere to draw.

    `is_level` says that the page's lines run along its rows, so that a short box
    a little askew is only found so; `beyond` tells what of a frame's region is nearer to
    other lines.
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
    has_rules = any(mark in text for mark in RULES)
    kind = Kind(
        has_rules=has_rules,
        has_frames=is_han or any(mark in text for mark in FRAMES),
        is_column=is_column,
        is_leader=is_leader(text),
    )
    ink = find_ink(page, frame, kind, beyond(frame))
    if ink is not None and not is_column and _is_part(ink, unit, frame):
        ink = find_ink(page, frame, Kind(is_whole=True))
    plan = Plan(
        text=text,
        frame=frame,
        ink=ink,
        words=[Word(word) for word in words],
        spans=None,
        extent=unit,
        size=(_CJK_SHARE if is_han else _SHARE) * frame.height,
        baseline=0.0,
        weight=REGULAR,
        heaviness=float("nan"),
        is_column=is_column,
        is_cjk=is_han,
        tells_size=False,
        color=np.zeros(3) if ink is None else ink.color,
        background=np.full(3, 255.0) if ink is None else ink.background,
        language=language,
        places=letter_places(line, frame, text),
    )
    fit_size(plan, fonts)
    settle(plan)
    return plan


def _is_part(ink: Ink, unit: Extent, frame: Frame) -> bool:
    """Tell whether the ink can only be a part of the line's."""
    size = min(ink.height / max(0.3, unit.bottom - unit.top), frame.height)
    return ink.width < 0.75 * frame.width and unit.advance * size > 1.6 * ink.width


def fit_size(plan: Plan, fonts: Fonts) -> None:
    """Take the size from the ink, where it tells, and how heavy the letters are."""
    tall = plan.extent.bottom - plan.extent.top
    if plan.is_column:
        _fit_column(plan, fonts)
    elif plan.ink is not None and tall > 0:
        face = Face(plan.ink.height / tall, language=plan.language)
        own = portray(plan.runs, face, fonts)
        plan.tells_size = tall >= _TELLING
        plan.size = _match_size(plan, own)
        weigh(plan, fonts)


def _fit_column(plan: Plan, fonts: Fonts) -> None:
    characters = plan.text.replace(" ", "")
    room = plan.ink.width if plan.ink else 0.8 * plan.frame.width
    left, _, right, _ = column_extent(
        split_column(characters, fonts, plan.han), Face(1, language=plan.language), fonts
    )
    pitch = (plan.ink.height if plan.ink else plan.frame.height) / len(characters)
    plan.size = min(room / max(0.3, right - left), pitch, 1.05 * plan.frame.width)
    plan.tells_size = plan.ink is not None


def _match_size(plan: Plan, own: Portrait) -> float:
    """Return the size of the letters.

    What the whole ink spans is precise, but a stroke that is no text spoils it;
    how the ink spreads over the rows is rougher and bears that.
    """
    if plan.ink is None:
        return plan.size
    if not plan.tells_size:
        return min(plan.size, 1.1 * plan.spanned)
    rough = match_stature(plan.ink.profile, own, 0.75 * plan.frame.height)
    if rough is None or rough.likeness < _LIKE:
        return plan.spanned
    plan.stature = rough
    plan.ink = _within(plan.ink, plan.extent, rough)
    is_near = 1 / _SHORT < plan.spanned / rough.size < _APART
    if is_near or _is_drawn_out(plan.ink, plan.extent, rough):
        return blended_size(plan.spanned, rough.size)
    return rough.size


def blended_size(spanned: float, spread: float) -> float:
    """Return a size between that at which letters are as tall as the ink and as it spreads.

    Letters of another design than ours have other tails: by either alone, they or the
    rest would come out wrong.
    """
    return float(spanned**_TAILS * spread ** (1 - _TAILS))


def _is_drawn_out(ink: Ink, extent: Extent, stature: Stature) -> bool:
    """Tell whether letters reach further up and down than ours by their own design.

    A neighbour's ink, or a rule, is at one end alone.
    """
    if extent.bottom < 0.1:
        return False
    up = (stature.baseline - ink.top) / (-extent.top * stature.size)
    down = (ink.bottom - stature.baseline) / (extent.bottom * stature.size)
    return bool(min(up, down) > 1.05 and max(up, down) < _DRAWN_OUT)


def _within(ink: Ink, extent: Extent, stature: Stature) -> Ink:
    """Return the ink without what lies above or below the letters."""
    top = stature.baseline + (extent.top - _BEYOND) * stature.size
    bottom = stature.baseline + (extent.bottom + _BEYOND) * stature.size
    return between_rows(ink, top, bottom)


def weigh(plan: Plan, fonts: Fonts) -> None:
    """Find how heavy the letters are: the weight whose strokes are as wide as the picture's."""
    if plan.ink is None or not plan.tells_size or plan.size < _LEAST_WEIGHED:
        return
    plan.heaviness = heaviness(plan.ink.stroke / plan.size, plan.runs, plan, fonts)


def heaviness(stroke: float, runs: Sequence[Run], plan: Plan, fonts: Fonts) -> float:
    """Return the weight at which the strokes of `runs` are as wide as `stroke`, in em."""
    regular, bold = (
        stroke_of(runs, Face(plan.size, weight, language=plan.language), fonts)
        for weight in (REGULAR, BOLD)
    )
    # Some scripts have no bold: theirs is taken to be as much bolder as Latin's.
    step = max(bold - regular, 0.25 * regular)
    return REGULAR + (BOLD - REGULAR) * (stroke - regular) / step


def set_typeface(plan: Plan, name: str, fonts: Fonts) -> None:
    """Set the line's letters in a typeface, where that draws them."""
    plan.typeface = name
    plan.words = [Word(word) for word in split_words(plan.text, fonts, name, plan.han)]
    plan.extent = measure(plan.runs, Face(1, language=plan.language), fonts)


def match(plan: Plan, fonts: Fonts) -> None:
    """Find which ink is that of which word."""
    if plan.ink is not None and not plan.is_column:
        widths = [ink_width(word, plan.face, fonts) for word in plan.words]
        columns = plan.ink.soft.sum(axis=0) / 255
        plan.spans = match_words(widths, plan.ink.runs, columns, plan.size)


def settle(plan: Plan) -> None:
    """Put the baseline where the letters, at their size, lie on the ink."""
    ink, middle = plan.ink, (plan.extent.top + plan.extent.bottom) / 2
    if ink is None or plan.is_column:
        plan.baseline = plan.frame.height / 2 + 0.355 * plan.size
    elif plan.stature is None or abs(np.log(plan.size / plan.spanned)) < _SPANS:
        plan.baseline = (ink.top + ink.bottom) / 2 - middle * plan.size
    else:
        plan.baseline = plan.stature.baseline


def is_straight(plan: Plan) -> bool:
    """Tell whether the line runs along the rows of the page."""
    return plan.frame.lie is Lie.STRAIGHT and not plan.is_column
