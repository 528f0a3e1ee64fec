"""From a page to text that keeps its layout."""

from picture.layout.plane import count_cells
from picture.layout.render import Block, Layout, cut_blocks, cut_rows, render_text, sort_lines
from picture.layout.words import words_of

__all__ = [
    "Block",
    "Layout",
    "count_cells",
    "cut_blocks",
    "cut_rows",
    "render_text",
    "sort_lines",
    "words_of",
]
