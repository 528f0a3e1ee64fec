"""The files of a folder, and where what is made of each belongs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path, PurePath

SUFFIXES = (
    *(".pdf", ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib"),
    *(".tif", ".tiff", ".gif", ".heic", ".heif", ".hif", ".avif"),
)
"""What names of pictures and documents end with."""


def walk(folder: Path, left_out: Path) -> Iterator[Path]:
    """Yield pictures and documents in a folder and those below it, in the order of their names.

    Hidden ones are passed over, and so is all that is in `left_out`.
    """
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(
            name for name in folders if not _is_hidden(name) and here / name != left_out
        )
        for name in sorted(files):
            if not _is_hidden(name) and PurePath(name).suffix.lower() in SUFFIXES:
                yield here / name


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


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
