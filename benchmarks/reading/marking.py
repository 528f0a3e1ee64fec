"""Which of the words that were read are right."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmarks.speed.pictures import true_lines
from picture.layout import sort_lines, words_of
from picture.page import Line, Page, Quad, Word
from picture.words import cut_words

# A word belongs to a line whose box its middle lies in, in heights beyond its ends.
_BESIDE = 0.3

_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A word that was read, on its line, and whether it is right."""

    word: Word
    line: Line
    is_right: bool


def marked(page: Page, truth: str) -> list[Marked]:
    """Mark the words of a page whose text is known to the letter.

    Those are right that are among the true ones in their order, from one end to the
    other: a letter more, a space lost or a comma for a point makes a word wrong. Signs
    alone are not looked at, and wide and narrow ones are the same.
    """
    words = [pair for line in sort_lines(page).lines for pair in _words(line)]
    true = [text for start, end in cut_words(truth) if _says(text := _plain(truth[start:end]))]
    right = _common([_plain(word.text) for word, _ in words], true)
    return [Marked(*pair, number in right) for number, pair in enumerate(words)]


def marked_by_place(page: Page, path: Path) -> list[Marked]:
    """Mark the words of a page by a truth file of lines, in capitals, with their boxes.

    Such files have spaces about signs as it came: only runs of letters and digits are
    compared. What lies in no true line is left out: nobody knows what it says.
    """
    truths = [(_bounds(numbers), text) for numbers, text in true_lines(path)]
    found: dict[int, list[tuple[Word, Line]]] = defaultdict(list)
    for line in page.lines:
        for word, _ in _words(line):
            at = _line_at(_middle(word.box), [bounds for bounds, _ in truths])
            if at is not None:
                found[at].append((word, line))
    return [each for at, words in found.items() for each in _marked_in(words, truths[at][1])]


def _marked_in(words: Sequence[tuple[Word, Line]], truth: str) -> Iterator[Marked]:
    """Mark the words that lie in one true line."""
    words = sorted(words, key=lambda pair: _middle(pair[0].box))
    runs = [(number, run) for number, (word, _) in enumerate(words) for run in _runs(word.text)]
    right = _common([run for _, run in runs], _runs(truth))
    wrong = {number for at, (number, _) in enumerate(runs) if at not in right}
    for number, pair in enumerate(words):
        yield Marked(*pair, number not in wrong)


def _words(line: Line) -> Iterator[tuple[Word, Line]]:
    return ((word, line) for word in words_of(line) if _says(word.text))


def _common(read: Sequence[str], true: Sequence[str]) -> set[int]:
    """Return which of the texts are also among the true ones, in their order."""
    codes = LCSseq.opcodes(read, true)
    same = (range(code.src_start, code.src_end) for code in codes if code.tag == "equal")
    return {number for numbers in same for number in numbers}


def _says(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _runs(text: str) -> list[str]:
    return _RUN.findall(_plain(text).upper())


def _bounds(numbers: Sequence[str]) -> tuple[float, float, float, float]:
    across, down = [float(x) for x in numbers[::2]], [float(y) for y in numbers[1::2]]
    return min(across), min(down), max(across), max(down)


def _middle(box: Quad) -> tuple[float, float]:
    return sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4


def _line_at(
    place: tuple[float, float], bounds: Iterable[tuple[float, float, float, float]]
) -> int | None:
    """Return the line that a place lies in, the nearest where there are several."""
    x, y = place
    near = [
        (abs(top + bottom - 2 * y), number)
        for number, (left, top, right, bottom) in enumerate(bounds)
        if top <= y <= bottom
        and left - _BESIDE * (bottom - top) <= x <= right + _BESIDE * (bottom - top)
    ]
    return min(near)[1] if near else None
