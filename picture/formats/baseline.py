"""What the letters of a line stand on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from picture.page import Line, Point, Quad, Word, reach

_HANGING = frozenset("gjpqyQçşţųąęįŋþ,;()[]{}|/\\@$§_¶µ")
"""What reaches below the letters that stand."""

_DESCENT = 0.2
"""How far below them, as a part of all the ink's height."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The line from under the first letter to under the last, in pixels of the upright picture.

    `corners` are those of a turned box around the words, from the one at the top left of the
    first letter; `size` is its height.
    """

    start: Point
    end: Point
    size: float
    corners: Quad

    @property
    def angle(self) -> float:
        """Return by how many degrees, counter-clockwise, the text is turned: 0 up to 360."""
        (x0, y0), (x1, y1) = self.start, self.end
        return math.degrees(math.atan2(y0 - y1, x1 - x0)) % 360

    @property
    def slope(self) -> float:
        """Return how far down it goes for each pixel to the right, 0 where it goes nowhere."""
        (x0, y0), (x1, y1) = self.start, self.end
        return (y1 - y0) / (x1 - x0) if x0 != x1 else 0.0

    def height_at(self, x: float) -> float:
        """Return how far down the picture it is at a column."""
        return self.start[1] + self.slope * (x - self.start[0])


def find_baseline(line: Line, words: Sequence[Word]) -> Baseline:
    """Return the baseline of a line from its words, of which there is one at least."""
    along = _direction(line)
    down = -along[1], along[0]
    spans = [reach(word.box, along) for word in words]
    heights = [reach(word.box, down) for word in words]
    start, end = min(start for start, _ in spans), max(end for _, end in spans)
    top, low = min(top for top, _ in heights), max(low for _, low in heights)
    feet = [low for word, (_, low) in zip(words, heights, strict=True) if _stands(word.text)]
    # Words that were cut evenly are as high as the line.
    foot = median(feet) if line.words and feet else low - _DESCENT * (low - top)
    left, right = _point(start, foot, along), _point(end, foot, along)
    a, b = _point(start, top, along), _point(end, top, along)
    c, d = _point(end, low, along), _point(start, low, along)
    return Baseline(left, right, max(low - top, 1.0), (a, b, c, d))


def _direction(line: Line) -> Point:
    """Return the direction in which the text runs, of length one."""
    x, y = line.course
    length = math.hypot(x, y)
    return (x / length, y / length) if length else (1.0, 0.0)


def _point(along: float, down: float, direction: Point) -> Point:
    x, y = direction
    return along * x - down * y, along * y + down * x


def _stands(text: str) -> bool:
    """Tell whether a word's ink ends where its letters stand."""
    return any(map(str.isalnum, text)) and _HANGING.isdisjoint(text)
