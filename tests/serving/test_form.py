import io
import socket
from typing import Any

import pytest
from gunicorn.http.errors import InvalidChunkSize
from hypothesis import given, settings, strategies
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

from picture.errors import (
    BoundaryMissingError,
    ChunkInvalidError,
    FieldTooLargeError,
    FormEmptyError,
    FormInvalidError,
    PartsExceededError,
    ServiceError,
    UploadIncompleteError,
)
from picture.serving.form import FormParser
from tests.conftest import LiveService

END = b"--b--\r\n"
PICTURE = bytes(range(256)) * 1000


def part(head: bytes, content: bytes) -> bytes:
    """Return one part of a form."""
    return b"--b\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"


def picture(name: bytes = b"scan.png") -> bytes:
    """Return the part that holds the picture."""
    return part(b'name="image"; filename="' + name + b'"', PICTURE)


def limited(stream: Any) -> LimitedStream:
    """Return a stream as Werkzeug hands it to the parser."""
    return LimitedStream(stream, 10_000_000, is_max=True)


def read(body: bytes, boundary: str = "b", length: int | None = None) -> Any:
    """Return the fields and files of a form."""
    return read_from(limited(io.BytesIO(body)), boundary, length)


def read_from(stream: Any, boundary: str = "b", length: int | None = None) -> Any:
    parser = FormParser(
        lambda *_, **__: io.BytesIO(), max_form_memory_size=100_000, max_form_parts=5
    )
    options = {"boundary": boundary} if boundary else {}
    _, fields, files = parser.parse(stream, "multipart/form-data", length, options)
    return fields, files


class Failing:
    """A body of which a part comes before reading fails."""

    def __init__(self, start: bytes, error: Exception) -> None:
        self._start, self._error = start, error

    def read(self, _: int = -1) -> bytes:
        start, self._start = self._start, b""
        if not start:
            raise self._error
        return start


def test_fields_and_files_come_whole_and_in_order() -> None:
    fields, files = read(part(b'name="layout"', "é".encode()) + picture() + picture(b"2") + END)
    assert fields["layout"] == "é"
    assert [file.filename for file in files.getlist("image")] == ["scan.png", "2"]
    assert files["image"].read() == PICTURE


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("quittung-é.png".encode(), "quittung-é.png"),
        ("quittung-é.png".encode("latin-1"), "quittung-é.png"),
        ("領収書.png".encode("shift_jis"), "領収書.png"),
        # The last character's second byte is the backslash that escapes a quote.
        ("予定表".encode("shift_jis"), "予定表"),
    ],
)
def test_a_name_is_read_in_the_encoding_it_came_in(sent: bytes, name: str) -> None:
    _, files = read(picture(sent) + END)
    assert files["image"].filename == name


@given(name=strategies.binary(max_size=40))
@settings(deadline=None)
def test_no_name_loses_its_picture(name: bytes) -> None:
    # A line break would end the header, a backslash in ASCII escape what follows,
    # and UTF-8 that is whole is not for us to repair.
    name = b"\xff" + bytes(byte for byte in name if byte not in b'\r\n"') + b"\xe0\\"
    _, files = read(picture(name) + END)
    assert files["image"].read() == PICTURE


@pytest.mark.parametrize("kept", [10, 60, 1000, 200_000, -1, -4, -6, -9])
def test_a_form_that_is_cut_off_is_told_as_that(kept: int) -> None:
    with pytest.raises(UploadIncompleteError):
        read((picture() + END.rstrip())[:kept])


def test_a_body_shorter_than_was_said_broke_off() -> None:
    for body in (b"", b"-", b"preamble"):
        with pytest.raises(UploadIncompleteError):
            read(body, length=1000)


def test_a_client_that_leaves_broke_off() -> None:
    with pytest.raises(UploadIncompleteError):
        read_from(limited(Failing(picture()[:100], ConnectionResetError())))


def test_broken_chunks_are_told_as_that() -> None:
    with pytest.raises(ChunkInvalidError):
        read_from(limited(Failing(picture()[:100], InvalidChunkSize(b"zz"))))


@pytest.mark.parametrize(
    ("chunks", "code"),
    [
        (b"zz\r\n", "form_invalid"),
        (b"4\r\n--b\r?", "upload_incomplete"),
        (b"4\r\n--b\r\r\n0\r\nno trailer\r\n\r\n", "form_invalid"),
        (b"4\r\n--b\r\r\n0\r\n\r\n", "upload_incomplete"),
        (b"ffff\r\n--b\r\n", "upload_incomplete"),
    ],
)
def test_chunks_as_the_server_hands_them_on_get_an_answer(
    live: LiveService, chunks: bytes, code: str
) -> None:
    head = b"POST /img_txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    kind = b"Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as connection:
        connection.sendall(head + kind + chunks)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert code.encode() in answer


def test_a_boundary_that_never_comes_is_named() -> None:
    for body in (picture() + END, b"x" * 300_000, picture()[1:100]):
        with pytest.raises(BoundaryMissingError):
            read(body, boundary="other")


@pytest.mark.parametrize("body", [b"", END, b"\r\n" + END])
def test_a_form_without_parts_is_empty(body: bytes) -> None:
    with pytest.raises(FormEmptyError):
        read(body)


@pytest.mark.parametrize("boundary", ["", "é"])
def test_a_form_needs_a_boundary(boundary: str) -> None:
    with pytest.raises(FormInvalidError):
        read(picture() + END, boundary)


def test_a_part_that_does_not_say_what_it_is_is_refused() -> None:
    with pytest.raises(FormInvalidError):
        read(b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" + END)


@pytest.mark.parametrize(
    "large", [part(b'name="layout"', b"x" * 110_000), part(b"x" * 110_000, b"page")]
)
def test_a_field_too_large_is_told_as_that(large: bytes) -> None:
    with pytest.raises(FieldTooLargeError):
        read(large + picture() + END)


def test_too_many_parts_are_told_as_that() -> None:
    option = part(b'name="layout"', b"page")
    read(option * 4 + picture() + END)
    with pytest.raises(PartsExceededError):
        read(option * 5 + picture() + END)


def test_what_follows_the_form_is_let_be() -> None:
    _, files = read(picture() + END + b"x" * 300_000)
    assert files["image"].read() == PICTURE


def test_a_body_over_the_limit_stays_too_large() -> None:
    with pytest.raises(RequestEntityTooLarge):
        read_from(LimitedStream(io.BytesIO(picture() + END), 1000, is_max=True))


PIECES = (
    *(b"--b", b"--", b"\r\n", b"\n", b"\r", b'name="image"', b'filename="x"', b"filename*=", b"x"),
    *(b"Content-Disposition: form-data; ", b"Content-Type: text/plain", b": ", b";", b"\xff"),
)


@given(pieces=strategies.lists(strategies.sampled_from(PIECES) | strategies.binary(max_size=5)))
@settings(max_examples=300, deadline=None)
def test_no_body_fails_in_any_other_way(pieces: list[bytes]) -> None:
    try:
        read(b"--b\r\n" + b"".join(pieces))
    except ServiceError as error:
        assert error.status in (400, 413)
