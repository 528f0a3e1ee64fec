"""From a page to text that keeps its layout."""

from picture.layout.order import join_text
from picture.layout.plane import count_cells
from picture.layout.render import (
    Block,
    Layout,
    cut_blocks,
    cut_rows,
    render_runs,
    render_text,
    sort_lines,
)
from picture.layout.runs import Run
from picture.layout.words import words_of

__all__ = [
    "Block",
    "Layout",
    "Run",
    "count_cells",
    "cut_blocks",
    "cut_rows",
    "join_text",
    "render_runs",
    "render_text",
    "sort_lines",
    "words_of",
]
