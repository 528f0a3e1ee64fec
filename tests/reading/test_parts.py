from dataclasses import replace

import pytest

from picture.page import Line, Quad, Word
from picture.reading.parts import cut_apart, part_of


def box(left: float, right: float) -> Quad:
    return ((left, 10), (right, 10), (right, 30), (left, 30))


def line(*words: tuple[str, float, float]) -> Line:
    """Return a line with words from left to right, twenty pixels high."""
    text = " ".join(word for word, _, _ in words)
    made = tuple(Word(word, 0.9, box(left, right)) for word, left, right in words)
    return Line(text, 0.9, box(words[0][1] - 3, words[-1][2] + 3), words=made)


def test_a_part_has_its_own_words_and_box() -> None:
    part = part_of(line(("Total", 3, 53), ("9.80", 103, 143)), 6, 10)
    assert part is not None
    assert (part.text, [word.text for word in part.words]) == ("9.80", ["9.80"])
    assert part.box[0][0] == pytest.approx(100, abs=0.2)
    assert part.box[1][0] == pytest.approx(146, abs=0.2)


def test_a_part_may_end_within_a_word() -> None:
    part = part_of(line(("Page....7", 3, 183)), 0, 4, right=80)
    assert part is not None
    assert part.text == part.words[0].text == "Page"
    assert part.words[0].box[1][0] == 80


def test_nothing_is_no_part() -> None:
    assert part_of(line(("Total", 3, 53)), 5, 5) is None


def test_cells_far_apart_are_lines_of_their_own() -> None:
    cells = cut_apart(line(("1", 3, 13), ("2", 43, 53), ("12", 63, 83)))
    assert [cell.text for cell in cells] == ["1", "2 12"]


def test_words_of_a_sentence_stay_together() -> None:
    sentence = line(("wide", 3, 43), ("apart", 60, 110))
    assert list(cut_apart(sentence)) == [sentence]


def test_a_line_of_unknown_words_stays_whole() -> None:
    bare = Line("Total 9.80", 0.9, box(0, 150))
    assert list(cut_apart(bare)) == [bare]


def test_a_line_on_its_head_stays_whole() -> None:
    words = line(("1", 3, 13), ("2", 43, 53))
    flipped = Line(words.text, words.score, words.box, True, words.words)
    assert list(cut_apart(flipped)) == [flipped]


def test_what_was_read_first_is_known_of_whole_lines_alone() -> None:
    read = replace(line(("10", 3, 53), ("9.80", 103, 143)), first_choice="IO 9.80")
    part, whole = part_of(read, 3, 7), part_of(read, 0, 7)
    assert part is not None and whole is not None
    assert (part.first_choice, whole.first_choice) == ("", "IO 9.80")
