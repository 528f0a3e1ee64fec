import numpy as np
import pytest

from picture.reading.transcript import Alphabet, Second, Sight, Transcript, join, transcribe

LETTERS = Alphabet.of(["", "a", "b", " "])
SIGNS = Alphabet.of(["blank", "O", "0", "十", "+", "5"])


def seen(*steps: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return what a recogniser says that is sure of one letter at each step."""
    return np.eye(4, dtype=np.float32)[list(steps)] * np.float32(0.9)


def test_a_letter_is_said_once_however_many_steps_see_it() -> None:
    line = transcribe(Sight.of(seen(0, 1, 1, 0, 2, 2, 2, 0)), LETTERS)
    assert line.text == "ab"
    assert line.centres.tolist() == [2 / 8, 5.5 / 8]


def test_a_letter_twice_has_a_blank_between() -> None:
    assert transcribe(Sight.of(seen(1, 0, 1)), LETTERS).text == "aa"


def test_letters_may_reach_both_ends() -> None:
    line = transcribe(Sight.of(seen(1, 2)), LETTERS)
    assert (line.text, line.centres.tolist()) == ("ab", [0.25, 0.75])


def test_the_score_is_the_letters_mean() -> None:
    steps = seen(0, 1, 2)
    steps[2] *= 0.5
    line = transcribe(Sight.of(steps), LETTERS)
    assert line.scores == pytest.approx([0.9, 0.45])
    assert line.score == pytest.approx(0.675)


def test_nothing_seen_says_nothing() -> None:
    line = transcribe(Sight.of(seen(0, 0, 0)), LETTERS)
    assert (line.text, line.score, len(line.centres)) == ("", 0.0, 0)


def test_parts_are_joined_where_they_are_placed() -> None:
    line = transcribe(Sight.of(seen(1, 0, 2, 0)), LETTERS)
    whole = join([line.placed(0, 0.5), line.placed(0.5, 0.5)])
    assert whole.text == "abab"
    assert whole.centres.tolist() == [1 / 16, 5 / 16, 9 / 16, 13 / 16]
    assert whole.part(1, 3).text == "ba"
    assert join([Transcript(), line]).text == line.text


def doubtful(*choices: tuple[int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return what a recogniser says that has a first and a second choice at each step."""
    rows = np.zeros((len(choices), 6), np.float32)
    for row, (first, second) in zip(rows, choices, strict=True):
        row[first], row[second] = 0.7, 0.2
    return rows


def test_what_is_nearly_a_number_is_known_as_one() -> None:
    line = transcribe(Sight.of(doubtful((5, 1), (1, 2))), SIGNS)
    assert line.text == "5O"
    assert line.number == Second("50", float(np.float32(0.2)))
    assert transcribe(Sight.of(doubtful((5, 1), (2, 1))), SIGNS).number is None


def test_a_sign_of_chinese_has_a_western_second() -> None:
    line = transcribe(Sight.of(doubtful((3, 4))), SIGNS)
    assert (line.text, line.western) == ("十", Second("+", float(np.float32(0.2))))
    assert transcribe(Sight.of(doubtful((4, 3))), SIGNS).western is None


def test_what_may_be_a_space_between_letters_is_remembered() -> None:
    steps = seen(1, 0, 2, 0)
    steps[1, 3] = 0.4
    line = transcribe(Sight.of(steps), LETTERS)
    assert line.spaces.tolist() == [0.0, pytest.approx(0.4)]
    assert line.spaced([1], []).text == "a b"
    assert line.spaced([1], []).spaced([], [1]).text == "ab"
