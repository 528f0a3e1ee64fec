import math

import pytest

from picture.formats.track import lay
from picture.page import Line
from tests.formats.readers import line, word


def widths(written: Line) -> list[tuple[str, float, float]]:
    """Return each piece's letters and its ends from the line's left or upper end."""
    track, pieces = lay(written)
    half = (track.end - track.start) / 2
    return [("".join(piece.letters), piece.start + half, piece.end + half) for piece in pieces]


def test_words_stand_where_they_are_known_to_and_spaces_fill_the_gaps() -> None:
    words = (word("ab", 100, 10, 40, 20), word("c", 160, 10, 20, 20))
    track, pieces = lay(line("ab c", 90, 4, 100, 32, words=words))
    ends = [(piece.letters, track.middle[0] + piece.end) for piece in pieces]
    assert ends == [(["a", "b"], 140), ([" "], 160), (["c"], 180)]
    assert (track.middle[0] + pieces[0].start, track.height) == (100, 20)


def test_chinese_letters_meet_between_their_boxes() -> None:
    words = tuple(word(own, 100 + 40 * at, 10, 30, 30) for at, own in enumerate("天地人"))
    track, pieces = lay(line("天地人", 90, 0, 130, 50, words=words))
    assert [track.middle[0] + piece.end for piece in pieces] == [135, 175, 210]


@pytest.mark.parametrize("text", ["one two", "one", "another text", "one two three"])
def test_words_that_are_not_the_texts_are_not_believed(text: str) -> None:
    words = (word("two", 0, 0, 30, 20), word("one", 40, 0, 30, 20))
    _, pieces = lay(line(text, 0, 0, 400, 20, words=words))
    assert "".join(letter for piece in pieces for letter in piece.letters) == text
    assert pieces == lay(line(text, 0, 0, 400, 20))[1]


def test_words_without_a_width_are_cut_evenly() -> None:
    words = (word("ab", 100, 0, 0, 20), word("cd", 100, 0, 0, 20))
    assert lay(line("ab cd", 0, 0, 200, 20, words=words))[1] == lay(line("ab cd", 0, 0, 200, 20))[1]


def test_a_line_of_unknown_words_is_cut_by_the_widths_of_its_letters() -> None:
    (one, start, end), _, (two, _, last) = widths(line("ab 天地", 0, 0, 334, 20))
    assert (one, two) == ("ab", "天地")
    assert start == 0
    assert end == pytest.approx(330 * 1000 / 3250, abs=1)
    assert last == pytest.approx(330, abs=1)


def test_a_space_is_wide_enough_to_be_seen_as_one() -> None:
    words = (word("ab", 0, 0, 50, 20), word("cd", 51, 0, 50, 20))
    _, space, _ = widths(line("ab cd", 0, 0, 101, 20, words=words))
    assert space[2] - space[1] == pytest.approx(4)


@pytest.mark.parametrize(
    ("written", "along"),
    [
        (line("level", 0, 0, 200, 20), (1, 0)),
        (line("nearly level", 0, 0, 200, 20, 1), (1, 0)),
        (line("steep", 0, 0, 200, 20, 30), (math.sqrt(0.75), 0.5)),
        (line("down", 0, 0, 20, 200), (0, 1)),
        (line("on its head", 0, 0, 200, 20, flipped=True), (-1, 0)),
        (line("up", 0, 0, 20, 200, flipped=True), (0, -1)),
        (line("nowhere", 0, 0, 0, 0), (1, 0)),
    ],
    ids=lambda value: value.text if isinstance(value, Line) else "",
)
def test_a_track_runs_as_the_text_does(written: Line, along: tuple[float, float]) -> None:
    assert lay(written)[0].along == pytest.approx(along)


def test_a_place_along_and_above_a_track_is_the_same_place_on_the_picture() -> None:
    track, _ = lay(line("steep", 50, 60, 200, 20, 30))
    assert track.place(track.point(12, 34)) == pytest.approx((12, 34))


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_line_without_text_has_no_pieces(text: str) -> None:
    assert lay(line(text, 0, 0, 100, 20))[1] == []
