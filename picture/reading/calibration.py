"""Scores as they are told: how likely it is that what was read is right.

The readers' own are a mean over letters: of words at .9 hardly six in ten are right, and
of long ones fewer. They are kept as they are wherever readings are compared with one
another, and turned into chances once all of that is done.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import fmean

from picture.page import Line, Page
from picture.words import cut_words

# Nearer to 0 and 1 scores say no more.
_LEAST = 0.001

_OTHERS = "tesseract "


@dataclass(frozen=True, slots=True)
class Curve:
    """How scores become chances: a logistic curve, and what each trait of a word weighs in it.

    It rises with the word's score and the line's, falls with the number of letters, and
    comes to neither 0 nor 1.
    """

    base: float
    word: float
    line: float
    letters: float

    def at(self, traits: tuple[float, float, float]) -> float:
        """Return how likely a word with such traits is right."""
        word, line, letters = traits
        odds = self.base + self.word * word + self.line * line + self.letters * letters
        return 1 / (1 + math.exp(-odds))


# As `python -m benchmarks.reading.reliability --fit` finds them on its fitting half.
_MAIN = Curve(base=-1.52, word=0.42, line=0.68, letters=-0.86)
_TESSERACT = Curve(base=-0.59, word=1.02, line=0.58, letters=-0.7)

CURVES = (_MAIN, _TESSERACT)


def calibrated(page: Page) -> Page:
    """Return a page with scores that are chances, out of one with its readers' own."""
    return replace(page, lines=tuple(map(_calibrated, page.lines)))


def traits(text: str, score: float, line_score: float) -> tuple[float, float, float]:
    """Return what tells whether a word is right: log odds of both scores, log of its length.

    A line's score knows what its words' do not: whether its letters are known at all.
    """
    letters = sum(letter.isalnum() for letter in text)
    return _log_odds(score), _log_odds(line_score), math.log(max(letters, 1))


def _log_odds(score: float) -> float:
    kept = min(max(score, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def _calibrated(line: Line) -> Line:
    """Return a line with its words' chances and, of its own, their mean."""
    words = tuple(replace(word, score=_chance(line, word.text, word.score)) for word in line.words)
    scores: Iterable[float] = (word.score for word in words)
    if not words:
        scores = (_chance(line, line.text[a:b], line.score) for a, b in cut_words(line.text))
    return replace(line, score=fmean(scores), words=words)


def _chance(line: Line, text: str, score: float) -> float:
    curve = _TESSERACT if line.reader.startswith(_OTHERS) else _MAIN
    return curve.at(traits(text, score, line.score))
