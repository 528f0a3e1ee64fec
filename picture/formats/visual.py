"""Letters in the order in which they stand on the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bidi import get_display
from wcwidth import iter_graphemes

from picture.mirror import mirrored


def is_right_to_left(text: str) -> bool:
    """Tell whether any letter of a text is written from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in ("R", "AL") for char in text
    )


def cut_letters(text: str) -> list[str]:
    """Return what a person sees as one letter each, of one or more characters."""
    if text.isascii():
        return list(text)
    letters: list[str] = []
    for letter in iter_graphemes(text):
        # MuPDF takes the halves of a surrogate pair for two characters where more follow.
        letters += (letter,) if max(letter) < "\U00010000" else letter
    return letters


def shown_letters(text: str) -> list[str]:
    """Return a text's letters from left to right."""
    letters = cut_letters(text)
    if not is_right_to_left(text):
        return letters
    shown = get_display(text)
    if _starts_right(text):
        shown = mirrored(shown)
    return _cut(shown, (letter for letter in letters if len(letter) > 1))


def _starts_right(text: str) -> bool:
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next(kind for kind in kinds if kind in ("L", "R", "AL")) != "L"


def _cut(shown: str, letters: Iterable[str]) -> list[str]:
    """Cut a text into letters, of which those of several characters may be turned round."""
    forms = {form: letter for letter in letters for form in (letter, letter[::-1])}
    ranked = sorted(forms, key=len, reverse=True)
    pattern = "|".join([*map(re.escape, ranked), "."])
    return [forms.get(form, form) for form in re.findall(pattern, shown, re.DOTALL)]
