"""Least-recently-used results, one computation per key."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

from picture.errors import DeadlineExceededError
from picture.serving.deadline import Deadline
from picture.serving.shared import SharedResults


class Cache:
    """Bytes by key, the least recently used dropped first.

    Bounded by entries and by bytes. Threads that ask for the same key at once
    share one computation and its failure; a failure is not kept. What is not
    kept here may stand in `shared`, where other processes leave their results.
    """

    def __init__(self, entries: int, size: int, shared: SharedResults | None = None) -> None:
        self._entries = entries
        self._size = size
        self._shared = shared
        self._used = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[str, bytes] = OrderedDict()
        self._pending: dict[str, Future[bytes]] = {}

    def __len__(self) -> int:
        return len(self._values)

    @property
    def used(self) -> int:
        """Return the bytes that the kept values take."""
        return self._used

    def get(self, key: str) -> bytes | None:
        """Return a kept value and mark it as used, or None."""
        with self._lock:
            kept = self._get(key)
        if kept is None and self._shared is not None:
            kept = self._shared.get(key)
            if kept is not None:
                self._put_here(key, kept)
        return kept

    def put(self, key: str, value: bytes) -> None:
        """Keep a value, unless it alone is more than may be kept."""
        self._put_here(key, value)
        if self._shared is not None:
            self._shared.put(key, value)

    def _put_here(self, key: str, value: bytes) -> None:
        with self._lock:
            self._put(key, value)

    def get_or_compute(self, key: str, compute: Callable[[], bytes], deadline: Deadline) -> bytes:
        """Return the value of `key`, computed here unless it is kept or under way elsewhere."""
        with self._lock:
            kept = self._get(key)
            if kept is not None:
                return kept
            pending = self._pending.get(key)
            if pending is None:
                mine = self._pending[key] = Future()
        if pending is not None:
            return _wait(pending, deadline)
        return self._compute(key, compute, deadline, mine)

    def _compute(
        self, key: str, compute: Callable[[], bytes], deadline: Deadline, mine: Future[bytes]
    ) -> bytes:
        try:
            if self._shared is not None:
                value = self._shared.get_or_compute(key, compute, deadline)
            else:
                value = compute()
        except BaseException as error:
            with self._lock:
                del self._pending[key]
            mine.set_exception(error)
            raise
        with self._lock:
            self._put(key, value)
            del self._pending[key]
        mine.set_result(value)
        return value

    def _get(self, key: str) -> bytes | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def _put(self, key: str, value: bytes) -> None:
        self._used -= len(self._values.pop(key, b""))
        if len(value) > self._size:
            return
        self._values[key] = value
        self._used += len(value)
        while self._used > self._size or len(self._values) > self._entries:
            _, dropped = self._values.popitem(last=False)
            self._used -= len(dropped)


def _wait(pending: Future[bytes], deadline: Deadline) -> bytes:
    try:
        return pending.result(timeout=deadline.remaining())
    except FutureTimeoutError:
        raise DeadlineExceededError from None
