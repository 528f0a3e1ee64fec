"""From a page to text that keeps its layout."""

from picture.layout.plane import count_cells
from picture.layout.render import Layout, render_text, sort_lines

__all__ = ["Layout", "count_cells", "render_text", "sort_lines"]
