"""A request's files on disk: there while it is handled, gone afterwards."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from picture.settings import PREFIX, Settings, SettingsError

if TYPE_CHECKING:
    from typing_extensions import Buffer

# A temporary name tells which process wrote the file, so that what a killed
# process left behind can be told from what a living one still needs.
_TEMPORARY = re.compile(r"(?P<process>\d+)-[0-9a-f]{32}")

# Whoever may ask whether files can be written must not keep the disk busy.
_PROBE_SECONDS = 3.0


def temporary_name() -> str:
    """Return a name for what goes with this process, if nobody removes it before."""
    return f"{os.getpid()}-{secrets.token_hex(16)}"


class Upload(io.FileIO):
    """An uploaded file that is hashed while it is received."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "xb+")
        self._path = path
        self._hash = hashlib.sha256()
        self._size = 0

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return self._path

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of everything written, in hexadecimal."""
        return self._hash.hexdigest()

    @property
    def size(self) -> int:
        """Return how many bytes were written."""
        return self._size

    def write(self, data: Buffer, /) -> int:
        """Write and hash all of `data`."""
        rest = memoryview(data)
        self._hash.update(rest)
        self._size += rest.nbytes
        while rest:
            rest = rest[super().write(rest) or 0 :]
        return len(memoryview(data))


class Storage:
    """The folder for uploads and the folder for results."""

    def __init__(self, uploads: Path, output: Path, keep: bool) -> None:
        self._uploads = uploads
        self._output = output
        self._keep = keep
        self._probe_again = 0.0
        self._is_writable = True
        for folder in (uploads, output):
            folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def check(settings: Settings, root: Path) -> None:
        """Raise SettingsError unless files can be written to both folders."""
        for name in ("uploads_dir", "output_dir"):
            folder = root / getattr(settings, name)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                tempfile.TemporaryFile(dir=folder).close()
            except OSError as error:
                reason = f"{folder} cannot be written to: {error.strerror}"
                raise SettingsError(f"{PREFIX}{name.upper()} {reason}") from error

    @classmethod
    def of(cls, settings: Settings, root: Path) -> Storage:
        """Return the storage that the settings name, relative to `root`."""
        return cls(root / settings.uploads_dir, root / settings.output_dir, settings.keep_files)

    def is_writable(self) -> bool:
        """Tell whether files can be written to both folders, or could seconds ago."""
        now = time.monotonic()
        if now >= self._probe_again:
            self._probe_again = now + _PROBE_SECONDS
            self._is_writable = all(map(_takes_files, (self._uploads, self._output)))
        return self._is_writable

    def receive(self) -> Upload:
        """Open a new upload under a random name."""
        return Upload(self._uploads / temporary_name())

    def accept(self, upload: Upload) -> None:
        """Keep an upload under its SHA-256, where the settings say so."""
        if self._keep:
            upload.path.replace(self._uploads / upload.sha256)

    def save_result(self, data: bytes, kept_name: str) -> Path:
        """Write a result, as `kept_name` where the settings say so, and return its path."""
        path = self._output / temporary_name()
        try:
            path.write_bytes(data)
        except BaseException:
            discard(path)
            raise
        return path.replace(self._output / kept_name) if self._keep else path

    def sweep(self, process: int) -> None:
        """Remove what the ended process with this number left behind."""
        for folder in (self._uploads, self._output):
            for path in folder.glob(f"{process}-*"):
                discard(path)

    def sweep_dead(self) -> None:
        """Remove what processes that no longer run left behind."""
        for folder in (self._uploads, self._output):
            for path in folder.iterdir():
                match = _TEMPORARY.fullmatch(path.name)
                if match and not Path("/proc", match["process"]).exists():
                    discard(path)


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(bytes(4096))
    except OSError:
        return False
    return True


def discard(path: Path) -> None:
    """Remove a file or folder if it has a temporary name and is still there."""
    if not _TEMPORARY.fullmatch(path.name):
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
