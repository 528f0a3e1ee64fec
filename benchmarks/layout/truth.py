"""The truth of a real page: the boxes of its words, its rows and its columns."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import mean, median

import numpy as np

from benchmarks.layout.pages import LEFT, RIGHT, Item
from benchmarks.layout.scores import FEWEST_MARKS, LEADER, MARKS, count

# Of a word's height: letters nearer than this are of one word, and poppler joins them.
JOINED = 0.1

_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)

# Of a word's height: words nearer than this are of one cell.
_NEAR = 0.7
# Of the lower one's height: a word whose middle is this near is on a row.
_LEVEL = 0.4
# Of the other word's height: one lower than the first and nearer than the second is its note
# or its index.
_SMALL, _BESIDE = 0.8, 0.17
# In points: edges this near are one column's, where so many rows share them.
_EDGE = 1.0
_FEWEST = 3
# In letters: a longer text is prose, and its right edge a margin, which no grid can justify.
_PROSE = 24


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A word or a cell: where it stands, in points from the page's left and top."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def words_of(text: str) -> list[Box]:
    """Return the upright words of what `pdftotext -bbox` wrote."""
    found = []
    for match in _WORD.finditer(text):
        left, top, right, bottom = map(float, match.groups()[:4])
        word = Box(left, top, right, bottom, html.unescape(match[5]))
        is_turned = len(word.text) > 2 and word.height > 1.5 * (word.right - word.left)
        if word.text.strip() and not is_turned:
            found.append(word)
    return found


def rows_of(words: Sequence[Box]) -> list[list[Box]]:
    """Return the rows of a page, each of words on one level and their notes, left to right."""
    hosts = {word: host for word in words if (host := _host(word, words))}
    rows: list[list[Box]] = []
    for word in sorted(set(words) - set(hosts), key=lambda word: (word.middle, word)):
        for row in rows[-3:]:
            if _is_on(word, row):
                row.append(word)
                break
        else:
            rows.append([word])
    for note, host in hosts.items():
        next(row for row in rows if _base(host, hosts) in row).append(note)
    return [sorted(row) for row in rows]


def _host(word: Box, words: Sequence[Box]) -> Box | None:
    """Return the full-sized word that a smaller one is a note or an index of."""
    beside = [other for other in words if _is_raised(word, other)]
    return max(beside, key=lambda other: other.height, default=None)


def _base(word: Box, hosts: Mapping[Box, Box]) -> Box:
    return _base(hosts[word], hosts) if word in hosts else word


def _is_raised(word: Box, other: Box) -> bool:
    gap = max(word.left - other.right, other.left - word.right)
    is_near = (
        gap < _BESIDE * other.height and abs(word.middle - other.middle) < _LEVEL * other.height
    )
    return is_near and word.height < _SMALL * other.height


def _is_on(word: Box, row: Sequence[Box]) -> bool:
    middle = mean(each.middle for each in row)
    height = min(median(each.height for each in row), word.height)
    is_level = abs(word.middle - middle) < _LEVEL * height
    return is_level and all(
        each.right <= word.left + 1 or word.right <= each.left + 1 for each in row
    )


def items_of(rows: Sequence[Sequence[Box]]) -> Iterator[Item]:
    """Yield the cells of a page, and the column that each is in."""
    cells = [(number, cell) for number, row in enumerate(rows) for cell in _cells(row)]
    lefts = _label([cell.left for _, cell in cells])
    rights = _label([cell.right for _, cell in cells])
    short = [count(cell.text) <= _PROSE for _, cell in cells]
    left_counts = Counter(lefts)
    right_counts = Counter(right for right, is_short in zip(rights, short, strict=True) if is_short)
    for at, (row, cell) in enumerate(cells):
        left = left_counts[lefts[at]]
        right = right_counts[rights[at]] if short[at] else 0
        if max(left, right) < _FEWEST:
            yield Item(cell.text, row, at)
        elif left >= right:
            yield Item(cell.text, row, at, LEFT, f"left {lefts[at]}")
        else:
            yield Item(cell.text, row, at, RIGHT, f"right {rights[at]}")


def _cells(row: Sequence[Box]) -> list[Box]:
    cells: list[Box] = []
    for word in _without_leaders(row):
        if cells and word.left - cells[-1].right < _NEAR * word.height:
            last = cells.pop()
            text = f"{last.text} {word.text}"
            cells.append(Box(last.left, last.top, word.right, last.bottom, text))
        else:
            cells.append(word)
    return cells


def _without_leaders(row: Sequence[Box]) -> Iterator[Box]:
    """Yield a row's words without leaders: a page number after one is a cell of its own."""
    parts = [part for word in row for part in _beside_leaders(word)]
    for mark, run in groupby(parts, _mark):
        words = list(run)
        if not mark or sum(len(word.text) for word in words) < FEWEST_MARKS:
            yield from words


def _beside_leaders(word: Box) -> Iterator[Box]:
    width = (word.right - word.left) / len(word.text)
    ends = [0, *(end for match in LEADER.finditer(word.text) for end in match.span())]
    for first, last in zip(ends[::2], [*ends[1::2], len(word.text)], strict=True):
        if text := word.text[first:last]:
            left, right = word.left + first * width, word.right - (len(word.text) - last) * width
            yield Box(left, word.top, right, word.bottom, text)


def _mark(word: Box) -> str:
    return word.text[0] if set(word.text) <= {word.text[0]} & set(MARKS) else ""


def _label(edges: Sequence[float]) -> list[int]:
    """Return a number for each edge, the same for those that are near."""
    order = np.argsort(edges)
    ranked = np.array(edges)[order]
    labels = np.zeros(len(edges), int)
    labels[order] = np.cumsum(np.diff(ranked, prepend=ranked[:1]) > _EDGE)
    return [int(label) for label in labels]


def text_of(row: Sequence[Box]) -> str:
    """Return a row's text, words joined that poppler joins."""
    gaps = [next.left - word.right < JOINED * next.height for word, next in pairwise(row)]
    return "".join(
        word.text + " " * (not near) for word, near in zip(row, [*gaps, True], strict=True)
    )
