"""Zips: what strangers send is looked through with bounds, what is answered is written as it comes.

Nothing is ever written under a name that a zip brings.
"""

from __future__ import annotations

import os
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from picture.errors import (
    ArchiveBrokenError,
    ArchiveLockedError,
    FilesExceededError,
    UploadTooLargeError,
)

_SIGNATURE = b"PK\x03\x04"
_CHUNK = 262_144

# The end of a zip: two signatures' worth of fields, and a comment of 65,535 bytes at most.
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"

# What a Zip64 has right before it, which then counts instead: a record, and where that is.
_RECORD = struct.Struct("<4sQ2H2L4Q")
_RECORD_SIGNATURE = b"PK\x06\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_SIGNATURE = b"PK\x06\x07"

_LONGEST_END = _RECORD.size + _LOCATOR.size + _END.size + 65_535

# Folders and what systems leave beside files count as well, for a while.
_ENTRIES_A_FILE = 4
_ENTRY_BYTES = 1_000

# What reading a damaged or hostile zip may raise.
_BROKEN = (BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error, struct.error)

_ENCRYPTED = 0x1
_COMPRESSED = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".pdf", ".xlsx", ".docx")


def is_archive(path: Path) -> bool:
    """Tell whether a file begins as a zip."""
    with path.open("rb") as file:
        return file.read(len(_SIGNATURE)) == _SIGNATURE


class Archive:
    """A zip that somebody sent, of at most so many files.

    Raises ArchiveBrokenError, or FilesExceededError before its list is read.
    """

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        _check_end(path, most)
        try:
            with ZipFile(path) as archive:
                listed = archive.infolist()
        except _BROKEN as error:
            raise ArchiveBrokenError(repr(error)) from error
        self.entries = [entry for entry in listed if _is_meant(entry)]
        # Its end may have claimed fewer than there are.
        if len(self.entries) > most or len(listed) > _ENTRIES_A_FILE * most:
            raise FilesExceededError(len(self.entries), most)

    def extract(self, entry: ZipInfo, target: IO[bytes], most: int) -> None:
        """Write what an entry holds; raises UploadTooLargeError past `most` bytes.

        How large an entry is does not count, but what comes out of it.
        """
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveLockedError
        # Others may ask for gigabytes to unpack a little.
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise ArchiveBrokenError(f"compression {entry.compress_type}")
        for data in self._pieces(entry):
            most -= len(data)
            if most < 0:
                raise UploadTooLargeError
            # Where the disk is full, it is not the zip that is damaged.
            target.write(data)

    def _pieces(self, entry: ZipInfo) -> Iterator[bytes]:
        try:
            with ZipFile(self._path) as archive, archive.open(entry) as file:
                while data := file.read(_CHUNK):
                    yield data
        except _BROKEN as error:
            raise ArchiveBrokenError(repr(error)) from error


def _check_end(path: Path, most: int) -> None:
    """Raise unless the list of a zip is of a size that can be read at once."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = file.seek(max(0, size - _LONGEST_END))
        tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveBrokenError("no end")
    _, _, _, _, count, length, _, _ = _END.unpack_from(tail, at)
    count, length = _claimed_before(tail[:at], start) or (count, length)
    most_entries = _ENTRIES_A_FILE * most
    if count > most_entries or length > _ENTRY_BYTES * most_entries:
        raise FilesExceededError(count, most)


def _claimed_before(tail: bytes, start: int) -> tuple[int, int] | None:
    """Return how many entries of how many bytes a Zip64 claims, None where it is none.

    `tail` goes from `start` up to the plain end. Only one place for the record is taken:
    nobody is to read another one than is looked at here.
    """
    at = len(tail) - _LOCATOR.size
    if not tail[max(0, at) :].startswith(_LOCATOR_SIGNATURE):
        return None
    _, _, offset, _ = _LOCATOR.unpack_from(tail, at)
    at -= _RECORD.size
    if at < 0 or start + at != offset or not tail.startswith(_RECORD_SIGNATURE, at):
        raise ArchiveBrokenError("no record of a Zip64 where it belongs")
    *_, count, length, _ = _RECORD.unpack_from(tail, at)
    return count, length


def _is_meant(entry: ZipInfo) -> bool:
    """Tell a file that somebody packed from folders and what systems leave beside."""
    parts = PurePosixPath(entry.filename).parts
    if not parts:
        return False
    is_aside = any(part.startswith(".") and part.strip(".") for part in parts)
    return not (entry.is_dir() or is_aside or "__MACOSX" in parts)


class _Pipe:
    """Where a zip is written, taken from as it comes; it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def pack(files: Iterator[Sequence[tuple[str, bytes]]]) -> Iterator[bytes]:
    """Yield a zip of named files, as much at a time as comes of them."""
    pipe, now = _Pipe(), time.localtime()[:6]
    with ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        for several in files:
            for name, data in several:
                entry = zipfile.ZipInfo(name, now)
                entry.external_attr = 0o644 << 16
                is_small = PurePosixPath(name).suffix.lower() in _COMPRESSED
                entry.compress_type = ZIP_STORED if is_small else ZIP_DEFLATED
                archive.writestr(entry, data)
            yield pipe.take()
    yield pipe.take()
