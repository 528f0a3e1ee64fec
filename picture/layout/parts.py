"""Parts of lines: what one line says in several cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from picture.layout.pieces import Piece
from picture.layout.sheet import Sheet
from picture.page import Line, Word, reach

Gap = tuple[float, float]
"""Where nothing stands between two columns, from the left to the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Line):
    """Some words of a line, which is `whole` on its page."""

    whole: Line


def whole_of(line: Line) -> Line:
    """Return the line of the page that another is, or is a part of."""
    return line.whole if isinstance(line, Part) else line


def cut_piece(piece: Piece, gaps: Sequence[Gap], sheet: Sheet) -> list[Piece]:
    """Return a line's piece cut at the gaps that its words leave free, in parts of the line.

    Words of a sentence leave gaps by chance: it is cut where its blanks are the widest.
    """
    (line,) = piece.lines
    if not _is_known(line):
        return [piece]
    reaches = [_reach(word, sheet) for word in line.words]
    blanks = [(before[1], after[0]) for before, after in pairwise(reaches)]
    cuts = sorted({at for gap in gaps for at in _widest(blanks, gap)})
    kept = [_width(blank) for at, blank in enumerate(blanks, 1) if at not in cuts]
    if not cuts or min(_width(blanks[at - 1]) for at in cuts) <= max(kept, default=0.0):
        return [piece]
    ends = [0, *cuts, len(reaches)]
    return [
        replace(
            piece,
            lines=(_part(line, start, end),),
            left=reaches[start][0],
            right=reaches[end - 1][1],
        )
        for start, end in pairwise(ends)
    ]


def _is_known(line: Line) -> bool:
    """Tell whether a line runs across the page and has the places of all its words."""
    said = " ".join(word.text for word in line.words)
    return line.is_level and any(line.course) and said == line.text


def _reach(word: Word, sheet: Sheet) -> tuple[float, float]:
    across = sheet.flatten(word.box)[:, 0]
    return float(across.min()), float(across.max())


def _widest(blanks: Sequence[Gap], gap: Gap) -> list[int]:
    """Return which word stands behind the widest blank that a gap meets, if there is one."""
    shared = [min(blank[1], gap[1]) - max(blank[0], gap[0]) for blank in blanks]
    met = [at for at, width in enumerate(shared) if width > 0]
    return [1 + max(met, key=lambda at: (_width(blanks[at]), shared[at]))] if met else []


def _width(blank: Gap) -> float:
    return blank[1] - blank[0]


def _part(line: Line, start: int, end: int) -> Part:
    """Return words of a level line as a part of it, with as much room around as it has.

    It ends no farther than halfway to the word beside it.
    """
    across, down = line.course
    length = math.hypot(across, down)
    places = [reach(word.box, (across / length, down / length), line.box[0]) for word in line.words]
    room = max(min(places[0][0], length - places[-1][1]), 0.0)
    middles = ((before[1] + after[0]) / 2 for before, after in pairwise(places))
    bounds = [-math.inf, *middles, math.inf]
    left = max(places[start][0] - room, bounds[start])
    right = min(places[end - 1][1] + room, bounds[end])
    text = " ".join(word.text for word in line.words[start:end])
    box = line.part(left / length, 0, right / length, 1)
    return Part(text, line.score, box, words=line.words[start:end], reader=line.reader, whole=line)
