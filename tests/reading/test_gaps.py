import pytest

from picture.reading.gaps import widest_gap, words_in
from picture.reading.transcript import Reading, Spot

Place = tuple[str, float, float, float]


def line(*places: Place) -> Reading:
    spots = (Spot(text, score, (start, 0.0, end, 1.0)) for text, score, start, end in places)
    return Reading("", 0.9, words=tuple(spots))


@pytest.mark.parametrize(
    ("places", "gap"),
    [
        ([], (0.0, 1.0)),
        ([("Tel.", 0.99, 0.0, 0.2)], (0.2, 1.0)),
        ([("Tel.", 0.99, 0.0, 0.2), ("2024", 0.98, 0.7, 1.0)], (0.2, 0.7)),
        ([("Tel.", 0.6, 0.0, 0.2), ("2024", 0.98, 0.7, 1.0)], (0.0, 0.7)),
    ],
)
def test_a_gap_reaches_from_one_sure_word_to_the_next(
    places: list[Place], gap: tuple[float, float]
) -> None:
    assert widest_gap(line(*places)) == gap


def test_a_stroke_or_two_bounds_no_gap() -> None:
    reading = line(("77", 1.0, 0.2, 0.3), ("USB-C", 0.97, 0.8, 1.0))
    assert widest_gap(reading) == (0.0, 0.8)
    assert [word.text for word in words_in(reading, (0.0, 0.8))] == ["77"]
