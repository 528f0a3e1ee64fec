"""Bullets, bars and ellipses that nobody read, told by their ink and by where they stand.

A recogniser passes over a bullet before its line, and a detector over a thin bar or three
dots alone. One of them may be dirt: several that stand in line are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.page import Line, Quad, Rule, Word, reach
from picture.reading.pieces import Pieces
from picture.reading.transcript import mean_score

Places = NDArray[np.float64]
Counts = NDArray[np.intp]
Boxes = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Of more free pieces, as photographs have, nothing is told.
_MOST = 2_000

# Of a line's height, its box's margins included: the sides of a bullet, a bar's height and
# width, a dot's side; and how much longer one side of a bullet is.
_BULLET = 0.12, 0.4
_BAR, _THIN = (0.5, 0.9), 0.15
_DOT = 0.04, 0.2
_SQUARE = 1.35

# How much of the box of each is ink: a disc's fills .79 of its own.
_SOLID = 0.7

# Of a line's height: how near to its row's middle a sign stands, to its column's place, and
# how much it differs from others there.
_LEVEL = 0.15
_PLACE = 0.15
_ALIKE = 0.15

# Of a line's height: how far a bullet stands before its text, and how free of other ink are
# a bullet's and a bar's sides.
_BEFORE = 0.15, 2.0
_CLEAR = 0.25

# So many signs at one place are no accident; of those that start as others do, so many
# heights apart at most.
_BULLETS, _BARS, _STARTS = 2, 3, 3
_NEAR = 12.0

# Of a line's height: steps of an ellipsis, how uneven they are, and how free of ink its row is.
_STEP, _UNEVEN = 0.5, 0.06
_ALONE = 2.0
_MOST_BESIDE = 32
_START = 0.25
# Of a line's height: so far below its middle are the dots.
_LOW = 0.25

_SURE = 0.99


class _Scene:
    """What no word or level rule accounts for, in heights of a line, and the level lines."""

    def __init__(self, lines: Sequence[Line], rules: Sequence[Rule], pieces: Pieces) -> None:
        self.height = pieces.height / pieces.scale
        taken = _taken(lines, rules) / self.height
        x, y = ((pieces.boxes[:, :2] + pieces.boxes[:, 2:]) / 2 / pieces.height).T
        free = np.ones(len(x), bool)
        for left, right, top, bottom in taken:
            free &= (x < left) | (x > right) | (y < top) | (y > bottom)
        self.ink: Boxes = pieces.boxes[free] / pieces.height
        self.solid = pieces.filled[free] >= _SOLID
        self.size = self.ink[:, 2:] - self.ink[:, :2]
        self.lines = [line for line in lines if line.is_level and line.words]
        self.starts, self.middles = _places(self.lines, self.height)
        self.taken = taken

    def chosen(self, which: Mask) -> Boxes:
        """Return some of the solid pieces."""
        boxes: Boxes = self.ink[which & self.solid]
        return boxes

    def is_clear(self, box: Boxes, beside: float) -> bool:
        """Tell whether there is no other ink on a box's row, so far to the left and right."""
        left, top, right, bottom = box
        others = np.concatenate([self.ink, self.taken[:, [0, 2, 1, 3]]])
        is_near = (others[:, 2] > left - beside) & (others[:, 0] < right + beside)
        is_near &= (others[:, 1] < bottom) & (others[:, 3] > top)
        is_near &= (others[:, 0] < left) | (others[:, 2] > right)
        return not is_near.any()


def with_signs(
    lines: Sequence[Line], rules: Sequence[Rule], pieces: Pieces
) -> tuple[list[Line], list[Rule]]:
    """Return the lines of a picture with the signs that its ink shows and nobody read.

    Bars one below the other may have been taken for a rule, which goes away.
    """
    scene = _Scene(lines, rules, pieces)
    if not scene.lines or not 0 < len(scene.ink) <= _MOST:
        return list(lines), list(rules)
    bullets = {id(line): _scaled(box, scene.height) for line, box in _bullets(scene)}
    made = [_marked(line, bullets[id(line)]) if id(line) in bullets else line for line in lines]
    bars = [_as_line("|", box, scene.height) for box in _bars(scene)]
    dots = [_as_line("…", box, scene.height, _LOW) for box in _ellipses(scene)]
    return [*made, *bars, *dots], [rule for rule in rules if not _are_bars(rule, bars)]


def _are_bars(rule: Rule, bars: Sequence[Line]) -> bool:
    """Tell whether a rule is bars that stand one below the other."""
    (x0, y0), (x1, y1) = rule.start, rule.end
    boxes = [bar.words[0].box for bar in bars if rule.is_upright]
    inside = [
        abs(sum(reach(box, (1, 0))) - x0 - x1) / 2 <= rule.thickness + 1
        and y0 <= sum(reach(box, (0, 1))) / 2 <= y1
        for box in boxes
    ]
    return sum(inside) >= _BARS


def _taken(lines: Sequence[Line], rules: Sequence[Rule]) -> Boxes:
    """Return where words and level rules are: left, right, top and bottom, in pixels.

    What is left of upright ones is longer than any sign.
    """
    words = [
        (*reach(box, (1, 0)), *reach(line.box, (0, 1)))
        for line in lines
        for box in [word.box for word in line.words] or [line.box]
    ]
    strokes = []
    for rule in (rule for rule in rules if not rule.is_upright):
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(rule.start, rule.end, strict=True))
        more = rule.thickness + 1
        strokes.append((x0 - more, x1 + more, y0 - more, y1 + more))
    return np.array(words + strokes, float).reshape(-1, 4)


