"""Which lines share a row, where columns beside one another are half a row apart."""

from picture.layout.plane import flatten
from picture.layout.rows import group_rows
from tests.layout.pages import at


def members(places: list[float]) -> list[set[int]]:
    """Return which lines share a row, each beside the one before and so far down."""
    lines = [at(f"column {number}", 12 * number, place) for number, place in enumerate(places)]
    return [set(row.members) for row in group_rows(flatten(lines))]


def test_lines_each_near_the_next_are_no_row_over_half_a_row() -> None:
    assert members([0.0, 0.2, 0.41, 0.61, 0.41, 0.2]) == [{0, 1, 5}, {2, 3, 4}]


def test_lines_a_little_off_stay_on_their_row() -> None:
    assert members([0.0, 0.1, 0.0, 0.15, 0.05]) == [{0, 1, 2, 3, 4}]
