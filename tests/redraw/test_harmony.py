from types import SimpleNamespace
from typing import Any

import pytest

from picture.redraw.harmony import _share_weights
from picture.redraw.typefaces import REGULAR


def line(text: str, heaviness: float, size: float = 20.0) -> Any:
    return SimpleNamespace(text=text, heaviness=heaviness, weight=REGULAR, size=size)


@pytest.mark.parametrize(
    ("text", "heaviness", "is_bold"),
    [("0", 540, True), ("Subtotal", 520, True), ("Subtotal", 380, False), ("0", 250, False)],
)
def test_what_is_hardly_lighter_than_most_is_as_bold(
    text: str, heaviness: float, is_bold: bool
) -> None:
    plan = line(text, heaviness)
    _share_weights([plan, *(line("Most of the page", 620) for _ in range(4))])
    assert (plan.weight >= 600) is is_bold


def test_emphasis_stays() -> None:
    plan = line("TOTAL", 620)
    others = [line("Most of the page", 400) for _ in range(4)]
    _share_weights([plan, *others])
    assert plan.weight >= 600
    assert {other.weight for other in others} == {REGULAR}


def test_lines_of_one_kind_share_its_weight_however_they_are_measured() -> None:
    bold = [line("Total to pay", heaviness) for heaviness in (560, 590, 640, 700)]
    plain = [line("Milk, a litre", heaviness) for heaviness in (340, 370, 400, 450)]
    _share_weights([*bold, *plain])
    assert len({plan.weight for plan in bold}) == 1
    assert bold[0].weight >= 600
    assert {plan.weight for plan in plain} == {REGULAR}


def test_a_page_all_bold_is_bold() -> None:
    lines = [line("Notice to all", heaviness) for heaviness in (660, 690, 700, 720)]
    _share_weights(lines)
    assert {plan.weight for plan in lines} == {700}
