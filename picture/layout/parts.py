"""Parts of lines: what one line says in several cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from picture.layout.pieces import Piece
from picture.layout.sheet import Sheet
from picture.page import Line, Word

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
    if not line.is_level or " ".join(word.text for word in line.words) != line.text:
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
            lines=(_part(line, line.words[start:end]),),
            left=reaches[start][0],
            right=reaches[end - 1][1],
        )
        for start, end in pairwise(ends)
    ]


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


def _part(line: Line, words: Sequence[Word]) -> Part:
    """Return words of a level line as a part of it."""
    (top_left, _, _, bottom_left), (_, top_right, bottom_right, _) = words[0].box, words[-1].box
    text = " ".join(word.text for word in words)
    box = top_left, top_right, bottom_right, bottom_left
    return Part(text, line.score, box, words=tuple(words), reader=line.reader, whole=line)
