"""The colours of a page's text: few, shared by lines, and words that have their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Pixels
from picture.redraw.fit import Word
from picture.redraw.fonts import Fonts
from picture.redraw.frame import Lie
from picture.redraw.ink import Ink
from picture.redraw.match import Span
from picture.redraw.plan import Plan
from picture.redraw.spacing import part_after

# Colours of lines that are one lie within this of one another, 0 to 255 in each channel;
# strokes thinner than a pixel or two take on some of the background's.
_SAME = 10.0
_THIN = 2.0

# A word's own colour is further than this from that of most of its line.
_OTHER = 50.0

# It differs from the background by this share of what that of most of the line does.
_CLEAR = 0.5

# Ink is of full colour where it covers this share of what it covers at most.
_FULL = 0.85
_LEAST_PIXELS = 6

# Within a word another hue is one whose way from the background is turned by this much at
# least (cosine: 18 degrees), told from so many pixels.
_TURNED = 0.95
_LEAST_TURNED = 3

# Letters that stray from the usual one by less than this part of it hold no second colour.
_UNEVEN = 0.6


def color_words(plan: Plan, page: Pixels, fonts: Fonts) -> None:
    """Give words in another colour than most of their line their own, in place.

    They are cut where their letters go on in another hue.
    """
    ink, spans = plan.ink, plan.spans
    if ink is None or spans is None or plan.frame.lie is not Lie.STRAIGHT:
        return
    region = page[plan.frame.region]
    if not ink.plates:
        colors, pixels = _run_colors(region, ink)
        if _is_even(colors, pixels, plan):
            return
        if not plan.is_cjk:
            spans = _part_words(plan, spans, (colors, pixels, _ways(region, ink)), ink, fonts)
    if len(spans) > 1:
        _color_words(plan, spans, region, ink)


def _part_words(
    plan: Plan,
    spans: Sequence[Span],
    hues: tuple[Floats, NDArray[np.intp], Floats],
    ink: Ink,
    fonts: Fonts,
) -> list[Span]:
    """Cut words where their letters go on in another hue, in place; return where they lie.

    `hues` are the colour of each run of the ink, on how many pixels, and which way it is from
    the background.
    """
    colors, pixels, ways = hues
    found: list[tuple[Word, Span]] = []
    for word, span in zip(plan.words, spans, strict=True):
        own = np.flatnonzero((ink.runs[:, 0] >= span[0]) & (ink.runs[:, 1] <= span[1]))
        cuts = _turns(colors[own], ways[own], pixels[own])
        parts = part_after(word, ink.runs[own], cuts, plan.face, fonts) if cuts.size else None
        found += parts or [(word, span)]
    plan.words, plan.spans = [word for word, _ in found], [span for _, span in found]
    return plan.spans


def _ways(region: Pixels, ink: Ink) -> Floats:
    """Return in which direction from the background all pixels of each run lie together.

    Fringes of red on one side of a stroke and of blue on the other make up for each other.
    """
    away = np.where(ink.soft[..., None] > 0, region - ink.background, 0.0).sum(axis=0)
    sums = np.concatenate([np.zeros((1, 3)), np.cumsum(away, axis=0)])
    starts, ends = np.maximum(ink.runs[:, 0] - 1, 0), np.minimum(ink.runs[:, 1] + 1, len(away))
    return np.asarray(sums[ends] - sums[starts], np.float64)


def _turns(colors: Floats, ways: Floats, pixels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return after which runs of a word the hue changes, however faint their strokes are."""
    told = np.flatnonzero(pixels >= _LEAST_TURNED)
    if len(told) < 2:
        return told[:0]
    own = ways[told]
    lengths = np.maximum(1.0, np.linalg.norm(own, axis=1))
    alike = (own[1:] * own[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])
    apart = np.abs(np.diff(colors[told], axis=0)).max(axis=1)
    # What is too small to tell goes with what comes before it.
    turns = (alike < _TURNED) & (apart >= _OTHER)
    return np.asarray(told[1:][turns] - 1, np.intp)


def share_colors(plans: Sequence[Plan]) -> None:
    """Give lines of nearly one colour the same, in place."""
    inked = [plan for plan in plans if plan.ink is not None]
    left = sorted(inked, key=lambda plan: -len(plan.text))
    while left:
        same = [plan for plan in left if _is_same_color(left[0], plan)]
        color = np.median([plan.color for plan in same], axis=0)
        for plan in same:
            plan.color = color
        left = [plan for plan in left if plan not in same]


