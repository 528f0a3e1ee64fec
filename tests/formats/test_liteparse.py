import json
from typing import Any

from hypothesis import given

from picture.formats.liteparse import to_results
from picture.page import Line, Page
from tests.formats.pages import DOCUMENTS, PLAIN, RECEIPT, box


def results(*pages: Page) -> list[dict[str, Any]]:
    answer = json.loads(to_results(pages))
    assert list(answer) == ["results"]
    found: list[dict[str, Any]] = answer["results"]
    return found


def test_a_line_is_an_item() -> None:
    assert results(Page(400, 300, (PLAIN,))) == [
        {
            "text": "Total due",
            "bbox": [100, 140, 280, 170],
            "confidence": 0.875,
            "polygon": [[100, 140], [280, 140], [280, 170], [100, 170]],
        }
    ]


def test_a_polygon_begins_at_the_top_left_of_the_letters() -> None:
    down = Line("Tea", 0.9, box(0, 0, 20, 60))
    on_its_head = Line("Tea", 0.9, box(0, 0, 60, 20), flipped=True)
    up = Line("Tea", 0.9, box(0, 0, 20, 60), flipped=True)
    firsts = [item["polygon"][0] for item in results(Page(400, 300, (down, on_its_head, up)))]
    assert firsts == [[20, 0], [60, 20], [0, 60]]


def test_pages_follow_each_other() -> None:
    assert len(results(RECEIPT, RECEIPT)) == 2 * len(results(RECEIPT))


@given(DOCUMENTS)
def test_every_line_with_text_is_an_item(pages: list[Page]) -> None:
    texts = [line.text for page in pages for line in page.lines if line.text.strip()]
    assert [item["text"] for item in results(*pages)] == texts
    for item in results(*pages):
        left, top, right, bottom = item["bbox"]
        assert 0 <= left < right
        assert 0 <= top < bottom
        assert 0 <= item["confidence"] <= 1
