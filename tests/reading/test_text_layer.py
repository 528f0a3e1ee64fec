import math
from dataclasses import replace

import pytest

from picture.page import Line, Quad, Word
from picture.reading.text_layer import BREAK, UNKNOWN, Letter, lines_of, merge

SIZE = (1000, 1000)


def letters(
    text: str, left: float = 100, top: float = 100, size: float = 20, angle: float = 0
) -> list[Letter]:
    """Set letters one after the other, half as wide as high, along a line at an angle."""
    found = []
    for number, char in enumerate(text):
        start = left + number * size / 2
        cell = (start, top, start + size / 2, top + size)
        ink = (start + 1, top + 4, start + size / 2 - 1, top + size - 4)
        found.append(Letter(char) if char == " " else Letter(char, angle, ink, cell))
    return found


def texts(*runs: list[Letter]) -> list[str]:
    return [line.text for line in lines_of([letter for run in runs for letter in run], *SIZE)]


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def test_a_line_has_the_room_of_its_letters_and_words_have_their_ink() -> None:
    (line,) = lines_of(letters("an old one"), *SIZE)
    assert (line.text, line.score, line.flipped) == ("an old one", 1.0, False)
    assert line.box == box(100, 100, 200, 120)
    assert [word.text for word in line.words] == ["an", "old", "one"]
    assert line.words[1].box == box(131, 104, 159, 116)


def test_lines_end_where_the_document_says_so() -> None:
    assert texts(letters("one"), [Letter(BREAK)], letters("two", top=130)) == ["one", "two"]


def test_lines_end_where_letters_are_elsewhere() -> None:
    assert texts(letters("one"), letters("two", top=130, left=300)) == ["one", "two"]
    assert texts(letters("cell"), [Letter(" ")], letters("next", left=170)) == ["cell", "next"]
    assert texts(letters("one"), letters("two", angle=math.pi / 2)) == ["one", "two"]


def test_small_steps_keep_a_line_together() -> None:
    raised = letters("2", left=110, top=95, size=12)
    assert texts(letters("H"), raised, letters("O", left=116)) == ["H2O"]
    assert texts(letters("one"), [Letter(" ")], letters("two", left=150)) == ["one two"]


def test_text_from_right_to_left_keeps_together() -> None:
    backwards = [
        letter
        for char, left in zip("אבג", (120, 110, 100), strict=True)
        for letter in letters(char, left)
    ]
    (line,) = lines_of(backwards, *SIZE)
    assert (line.text, line.flipped, line.box) == ("אבג", False, box(100, 100, 130, 120))


def test_spaces_are_single_and_never_at_an_end() -> None:
    assert texts([Letter(" ")], letters("a  b "), [Letter(" "), Letter(BREAK)]) == ["a b"]
    assert texts([Letter(" "), Letter(BREAK), Letter(" ")]) == []


@pytest.mark.parametrize(
    ("quarter", "flipped", "expected"),
    [
        (0, False, box(100, 100, 200, 120)),
        (1, False, box(480, 100, 500, 200)),
        (2, True, box(800, 880, 900, 900)),
        (3, True, box(100, 800, 120, 900)),
    ],
)
def test_turned_lines_say_how_they_are_turned(quarter: int, flipped: bool, expected: Quad) -> None:
    # In axes that are turned the page begins elsewhere.
    left, top = [(100, 100), (100, -500), (-900, -900), (-900, 100)][quarter]
    (line,) = lines_of(letters("ten letter", left, top, angle=quarter * math.pi / 2), *SIZE)
    assert (line.flipped, line.is_vertical) == (flipped, quarter % 2 == 1)
    for corner, other in zip(line.box, expected, strict=True):
        assert corner == pytest.approx(other)
    first, last = line.words[0].box[0], line.words[1].box[0]
    assert (first > last) == flipped


def test_vertical_text_is_one_line_from_top_to_bottom() -> None:
    column = [letter for row in range(4) for letter in letters("縦", top=100 + 20 * row)]
    (line,) = lines_of(column, *SIZE)
    assert (line.text, line.is_vertical, line.flipped) == ("縦縦縦縦", True, False)
    assert [word.box[0][1] for word in line.words] == [104, 124, 144, 164]


