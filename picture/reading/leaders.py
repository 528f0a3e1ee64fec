"""Rules and leaders made of characters: dots, hyphens, equals signs, underscores, asterisks.

Detectors pass over most of them, and recognisers over the rest: they are found by their ink.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from picture.page import Line, Quad, Word, reach
from picture.reading.parts import part_of
from picture.reading.pieces import Pieces, Pixels, find_pieces
from picture.words import cut_words

Mask = NDArray[np.bool_]
Edges = NDArray[np.float64]

# So many in a row are no accident; on a picture with more marks or rows of them, which is
# no page of text, nothing is told. Rows end where so many others have begun.
_FEWEST = 5
_MOST_MARKS = 12_000
_MOST_LEADERS = 400
_OPEN = 8

# Of a line's height, its box's margins included: a dot's side, an asterisk's, how thick a
# stroke is and how long, and from what length on it is many that touch.
_DOT = 0.04, 0.22
_STAR = 0.2, 0.5
_THICK = 0.17
_STROKE = 0.12, 1.0
_JOINED = 1.6

# Of a line's height: how far marks of one row are from its level, from one to the next
# at most, and the two strokes of an equals sign.
_LEVEL = 0.1
_FARTHEST = 1.2
_PAIR = 0.35

# How much two marks of a row differ in size, and two steps in length.
_ALIKE = 0.35
_STEADY = 0.25

# In steps: how long a gap is in a row of dots, and of strokes, which often touch.
_MISSING, _TOUCHING = 4.0, 12.0

# Of a line's height: dots farther apart have blanks between them. Strokes have where steps
# are so many times as long as they are themselves, and as letters are wide.
_SPACED = 0.42
_SPACED_STROKES, _SPACED_CELLS = 2.2, 1.5

# Of a line's height, from its middle up and down: where its own leaders are.
_ABOVE, _BELOW = 0.3, 0.42

# Of a line's height: so far under its middle lie dots rather than hyphens.
_LOW = 0.12

# Letters that may be read in the room of each mark of a leader, by mistake.
_LETTERS = 0.3

# In heights of a line: what is so near is of the same row, or of the rows about it. So
# much of a rule's length, with no text beside it, has rows of text above or below.
_BESIDE = 8.0
_ROWS = 2.5
_COVERED = 0.6

# In pixels: so near are the ends of a table's dotted borders.
_BORDER = 3.0

_SURE = 0.99
_MARKS = " .,-_=~·•…—–―‥:*。、"


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of ink in the shape of a dot or a stroke, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high it is."""
        return self.bottom - self.top

    @property
    def centre(self) -> float:
        """Return how far its middle is from the left."""
        return (self.left + self.right) / 2

    @property
    def level(self) -> float:
        """Return how far its middle is from the top."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Leader:
    """A run of one character, where it is, in pixels, and how it is written.

    `fall` is how much deeper its end lies than its start.
    """

    char: str
    text: str
    left: float
    top: float
    right: float
    bottom: float
    fall: float = 0.0

    @property
    def level(self) -> float:
        """Return how far its middle is from the top."""
        return (self.top + self.bottom) / 2

    def scaled(self, scale: float) -> Leader:
        """Return it on a picture of another size."""
        sides = (self.left, self.top, self.right, self.bottom, self.fall)
        return Leader(self.char, self.text, *(scale * side for side in sides))


def with_leaders(lines: Sequence[Line], pieces: Pieces) -> list[Line]:
    """Return the lines of a picture with the leaders among them that its ink shows.

    A line that a leader runs through is cut in two.
    """
    level = [line for line in lines if line.is_level]
    height = pieces.height / pieces.scale
    leaders = list(_find(pieces, level)) if level else []
    made = [part for line in lines for part in _cut(line, leaders)]
    return made + [_as_line(leader, height) for leader in leaders]


def share_of_marks(crop: Pixels) -> float:
    """Return how much of a line's length (height x width x 3, BGR) rows of marks take."""
    pieces = find_pieces(crop, crop.shape[0])
    if pieces is None:
        return 0.0
    chains = _chains(_marks(_flat(pieces)), pieces.height)
    taken = sum(chain[-1].right - chain[0].left for chain in chains)
    return float(taken / pieces.ink.shape[1])


