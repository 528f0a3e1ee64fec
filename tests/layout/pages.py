"""Pages for the tests of the layout, on a grid of cells."""

from __future__ import annotations

from picture.page import Line, Page

CELL, PITCH = 10.0, 24.0


def at(
    text: str, column: float, row: float, height: float = 20.0, width: float | None = None
) -> Line:
    """Return a line on a grid of cells, its box as wide as its text."""
    left, top = 50 + CELL * column, 50 + PITCH * row - height / 2
    right = left + (CELL * len(text) if width is None else width)
    low = top + height
    return Line(text, 0.9, ((left, top), (right, top), (right, low), (left, low)))


def down(text: str, left: float, top: float, size: float = 24.0) -> Line:
    right, low = left + size, top + size * len(text)
    return Line(text, 0.9, ((left, top), (right, top), (right, low), (left, low)))


def page(*lines: Line) -> Page:
    return Page(1000, 1000, lines)
