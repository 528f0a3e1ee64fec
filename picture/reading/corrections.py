"""What somebody who looked at a page says that its lines say."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from picture.errors import CorrectionsInvalidError, LineMissingError
from picture.page import Line, Page, Word
from picture.words import cut_words

# No line of a picture holds more.
_LONGEST = 10_000


class Correction(NamedTuple):
    """A line's text as it should be; `line` is its place on the page, from 0."""

    page: int
    line: int
    text: str


def parse_corrections(texts: Sequence[str]) -> tuple[Correction, ...]:
    """Read corrections such as `{"1": {"0": "Total"}}`: page, line and the line's text.

    Raises CorrectionsInvalidError for anything else.
    """
    text = texts[-1].strip() if texts else ""
    if not text:
        return ()
    try:
        pages = json.loads(text)
        said = [
            Correction(_number(page, 1), _number(line, 0), tidy(own))
            for page, lines in pages.items()
            for line, own in lines.items()
        ]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CorrectionsInvalidError(str(error)) from error
    return tuple(sorted(said))


def correct(page: Page, number: int, corrections: Iterable[Correction]) -> Page:
    """Return a page with the corrections of the page of this number; an emptied line is gone.

    Raises LineMissingError where one is for a line that is not there.
    """
    return replace(page, lines=tuple(dict(number_lines(page, number, corrections)).values()))


def number_lines(
    page: Page, number: int, corrections: Iterable[Correction]
) -> list[tuple[int, Line]]:
    """Return the lines of a page as correct() does, each with its place on the page as read."""
    own = {each.line: each.text for each in corrections if each.page == number}
    if own and max(own) >= len(page.lines):
        raise LineMissingError(max(own), number, len(page.lines))
    return [
        (at, _corrected(line, own[at]) if at in own else line)
        for at, line in enumerate(page.lines)
        if own.get(at, line)
    ]


def _corrected(line: Line, text: str) -> Line:
    """Return a line that says something else, as sure as can be."""
    words: tuple[Word, ...] = ()
    own = [text[start:end] for start, end in cut_words(text)]
    if len(own) == len(line.words):
        words = tuple(
            replace(word, text=now, score=1.0) for word, now in zip(line.words, own, strict=True)
        )
    return replace(line, text=text, score=1.0, words=words)


def _number(text: str, least: int) -> int:
    number = int(text)
    if number < least:
        raise ValueError(f"{number} is less than {least}")
    return number


def tidy(text: Any) -> str:
    """Return a text on one line, without what no picture shows."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise TypeError("no text of a line")
    text.encode()  # raises ValueError for half a surrogate pair
    shown = (" " if char.isspace() else char for char in text)
    kept = "".join(char for char in shown if unicodedata.category(char) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()
