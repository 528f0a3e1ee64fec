"""Names for what is made of many files: none leaves its folder, none overwrites another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import PurePath

_LONGEST = 100
_DEEPEST = 16
_FALLBACK = "picture"


class Names:
    """Names for what is made of files: their own without its end, or whole where that is taken.

    `taken` tells the names that are in use, each with the file it stands for.
    """

    def __init__(self, taken: Mapping[str, str]) -> None:
        self._owners = {_folded(name): source for name, source in taken.items()}
        self._names = {source: name for name, source in taken.items()}

    def of(self, source: str) -> str:
        """Return the name for a file, both as paths relative to their folders."""
        if source not in self._names:
            name = next(name for name in _choices(source) if _folded(name) not in self._owners)
            self._owners[_folded(name)] = source
            self._names[source] = name
        return self._names[source]


def _choices(source: str) -> Iterator[str]:
    path = PurePath(source)
    if path.stem.strip("."):
        yield str(path.with_name(path.stem))
    yield source
    yield from (f"{source} ({number})" for number in count(2))


def _folded(name: str) -> str:
    """Return a name as file systems see it that take capitals for small letters."""
    return name.casefold()


def cleaned(name: str) -> str:
    """Return a client's path as one that stays in its folder, whatever system takes it."""
    parts = [part for raw in name.replace("\\", "/").split("/") if (part := _inside(raw))]
    return "/".join(parts[-_DEEPEST:]) or _FALLBACK


def shown(text: str) -> str:
    """Return text without what cannot be shown, each character in one form."""
    normal = unicodedata.normalize("NFC", text)
    # Control, format (bidirectional overrides among them), surrogate and private.
    return "".join(char for char in normal if not unicodedata.category(char).startswith("C"))


def _inside(part: str) -> str:
    """Return a part of a path without what cannot be shown, and nothing where it leads out."""
    return shown(part).replace(":", "_")[-_LONGEST:].strip(" ").lstrip(".")
