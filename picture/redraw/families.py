"""Which family of typefaces a picture's letters are of: serif, sans, mono, upright or aslant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Mask
from picture.redraw.extent import Design, Face, bearings, text_length
from picture.redraw.fonts import LETTERS, Fonts
from picture.redraw.ink import Ink
from picture.redraw.match import Span
from picture.redraw.plan import Plan, heaviness, match, set_typeface
from picture.redraw.portrait import drawn_glyph
from picture.redraw.runs import Run
from picture.redraw.sizes import size_anew
from picture.redraw.stature import Stature
from picture.redraw.stems import STANDS_OUT, show_stems
from picture.redraw.typefaces import COMIC, ITALICS, MONO, REGULAR, SANS, SERIF

# Every family that is tried, the comic one by whole pages alone. Upright ones are preferred
# where two are as like.
PRINTED = (SANS, SERIF, MONO, *ITALICS.values())
CANDIDATES = (*PRINTED, COMIC)

# Letters are compared at no more pixels per em than this, and at no less.
_LARGEST = 24
_SMALLEST = 12

# So many words and letters of a line are looked at, and so many letters of a page: where
# there are many lines, less of each tells enough.
_WORDS = 5
_LETTERS = 24
_LEAST_LETTERS = 10
_PAGE_LETTERS = 1500
_MOST_LINES = 400

# Whether a page is lettered as comics are is told by so many lines: few pages are.
_COMIC_LINES = 24

# Letters whose stems stand upright are less like those aslant than like their own upright
# ones, mostly by this: they are not compared. The ink of smaller letters, in pixels, is too
# coarse to show it.
_UPRIGHT = 0.2
_SHARP = 12

# Whose weight a family is compared in, if not in that of sans-serif letters.
_WEIGHED = {SERIF: SERIF, ITALICS[SERIF]: SERIF, COMIC: COMIC}

# What is compared of a line: from so far above its baseline to so far below, in em.
_ABOVE = 1.15
_BELOW = 0.4

# A word as wide as this in comparison shows other letters than were read.
_WIDEST = 1.7

# A line with so many letters, by what they tell, may be of another family than its paragraph,
# where that is so much more like.
_ENOUGH = 4
_CLEAR = 0.08

# By so much more like are a paragraph's letters to a family that is not the page's usual
# one: where several are mixed, and how much more where all else is of one.
_MIXED = 0.02
_UNIFORM = 0.1

# Letters are compared with some about as heavy.
_WEIGHTS = (300, 800)

# How far a letter may stand from where it is expected, in pixels of the comparison.
_REACH = 2


@dataclass(slots=True)
class Evidence:
    """How like each family's letters are to those of the picture, added up over letters."""

    likeness: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CANDIDATES, 0.0))
    letters: float = 0.0

    def __add__(self, other: Evidence) -> Evidence:
        both = {name: self.likeness[name] + other.likeness[name] for name in CANDIDATES}
        return Evidence(both, self.letters + other.letters)

    def mean(self, family: str) -> float:
        """Return how like a family's letters are, -1 to 1."""
        return self.likeness[family] / max(1, self.letters)


def is_telling(word: str, fonts: Fonts) -> bool:
    """Tell whether a word's letters show what family they are of."""
    if not any(map(str.isalnum, word)):
        return False
    return word.isascii() or all(_draws(name, word, fonts) for name in (SANS, SERIF, MONO))


def _draws(name: str, word: str, fonts: Fonts) -> bool:
    return all(fonts.draws(letter, name) for letter in word)


def compare(
    word: str,
    span: Span,
    soft: Mask,
    stature: Stature,
    designs: Mapping[str, Face],
    fonts: Fonts,
) -> Evidence:
    """Return how like a word is to some families', nothing where it shows something else.

    `soft` is its line's ink, `span` where the word's own lies in it.
    """
    em, pad = next(iter(designs.values())).size, 2 * _REACH
    low, high = (stature.baseline + way * stature.size for way in (-_ABOVE, _BELOW))
    seen, scale = _part(soft, span, low, high), em / stature.size
    weights = [_difference(letter, em, fonts) for letter in word]
    # What a family does not draw is unlike it.
    found = dict.fromkeys(CANDIDATES, 0.0)
    for name, design in designs.items():
        if not _draws(name, word, fonts):
            continue
        left, right = bearings((Run(word, name),), design, fonts)
        style = em, design.design
        letters = [_drawn(name, letter, *style, fonts) for letter in word]
        width = sum(step for step, *_ in letters) - left - right
        if not 1 / _WIDEST < width / max(1.0, seen.shape[1] * scale) < _WIDEST:
            return Evidence()
        size = (max(1, round(width)), round((_ABOVE + _BELOW) * em))
        resized = cv2.resize(seen, size, interpolation=_method(seen, size))
        own = _framed(np.asarray(resized, np.uint8), pad, pad)
        found[name], start = 0.0, pad - left
        for (step, glyph, x, y), weight in zip(letters, weights, strict=True):
            at = round(start) + x, round(_ABOVE * em) + y + pad
            found[name] += weight * likeness(own, glyph, at)
            start += step
    return Evidence(found, sum(weights))