def _is_same_color(first: Plan, plan: Plan) -> bool:
    # A large line is sure of its own: that small ones are pale does not make it so.
    reach = _SAME + _THIN * max(0.0, 20 - max(first.size, plan.size))
    return plan is first or _distance(plan.color, first.color) < reach


def _color_words(plan: Plan, spans: Sequence[Span], region: Pixels, ink: Ink) -> None:
    grounds = [_plate_color(ink, span) for span in spans]
    colors = [_color(region, ink, span) for span in spans]
    reach = _reach(plan)
    known = [
        (color, end - start)
        for color, ground, (start, end) in zip(colors, grounds, spans, strict=True)
        if color is not None and ground is None
    ]
    if not known:
        return
    shares = [sum(w for other, w in known if _distance(color, other) < reach) for color, _ in known]
    main = known[int(np.argmax(shares))][0]
    # Faint ink between words is no colour of theirs.
    clear = _CLEAR * _distance(main, ink.background)
    others = [
        color is not None
        and _distance(color, main) >= reach
        and (ground is not None or _distance(color, ink.background) > clear)
        for color, ground in zip(colors, grounds, strict=True)
    ]
    if not any(others) and not ink.plates:
        return
    plan.color = main
    plan.words = [
        replace(word, color=color if is_other else None, ground=ground)
        for word, color, ground, is_other in zip(plan.words, colors, grounds, others, strict=True)
    ]


def _reach(plan: Plan) -> float:
    """Return how far another colour is from a line's own: of small letters much is blurred."""
    return _OTHER + 2 * _THIN * max(0.0, 20 - plan.size)


def _is_even(colors: Floats, pixels: NDArray[np.intp], plan: Plan) -> bool:
    """Tell whether all letters of a line are of about one colour, thin ones aside."""
    told = colors[pixels >= _LEAST_PIXELS]
    reach = _UNEVEN * _reach(plan)
    return len(told) == 0 or bool(np.abs(told - np.median(told, axis=0)).max() < reach)


def _run_colors(region: Pixels, ink: Ink) -> tuple[Floats, NDArray[np.intp]]:
    """Return the colour of each run of a line's ink where it is strongest, and on how much."""
    starts, ends = ink.runs[:, 0], ink.runs[:, 1]
    if len(starts) > 1 and bool((starts[1:] < ends[:-1]).any()):
        return np.zeros((0, 3)), np.zeros(0, np.intp)
    own = np.repeat(np.arange(len(starts)), ends - starts)
    columns = np.concatenate([np.arange(a, b) for a, b in zip(starts, ends, strict=True)])
    soft = ink.soft[:, columns]
    most = np.maximum.reduceat(
        soft.max(axis=0), np.concatenate([[0], np.cumsum(ends - starts)[:-1]])
    )
    # Bytes are compared with bytes: as floats they would take most of the time.
    least = np.ceil(np.maximum(1, _FULL * most)).astype(np.uint8)
    rows, places = np.nonzero(soft >= least[own])
    found = own[places]
    pixels = np.bincount(found, minlength=len(starts))
    seen = region[rows, columns[places]]
    sums = [np.bincount(found, seen[:, channel], len(starts)) for channel in range(3)]
    return np.stack(sums, axis=1) / np.maximum(1, pixels)[:, None], pixels


def _plate_color(ink: Ink, span: Span) -> Floats | None:
    """Return the colour of the plate that a word stands on, None on the line's background."""
    middle = min(int((span[0] + span[1]) / 2), ink.mask.shape[1] - 1)
    row = int((ink.top + ink.bottom) / 2)
    for plate in ink.plates:
        if plate.mask[row, middle]:
            return plate.color
    return None


def _color(region: Pixels, ink: Ink, span: Span) -> Floats | None:
    """Return the colour of a word where its ink is strongest, None where there is too little."""
    part = slice(max(0, int(span[0])), max(1, round(span[1])))
    soft = ink.soft[:, part]
    core = soft >= _FULL * max(1, int(soft.max(initial=0)))
    if np.count_nonzero(core) < _LEAST_PIXELS:
        return None
    return np.asarray(np.median(region[:, part][core], axis=0), np.float64)


def _distance(one: Floats, other: Floats) -> float:
    return float(np.abs(one - other).max())
