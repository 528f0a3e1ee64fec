"""Jobs in Redis or Valkey, which replicas on any machine see."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

from redis import Redis, RedisError
from redis.lock import Lock

from picture.errors import JobGoneError, StorageUnavailableError
from picture.serving.storage import discard, temporary_name

_PREFIX = "ocr:job:1:"
_ALL = "ocr:jobs:1"
_PENDING = "ocr:jobs:1:pending"
_CHUNK = 4_000_000
_SECONDS = 10.0

# A lease outlives the replica that held it by this at most.
_LEASE_SECONDS = 20.0
_RENEW_SECONDS = 5.0

# What was sent for a job that nobody was told of goes by itself after this.
_LOOSE_SECONDS = 3600

# Nothing of a job that was removed or finished meanwhile comes back.
_TELL = """
if redis.call('zscore', KEYS[2], ARGV[1]) then redis.call('hset', KEYS[1], 'progress', ARGV[2]) end
"""
_FINISH = """
if redis.call('zrem', KEYS[2], ARGV[1]) == 0 then return redis.call('unlink', KEYS[3]) end
redis.call('hset', KEYS[1], 'progress', ARGV[2], 'size', ARGV[3])
if redis.call('exists', KEYS[3]) == 1 then
    redis.call('rename', KEYS[3], KEYS[4])
    redis.call('persist', KEYS[4])
