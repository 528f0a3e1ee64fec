"""Letters of one width: lines in which that is the same are of one size."""

from __future__ import annotations

from collections.abc import Sequence

from picture.redraw.extent import text_length
from picture.redraw.fit import width_ratio
from picture.redraw.fonts import Fonts
from picture.redraw.plan import Plan, match, set_typeface, settle
from picture.redraw.runs import is_leader
from picture.redraw.sizes import even_size
from picture.redraw.typefaces import MONO

# Pitches that are one differ by less than this ratio, as they are measured on so many
# letters at least. Shorter lines follow sizes as near as this to theirs; a row of dashes
# has a pitch only if it is long.
_SAME = 1.03
_LETTERS = 8
_NEAR = 1.1
_LONG = 12

# A letter that is as wide as any: those aslant are a little narrower than the upright ones.
_LETTER = "n"


def share_pitches(plans: Sequence[Plan], fonts: Fonts) -> None:
    """Give monospaced lines of one pitch one size, and rows of dashes between them theirs.

    How wide such letters are tells their size more surely than how tall a line's happen
    to be.
    """
    spaced = [plan for plan in plans if _is_spaced(plan)]
    short = [plan for plan in spaced if len(plan.text) < _LETTERS]
    left = [(plan, _pitch(plan, fonts)) for plan in spaced if len(plan.text) >= _LETTERS]
    while left:
        pitch = max(left, key=lambda pair: len(pair[0].text))[1]
        same = [plan for plan, own in left if 1 / _SAME < own / pitch < _SAME]
        left = [pair for pair in left if pair[0] not in same]
        if len(same) > 1:
            size = even_size([same])
            same += [plan for plan in short if 1 / _NEAR < plan.size / size < _NEAR]
            short = [plan for plan in short if plan not in same]
            same += [plan for plan in plans if _is_row(plan, pitch)]
            _set_size(same, size, fonts)


def _is_spaced(plan: Plan) -> bool:
    """Tell whether a line is set in letters of one width."""
    is_told = plan.spans is not None and plan.tells_size and not plan.is_cjk
    return is_told and plan.family == MONO


def _pitch(plan: Plan, fonts: Fonts) -> float:
    """Return how far it is from one letter to the next, in pixels."""
    spans = plan.spans or []
    pitch = text_length(plan.typeface, _LETTER, plan.face, fonts)
    return pitch * plan.size * width_ratio(plan.words, spans, plan.face, fonts)


def _is_row(plan: Plan, pitch: float) -> bool:
    """Tell whether a line is a row of dashes of the same pitch."""
    if plan.ink is None or plan.is_column or len(plan.text) < _LONG or not is_leader(plan.text):
        return False
    # Between the outer edges of the first and the last there is one pitch less, and a mark.
    low, high = (plan.ink.width / (len(plan.text) - free) for free in (1, 0))
    return low * _SAME > pitch > high / _SAME


def _set_size(plans: Sequence[Plan], size: float, fonts: Fonts) -> None:
    for plan in plans:
        plan.size = size
        if plan.family != MONO:
            set_typeface(plan, MONO, fonts)
        match(plan, fonts)
        settle(plan)
