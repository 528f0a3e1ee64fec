"""A page that is drawn and remembers exactly what is on it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.redraw.faces import TIMES, Typeface, font_of
from picture.redraw import REGULAR

T = TypeVar("T")

RGB = tuple[int, int, int]
Box = tuple[float, float, float, float]
Bounds = tuple[int, int, int, int]
Mask = NDArray[np.uint8]

BLACK: RGB = (0, 0, 0)
WHITE: RGB = (255, 255, 255)

# From this coverage on, of 255, a pixel counts as ink that is seen.
SEEN = 64
# From this weight on letters are called bold.
FROM_BOLD = 600


@dataclass(frozen=True, slots=True)
class Setting:
    """How letters are set: `size` in pixels per em."""

    face: Typeface = TIMES
    size: float = 22
    color: RGB = BLACK
    weight: int = REGULAR
    italic: bool = False

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        """Return the font that draws them."""
        return font_of(self.face, self.size, self.weight, italic=self.italic)


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters in one setting, and how many blanks stand before them in their line."""

    text: str
    setting: Setting
    blanks: int = 1


@dataclass(frozen=True, slots=True)
class TrueWord:
    """A word, or a part of one in a setting of its own, and the bounds of its ink."""

    text: str
    bounds: Bounds
    setting: Setting


@dataclass(frozen=True, slots=True, eq=False)
class TrueLine:
    """A line as it was drawn. `mask` is its ink, 0 to 255, from `left` and `top` on.

    Lines of one `paragraph` are set alike.
    """

    text: str
    words: tuple[TrueWord, ...]
    left: int
    top: int
    mask: Mask
    paragraph: int

    @property
    def bounds(self) -> Bounds:
        """Return left, top, right and bottom of the ink that is seen."""
        rows = np.flatnonzero((self.mask > SEEN).any(axis=1))
        columns = np.flatnonzero((self.mask > SEEN).any(axis=0))
        return (
            self.left + int(columns[0]),
            self.top + int(rows[0]),
            self.left + int(columns[-1]) + 1,
            self.top + int(rows[-1]) + 1,
        )

    @property
    def region(self) -> tuple[slice, slice]:
        """Return the rows and columns of the page that the mask covers."""
        height, width = self.mask.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    @property
    def setting(self) -> Setting:
        """Return the setting of most of the letters."""
        return self._most([word.setting for word in self.words])

    @property
    def family(self) -> str:
        """Return the service's own family that is nearest."""
        return self.setting.face.family

    @property
    def is_bold(self) -> bool:
        """Tell whether most of the letters are bold."""
        return bool(self._most([word.setting.weight >= FROM_BOLD for word in self.words]))

    @property
    def is_italic(self) -> bool:
        """Tell whether most of the letters are italic."""
        return bool(self._most([word.setting.italic for word in self.words]))

    @property
    def is_han(self) -> bool:
        """Tell whether the line is set in full squares."""
        return self.setting.face.is_han

    @property
    def x_height(self) -> float:
        """Return the height of a small x, in pixels."""
        return -float(self.setting.font.getbbox("x", anchor="ls")[1])

    @property
    def cap_height(self) -> float:
        """Return the height of a capital H, in pixels."""
        return -float(self.setting.font.getbbox("H", anchor="ls")[1])

    def _most(self, values: Sequence[T]) -> T:
        counts: Counter[T] = Counter()
        for word, value in zip(self.words, values, strict=True):
            counts[value] += len(word.text)
        return counts.most_common(1)[0][0]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPage:
    """A picture and the whole truth about it.

    `ground` is the picture before there was text on it; `graphics` is 255 where lines
    and edges are that are no text.
    """

    kind: str
    variant: int
    picture: Image.Image
    ground: Image.Image
    graphics: Mask
    lines: tuple[TrueLine, ...]
    is_white: bool


