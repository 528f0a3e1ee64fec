"""A page's text in runs, each of which knows the line that it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Between two lines of a text stands nothing else.
_BETWEEN = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a page's text: what `line` says, by its place on the page, or what parts lines."""

    text: str
    line: int | None = None


def cut_runs(text: str, lines: Sequence[tuple[int, str]]) -> list[Run]:
    """Cut a text into runs that say the same together.

    `lines` are those that it is made of, in its own order, each with its place on the
    page; the hyphen at a line's end may be gone.
    """
    runs: list[Run] = []
    at = 0
    for line, own in lines:
        start = _end_of_gap(text, at)
        shown = "".join(_shared(own, text, start))
        runs += _gap(text[at:start])
        runs.append(Run(shown, line))
        at = start + len(shown)
    return [*runs, *_gap(text[at:])]


def _end_of_gap(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _shared(own: str, text: str, start: int) -> Iterator[str]:
    """Yield the letters of a line as far as the text has them, which may have more blanks."""
    at = start
    for letter in own:
        while letter != " " and at > start and text[at - 1 : at + 1] == "  ":
            yield " "
            at += 1
        if text[at : at + 1] != letter:
            return
        yield letter
        at += 1


def _gap(text: str) -> list[Run]:
    return [Run(text)] if text else []
