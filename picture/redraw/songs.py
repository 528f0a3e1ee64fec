"""Which Chinese and Japanese lines are printed in Song, the serif of these scripts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask, weighted_median
from picture.redraw.columns import fit_column
from picture.redraw.extent import BELOW_MIDDLE, Face, advance, bearings, text_length
from picture.redraw.families import Evidence, compare, face_of, likeness
from picture.redraw.fonts import Fonts, is_cjk
from picture.redraw.match import Span
from picture.redraw.plan import Plan, set_typeface
from picture.redraw.portrait import drawn_glyph
from picture.redraw.runs import Run
from picture.redraw.sizes import size_anew
from picture.redraw.typefaces import CJK, REGULAR, SANS, SERIF, SONG

Shades = NDArray[np.float32]

# Smaller letters than this, in pixels, are too coarse to show it.
_SMALLEST_SEEN = 12.0

# Letters are compared at so many pixels per em.
_SIZES = (16.0, 24.0)

# So many letters of a line and of a page are looked at: where there are many lines, fewer of
# each tell enough.
_LETTERS = 10
_LEAST_LETTERS = 4
_PAGE_LETTERS = 250

# A column's size is told by its width alone: some about as large are tried.
_COLUMN_SIZES = (0.97, 1.0, 1.03, 1.06)

# Both designs are compared as dark as Song is: what is left to differ is how their strokes
# are shaped.
_THIN = 300

# They are compared as blurred as small print is (pixels of the comparison): hard edges would
# tell more of where strokes lie than of how they are shaped.
_BLUR = 0.9
# What is paler about letters over more pixels than this is left out: it tells how much ink
# there is, not how its strokes are shaped.
_WIDE = 1.5
_FINE = 4
_RIM = 3

# So many letters are kept as they are compared, five kilobytes each.
_KEPT = 4096

# Squares more than so much wider or narrower than they are tall show other letters than were
# read.
_WIDEST = 1.5

# By so much are letters more like Song before lines of one size are set in it, and so much
# more is asked of paragraphs that are not of what is usual among those.
_CLEAR = 0.008
_UNUSUAL = 0.012

# What is against it from the start, as if letters had told it: a few tell little.
_PRIOR = 0.15

# Lines of about one size are of one kind: of those in Song so much, by letters, seems to be.
# Labels of a few letters tell nothing of it.
_OTHER_SIZE = 1.06
_MOSTLY = 0.66

# Latin letters beside Song are serif, but where they are by so much more like sans ones, and
# so like them: what is like neither tells nothing.
_CLEARLY_SANS = 0.03
_LIKE = 0.5
_LATIN = 2

# What is by so much heavier than a page's Song is bold, which stays sans: ours has no bold.
# So is what is heavier than blur makes Song.
_BOLDER = 200.0
_HEAVIEST = 1200.0


@dataclass(frozen=True, slots=True)
class _Lead:
    """By how much letters are more like Song than sans, added up, and how many they are."""

    total: float = 0.0
    letters: int = 0

    def __add__(self, other: _Lead) -> _Lead:
        return _Lead(self.total + other.total, self.letters + other.letters)

    def is_clear(self, *, is_usual: bool) -> bool:
        """Tell whether they are Song, among lines of which that is usual or is not."""
        way = -1 if is_usual else 1
        return self.total > (_CLEAR + way * _UNUSUAL) * self.letters + way * _PRIOR


@dataclass(frozen=True, slots=True)
class _Placed:
    """A letter, its typeface, and where in the line's ink its origin and the next one lie."""

    letter: str
    face: str
    x: float
    end: float
    baseline: float


def share_songs(
    plans: Sequence[Plan],
    paragraphs: Sequence[Sequence[Plan]],
    fonts: Fonts,
    check: Callable[[], None],
) -> None:
    """Set paragraphs in Song whose Chinese and Japanese letters are more like that, in place."""
    telling = [plan for plan in plans if _can_tell(plan, fonts)]
    letters = float(np.clip(_PAGE_LETTERS / max(1, len(telling)), _LEAST_LETTERS, _LETTERS))
    leads = {}
    for plan in telling:
        check()
        leads[id(plan)] = _look(plan, letters, fonts)
    bold = _bold_from(telling, leads)
    usual = _usual([plan for plan in telling if not plan.heaviness > bold], leads)
    # What is too small to tell follows its page.
    rest = 2 * len(usual) > len(telling)
    changed = []
    for paragraph in paragraphs:
        own = [plan for plan in paragraph if plan.is_cjk and not plan.heaviness > bold]
        own = [plan for plan in own if _is_drawn(plan, fonts)]
        told = [id(plan) for plan in own if id(plan) in leads]
        together = sum((leads[each] for each in told), _Lead())
        if together.is_clear(is_usual=not usual.isdisjoint(told) if told else rest):
            changed += own
            _set(own, fonts)
    size_anew(changed, plans, paragraphs, fonts)


