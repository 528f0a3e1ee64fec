from dataclasses import replace

import pytest
from PIL import Image

from picture.page import Line, Page, Word
from picture.reading.orientation import (
    doubts,
    hanging_glyphs,
    is_better,
    is_much_better,
    is_said_by,
    laid_out,
    turn_of,
)

WIDE = ((0.0, 0.0), (300.0, 0.0), (300.0, 20.0), (0.0, 20.0))
TALL = ((0.0, 0.0), (20.0, 0.0), (20.0, 300.0), (0.0, 300.0))


def page(*lines: Line) -> Page:
    return Page(400, 400, lines)


def wide(text: str, flipped: bool = False, score: float = 0.98) -> Line:
    return Line(text, score, WIDE, flipped)


def tall(text: str, flipped: bool = False, score: float = 0.98) -> Line:
    words = tuple(Word(letter, score, TALL) for letter in text.replace(" ", ""))
    return Line(text, score, TALL, flipped, words)


UPRIGHT = wide("Total amount due")
LABEL = tall("Figure 3 axis")


@pytest.mark.parametrize(
    ("lines", "degrees"),
    [
        ([], 0),
        ([UPRIGHT], 0),
        ([UPRIGHT, wide("Upside down", True)], 0),
        ([wide("Upside down", True)], 180),
        ([wide("NO", True)], 0),
        ([wide("Upside down", True), wide("H", score=0.9), wide("oI5OI5", score=0.5)], 180),
        ([LABEL], 0),
        ([LABEL, UPRIGHT], 0),
        ([LABEL, tall("and one line more")], 90),
        ([tall("Figure 3 axis", True), tall("and one line more", True)], 270),
        ([tall("Figure 3 axis", True), tall("and one line more")], 0),
        ([tall("unsure " * 9, score=0.6)], 0),
    ],
)
def test_a_page_is_turned_the_way_most_of_it_runs(lines: list[Line], degrees: int) -> None:
    assert turn_of(page(*lines)) == degrees


def test_tall_boxes_of_han_letters_are_looked_at_more_closely() -> None:
    assert [glyph.text for glyph in hanging_glyphs(page(tall("春夏秋冬")))] == list("春夏秋冬")
    assert hanging_glyphs(page(tall("spring and summer"))) == []
    assert hanging_glyphs(page(wide("春夏秋冬"))) == []


def test_letters_are_laid_out_side_by_side_as_they_stand() -> None:
    picture = Image.new("RGB", (40, 40), "white")
    picture.paste("black", (10, 10, 20, 30))
    glyph = Word("l", 1.0, ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)))
    strip = laid_out(picture, [glyph], 0)
    assert strip.getpixel((60, 72)) == (0, 0, 0)
    assert strip.getpixel((84, 72)) == (255, 255, 255)
    assert laid_out(picture, [glyph], 180).getpixel((60, 72)) == (255, 255, 255)


def test_letters_are_said_where_most_were_read_in_order() -> None:
    glyphs = [Word(letter, 1.0, WIDE) for letter in "春夏秋冬"]
    assert is_said_by(page(wide("春夏"), wide("冬")), glyphs)
    assert not is_said_by(page(wide("春")), glyphs)
    assert not is_said_by(page(wide("冬秋夏春")), glyphs)


def test_more_that_runs_from_left_to_right_is_better() -> None:
    assert is_better(page(UPRIGHT), page(LABEL))
    assert not is_better(page(UPRIGHT), page(wide("Total amount due", score=0.99)))


def test_a_page_that_is_read_badly_is_tried_turned() -> None:
    level = Line("abcdefghij", 0.6, ((0, 0), (200, 0), (200, 20), (0, 20)))
    tall = replace(level, box=((0, 0), (20, 0), (20, 200), (0, 200)))
    assert doubts(Page(300, 300, (level,))) == (180,)
    assert doubts(Page(300, 300, (tall,))) == (90, 270)
    assert doubts(Page(300, 300, (replace(level, score=0.95),))) == ()
    assert doubts(Page(300, 300, (replace(level, text="abc"),))) == ()


def test_a_turn_is_kept_where_it_is_much_better_and_good() -> None:
    bad = Line("abcdefghij", 0.6, ((0, 0), (200, 0), (200, 20), (0, 20)))
    good, fair = replace(bad, score=0.98), replace(bad, score=0.85)
    page = Page(300, 300, (bad,))
    assert is_much_better(Page(300, 300, (good,)), page)
    assert not is_much_better(Page(300, 300, (fair,)), page)
    assert not is_much_better(Page(300, 300, (replace(good, flipped=True),)), page)
    assert not is_much_better(Page(300, 300, (replace(good, text="abc"),)), page)
