"""The files that somebody sent together, each by itself or out of a zip."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol
from zipfile import ZipInfo

from picture.errors import ArchiveNestedError, FilesExceededError, UploadTooLargeError
from picture.serving.archive import Archive, is_archive
from picture.serving.names import cleaned
from picture.serving.source import Content
from picture.serving.storage import Upload

TAKE_MANY = ("/batch", "/jobs")
"""The calls that take many files."""


class Item(Protocol):
    """One of many files, under a name that leads nowhere else."""

    @property
    def name(self) -> str:
        """Return its name, as a path."""

    def opened(self) -> AbstractContextManager[Content]:
        """Give the file while the block runs; raises a ServiceError where there is none."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on disk that was hashed before."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent by itself, of at most so many bytes."""

    name: str
    content: Content
    most: float = math.inf

    @contextmanager
    def opened(self) -> Iterator[Content]:
        """Give the file."""
        if self.content.path.stat().st_size > self.most:
            raise UploadTooLargeError
        yield self.content


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in a zip, unpacked as long as it is needed."""

    name: str
    archive: Archive
    entry: ZipInfo
    receive: Callable[[], Upload]
    most: int

    @contextmanager
    def opened(self) -> Iterator[Content]:
        """Unpack the file while the block runs."""
        upload = self.receive()
        try:
            self.archive.extract(self.entry, upload, self.most)
            upload.close()
            if is_archive(upload.path):
                raise ArchiveNestedError
            yield upload
        finally:
            upload.close()
            upload.path.unlink(missing_ok=True)


def unpack(
    sent: Sequence[Sent], receive: Callable[[], Upload], most: int, most_bytes: int
) -> list[Item]:
    """Return all files that were sent, those in zips as well, each under a name of its own.

    Raises FilesExceededError. Unpacked ones go where `receive` says. One of more than
    `most_bytes` cannot be opened.
    """
    items: list[Item] = []
    apart = _Apart()
    for item in sent:
        if is_archive(item.content.path):
            archive = Archive(item.content.path, most)
            items += (
                Packed(apart(cleaned(entry.filename)), archive, entry, receive, most_bytes)
                for entry in archive.entries
            )
        else:
            items.append(Sent(apart(item.name), item.content, most_bytes))
    if len(items) > most:
        raise FilesExceededError(len(items), most)
    return items


class _Apart:
    """Give files that come under the same name numbers."""

    def __init__(self) -> None:
        self._came = Counter[str]()

    def __call__(self, name: str) -> str:
        self._came[name] += 1
        path, times = PurePosixPath(name), self._came[name]
        if times == 1:
            return name
        return self(str(path.with_name(f"{path.stem} ({times}){path.suffix}")))
