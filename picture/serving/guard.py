"""Who may send what, and from where."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from picture.errors import CrossSiteError, KeyRequiredError
from picture.serving.rate import RateLimit

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


# Wrong keys that one client may try. Whoever has the right one needs none of them.
_GUESSES = "10/minute"


class Keys:
    """The keys that may use the service, or none where everyone may."""

    def __init__(self, keys: Iterable[str], url: str = "") -> None:
        self._accepted = [_digest(key) for key in keys]
        self._guesses = RateLimit(_GUESSES, url, "guesses")

    def require(self, headers: Headers, client: str) -> None:
        """Raise KeyRequiredError unless there are no keys or the request carries one of them.

        It may stand in X-API-Key, as a bearer token, or as the password of HTTP
        basic authentication, which is what a browser asks its user for. Raises
        RateExceededError where `client` has tried too many others before.
        """
        if not self._accepted:
            return
        given = _given_key(headers)
        if not given:
            raise KeyRequiredError
        # Before the key is looked at: an answer must not tell a guess that is right.
        self._guesses.peek(client)
        if not self._accepts(given):
            self._guesses.check(client)
            raise KeyRequiredError("wrong key")

    def _accepts(self, given: str) -> bool:
        # Every key is compared, in constant time: no timing tells which one, or
        # how much of it, is right.
        digest = _digest(given)
        matches = [hmac.compare_digest(digest, key) for key in self._accepted]
        return any(matches)


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
