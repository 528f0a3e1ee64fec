import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders
from werkzeug.exceptions import RequestEntityTooLarge

from picture.serving.inbox import HEAD_BYTES, MEMORY_BYTES, Chunks, Inbox

CLIENT = ("127.0.0.1", 1)
MOST = 3 * MEMORY_BYTES
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"5;name=value\r\nhello\r\n6\r\n\r\n0\r\n\r\r\n0\r\nX-Sum: x\r\n\r\n"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Inbox]:
    box = Inbox(Config(), CLIENT, lambda _: MOST, tmp_path)
    yield box
    box.close()


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_a_body_is_complete_with_its_last_byte(box: Inbox, step: int) -> None:
    data = POST + b"Content-Length: 5\r\n\r\nhello"
    for at in range(0, len(data), step):
        assert not box.is_complete
        box.add(data[at : at + step])
    assert box.is_complete
    assert box.request.body.read() == b"hello"


def test_what_follows_a_request_is_kept_for_the_next(box: Inbox) -> None:
    box.add(POST + b"Content-Length: 5\r\n\r\nhelloGET / HTTP")
    assert (box.is_complete, box.rest) == (True, b"GET / HTTP")


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_a_chunked_body_ends_after_its_trailers(step: int) -> None:
    chunks = Chunks()
    data = CHUNKED + b"GET / HTTP/1.1\r\n"
    ends = [chunks.end_in(data[at : at + step]) for at in range(0, len(CHUNKED), step)]
    assert ends[:-1] == [None] * (len(ends) - 1)
    assert ends[-1] == (len(CHUNKED) - 1) % step + 1


def test_a_chunked_body_is_read_by_gunicorn_and_ends_its_connection(box: Inbox) -> None:
    box.add(POST + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED)
    assert box.request.body.read() == b"hello\r\n0\r\n\r"
    assert box.request.should_close()


def test_a_body_larger_than_memory_has_no_name_on_disk(box: Inbox, tmp_path: Path) -> None:
    box.add(POST + f"Content-Length: {MOST}\r\n\r\n".encode() + bytes(MOST))
    assert (box.size, list(tmp_path.iterdir())) == (MOST, [])
    assert box.request.body.read() == bytes(MOST)


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 1000000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nFFFFF\r\n" + bytes(2 * MOST),
    ],
)
def test_a_body_that_is_too_large_is_not_waited_for(box: Inbox, body: bytes) -> None:
    box.add(POST + body)
    assert (box.is_complete, box.is_whole) == (True, False)
    with pytest.raises(RequestEntityTooLarge):
        box.request.body.read()


def test_a_full_disk_is_met_where_the_body_is_read(box: Inbox) -> None:
    class FullDisk(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    box.close()
    box._body = FullDisk()  # type: ignore[assignment]
    box.add(POST + b"Content-Length: 5\r\n\r\nhello")
    assert (box.is_complete, box.is_whole) == (True, False)
    with pytest.raises(OSError, match="No space left"):
        box.request.body.read()


def test_an_endless_head_is_refused(box: Inbox) -> None:
    box.add(POST)
    with pytest.raises(LimitRequestHeaders):
        for _ in range(HEAD_BYTES // 1000 + 1):
            box.add(b"x" * 1000)


def test_a_head_that_can_never_end_is_refused_at_once(box: Inbox) -> None:
    with pytest.raises(InvalidRequestLine):
        box.add(b"GET / HTTP/1.1\nHost: x\n")


def test_a_client_that_asks_before_it_sends_is_told_once(box: Inbox) -> None:
    box.add(POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert [box.takes_consent(), box.takes_consent()] == [True, False]


def test_a_client_that_would_send_too_much_is_not_told_to(box: Inbox) -> None:
    box.add(POST + b"Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n")
    assert not box.takes_consent()
