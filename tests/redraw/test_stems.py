"""Whether a line's letters lean, by their stems alone."""

from __future__ import annotations

import pytest

from picture.redraw.fonts import Fonts
from picture.redraw.stems import STANDS_OUT, show_stems
from picture.redraw.typefaces import MONO, MONO_ITALIC, SANS, SANS_ITALIC, SERIF, SERIF_ITALIC
from tests.redraw.sheet import Sheet

TEXTS = ("The quick brown fox jumps", "over 12 lazy dogs", "THEN SLEEPS UNTIL DAWN")


@pytest.mark.parametrize("size", [14, 24, 60])
@pytest.mark.parametrize(
    ("face", "leans"),
    [
        (SANS, False),
        (SERIF, False),
        (MONO, False),
        ("DejaVuSans", False),
        ("STIXTwoMath", False),
        (SANS_ITALIC, True),
        (SERIF_ITALIC, True),
        (MONO_ITALIC, True),
    ],
)
def test_stems_of_letters_aslant_stand_out_set_upright(
    fonts: Fonts, face: str, leans: bool, size: int
) -> None:
    sheet = Sheet(fonts, (40 * size, 8 * size))
    for row, text in enumerate(TEXTS):
        sheet.write(text, (20, (1 + 2 * row) * size), size, face=face)
    for plan in sheet.plans():
        assert plan.ink is not None
        stems, stood = show_stems(plan.ink.soft, plan.baseline, plan.size)
        assert (stood.sum() > STANDS_OUT * stems.sum()) == leans
