"""The rules drawn on a page: of tables, forms and receipts, level and upright."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from picture.page import Line, Point, Rule, reach
from picture.reading.pieces import Grey, Pieces
from picture.reading.stroke import Floats, Stroke
from picture.reading.strokes import Wanted, find_strokes, without_halos

# In heights of a line: how long a level rule is at least, and an upright one that meets none,
# one or two level ones; so near are two that meet.
_LEVEL = 2.0
_UPRIGHT = 3.0, 1.4, 0.8
_MEETS = 0.5

# How much of a level rule is ink, and of an upright one: stems of letters in a column are
# close to one another, too.
_INKED = 0.65, 0.85

# A rule of characters, and of those the ones that dashes and dots drawn are taken for.
_TYPED, _DOUBTFUL = frozenset(" -_=.*~·•…—–―‥_"), frozenset(" -.·•—–―")

# In heights of a line: rows of text so near to one another have no row of characters between.
_ROWS = 1.2

# In heights of a text: so far from its middle is what is on its row, so near to its ends a
# leader ends, and so much of it their boxes share.
_ON_ROW = 0.35
_LEADS, _OVERLAP = 3.0, 0.5

# A page with more of them is no page of text.
_MOST = 500

# In radians: pages that lean by less are looked at as they are, and none lean by more.
_LEANS, _STEEPEST = 0.004, 0.15

# In heights of a line: so near to text are rules. So near to one another, so many, are
# hatching or a barcode.
_NEAR = 20.0
_CROWDED, _CROWD = 1.0, 3

# Of a box's shorter side: how long a stroke of a letter is, and how far beyond the box.
_STROKE, _BEYOND = 1.5, 0.15

# In pixels: so near to a level rule ends an upright one that is drawn from it.
_JOINT = 1.5

# In heights of a line: so near to the picture's border an edge of the paper is.
_EDGE = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class _Turned:
    """A picture with its lines level; `back` brings its places to where they were."""

    grey: Grey
    back: Floats

    def rule(self, start: Point, end: Point, thickness: float) -> Rule:
        """Return a rule as it is on the picture before it was turned."""
        return Rule(self._point(start), self._point(end), round(thickness, 1))

    def _point(self, at: Point) -> Point:
        x, y = (self.back @ (*at, 1.0)).tolist()
        return round(x, 1), round(y, 1)


def find_rules(pieces: Pieces, lines: Sequence[Line]) -> list[Rule]:
    """Return the rules drawn on a picture, in its pixels, none where it has no level text."""
    level = [line for line in lines if line.is_level]
    if not level:
        return []
    lean = median(math.atan2(*line.course[::-1]) for line in level)
    turned = _level(without_halos(pieces.grey), lean if abs(lean) <= _STEEPEST else 0.0)
    found = list(_find(turned, pieces.height))
    rules = [rule.mapped(lambda at: _scaled(at, pieces.scale), 1 / pieces.scale) for rule in found]
    drawn = _without_edges(_drawn(rules, lines, pieces), pieces)
    kept = _apart(drawn, pieces.height / pieces.scale)
    return kept if len(kept) <= _MOST else []


def tell_apart(lines: Sequence[Line], rules: Sequence[Rule]) -> tuple[list[Line], list[Rule]]:
    """Return lines and rules without those that are the other: rules of characters are lines.

    Dashes and dots are drawn where they end at upright rules, or where the rows of text
    about them are nearer to one another than a row of characters takes; all of one kind
    are what most of them are.
    """
    level_lines = [line for line in lines if line.is_level]
    typed = [line for line in level_lines if set(line.text) <= _TYPED]
    texts = [line for line in level_lines if not set(line.text) <= _TYPED]
    level = [rule for rule in rules if not rule.is_upright]
    same = {id(line): [rule for rule in level if _are_one(line, rule)] for line in typed}
    doubtful = [line for line in typed if same[id(line)] and _is_doubtful(line, texts)]
    height = median(line.height for line in texts) if texts else 0.0
    upright = [rule for rule in rules if rule.is_upright]
    drawn: set[int] = set()
    for char in {_char(line) for line in doubtful}:
        alike = [line for line in doubtful if _char(line) == char]
        borders = [
            all(
                _room(rule, texts) < _ROWS * height or _joins(rule, upright, _MEETS * height)
                for rule in same[id(line)]
            )
            for line in alike
        ]
        if 2 * sum(borders) > len(alike):
            drawn |= set(map(id, alike))
    others = {id(rule) for at, own in same.items() if at not in drawn for rule in own}
    kept = [rule for rule in rules if id(rule) not in others]
    return [line for line in lines if id(line) not in drawn], kept


def _char(line: Line) -> str:
    return line.text.strip()[:1]


def _are_one(line: Line, rule: Rule) -> bool:
    """Tell whether a line of characters is where a level rule is."""
    (left, right), (top, bottom) = reach(line.box, (1, 0)), reach(line.box, (0, 1))
    (x0, y0), (x1, y1) = rule.start, rule.end
    common = min(right, x1) - max(left, x0)
    return top <= (y0 + y1) / 2 <= bottom and common >= 0.5 * min(right - left, x1 - x0)


def _is_doubtful(line: Line, texts: Sequence[Line]) -> bool:
    """Tell whether a line of characters may be drawn, and leads to nothing."""
    return set(line.text) <= _DOUBTFUL and not any(_leads(line, text) for text in texts)


def _leads(line: Line, text: Line) -> bool:
    """Tell whether a line of characters leads to a text, or from one, on its row."""
    (left, right), (start, end) = reach(line.box, (1, 0)), reach(text.box, (1, 0))
    ink = line.words[0].box if line.words else line.box
    off = abs(sum(reach(ink, (0, 1))) - sum(reach(text.box, (0, 1)))) / 2
    apart = max(start - right, left - end)
    return off <= _ON_ROW * text.height and -_OVERLAP <= apart / text.height <= _LEADS


def _room(rule: Rule, texts: Sequence[Line]) -> float:
    """Return how far apart the rows of text above and below a rule are, from middle to middle."""
    level = (rule.start[1] + rule.end[1]) / 2
    above, below = -math.inf, math.inf
    for text in texts:
        left, right = reach(text.box, (1, 0))
        middle = sum(reach(text.box, (0, 1))) / 2
        if left < rule.end[0] and rule.start[0] < right:
            above, below = (
                (max(above, middle), below) if middle < level else (above, min(below, middle))
            )
    return below - above


def _scaled(at: Point, scale: float) -> Point:
    return round(at[0] / scale, 1), round(at[1] / scale, 1)


def _level(grey: Grey, lean: float) -> _Turned:
    """Return a picture turned back by what its lines lean, all of it on the new one."""
    high, wide = grey.shape
    if abs(lean) < _LEANS:
        return _Turned(grey, np.eye(2, 3))
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), math.degrees(lean), 1.0)
    across, down = abs(math.sin(lean)) * high, abs(math.sin(lean)) * wide
    turn[:, 2] = turn[:, 2] + np.array([across / 2, down / 2])
    size = math.ceil(wide + across), math.ceil(high + down)
    level = cv2.warpAffine(grey, turn, size, borderMode=cv2.BORDER_REPLICATE)
    return _Turned(np.asarray(level, np.uint8), np.asarray(cv2.invertAffineTransform(turn)))


def _find(turned: _Turned, height: float) -> Iterator[Rule]:
    """Yield the strokes of a picture that are long enough for rules."""
    level, upright = _INKED
    columns = np.asarray(cv2.transpose(turned.grey), np.uint8)
    across = find_strokes(columns, Wanted(height, _LEVEL * height, level))
    down = find_strokes(turned.grey, Wanted(height, min(_UPRIGHT) * height, upright))
    for stroke in across:
        yield turned.rule(*_ends(stroke), stroke.thickness)
    for stroke in down:
        if stroke.length >= _UPRIGHT[_meetings(stroke, across, height)] * height:
            (top, left), (bottom, right) = _ends(stroke)
            yield turned.rule((left, top), (right, bottom), stroke.thickness)


def _ends(stroke: Stroke) -> tuple[Point, Point]:
    return (stroke.left, stroke.top), (stroke.right, stroke.low)


def _meetings(upright: Stroke, across: Sequence[Stroke], height: float) -> int:
    """Return how many ends of an upright stroke, its axes exchanged, are at a level one."""
    near = _MEETS * height
    return sum(
        any(
            level.left - near <= place <= level.right + near
            and abs(level.level(place) - end) <= near
            for level in across
        )
        for end, place in _ends(upright)
    )


def _drawn(rules: Sequence[Rule], lines: Sequence[Line], pieces: Pieces) -> list[Rule]:
    """Return what is near to text and no letter's: a cell's side may be as short as a stem."""
    height, joint = pieces.height / pieces.scale, _JOINT / pieces.scale
    boxes = np.array([(*reach(line.box, (1, 0)), *reach(line.box, (0, 1))) for line in lines])
    near = [rule for rule in rules if _apart_from(rule, boxes).min() <= _NEAR * height]
    level = [rule for rule in near if not rule.is_upright and not _is_letter(rule, boxes)]
    upright = [rule for rule in near if rule.is_upright]
    return level + [
        rule for rule in upright if not _is_letter(rule, boxes) or _joins(rule, level, joint, 0.5)
    ]


def _joins(rule: Rule, others: Sequence[Rule], near: float, thick: float = 0.0) -> bool:
    """Tell whether a rule runs from one to another, its ends so near to them.

    To a thicker one it may be further, by a part `thick` of that one's thickness.
    """
    return all(
        any(_meet(other, end, near + thick * other.thickness) for other in others)
        for end in (rule.start, rule.end)
    )


def _meet(rule: Rule, at: Point, near: float) -> bool:
    """Tell whether a place is on a rule, or so near to it."""
    along = int(rule.is_upright)
    start, end = rule.start[along], rule.end[along]
    if not start - near <= at[along] <= end + near:
        return False
    first, last = rule.start[1 - along], rule.end[1 - along]
    place = first + (last - first) * (at[along] - start) / max(end - start, 1.0)
    return abs(at[1 - along] - place) <= near


def _without_edges(rules: Sequence[Rule], pieces: Pieces) -> list[Rule]:
    """Return rules without edges of the paper: along a border, where no inner rule ends."""
    height = pieces.height / pieces.scale
    high, wide = (side / pieces.scale for side in pieces.grey.shape)
    edges = [_is_edge(rule, (wide, high), height) for rule in rules]
    inner = [rule for rule, is_edge in zip(rules, edges, strict=True) if not is_edge]
    return [
        rule
        for rule, is_edge in zip(rules, edges, strict=True)
        if not is_edge or any(_ends_at(other, rule, _MEETS * height) for other in inner)
    ]


def _ends_at(rule: Rule, other: Rule, near: float) -> bool:
    """Tell whether a rule ends at another that runs across it."""
    crosses = rule.is_upright != other.is_upright
    return crosses and any(_meet(other, end, near) for end in (rule.start, rule.end))


def _is_edge(rule: Rule, size: Point, height: float) -> bool:
    """Tell whether a rule runs along a border of the picture."""
    *_, place = _span(rule)
    return min(place, size[1 - int(rule.is_upright)] - place) <= _EDGE * height


def _apart_from(rule: Rule, boxes: Floats) -> Floats:
    """Return how far a rule is from boxes of left, right, top and bottom."""
    left, right, top, bottom = boxes.T
    (x0, x1), (y0, y1) = _span_of(rule)
    across, down = np.maximum(left - x1, x0 - right), np.maximum(top - y1, y0 - bottom)
    return np.asarray(np.maximum(across, down))


def _is_letter(rule: Rule, boxes: Floats) -> bool:
    """Tell whether a stroke is in a box of text, and no longer than a letter's."""
    left, right, top, bottom = boxes.T
    (x0, x1), (y0, y1) = _span_of(rule)
    size = np.minimum(right - left, bottom - top)
    more = _BEYOND * size
    is_inside = (
        (x0 >= left - more) & (x1 <= right + more) & (y0 >= top - more) & (y1 <= bottom + more)
    )
    return bool((is_inside & (math.dist(rule.start, rule.end) <= _STROKE * size)).any())


def _span_of(rule: Rule) -> Iterator[list[float]]:
    """Yield from where to where a rule reaches, across and down."""
    return (sorted(pair) for pair in zip(rule.start, rule.end, strict=True))


def _apart(rules: Sequence[Rule], height: float) -> list[Rule]:
    """Return rules without those of which many lie side by side."""
    kept: list[Rule] = []
    for upright in (False, True):
        alike = [rule for rule in rules if rule.is_upright == upright]
        spans = np.array([_span(rule) for rule in alike]).reshape(-1, 3)
        for rule, (start, end, place) in zip(alike, spans, strict=True):
            common = np.minimum(end, spans[:, 1]) - np.maximum(start, spans[:, 0])
            longer = np.maximum(end - start, spans[:, 1] - spans[:, 0])
            near = (np.abs(spans[:, 2] - place) <= _CROWDED * height) & (common >= 0.5 * longer)
            if np.count_nonzero(near) <= _CROWD:
                kept.append(rule)
    return kept


def _span(rule: Rule) -> tuple[float, float, float]:
    """Return where a rule starts and ends along its own way, and its place across it."""
    along = int(rule.is_upright)
    place = (rule.start[1 - along] + rule.end[1 - along]) / 2
    return rule.start[along], rule.end[along], place
