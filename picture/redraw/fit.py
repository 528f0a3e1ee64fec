"""Spread a line's words over the ink that the picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from picture.redraw.extent import Face, advance, bearings, count_gaps, narrowed
from picture.redraw.fonts import Fonts
from picture.redraw.runs import Run
from picture.redraw.typeset import Piece

Words = Sequence[tuple[Run, ...]]
Span = tuple[float, float]

# How far letters are set apart before they are stretched, in em.
_TRACKING = 0.12
_STRETCH = 1.25
_SQUEEZE = 0.8

# A space, and how far it may give way, in em.
_SPACE = 0.26
_LEAST_SPACE = 0.23
_MOST_SPACE = 0.75

# Words matched to the ink may differ this much in width from one another.
_MISMATCH = 1.45


@dataclass(frozen=True, slots=True)
class Fit:
    """A line ready to draw: its face and its words in place."""

    face: Face
    pieces: tuple[Piece, ...]


def fit_words(
    words: Words, face: Face, span: Span, runs: NDArray[np.int64] | None, fonts: Fonts
) -> Fit:
    """Return the words set so that their ink fills `span`, from left to right.

    `runs` are the stretches of columns that hold ink: where they show the words,
    each word goes to its own.
    """
    spans = _match(words, face, runs, fonts) if runs is not None and len(words) > 1 else None
    if spans is not None:
        return _fit_each(words, face, spans, fonts)
    return _fit_line(words, face, span, fonts)


def _match(words: Words, face: Face, runs: NDArray[np.int64], fonts: Fonts) -> list[Span] | None:
    """Return where the ink of each word lies, or None where the gaps do not tell."""
    gaps = runs[1:, 0] - runs[:-1, 1]
    count = len(words) - 1
    if len(gaps) < count:
        return None
    widest = np.sort(np.argsort(-gaps, kind="stable")[:count])
    least, others = gaps[widest].min(), np.delete(gaps, widest)
    if least < 0.1 * face.size or (others.size and least < 1.25 * others.max()):
        return None
    starts = [0, *(widest + 1)]
    ends = [*widest, len(runs) - 1]
    spans = [(float(runs[a, 0]), float(runs[b, 1])) for a, b in zip(starts, ends, strict=True)]
    return spans if _agree(words, face, spans, fonts) else None


def _agree(words: Words, face: Face, spans: Sequence[Span], fonts: Fonts) -> bool:
    """Tell whether the words are as wide as their ink, all by about the same factor."""
    slack = 0.12 * face.size
    own = np.array([advance(word, face, fonts) for word in words])
    seen = np.array([end - start for start, end in spans])
    common = seen.sum() / own.sum()
    ratios = (seen + slack) / (common * own + slack)
    return bool(ratios.max() < _MISMATCH and ratios.min() > 1 / _MISMATCH)


def _fit_each(words: Words, face: Face, spans: Sequence[Span], fonts: Fonts) -> Fit:
    room = sum(end - start for start, end in spans)
    natural = sum(_ink_width(word, face, fonts) for word in words)
    face = narrowed(words, face, room / natural, fonts)
    pieces = [_fill(word, face, span, fonts) for word, span in zip(words, spans, strict=True)]
    return _shrunk(Fit(face, tuple(pieces)), words, spans, fonts)


def _fit_line(words: Words, face: Face, span: Span, fonts: Fonts) -> Fit:
    """Set the words one after another: spaces give way first, then the letters."""
    room, gaps = span[1] - span[0], len(words) - 1
    natural = sum(_ink_width(word, face, fonts) for word in words)
    ratio = room / (natural + gaps * _SPACE * face.size)
    if ratio < 1:
        least = max(_LEAST_SPACE, ratio * _SPACE) * face.size
        face = narrowed(words, face, (room - gaps * least) / natural, fonts)
        natural = sum(_ink_width(word, face, fonts) for word in words)
    space = (room - natural) / max(1, gaps)
    space = _clamp(space, _LEAST_SPACE * face.size, _MOST_SPACE * face.size)
    stretch = max(0.0, room - gaps * space) / natural
    spans, x = [], span[0]
    for word in words:
        end = x + stretch * _ink_width(word, face, fonts)
        spans.append((x, end))
        x = end + space
    pieces = [_fill(word, face, own, fonts) for word, own in zip(words, spans, strict=True)]
    return _shrunk(Fit(face, tuple(pieces)), words, spans, fonts)


def _fill(word: tuple[Run, ...], face: Face, span: Span, fonts: Fonts) -> Piece:
    """Return a word set so that its ink fills `span`: set apart, then stretched."""
    left, right = bearings(word, face, fonts)
    room, natural = span[1] - span[0], advance(word, face, fonts) - left - right
    gaps, most = count_gaps(word), _TRACKING * face.size
    tracking = _clamp((room - natural) / gaps, -0.02 * face.size, most) if gaps else 0.0
    stretch = _clamp(room / max(1e-6, natural + gaps * tracking), _SQUEEZE, _STRETCH)
    if gaps and stretch == _STRETCH:
        tracking = (room / stretch - natural) / gaps
    if abs(stretch - 1) <= 0.02 or abs(room - natural) < 0.5:
        stretch, tracking = 1.0, (room - natural) / gaps if gaps else 0.0
    return Piece(word, span[0] - left * stretch, tracking * stretch, stretch)


def _shrunk(fit: Fit, words: Words, spans: Sequence[Span], fonts: Fonts) -> Fit:
    """Return the fit, its letters smaller where a word would still overflow its span."""
    ratio = 1.0
    for piece, span in zip(fit.pieces, spans, strict=True):
        if piece.stretch <= _SQUEEZE:
            width = _ink_width(piece.word, fit.face, fonts) * _SQUEEZE
            ratio = min(ratio, (span[1] - span[0]) / max(1e-6, width))
    if ratio > 0.97:
        return fit
    face = replace(fit.face, size=max(2.0, fit.face.size * ratio))
    pieces = (_fill(word, face, span, fonts) for word, span in zip(words, spans, strict=True))
    return Fit(face, tuple(pieces))


def _ink_width(word: tuple[Run, ...], face: Face, fonts: Fonts) -> float:
    return max(0.05 * face.size, advance(word, face, fonts) - sum(bearings(word, face, fonts)))


def _clamp(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))
