"""Least-recently-used results, one computation per key."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from contextlib import nullcontext
from functools import partial

from picture.errors import ServiceError
from picture.serving.deadline import Deadline
from picture.serving.shared import Check, SharedResults, Waiting, accept_all

_FAILURES = 1024
_FAILURE_SECONDS = 300.0


class Cache:
    """Bytes by key, the least recently used dropped first.

    Bounded by entries and by bytes. Threads that ask for the same key at once
    share one computation and its failure, but one that is the failure of a
    request alone makes another thread try. Failures that are lasting are kept
    for a while. What is not kept here may stand in `shared`, where other
    processes leave their results.
    """

    def __init__(self, entries: int, size: int, shared: SharedResults | None = None) -> None:
        self._entries = entries
        self._size = size
        self._shared = shared
        self._used = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[str, bytes] = OrderedDict()
        self._pending: dict[str, Future[bytes | None]] = {}
        self._failures = _Failures()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def used(self) -> int:
        """Return the bytes that the kept values take."""
        return self._used

    def get(self, key: str, is_valid: Check = accept_all) -> bytes | None:
        """Return a kept value and mark it as used, or None.

        What other processes left counts only where it `is_valid`.
        """
        with self._lock:
            kept = self._get(key)
        if kept is None and self._shared is not None:
            kept = self._shared.get(key, is_valid)
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

    def get_or_compute(
        self,
        key: str,
        compute: Callable[[], bytes],
        deadline: Deadline,
        is_valid: Check = accept_all,
        waiting: Waiting = nullcontext,
    ) -> bytes:
        """Return the value of `key`, computed here unless it is kept or under way elsewhere.

        Who has to wait for another thread or process does so inside `waiting`,
        which may refuse by raising, and has left it when it computes after all.
        """
        kept, pending = self._claim(key)
        if pending is not None:
            with waiting():
                kept = self._follow(key, pending, deadline)
        if kept is not None:
            return kept
        if self._shared is not None:
            elsewhere = self._shared.get_or_compute
            compute = partial(elsewhere, key, compute, deadline, is_valid, waiting)
        return self._lead(key, compute)

    def _claim(self, key: str) -> tuple[bytes | None, Future[bytes | None] | None]:
        """Return what is kept or under way; where neither is, the caller has to compute."""
        with self._lock:
            kept, pending = self._get(key), self._pending.get(key)
            if kept is None and pending is None:
                self._failures.check(key)
                self._pending[key] = Future()
        return kept, pending if kept is None else None

    def _follow(
        self, key: str, pending: Future[bytes | None] | None, deadline: Deadline
    ) -> bytes | None:
        """Return what others compute, or None once it is the caller's turn."""
        kept = None
        while kept is None and pending is not None:
            kept = _wait(pending, deadline)
            if kept is None:
                kept, pending = self._claim(key)
        return kept

    def _lead(self, key: str, compute: Callable[[], bytes]) -> bytes:
        """Compute for all who follow."""
        try:
            value = compute()
        except BaseException as error:
            self._fail(key, error)
            raise
        with self._lock:
            self._put(key, value)
            pending = self._pending.pop(key)
        pending.set_result(value)
        return value

    def _fail(self, key: str, error: BaseException) -> None:
        """Pass a failure on, or the computation where the failure is the caller's own."""
        with self._lock:
            self._failures.put(key, error)
            pending = self._pending.pop(key)
        if _is_of_request(error):
            pending.set_result(None)
        else:
            pending.set_exception(error)

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


class _Failures:
    """Failures that who asks again would meet again, by key, for a while."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, ServiceError]] = OrderedDict()

    def put(self, key: str, error: BaseException) -> None:
        """Keep a failure, if it is lasting."""
        if isinstance(error, ServiceError) and error.is_lasting:
            self._kept[key] = time.monotonic() + _FAILURE_SECONDS, _fresh(error)
            self._kept.move_to_end(key)
        while len(self._kept) > _FAILURES:
            self._kept.popitem(last=False)

    def check(self, key: str) -> None:
        """Raise the failure of a key, if there is one."""
        if key not in self._kept:
            return
        until, error = self._kept[key]
        if time.monotonic() < until:
            raise _fresh(error)
        del self._kept[key]


def _fresh(error: ServiceError) -> ServiceError:
    """Return the same error without the frames it was raised through: they hold pictures."""
    fresh = type(error).__new__(type(error), *error.args)
    fresh.__dict__.update(error.__dict__)
    return fresh


def _is_of_request(error: BaseException) -> bool:
    """Tell whether a failure says nothing about how others fare with the same key."""
    if isinstance(error, ServiceError):
        return error.is_of_request
    return isinstance(error, CancelledError) or not isinstance(error, Exception)


def _wait(pending: Future[bytes | None], deadline: Deadline) -> bytes | None:
    deadline.wait_for(lambda seconds: bool(wait([pending], seconds).done))
    return pending.result()
