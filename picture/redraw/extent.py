"""The room that text takes, set in a face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from PIL import ImageFont

from picture.redraw.fonts import LETTERS, Fonts
from picture.redraw.runs import Run

# Text is measured at this size, so that whole pixels are fine enough.
_REFERENCE = 128

# The narrowest the Latin fonts go by design, in percent.
_NARROWEST = 62.5

# How far its baseline lies under the middle of a CJK glyph's square, in em: that reaches from
# .88 above the baseline to .12 below.
BELOW_MIDDLE = 0.38

# Widths are taken this far apart, in percent: each is a font to open.
_WIDTH_STEP = 2.5


Design = tuple[int, float, str]
"""The weight, the width and the language that letters are drawn for."""


@dataclass(frozen=True, slots=True)
class Face:
    """How text is drawn: `size` in pixels per em, `width` in percent of the design."""

    size: float
    weight: int = 400
    width: float = 100.0
    language: str = ""

    @property
    def design(self) -> Design:
        """Return all of it but the size: what letters look like, however large."""
        return self.weight, self.width, self.language


@dataclass(frozen=True, slots=True)
class Extent:
    """The room that text takes from its origin on the baseline, y downwards."""

    advance: float
    left: float
    top: float
    right: float
    bottom: float


def measure(runs: Sequence[Run], face: Face, fonts: Fonts) -> Extent:
    """Return the room that runs set in a row take, in pixels."""
    parts = {(run.face, part) for run in runs for part in run.clusters}
    boxes = [_outline(name, part, face.design, fonts) for name, part in parts]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    left, right = bearings(runs, face, fonts)
    way = advance(runs, face, fonts)
    return Extent(way, left, top * face.size, way - right, bottom * face.size)


def bearings(runs: Sequence[Run], face: Face, fonts: Fonts) -> tuple[float, float]:
    """Return the room that the first and the last letter leave free at their outer side."""
    first = _outline(runs[0].face, runs[0].drawn[0], face.design, fonts)[0]
    last = _outline(runs[-1].face, runs[-1].drawn[-1], face.design, fonts)[2]
    return first * face.size, last * face.size


@lru_cache(LETTERS)
def _outline(
    name: str, part: str, design: Design, fonts: Fonts
) -> tuple[float, float, float, float]:
    """Return the free room left of a part of a word, its top, the room right and its bottom.

    In em; top and bottom count from the baseline downwards.
    """
    font = fonts.font(name, _REFERENCE, *design)
    # The box that a font reports reaches from the origin to the advance at least.
    glyph, offset = font.getmask2(part, "L", anchor="ls")
    box = glyph.getbbox()
    if box is None:
        return 0.0, 0.0, 0.0, 0.0
    free = font.getlength(part) - offset[0] - box[2]
    ends = (offset[0] + box[0], offset[1] + box[1], free, offset[1] + box[3])
    return cast(tuple[float, float, float, float], tuple(end / _REFERENCE for end in ends))


def advance(runs: Sequence[Run], face: Face, fonts: Fonts) -> float:
    """Return how far runs set in a row move on, in pixels."""
    return face.size * sum(text_length(run.face, run.drawn, face, fonts) for run in runs)


def text_length(name: str, text: str, face: Face, fonts: Fonts) -> float:
    """Return how far text in one typeface moves on, in em."""
    return _length(name, text, face.design, fonts)


@lru_cache(LETTERS)
def _length(name: str, text: str, design: Design, fonts: Fonts) -> float:
    return fonts.font(name, _REFERENCE, *design).getlength(text) / _REFERENCE


def count_gaps(runs: Sequence[Run]) -> int:
    """Return between how many letters of a word room can be made."""
    return max(0, sum(len(run.clusters) for run in runs) - 1)


def narrowed(words: Sequence[tuple[Run, ...]], face: Face, ratio: float, fonts: Fonts) -> Face:
    """Return `face` with letters narrow enough by design to fit `ratio` of the room."""
    if ratio >= 1:
        return face
    narrow = replace(face, width=_NARROWEST)
    full = sum(advance(word, face, fonts) for word in words)
    least = sum(advance(word, narrow, fonts) for word in words)
    if full - least < 1e-6:
        return face
    share = min(1.0, (1 - ratio) * full / (full - least))
    width = face.width - share * (face.width - _NARROWEST)
    return replace(face, width=max(_NARROWEST, _WIDTH_STEP * round(width / _WIDTH_STEP)))


def column_extent(
    runs: Sequence[Run], face: Face, fonts: Fonts
) -> tuple[float, float, float, float]:
    """Return the ink of a column from the middles of its first and last square.

    Left and right count from the middle of the column, top from the middle of
    the first square and bottom from that of the last.
    """
    lefts, rights, boxes = [], [], []
    features = ["vert"] if fonts.shapes else None
    for run in runs:
        font = font_of(run, replace(face, size=_REFERENCE), fonts)
        box = font.getbbox(run.text, anchor="ls", features=features)
        # From its origin to the next is what a font calls a letter's width.
        glyph, offset = font.getmask2(run.text, "L", features=features, anchor="ls")
        inked = glyph.getbbox() or (0, 0, 0, 0)
        half = font.getlength(run.text) / 2
        lefts.append(offset[0] + inked[0] - half)
        rights.append(offset[0] + inked[2] - half)
        boxes.append((box[1] + BELOW_MIDDLE * _REFERENCE, box[3] + BELOW_MIDDLE * _REFERENCE))
    factor = face.size / _REFERENCE
    return (
        min(lefts) * factor,
        boxes[0][0] * factor,
        max(rights) * factor,
        boxes[-1][1] * factor,
    )


def font_of(run: Run, face: Face, fonts: Fonts) -> ImageFont.FreeTypeFont:
    """Open the font that draws a run."""
    return fonts.font(run.face, face.size, face.weight, face.width, face.language)
