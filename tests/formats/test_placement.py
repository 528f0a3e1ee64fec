import pytest
from hypothesis import given

from picture.formats.placement import Box, Row, bound, place_page, runs_left
from picture.page import Line, Page, Word
from tests.formats.pages import PAGES, RECEIPT, box, turned, written


def rows(page: Page) -> list[Row]:
    return [row for block in place_page(page) for part in block.paragraphs for row in part.rows]


def test_a_box_is_the_whole_pixels_around_its_quad() -> None:
    assert bound(box(1.2, 3.9, 10.1, 12.0), RECEIPT) == Box(1, 3, 11, 12)
    around = bound(turned(box(190, 195, 210, 205), 90), RECEIPT)
    assert around == Box(195, 190, 205, 210)


def test_a_box_lies_on_the_page() -> None:
    assert bound(box(-20, -5, 900, 12), RECEIPT) == Box(0, 0, 400, 12)
    assert bound(box(500, 500, 600, 600), RECEIPT) == Box(399, 299, 400, 300)
    assert bound(box(-9, -9, -5, -5), RECEIPT) == Box(0, 0, 1, 1)


def test_lines_are_as_large_as_their_words() -> None:
    tea, plain = rows(RECEIPT)
    assert tea.box == Box(104, 96, 296, 124)
    assert plain.box == Box(100, 140, 280, 170)
    (block,) = place_page(RECEIPT)
    assert block.box == block.paragraphs[0].box == Box(100, 96, 296, 170)


def test_a_space_follows_where_the_text_has_one() -> None:
    tea, _ = rows(RECEIPT)
    spaced = [(piece.text, piece.spaced) for piece in tea.pieces]
    assert spaced == [("Tea", True), ("茶", False), ("叶", True), ("4.50", False)]


def test_confidence_is_a_percentage() -> None:
    tea, plain = rows(RECEIPT)
    assert [piece.percent for piece in tea.pieces] == [99, 92, 90, 100]
    assert [piece.percent for piece in plain.pieces] == [88, 88]


@pytest.mark.parametrize(("score", "percent"), [(0.59497, 59), (1.004, 100), (-0.004, 0)])
def test_percents_are_rounded_once_and_from_0_to_100(score: float, percent: int) -> None:
    (row,) = rows(Page(90, 20, (Line("a", score, box(0, 0, 90, 20)),)))
    assert [piece.percent for piece in row.pieces] == [percent]


def test_what_no_document_may_hold_is_dropped() -> None:
    line = Line("a\x00b \x07 \ud800c d\x0be", 1.0, box(0, 0, 90, 20))
    assert [piece.text for row in rows(Page(90, 20, (line,))) for piece in row.pieces] == [
        "ab",
        "c",
        "d",
        "e",
    ]


def test_a_line_of_nothing_else_is_left_out() -> None:
    line = Line("\x00\x01", 1.0, box(0, 0, 90, 20))
    assert place_page(Page(90, 20, (line,))) == []
    unwritten = Line("a", 1.0, box(0, 0, 90, 20), words=(Word(" ", 1.0, box(0, 0, 9, 9)),))
    assert place_page(Page(90, 20, (unwritten,))) == []


def test_words_know_their_direction() -> None:
    assert runs_left("שלום")
    assert runs_left("12 السعر abc")
    assert not runs_left("abc שלום")
    assert not runs_left("12.50")
    assert not runs_left("")


@given(PAGES)
def test_every_word_is_kept_in_reading_order(page: Page) -> None:
    assert [piece.text for row in rows(page) for piece in row.pieces] == written(page)


@given(PAGES)
def test_parts_hold_their_own_parts(page: Page) -> None:
    whole = Box(0, 0, page.width, page.height)
    for block in place_page(page):
        assert holds(whole, block.box)
        for paragraph in block.paragraphs:
            assert holds(block.box, paragraph.box)
            for row in paragraph.rows:
                assert holds(paragraph.box, row.box)
                assert all(holds(row.box, piece.box) for piece in row.pieces)
                assert all(piece.box.width > 0 < piece.box.height for piece in row.pieces)


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )
