"""Work that outlasts a request: kept until it is done and fetched, whoever does it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from picture.errors import (
    BacklogFullError,
    JobFailedError,
    JobGoneError,
    JobUnfinishedError,
    ServiceError,
    StorageUnavailableError,
)
from picture.serving.folder import kept_page
from picture.serving.items import Sent, Stored
from picture.serving.storage import Upload
from picture.serving.tokens import name_of, new_token

WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"

# Who takes so many processes along is not tried again.
_MOST_ATTEMPTS = 3

# How often it is looked whether somebody still wants it, and told how far it is.
_GLANCE_SECONDS = 0.25
_TELL_SECONDS = 0.5

_MOST_PAGES = 20_000


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent: names and SHA-256 of files, options as they came, by whom and when."""

    names: Sequence[str]
    digests: Sequence[str]
    options: Mapping[str, Sequence[str]]
    client: str
    created: float = field(default_factory=time.time)

    def sent(self, name: str) -> Sequence[str]:
        """Return all that came for an option."""
        return self.options.get(name, [])


@dataclass(slots=True)
class Progress:
    """How far a job is: files and pages, then the result's name and type, or why there is none.

    `pages` are of documents that were begun.
    """

    state: str = WAITING
    files: int = 0
    files_done: int = 0
    files_failed: int = 0
    pages: int = 0
    pages_done: int = 0
    attempts: int = 0
    finished: float = 0.0
    name: str = ""
    mimetype: str = ""
    error: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will come."""
        return self.state in (DONE, FAILED)


class Store(Protocol):
    """Where jobs are kept by an id, whose size is bounded elsewhere."""

    def add(self, job: str, request: bytes, progress: bytes, files: Sequence[Path]) -> None:
        """Keep a job."""

    def read(self, job: str) -> tuple[bytes, bytes] | None:
        """Return its request and progress, or None where there is none."""

    def tell(self, job: str, progress: bytes) -> None:
        """Replace its progress, if it is still there."""

    def remove(self, job: str) -> None:
        """Remove all of it."""

    def jobs(self) -> Sequence[str]:
        """Return all ids, the oldest first."""

    def pending(self) -> Sequence[str]:
        """Return the ids of those that are not finished, the oldest first."""

    def size(self) -> int:
        """Return the bytes of all."""

    def leased(self, job: str) -> AbstractContextManager[Path | None]:
        """Give a folder with its files while the block runs, None where another has it."""

    def finish(self, job: str, result: Path | None, progress: bytes) -> None:
        """Keep its result, let go of its files and replace its progress."""

    def result(self, job: str) -> AbstractContextManager[Path]:
        """Give its result as a file; raises JobGoneError."""


class Job:
    """A job that this process works on, in a folder with its files, `file-0` and so on."""

    def __init__(
        self, store: Store, job: str, folder: Path, about: tuple[Request, Progress]
    ) -> None:
        self.folder = folder
        self.request, self.progress = about
        self._store = store
        self._id = job
        self._is_wanted, self._looked, self._told = True, 0.0, 0.0
        self._is_stopping: Callable[[], bool] = lambda: False

    @property
    def files(self) -> list[Sent]:
        """Return the files under their names."""
        about = zip(self.request.names, self.request.digests, strict=True)
        return [
            Sent(name, Stored(self.folder / f"file-{number}", digest))
            for number, (name, digest) in enumerate(about)
        ]

    def stop_when(self, is_stopping: Callable[[], bool]) -> None:
        """Give it up, for another to go on with, once this process is to end."""
        self._is_stopping = is_stopping

    def is_given_up(self) -> bool:
        """Tell whether nobody wants it any more, or not from this process."""
        if time.monotonic() > self._looked + _GLANCE_SECONDS:
            self._looked = time.monotonic()
            # While the store cannot be reached, it is gone on with.
            with suppress(StorageUnavailableError):
                self._is_wanted = self._store.read(self._id) is not None
        return self._is_stopping() or not self._is_wanted

    def page(self, key: str, read: Callable[[], bytes]) -> bytes:
        """Return a page that was read before this process began, or read it."""
        data = kept_page(self.folder, key, read, _MOST_PAGES)
        self.progress.pages_done += 1
        self.tell()
        return data

    def tell(self) -> None:
        """Tell how far it is, but not all the time."""
        if time.monotonic() > self._told + _TELL_SECONDS:
            self._told = time.monotonic()
            with suppress(StorageUnavailableError):
                self._store.tell(self._id, _packed(self.progress))

    def finish(self, result: Path, name: str, mimetype: str) -> None:
        """Keep what was made."""
        self.progress.name, self.progress.mimetype = name, mimetype
        self._end(DONE, result)

    def fail(self, error: ServiceError) -> None:
        """Say why nothing was made."""
        about = {"status": error.status, "code": error.code, "message": error.message}
        self.progress.error = about
        self._end(FAILED, None)

    def put_back(self) -> None:
        """Let another process go on with it."""
        self.progress.state = WAITING
        self.progress.attempts -= 1
        self._store.tell(self._id, _packed(self.progress))

    def begin(self) -> bool:
        """Count an attempt; tell whether there is to be one."""
        if self.progress.attempts >= _MOST_ATTEMPTS:
            self.fail(JobFailedError())
            return False
        files, attempts = self.progress.files, self.progress.attempts + 1
        fresh = Progress(WORKING, files, attempts=attempts)
        self.progress = fresh
        self._store.tell(self._id, _packed(fresh))
        return True

    def _end(self, state: str, result: Path | None) -> None:
        self.progress.state, self.progress.finished = state, time.time()
        self._store.finish(self._id, result, _packed(self.progress))


class Backlog:
    """Jobs under tokens that nobody can guess: bounded by bytes, dropped after their time."""

    def __init__(self, store: Store, size: int, seconds: float) -> None:
        self._store = store
        self._size = size
        self._seconds = seconds

    def add(self, request: Request, uploads: Sequence[Upload]) -> str:
        """Keep what is to be done and return its token; raises BacklogFullError."""
        size = sum(upload.size for upload in uploads)
        if not self._has_room(size):
            self.sweep()
            if not self._has_room(size):
                raise BacklogFullError
        token = new_token()
        progress = _packed(Progress(files=len(uploads)))
        paths = [upload.path for upload in uploads]
        self._store.add(name_of(token), _packed(request), progress, paths)
        return token

    def find(self, token: str) -> tuple[Request, Progress]:
        """Return what was sent and how far it is; raises JobGoneError."""
        about = self._about(name_of(token))
        if about is None:
            raise JobGoneError
        return about

    def expires(self, progress: Progress) -> float | None:
        """Return when a job is dropped, as seconds of the clock, or None while it is not over."""
        return progress.finished + self._seconds if progress.is_over else None

    @contextmanager
    def result(self, token: str) -> Iterator[tuple[Progress, Path]]:
        """Give what was made; raises JobGoneError and JobUnfinishedError."""
        _, progress = self.find(token)
        if progress.state != DONE:
            raise JobUnfinishedError
        with self._store.result(name_of(token)) as path:
            yield progress, path

    def drop(self, token: str) -> None:
        """Remove a job; whoever works on it stops. Raises JobGoneError."""
        self.find(token)
        self._store.remove(name_of(token))

    @contextmanager
    def next(self) -> Iterator[Job | None]:
        """Give the oldest job that nobody works on, for this process alone, if there is one."""
        for job in self._store.pending():
            with self._store.leased(job) as folder:
                # Who had it until now may have finished or dropped it.
                about = self._about(job)
                if folder is not None and about is not None and not about[1].is_over:
                    with self._unless_dropped(job):
                        yield Job(self._store, job, folder, about)
                    return
        yield None

    @contextmanager
    def _unless_dropped(self, job: str) -> Iterator[None]:
        """Let files be missing where a job was dropped, for they go with it at once."""
        try:
            yield
        except FileNotFoundError:
            if self._about(job) is not None:
                raise

    def sweep(self) -> None:
        """Drop what nobody has fetched in time."""
        for job in self._store.jobs():
            about = self._about(job)
            end = self.expires(about[1]) if about else None
            if end is not None and time.time() > end:
                self._store.remove(job)

    def _has_room(self, size: int) -> bool:
        return self._store.size() + size <= self._size

    def _about(self, job: str) -> tuple[Request, Progress] | None:
        found = self._store.read(job)
        if found is None:
            return None
        request, progress = (json.loads(each) for each in found)
        return Request(**request), Progress(**progress)


def _packed(about: Request | Progress) -> bytes:
    return json.dumps(asdict(about)).encode()
