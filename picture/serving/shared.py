"""Results shared between workers and machines through Redis."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar, cast

from redis import Redis, RedisError
from redis.exceptions import LockError

from picture.serving.deadline import Deadline

Result = TypeVar("Result")

log = logging.getLogger(__name__)

_PREFIX = "ocr:"
# A lease outlives its holder by this at most; work that takes longer may be done twice.
_LEASE_SECONDS = 10.0
_POLL_SECONDS = 0.05
# A Redis that is slow or down costs one such wait, then nothing for a while.
_PATIENCE_SECONDS = 0.5
_PAUSE_SECONDS = 5.0


class SharedResults:
    """Bytes by key in a Redis that may be down: then there is nothing, and nothing is kept."""

    def __init__(self, url: str, seconds: int) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS
        )
        self._seconds = seconds
        self._resume = 0.0

    def get(self, key: str) -> bytes | None:
        """Return a kept value, or None."""
        return self._ask(lambda: cast("bytes | None", self._redis.get(_PREFIX + key)), None)

    def put(self, key: str, value: bytes) -> None:
        """Keep a value for the time that was set."""
        self._ask(lambda: self._redis.set(_PREFIX + key, value, ex=self._seconds), None)

    def get_or_compute(self, key: str, compute: Callable[[], bytes], deadline: Deadline) -> bytes:
        """Return the value of `key`, computed by one process at a time."""
        kept = self.get(key)
        if kept is not None:
            return kept
        lease = self._redis.lock(f"{_PREFIX}{key}:lease", _LEASE_SECONDS, _POLL_SECONDS)
        wait = min(deadline.remaining(), _LEASE_SECONDS)
        held = self._ask(lambda: lease.acquire(blocking_timeout=wait), False)
        try:
            return self._compute(key, compute)
        finally:
            if held:
                self._ask(lease.release, None)

    def _compute(self, key: str, compute: Callable[[], bytes]) -> bytes:
        # Whoever held the lease before may have left the value.
        kept = self.get(key)
        if kept is not None:
            return kept
        value = compute()
        self.put(key, value)
        return value

    def _ask(self, question: Callable[[], Result], otherwise: Result) -> Result:
        """Return Redis' answer, or `otherwise` while it is down."""
        if time.monotonic() < self._resume:
            return otherwise
        try:
            return question()
        except LockError:
            return otherwise  # the lease ran out: what it guarded may be done twice
        except RedisError as error:
            self._resume = time.monotonic() + _PAUSE_SECONDS
            log.warning("shared cache unavailable", extra={"detail": repr(error)})
            return otherwise
