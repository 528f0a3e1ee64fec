"""A PDF's own pages made searchable, where a crash of what parses them is nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from picture.child import Child, Deadline
from picture.errors import DocumentBrokenError
from picture.page import Page

# What a page's text may take in a file, and what may be written anew around it.
_PAGE_BYTES = 2_000_000
_FILE_FACTOR = 4


def make_searchable(
    path: Path,
    pages: Mapping[int, Page],
    only: Sequence[int],
    password: str,
    deadline: Deadline,
    memory: int,
) -> bytes:
    """Add what was read on pages to a PDF, in a child that may take `memory` bytes.

    Pages are counted from 1; those in `only` are kept. What comes out is not encrypted.
    Raises a ServiceError with status 4xx for a document that cannot be written.
    """
    most = _FILE_FACTOR * path.stat().st_size + _PAGE_BYTES * len(pages)
    arguments = {
        "path": str(path),
        "pages": {number - 1: page.to_bytes().decode() for number, page in pages.items()},
        "only": [number - 1 for number in only],
        "password": password,
    }
    with Child("picture.formats.overlay", deadline, memory) as child:
        _, data = child.call("add_text_to", most, **arguments)
    if not data.startswith(b"%PDF-"):
        raise DocumentBrokenError("no PDF was written")
    return bytes(data)
