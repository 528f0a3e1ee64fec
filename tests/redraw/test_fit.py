"""Words spread over the ink: one rhythm for a line."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from picture.redraw.draw import fit_line
from picture.redraw.extent import Face, advance, bearings, count_gaps
from picture.redraw.fit import Word, fit_words
from picture.redraw.fonts import Fonts
from picture.redraw.match import Span
from picture.redraw.runs import split_words
from picture.redraw.typefaces import MONO, SANS, SERIF
from picture.redraw.typeset import Piece
from tests.redraw.sheet import Part, Sheet

TEXTS = ("Balance", "due", "at", "the", "end", "of", "November")
SIZE = 30.0


def set_words(fonts: Fonts, texts: tuple[str, ...]) -> list[Word]:
    return [Word(runs) for runs in split_words(" ".join(texts), fonts)]


def ink(piece: Piece, fonts: Fonts) -> Span:
    """Return from where to where a piece is drawn."""
    left, right = bearings(piece.word, piece.face, fonts)
    width = piece.stretch * advance(piece.word, piece.face, fonts)
    width += piece.tracking * count_gaps(piece.word)
    return piece.x + piece.stretch * left, piece.x + width - piece.stretch * right


def room(fonts: Fonts, texts: tuple[str, ...], factors: tuple[float, ...]) -> list[Span]:
    """Return where words so many times as wide as they are drawn would stand."""
    spans, x = [], 10.0
    for word, factor in zip(set_words(fonts, texts), factors, strict=True):
        own = advance(word.runs, Face(SIZE), fonts) - sum(bearings(word.runs, Face(SIZE), fonts))
        spans.append((x, x + factor * own))
        x += factor * own + 0.3 * SIZE
    return spans


def fitted(fonts: Fonts, texts: tuple[str, ...], factors: tuple[float, ...]) -> tuple[Piece, ...]:
    spans = room(fonts, texts, factors)
    words = set_words(fonts, texts)
    return fit_words(words, Face(SIZE), (spans[0][0], spans[-1][1]), spans, fonts)


@pytest.mark.parametrize("factor", [0.7, 0.93, 1.0, 1.08, 1.3])
def test_all_words_share_one_rhythm(fonts: Fonts, factor: float) -> None:
    jitter = np.random.default_rng(5).uniform(0.96, 1.04, len(TEXTS))
    pieces = fitted(fonts, TEXTS, tuple(factor * jitter))
    assert {piece.face for piece in pieces} == {pieces[0].face}
    assert pieces[0].face.size == SIZE
    assert np.ptp([piece.stretch for piece in pieces]) < 0.06
    assert np.ptp([piece.tracking for piece in pieces]) < 0.026 * SIZE * max(1, factor)
    spans = room(fonts, TEXTS, tuple(factor * jitter))
    assert ink(pieces[0], fonts)[0] == pytest.approx(spans[0][0], abs=1)
    assert ink(pieces[-1], fonts)[1] == pytest.approx(spans[-1][1], abs=0.08 * SIZE)


@pytest.mark.parametrize("face", [SANS, SERIF, MONO, "DejaVuSans"])
def test_lines_of_any_design_keep_one_rhythm(fonts: Fonts, face: str) -> None:
    sheet = Sheet(fonts, (900, 100))
    sheet.set([Part(text, face=face) for text in TEXTS], (20, 60), 28)
    plan = sheet.plans()[0]
    pieces = fit_line(plan, 1, fonts)
    assert np.ptp([piece.stretch for piece in pieces]) < 0.06
    assert np.ptp([piece.tracking for piece in pieces]) < 0.03 * plan.size


def test_a_word_read_far_too_long_gives_way_alone(fonts: Fonts) -> None:
    texts = ("Balance", "due", "at", "November", "the", "first")
    plain = fitted(fonts, texts, (1.0,) * 6)
    pieces = fitted(fonts, texts, (1.0, 1.0, 1.0, 0.63, 1.0, 1.0))
    spans = room(fonts, texts, (1.0, 1.0, 1.0, 0.63, 1.0, 1.0))
    assert {piece.face for piece in pieces} == {plain[0].face}
    assert pieces[3].stretch < 0.9
    for number in (0, 1, 2, 4, 5):
        assert pieces[number].stretch == plain[number].stretch
        assert ink(pieces[number], fonts) == pytest.approx(spans[number], abs=0.05 * SIZE)
    for before, after in pairwise(pieces):
        assert ink(before, fonts)[1] < ink(after, fonts)[0]


def test_without_spans_words_fill_the_line_in_a_row(fonts: Fonts) -> None:
    for width in (260.0, 480.0):
        pieces = fit_words(set_words(fonts, TEXTS), Face(SIZE), (10.0, width), None, fonts)
        assert ink(pieces[0], fonts)[0] == pytest.approx(10, abs=1)
        assert ink(pieces[-1], fonts)[1] == pytest.approx(width, abs=0.08 * SIZE)
        for before, after in pairwise(pieces):
            assert ink(before, fonts)[1] < ink(after, fonts)[0]


def test_other_words_than_the_picture_shows_are_not_drawn_out(fonts: Fonts) -> None:
    words = set_words(fonts, ("BY", "HAND"))
    pieces = fit_words(words, Face(SIZE), (10.0, 700.0), None, fonts)
    first, second = (ink(piece, fonts) for piece in pieces)
    assert first[0] == pytest.approx(10, abs=1)
    assert 0.1 * SIZE < second[0] - first[1] < 0.5 * SIZE
    assert all(piece.stretch == 1 and abs(piece.tracking) < 0.01 for piece in pieces)
