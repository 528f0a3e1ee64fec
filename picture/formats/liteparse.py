"""Pages as LiteParse asks them of a server that reads for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from picture.formats.placement import bound, sureness
from picture.page import Line, Page, Quad


def to_results(pages: Sequence[Page]) -> bytes:
    """Return an item for each line, as LiteParse's OCR API specification says."""
    lines = [(line, page) for page in pages for line in page.lines if line.text.strip()]
    results = [_item(line, page) for line, page in lines]
    return json.dumps({"results": results}, ensure_ascii=False).encode()


def _item(line: Line, page: Page) -> dict[str, Any]:
    box = bound(line.box, page)
    return {
        "text": line.text,
        "bbox": (box.left, box.top, box.right, box.bottom),
        "confidence": sureness(line.score),
        "polygon": _upright(line),
    }


def _upright(line: Line) -> Quad:
    """Return a line's corners from the one at the top left of its letters."""
    a, b, c, d = line.box
    corners = (b, c, d, a) if line.is_vertical else (a, b, c, d)
    return corners[2:] + corners[:2] if line.flipped else corners
