import json

from hypothesis import given
from jsonschema import Draft202012Validator

from picture.formats.record import JSON_SCHEMA, to_json
from picture.formats.results import to_results
from picture.page import Page
from tests.formats.samples import PAGE, pages

ABOUT = {"model": "PP-OCRv6_small", "engine": "onnxruntime"}
VALIDATOR = Draft202012Validator(JSON_SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(JSON_SCHEMA)


def test_everything_that_was_read_is_told() -> None:
    record = json.loads(to_json([PAGE], [3], ABOUT, {"read": 0.25}))
    VALIDATOR.validate(record)
    assert (record["version"], record["model"], record["timings"]) == (
        "1",
        "PP-OCRv6_small",
        {"read": 0.25},
    )
    (page,) = record["pages"]
    assert (page["number"], page["width"], page["rotation"]) == (3, 800, 0)
    first = page["lines"][0]
    assert first["text"] == "A garden in the north of the town, behind an old wall,"
    assert first["box"] == [36, 40, 584, 62]
    assert first["words"][1] == {
        "text": "garden",
        "score": 0.97,
        "quad": [[60, 44], [120, 44], [120, 58], [60, 58]],
    }
    assert [line["vertical"] for line in page["lines"]] == [False, False, False, True, False, False]
    assert [line["flipped"] for line in page["lines"]] == [False] * 4 + [True, False]


def test_the_schema_would_refuse_less() -> None:
    record = json.loads(to_json([PAGE], [1], ABOUT, {}))
    del record["pages"][0]["lines"][0]["words"]
    assert not VALIDATOR.is_valid(record)


@given(pages)
def test_any_page_keeps_to_the_schema(page: Page) -> None:
    VALIDATOR.validate(json.loads(to_json([page], [1], ABOUT, {"read": 0.0})))


@given(pages)
def test_results_are_lines_with_boxes(page: Page) -> None:
    results = json.loads(to_results([page, page]))["results"]
    assert [result["text"] for result in results] == [line.text for line in page.lines] * 2
    for result in results:
        left, top, right, bottom = result["bbox"]
        assert 0 <= left < right <= page.width
        assert 0 <= top < bottom <= page.height
        assert 0 <= result["confidence"] <= 1
