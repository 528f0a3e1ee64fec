"""Which lines of a page follow one another in a paragraph."""

from __future__ import annotations

from picture.redraw.fonts import Fonts
from picture.redraw.paragraphs import find_paragraphs
from picture.redraw.typefaces import BOLD, REGULAR
from tests.redraw.sheet import Sheet

TEXTS = (
    "The quick brown fox jumps",
    "over the lazy dogs and then",
    "sleeps in the grass until",
    "the sun has gone down",
)


def groups(sheet: Sheet) -> set[frozenset[int]]:
    """Return the paragraphs of a page as the numbers of their lines."""
    plans = sheet.alone()
    numbers = {id(plan): number for number, plan in enumerate(plans)}
    found = find_paragraphs(plans)
    assert sorted(numbers[id(plan)] for group in found for plan in group) == [*range(len(plans))]
    return {frozenset(numbers[id(plan)] for plan in group) for group in found}


def block(sheet: Sheet, at: tuple[int, int], size: int = 20, pitch: int = 28) -> None:
    for row, text in enumerate(TEXTS):
        sheet.write(text, (at[0], at[1] + pitch * row), size)


def test_lines_below_one_another_are_one_paragraph(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 300))
    block(sheet, (40, 60))
    assert groups(sheet) == {frozenset(range(4))}


def test_a_first_line_set_in_and_centred_lines_belong_too(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (700, 300))
    sheet.write("Set in by two em is the first", (80, 60), 20)
    sheet.write("and all others of it begin at", (40, 88), 20)
    sheet.write("the edge of the column", (40, 116), 20)
    assert groups(sheet) == {frozenset(range(3))}
    middle = Sheet(fonts, (700, 300))
    for row, text in enumerate(("A longer line, centred", "a short one", "one between them")):
        half = round(fonts.font("NotoSans", 20).getlength(text) / 2)
        middle.write(text, (300 - half, 60 + 28 * row), 20)
    assert groups(middle) == {frozenset(range(3))}


def test_a_heading_of_another_size_stands_alone(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 300))
    block(sheet, (40, 100))
    sheet.write("Heading of it", (40, 66), 28)
    assert groups(sheet) == {frozenset(range(4)), frozenset({4})}


def test_a_heading_of_another_weight_stands_alone(fonts: Fonts) -> None:
    for weight, alone in ((BOLD, True), (REGULAR, False)):
        sheet = Sheet(fonts, (600, 300))
        block(sheet, (40, 100))
        sheet.write("Heading of the text", (40, 72), 20, weight=weight)
        assert (frozenset({4}) in groups(sheet)) is alone


def test_a_wide_gap_parts_two_paragraphs(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (600, 400))
    block(sheet, (40, 60), pitch=26)
    block(sheet, (40, 60 + 3 * 26 + 40), pitch=26)
    assert groups(sheet) == {frozenset(range(4)), frozenset(range(4, 8))}


def test_columns_side_by_side_stay_apart(fonts: Fonts) -> None:
    sheet = Sheet(fonts, (800, 300))
    block(sheet, (40, 60))
    block(sheet, (360, 60))
    assert groups(sheet) == {frozenset(range(4)), frozenset(range(4, 8))}
