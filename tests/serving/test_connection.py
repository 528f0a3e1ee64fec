import socket

import pytest

from picture.serving.connection import is_gone, is_near, stream
from picture.serving.outbox import Outbox


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("172.17.0.1", True),
        ("100.64.0.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:192.168.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("2606:4700::1111", False),
    ],
)
def test_a_near_address_is_private(address: str, near: bool) -> None:
    assert is_near(address) is near


def test_a_client_is_gone_once_it_closes_and_not_while_it_asks_for_more() -> None:
    ours, theirs = socket.socketpair()
    environ = {"gunicorn.socket": Outbox(ours)}
    assert not is_gone(environ)
    theirs.sendall(b"GET /next")
    assert not is_gone(environ)
    assert ours.recv(99) == b"GET /next"
    theirs.close()
    assert is_gone(environ)
    ours.close()
    assert is_gone(environ)


def test_behind_another_server_nobody_is_gone() -> None:
    assert not is_gone({})
    assert not is_gone({"gunicorn.socket": Outbox()})


def test_an_answer_is_streamed_by_this_services_own_worker_alone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        outbox = Outbox(ours)
        outbox.sendall(b"kept")
        stream({"gunicorn.socket": outbox}, 5)
        outbox.sendall(b" and sent")
        assert theirs.recv(99) == b"kept and sent"
        stream({"gunicorn.socket": ours}, 5)
        stream({}, 5)
