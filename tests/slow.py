"""Clients that send or take next to nothing, many at once and for a bounded time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HEAD = (
    b"POST /img_txt HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
)

# What each kind sends at once, and what it sends from then on.
KINDS = {
    "nothing": (b"", b""),
    "half a head": (HEAD[:40], b""),
    "a head": (HEAD, b""),
    "a body byte by byte": (HEAD + b"--b\r\n", b"x"),
    "takes byte by byte": (b"GET /static/page.js HTTP/1.1\r\nHost: x\r\n\r\n" * 200, b""),
}


@contextmanager
def slow_clients(port: int, kind: str, count: int, host: str = "127.0.0.1") -> Iterator[None]:
    """Hold `count` slow clients of a kind while the block runs, for a minute at most."""
    first, then = KINDS[kind]
    clients = [_connect(host, port) for _ in range(count)]
    ended = threading.Event()

    def go_on() -> None:
        for client in clients:
            with suppress(OSError):
                client.send(first)
        for _ in range(60):
            if ended.wait(1):
                return
            for client in clients:
                with suppress(OSError):
                    client.send(then) if then else client.recv(1)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        # The service must meet them before it meets others.
        thread.join(1)
        yield
    finally:
        ended.set()
        thread.join()
        for client in clients:
            client.close()


def _connect(host: str, port: int) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(10)
    client.connect((host, port))
    client.setblocking(False)
    return client
