import threading
from collections.abc import Iterator

import pytest

from picture.serving import breaker as breaker_module
from picture.serving.breaker import Breaker
from tests.conftest import wait_until


class Server:
    """Answer when it is told to, and remember which threads asked."""

    def __init__(self) -> None:
        self.is_up = False
        self.askers: list[str] = []

    def answers(self) -> bool:
        self.askers.append(threading.current_thread().name)
        return self.is_up


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(breaker_module, "_PAUSE_SECONDS", 0.01)
    server = Server()
    yield server
    server.is_up = True


def test_it_is_closed_until_a_failure(server: Server) -> None:
    breaker = Breaker("server", server.answers)
    assert not breaker.is_open
    breaker.trip(OSError("gone"))
    assert breaker.is_open


def test_it_is_closed_again_once_the_server_answers(server: Server) -> None:
    breaker = Breaker("server", server.answers)
    for _ in range(2):
        breaker.trip(OSError("gone"))
        wait_until(lambda: len(server.askers) > 1)
        assert breaker.is_open
        server.is_up = True
        wait_until(lambda: not breaker.is_open)
        server.is_up = False
        server.askers.clear()


def test_one_thread_asks_however_many_meet_the_failure(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    breaker = Breaker("server", server.answers)
    before = threading.active_count()
    for _ in range(20):
        breaker.trip(OSError("gone"))
    assert threading.active_count() == before + 1
    wait_until(lambda: len(server.askers) > 1)
    assert set(server.askers) == {"breaker"}
    assert caplog.text.count("server unavailable") == 1
