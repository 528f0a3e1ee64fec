"""Columns: edges, centres and decimal points that lines share from row to row."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace

import numpy as np

from picture.layout.plane import Bools, Floats, Indices, Plane

LEFT, RIGHT, CENTRE, POINT = 0, 1, 2, 3
MOST_BY_CHANCE = 2
"""Other lines of one width on one spot that may be there by chance."""
MOST_NEEDED = 5
"""Lines that make a column of any text, as of a paragraph below a figure's small type."""
FEWEST, NEAREST = 4, 1.0
"""Lines of a column that others join, and how many cells from it those are at most."""
LONG, FEWEST_STARTS = 24, 2
"""Cells of prose, whose right edge is a margin where so many texts start together: no grid of
letters can justify."""
NEIGHBOURHOOD = 24
"""Line heights up and down the page within which lines share a column's edge."""


@dataclass(frozen=True, slots=True)
class Columns:
    """For each line the edge its column shares, the column's label or -1, and its place."""

    kinds: Indices
    tracks: Indices
    places: Floats


@dataclass(frozen=True, slots=True)
class Traits:
    """Which lines share their right edge with lines of another length, and with mostly prose."""

    varied: Bools
    margin: Bools


def find_columns(start: Floats, end: Floats, plane: Plane, span: float) -> Columns:
    """Return the columns that lines share, as edges no more than `span` apart.

    A line belongs to the column of that edge which most other lines share.
    """
    edges = find_edges(start, end, plane)
    labels = np.stack([_label_columns(edge, span) for edge in edges])
    counts = np.stack([_count_near(edge, plane, span) for edge in edges])
    # A few lines of one width share every edge by chance; many are a justified block.
    chance = np.minimum(_count_alike(labels), MOST_BY_CHANCE)
    traits = Traits(_are_varied(labels[RIGHT], plane), _are_at_margin(labels[RIGHT], plane))
    kinds = _agree(_prefer(counts - chance, plane, traits), labels, plane, traits)
    # The less of its box a text fills, the more its edge matters, and the surer it must be.
    support = np.choose(kinds, _prefer(counts, plane, traits))
    unlike = abs(end - start - plane.cells)
    shared = support >= np.minimum(2 + unlike / 4, MOST_NEEDED)
    label = np.choose(kinds, labels) * len(edges) + kinds
    sums = np.bincount(label, np.choose(kinds, edges))
    place = sums[label] / np.bincount(label)[label]
    return Columns(
        np.where(shared, kinds, LEFT), np.where(shared, label, -1), np.where(shared, place, start)
    )


def join_near(columns: Columns) -> Columns:
    """Let lines without a column join one that begins very near them."""
    begun = columns.tracks[(columns.tracks >= 0) & (columns.kinds == LEFT)]
    tracks, first, counts = np.unique(columns.tracks, return_index=True, return_counts=True)
    many = np.isin(tracks, begun) & (counts >= FEWEST)
    if not many.any():
        return columns
    tracks, places = tracks[many], columns.places[first[many]]
    nearest = _find_nearest(places, columns.places)
    near = abs(places[nearest] - columns.places) <= NEAREST
    joins = near & (columns.tracks < 0)
    return replace(
        columns,
        tracks=np.where(joins, tracks[nearest], columns.tracks),
        places=np.where(joins, places[nearest], columns.places),
    )


def _find_nearest(places: Floats, values: Floats) -> Indices:
    """Return for each value the index of the nearest place."""
    order = np.argsort(places)
    ranked = places[order]
    after = np.searchsorted(ranked, values)
    before = np.maximum(after - 1, 0)
    after = np.minimum(after, len(ranked) - 1)
    is_before = values - ranked[before] <= ranked[after] - values
    nearest: Indices = order[np.where(is_before, before, after)]
    return nearest


def find_edges(start: Floats, end: Floats, plane: Plane) -> tuple[Floats, ...]:
    """Return the left and right edges of lines, their centres and their decimal points."""
    return start, end, (start + end) / 2, start + plane.point * (end - start)


def _are_varied(labels: Indices, plane: Plane) -> Bools:
    """Tell which lines share their edge with lines of another length."""
    longest, shortest = np.zeros(len(labels)), np.full(len(labels), np.inf)
    np.maximum.at(longest, labels, plane.cells)
    np.minimum.at(shortest, labels, plane.cells)
    varied: Bools = longest[labels] > shortest[labels]
    return varied


