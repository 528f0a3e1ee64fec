"""Where the words of a line begin and end, and the spaces between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from picture.formats.glyphless import SPACE, width
from picture.formats.visual import cut_letters, is_right_to_left, shown_letters
from picture.page import Line, Point, Quad, Word, reach

Span = tuple[float, float]

# In heights of a line.
_SNAP = 0.25
"""How far a line may rise from end to end and still be laid level."""
GAP = 0.2
"""The least that every reader takes for a space."""
_THINNEST = 0.02
"""The least width of a word whose place is believed."""
_INK = 0.8
"""How much of its box's height the letters of a line take, with as wide a margin beside."""


@dataclass(frozen=True, slots=True)
class Track:
    """What letters stand on: a direction through the middle of a line, in pixels.

    `start` and `end` are the line's ends, counted along the track from its middle;
    `low` and `high` say how far its letters reach, counted upwards from it.
    """

    middle: Point
    along: Point
    start: float
    end: float
    low: float
    high: float

    @property
    def height(self) -> float:
        """Return the height of the letters, at least a pixel."""
        return max(self.high - self.low, 1.0)

    @property
    def is_level(self) -> bool:
        """Tell whether it runs along the picture's rows."""
        return self.along[1] == 0

    def place(self, point: Point) -> Point:
        """Return how far along and above the track's middle a place on the picture is."""
        x, y = point[0] - self.middle[0], point[1] - self.middle[1]
        across, down = self.along
        return x * across + y * down, x * down - y * across

    def point(self, along: float, above: float) -> Point:
        """Return a place on the picture by its distances from the track's middle."""
        (x, y), (across, down) = self.middle, self.along
        return x + along * across + above * down, y + along * down - above * across


@dataclass(frozen=True, slots=True)
class Piece:
    """The letters of a word, or the space between two, and its ends on the track."""

    letters: list[str]
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Word:
    letters: list[str]
    spaced: bool  # a space follows


def lay(line: Line) -> tuple[Track, list[Piece]]:
    """Return a line's track and the pieces on it, each from where the one before ends.

    Words are cut evenly where nothing, or nothing that can be, is known of their places.
    """
    words, boxes = _words(line)
    if boxes:
        track = _track(line, boxes)
        # From left to right, as the words are now, whichever way they are read.
        spans = sorted(reach(box, track.along, track.middle) for box in boxes)
        pieces = list(_join(words, spans, track.height))
        if all(piece.end - piece.start > _THINNEST * track.height for piece in pieces):
            return track, pieces
    track = _track(line, [])
    return track, list(_join(words, _even_spans(words, track), track.height))


def _words(line: Line) -> tuple[list[_Word], list[Quad]]:
    """Return the words as they stand on the page, and the boxes of all of them or none."""
    text = SPACE.join(line.text.split())
    if not is_right_to_left(text):
        words = _known_words(text, line.words)
        return words or _cut_words(cut_letters(text)), [word.box for word in line.words if words]
    words = _cut_words(shown_letters(text))
    are_known = sorted(word.text for word in line.words) == sorted(text.split())
    return words, [word.box for word in line.words if are_known]


def _known_words(text: str, known: Sequence[Word]) -> list[_Word]:
    """Return the words that are known, or none where they are not the text's."""
    words: list[_Word] = []
    for word in known:
        own = SPACE.join(word.text.split())
        if not own or not text.startswith(own):
            return []
        text = text.removeprefix(own)
        words.append(_Word(cut_letters(own), text.startswith(SPACE)))
        text = text.lstrip(SPACE)
    return [] if text else words


def _cut_words(letters: Sequence[str]) -> list[_Word]:
    """Return the words between spaces."""
    runs = [(is_space, list(run)) for is_space, run in groupby(letters, key=SPACE.__eq__)]
    last = len(runs) - 1
    return [_Word(run, at < last) for at, (is_space, run) in enumerate(runs) if not is_space]


def _track(line: Line, words: Sequence[Quad]) -> Track:
    along = _direction(line)
    middle = _mean(line.box)
    upwards = along[1], -along[0]
    start, end = reach(line.box, along, middle)
    heights = [reach(box, upwards, middle) for box in words]
    if not heights:
        low, high = reach(line.box, upwards, middle)
        margin = (1 - _INK) * min(high - low, end - start) / 2
        start, end = start + margin, end - margin
        heights = [(low + margin, high - margin)]
    low, high = min(low for low, _ in heights), max(high for _, high in heights)
    return Track(middle, along, start, end, low, high)


def _direction(line: Line) -> Point:
    """Return the direction in which the text runs, of length one."""
    x, y = line.course
    thickness = line.width if line.is_vertical else line.height
    if min(abs(x), abs(y)) <= _SNAP * thickness:
        # Readers tell lines apart better where they are level.
        x, y = (x, 0.0) if abs(x) > abs(y) else (0.0, y)
    length = math.hypot(x, y)
    return (x / length, y / length) if length else (1.0, 0.0)


def _mean(points: Sequence[Point]) -> Point:
    count = len(points)
    return sum(x for x, _ in points) / count, sum(y for _, y in points) / count


def _even_spans(words: Sequence[_Word], track: Track) -> list[Span]:
    """Return the words' ends where the whole line is cut by the widths of its letters."""
    widths = [sum(map(width, word.letters)) for word in words]
    spaces = [width(SPACE) * word.spaced for word in words]
    scale = (track.end - track.start) / max(sum(widths) + sum(spaces), 1)
    spans, place = [], track.start
    for own, space in zip(widths, spaces, strict=True):
        spans.append((place, place + own * scale))
        place += (own + space) * scale
    return spans


def _join(words: Sequence[_Word], spans: Sequence[Span], height: float) -> Iterator[Piece]:
    """Yield words and spaces so that nothing lies between two of them."""
    start = spans[0][0] if spans else 0.0
    for index, (word, (left, right)) in enumerate(zip(words, spans, strict=True)):
        following = spans[index + 1] if index + 1 < len(spans) else (right, right)
        middle, gap = (right + following[0]) / 2, 0.0
        if word.spaced:
            narrower = min(right - left, following[1] - following[0])
            gap = max(following[0] - right, min(GAP * height, narrower / 2))
        yield Piece(word.letters, start, middle - gap / 2)
        if word.spaced:
            yield Piece([SPACE], middle - gap / 2, middle + gap / 2)
        start = middle + gap / 2