@dataclass(frozen=True, slots=True)
class _Stamp:
    glyphs: Image.Image
    left: int
    top: int
    piece: Piece

    @property
    def bounds(self) -> Bounds:
        width, height = self.glyphs.size
        return self.left, self.top, self.left + width, self.top + height


@dataclass
class Sheet:
    """A page on which figures and lines are set; text always lies above figures."""

    width: int
    height: int
    color: RGB = WHITE
    noise: float = 0.0
    _stamps: list[_Stamp] = field(default_factory=list)
    _lines: list[TrueLine] = field(default_factory=list)
    _paragraphs: int = 0

    def __post_init__(self) -> None:
        self.ground = Image.new("RGB", (self.width, self.height), self.color)
        self._edges = Image.new("L", (self.width, self.height))
        self._draw, self._trace = ImageDraw.Draw(self.ground), ImageDraw.Draw(self._edges)

    def paragraph(self) -> int:
        """Begin a paragraph and return its number."""
        self._paragraphs += 1
        return self._paragraphs

    def plate(self, box: Box, color: RGB, radius: float = 0, edge: int = 2) -> None:
        """Fill a rectangle; only its edge counts as drawn."""
        self._draw.rounded_rectangle(box, radius, color)
        self._trace.rounded_rectangle(box, radius, None, 255, edge)

    def gradient(self, box: Bounds, first: RGB, last: RGB, *, down: bool = False) -> None:
        """Fill a rectangle with colours that run from left to right, or `down`."""
        left, top, right, bottom = box
        share = np.linspace(0, 1, bottom - top if down else right - left)[:, None]
        run = np.rint(np.array(first) + share * (np.array(last) - np.array(first)))
        run = run[:, None] if down else run[None]
        pixels = np.broadcast_to(run, (bottom - top, right - left, 3)).astype(np.uint8)
        self.ground.paste(Image.fromarray(pixels), (left, top))
        self._trace.rectangle((left, top, right - 1, bottom - 1), None, 255, 2)

    def rule(self, points: Sequence[tuple[float, float]], color: RGB, width: int = 1) -> None:
        """Draw a line along points."""
        self._draw.line(list(points), color, width)
        self._trace.line(list(points), 255, width)

    def frame(self, box: Box, color: RGB, width: int = 1, fill: RGB | None = None) -> None:
        """Draw the outline of a rectangle."""
        self._draw.rectangle(box, fill, color, width)
        self._trace.rectangle(box, None, 255, width)

    def ellipse(self, box: Box, color: RGB, width: int = 2, fill: RGB | None = None) -> None:
        """Draw the outline of an ellipse; what it is filled with hides what is under it."""
        self._draw.ellipse(box, fill, color, width)
        self._trace.ellipse(box, None if fill is None else 0, 255, width)

    def shape(self, points: Sequence[tuple[float, float]], color: RGB) -> None:
        """Fill a polygon that is a drawing as a whole."""
        self._draw.polygon(list(points), color)
        self._trace.polygon(list(points), 255)

    def tail(self, points: Sequence[tuple[float, float]], color: RGB, width: int = 3) -> None:
        """Draw a balloon's tail, white and open to the balloon."""
        self._draw.polygon(list(points), WHITE)
        self._trace.polygon(list(points), 0)
        self.rule(points, color, width)

    def line(
        self,
        pieces: Sequence[Piece],
        at: tuple[float, float],
        paragraph: int | None = None,
        extra: float = 0.0,
    ) -> float:
        """Set pieces in a line from a point on its baseline; return where it ends.

        `extra` is added to each blank.
        """
        x, baseline = at
        stamps = []
        for number, piece in enumerate(pieces):
            if number:
                x += piece.blanks * (piece.setting.font.getlength(" ") + extra)
            stamps.append(_stamp(piece, x, baseline))
            x += piece.setting.font.getlength(piece.text)
        self._stamps += stamps
        number = self.paragraph() if paragraph is None else paragraph
        self._lines.append(_true_line(stamps, number))
        return x

    def flow(
        self,
        pieces: Sequence[Piece],
        column: tuple[float, float],
        baseline: float,
        pitch: float,
        *,
        justified: bool = False,
        indent: float = 0.0,
    ) -> float:
        """Set a paragraph in a column given by left and right; return the next baseline."""
        left, right = column
        paragraph = self.paragraph()
        rows = list(broken(pieces, right - left, indent))
        for number, row in enumerate(rows):
            start = left + (indent if number == 0 else 0)
            gaps = sum(piece.blanks for piece in row[1:])
            spare = right - start - natural_width(row)
            is_full = justified and number + 1 < len(rows) and gaps > 0
            self.line(row, (start, baseline), paragraph, spare / gaps if is_full else 0.0)
            baseline += pitch
        return baseline

    def page(self, kind: str, variant: int) -> DrawnPage:
        """Return the page as it was drawn; raises ValueError where text leaves it."""
        for line in self._lines:
            left, top, right, bottom = line.bounds
            if left < 0 or top < 0 or right > self.width or bottom > self.height:
                raise ValueError(f"{line.text!r} leaves the page {kind} {variant}")
        picture = self.ground.copy()
        for stamp in self._stamps:
            picture.paste(stamp.piece.setting.color, (stamp.left, stamp.top), stamp.glyphs)
        grain = np.random.default_rng(variant).normal(0, 1, (self.height, self.width, 1))
        return DrawnPage(
            kind,
            variant,
            _grained(picture, self.noise * grain),
            _grained(self.ground, self.noise * grain),
            np.asarray(self._edges, np.uint8),
            tuple(self._lines),
            self.color == WHITE,
        )


