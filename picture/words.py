"""Where the words of a text begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# Written without spaces: each of these letters is a word of its own.
_ALONE = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff]"
)


def count_letters(text: str) -> int:
    """Return how many letters and signs a text has, without its blanks."""
    return len(text.replace(" ", ""))


def stands_alone(letter: str) -> bool:
    """Tell whether a letter is a word of its own."""
    return _ALONE.match(letter) is not None


def cut_words(letters: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first letter of each word and the one after its last."""
    start = None
    for number, letter in enumerate(letters):
        alone = stands_alone(letter)
        if start is not None and (alone or letter.isspace()):
            yield start, number
            start = None
        if alone:
            yield number, number + 1
        elif start is None and not letter.isspace():
            start = number
    if start is not None:
        yield start, len(letters)
