"""Which way up a page is, by what was read on it."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from enum import StrEnum

import numpy as np
from PIL import Image

from picture.page import Line, Page, Word
from picture.words import count_letters, stands_alone

# Lines that tell: read surely, and long enough not to read the same upside down.
_SURE = 0.8
_FEWEST_LETTERS = 4

# What it takes to try a page turned: so many letters, and this share of all. A single
# line that runs upwards or downwards may be a label on an upright page.
_LETTERS = 8
_SHARE = 0.4
_LETTERS_ASIDE = 20

# A page whose mean score is lower is tried turned, and one that was turned kept where
# it is so much better, and good.
_DOUBTFUL = 0.85
_BETTER = 0.1
_GOOD = 0.93

_GLYPHS = 16
_GLYPH = 48


class Orientation(StrEnum):
    """How a picture is turned before it is read: by degrees to the left, or as its text tells."""

    AUTO = "auto"
    NONE = "0"
    LEFT = "90"
    OVER = "180"
    RIGHT = "270"


def turn_of(page: Page) -> int:
    """Return by how many degrees to the left the picture has to be turned to be upright."""
    letters = _letters_by_turn(page)
    turn, most = max(letters.items(), key=lambda item: item[1], default=(0, 0))
    needed = _LETTERS_ASIDE if turn in (90, 270) else _LETTERS
    return turn if most >= max(needed, _SHARE * letters.total()) else 0


def _letters_by_turn(page: Page) -> Counter[int]:
    letters: Counter[int] = Counter()
    for line in _sure_lines(page):
        letters[_turn_of_line(line)] += _count(line)
    return letters


def _sure_lines(page: Page) -> list[Line]:
    return [line for line in page.lines if line.score >= _SURE and _count(line) >= _FEWEST_LETTERS]


def _count(line: Line) -> int:
    return count_letters(line.text)


def _turn_of_line(line: Line) -> int:
    """Return the turn after which a line runs from left to right."""
    if line.is_vertical:
        return 270 if line.flipped else 90
    return 180 if line.flipped else 0


def hanging_glyphs(page: Page) -> list[Word]:
    """Return some Chinese or Japanese letters of a page on which most stand in tall boxes.

    They stand so where such text is written downwards, and where a page lies on its
    side: lines of tall boxes read alike. There are none where it is clear.
    """
    tall = [line for line in _sure_lines(page) if line.is_vertical]
    words = [word for line in tall for word in line.words]
    # Letters that are also written one below the other.
    glyphs = [word for word in words if len(word.text) == 1 and stands_alone(word.text)]
    return glyphs[:_GLYPHS] if 2 * len(glyphs) > sum(map(_count, tall)) else []


def laid_out(image: Image.Image, glyphs: list[Word], degrees: int) -> Image.Image:
    """Return a picture of letters side by side, each as it stands turned by `degrees`."""
    strip = Image.new("RGB", (_GLYPH * (len(glyphs) + 2), 3 * _GLYPH), "white")
    for number, glyph in enumerate(glyphs, start=1):
        corners = np.array(glyph.box)
        (left, top), (right, bottom) = corners.min(axis=0) - 1, corners.max(axis=0) + 1
        cut = image.crop((int(left), int(top), int(right), int(bottom))).rotate(degrees)
        strip.paste(cut.resize((_GLYPH - 6, _GLYPH - 6)), (_GLYPH * number + 3, _GLYPH + 3))
    return strip


def is_said_by(page: Page, glyphs: list[Word]) -> bool:
    """Tell whether most of the letters were read on a page, in their order.

    Those that lie on their side are read as well, but in a strip on its head.
    """
    said = "".join(line.text for line in page.lines)
    meant = "".join(glyph.text for glyph in glyphs)
    return SequenceMatcher(None, said, meant, autojunk=False).ratio() > 0.5


def doubts(page: Page) -> tuple[int, ...]:
    """Return the turns to try of a page that is read so badly that it may not be upright."""
    count = sum(map(_count, page.lines))
    if count < _LETTERS or mean_score(page) >= _DOUBTFUL:
        return ()
    tall = sum(_count(line) for line in page.lines if line.is_vertical)
    return (90, 270) if 2 * tall > count else (180,)


def is_much_better(turned: Page, page: Page) -> bool:
    """Tell whether a picture that was read badly was read well when it was turned."""
    level = [line for line in turned.lines if line.is_level]
    count = sum(map(_count, level))
    is_level = count >= max(_LETTERS, sum(map(_count, turned.lines)) / 2)
    return is_level and mean_score(turned) > max(_GOOD, mean_score(page) + _BETTER)


def mean_score(page: Page) -> float:
    """Return the mean score of a page's letters, 0 where there are none."""
    count = sum(map(_count, page.lines))
    return sum(line.score * _count(line) for line in page.lines) / max(count, 1)


def is_better(turned: Page, page: Page) -> bool:
    """Tell whether a picture was read better when it was turned."""
    return _sureness(turned) > _sureness(page)


def _sureness(page: Page) -> float:
    """Return the letters that run from left to right, each as far as it is sure."""
    lines = (line for line in page.lines if not line.flipped and not line.is_vertical)
    return sum(line.score * _count(line) for line in lines)
