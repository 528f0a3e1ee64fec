"""Lines that somebody sends with a picture, which is then not read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from picture.errors import (
    LinesExceededError,
    LinesInvalidError,
    LinesOfOtherError,
    LinesOutsideError,
)
from picture.page import Line, Page, Point, Quad, Word, turned_size
from picture.reading.corrections import tidy
from picture.words import cut_words

MOST_BYTES = 8_000_000
_MOST_LINES = 4_000
_MOST_PAGES = 1_000
_LONGEST_TEXT, _LONGEST_NAME = 2_000, 100
_FAR = 1e6
_TURNS = (0, 90, 180, 270)

# A corner may lie so far outside, as a share of the longer side: boxes are made a little
# larger than what is in them.
_OUTSIDE = 0.02


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a page; `rotation` and `size`, upright, where they are said."""

    lines: tuple[Line, ...]
    rotation: int | None = None
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of pages by number, or of the only page, and what tells them from others."""

    sheets: Mapping[int, Sheet]
    only: Sheet | None
    digest: str

    def page(self, number: int, size: tuple[int, int], rotation: int) -> Page:
        """Return a page that says what was sent, on a picture of `size` before it is turned.

        `rotation` counts where the lines say nothing of it. Raises LinesOfOtherError where
        they are not of this page, and LinesOutsideError.
        """
        sheet = self.only or self.sheets.get(number)
        if sheet is None:
            raise LinesOfOtherError(number)
        rotation = rotation if sheet.rotation is None else sheet.rotation
        width, height = turned_size(size, rotation)
        if sheet.size not in (None, (width, height)):
            raise LinesOfOtherError(number)
        for at, line in enumerate(sheet.lines):
            if not _is_on(line, width, height):
                raise LinesOutsideError(at, number, (width, height))
        said = tuple(line for line in sheet.lines if line.text)
        return Page(width, height, said, rotation)


def parse_lines(texts: Sequence[str]) -> Lines | None:
    """Read lines as `/img_json` answers them: all of it, its pages, or the lines of one page.

    A line needs a `text`, and a `quad` of four corners or a `bbox`. Raises LinesInvalidError
    and LinesExceededError.
    """
    text = texts[-1] if texts else ""
    if not text.strip():
        return None
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MOST_BYTES:
        raise LinesExceededError(_MOST_LINES, MOST_BYTES)
    try:
        sent = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise LinesInvalidError("JSON", str(error)) from error
    digest = hashlib.sha256(data).hexdigest()[:16]
    if isinstance(sent, dict) and "pages" not in sent:
        return Lines({}, _sheet(sent, ""), digest)
    pages, path = (sent["pages"], "pages") if isinstance(sent, dict) else (sent, "")
    if not isinstance(pages, list):
        raise LinesInvalidError(path or "JSON")
    if path or any(isinstance(page, dict) and "lines" in page for page in pages):
        return Lines(dict(_numbered(pages, path)), None, digest)
    return Lines({}, Sheet(tuple(_lines(pages, ""))), digest)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _numbered(pages: Sequence[Any], path: str) -> Iterator[tuple[int, Sheet]]:
    if len(pages) > _MOST_PAGES:
        raise LinesExceededError(_MOST_LINES, MOST_BYTES)
    numbers: set[int] = set()
    for at, page in enumerate(pages):
        own = f"{path}[{at}]"
        sheet = _sheet(page, f"{own}.")
        number = page.get("number", at + 1)
        if type(number) is not int or number < 1 or number in numbers:
            raise LinesInvalidError(f"{own}.number")
        numbers.add(number)
        yield number, sheet


def _sheet(page: Any, path: str) -> Sheet:
    if not isinstance(page, dict) or not isinstance(page.get("lines"), list):
        raise LinesInvalidError(f"{path}lines")
    rotation = page.get("rotation")
    if rotation is not None and (type(rotation) is not int or rotation not in _TURNS):
        raise LinesInvalidError(f"{path}rotation")
    size = _size(page, path) if "width" in page or "height" in page else None
    return Sheet(tuple(_lines(page["lines"], f"{path}lines")), rotation, size)


def _size(page: Mapping[str, Any], path: str) -> tuple[int, int]:
    width, height = page.get("width"), page.get("height")
    if type(width) is not int:
        raise LinesInvalidError(f"{path}width")
    if type(height) is not int:
        raise LinesInvalidError(f"{path}height")
    return width, height


def _lines(sent: Sequence[Any], path: str) -> Iterator[Line]:
    if len(sent) > _MOST_LINES:
        raise LinesExceededError(_MOST_LINES, MOST_BYTES)
    for at, line in enumerate(sent):
        yield _line(line, f"{path}[{at}]")


def _line(sent: Any, path: str) -> Line:
    text, score = _said(sent, path)
    box = _box(sent, path)
    flipped, reader = sent.get("flipped", False), sent.get("reader", "")
    if type(flipped) is not bool:
        raise LinesInvalidError(f"{path}.flipped")
    if not isinstance(reader, str) or len(reader) > _LONGEST_NAME:
        raise LinesInvalidError(f"{path}.reader")
    words = sent.get("words", [])
    if not isinstance(words, list) or len(words) > _MOST_LINES:
        raise LinesInvalidError(f"{path}.words")
    own = tuple(_word(word, f"{path}.words[{at}]") for at, word in enumerate(words))
    line = Line(text, score, box, flipped, (), reader)
    return Line(text, score, box, flipped, own, reader) if _are_of(own, line) else line


def _word(sent: Any, path: str) -> Word:
    return Word(*_said(sent, path), _box(sent, path))


def _are_of(words: Sequence[Word], line: Line) -> bool:
    """Tell whether words are those of a line still: its text or place may have been changed."""
    if [word.text for word in words] != [line.text[a:b] for a, b in cut_words(line.text)]:
        return False
    (left, top), (right, bottom) = _bounds(line.box)
    reach = max(2.0, min(right - left, bottom - top) / 2)
    return all(
        left - reach <= x <= right + reach and top - reach <= y <= bottom + reach
        for word in words
        for x, y in word.box
    )


def _said(sent: Any, path: str) -> tuple[str, float]:
    """Return what a line or a word says, and how surely."""
    if not isinstance(sent, dict):
        raise LinesInvalidError(path)
    try:
        text = tidy(sent.get("text"))
    except (TypeError, ValueError) as error:
        raise LinesInvalidError(f"{path}.text", str(error)) from error
    if len(text) > _LONGEST_TEXT:
        raise LinesInvalidError(f"{path}.text")
    score = sent.get("score", 1.0)
    if type(score) not in (int, float) or not 0 <= score <= 1:
        raise LinesInvalidError(f"{path}.score")
    return text, float(score)


def _box(sent: Mapping[str, Any], path: str) -> Quad:
    """Return four corners: a `quad`, or a `bbox` of left, top, right and bottom."""
    name = "quad" if "quad" in sent else "bbox"
    values = sent.get(name)
    if not isinstance(values, list) or len(values) != 4:
        raise LinesInvalidError(f"{path}.{name}")
    if name == "bbox":
        left, top, right, bottom = (_number(value, f"{path}.{name}") for value in values)
        if left >= right or top >= bottom:
            raise LinesInvalidError(f"{path}.{name}")
        return ((left, top), (right, top), (right, bottom), (left, bottom))
    a, b, c, d = (_corner(value, f"{path}.{name}") for value in values)
    return (a, b, c, d)


def _corner(value: Any, path: str) -> Point:
    if not isinstance(value, list) or len(value) != 2:
        raise LinesInvalidError(path)
    return _number(value[0], path), _number(value[1], path)


def _number(value: Any, path: str) -> float:
    if type(value) not in (int, float) or not abs(value) < _FAR:
        raise LinesInvalidError(path)
    return float(value)


def _bounds(box: Quad) -> tuple[Point, Point]:
    across, down = zip(*box, strict=True)
    return (min(across), min(down)), (max(across), max(down))


def _is_on(line: Line, width: int, height: int) -> bool:
    """Tell whether a line is on a picture, but for a little of it."""
    reach = max(2.0, _OUTSIDE * max(width, height))
    (left, top), (right, bottom) = _bounds(line.box)
    is_near = min(left, top) >= -reach and right <= width + reach and bottom <= height + reach
    return is_near and left < width and top < height and right > 0 and bottom > 0
