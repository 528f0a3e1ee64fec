"""Which forwarding headers count: those of a proxy, and in them what can be true."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# 192.0.2.1:80, [2001:db8::1]:443: some proxies name the client's port as well.
_WITH_PORT = re.compile(r"\[(?P<six>[^]]*)\](?::\d+)?|(?P<four>[\d.]+):\d+", re.ASCII)
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?", re.ASCII)


class TrustedProxies:
    """Believe the forwarding headers of `hops` proxies, the last of them in `networks`.

    Headers from any other peer are removed, and so is what cannot be true: the
    page shows host and path in commands that its readers copy into a shell.
    """

    def __init__(
        self, app: WSGIApplication, hops: int, networks: Iterable[IPv4Network | IPv6Network]
    ) -> None:
        self._app = app
        self._networks = tuple(networks)
        self._fix = ProxyFix(self._check, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request whose forwarding headers are to be believed now."""
        if not self._is_proxy(environ.get("REMOTE_ADDR", "")):
            for name in [name for name in environ if _is_forwarding(name)]:
                del environ[name]
        return self._fix(environ, start_response)

    def _is_proxy(self, peer: str) -> bool:
        address = plain_address(peer)
        if address is None:
            return False
        return any(ip_address(address) in network for network in self._networks)

    def _check(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Put back what the request came with where a header says what cannot be true."""
        came_with = environ["werkzeug.proxy_fix.orig"]
        client = plain_address(environ["REMOTE_ADDR"] or "")
        environ["REMOTE_ADDR"] = client or plain_address(came_with["REMOTE_ADDR"] or "") or ""
        if not host_is_trusted(environ.get("HTTP_HOST")):
            environ |= {key: came_with[key] for key in ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT")}
        if not host_is_trusted(environ.get("HTTP_HOST")):
            environ.pop("HTTP_HOST", None)  # the server's own name stands in for it
        if environ["wsgi.url_scheme"] not in ("http", "https"):
            environ["wsgi.url_scheme"] = came_with["wsgi.url_scheme"]
        if not _PATH.fullmatch(environ.get("SCRIPT_NAME", "")):
            environ["SCRIPT_NAME"] = came_with["SCRIPT_NAME"]
        return self._app(environ, start_response)


def _is_forwarding(name: str) -> bool:
    return name == "HTTP_FORWARDED" or name.startswith("HTTP_X_FORWARDED_")


def plain_address(text: str) -> str | None:
    """Return an IP address without port, zone and IPv6's wrapping of IPv4, or None."""
    match = _WITH_PORT.fullmatch(text)
    bare = (match["six"] or match["four"] or "") if match else text
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return str((isinstance(address, IPv6Address) and address.ipv4_mapped) or address)
