import socket
import threading
import time
from pathlib import Path

import pytest

from picture.serving import outbox as outbox_module
from picture.serving.outbox import Outbox


def test_an_answer_waits_until_it_is_taken_though_its_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"0123456789" * 500_000)
    box = Outbox()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        with path.open("rb") as file:
            box.sendall(b"head")
            box.sendfile(file, 5, 4_000_000)
        path.unlink()
        assert box.flush(ours) < 4_000_004
        assert (box.is_empty(), box.flush(ours)) == (False, 0)
        taken = bytearray()
        while len(taken) < 4_000_004:
            taken += theirs.recv(1_000_000)
            box.flush(ours)
    assert box.is_empty()
    assert taken == b"head" + b"5678901234" * 400_000


def test_a_file_that_ends_too_early_breaks_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"short")
    box = Outbox()
    ours, theirs = socket.socketpair()
    with ours, theirs, path.open("rb") as file:
        box.sendfile(file, 0, 10)
        with pytest.raises(OSError, match="ended"):
            box.flush(ours)
    box.close()
    assert box.is_empty()


def test_a_streamed_answer_is_sent_while_it_is_made() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        box = Outbox(ours)
        box.sendall(b"head")
        with pytest.raises(BlockingIOError):
            theirs.recv(10, socket.MSG_DONTWAIT)
        box.stream(5)
        box.sendall(b"piece")
        assert theirs.recv(10) == b"headpiece"
        assert box.is_empty()


def test_a_streamed_answer_waits_for_a_slow_client_and_keeps_little() -> None:
    ours, theirs = socket.socketpair()
    taken = bytearray()

    def take() -> None:
        while data := theirs.recv(50_000):
            taken.extend(data)

    with ours, theirs:
        ours.setblocking(False)
        box = Outbox(ours)
        box.stream(5)
        client = threading.Thread(target=take)
        client.start()
        for number in range(200):
            box.sendall(bytes([number]) * 50_000)
            assert sum(part.size for part in box._parts) <= 262_144
        while not box.is_empty():
            box.flush(ours)
        ours.shutdown(socket.SHUT_WR)
        client.join()
    assert taken == b"".join(bytes([number]) * 50_000 for number in range(200))


def test_a_client_that_takes_nothing_gets_no_more() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        box = Outbox(ours)
        box.stream(0.05)
        with pytest.raises(TimeoutError):
            for _ in range(100):
                box.sendall(bytes(100_000))
        assert box.is_broken


def test_a_client_that_has_left_breaks_it_off() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.setblocking(False)
        box = Outbox(ours)
        box.stream(5)
        theirs.close()
        with pytest.raises(OSError, match="pipe"):
            box.sendall(b"piece")
        assert box.is_broken


def test_a_client_that_takes_a_little_now_and_then_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox_module, "_KEPT_BYTES", 10_000)
    ours, theirs = socket.socketpair()
    size, taken = 100_000, bytearray()

    def take() -> None:
        while len(taken) < size:
            time.sleep(0.02)
            taken.extend(theirs.recv(60_000))

    with ours, theirs:
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            ours.setsockopt(socket.SOL_SOCKET, option, 4096)
        ours.setblocking(False)
        box = Outbox(ours)
        box.stream(0.15)
        client = threading.Thread(target=take)
        before = time.monotonic()
        client.start()
        # Longer than the patience, but it never takes nothing for so long.
        for _ in range(10):
            box.sendall(bytes(size // 10))
        while not box.is_empty():
            box.flush(ours)
        client.join()
    assert time.monotonic() - before > 0.15
    assert taken == bytes(size)


def test_what_was_kept_before_counts_once_an_answer_is_streamed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        box = Outbox(ours)
        box.sendall(bytes(2_000_000))
        box.stream(0.05)
        with pytest.raises(TimeoutError):
            box.sendall(b"more")
        assert box.is_broken
        box.close()
        assert box.is_empty()
