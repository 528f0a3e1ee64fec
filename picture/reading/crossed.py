"""Lines read across a table's upright rule within a word, cut there and read again.

Cells that stand close to their rule are found and read as one text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from picture.page import Line, Rule, Word, reach
from picture.reading.cells import crossing, goes_beyond, place_of
from picture.reading.crops import cut
from picture.reading.transcript import Read, Reading
from picture.words import count_letters

Pixels = NDArray[np.uint8]

# In heights of a line: how long a rule is at least, as no letter is, and how far from a
# word's ends it runs: boxes of words reach up to .15 over the rules beside them.
_LONG = 1.5
_WITHIN = 0.18

# Parts are read as surely as that, or they are no cells. Boxes with a letter each, as forms
# have them, hold one text.
_SURE = 0.9
_LETTERS = 2

_MOST = 64


def with_crossed_cut(
    lines: Sequence[Line], rules: Sequence[Rule], pixels: Pixels, read: Read
) -> list[Line]:
    """Return lines, those that a rule runs through within a word as their parts on both sides.

    `read` says what crops say. A line whose parts are not read well stays whole.
    """
    parts = {at: found for at, line in enumerate(lines) if (found := _parts(line, rules))}
    chosen = list(parts.items())[:_MOST]
    crops = [
        cut(pixels, np.round(part.box).astype(np.int16)) for _, found in chosen for part in found
    ]
    readings = iter(read(crops))
    made = {at: [*map(_as_read, found, readings)] for at, found in chosen}
    cells = {at: found for at, found in made.items() if _are_cells(found, lines[at])}
    return [part for at, line in enumerate(lines) for part in cells.get(at, [line])]


def _parts(line: Line, rules: Sequence[Rule]) -> list[Line]:
    """Return the rooms of a line on both sides of the rules within its words, still unread."""
    if not line.is_level or line.reader:
        return []
    within = [rule for rule in crossing(rules, line) if _is_within_word(rule, line)]
    if not within or count_letters(line.text) < _LETTERS * (len(within) + 1):
        return []
    left, right = reach(line.box, (1, 0))
    edges = sorted(
        (place_of(rule, line) + side * rule.thickness / 2 - left) / (right - left)
        for rule in within
        for side in (-1, 1)
    )
    rooms = zip([0.0, *edges[1::2]], [*edges[::2], 1.0], strict=True)
    return [replace(line, box=line.part(start, 0.0, end, 1.0)) for start, end in rooms]


def _is_within_word(rule: Rule, line: Line) -> bool:
    """Tell whether a rule of more than this line runs through a word, off its ends."""
    place, near = place_of(rule, line), _WITHIN * line.height
    reaches = (reach(word.box, (1, 0)) for word in line.words)
    is_within = any(left + near <= place <= right - near for left, right in reaches)
    is_long = rule.end[1] - rule.start[1] >= _LONG * line.height
    return is_within and is_long and goes_beyond(rule, line)


def _as_read(part: Line, reading: Reading) -> Line:
    words = (Word(spot.text, spot.score, part.part(*spot.area)) for spot in reading.words)
    return replace(
        part, text=reading.text, score=reading.score, words=tuple(words), first_choice=""
    )


def _are_cells(parts: Sequence[Line], line: Line) -> bool:
    """Tell whether all parts are read well, and say as much as the line did, but for its rules."""
    told = "".join(part.text for part in parts)
    more = count_letters(line.text) - count_letters(told)
    return all(part.text.strip() and part.score >= _SURE for part in parts) and 0 <= more < len(
        parts
    )