def _usual(plans: Sequence[Plan], leads: Mapping[int, _Lead]) -> set[int]:
    """Return the `id` of lines of about one size that are mostly set in Song."""
    usual: set[int] = set()
    ordered = sorted(plans, key=lambda plan: plan.size)
    sizes = np.array([plan.size for plan in ordered])
    starts = np.flatnonzero(sizes[1:] > _OTHER_SIZE * sizes[:-1]) + 1
    for start, end in pairwise([0, *starts, len(ordered)]):
        own = [id(plan) for plan in ordered[start:end]]
        found = [leads[each] for each in own if leads[each].letters >= _LEAST_LETTERS]
        whole = sum(found, _Lead())
        seem = sum((lead for lead in found if lead.total > 0), _Lead())
        is_clear = whole.total > _CLEAR * whole.letters + _PRIOR
        if is_clear and seem.letters > _MOSTLY * whole.letters:
            usual.update(own)
    return usual


def _bold_from(plans: Sequence[Plan], leads: Mapping[int, _Lead]) -> float:
    """Return how heavy letters are that are bold beside those that seem to be Song.

    Blur makes all of a page heavier.
    """
    seem = [plan for plan in plans if leads[id(plan)].total > 0 and np.isfinite(plan.heaviness)]
    if not seem:
        return _HEAVIEST
    heavy = np.array([plan.heaviness for plan in seem])
    bolder = _BOLDER + weighted_median(heavy, np.array([len(plan.text) for plan in seem]))
    return min(_HEAVIEST, bolder)


def _can_tell(plan: Plan, fonts: Fonts) -> bool:
    is_seen = plan.ink is not None and (plan.is_column or plan.spans is not None)
    return plan.is_cjk and is_seen and plan.size >= _SMALLEST_SEEN and _is_drawn(plan, fonts)


def _is_drawn(plan: Plan, fonts: Fonts) -> bool:
    """Tell whether Song has all letters of a line that are Chinese, Japanese or Korean."""
    return all(fonts.draws(letter, SONG) for letter in plan.text if _tells(letter))


def _tells(letter: str) -> bool:
    return letter.isalpha() and is_cjk(letter)


def _look(plan: Plan, letters: float, fonts: Fonts) -> _Lead:
    """Return how much more like Song a line is, told by some of its letters."""
    tried = _COLUMN_SIZES if plan.is_column else (1.0,)
    found = [_likenesses(replace(plan, size=share * plan.size), letters, fonts) for share in tried]
    song, sans = np.max([each.mean(axis=0) for each in found], axis=0)
    return _Lead(len(found[0]) * float(song - sans), len(found[0]))


def _likenesses(plan: Plan, most: float, fonts: Fonts) -> Floats:
    """Return how like some letters of a line are to Song and to sans ones: a row for each."""
    telling = [placed for placed in _places(plan, fonts) if _tells(placed.letter)]
    if plan.ink is None or not telling:
        return np.zeros((1, 2))
    em = float(np.clip(4 * round(plan.size / 4), *_SIZES))
    # Each fills a square as it was designed, however wide the picture shows that.
    square = float(np.median([placed.end - placed.x for placed in telling]))
    square = float(np.clip(square, plan.size / _WIDEST, plan.size * _WIDEST))
    across, down = em / square, em / plan.size
    seen = _scaled(plan.ink.soft, (across, down), int(em))
    rows = []
    for placed in telling[:: max(1, round(len(telling) / most))]:
        at = round(across * placed.x) + int(em), round(down * placed.baseline) + int(em)
        drawn = (_brushed(name, placed.letter, em, fonts) for name in (SONG, CJK))
        rows.append([likeness(seen, glyph, (at[0] + x, at[1] + y)) for glyph, x, y in drawn])
    return np.array(rows)


