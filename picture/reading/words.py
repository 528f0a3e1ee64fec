"""The words of a line, each with a box around its ink."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.reading.transcript import Spot, Transcript
from picture.words import cut_words

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Span = tuple[int, int]

# Of a letter's usual advance: how far a word's ink reaches beyond the middle of its
# first and last letters at most, the widest letters being twice as wide as usual.
_REACH = 1.25

# Of the way from paper to ink: what differs more is ink, also where it has faded.
_EDGE = 0.35

# Of the line's length: ink in more of a row is a rule.
_RULED = 0.95

# Of the line's height: gaps within a letter, such as those of 三 or under the dot of an i.
_WITHIN = 0.4

# Of the line's height: how tall ink is that may be a letter's, how far from its letter's
# middle, and how many columns of it tell anything.
_TALL = 0.2
_NEAR = 0.6
_LEAST = 1.2


def find_words(ink: Mask, transcript: Transcript) -> tuple[Spot, ...]:
    """Return the words on a line as it was read; `ink` is where it has some."""
    groups = list(cut_words(transcript.letters))
    if not groups:
        return ()
    spans = _spans(ink, transcript.centres * ink.shape[1], groups)
    return tuple(
        _spot(ink, span, transcript.part(*group)) for span, group in zip(spans, groups, strict=True)
    )


def claimed(ink: Mask, transcript: Transcript) -> float:
    """Return how much of a line's ink its letters account for, 1 where there is little.

    Letters that are not known are passed over, mostly without a doubt. Rules and dots,
    which nobody reads, do not count.
    """
    height = ink.shape[0]
    beyond = height // 8
    inner = ink[beyond:-beyond]
    depth = inner.shape[0] - inner.argmax(axis=0) - inner[::-1].argmax(axis=0)
    columns = np.flatnonzero(inner.any(axis=0) & (depth >= _TALL * height))
    if len(columns) < _LEAST * height:
        return 1.0
    letters = np.array([not letter.isspace() for letter in transcript.letters], bool)
    centres = np.sort(transcript.centres[letters]) * ink.shape[1]
    # One beyond each end: so has every column a letter on either side.
    centres = np.concatenate([[-np.inf], centres, [np.inf]])
    after = np.searchsorted(centres, columns)
    distance = np.minimum(columns - centres[after - 1], centres[after] - columns)
    return float((distance <= _NEAR * height).mean())


def columns_of(ink: Mask) -> Mask:
    """Return in which columns a line has ink; its box reaches into the lines about it."""
    beyond = ink.shape[0] // 8
    return np.asarray(ink[beyond:-beyond].any(axis=0))


def ink_of(line: Pixels) -> Mask:
    """Return where the ink of a line (height x width x 3, BGR) is.

    It is what differs from most of the line, faint edges included; rules along all of it
    are none.
    """
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)
    middle, light = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count = cv2.countNonZero(light)
    # Masked means take cv2 six times as long.
    light_sum, whole_sum = cv2.sumElems(grey * light)[0], cv2.sumElems(grey)[0]
    lighter = light_sum / max(count, 1)
    darker = (whole_sum - light_sum) / max(light.size - count, 1)
    span = _EDGE * (lighter - darker)
    if 2 * count <= light.size:
        ink = grey > round(min(darker + span, middle))
    else:
        ink = grey <= round(max(lighter - span, middle))
    ink[ink.mean(axis=1) > _RULED] = False
    return np.asarray(ink)


def _spans(ink: Mask, centres: NDArray[np.float64], groups: list[Span]) -> list[Span]:
    """Return the columns, from and to, that each word's ink takes."""
    filled = columns_of(ink)
    advance = float(np.diff(centres).mean()) if len(centres) > 1 else float(ink.shape[0])
    reach = _REACH * max(advance, 1.0)
    starts = [_first_ink(filled, centres[groups[0][0]] - reach, centres[groups[0][0]])]
    ends: list[int] = []
    for (_, end), (start, _) in pairwise(groups):
        gap = widest_gap(filled, int(centres[end - 1]), int(centres[start]))
        ends.append(gap[0])
        starts.append(gap[1])
    last = centres[groups[-1][1] - 1]
    width = len(filled)
    ends.append(width - _first_ink(filled[::-1], width - last - reach, width - last))
    return [(start, max(end, start + 1)) for start, end in zip(starts, ends, strict=True)]


def _first_ink(filled: Mask, earliest: float, latest: float) -> int:
    start, end = max(int(earliest), 0), max(int(latest), 0)
    found = np.flatnonzero(filled[start : end + 1])
    return start + int(found[0]) if len(found) else start


def widest_gap(filled: Mask, left: int, right: int) -> Span:
    """Return the longest run of empty columns between two letters, or their middle."""
    empty = np.concatenate([[0], ~filled[left : right + 1], [0]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(empty))
    if not len(edges):
        return (left + right) // 2, (left + right) // 2
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return left + int(starts[longest]), left + int(ends[longest])


def _spot(ink: Mask, span: Span, word: Transcript) -> Spot:
    height, width = ink.shape
    top, bottom = _rows(np.asarray(ink[:, slice(*span)].any(axis=1)))
    area = span[0] / width, top / height, span[1] / width, bottom / height
    return Spot(word.text, word.score, area)


def _rows(filled: Mask) -> Span:
    """Return the rows that a word's ink takes, without what reaches in from other lines."""
    height = len(filled)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled, [0]]).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    if not runs:
        return 0, height
    top, bottom = max(runs, key=lambda run: run[1] - run[0])
    for start, end in [run for run in runs if run[1] <= top][::-1]:
        if start > 0 and top - end <= _WITHIN * height:
            top = start
    for start, end in [run for run in runs if run[0] >= bottom]:
        if end < height and start - bottom <= _WITHIN * height:
            bottom = end
    return top, bottom
