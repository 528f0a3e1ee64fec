"""Letters in place on a page: which, of which font, where, how large, in which colour."""

from __future__ import annotations

from dataclasses import dataclass

from picture.cut import Cut, Glyph

Affine = tuple[float, float, float, float, float, float]
"""What takes (x, y) to (a x + c y + e, b x + d y + f)."""
Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Span:
    """Letters in a row that one cut draws, from `x` on, standing on `y`.

    `size` is pixels per em; `tracking` pixels between letters; both are as they are before
    letters are made `stretch` times as wide. `glyphs` stand from left to right, whichever way
    `text` runs. `is_upright` ones stand in a column, `is_turned` ones as signs do in a word
    that is written from right to left.
    """

    text: str
    cut: Cut
    size: float
    x: float
    y: float
    tracking: float
    stretch: float
    glyphs: tuple[Glyph, ...]
    color: Color
    is_upright: bool = False
    is_turned: bool = False

    @property
    def length(self) -> float:
        """Return how far the letters reach, in pixels, the room after the last left out."""
        own = self.size * sum(glyph.advance for glyph in self.glyphs)
        return self.stretch * (own + self.tracking * (len(self.glyphs) - 1))

    @property
    def end(self) -> float:
        """Return where the letters end."""
        return self.x + self.length


@dataclass(frozen=True, slots=True)
class Row:
    """A line: its words in the order of reading, and how it lies on the page.

    `place` takes pixels of the line's own upright frame to those of the page. Between words
    is a space, where `is_spaced`.
    """

    words: tuple[tuple[Span, ...], ...]
    place: Affine
    is_spaced: bool = True

    @property
    def text(self) -> str:
        """Return what the line says."""
        words = ("".join(span.text for span in word) for word in self.words)
        return (" " if self.is_spaced else "").join(words)


@dataclass(frozen=True, slots=True)
class Lettering:
    """All that is written on a page of `width` by `height` pixels."""

    width: int
    height: int
    rows: tuple[Row, ...]