@lru_cache(LETTERS)
def _drawn(
    name: str, letter: str, size: float, design: Design, fonts: Fonts
) -> tuple[float, Mask, int, int]:
    """Return how far a letter moves on, its ink, 0 to 255, and where that lies, in pixels."""
    face = Face(size, *design)
    step = face.size * text_length(name, letter, face, fonts)
    return step, *drawn_glyph(name, letter, face, fonts)


def _framed(mask: Mask, before: int, after: int) -> Mask:
    """Return a picture with an empty margin around it."""
    height, width = mask.shape
    framed = np.zeros((height + before + after, width + before + after), np.uint8)
    framed[before : before + height, before : before + width] = mask
    return framed


@lru_cache(LETTERS)
def _difference(letter: str, size: float, fonts: Fonts) -> float:
    """Return how much a letter tells: how unlike its serif and its sans-serif form are."""
    face = Face(size, REGULAR)
    (one, *_), (other, *_) = (drawn_glyph(name, letter, face, fonts) for name in (SANS, SERIF))
    height, width = np.maximum(one.shape, other.shape)
    seen = np.zeros((height, width), np.uint8)
    seen[: other.shape[0], : other.shape[1]] = other
    return float(np.clip(1 - likeness(_framed(seen, 2, 2), one, (2, 2)), 0.05, 0.6))


def _method(seen: Mask, size: tuple[int, int]) -> int:
    return cv2.INTER_AREA if size[1] < seen.shape[0] else cv2.INTER_LINEAR


def _part(soft: Mask, span: Span, top: float, bottom: float) -> Mask:
    """Return a part of the ink, blank where that reaches beyond the frame."""
    left, right = max(0, math.floor(span[0])), min(soft.shape[1], math.ceil(span[1]))
    first, last = math.floor(top), max(math.floor(top) + 1, math.ceil(bottom))
    part = np.zeros((last - first, max(1, right - left)), np.uint8)
    low, high = max(0, first), min(soft.shape[0], last)
    if low < high and left < right:
        part[low - first : high - first] = soft[low:high, left:right]
    return part


def likeness(seen: NDArray[Any], glyph: NDArray[Any], at: tuple[int, int]) -> float:
    """Return how like a glyph is to what is seen about where it is expected, -1 to 1."""
    height, width = glyph.shape
    left, top = max(0, at[0] - _REACH), max(0, at[1] - _REACH)
    window = seen[top : at[1] + height + _REACH, left : at[0] + width + _REACH]
    if window.shape[0] < height or window.shape[1] < width or min(glyph.shape) < 2:
        return 0.0
    best = cv2.minMaxLoc(cv2.matchTemplate(window, glyph, cv2.TM_CCOEFF_NORMED))[1]
    return best if math.isfinite(best) and best <= 1.01 else 0.0


def choose_family(
    evidence: Evidence,
    usual: str | None = None,
    clear: float = 0.0,
    names: Sequence[str] = PRINTED,
) -> str:
    """Return which of some families' letters are most like: `usual`, where no other by `clear`."""
    margins = {name: _PREFERENCE.get(name, 0.0) for name in CANDIDATES}
    if usual is not None:
        few = min(1.0, 3 / max(1, evidence.letters))
        margins[usual] += clear + 0.04 * few
    return max(names, key=lambda name: evidence.mean(name) + margins[name])


def _is_lettered(whole: Evidence) -> bool:
    """Tell whether a page is lettered as comics are.

    Handwriting is more like that than like print too, but not as like as what was drawn.
    """
    own = whole.mean(COMIC)
    return own > max(_LETTERED, whole.mean(choose_family(whole)) + _CLEARLY_LETTERED)


# Letters aslant and those of one width are rarer than they seem.
_PREFERENCE = {SANS: 0.01, SERIF: 0.01}

# So like are the letters of comics to ours, and by so much more than any printed ones.
_LETTERED = 0.7
_CLEARLY_LETTERED = 0.04


