"""How often one client may ask."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Protocol, cast

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from picture.errors import RateExceededError
from picture.serving.breaker import Breaker

# A provider gives a client a whole network of this length, to the last bit its own.
_NETWORK_BITS = 64
# The oldest are forgotten first: with a client each, these take 27 MB.
_MOST_MOMENTS = 100_000


class RateLimit:
    """How often one client may ask, such as `30/minute` or `5/second; 1000/day`.

    Counted in this process, or for all processes in the Redis at `url`, apart
    from limits of another `name`; while that is down, here.
    """

    def __init__(self, limit: str, url: str = "", name: str = "requests") -> None:
        limits = parse_many(limit) if limit else []
        self._windows: list[_Window] = [_OwnWindow(item) for item in limits]
        if url:
            counters = _Counters(url, name)
            self._windows = [_SharedWindow(item, counters) for item in limits]

    def check(self, client: str) -> None:
        """Count a request of `client`; raises RateExceededError where it is one too many."""
        for window in self._windows:
            _refuse(window.seconds_left(_counted_as(client), counts=True))

    def peek(self, client: str) -> None:
        """Raise RateExceededError where a request of `client` would be one too many."""
        for window in self._windows:
            _refuse(window.seconds_left(_counted_as(client), counts=False))


def _refuse(seconds: float) -> None:
    if seconds > 0:
        raise RateExceededError(math.ceil(seconds))


def _counted_as(client: str) -> str:
    """Return the address that stands for all that one client can have."""
    try:
        address = ip_address(client)
    except ValueError:
        return client  # a peer without an address, as on a Unix socket
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _NETWORK_BITS), strict=False))
    return client


class _Window(Protocol):
    """One limit, moving with the time."""

    def seconds_left(self, client: str, counts: bool) -> float:
        """Return how long `client` has to wait; where that is 0, a request may count."""


class _OwnWindow:
    """The moments at which clients asked this process."""

    def __init__(self, limit: RateLimitItem) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._moments: defaultdict[str, list[float]] = defaultdict(list)
        self._clients: deque[str] = deque()  # one for each moment, the oldest first

    def seconds_left(self, client: str, counts: bool) -> float:
        now = time.monotonic()
        with self._lock:
            self._forget(now - self._limit.get_expiry())
            moments = self._moments.get(client, ())
            if len(moments) >= self._limit.amount:
                return (moments[0] if moments else now) + self._limit.get_expiry() - now
            if counts:
                self._moments[client].append(now)
                self._clients.append(client)
            return 0.0

    def _forget(self, end: float) -> None:
        """Forget the moments up to `end`, and the oldest where there are too many."""
        while self._clients:
            oldest = self._moments[self._clients[0]]
            if oldest[0] > end and len(self._clients) < _MOST_MOMENTS:
                return
            del oldest[0]
            client = self._clients.popleft()
            if not oldest:
                del self._moments[client]


class _Counters:
    """The Redis that counts, and whether it is known to be down."""

    def __init__(self, url: str, name: str) -> None:
        storage = _redis_storage(url)
        self.limiter = MovingWindowRateLimiter(storage)
        self.name = name
        self.breaker = Breaker("rate counters", storage.check)


class _SharedWindow:
    """The same for all processes, in Redis."""

    def __init__(self, limit: RateLimitItem, counters: _Counters) -> None:
        self._limit = limit
        self._counters = counters
        self._own = _OwnWindow(limit)

    def seconds_left(self, client: str, counts: bool) -> float:
        breaker = self._counters.breaker
        if not breaker.is_open:
            try:
                return self._seconds_left(client, counts)
            except StorageError as error:
                breaker.trip(error)
        return self._own.seconds_left(client, counts)

    def _seconds_left(self, client: str, counts: bool) -> float:
        limiter, asked = self._counters.limiter, (self._limit, self._counters.name, client)
        if limiter.hit(*asked) if counts else limiter.test(*asked):
            return 0.0
        # Another clock may have counted; who is refused has to wait.
        return max(limiter.get_window_stats(*asked).reset_time - time.time(), 1.0)


def _redis_storage(url: str) -> Storage:
    patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    return cast(Storage, storage_from_string(url, wrap_exceptions=True, **patience))
