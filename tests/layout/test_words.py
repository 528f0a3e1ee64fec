from hypothesis import given
from hypothesis import strategies as st

from picture.layout.words import words_of
from picture.page import Line, Quad, Word


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def test_known_words_are_kept() -> None:
    words = Word("Tea", 0.9, box(2, 4, 28, 16)), Word("4.50", 0.8, box(45, 4, 78, 16))
    assert words_of(Line("Tea 4.50", 0.5, box(0, 0, 80, 20), words=words)) == words


def test_a_line_is_cut_by_the_cells_of_its_letters() -> None:
    assert words_of(Line("Tea 茶叶", 0.5, box(0, 0, 80, 20))) == (
        Word("Tea", 0.5, box(0, 0, 30, 20)),
        Word("茶", 0.5, box(40, 0, 60, 20)),
        Word("叶", 0.5, box(60, 0, 80, 20)),
    )


def test_a_flipped_line_is_cut_from_its_other_end() -> None:
    words = words_of(Line("Tea 4.50", 0.5, box(0, 0, 80, 20), flipped=True))
    assert [word.box for word in words] == [box(50, 0, 80, 20), box(0, 0, 40, 20)]


def test_a_vertical_line_is_cut_from_top_to_bottom() -> None:
    words = words_of(Line("Tea 4.50", 0.5, box(0, 0, 20, 80)))
    assert [word.box for word in words] == [box(0, 0, 20, 30), box(0, 40, 20, 80)]


def test_spaces_around_a_line_take_no_room() -> None:
    whole = box(0, 0, 80, 20)
    assert words_of(Line("  Tea ", 0.5, whole)) == (Word("Tea", 0.5, whole),)


@given(st.text(max_size=30))
def test_an_even_cut_loses_no_letter(text: str) -> None:
    words = words_of(Line(text, 0.5, box(0, 0, 80, 20)))
    assert "".join(word.text for word in words) == "".join(text.split())
    assert all(0 <= x <= 80 for word in words for x, _ in word.box)
