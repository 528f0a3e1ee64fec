"""Scores as they are told: how likely it is that what was read is right.

The readers' own are a mean over letters: of words at .9 hardly six in ten are right, and
of long ones fewer. They are kept as they are wherever readings are compared with one
another, and turned into chances once all of that is done.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from operator import mul
from statistics import fmean

from picture.page import Line, Page
from picture.reading.transcript import Reading
from picture.words import cut_words

# Nearer to 0 and 1 scores say no more.
_LEAST = 0.001

_OTHERS = "tesseract "

Traits = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """How scores become chances: a logistic curve, and what each trait of a word weighs in it.

    It rises with the word's score, ever less or more by `bend`, and with the line's, falls
    with the number of letters, and comes to neither 0 nor 1.
    """

    base: float
    word: float
    bend: float
    line: float
    letters: float

    def at(self, traits: Traits) -> float:
        """Return how likely a word with such traits is right."""
        weights = self.word, self.bend, self.line, self.letters
        return 1 / (1 + math.exp(-self.base - sum(map(mul, weights, traits))))


# As `python -m benchmarks.reading.reliability --fit` finds them on its fitting half.
_MAIN = Curve(base=-2.04, word=0.94, bend=-0.06, line=0.66, letters=-0.96)
_TESSERACT = Curve(base=0.49, word=0.24, bend=0.21, line=0.67, letters=-0.67)

CURVES = (_MAIN, _TESSERACT)


def calibrated(page: Page) -> Page:
    """Return a page with scores that are chances, out of one with its readers' own."""
    return replace(page, lines=tuple(map(_calibrated, page.lines)))


def chance_of(reading: Reading) -> float:
    """Return how much of what a reader says is likely right, to compare readers by."""
    words = reading.words
    chances = (_chance(reading.reader, reading.score, word.text, word.score) for word in words)
    return fmean(chances) if words else 0.0


def traits(text: str, score: float, line_score: float) -> Traits:
    """Return what tells whether a word is right.

    Its log odds, their square where they are even or better, the line's, and the log of its
    length. A line's score knows what its words' do not: whether its letters are known at all.
    """
    letters = sum(letter.isalnum() for letter in text)
    odds = _log_odds(score)
    return odds, max(odds, 0.0) ** 2, _log_odds(line_score), math.log(max(letters, 1))


def _log_odds(score: float) -> float:
    kept = min(max(score, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def _calibrated(line: Line) -> Line:
    """Return a line with its words' chances and, of its own, their mean."""
    chance = partial(_chance, line.reader, line.score)
    words = tuple(replace(word, score=chance(word.text, word.score)) for word in line.words)
    scores: Iterable[float] = (word.score for word in words)
    if not words:
        scores = (chance(line.text[a:b], line.score) for a, b in cut_words(line.text))
    return replace(line, score=fmean(scores), words=words)


def _chance(reader: str, line_score: float, text: str, score: float) -> float:
    curve = _TESSERACT if reader.startswith(_OTHERS) else _MAIN
    return curve.at(traits(text, score, line_score))
