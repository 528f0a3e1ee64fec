"""A folder in which what was read of an upload stands beside it, for all processes."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from picture.serving.results import is_page


def kept_page(folder: Path, key: str, read: Callable[[], bytes], most: int) -> bytes:
    """Return a page that some process has read, or read it for all of them.

    At most so many pages are kept in a folder.
    """
    path = folder / f"page-{sha256(key.encode()).hexdigest()[:32]}"
    with suppress(FileNotFoundError):
        if is_page(data := path.read_bytes()):
            return data
    data = read()
    if len(list(folder.glob("page-*"))) < most:
        # Whoever was told to forget it in the meantime keeps nothing.
        with suppress(FileNotFoundError):
            write_whole(path, data)
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that others read whole or not at all."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    fresh.write_bytes(data)
    fresh.replace(path)


def bytes_in(folder: Path) -> int:
    """Return how much is in a folder; raises FileNotFoundError where it goes meanwhile."""
    return sum(path.stat().st_size for path in folder.iterdir())


def locks(file: int) -> bool:
    """Lock an open file, for as long as it is open; tell whether nobody else has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
