"""A page's lines as invisible text over the letters that were read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from picture.formats.glyphless import ASCENT, DESCENT, Glyphs, width
from picture.formats.track import Piece, lay
from picture.page import Line

_SLACK = 0.08
"""How far, in heights of its line, a word may end from its place to save an operator."""
_FREE = math.inf
"""The same for lines at an angle: PDFium breaks columns between operators."""
_NARROWEST = 0.01
"""How much letters are condensed at most."""


def draw_text(lines: Iterable[Line], height: int, glyphs: Glyphs, font: str) -> bytes:
    """Return operators that write lines on a picture `height` pixels high.

    They count pixels from its lower left corner.
    """
    written = (_draw_line(line, height, glyphs, font) for line in lines)
    return "\n".join(["BT 3 Tr", *filter(None, written), "ET"]).encode("ascii")


def _draw_line(line: Line, height: int, glyphs: Glyphs, font: str) -> str:
    track, pieces = lay(line)
    if not pieces:
        return ""
    size = track.height
    foot = track.low - size * DESCENT / (ASCENT - DESCENT)
    (x, y), (across, down) = track.point(pieces[0].start, foot), track.along
    matrix = " ".join(map(_number, (across, -down, down, across, x, height - y)))
    is_level = down == 0
    runs = "".join(_draw_runs(pieces, size, glyphs, _SLACK if is_level else _FREE))
    # PDFium runs lines at an angle into one, and sorts columns that begin at one height
    # from left to right, unless something stands at the end of each.
    end = "" if is_level else _shown(["\n"], glyphs)
    return f"/{font} {_number(size)} Tf {matrix} Tm{runs}{end}"


def _draw_runs(pieces: Sequence[Piece], size: float, glyphs: Glyphs, slack: float) -> Iterator[str]:
    """Yield operators for pieces, as many at once as one width of letters fits."""
    pen, index = pieces[0].start, 0
    while index < len(pieces):
        count, scale, length = _fit(islice(pieces, index, None), pen, size, slack)
        letters = [letter for piece in pieces[index : index + count] for letter in piece.letters]
        percent = round(100 * scale, 1)
        yield f" {_number(percent)} Tz{_shown(letters, glyphs)}"
        pen += length * percent / 100
        index += count


def _fit(
    pieces: Iterable[Piece], pen: float, size: float, slack: float
) -> tuple[int, float, float]:
    """Return how many pieces one condensation fits, which one, and their length without it."""
    lowest, highest = _NARROWEST, math.inf
    count, scale, length = 0, _NARROWEST, 0.0
    for piece in pieces:
        whole = length + sum(map(width, piece.letters)) * size / 1000
        exact, free = (piece.end - pen) / whole, slack * size / whole
        lowest, highest = max(lowest, exact - free), min(highest, exact + free)
        if count and lowest > highest:
            break
        count, length = count + 1, whole
        scale = max(min(exact, highest), lowest)
    return count, scale, length


def _shown(letters: Sequence[str], glyphs: Glyphs) -> str:
    return f"<{''.join(f'{glyphs.code(letter):04X}' for letter in letters)}>Tj"


def _number(value: float) -> str:
    places = 4 if abs(value) < 2 else 1
    shown = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
