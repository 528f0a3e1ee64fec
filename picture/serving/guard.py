"""Who may send what, from where and how often."""

from __future__ import annotations

import base64
import hmac
import math
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import cast
from urllib.parse import urlsplit

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.datastructures import Headers

from picture.errors import CrossSiteError, KeyRequiredError, RateExceededError

# On every answer. The page loads nothing from elsewhere and runs nothing inline;
# blob: is the browser's own copy of the picture that was chosen or drawn.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def require_key(headers: Headers, keys: Iterable[str]) -> None:
    """Raise KeyRequiredError unless there are no keys or the request carries one of them.

    It may stand in X-API-Key, as a bearer token, or as the password of HTTP
    basic authentication, which is what a browser asks its user for.
    """
    accepted = [_digest(key) for key in keys]
    given = _digest(_given_key(headers))
    # Every key is compared, in constant time: no timing tells which one, or how
    # much of it, is right.
    matches = [hmac.compare_digest(given, key) for key in accepted]
    if accepted and not any(matches):
        raise KeyRequiredError


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogateescape")).digest()


def _given_key(headers: Headers) -> str:
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        return _password(value)
    return headers.get("X-API-Key", "")


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials).decode().partition(":")[2]
    except ValueError:  # not Base64, not ASCII, not UTF-8
        return ""


def refuse_cross_site(headers: Headers, host: str) -> None:
    """Raise CrossSiteError if a browser sends a form from a page of another site.

    Programs send neither header and pass. `host` is what the client called the
    service, with the port if it is not the usual one.
    """
    site = headers.get("Sec-Fetch-Site")
    origin = headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and _host_of(origin) != host.lower()
    if foreign:
        raise CrossSiteError(f"from {origin}")


def _host_of(origin: str) -> str | None:
    """Return the host and port of an origin in lower case, or None where it is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


class RateLimit:
    """How often one client may ask, such as `30/minute` or `5/second; 1000/day`.

    Counted in this process, or for all processes in the Redis at `url`; while
    that is down, here.
    """

    def __init__(self, limit: str, url: str = "") -> None:
        self._limits = parse_many(limit) if limit else []
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis_storage(url)) if url else self._here

    def check(self, client: str) -> None:
        """Count a request of `client`; raises RateExceededError where it is one too many."""
        for limit in self._limits:
            try:
                _hit(self._shared, limit, client)
            except StorageError:
                _hit(self._here, limit, client)


def _redis_storage(url: str) -> Storage:
    patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    return cast(Storage, storage_from_string(url, wrap_exceptions=True, **patience))


def _hit(limiter: MovingWindowRateLimiter, limit: RateLimitItem, client: str) -> None:
    if not limiter.hit(limit, client):
        reset = limiter.get_window_stats(limit, client).reset_time
        raise RateExceededError(max(1, math.ceil(reset - time.time())))
