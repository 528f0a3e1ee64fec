"""Names in Latin letters on lines in other scripts, cut out for the main recogniser.

Whoever reads the line knows no such letters and guesses; on the whole line the main
recogniser is led astray by letters that it does not know itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from picture.reading.calibration import chance_of
from picture.reading.directions import in_order
from picture.reading.languages import is_latin
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Read, Reading, Spot, mean_score

Pixels = NDArray[np.uint8]
Run = tuple[FoundLine, list[Spot]]

# So many rows of words in doubt are looked at of a page.
_DOUBTED = 0.9
_MOST = 64

# What is cut out with them at either side, of the line's height.
_MARGIN = 0.15


def with_names_read(lines: Sequence[FoundLine], read: Read) -> None:
    """Correct words in doubt that alone are surely Latin; `read` says what crops say."""
    runs = [(line, run) for line in lines if line.reading.reader for run in _doubted(line.reading)]
    readings = read([_cut(line, run) for line, run in runs[:_MOST]])
    for (line, run), name in zip(runs, readings, strict=False):
        if _is_surer(name, replace(line.reading, words=tuple(run))):
            line.reading = _with_name(line, run, name)


def _doubted(reading: Reading) -> Iterator[list[Spot]]:
    """Yield words in doubt that stand side by side, as they stand from the left."""
    words = sorted(reading.words, key=lambda word: word.area[0])
    for in_doubt, run in groupby(words, lambda word: word.score < _DOUBTED):
        if in_doubt and not reading.flipped:
            yield list(run)


def _span(line: FoundLine, run: Sequence[Spot]) -> tuple[float, float]:
    """Return where words begin and end with a margin, in parts of their line's length."""
    margin = _MARGIN * line.height / line.length
    return max(run[0].area[0] - margin, 0.0), min(run[-1].area[2] + margin, 1.0)


def _cut(line: FoundLine, run: Sequence[Spot]) -> Pixels:
    crop = line.crop()
    start, end = (round(edge * crop.shape[1]) for edge in _span(line, run))
    return np.ascontiguousarray(crop[:, start : max(end, start + 1)])


def _is_surer(name: Reading, words: Reading) -> bool:
    """Tell whether a reading is Latin throughout, and rather right than other words.

    What is a part of them may have lost a sign at its edge.
    """
    is_name = bool(name.words) and all(is_latin(word.text) for word in name.words)
    is_part = any(name.text in word.text for word in words.words)
    return is_name and not (is_part or name.flipped) and chance_of(name) > chance_of(words)


def _with_name(line: FoundLine, run: Sequence[Spot], name: Reading) -> Reading:
    """Return what a line says with a name in place of some of its words."""
    start, end = _span(line, run)
    placed = [replace(word, area=_placed(word.area, start, end)) for word in name.words]
    kept = [word for word in line.reading.words if word not in run]
    first = min(map(line.reading.words.index, run))
    words = in_order([*kept[:first], *placed, *kept[first:]])
    text = " ".join(word.text for word in words)
    return replace(line.reading, text=text, score=mean_score(words), words=tuple(words))


def _placed(
    area: tuple[float, float, float, float], start: float, end: float
) -> tuple[float, float, float, float]:
    """Return where an area is on a line of which it was told of a part."""
    left, top, right, bottom = area
    length = end - start
    return start + left * length, top, start + right * length, bottom
