"""From a page and its picture to a picture with the text drawn anew."""

from picture.redraw.draw import Color, Keep, Style, erase_text, line_mask, plan_page, redraw
from picture.redraw.encode import EXTENSIONS, MIMETYPES, bind, encode
from picture.redraw.fonts import FONTS_FOLDER, Fonts, is_cjk
from picture.redraw.fonts import prepare as prepare_fonts
from picture.redraw.plan import Plan
from picture.redraw.portrait import outline_length
from picture.redraw.typefaces import BOLD, CJK, COMIC, ITALICS, MONO, REGULAR, SANS, SERIF
from picture.redraw.vector import letter

__all__ = [
    "BOLD",
    "CJK",
    "COMIC",
    "EXTENSIONS",
    "FONTS_FOLDER",
    "ITALICS",
    "MIMETYPES",
    "MONO",
    "REGULAR",
    "SANS",
    "SERIF",
    "Color",
    "Fonts",
    "Keep",
    "Plan",
    "Style",
    "bind",
    "encode",
    "erase_text",
    "is_cjk",
    "letter",
    "line_mask",
    "outline_length",
    "plan_page",
    "prepare_fonts",
    "redraw",
]
