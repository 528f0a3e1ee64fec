"""Which ink belongs to which word of a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats

Span = tuple[float, float]
Runs = NDArray[np.int64]

# Gaps narrower than this, in em, part no words.
_LEAST_GAP = 0.05

# Gaps inside of words count for this at most, in em.
_INNER = 0.45

# Words matched to the ink may differ this much in width from one another.
_MISMATCH = 1.6

# Widths are compared with this much added to them, in em: short words vary by more.
_SLACK = 0.15

# Columns that hold less ink than this, in em, may lie between two words that touch.
_VALLEY = 0.22

# Gaps that are looked at beyond those that are needed, the widest first.
_MORE_GAPS = 40

# What a gap of a full em tells against a mismatch of widths; wider ones than this tell no
# more.
_PULL = 0.6
_WIDEST_PULL = 0.35


def match_words(
    widths: Sequence[float], runs: Runs, columns: Floats, size: float
) -> list[Span] | None:
    """Return where the ink of each word lies, or None where the gaps do not tell.

    `widths` are those of the words' ink as it will be drawn, `runs` the stretches of
    columns that hold ink, `columns` how much each column holds, and `size` an em, all
    in pixels.
    """
    if len(widths) == 1:
        return [(float(runs[0, 0]), float(runs[-1, 1]))]
    own = np.array(widths)
    return _match(own, runs, _LEAST_GAP * size, size) or _match(
        own, _parted(runs, columns, size), 0.0, size
    )


def _match(widths: Floats, runs: Runs, least: float, size: float) -> list[Span] | None:
    count = len(widths)
    gaps = runs[1:, 0] - runs[:-1, 1]
    wide = np.flatnonzero(gaps >= least)
    if len(wide) < count - 1:
        return None
    order = np.argsort(-gaps[wide], kind="stable")[: count - 1 + _MORE_GAPS]
    wide = np.sort(wide[order])
    # A word may hold a space that was not read: it counts for no more than room between
    # letters.
    narrow = runs - np.concatenate([[0], np.cumsum(np.maximum(gaps - _INNER * size, 0))])[:, None]
    chosen = _best_gaps(widths, narrow, gaps[wide].astype(np.float64), wide, size)
    if chosen is None:
        return None
    starts = np.concatenate([[0], chosen + 1])
    ends = np.concatenate([chosen, [len(runs) - 1]])
    if not _agree(widths, narrow[ends, 1] - narrow[starts, 0], size):
        return None
    return [(float(runs[a, 0]), float(runs[b, 1])) for a, b in zip(starts, ends, strict=True)]


def _parted(runs: Runs, columns: Floats, size: float) -> Runs:
    """Return the runs cut where they hold little ink: letters aslant reach over gaps."""
    inner = columns[1:-1]
    low = (inner <= columns[:-2]) & (inner < columns[2:]) & (inner < _VALLEY * size)
    cuts = np.flatnonzero(low) + 1
    owner = np.searchsorted(runs[:, 0], cuts, side="right") - 1
    inside = (owner >= 0) & (cuts > runs[owner, 0]) & (cuts < runs[owner, 1] - 1)
    starts = np.sort(np.concatenate([runs[:, 0], cuts[inside]]))
    ends = np.sort(np.concatenate([runs[:, 1], cuts[inside]]))
    return np.column_stack([starts, ends]).astype(np.int64)


def _best_gaps(
    widths: Floats, runs: Floats, gaps: Floats, wide: NDArray[np.intp], size: float
) -> NDArray[np.intp] | None:
    """Return between which runs the words end, so that all widths fit the ink best.

    `gaps` are those after the runs `wide`.
    """
    own = runs[wide + 1, 0] - runs[wide, 1]
    largest = np.sort(own)[::-1][: len(widths) - 1].sum()
    ratio = max(0.3, (runs[-1, 1] - runs[0, 0] - largest) / widths.sum())
    slack = _SLACK * size
    starts = np.concatenate([[runs[0, 0]], runs[wide + 1, 0]])
    ends = np.concatenate([runs[wide, 1], [runs[-1, 1]]])
    # What lies between the start after one gap and the end before another.
    seen = ends[None, :] - starts[:, None]
    follows = np.arange(len(ends))[None, :] >= np.arange(len(starts))[:, None]
    pull = _PULL * np.minimum(gaps / size, _WIDEST_PULL)
    costs = np.full(len(starts), np.inf)
    costs[0] = 0.0
    back = []
    for number, width in enumerate(widths):
        off = np.abs(np.log((np.where(follows, seen, 1.0) + slack) / (ratio * width + slack)))
        total = costs[:, None] + np.where(follows, off * min(1.0, width / size + 0.2), np.inf)
        back.append(total.argmin(axis=0))
        reached = total.min(axis=0)
        if number == len(widths) - 1:
            break
        costs = np.full(len(starts), np.inf)
        costs[1:] = reached[:-1] - pull
    if not np.isfinite(reached[-1]):
        return None
    chosen, place = [], len(ends) - 1
    for choices in back[:0:-1]:
        place = int(choices[place]) - 1
        chosen.append(place)
    return np.asarray(wide[chosen[::-1]], np.intp)


def _agree(widths: Floats, seen: Floats, size: float) -> bool:
    """Tell whether the words are as wide as their ink, all by about the same factor."""
    slack = _SLACK * size
    common = seen.sum() / widths.sum()
    ratios = (seen + slack) / (common * widths + slack)
    return bool(ratios.max() < _MISMATCH and ratios.min() > 1 / _MISMATCH)
