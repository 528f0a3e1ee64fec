from picture.page import Line, Page

LINE = Line("Grüße 你好", 0.97, ((1.0, 2.0), (101.0, 2.0), (101.0, 22.0), (1.0, 22.0)))


def test_a_line_knows_its_width_and_height() -> None:
    assert (LINE.width, LINE.height) == (100.0, 20.0)
    assert not LINE.is_vertical


def test_a_line_half_as_tall_again_as_wide_is_vertical() -> None:
    tall = Line("縦", 1.0, ((0.0, 0.0), (20.0, 0.0), (20.0, 30.0), (0.0, 30.0)))
    assert tall.is_vertical


def test_a_page_survives_being_serialised() -> None:
    page = Page(640, 480, (LINE,), rotation=90)
    assert Page.from_bytes(page.to_bytes()) == page


def test_a_page_is_brought_to_another_size() -> None:
    resized = Page(100, 50, (LINE,), rotation=90).resized(200, 150)
    assert (resized.width, resized.height, resized.rotation) == (200, 150, 90)
    assert resized.lines[0].box == ((2.0, 6.0), (202.0, 6.0), (202.0, 66.0), (2.0, 66.0))
    assert resized.lines[0].text == LINE.text