def _places(plan: Plan, fonts: Fonts) -> Iterator[_Placed]:
    """Yield the letters of a line or column with where they lie."""
    if plan.is_column:
        runs, (middle, first, pitch), face = fit_column(plan, 1, fonts)
        for number, run in enumerate(runs):
            half = face.size * text_length(run.face, run.text, face, fonts) / 2
            baseline = first + number * pitch + BELOW_MIDDLE * face.size
            yield _Placed(run.text, run.face, middle - half, middle + half, baseline)
        return
    face = replace(plan.face, size=1.0)
    for word, (start, end) in zip(plan.words, plan.spans or (), strict=True):
        left, right = bearings(word.runs, face, fonts)
        scale = (end - start) / max(0.1, advance(word.runs, face, fonts) - left - right)
        x = start - scale * left
        for run in word.runs:
            for letter in run.text:
                step = scale * text_length(run.face, letter, face, fonts)
                yield _Placed(letter, run.face, x, x + step, plan.baseline)
                x += step


def _scaled(soft: Mask, scale: tuple[float, float], margin: int) -> Shades:
    """Return the strokes of ink so much wider and taller, with a margin around it."""
    height, width = soft.shape
    size = max(1, round(scale[0] * width)), max(1, round(scale[1] * height))
    method = cv2.INTER_AREA if scale[1] < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(soft, size, interpolation=method)
    framed = cv2.copyMakeBorder(resized, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    return _strokes(framed)


def _strokes(ink: NDArray[Any]) -> Shades:
    """Return what of ink is darker than about it."""
    shades = ink.astype(np.float32)
    return np.asarray(shades - cv2.GaussianBlur(shades, (0, 0), _WIDE), np.float32)


@lru_cache(_KEPT)
def _brushed(name: str, letter: str, em: float, fonts: Fonts) -> tuple[Shades, int, int]:
    """Return a letter as it is compared, and where it lies from its origin, in pixels."""
    # Drawn large, for small ones would be bent to whole pixels.
    face = Face(_FINE * em, _THIN if name == CJK else REGULAR)
    glyph, left, top = drawn_glyph(name, letter, face, fonts)
    x, y = (math.floor(place / _FINE) - _RIM for place in (left, top))
    width = math.ceil((left + glyph.shape[1]) / _FINE) + _RIM - x
    height = math.ceil((top + glyph.shape[0]) / _FINE) + _RIM - y
    large = np.zeros((_FINE * height, _FINE * width), np.uint8)
    at = top - _FINE * y, left - _FINE * x
    large[at[0] : at[0] + glyph.shape[0], at[1] : at[1] + glyph.shape[1]] = glyph
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return _strokes(cv2.GaussianBlur(small, (0, 0), _BLUR)), x, y


def _set(plans: Iterable[Plan], fonts: Fonts) -> None:
    """Set lines of a paragraph in Song, their Latin letters in what those are most like."""
    plans = list(plans)
    latin = sum((_look_at_latin(plan, fonts) for plan in plans), Evidence())
    is_sans = latin.mean(SANS) > max(_LIKE, latin.mean(SERIF) + _CLEARLY_SANS)
    for plan in plans:
        plan.han = SONG
        set_typeface(plan, SANS if is_sans else SERIF, fonts)


def _look_at_latin(plan: Plan, fonts: Fonts) -> Evidence:
    """Return how like a line's Latin letters are to serif and to sans ones."""
    evidence = Evidence()
    if plan.is_column or plan.ink is None or plan.spans is None or plan.stature is None:
        return evidence
    found = list(_latin(plan, fonts))
    if not found:
        return evidence
    designs = {
        name: face_of(
            plan, plan.stature, plan.ink.stroke, [Run(text, name) for text, _ in found], fonts
        )
        for name in (SANS, SERIF)
    }
    for text, span in found:
        evidence += compare(text, span, plan.ink.soft, plan.stature, designs, fonts)
    return evidence


def _latin(plan: Plan, fonts: Fonts) -> Iterator[tuple[str, Span]]:
    """Yield Latin words of a line, among Chinese too, each with where its ink lies."""
    places = _places(plan, fonts)
    for is_latin, group in groupby(places, lambda placed: _is_latin(placed.letter)):
        letters = list(group)
        if is_latin and len(letters) >= _LATIN:
            text = "".join(placed.letter for placed in letters)
            left, right = bearings([Run(text, plan.typeface)], plan.face, fonts)
            yield text, (letters[0].x + left, letters[-1].end - right)


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def leave_regular(plans: Sequence[Plan]) -> None:
    """Give lines in Song its one weight, their Latin letters too, in place."""
    for plan in plans:
        if plan.han == SONG:
            plan.weight = REGULAR
            plan.words = [replace(word, weight=None) for word in plan.words]
