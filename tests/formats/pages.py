"""Pages for the tests of what is written of them: drawn up by hand, and by chance."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from hypothesis import strategies as st
from lxml import etree

from picture.layout import cut_blocks, words_of
from picture.page import Line, Page, Point, Quad, Rule, Word


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def turned(quad: Quad, degrees: float, centre: Point = (200, 200)) -> Quad:
    """Turn a quad counter-clockwise around a place."""
    angle, (x0, y0) = math.radians(degrees), centre
    cosine, sine = math.cos(angle), math.sin(angle)
    a, b, c, d = (
        (x0 + (x - x0) * cosine + (y - y0) * sine, y0 + (y - y0) * cosine - (x - x0) * sine)
        for x, y in quad
    )
    return a, b, c, d


TEA = Line(
    "Tea 茶叶 4.50",
    0.95,
    box(100, 90, 300, 130),
    words=(
        Word("Tea", 0.99, box(104, 98, 140, 122)),
        Word("茶", 0.92, box(152, 96, 174, 124)),
        Word("叶", 0.904, box(176, 96, 198, 124)),
        Word("4.50", 0.999, box(240, 98, 296, 122)),
    ),
)
PLAIN = Line("Total due", 0.875, box(100, 140, 280, 170))
"""A line of whose words nothing is known."""

RECEIPT = Page(400, 300, (TEA, PLAIN))


def part(line: Line, left: float, right: float) -> Quad:
    return line.part(left, 0.2, right, 0.8)


def standing(degrees: float) -> Line:
    """Return a line of two words, without letters that hang, turned around its middle."""
    flat = Line("NEAR HARBOR", 0.9, turned(box(100, 190, 300, 210), degrees))
    words = Word("NEAR", 0.9, part(flat, 0, 0.4)), Word("HARBOR", 0.9, part(flat, 0.5, 1))
    return Line(flat.text, flat.score, flat.box, words=words)


def line(text: str, left: float, top: float, score: float = 0.97, letter: float = 10) -> Line:
    """Return a level line, its words around their letters."""
    at, words = 0, []
    for word in text.split():
        at = text.index(word, at)
        start = left + letter * at
        words.append(Word(word, score, box(start, top + 4, start + letter * len(word), top + 18)))
        at += len(word)
    whole = box(left - 4, top, left + letter * len(text) + 4, top + 22)
    return Line(text, score, whole, words=tuple(words))


GARDEN = Page(
    800,
    600,
    (
        line("A garden in the north of the town, behind an old wall,", 40, 40),
        line("where roses grow, and thyme.", 40, 66),
        line("Opening hours", 40, 200),
        Line("Fresh daily", 0.9, box(700, 100, 730, 300)),
        Line("upside down", 0.88, box(300, 400, 520, 430), flipped=True),
        Line("春の庭", 0.99, box(300, 500, 390, 530)),
    ),
)


STOCK = (
    ("Article", "Pieces", "Price"),
    ("Spade", "12", "19.50"),
    ("Garden hose", "3", "45.00"),
    ("Rake", "", "17.20"),
)


def rows(
    *texts: Sequence[str], columns: Sequence[float] = (40, 300, 500), top: float = 40
) -> list[Line]:
    """Return lines of cells in columns; an empty text is no line."""
    return [
        line(text, left, top + 34 * number)
        for number, row in enumerate(texts)
        for text, left in zip(row, columns, strict=False)
        if text
    ]


def spanning(*cells: tuple[str, float, float, float, float]) -> Page:
    """Return a page of drawn cells, each a text with its first and last row and column.

    They are given as text, top, left, bottom and right, in places of 60 by 160 pixels.
    """
    lines, rules = [], []
    for text, *sides in cells:
        top, left, bottom, right = (
            40 + side * pixels for side, pixels in zip(sides, (60, 160) * 2, strict=True)
        )
        lines += [line(text, left + 20, top + 19)] if text else []
        rules += [Rule((left, y), (right, y), 2) for y in (top, bottom)]
        rules += [Rule((x, top), (x, bottom), 2) for x in (left, right)]
    return Page(900, 900, tuple(lines), rules=tuple(rules))


SPANNING = spanning(
    ("Article", 0, 0, 2, 1),
    ("Price", 0, 1, 1, 3),
    ("Old", 1, 1, 2, 2),
    ("New", 1, 2, 2, 3),
    ("Rake", 2, 0, 3, 1),
    ("17.50", 2, 1, 3, 2),
    ("", 2, 2, 3, 3),
)
"""A drawn table: a heading over two columns, a name beside two rows, an empty cell."""

BODY = [
    line("The garden lies behind an old wall of stone, and in the", 40, 200),
    line("spring its gate stands open for all who pass by.", 40, 226),
]


def large(text: str, top: float, height: float) -> Line:
    """Return a line in large type."""
    return Line(text, 0.98, box(36, top, 36 + 0.5 * height * len(text), top + height))


ODD = (
    "Tea  4.50",
    "שלום עולם",
    "السعر 12",
    "茶叶 4元",
    "a\x00b \x0b c",
    "\ufffe",
    "<&'\">]]>",
    "\U0001f600",
)
TEXTS = st.text(max_size=12) | st.sampled_from(ODD)
POINTS = st.tuples(st.floats(-200, 900), st.floats(-200, 900))
QUADS = st.tuples(POINTS, POINTS, POINTS, POINTS) | st.builds(
    lambda left, top, width, height: box(left, top, left + width, top + height),
    st.integers(0, 500), st.integers(0, 500), st.integers(1, 300), st.integers(1, 60),
)  # fmt: skip
SCORES = st.floats(-0.01, 1.01)
WORDS = st.builds(Word, TEXTS, SCORES, QUADS)
LINES = st.builds(
    Line, TEXTS, SCORES, QUADS, st.booleans(), st.just(()) | st.lists(WORDS, max_size=4).map(tuple)
)
PAGES = st.builds(
    Page,
    st.integers(1, 600),
    st.integers(1, 600),
    st.lists(LINES, max_size=6).map(tuple),
    st.sampled_from([0, 90, 180, 270]),
    st.integers(0, 9),
)
DOCUMENTS = st.lists(PAGES, min_size=1, max_size=3)


def written(page: Page) -> list[str]:
    """Return the words of a page that XML can hold, in reading order."""
    lines = (line for column in cut_blocks(page) for block in column for line in block.lines)
    texts = (_legal(word.text) for line in lines for word in words_of(line))
    return [text for text in texts if text]


def _legal(text: str) -> str:
    on_one_row = " ".join(text.split())
    return " ".join("".join(filter(_is_legal, on_one_row)).split())


@functools.cache
def _is_legal(char: str) -> bool:
    try:
        etree.Element("a").text = char
    except ValueError:
        return False
    return True
