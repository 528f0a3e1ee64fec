"""The program itself, as it lies on disk."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SOURCES = (_PACKAGE, _PACKAGE.with_name("utility.py"))


@cache
def edition() -> str:
    """Return what tells this program from one that may read or write otherwise."""
    return digest_of(*_SOURCES)


def digest_of(*sources: Path) -> str:
    """Return a digest of source files, and of those anywhere in folders, by name and content."""
    digest = hashlib.sha256()
    for source in sources:
        files = sorted(source.rglob("*.py")) if source.is_dir() else [source]
        for file in files:
            name, content = file.relative_to(source.parent).as_posix(), file.read_bytes()
            # Lengths first: what ends one file cannot pass for what begins the next.
            digest.update(f"{len(name)} {len(content)} {name}".encode() + content)
    return digest.hexdigest()
