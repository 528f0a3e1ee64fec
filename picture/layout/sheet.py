"""A page's rules made level and upright, and what else is on the page with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from picture.layout.level import descend, regress
from picture.layout.plane import Bools, Floats, Indices, weighted_median
from picture.page import Line, Page, Point, Quad, Rule

_STEEPEST = 0.3
"""Rules that fall, or lean, by more pixels a pixel are neither level nor upright."""
_SHORTEST = 0.3
"""Line heights; shorter rules are marks."""
_LIKELY = np.array([0.05, 0.05, 0.05])
"""How much rules commonly fall, curl and fan out, beside the fall that most have."""
_NOISE = 0.01
_END_NOISE = 0.25
"""How far ends of rules miss their place, in line heights."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """Rules of one direction as arrays, each from `near` to `far` along it, `at` across.

    All is in pixels of the page made level.
    """

    near: Floats
    far: Floats
    at: Floats
    thickness: Floats

    def __len__(self) -> int:
        return len(self.at)

    def chosen(self, which: Bools | Indices) -> Strokes:
        """Return some of them."""
        return Strokes(self.near[which], self.far[which], self.at[which], self.thickness[which])


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page made level: its rules, and where its places are moved to.

    `height` is that of most of its lines. `falls` and `leans` say how its rows and its
    columns run, in parts of `scale` pixels around `middle`.
    """

    rules: tuple[Rule, ...]
    height: float
    middle: Floats
    scale: float

    @cached_property
    def falls(self) -> Floats:
        """How rows fall, curl and fan out."""
        return self._fit(self._ends, along=0)

    @cached_property
    def leans(self) -> Floats:
        """How columns lean, curl and fan out."""
        return self._fit(self._ends, along=1)

    @cached_property
    def level(self) -> Strokes:
        """What runs across the page, from left to right."""
        return self._strokes(along=0)

    @cached_property
    def upright(self) -> Strokes:
        """What runs down the page, from top to bottom."""
        return self._strokes(along=1)

    def flatten(self, points: Sequence[Point] | Floats) -> Floats:
        """Return where places of the page are on it made level: an array of x and y."""
        places = np.array(points, dtype=float).reshape(-1, 2)
        return places - self._moved(places) if self.rules else places

    def bend(self, points: Floats) -> Floats:
        """Return where places of the page made level are on it."""
        bent = points
        # What moves a place depends on the place itself: each round comes much nearer.
        for _ in range(4):
            bent = points + self._moved(bent)
        return bent

    def frames(self, boxes: Floats) -> list[Quad]:
        """Return the corners on the page of boxes on it made level.

        Boxes are given by left, top, right and bottom.
        """
        corners = self.bend(boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 2))
        quads = corners.round(1).reshape(-1, 4, 2).tolist()
        return [((a[0], a[1]), (b[0], b[1]), (c[0], c[1]), (d[0], d[1])) for a, b, c, d in quads]

    def _moved(self, places: Floats) -> Floats:
        x, y = ((places - self.middle) / self.scale).T
        across, down = descend(y, x) @ self.leans, descend(x, y) @ self.falls
        moved: Floats = self.scale * np.stack([across, down], axis=1)
        return moved

    @cached_property
    def _ends(self) -> Floats:
        """The rules' ends: rule by rule, start and end, x and y."""
        ends = np.array([(rule.start, rule.end) for rule in self.rules], dtype=float)
        found: Floats = ends.reshape(-1, 2, 2)
        return found

    @cached_property
    def _thickness(self) -> Floats:
        return np.array([rule.thickness for rule in self.rules], dtype=float)

    def _running(self, along: int) -> Bools:
        """Return which rules run in a direction: 0 is across, 1 down."""
        step = self._ends[:, 1] - self._ends[:, 0]
        is_long = abs(step[:, along]) >= max(_SHORTEST * self.height, 1.0)
        return is_long & (abs(step[:, 1 - along]) <= _STEEPEST * abs(step[:, along]))

    def _fit(self, ends: Floats, along: int) -> Floats:
        ends = ends[self._running(along)]
        if not len(ends):
            return np.zeros(3)
        step = ends[:, 1] - ends[:, 0]
        length = abs(step[:, along])
        slope = step[:, 1 - along] / step[:, along]
        usual = weighted_median(slope, length**2)
        place = (ends.mean(axis=1) - self.middle) / self.scale
        steps = np.stack([np.ones(len(ends)), place[:, along], place[:, 1 - along]], axis=1)
        noise = _NOISE + _END_NOISE * self.height / length
        fitted: Floats = regress(steps, slope - usual, noise, _LIKELY) + np.array([usual, 0, 0])
        return fitted

    def _strokes(self, along: int) -> Strokes:
        which = self._running(along)
        flat = self.flatten(self._ends[which]).reshape(-1, 2, 2)
        return Strokes(
            near=flat[:, :, along].min(axis=1),
            far=flat[:, :, along].max(axis=1),
            at=flat[:, :, 1 - along].mean(axis=1),
            thickness=self._thickness[which],
        )


def spread(page: Page, lines: Sequence[Line]) -> Sheet:
    """Return a page made level by its rules; `lines` are those with text."""
    height = float(np.median([line.height for line in lines])) if lines else 0.0
    middle = np.array([page.width / 2, page.height / 2])
    return Sheet(page.rules, max(height, 1.0), middle, max(page.width, page.height) / 2)
