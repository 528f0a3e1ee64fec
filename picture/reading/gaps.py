"""The part of a line of which its reader says nothing for sure."""

from __future__ import annotations

from picture.reading.transcript import Reading, Spot

# So sure are words that are right, and so long: a stroke or two is like many a letter.
_SURE = 0.9
_LONG = 3

Span = tuple[float, float]
"""From and to, in parts of a line's length."""


def widest_gap(reading: Reading) -> Span:
    """Return the widest part of a line between words that are sure."""
    sure = [word.area for word in reading.words if _is_sure(word)]
    starts = [0.0, *(right for _, _, right, _ in sure)]
    ends = [*(left for left, *_ in sure), 1.0]
    return max(zip(starts, ends, strict=True), key=lambda gap: gap[1] - gap[0])


def words_in(reading: Reading, gap: Span) -> list[Spot]:
    """Return the words in a part of a line."""
    start, end = gap
    return [word for word in reading.words if start <= word.area[0] and word.area[2] <= end]


def _is_sure(word: Spot) -> bool:
    return word.score >= _SURE and len(word.text) >= _LONG
