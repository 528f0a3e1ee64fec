"""Where the letters of a line were read, along its frame."""

from __future__ import annotations

from unicodedata import east_asian_width

import numpy as np

from picture.page import Line, Word
from picture.redraw.arrays import Floats
from picture.redraw.frame import Frame, Lie


def letter_places(line: Line, frame: Frame, text: str) -> Floats | None:
    """Return where the middle of each letter of a line's text is, in the frame's pixels.

    Spaces are left out; letters of a word share its room. None where words were not read by
    themselves, say other than the text, or do not run along the page's rows.
    """
    said = "".join(word.text for word in line.words)
    if frame.lie is not Lie.STRAIGHT or not said or said != text.replace(" ", ""):
        return None
    middles: Floats = np.concatenate([_middles(word) for word in line.words])
    return np.asarray(middles - frame.region[1].start)


def _middles(word: Word) -> Floats:
    """Return where the letters of a word are, those of a whole cell twice as wide as others."""
    cells = np.array([1.0 + (east_asian_width(letter) in "WF") for letter in word.text])
    (left, _), (right, _) = word.box[:2]
    middles: Floats = left + (right - left) * (np.cumsum(cells) - cells / 2) / cells.sum()
    return middles