def share_families(
    plans: Sequence[Plan],
    paragraphs: Sequence[Sequence[Plan]],
    fonts: Fonts,
    check: Callable[[], None],
) -> None:
    """Set each line in the family that its letters, and its paragraph's, are most like."""
    told, names = _look_at([plan for plan in plans if _can_tell(plan)], fonts, check)
    found = {id(plan): told.get(id(plan), Evidence()) for plan in plans}
    whole = _sum(found.values())
    usual = choose_family(whole, names=names) if whole.letters else SANS
    chosen = [(choose_family(each, names=names), each.letters) for each in found.values()]
    agreeing = [letters for name, letters in chosen if name == usual]
    # The more of a page is of one family, the clearer must be what is not.
    share = sum(agreeing) / max(1.0, whole.letters)
    clear = float(np.clip(_MIXED + _UNIFORM * (2 * share - 1), _MIXED, _MIXED + _UNIFORM))
    for paragraph in paragraphs:
        together = _sum(found[id(plan)] for plan in paragraph)
        shared = choose_family(together, usual, clear, names)
        for plan in paragraph:
            own = found[id(plan)]
            is_told = own.letters >= _ENOUGH
            name = choose_family(own, shared, _CLEAR, names) if is_told else shared
            if _can_tell(plan) and name != plan.typeface:
                set_typeface(plan, name, fonts)
                match(plan, fonts)
    _fit_lettered(plans, paragraphs, fonts)


def _look_at(
    plans: Sequence[Plan], fonts: Fonts, check: Callable[[], None]
) -> tuple[dict[int, Evidence], Sequence[str]]:
    """Return how like families' letters are to those of lines, and which families come up."""
    letters = float(np.clip(_PAGE_LETTERS / max(1, len(plans)), _LEAST_LETTERS, _LETTERS))
    # Of very many lines, some tell for all.
    looked_at = plans[:: max(1, len(plans) // _MOST_LINES)]
    found: dict[int, Evidence] = {}
    names, step = CANDIDATES, max(1, len(looked_at) // _COMIC_LINES)
    for start in range(step):
        for plan in looked_at[start::step]:
            check()
            found[id(plan)] = _look(plan, names, letters, fonts)
        if start == 0 and not _is_lettered(_sum(found.values())):
            names = PRINTED
    return found, names


def _fit_lettered(
    plans: Sequence[Plan], paragraphs: Sequence[Sequence[Plan]], fonts: Fonts
) -> None:
    """Size comic lettering anew: all other families are drawn to one measure."""
    size_anew([plan for plan in plans if plan.typeface == COMIC], plans, paragraphs, fonts)


def _can_tell(plan: Plan) -> bool:
    return plan.ink is not None and plan.tells_size and not plan.is_column and not plan.is_cjk


def _look(plan: Plan, names: Sequence[str], letters: float, fonts: Fonts) -> Evidence:
    """Return how like a line's letters are to those of some families, told by a part of them."""
    evidence = Evidence()
    if plan.ink is None or plan.spans is None or plan.stature is None:
        return evidence
    words = [word.text for word in plan.words]
    pairs = [pair for pair in zip(words, plan.spans, strict=True) if is_telling(pair[0], fonts)]
    if not pairs:
        return evidence
    left_out = () if _may_lean(plan, plan.ink) else ITALICS.values()
    weighed = {name: _WEIGHED.get(name, SANS) for name in names if name not in left_out}
    faces = {}
    for family in dict.fromkeys(weighed.values()):
        runs = [Run(word, family) for word, _ in pairs]
        faces[family] = face_of(plan, plan.stature, plan.ink.stroke, runs, fonts)
    designs = {name: faces[family] for name, family in weighed.items()}
    looked_at = 0
    for word, span in sorted(pairs, key=lambda pair: -len(pair[0]))[:_WORDS]:
        if looked_at >= letters:
            break
        looked_at += len(word)
        evidence += compare(word, span, plan.ink.soft, plan.stature, designs, fonts)
    for upright, aslant in ITALICS.items():
        if aslant in left_out:
            evidence.likeness[aslant] = evidence.likeness[upright] - _UPRIGHT * evidence.letters
    return evidence


def _may_lean(plan: Plan, ink: Ink) -> bool:
    """Tell whether a line's letters may be aslant, which costs far less than to compare them."""
    if plan.size < _SHARP:
        return True
    stems, stood = show_stems(ink.soft, plan.baseline, plan.size)
    return bool(stood.sum() > STANDS_OUT * stems.sum())


def face_of(plan: Plan, stature: Stature, stroke: float, runs: Sequence[Run], fonts: Fonts) -> Face:
    """Return the face whose letters are compared with a line's: about as large and heavy."""
    em = float(np.clip(4 * round(stature.size / 4), _SMALLEST, _LARGEST))
    heavy = heaviness(stroke / plan.size, runs, plan, fonts)
    weight = int(np.clip(100 * round(heavy / 100), *_WEIGHTS))
    return Face(em, weight, language=plan.language)


def _sum(evidence: Iterable[Evidence]) -> Evidence:
    return sum(evidence, Evidence())
