import pytest

from picture.layout.pieces import Piece, column_of
from tests.formats.pages import line


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (110, 190, (0, 1)),
        (110, 290, (0, 2)),
        (20, 90, (0, 1)),
        (20, 390, (0, 3)),
        (310, 900, (2, 1)),
    ],
)
def test_a_text_is_in_columns_that_there_are(
    left: float, right: float, expected: tuple[int, int]
) -> None:
    piece = Piece((line("text", left, 10),), left, right, 20, 20)
    assert column_of(piece, [100, 200, 300]) == expected
