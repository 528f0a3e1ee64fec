"""How heavy lines and words are set: in few weights a page, as printers do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, weighted_median
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan, heaviness
from picture.redraw.portrait import outline_columns
from picture.redraw.typefaces import REGULAR

# Lines within this ratio of a line's size show what weight is usual; each word counts for
# no more than so many letters.
_PEERS = 1.35
_LONG = 40

# By so much is bold heavier than regular, bold begins here, and so heavy is a page that
# is bold as a whole.
_STEP = 110.0
_BOLD_FROM = 470.0
_ALL_BOLD = 590.0

# Smaller letters than these, in pixels, are blurred: they seem heavier than they are, and
# the smallest are set no heavier than semibold.
_SHARP = 18
_SMALL = 12
_SEMIBOLD = 600

# A word stands out from its line if it has so many letters and is so far beyond what
# parts the bold from the regular.
_LETTERS = 3
_CLEAR = 25.0


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The weights that lines of about one size have: a usual one, and a bolder one if any.

    `border` parts the two by heaviness.
    """

    regular: int
    bold: int
    border: float

    def weight(self, heavy: float) -> int:
        """Return the weight of what is so heavy."""
        return self.bold if heavy > self.border else self.regular


def share_weights(plans: Sequence[Plan], fonts: Fonts) -> None:
    """Give lines, and words in them, the weight of their kind, in place."""
    known = [plan for plan in plans if np.isfinite(plan.heaviness)]
    words = [_weigh_words(plan, fonts) for plan in known]
    sizes = np.array([plan.size for plan in known])
    are_cjk = np.array([plan.is_cjk for plan in known])
    found: dict[tuple[float, bool], _Kinds] = {}
    for plan, own in zip(known, words, strict=True):
        key = (plan.size, plan.is_cjk)
        if key not in found:
            near = (sizes > plan.size / _PEERS) & (sizes < plan.size * _PEERS)
            peers = np.flatnonzero(near & (are_cjk == plan.is_cjk))
            found[key] = _find_kinds(plan.size, np.vstack([words[peer] for peer in peers]))
        _settle(plan, own, found[key])


def _weigh_words(plan: Plan, fonts: Fonts) -> Floats:
    """Return how heavy each word is and how many letters tell it: a row for each, or one.

    No letters of a short word do.
    """
    ink, spans = plan.ink, plan.spans
    if ink is None or spans is None or len(spans) < 2 or plan.size < _SMALL:
        return np.array([[plan.heaviness, len(plan.text)]])
    area = np.concatenate([[0.0], np.cumsum(ink.soft.sum(axis=0) / 255)])
    outline = np.concatenate([[0.0], np.cumsum(outline_columns(ink.soft))])
    rows = []
    for word, (start, end) in zip(plan.words, spans, strict=True):
        letters = sum(len(run.text) for run in word.runs)
        low, high = max(0, int(start) - 1), min(len(area) - 1, round(end) + 1)
        length = outline[min(high, len(outline) - 1)] - outline[min(low, len(outline) - 1)]
        if length < 1:
            rows.append((np.nan, 0.0))
            continue
        stroke = 2 * float(area[high] - area[low]) / length / (word.scale * plan.size)
        tells = letters if letters >= _LETTERS else 0
        rows.append((heaviness(stroke, word.runs, plan, fonts), tells))
    found = np.array(rows)
    return found if found[:, 1].any() else np.array([[plan.heaviness, len(plan.text)]])


def _find_kinds(size: float, words: Floats) -> _Kinds:
    """Return the weights of lines of about one size, told by their words."""
    words = words[words[:, 1] > 0]
    heavy, letters = words[:, 0], np.minimum(words[:, 1], _LONG)
    most = _SEMIBOLD if size < _SMALL else 900
    # Small letters run together: bold ones are told from others less surely.
    blur = max(0.0, _SHARP - size)
    border = _border(heavy, letters, _STEP + 12 * blur)
    if border is not None:
        is_bold = heavy > border
        regular = weighted_median(heavy[~is_bold], letters[~is_bold])
        bold = weighted_median(heavy[is_bold], letters[is_bold])
        # What is lighter than the boldest may be bold too.
        is_heavy = regular > _ALL_BOLD + 30 * blur
        lighter = _hundreds(regular, _SEMIBOLD, most) if is_heavy else _regular(regular, blur)
        return _Kinds(lighter, _hundreds(bold, _SEMIBOLD, most), border)
    usual = weighted_median(heavy, letters)
    if usual > _ALL_BOLD + 30 * blur:
        bold = _hundreds(usual, _SEMIBOLD, most)
        return _Kinds(_regular(usual - 250, blur), bold, usual - 170)
    stands_out = max(_BOLD_FROM, usual + _STEP + 20 * blur)
    return _Kinds(_regular(usual, blur), _hundreds(stands_out + 60, _SEMIBOLD, most), stands_out)


def _border(heavy: Floats, letters: Floats, step: float) -> float | None:
    """Return what parts the regular from the bold, None where all are of one kind."""
    order = np.argsort(heavy)
    values, weights = heavy[order], letters[order].astype(np.float64)
    total, moment = np.cumsum(weights), np.cumsum(weights * values)
    low = moment[:-1] / total[:-1]
    high = (moment[-1] - moment[:-1]) / (total[-1] - total[:-1])
    between = total[:-1] * (total[-1] - total[:-1]) * np.square(high - low)
    if between.size == 0:
        return None
    place = int(between.argmax())
    if high[place] - low[place] < step or high[place] < _BOLD_FROM:
        return None
    border = (low[place] + high[place]) / 2
    # Two kinds leave few words between them.
    is_between = np.abs(values - border) < (high[place] - low[place]) / 6
    return float(border) if weights[is_between].sum() < 0.2 * total[-1] else None


def _settle(plan: Plan, words: Floats, kinds: _Kinds) -> None:
    """Give a line the weight of most of it, and its words theirs."""
    heavy, letters = words.T
    if len(words) != len(plan.words) or letters.max() < _LETTERS:
        plan.weight = kinds.weight(plan.heaviness)
        return
    lengths = np.array([len(word.text) for word in plan.words])
    bold = bool(lengths[heavy > kinds.border].sum() > lengths[np.isfinite(heavy)].sum() / 2)
    plan.weight = kinds.bold if bold else kinds.regular
    other = kinds.regular if bold else kinds.bold
    beyond = (kinds.border - heavy) if bold else (heavy - kinds.border)
    plan.words = [
        replace(word, weight=other) if is_other else word
        for word, is_other in zip(plan.words, _apart(beyond, letters), strict=True)
    ]


def _apart(beyond: Floats, letters: Floats) -> NDArray[np.bool_]:
    """Return which words stand out, by how far each is beyond the border.

    Short ones do so between two that do, and beside one where they are as clearly beyond.
    """
    apart = (beyond > _CLEAR) & (letters > 0)
    before = np.concatenate([[False], apart[:-1]])
    after = np.concatenate([apart[1:], [False]])
    joined = (before & after) | ((beyond > 2 * _CLEAR) & (before | after))
    return np.asarray(apart | ((letters == 0) & joined), np.bool_)


def _regular(heavy: float, blur: float) -> int:
    """Return the weight of letters that are not bold: the design's own, if they are near it."""
    return REGULAR if 300 < heavy < 530 + 30 * blur else _hundreds(heavy, 200, 500)


def _hundreds(weight: float, least: int, most: int) -> int:
    return int(np.clip(100 * round(weight / 100), least, most))
