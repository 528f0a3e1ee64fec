from types import SimpleNamespace
from typing import Any

import pytest

from picture.redraw.harmony import _settle_weights
from picture.redraw.typefaces import BOLD, REGULAR


def line(text: str, heaviness: float, weight: int) -> Any:
    return SimpleNamespace(text=text, heaviness=heaviness, weight=weight, size=20.0)


@pytest.mark.parametrize(
    ("text", "heaviness", "weight", "settled"),
    [
        ("0", 460, REGULAR, BOLD),
        ("Subtotal", 520, REGULAR, BOLD),
        ("Subtotal", 380, REGULAR, REGULAR),
        ("0", 250, REGULAR, REGULAR),
    ],
)
def test_what_is_hardly_lighter_than_most_is_as_bold(
    text: str, heaviness: float, weight: int, settled: int
) -> None:
    plan = line(text, heaviness, weight)
    _settle_weights([plan, *(line("Most of the page", 600, BOLD) for _ in range(4))])
    assert plan.weight == settled


def test_emphasis_stays() -> None:
    plan = line("TOTAL", 620, BOLD)
    _settle_weights([plan, *(line("Most of the page", 400, REGULAR) for _ in range(4))])
    assert plan.weight == BOLD