def _places(lines: Sequence[Line], height: float) -> tuple[Places, Places]:
    """Return where lines' first words start, and how far down their middles are."""
    starts = [reach(line.words[0].box, (1, 0))[0] / height for line in lines]
    return np.array(starts), np.array([sum(reach(line.box, (0, 1))) / 2 / height for line in lines])


def _bullets(scene: _Scene) -> list[tuple[Line, Boxes]]:
    """Return lines and the bullets before them, of those that stand below one another."""
    short, long = scene.size.min(axis=1), scene.size.max(axis=1)
    is_bullet = (short >= _BULLET[0]) & (long <= _BULLET[1]) & (long <= _SQUARE * short)
    boxes = scene.chosen(is_bullet)
    levels = (boxes[:, 1] + boxes[:, 3]) / 2
    found = []
    for line, start, middle in zip(scene.lines, scene.starts, scene.middles, strict=True):
        gap = start - boxes[:, 2]
        is_before = (gap >= _BEFORE[0]) & (gap <= _BEFORE[1]) & (abs(levels - middle) <= _LEVEL)
        if np.count_nonzero(is_before) == 1 and scene.is_clear(boxes[is_before][0], _CLEAR):
            found.append((line, boxes[is_before][0]))
    alike = _alike(np.array([box for _, box in found]).reshape(-1, 4))
    return [pair for pair, count in zip(found, alike, strict=True) if count >= _BULLETS]


def _bars(scene: _Scene) -> list[Boxes]:
    """Return the bars on rows of text; where some are between rows, they are a dashed rule."""
    width, high = scene.size.T
    boxes = scene.chosen((width <= _THIN) & (high >= _BAR[0]) & (high <= _BAR[1]))
    boxes = np.array([box for box in boxes if scene.is_clear(box, _CLEAR)]).reshape(-1, 4)
    off = abs((boxes[:, 1:2] + boxes[:, 3:]) / 2 - scene.middles).min(axis=1, initial=np.inf)
    on_rows = boxes[off <= _LEVEL]
    counts = _alike(on_rows)
    dashes = boxes[off > _LEVEL]
    return [
        box
        for box, count in zip(on_rows, counts, strict=True)
        if count >= _BARS and not (abs(dashes[:, 0] - box[0]) <= _PLACE).any()
    ]


def _alike(boxes: Boxes) -> Counts:
    """Return how many of some boxes start where each does and are as large."""
    size = boxes[:, 2:] - boxes[:, :2]
    place = abs(boxes[:, None, 0] - boxes[:, 0])
    unlike = abs(size[:, None] - size).max(axis=2, initial=0.0)
    alike: Counts = ((place <= _PLACE) & (unlike <= _ALIKE)).sum(axis=1)
    return alike


def _ellipses(scene: _Scene) -> list[Boxes]:
    """Return three dots alone in their row that start where rows near by do."""
    short, long = scene.size.min(axis=1), scene.size.max(axis=1)
    dots = scene.chosen((short >= _DOT[0]) & (long <= _DOT[1]))
    found = [box for box in _triples(dots) if scene.is_clear(box, _ALONE)]
    starts = np.concatenate([scene.starts, [box[0] for box in found]])
    levels = np.concatenate([scene.middles, [box[1] for box in found]])
    return [
        box
        for box in found
        if ((abs(starts - box[0]) <= _START) & (abs(levels - box[1]) <= _NEAR)).sum() > _STARTS
    ]


def _triples(dots: Boxes) -> Iterator[Boxes]:
    """Yield the boxes of three dots of one level with even steps."""
    ranked = dots[np.argsort(dots[:, 0])]
    for at, first in enumerate(ranked):
        near = ranked[at + 1 : at + 1 + _MOST_BESIDE]
        is_on = (near[:, 0] - first[0] <= 2 * _STEP + _UNEVEN) & (
            abs(near[:, 3] - first[3]) <= _UNEVEN
        )
        if np.count_nonzero(is_on) == 2:
            second, third = near[is_on]
            if abs(first[0] + third[0] - 2 * second[0]) <= 2 * _UNEVEN:
                three = np.stack([first, second, third])
                yield np.concatenate([three[:, :2].min(axis=0), three[:, 2:].max(axis=0)])


def _scaled(box: Boxes, height: float) -> Quad:
    left, top, right, bottom = (round(float(side) * height, 1) for side in box)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _marked(line: Line, bullet: Quad) -> Line:
    """Return a line with the bullet before it."""
    left, right = reach(line.box, (1, 0))
    start = min((bullet[0][0] - left) / (right - left), 0.0)
    words = (Word("•", _SURE, bullet), *line.words)
    return replace(
        line,
        text=f"• {line.text}",
        score=mean_score(words),
        box=line.part(start, 0.0, 1.0, 1.0),
        words=words,
        first_choice=line.first_choice and f"• {line.first_choice}",
    )


def _as_line(text: str, box: Boxes, height: float, low: float = 0.0) -> Line:
    """Return a sign as a line as high as others, its ink so much below the line's middle."""
    ink = _scaled(box, height)
    (left, top), (right, bottom) = ink[0], ink[2]
    middle = (top + bottom) / 2 - low * height
    above, below = middle - height / 2, middle + height / 2
    corners = ((left, above), (right, above), (right, below), (left, below))
    return Line(text, _SURE, corners, words=(Word(text, _SURE, ink),))
