"""How a picture is turned within the square of size one that PDF draws it in."""

from __future__ import annotations

from collections.abc import Mapping

from pikepdf import Matrix

ORIENTATIONS: Mapping[int, Matrix] = {
    1: Matrix(1, 0, 0, 1, 0, 0),
    2: Matrix(-1, 0, 0, 1, 1, 0),
    3: Matrix(-1, 0, 0, -1, 1, 1),
    4: Matrix(1, 0, 0, -1, 0, 1),
    5: Matrix(0, -1, -1, 0, 1, 1),
    6: Matrix(0, -1, 1, 0, 0, 1),
    7: Matrix(0, 1, 1, 0, 0, 0),
    8: Matrix(0, 1, -1, 0, 1, 0),
}
"""What makes a picture upright, by EXIF's number for how it lies."""

_TURNS = {0: 1, 90: 8, 180: 3, 270: 6}


def turned(degrees: int) -> Matrix:
    """Return a turn counter-clockwise in quarters."""
    return ORIENTATIONS[_TURNS[degrees % 360]]


def operands(matrix: Matrix) -> str:
    """Return a matrix as an operator takes it: six numbers, never with an exponent."""
    shown = (f"{value:.8f}".rstrip("0").rstrip(".") for value in matrix.shorthand)
    return " ".join("0" if value == "-0" else value for value in shown)
