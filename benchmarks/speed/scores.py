"""What is computed from readings: words found, percentiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class Words:
    """True, read and common words, summed over pictures."""

    true: int = 0
    read: int = 0
    common: int = 0

    def add(self, truth: str, text: str) -> None:
        """Count the words of one picture as multisets, in upper case."""
        true, read = Counter(truth.upper().split()), Counter(text.upper().split())
        self.true += true.total()
        self.read += read.total()
        self.common += (true & read).total()

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall, from 0 to 1."""
        return 2 * self.common / max(1, self.true + self.read)


def word_f1(truth: str, text: str) -> float:
    """Return the word F1 of one picture."""
    words = Words()
    words.add(truth, text)
    return words.f1


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile, between two values where it falls between them."""
    return float(np.percentile(values, percent))
