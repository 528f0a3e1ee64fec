"""What a recogniser would have said next, where a page says that it is right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.reading.dashes import dash_of
from picture.reading.scripts import FoundLine, bounds_of
from picture.reading.transcript import Reading, Second, Spot, is_number
from picture.words import cut_words, stands_alone

Bounds = NDArray[np.float64]

# So likely a second choice must be, which the page speaks for.
_LEAST = 0.001

# How sure one is of it at least: a zero has to share with both sizes of an O.
_SURE = 0.6

_DASHES = frozenset("-–—")
_STROKE = "一"

# Of a page's letters, those of Chinese and Japanese that are signs taken for some.
_FEW = 0.1

# Of a line's height: how far apart edges of a column are, and how far up and down it
# reaches; how many of its texts are numbers, or nearly.
_EDGE = 0.35
_COLUMN = 15.0
_LEVEL = 0.4
_FEWEST = 3
_MOSTLY = 0.75


def with_seconds(lines: Sequence[FoundLine]) -> None:
    """Correct signs that were taken for Chinese, and letters in columns of numbers."""
    letters = [char for line in lines for char in line.reading.text if not char.isspace()]
    few = sum(map(stands_alone, letters)) <= _FEW * len(letters)
    for line in lines if few else ():
        _take(line, _sized(line, line.reading.western))
    if any(_is_nearly(line.reading) for line in lines):
        _correct_numbers(lines)


def _sized(line: FoundLine, second: Second | None) -> Second | None:
    """Return a second choice, a dash alone as the one that is so wide."""
    if second is None or second.text not in _DASHES or len(line.reading.words) != 1:
        return second
    left, _, right, _ = line.reading.words[0].area
    across, down = np.ptp(line.corners, axis=0)
    width = (right - left) * float(across) / max(float(down), 1.0)
    return replace(second, text=dash_of(width))


def _correct_numbers(lines: Sequence[FoundLine]) -> None:
    bounds = bounds_of(lines)
    numbers = np.array([is_number(line.reading.text) for line in lines])
    sure = {line.reading.text for line in lines if not _is_nearly(line.reading)}
    nearly = np.array([_is_nearly(line.reading, sure) for line in lines])
    chosen = [number for number in np.flatnonzero(nearly) if _says(bounds, number, numbers, nearly)]
    for number in chosen:
        line = lines[number]
        # A level stroke is no figure, but a dash where one is missing.
        is_stroke = line.reading.text == _STROKE
        _take(line, _sized(line, line.reading.western) if is_stroke else line.reading.number)


def _is_nearly(reading: Reading, sure: Collection[str] = ()) -> bool:
    """Tell whether a reading is nearly a number, and no text that others surely are."""
    is_other = reading.number is None or reading.number.score < _LEAST or bool(reading.reader)
    return not is_other and reading.text not in sure


def _says(
    bounds: Bounds, number: int, numbers: NDArray[np.bool_], nearly: NDArray[np.bool_]
) -> bool:
    """Tell whether the column of a text, and its row, are of numbers."""
    left, top, right, bottom = bounds[number]
    height = bottom - top
    middle = (bounds[:, 1] + bounds[:, 3] - top - bottom) / 2
    near = np.abs(middle) <= _COLUMN * height
    ends = (
        np.abs(bounds[:, 0] - left),
        np.abs(bounds[:, 2] - right),
        np.abs(bounds[:, 0] + bounds[:, 2] - left - right) / 2,
    )
    row = np.abs(middle) <= _LEVEL * height
    has_numbers = numbers[row].any()
    for end in ends:
        column = near & ~row & (end <= _EDGE * height)
        # What heads a column is no number.
        count = int(np.count_nonzero(column))
        alike = np.count_nonzero(column & (numbers | nearly))
        if count + 1 < _FEWEST or alike < _MOSTLY * float(max(count - 1, 1)):
            continue
        if has_numbers or np.count_nonzero(column & numbers) >= alike / 2:
            return True
    return False


def _take(line: FoundLine, second: Second | None) -> None:
    """Let a line say its second choice, if it is likely enough and has the same words."""
    if second is None or second.score < _LEAST:
        return
    spans = list(cut_words(second.text))
    words = line.reading.words
    if len(spans) != len(words):
        return
    changed: list[Spot] = [
        replace(word, text=second.text[start:end])
        for (start, end), word in zip(spans, words, strict=True)
    ]
    line.reading = replace(
        line.reading,
        text=second.text,
        score=max(line.reading.score, _SURE),
        words=tuple(changed),
        first_choice=line.reading.first_choice or line.reading.text,
    )
