import pytest

from picture.errors import PageMissingError, PagesExceededError, PagesInvalidError
from picture.reading.pages import ALL, parse_pages


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3", (3,)),
        ("1-3,5", (1, 2, 3, 5)),
        (" 2 - 3 , 5 ", (2, 3, 5)),
        ("7-", (7, 8)),
        ("-2", (1, 2)),
        ("last", (8,)),
        ("6-last", (6, 7, 8)),
        ("1-", (1, 2, 3, 4, 5, 6, 7, 8)),
        ("8-8", (8,)),
        ("5,1", (1, 5)),
        ("2-4,3-5,4,2", (2, 3, 4, 5)),
        ("8,7-,last", (7, 8)),
    ],
)
def test_pages_come_in_the_documents_order_each_once(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_pages(text).numbers(8, 100) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "0",
        "0-3",
        "3-1",
        "1,,2",
        "1,",
        "a",
        "1-2-3",
        "1 2",
        "1;2",
        "last-",
        "-0",
        "1.5",
    ],
)
def test_anything_else_is_no_choice_of_pages(text: str) -> None:
    with pytest.raises(PagesInvalidError):
        parse_pages(text)


@pytest.mark.parametrize("text", ["1," * 1000, "9" * 100, "٣", "1-²"])
def test_what_nobody_writes_is_no_choice_of_pages(text: str) -> None:
    with pytest.raises(PagesInvalidError):
        parse_pages(text)


@pytest.mark.parametrize(("text", "number"), [("9", 9), ("2-12", 12), ("9-", 9), ("-10", 10)])
def test_a_page_that_is_not_there_is_named_with_the_count(text: str, number: int) -> None:
    with pytest.raises(PageMissingError) as caught:
        parse_pages(text).numbers(8, 100)
    assert caught.value.message == f"There is no page {number}: the document ends with page 8."


def test_a_document_of_one_page_is_told_so() -> None:
    with pytest.raises(PageMissingError) as caught:
        parse_pages("2").numbers(1, 100)
    assert caught.value.message == "There is no page 2: the document ends with page 1."


def test_more_pages_than_one_request_may_have_are_refused_with_their_count() -> None:
    assert ALL.numbers(100, 100) == tuple(range(1, 101))
    with pytest.raises(PagesExceededError) as caught:
        ALL.numbers(1_000_000, 100)
    assert caught.value.status == 413
    assert "1,000,000 pages" in caught.value.message
    assert "may have 100" in caught.value.message


def test_the_same_pages_many_times_are_few() -> None:
    assert parse_pages(",".join(["1-9"] * 200)).numbers(9, 9) == tuple(range(1, 10))