def _candidates(pieces: Pieces, cell: float) -> list[Leader]:
    """Return what may be leaders among pieces of ink, in their scale.

    `cell` is how wide a letter is there.
    """
    height = pieces.height
    flat = _flat(pieces)
    kinds = (_are_dots, _are_stars, _are_strokes, _are_joined)
    dots, stars, strokes, joined = (_marks(flat[are_some(flat, height)]) for are_some in kinds)
    pointed = _rejoined(_chains(dots, height), height, _MISSING)
    found = [_leader(".", chain, _SPACED * height) for chain in pointed]
    found += [_leader("*", chain, height) for chain in _chains(stars, height)]
    rules = _rejoined(_chains(strokes, height), height, _TOUCHING)
    ruled = [_stroked(chain, cell) for chain in rules]
    found += _paired(ruled, height)
    found += [Leader("_", "", mark.left, mark.top, mark.right, mark.bottom) for mark in joined]
    alone = [leader for leader in found if _is_alone(leader, pieces.ink, height)]
    return alone if len(alone) <= _MOST_LEADERS else []


def _find(pieces: Pieces, lines: Sequence[Line]) -> Iterator[Leader]:
    """Yield the leaders on a picture that stand in its text."""
    height = pieces.height / pieces.scale
    cell = median(line.width / len(line.text) for line in lines)
    found = [small.scaled(1 / pieces.scale) for small in _candidates(pieces, cell * pieces.scale)]
    bounds = np.array([(*reach(line.box, (1, 0)), *reach(line.box, (0, 1))) for line in lines])
    words = [word for line in lines for word in line.words]
    inked = [leader for leader in found if not _is_of_letters(leader, words)]
    found = [leader for leader in inked if not _is_doubled(leader, inked, bounds, height)]
    for leader in found:
        beside = [lines[number] for number in _beside(leader, bounds, height)]
        if leader.char == "_":
            if (line := _ruled_line(leader, beside, height)) is not None:
                yield replace(leader, text=_underscores(leader, line))
        elif leader.char == "*":
            if any(_is_read_through(line, leader) for line in beside):
                yield leader
        elif beside or (_is_between(leader, bounds, height) and not _is_border(leader, found)):
            yield leader


def _is_of_letters(leader: Leader, words: Sequence[Word]) -> bool:
    """Tell whether the marks of a leader are parts of letters, as in small type."""
    shares = (
        max(_overlap(word.box, leader), 0) * _count(word.text)
        for word in words
        if word.box[0][1] < leader.level < word.box[2][1]
    )
    return sum(shares) > _LETTERS * max(leader.text.count(leader.char), 1)


def _is_doubled(leader: Leader, others: Sequence[Leader], bounds: Edges, height: float) -> bool:
    """Tell whether marks that may be dots and hyphens are the other of them.

    Dots lie on the row's base line, hyphens in its middle.
    """
    other = {".": "-", "-": "."}.get(leader.char)
    twins = [each for each in others if each.char == other and _is_twin(each, leader, height)]
    if not twins:
        return False
    beside = bounds[_beside(leader, bounds, height)]
    off = leader.level - (beside[:, 2] + beside[:, 3]) / 2
    is_low = bool(len(beside)) and float(np.median(off)) > _LOW * height
    return is_low == (leader.char == "-")


def _is_twin(one: Leader, other: Leader, height: float) -> bool:
    common = min(one.right, other.right) - max(one.left, other.left)
    is_level = abs(one.level - other.level) <= _LEVEL * height
    return is_level and common > 0.5 * min(one.right - one.left, other.right - other.left)


def _flat(pieces: Pieces) -> Edges:
    """Return the boxes that may be marks, none where there are more than a page of text has."""
    _, depth = _sides(pieces.boxes)
    flat = (depth <= _STAR[1] * pieces.height) & (pieces.filled >= 0.5)
    if np.count_nonzero(flat) > _MOST_MARKS:
        flat[:] = False
    return pieces.boxes[flat]


def _marks(boxes: Edges) -> list[Mark]:
    return [Mark(*box) for box in boxes.tolist()]


def _sides(boxes: Edges) -> tuple[Edges, Edges]:
    """Return how wide and how high boxes are."""
    left, top, right, bottom = boxes.T
    return right - left, bottom - top


def _are_dots(boxes: Edges, height: float) -> Mask:
    least, most = (part * height for part in _DOT)
    sides = _sides(boxes)
    short, long = np.minimum(*sides), np.maximum(*sides)
    longest = np.maximum(np.minimum(most, 1.8 * short), short + 1)
    # The smallest are a pixel or two.
    return np.asarray((round(least) <= short) & (long <= longest))


def _are_stars(boxes: Edges, height: float) -> Mask:
    least, most = (part * height for part in _STAR)
    sides = _sides(boxes)
    short, long = np.minimum(*sides), np.maximum(*sides)
    return np.asarray((least <= short) & (long <= np.minimum(most, 1.4 * short)))


def _are_strokes(boxes: Edges, height: float) -> Mask:
    least, most = (part * height for part in _STROKE)
    width, depth = _sides(boxes)
    is_long = (least <= width) & (width <= most) & (width >= 1.6 * depth)
    return np.asarray(is_long & (depth <= _THICK * height))


def _are_joined(boxes: Edges, height: float) -> Mask:
    width, depth = _sides(boxes)
    return np.asarray((width >= _JOINED * height) & (depth <= _THICK * height))


