import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.errors import RegionInvalidError, RegionOutsideError
from picture.page import Line, Page, Rule, Word
from picture.reading.region import (
    Box,
    chosen,
    parse_regions,
    put_together,
    scaled,
    turned,
    within,
)

SIZE = (400, 200)
SQUARE = ((10.0, 20.0), (30.0, 20.0), (30.0, 30.0), (10.0, 30.0))
LINE = Line("a", 0.9, SQUARE, words=(Word("a", 0.9, SQUARE),))


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("10,20,30,40", (10, 20, 40, 60)),
        (" 10 , 20 , 30 , 40 ", (10, 20, 40, 60)),
        ("25%,50%,50%,50%", (100, 100, 300, 200)),
        ("0,50%,100%,20.4", (0, 100, 400, 120)),
        ("390,190,100,100", (390, 190, 400, 200)),
    ],
)
def test_a_region_lies_on_the_picture(text: str, box: Box) -> None:
    (region,) = parse_regions([text])
    assert region.box(SIZE) == box


def test_there_may_be_several_in_one_text_or_in_several() -> None:
    assert len(parse_regions(["1,2,3,4; 5,6,7,8", "9,9,9,9;"])) == 3
    assert parse_regions([]) == parse_regions([""]) == ()


@pytest.mark.parametrize(
    "text", ["1", "1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,2,3,4", "1,2,3,4%%", "1e3,2,3,4", "١,2,3,4"]
)
def test_what_is_no_region_is_refused(text: str) -> None:
    with pytest.raises(RegionInvalidError):
        parse_regions([text])


def test_too_many_are_refused() -> None:
    with pytest.raises(RegionInvalidError):
        parse_regions(["1,2,3,4;" * 101])


@pytest.mark.parametrize("text", ["400,0,10,10", "0,200,10,10", "10,10,0,5", "10,10,5,0"])
def test_a_region_beside_the_picture_is_refused(text: str) -> None:
    (region,) = parse_regions([text])
    with pytest.raises(RegionOutsideError, match="400 x 200"):
        region.box(SIZE)


def test_a_box_is_scaled_and_never_empty() -> None:
    assert scaled((100, 50, 200, 101), 0.5) == (50, 25, 100, 50)
    assert scaled((10, 10, 11, 11), 0.25) == (2, 2, 3, 3)


@given(
    st.tuples(*[st.integers(0, 400)] * 2, *[st.integers(0, 200)] * 2),
    st.sampled_from([90, 180, 270]),
)
def test_a_box_turned_on_comes_back(values: tuple[int, int, int, int], degrees: int) -> None:
    (left, right), (top, bottom) = sorted(values[:2]), sorted(values[2:])
    size = SIZE[::-1] if degrees % 180 else SIZE
    there = turned((left, top, right, bottom), SIZE, degrees)
    assert turned(there, size, 360 - degrees) == (left, top, right, bottom)


def test_a_turned_box_lies_where_the_pixels_went() -> None:
    assert turned((0, 0, 10, 20), SIZE, 90) == (0, 390, 20, 400)
    assert turned((0, 0, 10, 20), SIZE, 180) == (390, 180, 400, 200)
    assert turned((0, 0, 10, 20), SIZE, 270) == (180, 0, 200, 10)


def test_parts_are_put_where_they_were_cut() -> None:
    parts = [
        ((100, 50, 200, 100), Page(100, 50, (LINE,), unread=1)),
        ((0, 0, 9, 9), Page(9, 9, ())),
    ]
    page = put_together(parts, SIZE)
    assert (page.width, page.height, page.unread) == (400, 200, 1)
    assert page.lines[0].box[0] == page.lines[0].words[0].box[0] == (110.0, 70.0)


def test_parts_that_were_turned_are_put_on_the_turned_page() -> None:
    page = put_together([((0, 0, 100, 50), Page(50, 100, (LINE,), 90))], SIZE)
    assert (page.width, page.height, page.rotation) == (200, 400, 90)
    assert page.lines[0].box[0] == (10.0, 320.0)


def test_lines_in_ignored_regions_are_left_out() -> None:
    page = Page(400, 200, (LINE, Line("b", 0.5, ((90.0, 90.0),) * 4)))
    ignored = parse_regions(["0,0,20,25", "80,80,20,20"])
    assert [line.text for line in chosen(page, SIZE, ignored, 0).lines] == ["a"]
    assert [line.text for line in chosen(page, SIZE, (), 0.6).lines] == ["a"]
    assert chosen(page, SIZE, (), 0) == page


RULE = Rule((10.0, 20.0), (30.0, 20.0), 2.0)


def test_rules_of_parts_are_put_where_the_parts_were_cut() -> None:
    parts = [((100, 50, 200, 100), Page(100, 50, (), rules=(RULE,)))]
    assert put_together(parts, SIZE).rules == (Rule((110.0, 70.0), (130.0, 70.0), 2.0),)


def test_rules_go_with_what_is_left_out_and_stay_with_what_is_wanted() -> None:
    page = Page(400, 200, (LINE,), rules=(RULE, Rule((200, 100), (300, 100), 2.0)))
    regions = parse_regions(["0,0,50,50"])
    assert chosen(page, SIZE, regions, 0.0).rules == page.rules[1:]
    assert within(page, regions).rules == page.rules[:1]
