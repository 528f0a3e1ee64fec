import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.formats.baseline import find_baseline
from picture.layout import words_of
from picture.page import Line, Word
from tests.formats.pages import box, standing


@given(st.floats(-40, 40))
def test_a_leaning_line_leans_by_its_own_angle(degrees: float) -> None:
    line = standing(degrees)
    baseline = find_baseline(line, line.words)
    assert (baseline.angle - degrees + 180) % 360 == pytest.approx(180, abs=0.3)
    assert baseline.size == pytest.approx(12, abs=0.3)


def test_text_from_top_to_bottom_is_turned_by_three_quarters() -> None:
    line = Line("Total due", 0.9, box(10, 10, 30, 150))
    assert find_baseline(line, words_of(line)).angle == 270


def test_text_on_its_head_is_turned_by_a_half() -> None:
    line = Line("Total due", 0.9, box(10, 10, 150, 30), flipped=True)
    assert find_baseline(line, words_of(line)).angle == 180


def test_text_on_its_head_from_bottom_to_top_is_turned_by_a_quarter() -> None:
    line = Line("Total due", 0.9, box(10, 10, 30, 150), flipped=True)
    baseline = find_baseline(line, words_of(line))
    assert baseline.angle == 90
    assert baseline.corners == ((10, 150), (10, 10), (30, 10), (30, 150))


def test_letters_that_hang_do_not_move_it() -> None:
    words = Word("Tea", 0.9, box(0, 10, 30, 30)), Word("pygmy", 0.9, box(40, 10, 90, 36))
    line = Line("Tea pygmy", 0.9, box(0, 5, 95, 40), words=words)
    baseline = find_baseline(line, words)
    assert (baseline.start, baseline.end) == ((0, 30), (90, 30))


def test_it_is_guessed_where_every_word_hangs() -> None:
    words = (Word("pygmy", 0.9, box(40, 10, 90, 40)),)
    baseline = find_baseline(Line("pygmy", 0.9, box(40, 5, 90, 45), words=words), words)
    assert baseline.height_at(60) == pytest.approx(34)


def test_a_line_without_length_lies_level() -> None:
    line = Line("a", 0.9, box(5, 5, 5, 5))
    baseline = find_baseline(line, words_of(line))
    assert (baseline.angle, baseline.slope, baseline.size) == (0, 0, 1)
