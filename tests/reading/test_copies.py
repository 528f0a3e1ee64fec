from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from picture.reading.copies import read_copies, with_copies_read
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, Second, Spot

CROP = np.arange(20 * 16 * 3, dtype=np.uint8).reshape(20, 16, 3)


def line(text: str, score: float, reader: str = "") -> FoundLine:
    corners = np.array([[0, 0], [16, 0], [16, 20], [0, 20]], np.int16)
    words = (Spot(text, score, (0.2, 0.2, 0.8, 0.8)),)
    reading = Reading(text, score, words=words, reader=reader, number=Second("0", 0.1))
    return FoundLine(reading, corners, lambda: CROP)


def read_as(row: str, score: float, *lines: FoundLine) -> list[str]:
    with_copies_read(lines, lambda crops: [Reading(row, score)] * len(crops))
    return [each.reading.text for each in lines]


def test_a_crop_is_read_in_a_row_of_three() -> None:
    shown: list[NDArray[np.uint8]] = []

    def read(crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        shown.extend(crops)
        return [Reading("} } }", 0.9)]

    (reading,) = read_copies([CROP], read)
    assert (reading.text, reading.score) == ("}", 0.9)
    assert np.array_equal(shown[0], np.concatenate([CROP] * 3, axis=1))


@pytest.mark.parametrize("row", ["0 0 O", "", "00", "0000"])
def test_copies_that_differ_say_nothing(row: str) -> None:
    (reading,) = read_copies([CROP], lambda _: [Reading(row, 0.9)])
    assert reading.text == ""


def test_letters_in_doubt_are_what_their_copies_surely_say() -> None:
    zero, pair = line("O", 0.6), line("UT", 0.7)
    assert read_as("0 00", 0.8, zero) == ["0"]
    assert read_as("UI UI UI", 0.8, pair) == ["UI"]
    assert zero.reading.score == zero.reading.words[0].score == 0.8
    assert (zero.reading.words[0].text, zero.reading.first_choice) == ("0", "O")
    assert zero.reading.number == Second("0", 0.1)


@pytest.mark.parametrize(
    ("text", "score", "row", "copies"),
    [
        ("O", 0.95, "000", 0.99),
        ("O", 0.6, "000", 0.5),
        ("O", 0.6, "10 10 10", 0.9),
        ("O", 0.6, "〇〇〇", 0.9),
        ("%", 0.5, "ZZZ", 0.9),
        ("Qty", 0.7, "Oty Oty Oty", 0.9),
    ],
)
def test_other_readings_stay(text: str, score: float, row: str, copies: float) -> None:
    assert read_as(row, copies, line(text, score)) == [text]


@pytest.mark.parametrize("mark", ["1", "I", "o", "O"])
def test_copies_of_a_mark_make_no_letter_of_it(mark: str) -> None:
    ring = line(mark, 0.45)
    assert read_as(mark * 3, 0.95, ring) == [mark]
    assert ring.reading.score == 0.45


def test_a_letter_less_than_even_is_what_its_copies_say() -> None:
    assert read_as("zzz", 0.95, line("Z", 0.45)) == ["z"]


def test_what_another_reader_said_stays() -> None:
    assert read_as("000", 0.9, line("O", 0.6, reader="tesseract ell")) == ["O"]
