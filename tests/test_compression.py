from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest

from tests.browsers import RECEIPT
from tests.conftest import LiveService

DISPOSITION = b'Content-Disposition: form-data; name="image"; filename="a.png"'
FORM = b"--b\r\n%s\r\n\r\n%s\r\n--b--\r\n" % (DISPOSITION, RECEIPT)


@pytest.fixture
def connection(live: LiveService) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", live.port, timeout=60)
    yield connection
    connection.close()


def ask(connection: HTTPConnection, path: str, encoding: str = "", **more: str) -> HTTPResponse:
    headers = {"Accept-Encoding": encoding, **more} if encoding else more
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def send(connection: HTTPConnection, path: str, encoding: str = "") -> HTTPResponse:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    if encoding:
        headers["Accept-Encoding"] = encoding
    connection.request("POST", path, FORM, headers)
    return connection.getresponse()


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/static/page.js", "/openapi.json"])
@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_what_is_text_is_compressed_for_who_takes_it(
    connection: HTTPConnection, path: str, encoding: str
) -> None:
    whole = ask(connection, path).read()
    answer = ask(connection, path, encoding)
    small = answer.read()
    assert answer.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(small) < 0.5 * len(whole)
    if encoding == "gzip":
        assert gzip.decompress(small) == whole


def test_results_of_text_are_compressed_and_pictures_are_not(connection: HTTPConnection) -> None:
    whole = send(connection, "/img_txt?format=tsv").read()
    answer = send(connection, "/img_txt?format=tsv", "gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.read()) == whole
    for path in ("/img_img", "/img_pdf", "/img_txt?format=docx"):
        answer = send(connection, path, "gzip")
        assert "Content-Encoding" not in answer.headers
        assert len(answer.read()) == int(answer.headers["Content-Length"])


def test_who_asks_for_nothing_gets_it_as_it_is(connection: HTTPConnection) -> None:
    answer = send(connection, "/img_txt")
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.read())


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_what_a_browser_has_is_not_sent_again(connection: HTTPConnection, encoding: str) -> None:
    first = ask(connection, "/static/style.css", encoding)
    first.read()
    known = {"If-None-Match": first.headers["ETag"]}
    again = ask(connection, "/static/style.css", encoding, **known)
    assert (again.status, again.read()) == (304, b"")
