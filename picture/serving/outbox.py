"""What a client is sent, kept until it takes it."""

from __future__ import annotations

import os
import select
import socket
from collections import deque
from typing import IO

_SENDS = 16

# What is kept at most of an answer that is sent while it is made.
_KEPT_BYTES = 262_144


class _Data:
    """Bytes to send."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    @property
    def size(self) -> int:
        return len(self._data)

    def send(self, client: socket.socket) -> int:
        sent = client.send(self._data)
        self._data = self._data[sent:]
        return sent

    def is_sent(self) -> bool:
        return not self._data

    def close(self) -> None:
        self._data.release()


class _Span:
    """A part of a file to send, there for as long as this holds it, whoever removes it."""

    def __init__(self, file: int, offset: int, count: int) -> None:
        self._file = os.dup(file)
        self._offset = offset
        self._left = count

    @property
    def size(self) -> int:
        return 0  # it takes no memory

    def send(self, client: socket.socket) -> int:
        sent = os.sendfile(client.fileno(), self._file, self._offset, self._left)
        if not sent:
            raise OSError("the file ended before its answer")
        self._offset += sent
        self._left -= sent
        return sent

    def is_sent(self) -> bool:
        return not self._left

    def close(self) -> None:
        os.close(self._file)


class Outbox:
    """Take an answer from gunicorn in place of the socket, without a wait for the client.

    `client` is that socket, for who wants to know whether it is still there.
    """

    def __init__(self, client: socket.socket | None = None) -> None:
        self.client = client
        self._parts: deque[_Data | _Span] = deque()
        self.is_broken = False
        self._patience = 0.0

    def stream(self, patience: float) -> None:
        """Send from now on while the answer is made, and wait for a client that takes it slowly.

        One that takes nothing for `patience` seconds gets no more.
        """
        self._patience = patience

    def send(self, data: bytes) -> int:
        """Keep bytes to send."""
        self.sendall(data)
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Keep bytes to send."""
        if data:
            self._parts.append(_Data(data))
        if self._patience and self.client is not None:
            try:
                self._stream(self.client)
            except OSError:
                self.is_broken = True
                raise

    def _stream(self, client: socket.socket) -> None:
        """Send what is kept until little is left."""
        poll = select.poll()
        poll.register(client, select.POLLOUT)
        self.flush(client)
        while sum(part.size for part in self._parts) > _KEPT_BYTES:
            if not poll.poll(1000 * self._patience):
                raise TimeoutError("the client takes nothing")
            self.flush(client)

    def sendfile(self, file: IO[bytes], offset: int, count: int) -> int:
        """Keep a part of a file to send."""
        if count:
            self._parts.append(_Span(file.fileno(), offset, count))
        return count

    def gettimeout(self) -> float:
        """Say that nothing here blocks."""
        return 0.0

    def shutdown(self, _: int) -> None:
        """Break the answer off: gunicorn says so where it failed halfway."""
        self.is_broken = True
        raise OSError("broken off")

    def flush(self, client: socket.socket) -> int:
        """Send what the client takes now and return how many bytes that was."""
        total = 0
        try:
            for _ in range(_SENDS):
                if not self._parts:
                    break
                total += self._parts[0].send(client)
                if self._parts[0].is_sent():
                    self._parts.popleft().close()
        except BlockingIOError:
            pass
        return total

    def is_empty(self) -> bool:
        """Tell whether all was sent."""
        return not self._parts

    def close(self) -> None:
        """Let go of what was not sent."""
        while self._parts:
            self._parts.pop().close()
