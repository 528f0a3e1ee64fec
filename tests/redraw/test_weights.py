from types import SimpleNamespace
from typing import Any

import pytest

from picture.redraw.fonts import FONTS_FOLDER, Fonts
from picture.redraw.typefaces import BOLD, REGULAR, SANS, SERIF
from picture.redraw.weights import share_weights
from tests.redraw.sheet import Part, Sheet

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


@pytest.mark.parametrize("face", [SANS, SERIF])
@pytest.mark.parametrize("size", [18, 30])
def test_a_bold_word_in_a_regular_line_is_bold(fonts: Fonts, face: str, size: int) -> None:
    sheet = Sheet(fonts, (900, 300))
    for row in range(3):
        texts = ("Payable", "within", "thirty", "days", "always")
        weights = [BOLD if (row, text) == (1, "thirty") else REGULAR for text in texts]
        parts = [Part(t, weight=w, face=face) for t, w in zip(texts, weights, strict=True)]
        sheet.set(parts, (20, 60 + 70 * row), size)
    plans = sheet.plans()
    assert [plan.weight for plan in plans] == [REGULAR] * 3
    bold = [[word.weight is not None for word in plan.words] for plan in plans]
    assert bold == [[False] * 5, [False, False, True, False, False], [False] * 5]
    assert (plans[1].words[2].weight or 0) >= 600


def test_a_regular_word_in_a_bold_line_is_regular(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 200))
    sheet.write("Regular text of the page", (20, 50), 26)
    parts = [Part(text, weight=BOLD) for text in ("Grand", "Total", "payable")]
    sheet.set([*parts, Part("yesterday")], (20, 120), 26)
    plan = sheet.plans()[1]
    assert plan.weight >= 600
    assert [word.weight for word in plan.words] == [None, None, None, REGULAR]


def test_a_short_bold_word_beside_a_bold_one_is_bold(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (900, 300))
    for row in range(2):
        sheet.write("Regular text of all the page", (20, 60 + 70 * row), 26)
    sheet.set(
        [
            Part("Copper"),
            Part("kettle"),
            Part("in"),
            Part("€", weight=BOLD),
            Part("35.80", weight=BOLD),
        ],
        (20, 200),
        26,
    )
    plan = sheet.plans()[2]
    assert [(word.weight or plan.weight) >= 600 for word in plan.words] == [False] * 3 + [True] * 2
