from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from picture.reading.names import with_names_read
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, Spot

SHALOM, AND = "שלום", "ועוד"


def line(*words: tuple[str, float], reader: str = "tesseract heb") -> FoundLine:
    """Return a line of words from right to left, a fifth of it each."""
    areas = [(0.8 - 0.2 * at, 0.1, 0.95 - 0.2 * at, 0.9) for at in range(len(words))]
    spots = tuple(Spot(*word, area) for word, area in zip(words, areas, strict=True))
    text = " ".join(word for word, _ in words)
    corners = np.array([[0, 0], [400, 0], [400, 20], [0, 20]], np.int16)
    crop = np.tile(np.arange(400, dtype=np.uint16)[:, None] // 2, (20, 1, 3)).astype(np.uint8)
    return FoundLine(Reading(text, 0.8, words=spots, reader=reader), corners, lambda: crop)


class Eye:
    """A recogniser that says one thing of all it is shown."""

    def __init__(self, *words: str, score: float = 0.98) -> None:
        size = 1 / max(len(words), 1)
        areas = [(at * size, 0.1, (at + 0.8) * size, 0.9) for at in range(len(words))]
        spots = (Spot(word, score, area) for word, area in zip(words, areas, strict=True))
        self.reading = Reading(" ".join(words), score, words=tuple(spots))
        self.shown: list[NDArray[np.uint8]] = []

    def __call__(self, crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        self.shown += crops
        return [self.reading] * len(crops)


def test_a_name_in_doubt_is_read_again_where_it_stands() -> None:
    found, eye = line((SHALOM, 0.95), ("15", 0.6), ("66131", 0.3), (AND, 0.95)), Eye("iPhone", "15")
    with_names_read([found], eye)
    assert found.reading.text == f"{SHALOM} iPhone 15 {AND}"
    phone, number = found.reading.words[1:3]
    assert 0.35 < phone.area[0] < phone.area[2] < number.area[0] < number.area[2] < 0.8
    assert [crop.shape[1] for crop in eye.shown] == [146]


def test_a_name_may_begin_its_line() -> None:
    found = line(("66131", 0.3), (SHALOM, 0.95), (AND, 0.95))
    with_names_read([found], Eye("Samsung"))
    assert found.reading.text == f"Samsung {SHALOM} {AND}"


def test_what_is_not_surer_or_not_latin_replaces_nothing() -> None:
    for eye in (Eye("Samsung", score=0.4), Eye("ユ7"), Eye()):
        found = line((SHALOM, 0.95), ("דוד", 0.85))
        with_names_read([found], eye)
        assert found.reading.text == f"{SHALOM} דוד"
        assert len(eye.shown) == 1


def test_a_part_of_what_was_read_replaces_nothing() -> None:
    found = line((SHALOM, 0.95), ("#4412", 0.6))
    with_names_read([found], Eye("4412"))
    assert found.reading.text == f"{SHALOM} #4412"


def test_sure_words_and_the_main_recognisers_lines_are_left_alone() -> None:
    eye = Eye("Samsung")
    with_names_read([line((SHALOM, 0.95)), line(("Sarnsung", 0.5), reader="")], eye)
    assert eye.shown == []
