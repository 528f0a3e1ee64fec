"""Which pages of a document are wanted: 1-3,5."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from picture.errors import PageMissingError, PagesExceededError, PagesInvalidError

_LAST = "last"
_PART = re.compile(
    rf"\s*(?:(?P<only>\d{{1,7}}|{_LAST})|"
    rf"(?P<first>\d{{1,7}})?\s*-\s*(?P<end>\d{{1,7}}|{_LAST})?)\s*",
    re.ASCII,
)
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages that somebody chose, before it is known how many there are.

    `ranges` are pairs of the first and the end, both included; None is the last page.
    """

    ranges: tuple[tuple[int | None, int | None], ...]

    def numbers(self, count: int, most: int) -> tuple[int, ...]:
        """Return the chosen of `count` pages in the document's order, each once.

        Raises PageMissingError for a page that is not there, and PagesExceededError
        where more than `most` are chosen.
        """
        for number in chain.from_iterable(self.ranges):
            if number is not None and number > count:
                raise PageMissingError(number, count)
        chosen = list(self._apart(count))
        total = sum(len(numbers) for numbers in chosen)
        if total > most:
            raise PagesExceededError(total, most)
        return tuple(chain.from_iterable(chosen))

    def _apart(self, count: int) -> Iterator[range]:
        """Yield the ranges in order, each without what the ones before have."""
        done = 0
        for first, end in sorted((first or count, end or count) for first, end in self.ranges):
            yield range(max(first, done + 1), end + 1)
            done = max(done, end)


ALL = Pages(((1, None),))


def parse_pages(text: str) -> Pages:
    """Read pages as people write them: `1-3,5`, `7-` to the last, `-3` from the first, `last`.

    Raises PagesInvalidError for anything else.
    """
    if len(text) > _LONGEST:
        raise PagesInvalidError(f"{len(text)} characters")
    return Pages(tuple(_parse_range(part) for part in text.split(",")))


def _parse_range(part: str) -> tuple[int | None, int | None]:
    found = _PART.fullmatch(part)
    if not found or part.strip() == "-":
        raise PagesInvalidError(part)
    if found["only"]:
        only = _parse_end(found["only"])
        return only, only
    first, end = _parse_end(found["first"] or "1"), _parse_end(found["end"] or _LAST)
    if first and end and first > end:
        raise PagesInvalidError(part)
    return first, end


def _parse_end(text: str) -> int | None:
    if text == _LAST:
        return None
    if not int(text):
        raise PagesInvalidError("pages are counted from 1")
    return int(text)
