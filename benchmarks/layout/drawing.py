"""Sheets as boxes with noise, and as pictures: turned, and seen from below."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.layout.pages import CENTRE, RIGHT, Item, Sheet
from picture.page import Line, Page
from picture.redraw import CJK, FONTS_FOLDER, Fonts, is_cjk

CELL, PITCH, MARGIN = 12, 27, 60
"""Pixels of a cell, a row and the page's margin."""
SIZES = {"NotoSansMono": 20, "NotoSans": 18, CJK: 24}

Matrix = NDArray[np.float64]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """How a page is seen: turned by `degrees`, its top narrower by `keystone`."""

    name: str
    degrees: float = 0.0
    keystone: float = 0.0


VIEWS = (
    View("0°"),
    View("1°", 1),
    View("3°", 3),
    View("8°", 8),
    View("keystone 5%", keystone=0.05),
)


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with its font and the point its base line begins at."""

    item: Item
    font: ImageFont.FreeTypeFont
    point: tuple[float, float]


@functools.cache
def _fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


def place(sheet: Sheet) -> list[Placed]:
    """Return a sheet's items with their places in pixels."""
    tops = _row_tops(sheet.items)
    placed = []
    for item in sheet.items:
        face = CJK if any(map(is_cjk, item.text)) else sheet.face
        font = _fonts().font(face, SIZES[face] * item.size)
        width = font.getlength(item.text)
        left = float(MARGIN + item.start * CELL)
        slack = item.cells * CELL - width
        left += {RIGHT: slack, CENTRE: slack / 2}.get(item.align, 0.0)
        placed.append(Placed(item, font, (left, tops[item.row])))
    return placed


def _row_tops(items: Sequence[Item]) -> list[float]:
    """Return each row's base line; large print takes a taller row."""
    sizes = [1.0] * (max(item.row for item in items) + 1)
    for item in items:
        sizes[item.row] = max(sizes[item.row], item.size)
    return [MARGIN + PITCH * total for total in np.cumsum(sizes).tolist()]


def view_matrix(sheet: Sheet, view: View) -> tuple[Matrix, tuple[int, int]]:
    """Return the homography of a view, and the width and height of what is seen."""
    width = 2 * MARGIN + CELL * max(item.start + item.cells for item in sheet.items)
    height = int(2 * MARGIN + _row_tops(sheet.items)[-1])
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = corners.copy()
    seen[:2, 0] += np.array([1, -1]) * view.keystone * width / 2
    angle = math.radians(view.degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    seen = (seen @ turn.T).astype(np.float32)
    seen -= seen.min(axis=0)
    size = np.ceil(seen.max(axis=0)).astype(int)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, seen), np.float64)
    return matrix, (int(size[0]), int(size[1]))


def as_boxes(sheet: Sheet, view: View) -> Page:
    """Return a sheet as a detector finds it: margins of its own, corners that miss a little."""
    noise = np.random.default_rng([sheet.seed, *map(ord, sheet.kind + view.name)])
    matrix, (width, height) = view_matrix(sheet, view)
    lines = []
    for placed in place(sheet):
        size = placed.font.size
        left, top, right, bottom = placed.font.getbbox(placed.item.text, anchor="ls")
        pads = noise.uniform(0.08, 0.2, 4) * size
        x, y = placed.point
        ends = (x + left - pads[0], y + top - pads[1], x + right + pads[2], y + bottom + pads[3])
        quad = np.array([ends[:2], (ends[2], ends[1]), ends[2:], (ends[0], ends[3])])
        seen = cv2.perspectiveTransform(quad[None], matrix)[0] + noise.normal(
            0, 0.04 * size, (4, 2)
        )
        a, b, c, d = ((float(x), float(y)) for x, y in np.round(seen))
        lines.append(Line(placed.item.text, 0.99, (a, b, c, d)))
    order = noise.permutation(len(lines))
    return Page(width, height, tuple(lines[at] for at in order))


def as_picture(sheet: Sheet, view: View) -> Pixels:
    """Return a sheet drawn black on white and seen from a view."""
    matrix, size = view_matrix(sheet, view)
    flat = Image.new("L", size, 255)
    draw = ImageDraw.Draw(flat)
    for placed in place(sheet):
        draw.text(placed.point, placed.item.text, 0, placed.font, anchor="ls")
    pixels = np.asarray(flat)
    seen = cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255,))
    return np.repeat(seen[:, :, None], 3, axis=2).astype(np.uint8)
