"""Jobs on the disk of one machine, a folder each, which all its workers see."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from picture.errors import JobGoneError
from picture.serving.folder import bytes_in, locks, write_whole
from picture.serving.storage import discard, temporary_name

_PREFIX = "job-"
_REQUEST, _PROGRESS, _RESULT = "request.json", "progress.json", "result"
_LEASE, _OVER = "lease", "over"
_LASTING = (_REQUEST, _PROGRESS, _RESULT, _LEASE, _OVER)


class DiskStore:
    """Folders of jobs. Whoever works on one holds a lock that ends with its process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, job: str, request: bytes, progress: bytes, files: Sequence[Path]) -> None:
        """Keep a job."""
        # Under another name until all of it is there.
        fresh = self._folder / temporary_name()
        fresh.mkdir(mode=0o700)
        try:
            for number, path in enumerate(files):
                path.rename(fresh / f"file-{number}")
            (fresh / _REQUEST).write_bytes(request)
            (fresh / _PROGRESS).write_bytes(progress)
            fresh.rename(self._of(job))
        except BaseException:
            discard(fresh)
            raise

    def read(self, job: str) -> tuple[bytes, bytes] | None:
        """Return its request and progress, or None where there is none."""
        with suppress(FileNotFoundError):
            folder = self._of(job)
            return (folder / _REQUEST).read_bytes(), (folder / _PROGRESS).read_bytes()
        return None

    def tell(self, job: str, progress: bytes) -> None:
        """Replace its progress, if it is still there."""
        with suppress(FileNotFoundError):
            write_whole(self._of(job) / _PROGRESS, progress)

    def remove(self, job: str) -> None:
        """Remove all of it."""
        # At once out of sight: somebody may be writing there.
        gone = self._folder / temporary_name()
        with suppress(FileNotFoundError):
            self._of(job).rename(gone)
        discard(gone)

    def jobs(self) -> Sequence[str]:
        """Return all ids, the oldest first."""
        return self._in_order(self._folder.glob(f"{_PREFIX}*"))

    def pending(self) -> Sequence[str]:
        """Return the ids of those that are not finished, the oldest first."""
        every = self._folder.glob(f"{_PREFIX}*")
        return self._in_order(path for path in every if not (path / _OVER).exists())

    def _in_order(self, folders: Iterable[Path]) -> Sequence[str]:
        found = []
        for path in folders:
            with suppress(FileNotFoundError):
                # The request alone is never written again.
                found.append(((path / _REQUEST).stat().st_mtime_ns, path.name))
        return [name.removeprefix(_PREFIX) for _, name in sorted(found)]

    def size(self) -> int:
        """Return the bytes of all."""
        total = 0
        for job in self.jobs():
            with suppress(FileNotFoundError):
                total += bytes_in(self._of(job))
        return total

    @contextmanager
    def leased(self, job: str) -> Iterator[Path | None]:
        """Give a folder with its files while the block runs, None where another has it."""
        folder = self._of(job)
        try:
            lease = os.open(folder / _LEASE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            yield None
            return
        try:
            yield folder if locks(lease) else None
        finally:
            os.close(lease)

    def finish(self, job: str, result: Path | None, progress: bytes) -> None:
        """Keep its result, let go of its files and replace its progress."""
        folder = self._of(job)
        with suppress(FileNotFoundError):
            if result is not None:
                result.rename(folder / _RESULT)
            write_whole(folder / _PROGRESS, progress)
            (folder / _OVER).touch()
            for path in folder.iterdir():
                # A result that became too large, for one, is no longer needed.
                if path.name not in _LASTING:
                    path.unlink(missing_ok=True)

    @contextmanager
    def result(self, job: str) -> Iterator[Path]:
        """Give its result as a file; raises JobGoneError."""
        path = self._of(job) / _RESULT
        if not path.exists():
            raise JobGoneError
        yield path

    def _of(self, job: str) -> Path:
        return self._folder / f"{_PREFIX}{job}"