def test_a_narrow_letter_alone_is_not_taken_for_vertical_text() -> None:
    (line,) = lines_of([Letter("1", 0, (104, 100, 106, 120), (103, 98, 107, 122))], *SIZE)
    assert not line.is_vertical
    assert line.width < line.height


def test_chinese_and_japanese_letters_are_words_of_their_own() -> None:
    (line,) = lines_of(letters("請求書No 7です𠀋"), *SIZE)
    assert [word.text for word in line.words] == ["請", "求", "書", "No", "7", "で", "す", "𠀋"]


def test_letters_of_one_sign_share_its_box() -> None:
    (line,) = lines_of(
        [*letters("o"), Letter("ffi", 0, (111, 104, 119, 116), (110, 100, 120, 120))], *SIZE
    )
    assert (line.text, line.words[0].box) == ("offi", box(101, 104, 119, 116))


def test_lines_of_unknown_letters_are_left_out() -> None:
    assert texts(letters(UNKNOWN * 2 + "ab"), [Letter(BREAK)], letters("abc" + UNKNOWN)) == [
        "abc" + UNKNOWN
    ]


def test_a_line_without_end_is_cut() -> None:
    heap = [letter for _ in range(7000) for letter in letters("x")]
    assert [len(text) for text in texts(heap)] == [3000, 3000, 1000]


def test_no_box_lies_outside_of_the_page() -> None:
    (line,) = lines_of(letters("over the edge", left=950, top=-5), *SIZE)
    assert line.box == box(950, 0, 1000, 15)


def read_line(text: str, left: float, top: float, words: bool = True) -> Line:
    """Return a line as the engine reads it, ten pixels a letter."""
    found, at = [], 0
    for part in text.split():
        at = text.index(part, at)
        start = left + 10 * at
        found.append(Word(part, 0.9, box(start, top + 4, start + 10 * len(part), top + 16)))
        at += len(part)
    right = left + 10 * len(text)
    return Line(text, 0.9, box(left, top, right, top + 20), words=tuple(found) if words else ())


@pytest.mark.parametrize("words", [True, False])
def test_read_lines_are_added_where_the_document_has_no_text(words: bool) -> None:
    own = (read_line("own text of the page", 100, 100),)
    again = replace(own[0], text="0wn texf", words=own[0].words if words else ())
    stamp = read_line("stamp", 100, 300, words)
    beside = read_line("beside", 320, 100, words)
    assert merge(own, [again, stamp, beside]) == (*own, stamp, beside)


def test_of_a_line_that_is_partly_the_documents_own_the_rest_is_added() -> None:
    own = (read_line("middle words", 170, 100),)
    line = read_line("[logo] middle words (c) 2024", 100, 100)
    left, right = merge(own, [line])[1:]
    assert (left.text, [word.text for word in left.words]) == ("[logo]", ["[logo]"])
    assert left.box == box(100, 104, 160, 116)
    assert (right.text, [word.text for word in right.words]) == ("(c) 2024", ["(c)", "2024"])
    assert right.box == box(300, 104, 380, 116)


def test_parts_of_lines_that_stand_on_their_head_keep_their_corners() -> None:
    words = (
        Word("first", 0.9, box(200, 100, 250, 120)),
        Word("last", 0.9, box(100, 100, 140, 120)),
    )
    line = Line(
        "first and last",
        0.9,
        box(100, 100, 250, 120),
        True,
        (words[0], Word("and", 0.9, box(150, 100, 190, 120)), words[1]),
    )
    own = (Line("last", 1.0, box(95, 98, 142, 122)),)
    (part,) = merge(own, [line])[1:]
    assert (part.text, part.flipped, part.box) == ("first and", True, box(150, 100, 250, 120))


def test_without_text_of_its_own_all_that_was_read_is_the_pages() -> None:
    read = [read_line("one", 100, 100), read_line("two", 100, 140, words=False)]
    assert merge((), read) == tuple(read)
    assert merge(read, ()) == tuple(read)
