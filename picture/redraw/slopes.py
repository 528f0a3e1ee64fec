"""Which words of an upright line are aslant, as print stresses them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats
from picture.redraw.families import compare, face_of, is_telling
from picture.redraw.fit import Word
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan
from picture.redraw.runs import Run
from picture.redraw.stems import STANDS_OUT, show_stems
from picture.redraw.typefaces import ITALICS, SANS, SERIF

Bools = NDArray[np.bool_]

# A word is aslant if it has so many letters and is by so much more like letters that are.
_LETTERS = 3
_CLEAR = 0.03

# The rest of its line is as clearly upright: letters that print or a camera has slanted a
# little are like either.
_UPRIGHT = -0.06

# Families whose letters aslant are of one design with the upright ones: of two designs, either
# may be more like a third for another reason.
_OF_ONE_DESIGN = (SANS, SERIF)

# Smaller letters than these, in pixels, are too coarse to show it.
_SHARP = 12


def lean_words(
    plans: Sequence[Plan], fonts: Fonts, check: Callable[[], None] = lambda: None
) -> None:
    """Set the words aslant that the picture shows so in upright lines, in place."""
    for plan in plans:
        check()
        if _can_lean(plan) and _any_leans(plan, fonts):
            every = np.ones(len(plan.words), np.bool_)
            leans = _apart(_leads(plan, every, fonts), plan.words)
            plan.words = [
                _aslant(word, plan.typeface, fonts) if does_lean else word
                for word, does_lean in zip(plan.words, leans, strict=True)
            ]


def _can_lean(plan: Plan) -> bool:
    has_words = plan.spans is not None and len(plan.words) > 1
    is_seen = plan.ink is not None and plan.stature is not None and plan.size >= _SHARP
    return has_words and is_seen and plan.typeface in _OF_ONE_DESIGN and not plan.is_cjk


def _any_leans(plan: Plan, fonts: Fonts) -> bool:
    """Tell whether any long word is aslant; letters are compared only where stems may lean."""
    seem = _seem_to_lean(plan)
    return bool(seem.any() and (_leads(plan, seem, fonts) > _CLEAR).any())


def _seem_to_lean(plan: Plan) -> Bools:
    """Return which long words may be aslant, which costs far less than to compare letters."""
    if plan.ink is None or plan.spans is None:
        return np.zeros(len(plan.words), np.bool_)
    stems, stood = show_stems(plan.ink.soft, plan.baseline, plan.size)
    columns = [slice(int(start), math.ceil(end)) for start, end in plan.spans]
    return np.array(
        [
            _is_long(word) and stood[own].sum() > STANDS_OUT * stems[own].sum()
            for word, own in zip(plan.words, columns, strict=True)
        ],
        np.bool_,
    )


def _leads(plan: Plan, which: Bools, fonts: Fonts) -> Floats:
    """Return by how much more like letters aslant than upright ones some words are, else 0."""
    leads = np.zeros(len(plan.words))
    if plan.ink is None or plan.stature is None or plan.spans is None:
        return leads
    upright, aslant = plan.typeface, ITALICS[plan.typeface]
    runs = [Run(word.text, upright) for word in plan.words if is_telling(word.text, fonts)]
    if not runs:
        return leads
    face = face_of(plan, plan.stature, plan.ink.stroke, runs, fonts)
    designs = {upright: face, aslant: face}
    for number, (word, span) in enumerate(zip(plan.words, plan.spans, strict=True)):
        if which[number] and is_telling(word.text, fonts):
            found = compare(word.text, span, plan.ink.soft, plan.stature, designs, fonts)
            leads[number] = found.mean(aslant) - found.mean(upright)
    return leads


def _apart(leads: Floats, words: Sequence[Word]) -> Bools:
    """Return which words are aslant; short ones are so beside another alone."""
    is_long = np.array([_is_long(word) for word in words])
    seem = leads > _CLEAR
    rest = leads[is_long & ~seem]
    if rest.size == 0 or rest.mean() > _UPRIGHT:
        return np.zeros(len(words), np.bool_)
    sure = np.concatenate([[False], seem & is_long, [False]])
    return np.asarray(seem & (is_long | sure[:-2] | sure[2:]), np.bool_)


def _is_long(word: Word) -> bool:
    return sum(map(str.isalpha, word.text)) >= _LETTERS


def _aslant(word: Word, upright: str, fonts: Fonts) -> Word:
    """Return a word with the letters of its line's family aslant, where those are drawn."""
    aslant = ITALICS[upright]
    runs = [
        replace(run, face=aslant)
        if run.face == upright and all(fonts.draws(letter, aslant) for letter in run.text)
        else run
        for run in word.runs
    ]
    return replace(word, runs=tuple(runs))
