"""A page's lines as invisible text over the letters that were read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest

from picture.formats.glyphless import ASCENT, DESCENT, SPACE, Glyphs, width
from picture.formats.track import GAP, Piece, Track, lay
from picture.page import Line

Laid = tuple[Track, list[Piece]]

_LINE_FEED = ["\n"]

_SLACK = 0.08
"""How far, in heights of its line, a word may end from its place to save an operator."""
_MARK = 0.05
"""How wide the end of a line is where it is marked, in heights of its line."""
_NARROWEST = 0.01
"""How much letters are condensed at most."""


def draw_text(lines: Iterable[Line], height: int, glyphs: Glyphs, font: str) -> bytes:
    """Return operators that write lines on a picture `height` pixels high.

    They count pixels from its lower left corner.
    """
    laid = [(track, pieces) for track, pieces in map(lay, lines) if pieces]
    operators = ["BT 3 Tr"]
    for (track, pieces), following in zip_longest(laid, laid[1:]):
        size = track.height
        foot = track.low - size * DESCENT / (ASCENT - DESCENT)
        (x, y), (across, down) = track.point(pieces[0].start, foot), track.along
        matrix = " ".join(map(_number, (across, -down, down, across, x, height - y)))
        ended = _end(track, pieces, following)
        runs = "".join(_draw_runs(ended, size, glyphs, _slack(track)))
        operators.append(f"/{font} {_number(size)} Tf {matrix} Tm{runs}")
    return "\n".join([*operators, "ET"]).encode("ascii")


def _end(track: Track, pieces: list[Piece], following: Laid | None) -> list[Piece]:
    """Return pieces that readers do not run into the line that follows."""
    last = pieces[-1]
    if not track.is_level or (following and not following[0].is_level):
        # PDFium takes lines at an angle for one, and sorts columns that begin at one
        # height from left to right, unless something stands at the end of each.
        return [*pieces, Piece(_LINE_FEED, last.end, last.end + _MARK * track.height)]
    if following:
        start, above = track.place(following[0].point(following[1][0].start, 0))
        space = start - GAP * track.height
        if abs(above) < track.height / 2 and space < last.end:
            # On one row with it, and touched or overlapped by its box.
            end = space if space > last.start else last.end
            return [*pieces[:-1], replace(last, end=end), Piece([SPACE], end, max(start, end))]
    return pieces


def _slack(track: Track) -> float:
    # PDFium breaks a column between operators.
    return _SLACK if track.is_level else math.inf


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
        if count and (lowest > highest or piece.letters is _LINE_FEED):
            break
        count, length = count + 1, whole
        scale = max(min(exact, highest), lowest)
    return count, scale, length


def _shown(letters: Iterable[str], glyphs: Glyphs) -> str:
    return f"<{''.join(f'{glyphs.code(letter):04X}' for letter in letters)}>Tj"


def _number(value: float) -> str:
    places = 4 if abs(value) < 2 else 1
    shown = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown
