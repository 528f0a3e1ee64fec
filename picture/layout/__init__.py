"""From a page to text that keeps its layout."""

from picture.layout.plane import count_cells
from picture.layout.render import Layout, cut_blocks, render_text, sort_lines

__all__ = ["Layout", "count_cells", "cut_blocks", "render_text", "sort_lines"]
