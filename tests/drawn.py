"""A picture with text of many kinds, and what a reader would have found on it."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from picture.page import Line, Page, Quad
from picture.redraw import FONTS_FOLDER, Fonts

SIZE = (760, 640)

LEVEL = (
    ("Grand Total 42.50", "NotoSans"),
    ("""<b>&amp; "q" it's</b> ]]>""", "NotoSans"),
    ("AVATAR fifth office To", "NotoSans"),
    ("éä o\u0303 combining", "NotoSans"),
    ("合计金额 ￥12.50 第一行", "NotoSansCJK"),
    ("שלום עולם", "NotoSansHebrew"),
    ("مرحبا بالعالم", "NotoSansArabic"),
    ("हिन्दी की पुस्तक", "NotoSansDevanagari"),
    ("ภาษาไทย ดี", "NotoSansThai"),
    ("ok 😀 emoji", "NotoEmoji"),
)
"""Lines that run across the page, each with a font that has about its size."""
COLUMN = "縦書き「テスト」。"


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    """Return the corners of an upright box."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def tilted(x: float, y: float, width: float, height: float, degrees: float) -> Quad:
    """Return the corners of a box around a place, turned to the right."""
    across, down = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    half = [(a * width / 2, b * height / 2) for a, b in corners]
    a, b, c, d = ((x + u * across - v * down, y + u * down + v * across) for u, v in half)
    return (a, b, c, d)


def draw_lines(color: str = "black", paper: str = "white") -> tuple[Image.Image, Page]:
    """Return a picture and its page: lines across, turned, at an angle, and a column."""
    fonts = Fonts(FONTS_FOLDER)
    picture = Image.new("RGB", SIZE, paper)
    draw, lines = ImageDraw.Draw(picture), []
    for number, (text, face) in enumerate(LEVEL):
        font, at = fonts.font(face, 28), (30, 50 + 56 * number)
        draw.text(at, text, color, font, "ls")
        left, top, right, bottom = draw.textbbox(at, text, font, "ls")
        lines.append(Line(text, 0.9, box(left - 4, top - 4, right + 4, bottom + 4)))
    for number, letter in enumerate(COLUMN):
        draw.text((640, 60 + 44 * number), letter, color, fonts.font("NotoSansCJK", 40), "mm")
    lines.append(Line(COLUMN, 0.9, box(616, 36, 664, 440)))
    lines.append(Line("Going down", 0.9, box(700, 40, 732, 220)))
    lines.append(Line("upside down", 0.9, box(540, 560, 740, 592), flipped=True))
    lines.append(Line("at an angle", 0.9, tilted(480, 330, 200, 32, 20)))
    return picture, Page(*SIZE, tuple(lines))