def _are_at_margin(labels: Indices, plane: Plane) -> Bools:
    """Tell which long texts of letters end where mostly such do: labels end with shorter ones."""
    has_letters = np.array([any(map(str.isalpha, text)) for text in plane.texts], dtype=bool)
    prose = has_letters & ~plane.numeric & (plane.cells > LONG)
    at_margin: Bools = prose & (2 * np.bincount(labels, prose) > np.bincount(labels))[labels]
    return at_margin


def _prefer(counts: Floats, plane: Plane, traits: Traits) -> Floats:
    """Rank the edges of each line by how many share them."""
    rank = counts.copy()
    rank[CENTRE] = 0.9 * rank[CENTRE] - 0.3
    rank[POINT] = np.where(plane.point < 1, rank[POINT], -np.inf)
    # Text that shares both its edges, as justified text does, goes by the usual one of its kind.
    usual = np.where(plane.numeric, RIGHT, LEFT), np.arange(rank.shape[1])
    is_margin = traits.margin & (counts[LEFT] >= FEWEST_STARTS)
    rank[RIGHT] = np.where(is_margin, -np.inf, rank[RIGHT])
    # Codes of one length share both edges too: a name above them tells which is the column's.
    strength = np.where(plane.numeric & ~traits.varied, 1.0, 1.3)
    rank[usual] = strength * rank[usual] + 0.2
    return rank


def _agree(rank: Floats, labels: Indices, plane: Plane, traits: Traits) -> Indices:
    """Let lines follow their columns' other lines, so that one column has one edge."""
    kinds = np.argmax(rank, axis=0)
    for _ in range(2):
        votes = [np.bincount(label, kinds == kind)[label] for kind, label in enumerate(labels)]
        kinds = np.argmax(_prefer(np.stack(votes), plane, traits), axis=0)
    return np.asarray(kinds, dtype=np.intp)


def _count_alike(labels: Indices) -> Indices:
    """Return how many other lines share both ends of each."""
    ends = labels[LEFT] * (labels[RIGHT].max() + 1) + labels[RIGHT]
    _, number, counts = np.unique(ends, return_inverse=True, return_counts=True)
    return np.subtract(counts[number], 1, dtype=np.intp)


def _count_near(values: Floats, plane: Plane, span: float) -> Floats:
    """Return how many values of lines not far above or below lie near each, the nearest in full."""
    tile = NEIGHBOURHOOD * max(float(np.median(plane.height)), 1e-6)
    far = 2 * float(np.ptp(values)) + 2 * span
    counts = []
    # Two rows of tiles, half a tile apart, so that no line lies at the edge in both.
    for shift in (0.0, 0.5):
        spread = values + far * np.floor((plane.middle - plane.middle.min()) / tile + shift)
        ranked = np.sort(spread)
        counts.append(
            [
                np.searchsorted(ranked, spread + reach, "right")
                - np.searchsorted(ranked, spread - reach)
                for reach in (0.3 * span, 0.6 * span)
            ]
        )
    most: Floats = np.mean(np.max(counts, axis=0), axis=0)
    return most


def _label_columns(edges: Floats, span: float) -> Indices:
    """Label edges as label_near() does, few of them as many that are very near.

    Boxes miss their column by up to a cell, and no column begins a cell from another.
    """
    labels = label_near(edges, span)
    counts = np.bincount(labels)
    places = np.bincount(labels, edges) / counts
    home = np.arange(len(counts))
    # Labels ascend as their places do.
    kept: list[int] = []
    for label in np.argsort(-counts, kind="stable").tolist():
        at = bisect(kept, label)
        beside = kept[max(at - 1, 0) : at + 1]
        steps = [abs(places[other] - places[label]) for other in beside]
        if min(steps, default=np.inf) <= NEAREST:
            home[label] = beside[int(np.argmin(steps))]
        else:
            kept.insert(at, label)
    return np.asarray(home[labels], dtype=np.intp)


def label_near(values: Floats, span: float) -> Indices:
    """Label values that lie within one span, the rest split off at the widest gaps."""
    order = np.argsort(values)
    ranked = values[order]
    steps = np.diff(ranked)
    cuts = np.zeros(len(values), dtype=np.intp)
    stack = [(0, len(values))]
    while stack:
        first, last = stack.pop()
        if ranked[last - 1] - ranked[first] > span:
            cut = first + 1 + int(steps[first : last - 1].argmax())
            cuts[cut] = 1
            stack += [(first, cut), (cut, last)]
    labels = np.empty(len(values), dtype=np.intp)
    labels[order] = np.cumsum(cuts)
    return labels
