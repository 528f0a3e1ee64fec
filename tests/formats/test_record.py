import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema_rs import Draft202012Validator, ValidationError, meta

from picture.formats.record import JSON_SCHEMA, to_json
from picture.layout import words_of
from picture.page import Line, Page, Rule
from tests.formats.pages import DOCUMENTS, PLAIN, RECEIPT, SPANNING, box, line

ABOUT = {"precision": "f32", "model": "PP-OCRv6_small", "engine": "onnxruntime"}


def record(pages: list[Page]) -> Any:
    numbers = range(1, len(pages) + 1)
    return json.loads(to_json(pages, list(numbers), ABOUT, {"decode": 0.01, "recognise": 0.4}))


def strict(schema: Any) -> Any:
    """Return a schema that takes no more members than it names."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(part) for name, part in schema.items()}
    return {"additionalProperties": False, **closed} if "properties" in schema else closed


VALIDATOR = Draft202012Validator(strict(JSON_SCHEMA))


def test_everything_that_was_read_is_told() -> None:
    answer = record([Page(400, 300, (PLAIN,), rotation=90, unread=2)])
    assert answer == {
        "version": "1",
        **ABOUT,
        "timings": {"decode": 0.01, "recognise": 0.4},
        "pages": [
            {
                "number": 1,
                "width": 400,
                "height": 300,
                "rotation": 90,
                "unread": 2,
                "lines": [
                    {
                        "text": "Total due",
                        "score": 0.875,
                        "quad": [[100, 140], [280, 140], [280, 170], [100, 170]],
                        "flipped": False,
                        "reader": "",
                        "first_choice": "",
                        "vertical": False,
                        "bbox": [100, 140, 280, 170],
                        "words": [
                            {
                                "text": "Total",
                                "score": 0.875,
                                "quad": [[100, 140], [200, 140], [200, 170], [100, 170]],
                            },
                            {
                                "text": "due",
                                "score": 0.875,
                                "quad": [[220, 140], [280, 140], [280, 170], [220, 170]],
                            },
                        ],
                    }
                ],
                "tables": [],
                "rules": [],
            }
        ],
    }


def test_rules_say_where_they_run_and_how_thick_they_are() -> None:
    rules = Rule((10, 20.04), (300.26, 21), 2.04), Rule((10, 20), (10, 200), 1.5)
    answer = record([Page(400, 300, (PLAIN,), rules=rules)])
    assert answer["pages"][0]["rules"] == [
        {"from": [10, 20], "to": [300.3, 21], "thickness": 2},
        {"from": [10, 20], "to": [10, 200], "thickness": 1.5},
    ]
    VALIDATOR.validate(answer)


def test_lines_say_how_they_stand() -> None:
    lines = Line("Tea", 0.9, box(0, 0, 20, 60)), Line("Tea", 0.9, box(0, 0, 60, 20), flipped=True)
    (page,) = record([Page(400, 300, lines)])["pages"]
    assert [(line["vertical"], line["flipped"]) for line in page["lines"]] == [
        (True, False),
        (False, True),
    ]


def test_tables_tell_their_cells_and_the_lines_in_them() -> None:
    ((table,),) = [page["tables"] for page in record([SPANNING])["pages"]]
    assert (table["rows"], table["columns"], table["header_rows"]) == (3, 3, 2)
    assert table["cells"][1] == {
        "row": 0,
        "column": 1,
        "row_span": 1,
        "column_span": 2,
        "text": "Price",
        "bbox": [200, 40, 520, 100],
        "lines": [1],
    }
    assert [cell["lines"] for cell in table["cells"]] == [[0], [1], [2], [3], [4], [5], []]
    VALIDATOR.validate(record([SPANNING]))


def test_pages_have_the_numbers_they_have_in_their_document() -> None:
    answer = json.loads(to_json([RECEIPT, RECEIPT], [3, 7], ABOUT, {}))
    assert [page["number"] for page in answer["pages"]] == [3, 7]
    with pytest.raises(ValueError, match="shorter"):
        to_json([RECEIPT, RECEIPT], [3], ABOUT, {})


def test_the_schema_is_one() -> None:
    meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **JSON_SCHEMA})


@pytest.mark.parametrize("missing", ["version", "model", "pages"])
def test_the_schema_refuses_an_answer_without_a_member(missing: str) -> None:
    answer = record([RECEIPT])
    del answer[missing]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(answer)


@given(DOCUMENTS)
def test_every_answer_keeps_to_the_schema(pages: list[Page]) -> None:
    VALIDATOR.validate(record(pages))


@given(DOCUMENTS)
def test_every_letter_is_told(pages: list[Page]) -> None:
    for told, page in zip(record(pages)["pages"], pages, strict=True):
        assert [line["text"] for line in told["lines"]] == [line.text for line in page.lines]
        words = [[word["text"] for word in line["words"]] for line in told["lines"]]
        assert words == [[word.text for word in words_of(line)] for line in page.lines]


def test_what_was_read_first_is_told() -> None:
    line = Line("0", 0.6, box(0, 0, 20, 20), first_choice="O")
    (page,) = record([Page(400, 300, (line,))])["pages"]
    assert page["lines"][0]["first_choice"] == "O"


def test_a_line_that_names_two_columns_is_of_two_cells() -> None:
    goods = [("Apron", "2.13", "8.91"), ("Bucket", "0.72", "4.40"), ("Clock", "2.40", "9.20")]
    lines = [line("Article", 40, 40), line("Each Sums", 200, 40)]
    for number, row in enumerate(goods, start=1):
        columns = zip(row, (40, 200, 250), strict=True)
        lines += [line(text, left, 40.0 + 26 * number) for text, left in columns]
    ((table,),) = [page["tables"] for page in record([Page(400, 300, tuple(lines))])["pages"]]
    cells = [(cell["text"], cell["lines"]) for cell in table["cells"][:3]]
    assert cells == [("Article", [0]), ("Each", [1]), ("Sums", [1])]
