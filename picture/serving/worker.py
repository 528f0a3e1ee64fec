"""gunicorn's threaded worker, with threads only for requests that have arrived whole.

Whoever sends or takes slowly waits in the poller and holds no thread.
"""

from __future__ import annotations

import errno
import json
import resource
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from picture import metrics
from picture.errors import RateExceededError, ServiceError
from picture.serving.connection import Connection, Phase, is_near
from picture.serving.inbox import Inbox
from picture.serving.items import TAKE_MANY
from picture.settings import Settings

STOP_SECONDS = {Phase.IDLE: 2.0, Phase.RECEIVING: 5.0, Phase.SENDING: 5.0, Phase.CLOSING: 2.0}
"""How long a stopping worker waits for clients."""

_CONSENT = b"HTTP/1.1 100 Continue\r\n\r\n"
_DISCARDED_BYTES = 262_144
_FILES_BESIDE = 256
_FILES_EACH = 3
_SWEEP_SECONDS = 0.5


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """A worker that slow clients cannot hold up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = Settings.from_environment()
        self.folder = Path(self.cfg.chdir) / self.settings.uploads_dir
        self.connections: set[Connection] = set()
        seconds = self.settings.client_seconds
        self.patience = dict.fromkeys(STOP_SECONDS, seconds) | {
            Phase.IDLE: min(seconds, float(self.cfg.keepalive))
        }
        self.most = self.settings.connections
        self._next_sweep = 0.0

    def init_process(self) -> None:
        """Make room for connections and begin."""
        files = allow_files(_FILES_EACH * self.most + _FILES_BESIDE)
        self.most = min(self.most, (files - _FILES_BESIDE) // _FILES_EACH)
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop, then answer what was accepted."""
        self.poller.register(
            self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks
        )
        while self.alive and self.is_parent_alive():
            self.set_accept_enabled(len(self.connections) < self.most)
            self.turn()
        self.stop_listening()
        end = time.monotonic() + float(self.cfg.graceful_timeout)
        while self.connections and time.monotonic() < end:
            self.turn()
        self.tpool.shutdown(wait=False)

    def turn(self) -> None:
        """Do what the poller has, and see who is late."""
        self.notify()
        self.wait_for_and_dispatch_events(timeout=1.0)
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + _SWEEP_SECONDS
            self.sweep()

    def stop_listening(self) -> None:
        """Take who already connected, refuse all others, and wait for slow clients only briefly."""
        self.set_accept_enabled(False)
        for listener in self.sockets:
            while len(self.connections) < self.most and self.accept(listener):
                pass
            listener.close()
        self.patience = STOP_SECONDS
        for connection in self.connections:
            connection.enter(connection.phase)

    def accept(self, listener: Any) -> bool:
        """Accept a client; tell whether there was one."""
        try:
            taken, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                self.shed()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return False
        if len(self.connections) >= self.most - 1:
            self.shed()
        is_refused = self.has_too_many(client)
        connection = Connection(taken, client, listener.getsockname(), self.inbox_of(client))
        self.connections.add(connection)
        if is_refused:
            self.refuse(connection, RateExceededError(1))
        else:
            self.watch(connection, selectors.EVENT_READ)
        return True

    def inbox_of(self, client: Any) -> Inbox:
        """Return what a client's next request goes into."""
        return Inbox(self.cfg, client, self.bytes_at, self.folder)

    def bytes_at(self, path: str) -> int:
        """Return how many bytes a request may bring."""
        takes_many = path in TAKE_MANY
        return self.settings.max_batch_bytes if takes_many else self.settings.max_body_bytes

    def has_too_many(self, client: Any) -> bool:
        """Tell whether a client has as many connections as one may; proxies may have any number."""
        if not isinstance(client, tuple) or is_near(client[0]):
            return False
        held = [item for item in self.connections if item.client[0] == client[0]]
        return len(held) >= self.settings.client_connections

    def refuse(self, connection: Connection, error: ServiceError) -> None:
        """Answer a connection that is not served."""
        metrics.refused.labels(error.code).inc()
        connection.is_kept = False
        connection.sock.sendall(refusal(error))
        self.begin_sending(connection)

    def sweep(self) -> None:
        """Close whose time is up, and who waited longest while too much waits on disk."""
        for connection in list(self.connections):
            patience = self.patience.get(connection.phase)
            if patience is not None and connection.is_late(patience):
                metrics.refused.labels("client_slow").inc()
                self.drop(connection)
        most = int(self.cfg.threads) * self.settings.max_body_bytes + self.settings.max_batch_bytes
        while self.bytes_on_disk() > most and self.shed(Phase.RECEIVING):
            pass

    def bytes_on_disk(self) -> int:
        """Return how much of requests has arrived and is not yet answered."""
        return sum(connection.inbox.size for connection in self.connections)

    def shed(self, *phases: Phase) -> bool:
        """Close the connection that has waited longest for its client; tell whether one has."""
        phases = phases or tuple(self.patience)
        waiting = [item for item in self.connections if item.phase in phases]
        if not waiting:
            return False
        metrics.refused.labels("client_shed").inc()
        # Who has an answer goes first.
        self.drop(min(waiting, key=lambda item: (item.phase is not Phase.CLOSING, item.since)))
        return True

    def drop(self, connection: Connection) -> None:
        """Close a connection, whatever it does."""
        if connection in self.connections:
            self.connections.remove(connection)
            self.watch(connection, 0)
            connection.close()

    def watch(self, connection: Connection, events: int) -> None:
        """Have the poller call for these events of a connection."""
        if events == connection.events:
            return
        if connection.events:
            self.poller.unregister(connection.socket)
        if events:
            self.poller.register(connection.socket, events, partial(self.step, connection))
        connection.events = events

    def step(self, connection: Connection, _: socket.socket) -> None:
        """Go on with a connection; one that fails harms no other."""
        if connection not in self.connections:
            return  # closed by an event before this one
        steps: dict[Phase, Callable[[Connection], None]] = {
            Phase.IDLE: self.receive,
            Phase.RECEIVING: self.receive,
            Phase.SENDING: self.send,
            Phase.CLOSING: self.discard,
        }
        try:
            steps[connection.phase](connection)
        except OSError as error:
            self.log.debug("Closing connection. %s", error)
            self.drop(connection)
        except Exception:
            self.log.exception("Closing connection.")
            self.drop(connection)

    def receive(self, connection: Connection) -> None:
        """Take what a client sent."""
        data = connection.receive()
        if data:
            self.take(connection, data)
        elif data is not None and connection.inbox.request is not None:
            # It may have closed its own side only, and wait to be told what was wrong.
            connection.inbox.end()
            self.serve(connection)
        elif data is not None:
            self.drop(connection)

    def take(self, connection: Connection, data: bytes) -> None:
        """Add to a request, and have a thread answer it once it is complete."""
        inbox = connection.inbox
        if connection.phase is Phase.IDLE:
            connection.enter(Phase.RECEIVING)
        connection.moved += len(data)
        try:
            inbox.add(data)
        except Exception as error:
            connection.is_kept = False
            self.handle_error(None, connection.sock, connection.client, error)
            return self.begin_sending(connection)
        if inbox.takes_consent():
            connection.socket.send(_CONSENT)
        if inbox.is_complete:
            self.serve(connection)
        return None

    def serve(self, connection: Connection) -> None:
        """Have a thread answer a request."""
        connection.enter(Phase.HANDLED)
        self.watch(connection, 0)
        self.enqueue_req(connection)

    def handle(self, connection: Connection) -> bool:
        """Answer a request, on a thread; tell whether another may follow."""
        try:
            return bool(self.handle_request(connection.inbox.request, connection))
        except StopIteration:
            return False
        except Exception as error:
            if connection.sock.is_broken:
                self.log.info("The client left while it was answered. %s", error)
                return False
            self.handle_error(connection.inbox.request, connection.sock, connection.client, error)
            return False

    def finish_request(self, connection: Connection, done: Future[bool]) -> None:
        """Send what a thread answered."""
        connection.is_kept = done.result() and connection.inbox.is_whole
        connection.inbox.close()
        if connection.sock.is_broken:
            self.drop(connection)
        else:
            self.begin_sending(connection)

    def begin_sending(self, connection: Connection) -> None:
        """Send what is in the outbox, from now on."""
        connection.enter(Phase.SENDING)
        self.step(connection, connection.socket)

    def send(self, connection: Connection) -> None:
        """Send what the client takes, then wait for its next request or close."""
        connection.moved += connection.sock.flush(connection.socket)
        if not connection.sock.is_empty():
            self.watch(connection, selectors.EVENT_WRITE)
        elif connection.is_kept:
            self.await_next(connection)
        else:
            # A client that is still sending would never get to read its answer
            # if the connection were closed at once (RFC 9112, section 9.6).
            connection.socket.shutdown(socket.SHUT_WR)
            connection.enter(Phase.CLOSING)
            self.watch(connection, selectors.EVENT_READ)

    def await_next(self, connection: Connection) -> None:
        """Make ready for a client's next request, of which a part may be here."""
        rest = connection.inbox.rest
        connection.inbox = self.inbox_of(connection.client)
        connection.enter(Phase.IDLE)
        self.watch(connection, selectors.EVENT_READ)
        if rest:
            self.take(connection, rest)

    def discard(self, connection: Connection) -> None:
        """Read what a client sends in vain, until it ends."""
        try:
            if not connection.socket.recv(_DISCARDED_BYTES):
                self.drop(connection)
        except BlockingIOError:
            pass


def allow_files(wanted: int) -> int:
    """Raise this process's limit of open files towards `wanted` and return the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit


def refusal(error: ServiceError) -> bytes:
    """Return an error as a whole answer."""
    body = json.dumps({"error": {"code": error.code, "message": error.message}}).encode()
    head = (
        f"HTTP/1.1 {error.status} Refused\r\nConnection: close\r\nCache-Control: no-store\r\n"
        f"Retry-After: {error.retry_after or 1}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
