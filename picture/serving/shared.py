"""Results shared between workers and machines through Redis."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar, cast

from redis import Redis, RedisError
from redis.exceptions import LockError, ResponseError
from redis.lock import Lock

from picture.serving.breaker import Breaker
from picture.serving.deadline import Deadline

Result = TypeVar("Result")
Check = Callable[[bytes], bool]
Waiting = Callable[[], AbstractContextManager[object]]

log = logging.getLogger(__name__)

# The number is the form in which values are kept.
_PREFIX = "ocr:2:"
_DIGEST = "sha256"
_DIGEST_BYTES = 32
# A lease outlives its holder by this at most; work that takes longer may be done twice.
_LEASE_SECONDS = 10.0
_POLL_SECONDS = 0.05
# What a Redis that stops answering costs those who ask before it is known.
_PATIENCE_SECONDS = 0.5


def accept_all(_: bytes) -> bool:
    """Take any value for valid."""
    return True


class SharedResults:
    """Bytes by key in a Redis that may be down: then there is nothing, and nothing is kept.

    Others may write there, too: what does not carry the digest of key, value
    and `secret`, is longer than `size` or not what is asked for counts as
    missing. Without a secret the digest shows damage, but not forgery.
    """

    def __init__(self, url: str, seconds: int, size: int = 4_000_000, secret: str = "") -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS
        )
        self._seconds = seconds
        self._size = size
        self._secret = secret.encode()
        self._breaker = Breaker("shared cache", self._answers)

    def get(self, key: str, is_valid: Check = accept_all) -> bytes | None:
        """Return a kept value, or None."""
        # One byte more than may be shows what is too long without fetching it.
        end = _DIGEST_BYTES + self._size
        sealed = self._ask(lambda: cast(bytes, self._redis.getrange(_PREFIX + key, 0, end)), b"")
        digest, value = sealed[:_DIGEST_BYTES], sealed[_DIGEST_BYTES:]
        if len(value) > self._size or not hmac.compare_digest(digest, self._digest(key, value)):
            return None
        return value if is_valid(value) else None

    def put(self, key: str, value: bytes) -> None:
        """Keep a value for the time that was set, unless it is too large to be shared."""
        if len(value) <= self._size:
            sealed = self._digest(key, value) + value
            self._ask(lambda: self._redis.set(_PREFIX + key, sealed, ex=self._seconds), None)

    def get_or_compute(
        self,
        key: str,
        compute: Callable[[], bytes],
        deadline: Deadline,
        is_valid: Check = accept_all,
        waiting: Waiting = nullcontext,
    ) -> bytes:
        """Return the value of `key`, computed by one process at a time.

        Who has to wait for another process does so inside `waiting`.
        """
        kept = self.get(key, is_valid)
        if kept is not None:
            return kept
        with self._lease(key, deadline, waiting):
            return self._compute(key, compute, is_valid)

    def _compute(self, key: str, compute: Callable[[], bytes], is_valid: Check) -> bytes:
        # Whoever held the lease before may have left the value.
        kept = self.get(key, is_valid)
        if kept is not None:
            return kept
        value = compute()
        self.put(key, value)
        return value

    @contextmanager
    def _lease(self, key: str, deadline: Deadline, waiting: Waiting) -> Iterator[None]:
        """Keep other processes from the key while the block runs, failing or not."""
        lease = self._redis.lock(f"{_PREFIX}{key}:lease", _LEASE_SECONDS, blocking=False)
        held = self._take(lease)
        if not held and not self._breaker.is_open:
            with waiting():
                held = self._wait_for(lease, deadline)
        try:
            yield
        finally:
            if held:
                self._ask(lease.release, None)

    def _wait_for(self, lease: Lock, deadline: Deadline) -> bool:
        """Take a lease once it is free; no holder is waited for longer than a lease lasts."""
        holder, end = None, time.monotonic() + _LEASE_SECONDS
        while not self._breaker.is_open and deadline.remaining():
            current = self._ask(lambda: self._redis.get(lease.name), None)
            if current != holder:
                holder, end = current, time.monotonic() + _LEASE_SECONDS
            if self._take(lease):
                return True
            if time.monotonic() > end:
                return False
            time.sleep(_POLL_SECONDS)
        return False

    def _take(self, lease: Lock) -> bool:
        return self._ask(lease.acquire, False)

    def _digest(self, key: str, value: bytes) -> bytes:
        return hmac.digest(self._secret, key.encode() + b"\0" + value, _DIGEST)

    def _ask(self, question: Callable[[], Result], otherwise: Result) -> Result:
        """Return Redis' answer, or `otherwise` where it refuses or is down."""
        if self._breaker.is_open:
            return otherwise
        try:
            return question()
        except LockError:
            return otherwise  # the lease ran out: what it guarded may be done twice
        except ResponseError as error:
            log.warning("shared cache refused", extra={"detail": repr(error)})
            return otherwise
        except RedisError as error:
            self._breaker.trip(error)
            return otherwise

    def _answers(self) -> bool:
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False
