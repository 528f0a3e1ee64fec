import logging
import selectors
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from gunicorn.config import Config

from picture.serving.connection import Connection, Phase
from picture.serving.worker import Worker

PUBLIC = "8.8.8.8"


class Listener:
    """Hand out connections as if they came from an address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.clients: list[socket.socket] = []

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        taken, client = socket.socketpair()
        client.settimeout(5)
        self.clients.append(client)
        return taken, (self.address, len(self.clients))

    def getsockname(self) -> tuple[str, int]:
        return ("127.0.0.1", 5001)


@pytest.fixture
def listeners() -> Iterator[Callable[[str], Listener]]:
    made: list[Listener] = []

    def make(address: str) -> Listener:
        made.append(Listener(address))
        return made[-1]

    yield make
    for listener in made:
        for client in listener.clients:
            client.close()


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setenv("OCR_CLIENT_CONNECTIONS", "3")
    monkeypatch.setenv("OCR_CONNECTIONS", "16")
    monkeypatch.setenv("OCR_UPLOADS_DIR", str(tmp_path))
    worker = Worker(1, 1, [], None, 30, Config(), logging.getLogger("worker"))
    worker.poller = selectors.DefaultSelector()
    yield worker
    for connection in list(worker.connections):
        worker.drop(connection)
    worker.poller.close()
    worker.tmp.close()


def connect(worker: Worker, listener: Listener, count: int) -> list[Connection]:
    """Have a worker accept connections and return those it has, in their order."""
    for _ in range(count):
        worker.accept(listener)
    return sorted(worker.connections, key=lambda item: item.since)


def test_a_client_with_too_many_connections_is_told(
    worker: Worker, listeners: Callable[[str], Listener]
) -> None:
    listener = listeners(PUBLIC)
    connections = connect(worker, listener, 4)
    assert [item.phase for item in connections] == [Phase.IDLE] * 3 + [Phase.CLOSING]
    answer = listener.clients[3].recv(10_000).decode()
    assert answer.startswith("HTTP/1.1 429 ")
    assert '"rate_exceeded"' in answer


def test_a_proxy_may_have_any_number(worker: Worker, listeners: Callable[[str], Listener]) -> None:
    connections = connect(worker, listeners("10.0.0.1"), 10)
    assert {item.phase for item in connections} == {Phase.IDLE}


def test_who_waits_longest_gives_way_but_none_that_is_being_answered(
    worker: Worker, listeners: Callable[[str], Listener]
) -> None:
    listener = listeners("127.0.0.1")
    first, second, *_ = connect(worker, listener, 15)
    first.enter(Phase.HANDLED)
    first.since -= 10
    connect(worker, listener, 1)
    assert first in worker.connections
    assert second not in worker.connections
    assert listener.clients[1].recv(1) == b""


def test_uploads_on_disk_are_bounded_in_all(
    worker: Worker, listeners: Callable[[str], Listener]
) -> None:
    connections = connect(worker, listeners("127.0.0.1"), 4)
    # One thread by gunicorn's default: one largest body in all, and one of many files.
    most = worker.settings.max_body_bytes + worker.settings.max_batch_bytes
    for connection in connections[:3]:
        connection.enter(Phase.RECEIVING)
        connection.inbox.size = most // 2
    worker.sweep()
    assert [item in worker.connections for item in connections] == [False, True, True, True]


def test_an_answer_broken_off_closes_the_connection(
    worker: Worker, listeners: Callable[[str], Listener]
) -> None:
    listener = listeners("127.0.0.1")
    (connection,) = connect(worker, listener, 1)
    connection.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.sock.is_broken = True
    done: Future[bool] = Future()
    done.set_result(False)
    worker.finish_request(connection, done)
    assert worker.connections == set()
