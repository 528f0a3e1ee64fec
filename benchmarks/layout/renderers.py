"""Peers' layout functions, each as shipped; runs inside a peer's own environment.

Reads pages as JSON from standard input: a list of {"width", "height", "picture",
"lines": [{"text", "box"}]}; writes the list of their texts.
"""

from __future__ import annotations

import base64
import importlib
import io
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from statistics import median
from typing import Any

POINTS_HIGH = 12
"""Height of a line of common print, for rules that count in points."""
LITEPARSE_DPI = 150


def rapidocr(page: dict[str, Any]) -> str:
    """Call the function behind RapidOCR's `to_markdown`."""
    import numpy as np

    markdown = importlib.import_module("rapidocr.utils.to_markdown").ToMarkdown
    boxes = [np.array(line["box"], dtype=float) for line in page["lines"]]
    return str(markdown.to(boxes, [line["text"] for line in page["lines"]]))


def ocralign(page: dict[str, Any]) -> str:
    """Call ocralign's renderer with its default policy; a line stands for a word."""
    layout = importlib.import_module("ocralign.backends.vanilla.layout")
    word = importlib.import_module("ocralign.core.schema").Word
    width, height = page["width"], page["height"]
    words = []
    for line in page["lines"]:
        left, top, right, bottom = _bounds(line)
        words.append(
            word(line["text"], (left / width, top / height, right / width, bottom / height))
        )
    return str(layout.render_page(words))


def pdfplumber(page: dict[str, Any]) -> str:
    """Call pdfplumber's `extract_text(layout=True)`, each line's box shared out to its letters."""
    extract = importlib.import_module("pdfplumber.utils").extract_text
    bounds = [_bounds(line) for line in page["lines"]]
    scale = POINTS_HIGH / median(bottom - top for _, top, _, bottom in bounds)
    chars: list[dict[str, Any]] = []
    for line in page["lines"]:
        left, top, right, bottom = (scale * edge for edge in _bounds(line))
        step = (right - left) / max(len(line["text"]), 1)
        for place, char in enumerate(line["text"]):
            x = left + place * step
            chars.append(
                {"text": char, "x0": x, "x1": x + step, "top": top, "bottom": bottom,
                 "doctop": top, "upright": True, "size": bottom - top, "fontname": "peer"}
            )  # fmt: skip
    width, height = page["width"] * scale, page["height"] * scale
    size = {"layout_width": width, "layout_height": height}
    return str(extract(chars, layout=True, layout_bbox=(0, 0, width, height), **size))


def liteparse(page: dict[str, Any]) -> str:
    """Let LiteParse ask an OCR server for the page's lines, as its OCR specification says."""
    from PIL import Image

    items = [
        {"text": line["text"], "bbox": _bounds(line), "polygon": line["box"], "confidence": 0.99}
        for line in page["lines"]
    ]
    server = _serve(json.dumps({"results": items}).encode())
    blank = io.BytesIO()
    Image.new("L", (page["width"], page["height"]), 255).save(
        blank, "PDF", resolution=LITEPARSE_DPI
    )
    parser = importlib.import_module("liteparse").LiteParse(
        ocr_server_url=f"http://127.0.0.1:{server.server_port}/ocr", dpi=LITEPARSE_DPI,
        output_format="text", quiet=True,
    )  # fmt: skip
    try:
        return str(parser.parse(blank.getvalue()).text)
    finally:
        server.shutdown()
        server.server_close()


def faster_paddle(page: dict[str, Any]) -> str:
    """Read the picture itself: faster-paddle lays out only what it has read."""
    engine = importlib.import_module("faster_paddle")
    return str(engine.ocr(base64.b64decode(page["picture"]))["structured_text"])


def _serve(answer: bytes) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _bounds(line: dict[str, Any]) -> tuple[float, float, float, float]:
    xs, ys = zip(*line["box"], strict=True)
    return min(xs), min(ys), max(xs), max(ys)


RENDERERS = {
    "rapidocr": rapidocr,
    "ocralign": ocralign,
    "pdfplumber": pdfplumber,
    "liteparse": liteparse,
    "faster-paddle": faster_paddle,
}

if __name__ == "__main__":
    render = RENDERERS[sys.argv[1]]
    json.dump([render(page) for page in json.load(sys.stdin)], sys.stdout)
