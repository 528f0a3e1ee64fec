from types import SimpleNamespace
from typing import Any

import pytest

from picture.redraw.fonts import FONTS_FOLDER, Fonts
from picture.redraw.typefaces import REGULAR
from picture.redraw.weights import share_weights

FONTS = Fonts(FONTS_FOLDER)


def line(text: str, heaviness: float, size: float = 20.0) -> Any:
    return SimpleNamespace(
        text=text, heaviness=heaviness, weight=REGULAR, size=size, is_cjk=False,
        ink=None, spans=None, words=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "heaviness", "is_bold"),
    [("0", 540, True), ("Subtotal", 520, True), ("Subtotal", 380, False), ("0", 250, False)],
)
def test_what_is_hardly_lighter_than_most_is_as_bold(
    text: str, heaviness: float, is_bold: bool
) -> None:
    plan = line(text, heaviness)
    share_weights([plan, *(line("Most of the page", 620) for _ in range(4))], FONTS)
    assert (plan.weight >= 600) is is_bold


def test_emphasis_stays() -> None:
    plan = line("TOTAL", 620)
    others = [line("Most of the page", 400) for _ in range(4)]
    share_weights([plan, *others], FONTS)
    assert plan.weight >= 600
    assert {other.weight for other in others} == {REGULAR}


def test_lines_of_one_kind_share_its_weight_however_they_are_measured() -> None:
    bold = [line("Total to pay", heaviness) for heaviness in (560, 590, 640, 700)]
    plain = [line("Milk, a litre", heaviness) for heaviness in (340, 370, 400, 450)]
    share_weights([*bold, *plain], FONTS)
    assert len({plan.weight for plan in bold}) == 1
    assert bold[0].weight >= 600
    assert {plan.weight for plan in plain} == {REGULAR}


def test_a_page_all_bold_is_bold() -> None:
    lines = [line("Notice to all", heaviness) for heaviness in (660, 690, 700, 720)]
    share_weights(lines, FONTS)
    assert {plan.weight for plan in lines} == {700}
