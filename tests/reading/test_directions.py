import pytest

from picture.reading.directions import in_order
from picture.reading.transcript import Spot


def spots(*texts: str, to_left: bool) -> list[Spot]:
    """Return words as they are said, in places from right to left or the other way round."""
    places = range(len(texts))[::-1] if to_left else range(len(texts))
    return [
        Spot(text, 0.9, (at, 0.0, at + 0.8, 1.0)) for text, at in zip(texts, places, strict=True)
    ]


def said(words: list[Spot]) -> list[str]:
    return [word.text for word in in_order(words)]


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("11 Windows שלום", "שלום Windows 11"),
        ("שלום 11 Windows", "Windows 11 שלום"),
        ("18% 15:30 אדם", "אדם 15:30 18%"),
        ("أن Google Maps في", "في Google Maps أن"),
    ],
)
def test_names_on_a_line_to_the_left_are_read_to_the_right(seen: str, read: str) -> None:
    from_right = spots(*reversed(seen.split()), to_left=True)
    assert " ".join(said(from_right)) == read


@pytest.mark.parametrize("line", ["Привет Windows 11", "Total שלום 12"])
def test_lines_to_the_right_stay_as_they_are(line: str) -> None:
    assert " ".join(said(spots(*line.split(), to_left=False))) == line
