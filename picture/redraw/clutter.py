"""What a line's box shows besides its text: rules, borders, neighbours' ink, specks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask

# A box to tick is so large at least, in heights of the line's box and in pixels, is hardly
# wider than tall, and stands so far from letters, in its own widths.
_LEAST_FRAME = 0.35
_LEAST_SIDE = 8
_OBLONG = 1.3
_FREE = 0.25

# Its sides are straight: so much of each is ink, and so little of all that they go round.
_DRAWN = 0.9
_HOLLOW = 0.8

Flags = NDArray[np.bool_]

# Ink beside a rule, as a share of the rule's own, that shows stems of letters on it.
_STEMS = 0.25


def without_rules(mask: Mask) -> Mask:
    """Return `mask`, 0 or 1, without straight strokes longer than those of letters."""
    height, width = mask.shape
    longest = max(9, min(int(1.4 * height), int(0.96 * width)))
    # Rules may lie a little askew: they are followed to either side, where that does
    # not bridge the letters.
    slack = 1 + 2 * (height // 40)
    across = _opened(thickened(mask, slack, 1), 1, longest) & mask
    rest = mask
    if across.any():
        rest = mask & ~(across & ~_opened(across, max(3, round(0.2 * height)), 1))
    rest = _without_broken_rules(rest)
    slack = max(3, slack)
    down = _opened(thickened(rest, 1, slack), max(5, int(0.75 * height)), 1)
    if not down.any():
        return rest
    down = thickened(down, 1, slack) & rest
    down &= ~_opened(down, 1, max(3, round(0.25 * height)))
    rules = down * _rule_columns(rest & ~down, down)
    return _between(rest & ~rules, rules)


def _without_broken_rules(mask: Mask) -> Mask:
    """Return `mask` without rows at its top and bottom that are inked nearly all along."""
    height, width = mask.shape
    share = mask.mean(axis=1)
    # The bar of a single letter may be nearly as wide as its box.
    inked = np.asarray(share > (0.6 if width > 2.5 * height else 0.9))
    zone = max(1, round(0.22 * height))
    inked[zone : height - zone] = False
    for rows, inwards in ((slice(0, zone), 1), (slice(height - zone, height), -1)):
        # Above the feet of bold letters stand their stems: a rule stands by itself.
        own = np.flatnonzero(inked[rows]) + rows.start
        if own.size:
            last = int(own[-1] if inwards > 0 else own[0])
            beside = share[last : last + inwards * (zone + 2) : inwards]
            if beside.min() > _STEMS * share[own].max():
                inked[rows] = False
    rules = thickened(inked.astype(np.uint8)[:, None], 3, 1)
    return mask & ~rules if inked.any() else mask


def _rule_columns(letters: Mask, down: Mask) -> Mask:
    """Return which columns of the tall strokes `down` are rules, 0 or 1.

    A letter may be as tall as a tight box, but then it has neighbours close by, or
    parts of its own; a rule stands alone.
    """
    height, width = down.shape
    rows = np.flatnonzero(letters.any(axis=1))
    first, last = (int(rows[0]), int(rows[-1])) if rows.size else (0, height - 1)
    is_loose = last - first + 1 < 0.88 * height
    edge = max(1, round(0.12 * height))
    at_top = np.asarray(down[:edge].any(axis=0), np.bool_)
    at_bottom = np.asarray(down[-edge:].any(axis=0), np.bool_)
    gap = max(1, round(0.06 * height))
    beside = thickened(letters.max(axis=0, keepdims=True), 1, 2 * gap + 1)[0]
    # A stroke that ends where all letters do is one of them.
    reaches = (at_top & (first >= edge)) | (at_bottom & (last < height - edge))
    rules = (at_top & at_bottom) | (reaches & is_loose)
    # A thick stem is as much a letter's at its far side as where its arms begin.
    rules &= ~_touched(np.asarray(down.any(axis=0)), np.asarray(beside > 0))
    if not is_loose:
        rules[round(0.35 * height) : max(0, width - round(0.35 * height))] = False
    return np.asarray(rules, np.uint8)


def _touched(strokes: Flags, beside: Flags) -> Flags:
    """Return which columns belong to strokes that have something beside them anywhere."""
    numbers = np.cumsum(np.diff(strokes, prepend=False) & strokes) * strokes
    touched = np.unique(numbers[beside & strokes])
    return np.asarray(beside | (np.isin(numbers, touched) & strokes), np.bool_)


def _between(mask: Mask, rules: Mask) -> Mask:
    """Return `mask` without what stands outside of the rules at its left and right end."""
    width, reach = mask.shape[1], mask.shape[0]
    columns = np.flatnonzero(rules.any(axis=0))
    inner = mask.copy()
    for column in columns:
        if column < 0.7 * reach:
            inner[:, :column] = 0
        if column > width - 0.7 * reach:
            inner[:, column:] = 0
    return inner if inner.any() else mask


def thickened(mask: Mask, height: int, width: int) -> Mask:
    """Return `mask` with each pixel grown to a box of `height` x `width`."""
    return np.asarray(cv2.dilate(mask, np.ones((height, width), np.uint8)), np.uint8)


def _opened(mask: Mask, height: int, width: int) -> Mask:
    """Return the parts of `mask` that hold a box of `height` x `width`, made odd."""
    # An even kernel has no middle: what is opened with it comes back shifted.
    kernel = np.ones((height | 1, width | 1), np.uint8)
    opened = cv2.morphologyEx(
        mask, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return np.asarray(opened, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The connected parts of a line's ink, as OpenCV tells of them; the first is no ink."""

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    centres: Floats

    @classmethod
    def of(cls, mask: Mask) -> Parts:
        """Return those of `mask`, 0 or not."""
        _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
        return cls(np.asarray(labels, np.int32), np.asarray(stats, np.int32), np.asarray(centres))


