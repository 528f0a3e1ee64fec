"""What the tests of redrawing share."""

from __future__ import annotations

import pytest

from picture.redraw.fonts import FONTS_FOLDER, Fonts, prepare


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    prepare(FONTS_FOLDER)
    return Fonts(FONTS_FOLDER)
