"""How well boxes of words lie on the true ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.words.pages import Truth
from picture.page import Quad, Word


@dataclass(frozen=True, slots=True)
class Found:
    """A true word, and how much of it and the word found are the same: 0 where none was."""

    truth: Truth
    iou: float


def match(truths: Sequence[Truth], words: Sequence[Word]) -> list[Found]:
    """Pair words of one text that overlap, the nearest first, each once."""
    pairs = [
        (iou(truth.box, word.box), at, number)
        for at, truth in enumerate(truths)
        for number, word in enumerate(words)
        if word.text == truth.text
    ]
    best = [0.0] * len(truths)
    taken: set[int] = set()
    for overlap, at, number in sorted(pairs, reverse=True):
        if overlap > 0 and not best[at] and number not in taken:
            best[at] = overlap
            taken.add(number)
    return [Found(truth, overlap) for truth, overlap in zip(truths, best, strict=True)]


def iou(one: Quad, other: Quad) -> float:
    """Return the shared part of two quads' area."""
    first, second = (np.array(quad, np.float32) for quad in (one, other))
    shared, _ = cv2.intersectConvexConvex(first, second)
    whole = cv2.contourArea(first) + cv2.contourArea(second) - shared
    return float(shared / whole) if whole > 0 else 0.0
