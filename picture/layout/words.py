"""The words of a line, wherever it was read."""

from __future__ import annotations

from collections.abc import Iterator

from picture.layout.plane import count_cells
from picture.page import Line, Word
from picture.words import cut_words


def words_of(line: Line) -> tuple[Word, ...]:
    """Return a line's words, cut evenly by its letters' cells where their places are unknown."""
    return line.words or tuple(_cut_evenly(line))


def _cut_evenly(line: Line) -> Iterator[Word]:
    text = line.text.strip()
    spans = list(cut_words(text))
    places = [place for span in spans for place in span]
    cells = [_cells(text[start:end]) for start, end in zip([0, *places], places, strict=False)]
    whole, left = sum(cells), 0
    for (start, end), gap, width in zip(spans, cells[::2], cells[1::2], strict=True):
        left += gap
        area = left / whole, 0, (left + width) / whole, 1
        yield Word(text[start:end], line.score, line.part(*area))
        left += width


def _cells(text: str) -> int:
    return count_cells(text) if text else 0
