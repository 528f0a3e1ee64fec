"""The pictures and documents of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
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
