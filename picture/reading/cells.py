"""Lines that were read across a table's upright rules, cut into its cells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from picture.page import Line, Quad, Rule, Word, reach
from picture.reading.parts import part_of
from picture.words import cut_words

# In heights of a line: how much shorter a rule may be on each side than the line's box is
# high, and how far a word reaches across it by mistake.
_SHORTER = 0.1
_ACROSS = 0.3

# In heights of a line: how far a stroke that was read is from its rule.
_NEAR = 0.15

# A rule's own stroke as it is read: near by in a word, at that very place, and alone. What
# may as well be written is one only where the rule runs through its middle and beyond the line.
_BARS = frozenset("|¦│｜丨")
_BRACKETS = _BARS | frozenset("[]")
_DOUBTFUL = frozenset("lI1!")
_ALONE = _BRACKETS | _DOUBTFUL


class _Cut(NamedTuple):
    """Where a line ends and begins anew, by its letters, and the rule's place in pixels."""

    end: int
    start: int
    place: float


def cut_at_rules(line: Line, rules: Sequence[Rule]) -> Iterator[Line]:
    """Yield a level line's parts between the upright rules that run all through it.

    What was read of the rules themselves goes away.
    """
    if line.text in _ALONE and any(
        _is_stroke(rule, line, line.box) for rule in crossing(rules, line)
    ):
        return
    cuts = sorted(_cuts(line, rules)) if line.is_level else []
    if not cuts:
        yield line
        return
    whole = len(line.text)
    bounds = [_Cut(0, 0, float("-inf")), *cuts, _Cut(whole, whole, float("inf"))]
    for before, after in pairwise(bounds):
        part = part_of(line, before.start, after.end, before.place, after.place)
        if part is not None:
            yield part


def crossing(rules: Sequence[Rule], line: Line) -> list[Rule]:
    """Return the upright rules that run all through a line."""
    (left, right), (top, bottom) = reach(line.box, (1, 0)), reach(line.box, (0, 1))
    less = _SHORTER * line.height
    through = [
        rule for rule in rules if rule.start[1] <= top + less and rule.end[1] >= bottom - less
    ]
    return [rule for rule in through if rule.is_upright and left <= place_of(rule, line) <= right]


def place_of(rule: Rule, line: Line) -> float:
    """Return how far from the left a rule is where it meets a line."""
    (x0, y0), (x1, y1) = rule.start, rule.end
    middle = sum(reach(line.box, (0, 1))) / 2
    return x0 + (x1 - x0) * (middle - y0) / max(y1 - y0, 1.0)


def goes_beyond(rule: Rule, line: Line) -> bool:
    """Tell whether a rule reaches beyond a line above and below."""
    top, bottom = reach(line.box, (0, 1))
    return rule.start[1] < top and bottom < rule.end[1]


def _is_stroke(rule: Rule, line: Line, box: Quad) -> bool:
    """Tell whether a line's letter in a box is a rule across it that runs through its middle."""
    off = abs(place_of(rule, line) - sum(reach(box, (1, 0))) / 2)
    return off <= _NEAR * line.height and (line.text in _BRACKETS or goes_beyond(rule, line))


def _cuts(line: Line, rules: Sequence[Rule]) -> Iterator[_Cut]:
    spans = list(cut_words(line.text))
    if len(spans) != len(line.words):
        return
    for rule in sorted(crossing(rules, line), key=lambda each: place_of(each, line)):
        cut = _stroke(line, spans, rule) or _gap(line, spans, place_of(rule, line))
        if cut is not None:
            yield cut


def _stroke(line: Line, spans: Sequence[tuple[int, int]], rule: Rule) -> _Cut | None:
    """Return a cut where a rule was read as a letter, without it."""
    place, near = place_of(rule, line), _NEAR * line.height
    for (start, end), word in zip(spans, line.words, strict=True):
        left, right = reach(word.box, (1, 0))
        if word.text in _DOUBTFUL and _is_stroke(rule, line, word.box):
            return _Cut(start, end, place)
        if word.text in _BRACKETS and left - near <= place <= right + near:
            return _Cut(start, end, place)
        if left - 2 * near <= place <= right + 2 * near and (at := _bar(word, place)) is not None:
            return _Cut(start + at, start + at + 1, place)
    return None


def _bar(word: Word, place: float) -> int | None:
    """Return which letter of a word is a rule at a place, were all letters as wide."""
    left, right = reach(word.box, (1, 0))
    at = math.floor(len(word.text) * (place - left) / max(right - left, 1.0))
    if 0 <= at < len(word.text) and word.text[at] in _BRACKETS:
        return at
    near = (each for each in (at, at - 1, at + 1) if 0 <= each < len(word.text))
    return next((each for each in near if word.text[each] in _BARS), None)


def _gap(line: Line, spans: Sequence[tuple[int, int]], place: float) -> _Cut | None:
    """Return a cut between the two words that a rule stands between."""
    most = _ACROSS * line.height
    words = zip(pairwise(spans), pairwise(line.words), strict=True)
    for ((_, end), (start, _)), (one, other) in words:
        left, right = reach(one.box, (1, 0))[1], reach(other.box, (1, 0))[0]
        if min(left, right) - most <= place <= max(left, right) + most:
            return _Cut(end, start, place)
    return None
