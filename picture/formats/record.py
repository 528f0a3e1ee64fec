"""Everything that was read, as JSON for programs, and the schema of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from picture.formats.geometry import bounds, words_of
from picture.page import Line, Page, Quad

VERSION = "1"
"""Raised where a program that understood the last one would no longer."""

Schema = dict[str, Any]


def to_json(
    pages: Sequence[Page],
    numbers: Sequence[int],
    about: Mapping[str, str],
    timings: Mapping[str, float],
) -> bytes:
    """Write pages as JSON_SCHEMA says.

    `numbers` are those of the pages in their document, `about` tells the `model` and the
    `engine`, and `timings` seconds by what they were used for.
    """
    record = {
        "version": VERSION,
        **about,
        "timings": {name: round(seconds, 4) for name, seconds in timings.items()},
        "pages": [_page(number, page) for number, page in zip(numbers, pages, strict=True)],
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _page(number: int, page: Page) -> Schema:
    return {
        "number": number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "unread": page.unread,
        "lines": [_line(line, page) for line in page.lines],
    }


def _line(line: Line, page: Page) -> Schema:
    words = [
        {"text": word.text, "score": _score(word.score), "quad": _quad(word.box)}
        for word in words_of(line)
    ]
    return {
        "text": line.text,
        "score": _score(line.score),
        "box": list(bounds([line.box], page)),
        "quad": _quad(line.box),
        "vertical": line.is_vertical,
        "flipped": line.flipped,
        "words": words,
    }


def _score(score: float) -> float:
    return round(min(max(score, 0.0), 1.0), 4)


def _quad(box: Quad) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in box]


def _object(properties: Mapping[str, Any], meaning: str) -> Schema:
    return {
        "type": "object",
        "description": meaning,
        "properties": dict(properties),
        "required": list(properties),
    }


def _list(items: Mapping[str, Any], meaning: str, size: int | None = None) -> Schema:
    bounds = {} if size is None else {"minItems": size, "maxItems": size}
    return {"type": "array", "description": meaning, "items": dict(items), **bounds}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SIDE = {"type": "integer", "minimum": 1, "description": "In pixels."}
_SCORE = {
    "type": "number",
    "minimum": 0,
    "maximum": 1,
    "description": "Mean confidence of the letters.",
}
_QUAD = _list(
    _list({"type": "number"}, "x and y.", 2),
    "Corners in pixels of the upright page, clockwise from the page's own top left.",
    4,
)
_WORD = _object(
    {"text": _TEXT, "score": _SCORE, "quad": _QUAD},
    "What stands between two spaces, or one Chinese or Japanese letter, around its ink.",
)
_LINE = _object(
    {
        "text": _TEXT,
        "score": _SCORE,
        "box": _list(_COUNT, "Left, top, right and bottom around the quad.", 4),
        "quad": _QUAD,
        "vertical": {"type": "boolean", "description": "Whether it runs down the page."},
        "flipped": {"type": "boolean", "description": "Whether it stands on its head."},
        "words": _list(_WORD, "In the order of the text."),
    },
    "A piece of text in one row.",
)
_PAGE = _object(
    {
        "number": {"type": "integer", "minimum": 1, "description": "In its document."},
        "width": _SIDE,
        "height": _SIDE,
        "rotation": {
            "type": "integer",
            "enum": [0, 90, 180, 270],
            "description": "Degrees to the left by which the picture was turned.",
        },
        "unread": {**_COUNT, "description": "Lines that were found and not read."},
        "lines": _list(_LINE, "From top to bottom."),
    },
    "A page as it stands upright.",
)
JSON_SCHEMA: Schema = _object(
    {
        "version": {"type": "string", "const": VERSION, "description": "Of this schema."},
        "model": _TEXT,
        "engine": _TEXT,
        "timings": {
            "type": "object",
            "description": "Seconds; none to read what was kept from before.",
            "additionalProperties": {"type": "number", "minimum": 0},
        },
        "pages": _list(_PAGE, "Those that were asked for."),
    },
    "Everything that was read on a document.",
)
