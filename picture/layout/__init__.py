"""From a page to text that keeps its layout."""

from picture.layout.cells import Cell, Table
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
from picture.layout.tables import find_tables
from picture.layout.words import words_of

__all__ = [
    "Block",
    "Cell",
    "Layout",
    "Run",
    "Table",
    "count_cells",
    "cut_blocks",
    "cut_rows",
    "find_tables",
    "join_text",
    "render_runs",
    "render_text",
    "sort_lines",
    "words_of",
]
