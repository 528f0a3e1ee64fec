"""Pages as JSON with everything that was read, and the schema that it keeps to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from picture.formats.placement import bound, sureness
from picture.layout import Cell, Table, find_tables, words_of
from picture.page import Line, Page, Point, Quad, Rule, Word

Schema = dict[str, Any]

VERSION = "1"
"""Changes where programs that know the schema would no longer understand an answer."""


def _object(properties: Schema, description: str) -> Schema:
    required = list(properties)
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": required,
    }


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _boolean(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _integer(description: str, minimum: int) -> Schema:
    return {"type": "integer", "minimum": minimum, "description": description}


_TEXT = {"type": "string"}
_SCORE = {
    "type": "number",
    "minimum": 0,
    "maximum": 1,
    "description": "How likely a word is right to the letter, and of a line how many of its "
    "words are: of words at 0.9 nine in ten.",
}
_POINT = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_QUAD = {
    "type": "array",
    "items": _POINT,
    "minItems": 4,
    "maxItems": 4,
    "description": "Corners (x, y), clockwise from the one at the picture's top left.",
}
_BBOX = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "minItems": 4,
    "maxItems": 4,
    "description": "Left, top, right and bottom of the upright box around the corners.",
}
_WORD = _object(
    {"text": _TEXT, "score": _SCORE, "quad": _QUAD},
    "What stands between two spaces, or one Chinese or Japanese letter. Its corners lie around "
    "its ink, or cut the line evenly where nothing is known of its place.",
)
_LINE = _object(
    {
        "text": _TEXT,
        "score": _SCORE,
        "quad": _QUAD,
        "flipped": _boolean("It stands on its head: its text runs from its end to its start."),
        "reader": {
            "type": "string",
            "description": "What read it where that was not the model, such as `tesseract rus`.",
        },
        "first_choice": {
            "type": "string",
            "description": "What was read first where the page spoke for a second choice, such as "
            "`O` in a column of numbers; else empty.",
        },
        "vertical": _boolean("Its text runs from top to bottom."),
        "bbox": _BBOX,
        "words": _list(_WORD, "In the order of the text."),
    },
    "A run of text as it was read.",
)
_CELL = _object(
    {
        "row": _integer("Its first row, from 0.", 0),
        "column": _integer("Its first column, from 0.", 0),
        "row_span": _integer("How many rows it reaches over.", 1),
        "column_span": _integer("How many columns it reaches over.", 1),
        "text": _TEXT,
        "bbox": _BBOX,
        "lines": _list(
            {"type": "integer", "minimum": 0},
            "Places of its lines in the page's, from 0; one that names columns has several cells.",
        ),
    },
    "A cell of a table, which is as large as it is drawn, else as its lines.",
)
_TABLE = _object(
    {
        "rows": _integer("How many rows there are.", 1),
        "columns": _integer("How many columns there are.", 1),
        "header_rows": _integer("How many of the first rows name the columns.", 0),
        "cells": _list(_CELL, "Row by row. Where there is none, nothing stands."),
    },
    "Texts in rows and columns.",
)
_RULE = _object(
    {
        "from": {**_POINT, "description": "Its left end, the upper one where it is upright."},
        "to": {**_POINT, "description": "Its other end."},
        "thickness": {"type": "number", "minimum": 0, "description": "In pixels."},
    },
    "A straight stroke that is drawn, of a table, a form or a receipt; (x, y) are in its middle.",
)
_PAGE = _object(
    {
        "number": _integer("The page's place in the document.", 1),
        "width": _integer("Pixels of the upright picture, which all places are given in.", 1),
        "height": _integer("Pixels of the upright picture.", 1),
        "rotation": {
            "type": "integer",
            "enum": [0, 90, 180, 270],
            "description": "Degrees by which the picture was turned to the left to be upright.",
        },
        "unread": _integer("Lines that were found and were too much to read.", 0),
        "lines": _list(_LINE, "From top to bottom."),
        "tables": _list(_TABLE, "From top to bottom."),
        "rules": _list(_RULE, "Level and upright ones, in no order."),
    },
    "What was read on one page.",
)
JSON_SCHEMA: Schema = _object(
    {
        "version": {"const": VERSION, "description": "The version of this schema."},
        "model": {"type": "string", "description": "The weights that read."},
        "engine": {"type": "string", "description": "What ran them."},
        "precision": {"type": "string", "description": "What they computed in."},
        "timings": {
            "type": "object",
            "additionalProperties": {"type": "number", "minimum": 0},
            "description": "Seconds that each stage took.",
        },
        "pages": _list(_PAGE, "In the order of the document."),
    },
    "Everything that was read. Members may be added within a version.",
)


def to_json(
    pages: Sequence[Page],
    numbers: Sequence[int],
    about: Mapping[str, str],
    timings: Mapping[str, float],
) -> bytes:
    """Return pages as an answer that keeps to JSON_SCHEMA.

    `numbers` are the pages' own in their document, from 1; `about` names the `model`,
    the `engine` and the `precision`; `timings` are seconds by stage.
    """
    answer = {
        "version": VERSION,
        "model": about["model"],
        "engine": about["engine"],
        "precision": about["precision"],
        "timings": dict(timings),
        "pages": [_page(page, number) for page, number in zip(pages, numbers, strict=True)],
    }
    return json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()


def _page(page: Page, number: int) -> dict[str, Any]:
    numbers = {id(line): at for at, line in enumerate(page.lines)}
    return {
        "number": number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "unread": page.unread,
        "lines": [_line(line, page) for line in page.lines],
        "tables": [_table(table, page, numbers) for table in find_tables(page)],
        "rules": [_rule(rule) for rule in page.rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "from": _point(rule.start),
        "to": _point(rule.end),
        "thickness": round(rule.thickness, 1),
    }


def _line(line: Line, page: Page) -> dict[str, Any]:
    return {
        **_said(line),
        "flipped": line.flipped,
        "reader": line.reader,
        "first_choice": line.first_choice,
        "vertical": line.is_vertical,
        "bbox": _bbox(line.box, page),
        "words": [_said(word) for word in words_of(line)],
    }


def _table(table: Table, page: Page, numbers: Mapping[int, int]) -> dict[str, Any]:
    return {
        "rows": table.rows,
        "columns": table.columns,
        "header_rows": table.header_rows,
        "cells": [_cell(cell, page, numbers) for cell in table.cells],
    }


def _cell(cell: Cell, page: Page, numbers: Mapping[int, int]) -> dict[str, Any]:
    return {
        "row": cell.row,
        "column": cell.column,
        "row_span": cell.row_span,
        "column_span": cell.column_span,
        "text": cell.text,
        "bbox": _bbox(cell.box, page),
        "lines": [numbers[id(line)] for line in cell.lines],
    }


def _said(part: Line | Word) -> dict[str, Any]:
    return {"text": part.text, "score": sureness(part.score), "quad": _quad(part.box)}


def _bbox(quad: Quad, page: Page) -> tuple[int, int, int, int]:
    box = bound(quad, page)
    return box.left, box.top, box.right, box.bottom


def _quad(box: Quad) -> list[Point]:
    return [_point(at) for at in box]


def _point(at: Point) -> Point:
    return round(at[0], 1), round(at[1], 1)
