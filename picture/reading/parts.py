"""Parts of a line, by its letters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from picture.page import Line, Word, reach
from picture.reading.transcript import mean_score
from picture.words import cut_words, stands_alone

# Gaps wider than so many heights of the line, its box's margins included, are between
# cells: beside numbers, words, and letters that are words of their own.
_APART, _APART_WORDS, _APART_LETTERS = 0.75, 1.0, 1.5

# A box reaches beyond its ink by so much of its height at most.
_MARGIN = 0.3


def part_of(
    line: Line, start: int, end: int, left: float = -math.inf, right: float = math.inf
) -> Line | None:
    """Return the letters of a level line from `start` to `end`, or None where there are none.

    Its box ends where its words do; they reach to `left` and `right`, in pixels, at most.
    What was read first is known of whole lines alone.
    """
    words = [
        _cut(word, line.text[max(first, start) : min(last, end)], left, right)
        for (first, last), word in zip(cut_words(line.text), line.words, strict=False)
        if max(first, start) < min(last, end)
    ]
    text = line.text[start:end].strip()
    if not words or not text:
        return None
    reaches = [reach(word.box, (1, 0)) for word in words]
    area = _area(line, min(one for one, _ in reaches), max(other for _, other in reaches))
    box = line.part(*area)
    return replace(
        line,
        text=text,
        score=mean_score(words),
        box=box,
        words=tuple(words),
        first_choice=line.first_choice if text == line.text else "",
    )


def cut_apart(line: Line) -> Iterator[Line]:
    """Yield a line's parts that stand apart, as cells of a table do."""
    spans = list(cut_words(line.text))
    if not line.is_level or len(spans) != len(line.words):
        yield line
        return
    cuts = [
        after[0]
        for (one, other), (_, after) in zip(pairwise(line.words), pairwise(spans), strict=True)
        if _gap(one, other) > _wide(one, other) * line.height
    ]
    for start, end in pairwise([0, *cuts, len(line.text)]):
        part = part_of(line, start, end) if cuts else line
        if part is not None:
            yield part


def _gap(one: Word, other: Word) -> float:
    return reach(other.box, (1, 0))[0] - reach(one.box, (1, 0))[1]


def _wide(one: Word, other: Word) -> float:
    """Return what gap between two words is no blank, in heights of their line."""
    if stands_alone(one.text[-1:]) and stands_alone(other.text[:1]):
        return _APART_LETTERS
    has_numbers = any(char.isdigit() for char in one.text[-1:] + other.text[:1])
    return _APART if has_numbers else _APART_WORDS


def _cut(word: Word, text: str, left: float, right: float) -> Word:
    start, end = reach(word.box, (1, 0))
    if left <= start and end <= right:
        return replace(word, text=text)
    start, end = max(start, left), min(end, right)
    top, bottom = reach(word.box, (0, 1))
    box = ((start, top), (end, top), (end, bottom), (start, bottom))
    return replace(word, text=text, box=box)


def _area(line: Line, left: float, right: float) -> tuple[float, float, float, float]:
    """Return the part of a line's box that has what lies between two places, with its margin."""
    first, last = reach(line.box, (1, 0))
    ends = reach(line.words[0].box, (1, 0))[0] - first, last - reach(line.words[-1].box, (1, 0))[1]
    margin = min(max(min(ends), 0.0), _MARGIN * line.height)
    whole = max(last - first, 1.0)
    start, end = (left - margin - first) / whole, (right + margin - first) / whole
    return max(start, 0.0), 0.0, min(end, 1.0), 1.0
