"""How large letters are and where they stand, from how their ink spreads over the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from picture.redraw.arrays import Floats
from picture.redraw.portrait import Portrait

# The sizes that are tried, as shares of a first guess: steps of 2.5 %.
_SHARES = np.geomspace(0.55, 1.45, 40)


@dataclass(frozen=True, slots=True)
class Stature:
    """The size of letters and the row of their baseline, in pixels, and how well they fit."""

    size: float
    baseline: float
    likeness: float


def match_stature(profile: Floats, own: Portrait, guess: float) -> Stature | None:
    """Return at which size and on which row the letters' ink lies as the picture's does.

    `profile` is how much ink each row of the picture holds, `own` that of the letters,
    `guess` a size in pixels that is right within a half. A neighbour's ink at the rim
    disturbs this less than it does the bounds of the ink.
    """
    inked = np.flatnonzero(own.profile)
    norm = math.sqrt(profile @ profile)
    if inked.size == 0 or norm == 0:
        return None
    top = inked[0] / own.rows_per_em - 2
    bottom = (inked[-1] + 1) / own.rows_per_em - 2
    centres = (np.arange(len(own.profile)) + 0.5) / own.rows_per_em - 2
    best, found = Stature(guess, 0.0, 0.0), (np.zeros(1), 0)
    for size in guess * _SHARES:
        rows = math.ceil((bottom - top) * size) + 1
        drawn = np.interp(top + (np.arange(rows) + 0.5) / size, centres, own.profile)
        products = np.correlate(profile, drawn, "full")
        place = int(products.argmax())
        likeness = float(products[place]) / norm / math.sqrt(drawn @ drawn)
        if likeness > best.likeness:
            best = Stature(float(size), place - (rows - 1) - top * size, likeness)
            found = products, place
    return replace(best, baseline=best.baseline + _peak(*found))


def _peak(values: Floats, place: int) -> float:
    """Return how far beside `place` the highest value lies, to a part of a step."""
    if not 0 < place < len(values) - 1:
        return 0.0
    before, at, after = values[place - 1 : place + 2]
    bend = before - 2 * at + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0
