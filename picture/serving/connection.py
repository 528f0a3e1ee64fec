"""Whether a client still waits for its answer."""

from __future__ import annotations

import select
import socket
from collections.abc import Mapping
from typing import Any


def is_gone(environ: Mapping[str, Any]) -> bool:
    """Tell whether the client of a WSGI request has closed its connection.

    Only gunicorn hands its socket on; with any other server nobody is ever gone.
    """
    connection = environ.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        return _is_readable(connection) and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True


def _is_readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
