import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from picture.reading.transcript import Transcript
from picture.reading.words import claimed, find_words, ink_of

HEIGHT = 48


def transcript(letters: str, centres: list[float]) -> Transcript:
    return Transcript(tuple(letters), np.full(len(letters), 0.9, np.float32), np.array(centres))


def blocks(*boxes: tuple[int, int, int, int], width: int = 200) -> NDArray[np.uint8]:
    """Draw black blocks (left, top, right, bottom) on a white line."""
    line = np.full((HEIGHT, width, 3), 255, np.uint8)
    for left, top, right, bottom in boxes:
        cv2.rectangle(line, (left, top), (right - 1, bottom - 1), (0, 0, 0), -1)
    return line


def areas(line: NDArray[np.uint8], read: Transcript) -> list[tuple[int, ...]]:
    """Return where words were found, in pixels."""
    height, width = line.shape[:2]
    scale = (width, height, width, height)
    spots = find_words(ink_of(line), read)
    return [
        tuple(round(part * side) for part, side in zip(spot.area, scale, strict=True))
        for spot in spots
    ]


WIDE = ink_of(
    blocks((20, 8, 60, 40), (70, 8, 110, 40), (240, 8, 280, 40), (340, 8, 380, 40), width=400)
)
TWO = blocks((20, 12, 36, 36), (40, 16, 56, 36), (80, 12, 96, 36))
SAID = transcript("ab c", [28 / 200, 48 / 200, 68 / 200, 88 / 200])


def test_words_lie_around_their_ink() -> None:
    assert areas(TWO, SAID) == [(20, 12, 56, 36), (80, 12, 96, 36)]
    assert [spot.text for spot in find_words(ink_of(TWO), SAID)] == ["ab", "c"]
    assert find_words(ink_of(TWO), SAID)[0].score == pytest.approx(0.9)


def test_light_ink_on_dark_is_found_too() -> None:
    assert areas(255 - TWO, SAID) == areas(TWO, SAID)


def test_han_letters_are_words_of_their_own() -> None:
    said = transcript("春b c", [28 / 200, 48 / 200, 68 / 200, 88 / 200])
    assert [spot.text for spot in find_words(ink_of(TWO), said)] == ["春", "b", "c"]
    assert areas(TWO, said) == [(20, 12, 36, 36), (40, 16, 56, 36), (80, 12, 96, 36)]


def test_a_dot_above_belongs_to_its_letter_but_the_line_above_does_not() -> None:
    line = blocks((30, 18, 36, 36), (30, 8, 36, 12), (28, 0, 38, 4))
    assert areas(line, transcript("i", [33 / 200])) == [(30, 8, 36, 36)]


def test_a_line_without_ink_still_places_its_words() -> None:
    (spot,) = find_words(ink_of(blocks()), transcript("a", [0.5]))
    left, top, right, bottom = spot.area
    assert 0 <= left < right <= 1
    assert (top, bottom) == (0, 1)


def test_nothing_said_is_no_word() -> None:
    assert find_words(ink_of(TWO), Transcript()) == ()
    assert find_words(ink_of(TWO), transcript(" ", [0.5])) == ()


def test_letters_that_stand_on_the_ink_account_for_it() -> None:
    assert claimed(WIDE, transcript("ab cd", [0.1, 0.22, 0.4, 0.65, 0.9])) == 1
    assert claimed(WIDE, Transcript()) == 0
    assert claimed(WIDE, transcript("ab", [0.1, 0.22])) == pytest.approx(0.5, abs=0.05)


def test_spaces_account_for_no_ink() -> None:
    assert claimed(WIDE, transcript("  ", [0.2, 0.7])) == 0


def test_rules_and_specks_are_not_missed() -> None:
    rule = np.full((48, 400, 3), 255, np.uint8)
    rule[30:34] = 0
    assert claimed(ink_of(rule), Transcript()) == 1
    speck = np.full((48, 400, 3), 255, np.uint8)
    speck[10:40, 100:110] = 0
    assert claimed(ink_of(speck), Transcript()) == 1


def test_a_rule_along_a_line_does_not_join_its_words() -> None:
    ruled = TWO.copy()
    cv2.line(ruled, (0, 40), (199, 40), (0, 0, 0), 1)
    assert areas(ruled, SAID) == areas(TWO, SAID)
