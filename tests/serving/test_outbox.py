import socket
from pathlib import Path

import pytest

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
