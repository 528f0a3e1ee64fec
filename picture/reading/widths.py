"""Marks of Chinese and Japanese lines, as wide as they are printed: half a cell or a whole one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from picture.reading.scripts import FoundLine
from picture.reading.transcript import FULL, TWINS, Reading, Transcript
from picture.words import stands_alone

# The recogniser is never surer than that of either width.
_LEAST = 0.001

# In cells of a line: what a mark takes from which on it is rather of a whole one, more than
# which is a gap that tells nothing, how far letters reach from their middle, Chinese and
# Japanese ones and others, and what odds a cell is worth.
_MIDDLE, _WIDEST = 0.7, 1.5
_HALF_CELL, _HALF_LETTER = 0.5, 0.27
_WORTH = 14.0

# What the other marks of a page are worth at most.
_MOST = 5.0

# These have one width alone: such as stand in lines of Chinese and Japanese only, and others.
_EASTERN = frozenset("、。「」『』《》〈〉【】〔〕")
_OWN = _EASTERN | frozenset("…“”‘’")
_OPENING, _CLOSING = "（(", "）)"
_SKIPPED = "".join(TWINS) + "…“”‘’ "


def width_odds(line: Transcript) -> tuple[float, ...]:
    """Return of each mark with two widths the log odds that it takes a whole cell.

    They are of what the recogniser says, and of how far the letters around are apart.
    """
    letters = line.letters
    marks = [at for at, letter in enumerate(letters) if letter in TWINS]
    if not marks:
        return ()
    cell = _cell(line)
    return tuple(_said(line, at) + _WORTH * (_taken(line, at, cell) - _MIDDLE) for at in marks)


def _said(line: Transcript, at: int) -> float:
    own, twin = line.scores[at], line.twins[at]
    odds = float(np.log((own + _LEAST) / (twin + _LEAST)))
    return odds if line.letters[at] in FULL else -odds


def _cell(line: Transcript) -> float:
    """Return how far apart Chinese or Japanese letters are, in parts of a line; 0 if unknown."""
    alone = np.array([stands_alone(letter) for letter in line.letters])
    steps = np.diff(line.centres)[alone[1:] & alone[:-1]]
    return float(np.median(steps)) if len(steps) else 0.0


def _taken(line: Transcript, at: int, cell: float) -> float:
    """Return how much of a cell each mark of a run takes, where letters on both sides tell."""
    first, last = at, at
    while first >= 0 and _is_mark(line.letters[first]):
        first -= 1
    while last < len(line.letters) and _is_mark(line.letters[last]):
        last += 1
    around = line.letters[max(first, 0)], line.letters[min(last, len(line.letters) - 1)]
    if not cell or first < 0 or last == len(line.letters) or " " in around:
        return _MIDDLE
    length = (line.centres[last] - line.centres[first]) / cell
    beside = sum(_HALF_CELL if stands_alone(letter) else _HALF_LETTER for letter in around)
    taken = float(length - beside) / (last - first - 1)
    return taken if taken <= _WIDEST else _MIDDLE


def _is_mark(letter: str) -> bool:
    return letter in TWINS or letter in _OWN


def with_true_widths(lines: Sequence[FoundLine]) -> None:
    """Give each mark beside Chinese or Japanese the width that it and the page's others tell."""
    known = [(line, _odds(line.reading)) for line in lines if _is_eastern(line.reading)]
    every = [own for _, odds in known for own in odds.values()]
    total, count = sum(every), len(every)
    for line, odds in known:
        sizes = [(group, own + _prior(total - own, count - 1) > 0) for group, own in odds.items()]
        line.reading = _resized(line.reading, [*sizes, *_between_others(line.reading, odds)])


def _is_eastern(reading: Reading) -> bool:
    """Tell whether something is known of the marks of a line with Chinese or Japanese."""
    return any(map(stands_alone, reading.text)) and bool(_own_odds(reading))


def _groups(text: str) -> Iterator[tuple[int, ...]]:
    """Yield the marks beside Chinese or Japanese, brackets two by two."""
    open_at: list[int] = []
    pairs: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in _OPENING:
            open_at.append(at)
        elif char in _CLOSING and open_at:
            pairs[open_at.pop()] = at
    closing = set(pairs.values())
    for at, char in enumerate(text):
        if char in TWINS and at not in closing:
            group = (at, pairs[at]) if at in pairs else (at,)
            if any(_is_beside(text, each) for each in group):
                yield group


def _is_beside(text: str, at: int) -> bool:
    """Tell whether what stands before or behind a mark, and others, is Chinese or Japanese."""
    around = text[:at][::-1].lstrip(_SKIPPED)[:1], text[at + 1 :].lstrip(_SKIPPED)[:1]
    return any(char in _EASTERN or stands_alone(char) for char in around if char)


def _own_odds(reading: Reading) -> dict[int, float]:
    """Return by each mark the log odds that it takes a whole cell."""
    return reading.told(TWINS, reading.widths)


def _odds(reading: Reading) -> dict[tuple[int, ...], float]:
    """Return by each group of marks the log odds that all of them take whole cells."""
    own = _own_odds(reading)
    return {group: sum(own[at] for at in group) for group in _groups(reading.text)}


def _between_others(
    reading: Reading, odds: Mapping[tuple[int, ...], float]
) -> Iterator[tuple[tuple[int], bool]]:
    """Yield the marks among digits and Latin letters that take less than a whole cell."""
    beside = {at for group in odds for at in group}
    for at, own in _own_odds(reading).items():
        if at not in beside and own < 0:
            yield (at,), False


def _prior(total: float, count: int) -> float:
    """Return what the other marks of a page say of one."""
    return max(-_MOST, min(_MOST, total / max(count, 1)))


def _resized(reading: Reading, sizes: Sequence[tuple[Sequence[int], bool]]) -> Reading:
    """Return a line with its marks in their own widths."""
    chars = list(reading.text)
    for group, is_full in sizes:
        for at in group:
            if (chars[at] in FULL) != is_full:
                chars[at] = TWINS[chars[at]]
    return reading.spelled("".join(chars))