def text_only(mask: Mask, parts: Parts) -> Mask:
    """Return `mask`, 0 or 1, without rules, neighbours' ink and specks, as 0 or 255."""
    stats, centres = parts.stats, parts.centres
    left, top, across, down, area = (stats[:, column] for column in range(5))
    height, width = mask.shape
    right, bottom = left + across, top + down
    is_speck = area < max(2, 0.002 * height * height)
    is_rule = (across > min(max(3 * height, 0.4 * width), 0.95 * width)) & (down < 0.2 * height)
    at_side = (left == 0) | (right == width)
    at_end = (top == 0) | (bottom == height)
    is_border = at_side & (across < 0.2 * height) & ((down > 0.6 * height) | at_end)
    is_outside = np.abs(centres[:, 1] / height - 0.5) > 0.36
    is_neighbour = is_outside & (at_end | (across > 0.8 * height))
    is_ground = at_side & at_end & (down > 0.45 * height) & (area > 0.25 * height * height)
    keep = ~(is_speck | is_rule | is_border | is_neighbour | is_ground)
    keep[0] = False
    if keep.any():
        # Specks among the letters are parts of them: dots, broken strokes.
        is_among = (left >= left[keep].min()) & (right <= right[keep].max())
        is_among &= (top >= top[keep].min()) & (bottom <= bottom[keep].max())
        keep |= is_speck & is_among
    if keep[1:].all():
        return mask * np.uint8(255)
    return np.asarray(np.where(keep, 255, 0).astype(np.uint8)[parts.labels], np.uint8)


def without_frames(mask: Mask, parts: Parts) -> Mask:
    """Return `mask`, 0 or 1, without boxes to tick, where it holds anything else."""
    rest, labels = mask, parts.labels
    for number in _squares(parts.stats, mask.shape[0]):
        left, top, across, down = (int(value) for value in parts.stats[number, :4])
        own = labels[top : top + down, left : left + across] == number
        if any(side.mean() <= _DRAWN for side in (own[0], own[-1], own[:, 0], own[:, -1])):
            continue
        room = max(1, round(_FREE * across))
        beside = mask[:, max(0, left - room) : left + across + room].sum()
        if beside == own.sum():
            rest = rest & (labels != number)
    return np.asarray(rest, np.uint8) if rest.any() else mask


def _squares(stats: NDArray[np.number], height: int) -> NDArray[np.intp]:
    """Return which connected parts of a line's ink are as large, square and hollow as boxes."""
    across, down, area = (stats[:, column] for column in range(2, 5))
    is_square = np.minimum(across, down) >= max(_LEAST_SIDE, _LEAST_FRAME * height)
    is_square &= (across < _OBLONG * down) & (down < _OBLONG * across)
    is_square &= area <= _HOLLOW * across * down
    # The first is all that is no ink.
    return np.flatnonzero(is_square[1:]) + 1
