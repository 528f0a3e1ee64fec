"""Pages for the tests of exchange formats, drawn by hand or at random."""

from __future__ import annotations

from hypothesis import strategies as st

from picture.page import Line, Page, Quad, Word


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


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


PAGE = Page(
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

_points = st.tuples(st.floats(-20, 820, width=32), st.floats(-20, 620, width=32))
_boxes = st.builds(
    box, st.floats(-20, 400), st.floats(-20, 300), st.floats(401, 820), st.floats(301, 620)
) | st.tuples(_points, _points, _points, _points)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_scores = st.floats(0, 1)
_words = st.builds(Word, _texts.filter(str.strip), _scores, _boxes)
_lines = st.builds(
    Line, _texts, _scores, _boxes, st.booleans(), st.lists(_words, max_size=3).map(tuple)
)

pages = st.builds(
    Page,
    st.integers(1, 2000),
    st.integers(1, 2000),
    st.lists(_lines, max_size=6).map(tuple),
    st.sampled_from([0, 90, 180, 270]),
    st.integers(0, 5),
)
