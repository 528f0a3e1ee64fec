import numpy as np
import pytest

from picture.reading.transcript import Transcript, join, transcribe

LETTERS = ["", "a", "b", " "]


def seen(*steps: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return what a recogniser says that is sure of one letter at each step."""
    return np.eye(len(LETTERS), dtype=np.float32)[list(steps)] * np.float32(0.9)


def test_a_letter_is_said_once_however_many_steps_see_it() -> None:
    line = transcribe(seen(0, 1, 1, 0, 2, 2, 2, 0), LETTERS)
    assert line.text == "ab"
    assert line.centres.tolist() == [2 / 8, 5.5 / 8]


def test_a_letter_twice_has_a_blank_between() -> None:
    assert transcribe(seen(1, 0, 1), LETTERS).text == "aa"


def test_letters_may_reach_both_ends() -> None:
    line = transcribe(seen(1, 2), LETTERS)
    assert (line.text, line.centres.tolist()) == ("ab", [0.25, 0.75])


def test_the_score_is_the_letters_mean() -> None:
    steps = seen(0, 1, 2)
    steps[2] *= 0.5
    line = transcribe(steps, LETTERS)
    assert line.scores == pytest.approx([0.9, 0.45])
    assert line.score == pytest.approx(0.675)


def test_nothing_seen_says_nothing() -> None:
    line = transcribe(seen(0, 0, 0), LETTERS)
    assert (line.text, line.score, len(line.centres)) == ("", 0.0, 0)


def test_parts_are_joined_where_they_are_placed() -> None:
    line = transcribe(seen(1, 0, 2, 0), LETTERS)
    whole = join([line.placed(0, 0.5), line.placed(0.5, 0.5)])
    assert whole.text == "abab"
    assert whole.centres.tolist() == [1 / 16, 5 / 16, 9 / 16, 13 / 16]
    assert whole.part(1, 3).text == "ba"
    assert join([Transcript(), line]).text == line.text
