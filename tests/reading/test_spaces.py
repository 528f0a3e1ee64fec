from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from picture.reading.spaces import with_true_spaces
from picture.reading.transcript import Transcript

HEIGHT, LETTER = 48, 16

Said = tuple[NDArray[np.bool_], Transcript]


def line(text: str, gaps: dict[int, int], **odds: dict[int, float]) -> Said:
    """Return a line's ink, letters 4 pixels apart but for `gaps` before some, and what it says.

    `scores` and `spaces` of `odds` are what the recogniser says otherwise of some letters.
    """
    ink = np.zeros((HEIGHT, 2000), bool)
    x, centres = 0, []
    for at, letter in enumerate(text):
        if letter == " ":
            centres.append(x + 1.0)
            continue
        x += gaps.get(at, 4)
        ink[10:38, x : x + LETTER] = True
        centres.append(x + LETTER / 2)
        x += LETTER
    scores, spaces = np.full(len(text), 0.99, np.float32), np.zeros(len(text), np.float32)
    for known, said in ((scores, odds.get("scores", {})), (spaces, odds.get("spaces", {}))):
        known[list(said)] = list(said.values())
    none, nobody = np.zeros(len(text), np.float32), np.full(len(text), "")
    centred = np.array(centres) / 2000
    line = Transcript(tuple(text), scores, centred, spaces=spaces, curls=none, twins=none)
    return ink, replace(line, kin=nobody, kinship=none)


def test_a_gap_as_wide_as_others_is_a_space_that_was_in_doubt() -> None:
    ink, said = line("some wordstogether", {5: 14, 10: 13}, spaces={10: 0.3})
    spaced = with_true_spaces(ink, said)
    assert spaced.text == "some words together"
    assert len(spaced.scores) == len(spaced.centres) == len(spaced.spaces) == len(spaced.text)
    assert (np.diff(spaced.centres) > 0).all()
    assert spaced.scores.min() == pytest.approx(0.99)


@pytest.mark.parametrize(("gap", "likely"), [(13, 0.01), (6, 0.3)])
def test_neither_ink_nor_recogniser_alone_makes_a_space(gap: int, likely: float) -> None:
    ink, said = line("some wordstogether", {5: 14, 10: gap}, spaces={10: likely})
    assert with_true_spaces(ink, said) is said


def test_a_line_without_spaces_may_have_lost_its_only_one() -> None:
    ink, said = line("CHANGE:", {6: 13}, spaces={6: 0.4})
    assert with_true_spaces(ink, said).text == "CHANGE :"


def test_a_gap_too_wide_for_a_word_is_a_space_even_in_numbers() -> None:
    ink, said = line("daard,die", {6: 80}, spaces={6: 0.03})
    assert with_true_spaces(ink, said).text == "daard, die"
    ink, said = line("1.2012-03", {2: 20}, spaces={2: 0.04})
    assert with_true_spaces(ink, said).text == "1. 2012-03"
    ink, said = line("T.2012-03", {2: 16}, spaces={2: 0.04})
    assert with_true_spaces(ink, said) is said


@pytest.mark.parametrize(
    ("text", "at"), [("sum 30.45", 6), ("sum 12345", 6), ("sum (RM)", 5), ("set A_B", 6)]
)
def test_numbers_and_what_brackets_hold_stay_together(text: str, at: int) -> None:
    ink, said = line(text, {4: 14, at: 14}, spaces={at: 0.4})
    assert with_true_spaces(ink, said) is said


def test_a_capital_stays_with_its_word() -> None:
    ink, said = line("P aris by night", {2: 7, 7: 14, 10: 14}, scores={1: 0.5})
    assert with_true_spaces(ink, said).text == "Paris by night"
    ink, said = line("Berlin at night", {1: 12, 7: 14, 10: 14}, spaces={1: 0.4})
    assert with_true_spaces(ink, said) is said


def test_a_capital_that_is_a_word_stays_one() -> None:
    ink, said = line("A house by night", {2: 14, 8: 14, 11: 14}, scores={1: 0.5})
    assert with_true_spaces(ink, said) is said


def test_gaps_between_chinese_and_other_letters_are_spaces() -> None:
    ink, said = line("使用LTSP服务器", {2: 17, 6: 18}, spaces={2: 0.1, 6: 0.05})
    assert with_true_spaces(ink, said).text == "使用 LTSP 服务器"
    ink, said = line("共12页", {1: 6, 3: 6}, spaces={1: 0.1, 3: 0.1})
    assert with_true_spaces(ink, said) is said


def test_a_line_that_was_cut_at_a_space_begins_with_its_first_letter() -> None:
    ink, said = line("some wordstogether", {5: 14, 10: 13}, spaces={0: 0.9, 10: 0.3})
    assert with_true_spaces(ink, said).text == "some words together"
