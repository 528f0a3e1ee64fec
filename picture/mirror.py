"""Signs that look the other way in text that runs from right to left."""

from __future__ import annotations

_OTHERS = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


def mirrored(text: str) -> str:
    """Return a text with each bracket and the like as the one that looks the other way."""
    return text.translate(_OTHERS)
