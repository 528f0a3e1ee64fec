"""The order in which words are read on a line that runs to the left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from unicodedata import bidirectional

from picture.reading.transcript import Spot

_TO_LEFT = frozenset(("R", "AL"))
_TO_RIGHT = frozenset("L")
_NUMBER = frozenset(("EN",))


def in_order(words: Sequence[Spot]) -> list[Spot]:
    """Return the words of a line in the order of reading, as Unicode sets them out.

    On a line to the left a name in Latin letters and the numbers that follow it are read to
    the right.
    """
    if not _runs_to_left(words):
        return list(words)
    runs: list[list[Spot]] = []
    for word in sorted(words, key=lambda word: word.area[0]):
        if runs and _has(runs[-1][0], _TO_RIGHT) and _has(word, _TO_RIGHT | _NUMBER):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [word for run in reversed(runs) for word in run]


def _runs_to_left(words: Sequence[Spot]) -> bool:
    """Tell whether a line has letters that run to the left, and its first words on the right."""
    has_any = any(bidirectional(char) in _TO_LEFT for word in words for char in word.text)
    return has_any and words[0].area[0] > words[-1].area[0]


def _has(word: Spot, kinds: Collection[str]) -> bool:
    """Tell whether a word has letters of some kinds, and none that run to the left."""
    own = set(map(bidirectional, word.text))
    return not own.isdisjoint(kinds) and own.isdisjoint(_TO_LEFT)
