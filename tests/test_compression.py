from __future__ import annotations

import gzip
import mimetypes
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
    whole = send(connection, "/img_txt?format=alto").read()
    answer = send(connection, "/img_txt?format=alto", "gzip")
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


@pytest.mark.parametrize("path", ["/", "/static/page.js"])
def test_who_asks_for_the_head_is_told_of_the_same_answer(
    connection: HTTPConnection, path: str
) -> None:
    whole = ask(connection, path, "gzip")
    whole.read()
    connection.request("HEAD", path, headers={"Accept-Encoding": "gzip"})
    head = connection.getresponse()
    assert head.read() == b""
    for name in ("Content-Encoding", "Content-Length", "Content-Type", "ETag", "Vary"):
        assert head.headers[name] == whole.headers[name]


def test_a_part_of_a_file_is_sent_as_it_is(connection: HTTPConnection) -> None:
    whole = ask(connection, "/static/page.js").read()
    part = ask(connection, "/static/page.js", "gzip", Range="bytes=100-2099")
    assert (part.status, part.read()) == (206, whole[100:2100])
    assert part.headers["Content-Range"] == f"bytes 100-2099/{len(whole)}"
    assert "Content-Encoding" not in part.headers
    assert "Accept-Encoding" in part.headers["Vary"]


def test_a_script_is_compressed_by_whatever_name_the_system_calls_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ocr

    mimetypes.init()
    monkeypatch.setitem(mimetypes.types_map, ".js", "application/javascript")
    with ocr.app.test_client() as client:
        answer = client.get("/static/page.js", headers={"Accept-Encoding": "gzip"})
        answer.close()
    assert (answer.mimetype, answer.content_encoding) == ("application/javascript", "gzip")


def test_what_is_not_sent_again_is_counted_as_that(connection: HTTPConnection) -> None:
    counted = 'ocr_requests_total{route="/static/<path:filename>",status="304"}'
    first = ask(connection, "/static/style.css", "gzip")
    first.read()
    before = ask(connection, "/metrics").read().decode()
    ask(connection, "/static/style.css", "gzip", **{"If-None-Match": first.headers["ETag"]}).read()
    after = ask(connection, "/metrics").read().decode()
    assert count(counted, after) == count(counted, before) + 1


def count(series: str, exposition: str) -> float:
    """Return the number behind a series, or none yet."""
    found = [line for line in exposition.splitlines() if line.startswith(series)]
    return float(found[0].rsplit(" ", 1)[1]) if found else 0.0