def words(text: str, setting: Setting) -> list[Piece]:
    """Return the words of a text as pieces."""
    return [Piece(word, setting) for word in text.split()]


def natural_width(pieces: Sequence[Piece]) -> float:
    """Return how far pieces in a row move on."""
    blanks = sum(piece.blanks * piece.setting.font.getlength(" ") for piece in pieces[1:])
    return blanks + sum(piece.setting.font.getlength(piece.text) for piece in pieces)


def broken(pieces: Sequence[Piece], width: float, indent: float) -> Iterable[list[Piece]]:
    """Yield the rows of a paragraph so wide, the first one indented."""
    row: list[Piece] = []
    room = width - indent
    for piece in pieces:
        if row and natural_width([*row, piece]) > room:
            yield row
            row, room = [], width
        row.append(piece)
    if row:
        yield row


def _stamp(piece: Piece, x: float, baseline: float) -> _Stamp:
    font, margin = piece.setting.font, math.ceil(piece.setting.size)
    left, top = math.floor(x), math.floor(baseline)
    canvas = Image.new("L", (math.ceil(font.getlength(piece.text)) + 2 * margin, 3 * margin))
    at = (margin + x - left, 2 * margin + baseline - top)
    ImageDraw.Draw(canvas).text(at, piece.text, 255, font, "ls")
    box = cast(Bounds, canvas.getbbox())
    return _Stamp(canvas.crop(box), left - margin + box[0], top - 2 * margin + box[1], piece)


def _true_line(stamps: Sequence[_Stamp], paragraph: int) -> TrueLine:
    boxes = np.array([stamp.bounds for stamp in stamps])
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for stamp in stamps:
        x, y, x_end, y_end = stamp.bounds
        part = mask[y - top : y_end - top, x - left : x_end - left]
        np.maximum(part, np.asarray(stamp.glyphs), out=part)
    pieces = [stamp.piece for stamp in stamps]
    text = "".join(" " * min(1, piece.blanks) + piece.text for piece in pieces).strip()
    found = (TrueWord(s.piece.text, s.bounds, s.piece.setting) for s in stamps)
    return TrueLine(text, tuple(found), int(left), int(top), mask, paragraph)


def _grained(picture: Image.Image, grain: NDArray[np.float64]) -> Image.Image:
    pixels = np.asarray(picture) + grain
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
