"""Where letters were read."""

import pytest

from picture.page import Line, Word
from picture.redraw.frame import frame_line
from picture.redraw.places import letter_places
from tests.redraw.sheet import box

AREA = (100, 100)


def line_of(text: str, *words: tuple[str, int, int]) -> Line:
    """Return a line with words of one height between two columns each."""
    own = tuple(Word(said, 0.9, box(left, 40, right, 60)) for said, left, right in words)
    return Line(text, 0.9, box(20, 38, 90, 62), words=own)


def places(line: Line) -> list[float] | None:
    frame = frame_line(line, AREA)
    assert frame is not None
    found = letter_places(line, frame, line.text)
    return None if found is None else [place + frame.region[1].start for place in found]


def test_letters_share_the_room_of_their_word() -> None:
    found = places(line_of("ab 12", ("ab", 30, 40), ("12", 50, 60)))
    assert found == pytest.approx([32.5, 37.5, 52.5, 57.5])


def test_letters_of_a_whole_cell_are_twice_as_wide() -> None:
    assert places(line_of("5《", ("5《", 30, 60))) == pytest.approx([35, 50])


def test_a_line_without_words_of_its_own_tells_nothing() -> None:
    assert places(line_of("ab 12")) is None


def test_words_that_say_other_than_the_text_tell_nothing() -> None:
    assert places(line_of("ab", ("ac", 30, 40))) is None
