"""Rows made level and columns upright: perspective and curl taken out of a page."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from picture.layout.columns import Columns, find_columns, find_edges
from picture.layout.plane import STEEPEST, Bools, Floats, Indices, Plane, pair_up

PAIR_NOISE, BOX_NOISE = 0.15, 0.6
"""How far, in text heights, a neighbour's centre and a box's own end miss the base line."""
END_NOISE, LEAN_NOISE = 0.15, 0.01
"""How far a box's own end does where boxes lean as lines do, in text heights and box lengths."""
LIKELY_BENDS = np.array([0.02, 0.05, 0.05])
"""How large slope, curl and fanning commonly are, as shares of half the page."""
POSSIBLE_BENDS = np.array([0.1, 0.3, 0.1])
"""How large they are where the boxes' own slopes speak for them."""
LIKELY_LEANS = np.array([0.02, 0.03])
"""How far columns commonly lean, all alike and each by its place on the page."""
EDGE_NOISE = 0.3
"""How far, in cells, a box's end misses its column."""
LARGEST = 1.0
"""No page bends or leans by more than this: what seems to is not one page's text."""
BLURS = (4.0, 2.0, 1.0)
"""Times their noise that boxes' slopes may first miss a fit: the ends of a curl are far from it."""
WORST = 9.0
"""What a line that contradicts a fit costs it, and a neighbour is worth, in squares of noise."""
SAME = 0.25
"""Text heights between two fits of a line at most where they are the same."""
COLUMN_SPANS = (2.5, 2.0, 1.5, 1.25)
"""How far apart, in cells, edges of one column are while its lean is sought."""


@dataclass(frozen=True, slots=True)
class _Field:
    """Centres of lines as shares of half the page's extent, which is `scale` pixels.

    They count from the page's middle, whose column is at `origin`, in pixels.
    """

    x: Floats
    y: Floats
    scale: float
    origin: float


@dataclass(frozen=True, slots=True)
class _Fit:
    """A plane with level rows, how they were bent, and how ill it fits them."""

    plane: Plane
    bends: Floats
    cost: float


def level(plane: Plane) -> Plane:
    """Return the plane with its rows level and its columns upright."""
    return _straighten_columns(_straighten_rows(plane))


def _measure(plane: Plane) -> _Field:
    x, y = (plane.left + plane.right) / 2, plane.middle
    scale = max(float(np.ptp(x)), float(np.ptp(y)), 1e-6) / 2
    origin = float(x.max() + x.min()) / 2
    return _Field((x - origin) / scale, (y - (y.max() + y.min()) / 2) / scale, scale, origin)


def _straighten_rows(plane: Plane) -> Plane:
    """Make rows level, as neighbours say, or else as the boxes' own slopes do.

    Where a page bends by half a row or more, the nearest neighbours are of the next row.
    """
    field = _measure(plane)
    near = _settle(plane, field, plane, LIKELY_BENDS)
    slopes = _fit_slopes(plane, field)
    crossing = _are_stray(plane, field, slopes)
    if _agree(near.bends, slopes, plane, field) and crossing[plane.stray].all():
        return near.plane
    bent = _straighten_bent(_turn(plane, field, slopes[0]))
    return bent.plane if bent.cost < near.cost - WORST else near.plane


def _straighten_bent(plane: Plane) -> _Fit:
    """Return the fit of rows that bend about as the boxes' own slopes say."""
    field = _measure(plane)
    slopes = _fit_slopes(plane, field)
    plane = replace(plane, stray=_are_stray(plane, field, slopes))
    return _settle(plane, field, _lower(plane, field, slopes), POSSIBLE_BENDS)


def _settle(plane: Plane, field: _Field, straight: Plane, likely: Floats) -> _Fit:
    """Fit the bends of a plane, beginning from one that has its rows nearly level."""
    bends, cost = np.zeros(len(likely)), 0.0
    for _ in range(3):
        bends, cost = _fit_bends(plane, field, _neighbours(straight), likely)
        straight = _lower(plane, field, bends)
    return _Fit(straight, bends, cost)


def _lower(plane: Plane, field: _Field, bends: Floats) -> Plane:
    """Return the plane with the bends of its rows taken out."""
    fall = descend(field.x, field.y) @ bends * field.scale
    return replace(plane, middle=plane.middle - fall)


def _fit_slopes(plane: Plane, field: _Field) -> Floats:
    """Fit slope, curl and fan to the boxes' own slopes alone."""
    lines = np.flatnonzero(~plane.vertical)
    steps = _steepen(field)[lines]
    width = np.maximum(plane.right - plane.left, 1e-6)
    noise = LEAN_NOISE + END_NOISE * (plane.height / width)[lines]
    bends: Floats = np.zeros(3)
    for blur in BLURS:
        falls = plane.slope[lines] - steps @ bends
        bends = bends + regress(steps, falls, blur * noise, POSSIBLE_BENDS)
    return np.clip(bends, -LARGEST, LARGEST)


def _steepen(field: _Field) -> Floats:
    """Return how much a slope, a curl and a fan of size one each tilt a row at a point."""
    return np.stack([np.ones(len(field.x)), field.x, field.y], axis=1)


def _turn(plane: Plane, field: _Field, slope: float) -> Plane:
    """Return the plane turned so that what falls by so much is level."""
    angle = np.arctan(slope)
    x = (field.x * np.cos(angle) + field.y * np.sin(angle)) * field.scale + field.origin
    y = (field.y * np.cos(angle) - field.x * np.sin(angle)) * field.scale
    half = (plane.right - plane.left) / 2
    slopes = np.tan(np.clip(np.arctan(plane.slope) - angle, -1, 1))
    return replace(plane, left=x - half, right=x + half, middle=y, slope=slopes)


