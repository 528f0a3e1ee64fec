"""Gaps that the ink shows inside of words: spaces that were not read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats
from picture.redraw.extent import Face, advance, bearings
from picture.redraw.fit import Word
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.ink import Ink
from picture.redraw.match import Runs, Span
from picture.redraw.plan import Plan
from picture.redraw.runs import Run, direction
from picture.redraw.typefaces import MONO, MONO_ITALIC

# How much wider than between its letters a gap is that parts words, in em: between
# letters that stand in squares of their own, their own room varies more.
_WIDER = 0.15
_WIDER_CJK = 0.3
_WIDER_MONO = 0.4

# Gaps this much wider than most of a line's, where it has many, are spaces: its letters
# may be set apart.
_STANDS_OUT = 1.8
_MANY = 5

# Widths are compared with this much added to them, in em, and may differ so much (logarithm);
# all together may be so much wider or narrower than the letters.
_SLACK = 0.1
_MISFIT = 0.3
_WIDEST = 1.3

# What a gap tells that is an em off from where its letters were read, against a mismatch of
# widths; further off is no worse.
_ASTRAY = 2.0

# Ink that is less like the letters says nothing of the gaps between them.
_LIKE = 0.9

# Longer words are left as they are: what they cost grows with the square.
_MOST_LETTERS = 200


def part_words(plan: Plan, fonts: Fonts) -> None:
    """Cut words where the ink shows a space, in place: each part goes where its ink is."""
    ink = plan.ink
    if ink is None or plan.spans is None or plan.is_column or len(ink.runs) < 2:
        return
    if plan.stature is None or plan.stature.likeness < _LIKE:
        return
    gaps = ink.runs[1:, 0] - ink.runs[:-1, 1]
    usual = float(np.median(gaps)) if len(gaps) >= _MANY else 0.0
    least = max(_WIDER * plan.size, _STANDS_OUT * usual)
    if gaps.max() < least:
        return
    words: list[Word] = []
    spans: list[Span] = []
    read = 0
    for word, span in zip(plan.words, plan.spans, strict=True):
        places = None if plan.places is None else plan.places[read : read + len(word.text)]
        for part, own in _parts(word, span, plan, least, fonts, places):
            words.append(part)
            spans.append(own)
        read += len(word.text)
    plan.words, plan.spans = words, spans


def _parts(
    word: Word, span: Span, plan: Plan, least: float, fonts: Fonts, read: Floats | None
) -> list[tuple[Word, Span]]:
    """Return the parts of a word, from left to right, with where their ink lies."""
    whole, face, ink = [(word, span)], plan.face, plan.ink
    assert ink is not None  # noqa: S101 - asked for before
    letters = [Run(part, run.face) for run in word.runs for part in run.clusters]
    runs = ink.runs[(ink.runs[:, 0] >= span[0]) & (ink.runs[:, 1] <= span[1])]
    gaps = np.flatnonzero(runs[1:, 0] - runs[:-1, 1] >= least)
    is_reversed = direction(word.text) == "R"
    if is_reversed or gaps.size == 0 or not gaps.size < len(letters) <= _MOST_LETTERS:
        return whole
    own = word.face(face)
    rooms = np.array([bearings((letter,), own, fonts) for letter in letters])
    ends = np.cumsum([advance((letter,), own, fonts) for letter in letters])
    if read is None or len(read) != len(letters):
        read = np.full(len(letters), np.nan)
    while gaps.size:
        starts = runs[np.concatenate([[0], gaps + 1]), 0]
        stops = runs[np.concatenate([gaps, [len(runs) - 1]]), 1]
        astray = _astray(read, starts, stops, face.size)
        places = _partition(rooms, ends, (stops - starts).astype(np.float64), face.size, astray)
        if places is None:
            return whole
        wider = runs[gaps + 1, 0] - runs[gaps, 1] - rooms[places - 1, 1] - rooms[places, 0]
        is_space = (
            wider >= np.array([_wider(letters[p - 1], letters[p]) for p in places]) * face.size
        ) & np.array([_is_clear(ink, runs[gap, 1], runs[gap + 1, 0], least) for gap in gaps])
        if is_space.all():
            return _cut(word, letters, places, starts, stops)
        gaps = gaps[is_space]
    return whole


def _astray(
    read: Floats, starts: NDArray[np.int64], stops: NDArray[np.int64], size: float
) -> Floats:
    """Return what it costs that a part (rows) begins with a letter (columns).

    The gap before the part lies between the middles of that letter and of the one before.
    """
    before = np.concatenate([[np.nan], read[:-1]])
    off = np.maximum(before[None, :] - stops[:-1, None], starts[1:, None] - read[None, :]) / size
    costs = _ASTRAY * np.nan_to_num(np.clip(off, 0.0, 1.0))
    return np.concatenate([np.zeros((1, len(read))), costs])


def _is_clear(ink: Ink, start: int, end: int, least: float) -> bool:
    """Tell whether a gap is wide without a trace of faded ink in it."""
    held = np.flatnonzero(ink.trace[:, start:end].any(axis=0)) + start
    edges = np.concatenate([[start - 1], held, [end]])
    return bool(np.diff(edges).max() - 1 >= least)


def part_after(
    word: Word, runs: Runs, gaps: NDArray[np.intp], face: Face, fonts: Fonts
) -> list[tuple[Word, Span]] | None:
    """Return the parts of a word that end with some runs of its ink, None where none fit."""
    letters = [Run(part, run.face) for run in word.runs for part in run.clusters]
    if direction(word.text) == "R" or not gaps.size < len(letters) <= _MOST_LETTERS:
        return None
    own = word.face(face)
    rooms = np.array([bearings((letter,), own, fonts) for letter in letters])
    ends = np.cumsum([advance((letter,), own, fonts) for letter in letters])
    starts = runs[np.concatenate([[0], gaps + 1]), 0]
    stops = runs[np.concatenate([gaps, [len(runs) - 1]]), 1]
    places = _partition(rooms, ends, (stops - starts).astype(np.float64), face.size)
    return None if places is None else _cut(word, letters, places, starts, stops)


def _cut(
    word: Word,
    letters: list[Run],
    places: NDArray[np.intp],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> list[tuple[Word, Span]]:
    """Return a word cut before the letters at `places`, each part with where its ink lies."""
    edges = [0, *places, len(letters)]
    return [
        (
            replace(word, runs=_joined(letters[a:b]), goes_on=a > 0 or word.goes_on),
            (float(start), float(stop)),
        )
        for a, b, start, stop in zip(edges, edges[1:], starts, stops, strict=False)
    ]


def _partition(
    rooms: Floats, ends: Floats, seen: Floats, size: float, astray: Floats | None = None
) -> NDArray[np.intp] | None:
    """Return at which letters the parts begin whose ink is as wide as what is seen.

    `rooms` are the letters' own free room left and right, `ends` where each ends, all in
    pixels; `astray` is what it costs that a part (rows) begins with a letter (columns).
    None where no parts are.
    """
    if astray is None:
        astray = np.zeros((len(seen), len(ends)))
    starts = np.concatenate([[0.0], ends[:-1]])
    # From the first letter of a part (rows) to its last (columns).
    widths = (ends - rooms[:, 1])[None, :] - (starts + rooms[:, 0])[:, None]
    is_part = np.triu(np.ones(widths.shape, bool)) & (widths > 0)
    slack = _SLACK * size
    ratio = seen.sum() / (ends[-1] - rooms[0, 0] - rooms[-1, 1])
    if not 1 / _WIDEST < ratio < _WIDEST:
        return None
    own = ratio * np.where(is_part, widths, 1.0) + slack
    costs = np.full(len(ends) + 1, np.inf)
    costs[0] = 0.0
    back = []
    for width, begun in zip(seen, astray, strict=True):
        off = np.abs(np.log((width + slack) / own))
        total = (costs[:-1] + begun)[:, None] + np.where(is_part & (off < _MISFIT), off, np.inf)
        back.append(total.argmin(axis=0))
        costs = np.concatenate([[np.inf], total.min(axis=0)])
    if not np.isfinite(costs[-1]):
        return None
    places, last = [], len(ends) - 1
    for choices in back[:0:-1]:
        first = int(choices[last])
        places.append(first)
        last = first - 1
    return np.array(places[::-1], np.intp)


def _wider(before: Run, after: Run) -> float:
    """Return how much wider than its letters' own room a gap is that is a space, in em."""
    if is_cjk(before.text) or is_cjk(after.text):
        return _WIDER_CJK
    return _WIDER_MONO if before.face in (MONO, MONO_ITALIC) else _WIDER


def _joined(letters: list[Run]) -> tuple[Run, ...]:
    """Return letters as runs of one typeface each."""
    runs: list[Run] = []
    for letter in letters:
        if runs and runs[-1].face == letter.face:
            runs[-1] = Run(runs[-1].text + letter.text, letter.face)
        else:
            runs.append(letter)
    return tuple(runs)
