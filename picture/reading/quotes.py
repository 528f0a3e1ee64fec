"""Quote marks of a page that were read as straight ones, and are curly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean

from picture.reading.scripts import FoundLine
from picture.reading.transcript import STRAIGHT, Reading

# Of a page's straight marks: how likely the likeliest of them is curly, and how likely
# they are on average. Truly straight ones reach .06 and .02.
_LIKELIEST, _USUALLY = 0.12, 0.03

# The same of those beside others that were read as curly ones.
_CURLY, _BESIDE = frozenset("“”‘’"), 0.01

# A line of code with marks less likely than that keeps them, but for apostrophes.
_LEAST = 0.0025

# What stands before a mark that opens.
_BEFORE = frozenset("([{-–—/“‘„«")

_OPENING = {'"': "“", "'": "‘"}
_CLOSING = {'"': "”", "'": "’"}
_LOW = "„"


def with_curly_quotes(lines: Sequence[FoundLine]) -> None:
    """Make the quote marks of a page curly, where all of them together say that they are."""
    known = [line for line in lines if line.reading.told(STRAIGHT, line.reading.curls)]
    curls = [curl for line in known for curl in line.reading.curls]
    are_curly = any(char in _CURLY for line in lines for char in line.reading.text)
    likeliest, usually = (_BESIDE, _BESIDE) if are_curly else (_LIKELIEST, _USUALLY)
    if not curls or max(curls) < likeliest or mean(curls) < usually:
        return
    for line in known:
        line.reading = _curled(line.reading)


def _curled(reading: Reading) -> Reading:
    """Return a line with its quote marks as they stand before and behind its words."""
    return reading.spelled("".join(_signs(reading.text, max(reading.curls) < _LEAST)))


def _signs(text: str, is_code: bool) -> Iterator[str]:
    """Yield a text's signs, its straight marks as curly ones; of code, its apostrophes."""
    last = ""
    for at, char in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        is_apostrophe = char == "'" and before.isalpha() and after.isalpha()
        if char not in STRAIGHT or (is_code and not is_apostrophe):
            sign = char
        elif (not before or ((before.isspace() or before in _BEFORE) and after.strip())) and after:
            sign = _OPENING[char]
        elif before.isdigit() and not last:
            # Inches, feet and the like.
            sign = char
        else:
            sign = "“" if char == '"' and last == _LOW else _CLOSING[char]
        last = sign if sign in ("“", "‘", _LOW) and last != _LOW else last
        yield sign
