"""Lines in the shape in which LiteParse asks an OCR server for them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from picture.formats.geometry import bounds
from picture.page import Page


def to_results(pages: Sequence[Page]) -> bytes:
    """Write lines as `{"results": [{"text", "bbox", "confidence"}]}`, boxes in pixels."""
    results = [
        {
            "text": line.text,
            "bbox": list(bounds([line.box], page)),
            "confidence": round(min(max(line.score, 0.0), 1.0), 4),
        }
        for page in pages
        for line in page.lines
    ]
    return json.dumps({"results": results}, ensure_ascii=False).encode()