def _chains(marks: Sequence[Mark], height: float) -> Iterator[list[Mark]]:
    """Yield marks of one size in rows of one step."""
    size = max(_LEVEL * height, 1.0)
    rows: dict[int, list[list[Mark]]] = defaultdict(list)
    chains: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: mark.left):
        at = int(mark.level // size)
        begun = [chain for row in (at - 1, at, at + 1) for chain in rows[row][-_OPEN:]]
        near = [chain for chain in begun if _goes_on(chain[-1], mark, height)]
        if near:
            chain = max(near, key=lambda chain: chain[-1].right)
            rows[int(chain[-1].level // size)].remove(chain)
            chain.append(mark)
        else:
            chain = [mark]
            chains.append(chain)
        rows[at].append(chain)
    for chain in chains:
        yield from _steady(chain)


def _goes_on(last: Mark, mark: Mark, height: float) -> bool:
    if not last.right <= mark.left <= last.right + _FARTHEST * height:
        return False
    larger = max(last.width, mark.width), max(last.height, mark.height)
    return (
        abs(last.level - mark.level) <= max(_LEVEL * height, 1.0)
        and abs(last.width - mark.width) <= max(_ALIKE * larger[0], 1.0)
        and abs(last.height - mark.height) <= max(_ALIKE * larger[1], 1.0)
    )


def _steady(chain: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Yield the parts of a chain that go on in even steps."""
    part: list[Mark] = list(chain[:1])
    for before, mark in pairwise(chain):
        step = mark.centre - before.centre
        usual = (before.centre - part[0].centre) / (len(part) - 1) if len(part) > 1 else step
        if abs(step - usual) > max(_STEADY * usual, 1.5):
            if len(part) >= _FEWEST:
                yield part
            part = [before]
        part.append(mark)
    if len(part) >= _FEWEST:
        yield part


def _rejoined(chains: Iterable[list[Mark]], height: float, steps: float) -> list[list[Mark]]:
    """Join rows that were taken apart by marks that touch or are of another size."""
    rows: list[list[Mark]] = []
    for chain in sorted(islice(chains, 2 * _MOST_LEADERS), key=lambda chain: chain[0].left):
        step = (chain[-1].centre - chain[0].centre) / (len(chain) - 1)
        before = next(
            (
                row
                for row in rows
                if abs(row[-1].level - chain[0].level) <= 1.5 * _LEVEL * height
                and 0 < chain[0].left - row[-1].right <= steps * step
            ),
            None,
        )
        if before is None:
            rows.append(chain)
        else:
            before += chain
    return rows


def _leader(char: str, chain: Sequence[Mark], spaced: float) -> Leader:
    """Return a row of marks as characters, with blanks where the steps are longer."""
    steps = [after.centre - mark.centre for mark, after in pairwise(chain)]
    step = median(steps)
    count = 1 + sum(max(round(each / step), 1) for each in steps)
    text = (" " if step > spaced else "").join(char * count)
    top, bottom = min(mark.top for mark in chain), max(mark.bottom for mark in chain)
    fall = chain[-1].level - chain[0].level
    return Leader(char, text, chain[0].left, top, chain[-1].right, bottom, fall)


def _stroked(chain: Sequence[Mark], cell: float) -> Leader:
    width = median(mark.width for mark in chain)
    return _leader("-", chain, max(_SPACED_STROKES * width, _SPACED_CELLS * cell))


def _paired(ruled: Sequence[Leader], height: float) -> list[Leader]:
    """Return rows of strokes as what they are: two above one another are equals signs."""
    named: list[Leader] = []
    free = sorted(ruled, key=lambda leader: leader.top)
    while free:
        upper = free.pop(0)
        lower = next((leader for leader in free if _is_pair(upper, leader, height)), None)
        if lower is not None:
            free.remove(lower)
            text = upper.text.replace("-", "=")
            upper = replace(upper, char="=", text=text, bottom=lower.bottom)
        named.append(upper)
    return named


def _is_pair(upper: Leader, lower: Leader, height: float) -> bool:
    return (
        0 < lower.top - upper.bottom <= _PAIR * height
        and abs(upper.left - lower.left) <= _PAIR * height
        and abs(upper.right - lower.right) <= _PAIR * height
    )


def _is_alone(leader: Leader, ink: Mask, height: float) -> bool:
    """Tell whether a leader's room on the line holds no other ink, as letters' would."""
    left, right = int(leader.left), int(leader.right)
    above = ink[max(int(leader.top - 0.35 * height), 0) : max(int(leader.top) - 1, 0), left:right]
    return bool(np.count_nonzero(above) <= 0.03 * above.size)


def _beside(leader: Leader, bounds: Edges, height: float) -> NDArray[np.intp]:
    """Return which lines are on the row of a leader, near one of its ends."""
    left, right, top, bottom = bounds.T
    apart = np.maximum(left - leader.right, leader.left - right)
    return np.flatnonzero(_is_level(leader, top, bottom) & (apart <= _BESIDE * height))


def _is_between(leader: Leader, bounds: Edges, height: float) -> bool:
    """Tell whether a leader alone in its row parts rows of text, as rules do."""
    left, right, top, bottom = bounds.T
    off = (top + bottom) / 2 - leader.level
    for side, edge in ((-1, bottom), (1, top)):
        near = (off * side > 0) & (np.abs(edge - leader.level) <= _ROWS * height)
        if near.any():
            common = min(right[near].max(), leader.right) - max(left[near].min(), leader.left)
            if common >= _COVERED * (leader.right - leader.left):
                return True
    return False


def _is_border(leader: Leader, others: Sequence[Leader]) -> bool:
    """Tell whether dots alone in their row start and end with others: so do a table's rows."""
    if leader.char != ".":
        return False
    ends = np.array([(other.left, other.right) for other in others if other.char == "."])
    apart = np.abs(ends - (leader.left, leader.right)).max(axis=1)
    return int(np.count_nonzero(apart <= _BORDER)) > 1


def _ruled_line(leader: Leader, beside: Sequence[Line], height: float) -> Line | None:
    """Return the line that a stroke goes on from, or leads to, on its base line."""
    for line in beside:
        top, bottom = reach(line.box, (0, 1))
        left, right = reach(line.box, (1, 0))
        gap = max(leader.left - right, left - leader.right)
        is_on = top + 0.6 * (bottom - top) <= leader.level <= bottom
        if is_on and -0.5 * height <= gap <= height:
            return line
    return None


def _underscores(leader: Leader, line: Line) -> str:
    """Return as many underscores as a stroke has room for, as wide as the line's letters."""
    cell = line.width / len(line.text)
    return "_" * max(_FEWEST, round((leader.right - leader.left) / cell))


def _is_read_through(line: Line, leader: Leader) -> bool:
    """Tell whether what was read in a leader's room is unsure."""
    inside = [word for word in line.words if _overlap(word.box, leader) > 0.5]
    return bool(inside) and min(word.score for word in inside) < 0.9


def _overlap(box: Quad, leader: Leader) -> float:
    """Return how much of a box's width a leader takes."""
    left, right = reach(box, (1, 0))
    return (min(right, leader.right) - max(left, leader.left)) / max(right - left, 1.0)


def _as_line(leader: Leader, height: float) -> Line:
    """Return a leader as a line, as high as others."""
    low = leader.level + (0.5 if leader.char in "-=*" else 0.25) * height
    left, right = leader.left, leader.right
    start, end = low - leader.fall / 2, low + leader.fall / 2
    box = ((left, start - height), (right, end - height), (right, end), (left, start))
    ink = (
        (left, leader.top),
        (right, leader.top),
        (right, leader.bottom),
        (left, leader.bottom),
    )
    return Line(leader.text, _SURE, box, words=(Word(leader.text, _SURE, ink),))


def _cut(line: Line, leaders: Sequence[Leader]) -> list[Line]:
    """Return a line's parts between the leaders on it."""
    top, bottom = reach(line.box, (0, 1))
    parts = [line]
    for leader in leaders:
        if top <= leader.level <= bottom:
            parts = [part for each in parts for part in _without(each, leader)]
    return parts


def _without(line: Line, leader: Leader) -> list[Line]:
    """Return a line's parts on both sides of a leader, where that is on it."""
    left, right = reach(line.box, (1, 0))
    is_crossed = left < leader.right and leader.left < right
    is_on = is_crossed and _is_level(leader, *reach(line.box, (0, 1)))
    if not line.is_level or not is_on or _is_under(line, leader):
        return [line]
    before, after = _rooms(line, leader)
    text = line.text
    parts = (
        part_of(line, 0, len(text[:before].rstrip(_MARKS)), right=leader.left),
        part_of(line, len(text) - len(text[after:].lstrip(_MARKS)), len(text), left=leader.right),
    )
    return [part for part in parts if part is not None]


def _is_under(line: Line, leader: Leader) -> bool:
    """Tell whether a line has letters where a leader is: that is above or below it."""
    shares = (max(_overlap(word.box, leader), 0) * _count(word.text) for word in line.words)
    return sum(shares) > _LETTERS * leader.text.count(leader.char)


def _count(text: str) -> int:
    return sum(letter not in _MARKS for letter in text)


def _is_level(leader: Leader, top: float | Edges, bottom: float | Edges) -> Any:
    """Tell of each line whether a leader is on its row: boxes reach into the rows about it."""
    off = (leader.level - (top + bottom) / 2) / np.maximum(bottom - top, 1.0)
    return (off >= -_ABOVE) & (off <= _BELOW)


def _rooms(line: Line, leader: Leader) -> tuple[int, int]:
    """Return how much of a line's text stands before a leader, and where what is after begins."""
    before, after = 0, len(line.text)
    for (start, end), word in zip(cut_words(line.text), line.words, strict=False):
        left, right = reach(word.box, (1, 0))
        middle = (left + right) / 2
        if left < leader.left and leader.right < right:
            shown = leader.left - left, right - leader.right
            before = start + round((end - start) * shown[0] / sum(shown))
            return before, before
        if middle <= leader.left or (left < leader.left and word.text.strip(_MARKS)):
            before = end
        elif middle >= leader.right or (right > leader.right and word.text.strip(_MARKS)):
            after = min(after, start)
    return before, max(before, after)