def _agree(some: Floats, others: Floats, plane: Plane, field: _Field) -> bool:
    """Tell whether two fits put all lines on the same rows."""
    apart = abs(descend(field.x, field.y) @ (some - others)) * field.scale
    return bool(apart.max() <= SAME * np.median(plane.height))


def _are_stray(plane: Plane, field: _Field, slopes: Floats) -> Bools:
    """Tell which lines cross rows that bend so, as the plane does of those that do not."""
    apart = abs(np.arctan(plane.slope) - np.arctan(_steepen(field) @ slopes))
    is_long = plane.right - plane.left > 2 * plane.height
    stray: Bools = (apart > STEEPEST) & is_long & ~plane.vertical
    return stray


def descend(x: Floats, y: Floats) -> Floats:
    """Return how far a slope, a curl and a fan of rows of size one each lower a point."""
    return np.stack([x, x * x / 2, x * y], axis=1)


def _neighbours(plane: Plane) -> tuple[Indices, Indices]:
    """Return each line with the nearest one to its right on its row."""
    left, right = pair_up(plane)
    apart = plane.left[right] - plane.right[left]
    order = np.lexsort((apart, left))
    left, right = left[order], right[order]
    nearest = np.diff(left, prepend=-1) != 0
    return left[nearest], right[nearest]


def _fit_bends(
    plane: Plane, field: _Field, pairs: tuple[Indices, Indices], likely: Floats
) -> tuple[Floats, float]:
    """Fit slope, curl and fan to the lines' own slopes and to the steps between neighbours.

    What the fit costs counts the boxes that lean otherwise and the lines without a neighbour.
    """
    one, other = pairs
    half = (plane.right - plane.left) / 2 / field.scale
    body = plane.body
    place = descend(field.x, field.y)
    along = descend(field.x + half, field.y) - descend(field.x - half, field.y)
    heights = np.maximum(plane.height / field.scale, 1e-6)
    steps = np.concatenate([place[other] - place[one], along[body]])
    falls = np.concatenate([field.y[other] - field.y[one], (2 * half * plane.slope)[body]])
    unlike = abs(heights[one] - heights[other])
    low = np.minimum(heights[one], heights[other])
    noise = np.concatenate([PAIR_NOISE * low + unlike, BOX_NOISE * heights[body]])
    bends = regress(steps, falls, noise, likely)
    noise[len(one) :] = (END_NOISE * heights + 2 * LEAN_NOISE * half)[body]
    misfit = np.minimum(((falls - steps @ bends) / noise) ** 2, WORST).sum()
    return bends, float(misfit + WORST * (plane.stray.sum() - len(one)))


def regress(steps: Floats, falls: Floats, noise: Floats, likely: Floats) -> Floats:
    """Return the likeliest sizes, deaf to falls beyond four times their noise."""
    sizes: Floats = np.zeros(len(likely))
    for _ in range(5):
        misfit = (falls - steps @ sizes) / noise
        trust = np.maximum(1 - (misfit / 4) ** 2, 0) ** 2 / noise**2
        normal = (steps.T * trust) @ steps + np.diag(1 / likely**2)
        solution = np.linalg.lstsq(normal, (steps.T * trust) @ falls)[0]
        sizes = np.clip(solution.astype(np.float64), -LARGEST, LARGEST)
    return sizes


def _straighten_columns(plane: Plane) -> Plane:
    field = _measure(plane)
    lines = np.flatnonzero(plane.body)
    widths = (plane.right - plane.left)[lines] / plane.cells[lines]
    cell = max(float(np.median(widths)) if len(lines) else 0.0, 1e-6)
    straight = plane
    for span in COLUMN_SPANS:
        columns = find_columns(straight.left / cell, straight.right / cell, plane, span)
        leans = _fit_leans(plane, field, columns, cell)
        straight = replace(
            plane,
            left=plane.left - _shift(plane.left, field) @ leans,
            right=plane.right - _shift(plane.right, field) @ leans,
        )
    return straight


def _shift(x: Floats, field: _Field) -> Floats:
    """Return how far a lean and a fan of columns of size one each move a point, in pixels."""
    return np.stack([field.y * field.scale, field.y * (x - field.origin)], axis=1)


def _fit_leans(plane: Plane, field: _Field, columns: Columns, cell: float) -> Floats:
    """Fit lean and fan to the edges that columns share, in columns of three and more."""
    edge = np.choose(columns.kinds, find_edges(plane.left, plane.right, plane))
    shared = np.flatnonzero((columns.tracks >= 0) & plane.body)
    tracks, many = _number(columns.tracks[shared])
    shared, tracks = shared[many >= 3], tracks[many >= 3]
    steps = _from_mean(_shift(edge, field)[shared], tracks) / cell
    falls = _from_mean(edge[shared, None], tracks)[:, 0] / cell
    return regress(steps, falls, np.full(len(falls), EDGE_NOISE), LIKELY_LEANS)


def _number(labels: Indices) -> tuple[Indices, Indices]:
    _, number, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return number, counts[number]


def _from_mean(values: Floats, groups: Indices) -> Floats:
    """Return how far values lie from the mean of their group."""
    counts = np.maximum(np.bincount(groups), 1)
    sums = [np.bincount(groups, column) for column in values.T]
    means = np.stack([(total / counts)[groups] for total in sums], axis=1)
    offsets: Floats = values - means
    return offsets
