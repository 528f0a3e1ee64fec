"""Words on a plate that are smaller than their line: badges, mostly."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from picture.redraw.extent import Face, measure
from picture.redraw.fit import Word
from picture.redraw.fonts import Fonts
from picture.redraw.match import Span
from picture.redraw.plan import Plan
from picture.redraw.plates import Plate

# Sizes are steps apart, as each is a font to open; what is nearly as large as its line is
# of its size.
_STEP = 0.05
_LARGEST = 0.88
_SMALLEST = 0.5

# Words tell their size by capitals and stems that reach so high, in em.
_TALL = 0.6
_SEEN = 127


def scale_words(plan: Plan, fonts: Fonts) -> None:
    """Set words smaller than their line where they stand so on a plate, in place."""
    if plan.ink is None or plan.spans is None or plan.is_cjk:
        return
    for plate in plan.ink.plates:
        is_on = [_stands_on(span, plate) for span in plan.spans]
        scale = _scale(plan, is_on, fonts)
        plan.words = [
            replace(word, scale=scale) if own else word
            for word, own in zip(plan.words, is_on, strict=True)
        ]


def _stands_on(span: Span, plate: Plate) -> bool:
    middle = int((span[0] + span[1]) / 2)
    return bool(plate.mask[:, min(middle, plate.mask.shape[1] - 1)].any())


def _scale(plan: Plan, is_on: list[bool], fonts: Fonts) -> float:
    """Return how large some words are in their line: one, where nothing says otherwise."""
    assert plan.spans is not None  # noqa: S101 - asked for before
    heights = [
        _height(word, span, plan, fonts)
        for word, span, own in zip(plan.words, plan.spans, is_on, strict=True)
        if own
    ]
    known = [height for height in heights if height is not None]
    scale = float(np.median(known)) if known else 1.0
    return _STEP * round(scale / _STEP) if _SMALLEST < scale < _LARGEST else 1.0


def _height(word: Word, span: Span, plan: Plan, fonts: Fonts) -> float | None:
    """Return how tall a word is beside its line's letters, told by what is above the baseline."""
    own = measure(word.runs, Face(1, language=plan.language), fonts)
    assert plan.ink is not None  # noqa: S101 - asked for before
    part = plan.ink.soft[:, max(0, int(span[0])) : math.ceil(span[1])]
    rows = np.flatnonzero((part > _SEEN).any(axis=1))
    if plan.stature is None or rows.size == 0 or -own.top < _TALL:
        return None
    return (plan.stature.baseline - float(rows[0])) / plan.size / -own.top