end
for number = 5, #KEYS do redis.call('unlink', KEYS[number]) end
"""


class RedisStore:
    """Jobs by keys, their files in pieces. Who works on one renews a lease."""

    def __init__(self, url: str, folder: Path) -> None:
        # Its types say that everything may have to be awaited.
        self._redis: Any = Redis.from_url(
            url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        )
        self._folder = folder
        self._tell = self._redis.register_script(_TELL)
        self._finish = self._redis.register_script(_FINISH)

    def add(self, job: str, request: bytes, progress: bytes, files: Sequence[Path]) -> None:
        """Keep a job."""
        keys = [f"{_key(job)}:file:{number}" for number in range(len(files))]
        with _reached():
            try:
                for path, key in zip(files, keys, strict=True):
                    self._send(path, key)
                self._announce(job, request, progress, files)
            except BaseException:
                # It may be known although no answer came.
                self._forget(job, keys)
                raise

    def _announce(self, job: str, request: bytes, progress: bytes, files: Sequence[Path]) -> None:
        """Have all see a job whose files are here."""
        size = sum(path.stat().st_size for path in files)
        about = {"request": request, "progress": progress, "files": len(files), "size": size}
        seconds, microseconds = self._redis.time()
        came = {job: seconds + microseconds / 1_000_000}
        pipe = self._redis.pipeline()
        pipe.hset(_key(job), mapping=about)
        pipe.zadd(_ALL, came)
        pipe.zadd(_PENDING, came)
        for number in range(len(files)):
            pipe.persist(f"{_key(job)}:file:{number}")
        pipe.execute()

    def read(self, job: str) -> tuple[bytes, bytes] | None:
        """Return its request and progress, or None where there is none."""
        with _reached():
            request, progress = self._redis.hmget(_key(job), ["request", "progress"])
        return None if request is None or progress is None else (request, progress)

    def tell(self, job: str, progress: bytes) -> None:
        """Replace its progress, if it is still there."""
        with _reached():
            self._tell([_key(job), _PENDING], [job, progress])

    def remove(self, job: str) -> None:
        """Remove all of it."""
        with _reached():
            self._forget(job, [f"{_key(job)}:result", *self._files(job)])

    def _forget(self, job: str, keys: Sequence[str]) -> None:
        pipe = self._redis.pipeline()
        pipe.zrem(_ALL, job)
        pipe.zrem(_PENDING, job)
        pipe.unlink(_key(job), *keys)
        pipe.execute()

    def jobs(self) -> Sequence[str]:
        """Return all ids, the oldest first."""
        return self._in_order(_ALL)

    def pending(self) -> Sequence[str]:
        """Return the ids of those that are not finished, the oldest first."""
        return self._in_order(_PENDING)

    def _in_order(self, key: str) -> Sequence[str]:
        with _reached():
            return [job.decode() for job in self._redis.zrange(key, 0, -1)]

    def size(self) -> int:
        """Return the bytes of all."""
        with _reached():
            pipe = self._redis.pipeline()
            for job in self.jobs():
                pipe.hget(_key(job), "size")
            return sum(int(size or 0) for size in pipe.execute())

    @contextmanager
    def leased(self, job: str) -> Iterator[Path | None]:
        """Give a folder with its files while the block runs, None where another has it."""
        with _reached():
            lease = self._redis.lock(
                f"{_key(job)}:lease", _LEASE_SECONDS, blocking=False, thread_local=False
            )
            is_held = lease.acquire()
        if not is_held:
            yield None
            return
        folder = self._folder / temporary_name()
        with _renewed(lease):
            try:
                folder.mkdir(mode=0o700)
                # Nobody works on what is dropped meanwhile.
                with _reached(), suppress(JobGoneError):
                    for number, key in enumerate(self._files(job)):
                        self._fetch(key, folder / f"file-{number}")
                yield folder
            finally:
                discard(folder)

    def finish(self, job: str, result: Path | None, progress: bytes) -> None:
        """Keep its result, let go of its files and replace its progress."""
        # Nobody fetches it before all of it is there.
        made = f"{_key(job)}:made:{secrets.token_hex(8)}"
        size = 0 if result is None else result.stat().st_size
        with _reached():
            if result is not None:
                self._send(result, made)
            keys = [_key(job), _PENDING, made, f"{_key(job)}:result", *self._files(job)]
            self._finish(keys, [job, progress, size])

    @contextmanager
    def result(self, job: str) -> Iterator[Path]:
        """Give its result as a file; raises JobGoneError."""
        path = self._folder / temporary_name()
        try:
            with _reached():
                self._fetch(f"{_key(job)}:result", path)
            yield path
        finally:
            discard(path)

    def _files(self, job: str) -> list[str]:
        count = int(self._redis.hget(_key(job), "files") or 0)
        return [f"{_key(job)}:file:{number}" for number in range(count)]

    def _send(self, path: Path, key: str) -> None:
        with path.open("rb") as file:
            # An empty file has a piece as well.
            for number in range(path.stat().st_size // _CHUNK + 1):
                self._put(key, number, file.read(_CHUNK))

    def _put(self, key: str, number: int, data: bytes) -> None:
        pipe = self._redis.pipeline()
        # By number: what is sent again because no answer came must not be there twice.
        pipe.hset(key, number, data)
        pipe.expire(key, _LOOSE_SECONDS)
        pipe.execute()

    def _fetch(self, key: str, path: Path) -> None:
        """Write what a key holds; raises JobGoneError where it holds nothing, or no longer."""
        try:
            with path.open("wb") as file:
                for piece in self._pieces(key):
                    file.write(piece)
        except JobGoneError:
            path.unlink()
            raise

    def _pieces(self, key: str) -> Iterator[bytes]:
        # At least one: there is nothing without any.
        for number in range(self._redis.hlen(key) or 1):
            piece = self._redis.hget(key, number)
            if piece is None:
                raise JobGoneError
            yield piece


def _key(job: str) -> str:
    return f"{_PREFIX}{job}"


@contextmanager
def _reached() -> Iterator[None]:
    """Say so where Redis does not answer."""
    try:
        yield
    except RedisError as error:
        raise StorageUnavailableError(repr(error)) from error


@contextmanager
def _renewed(lease: Lock) -> Iterator[None]:
    """Keep a lease while the block runs; where it is lost the work may be done twice."""
    is_over = Event()

    def renew() -> None:
        while not is_over.wait(_RENEW_SECONDS):
            try:
                lease.reacquire()
            except RedisError:
                continue

    thread = Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        with suppress(RedisError):
            lease.release()
