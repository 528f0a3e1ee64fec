"""What a recogniser saw on a line: its letters, how surely, and where along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_BLANK = 0

CLAIMED = 0.8
"""How much of a line's ink its letters account for, at least, where all are known."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Letters in the order of reading; `scores` and `centres` hold a number for each.

    A score is a probability, a centre a part of the line's length, 0 at its start.
    """

    letters: tuple[str, ...] = ()
    scores: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    centres: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def text(self) -> str:
        """Return the letters as one string."""
        return "".join(self.letters)

    @property
    def score(self) -> float:
        """Return the mean score of the letters, 0 where there are none."""
        return float(self.scores.mean()) if self.letters else 0.0

    def part(self, start: int, end: int) -> Transcript:
        """Return some of the letters in a row."""
        chosen = slice(start, end)
        return Transcript(self.letters[chosen], self.scores[chosen], self.centres[chosen])

    def placed(self, start: float, length: float) -> Transcript:
        """Return the same letters where this line is a part of a longer one."""
        return Transcript(self.letters, self.scores, start + self.centres * length)


@dataclass(frozen=True, slots=True)
class Spot:
    """A word and where its ink is, in parts of the line's length and height."""

    text: str
    score: float
    area: tuple[float, float, float, float]
    """Left, top, right and bottom, as the text runs."""


def mean_score(words: Sequence[Spot]) -> float:
    """Return the mean score of the letters of words, 0 where there are none."""
    count = sum(len(word.text) for word in words)
    return sum(word.score * len(word.text) for word in words) / max(count, 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; `flipped` where it stands on its head.

    `claimed` is how much of the line's ink its letters account for: little where it is
    in letters that are not known. `reader` names what read it, beside the main recogniser.
    """

    text: str = ""
    score: float = 0.0
    flipped: bool = False
    words: tuple[Spot, ...] = ()
    claimed: float = 1.0
    reader: str = ""


def transcribe(seen: NDArray[np.float32], letters: Sequence[str]) -> Transcript:
    """Decode what a CTC recogniser says of a line.

    `seen` holds a row for each step along it, with a probability for the blank
    and for each of the `letters` that follow it.
    """
    best = seen.argmax(axis=-1)
    steps = np.flatnonzero((best != _BLANK) & (np.diff(best, prepend=_BLANK) != 0))
    return Transcript(
        tuple(letters[number] for number in best[steps]),
        seen[steps, best[steps]],
        _centres(best, steps) / len(best),
    )


def _centres(best: NDArray[np.intp], steps: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the middle of the steps that say the same letter as each of these."""
    changes = np.append(np.flatnonzero(np.diff(best)) + 1, len(best))
    ends = changes[np.searchsorted(changes, steps, side="right")]
    middle: NDArray[np.float64] = (steps + ends) / 2
    return middle


def join(parts: Sequence[Transcript]) -> Transcript:
    """Return one transcript of parts that follow each other."""
    if len(parts) == 1:
        return parts[0]
    return Transcript(
        tuple(letter for part in parts for letter in part.letters),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.centres for part in parts]),
    )
