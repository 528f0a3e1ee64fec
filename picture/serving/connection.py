"""One client's connection: what it does now and since when."""

from __future__ import annotations

import ipaddress
import select
import socket
import time
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from picture.serving.inbox import Inbox
from picture.serving.outbox import Outbox

LEAST_RATE = 10_000
"""Bytes a second at which a client may send or take any amount."""


class Phase(Enum):
    """What a connection does."""

    IDLE = auto()
    RECEIVING = auto()
    HANDLED = auto()
    SENDING = auto()
    CLOSING = auto()


class Connection:
    """A client's socket, what came and what goes; gunicorn finds `sock`, `client` and `server`."""

    def __init__(self, taken: socket.socket, client: Any, server: Any, inbox: Inbox) -> None:
        taken.setblocking(False)
        self.socket = taken
        self.client = client
        self.server = server
        self.inbox = inbox
        self.sock = Outbox(taken)
        self.is_kept = False
        self.events = 0
        self.enter(Phase.IDLE)

    def enter(self, phase: Phase) -> None:
        """Begin a phase."""
        self.phase = phase
        self.since = time.monotonic()
        self.moved = 0

    def is_late(self, patience: float) -> bool:
        """Tell whether the client took more than `patience` seconds beyond the least rate."""
        return time.monotonic() > self.since + patience + self.moved / LEAST_RATE

    def receive(self) -> bytes | None:
        """Return what has arrived, `None` where nothing has and no bytes at the client's end."""
        try:
            return self.socket.recv(self.inbox.wanted)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def close(self) -> None:
        """Let go of everything."""
        self.socket.close()
        self.inbox.close()
        self.sock.close()


def is_near(host: str) -> bool:
    """Tell whether an address is of this machine or a private network, as proxies' are."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    return not (getattr(address, "ipv4_mapped", None) or address).is_global


def is_gone(environ: Mapping[str, Any]) -> bool:
    """Tell whether the client of a WSGI request has closed its connection.

    Only this service's own worker tells; with any other nobody is ever gone.
    """
    client = getattr(environ.get("gunicorn.socket"), "client", None)
    if client is None:
        return False
    try:
        return _is_readable(client) and not client.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True


def stream(environ: Mapping[str, Any], patience: float) -> None:
    """Send the answer to a WSGI request while it is made, where this service's worker serves it."""
    outbox = environ.get("gunicorn.socket")
    if isinstance(outbox, Outbox):
        outbox.stream(patience)


def _is_readable(client: socket.socket) -> bool:
    poll = select.poll()
    poll.register(client, select.POLLIN)
    return bool(poll.poll(0))
