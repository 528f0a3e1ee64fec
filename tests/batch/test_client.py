import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from picture.batch import client
from picture.batch.client import ServiceMaker, ServiceUnreachableError
from picture.batch.task import FailureError, Task

Answers = list[tuple[int, dict[str, str], bytes]]
Serve = Callable[..., tuple[str, list[tuple[str, bytes]]]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return a function that serves these answers, and gives an address and what came there."""
    monkeypatch.setattr(client, "_PAUSES", (0.01, 0.02))
    servers = []

    def start(*answers: tuple[int, dict[str, str], bytes]) -> tuple[str, list[tuple[str, bytes]]]:
        left, came = list(answers), []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                self.answer()

            def do_GET(self) -> None:
                came.append((self.path, str(self.headers["X-API-Key"]).encode()))
                self.answer()

            def answer(self) -> None:
                status, headers, body = left.pop(0)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", came

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def task(tmp_path: Path) -> Task:
    path = tmp_path / "secret name.JPG"
    path.write_bytes(b"picture")
    return Task(path, "5a", ("md", "img"), {"lang": "ru"})


def named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def test_each_word_is_a_call(serve: Serve, task: Task) -> None:
    unread = {**named("x_partial.md"), "X-Lines-Unread": "3"}
    url, came = serve((200, unread, b"# text"), (200, named("x_text.jpg"), b"jpeg"))
    text, drawn = ServiceMaker(url + "/").make(task)
    assert (text.word, text.suffix, text.data, text.unread) == ("md", "_partial.md", b"# text", 3)
    assert (drawn.word, drawn.suffix, drawn.data) == ("img", "_text.jpg", b"jpeg")
    assert [path for path, _ in came] == ["/img_txt", "/img_img"]
    assert [b'name="format"' in body for _, body in came] == [True, False]
    assert all(b'filename="x.JPG"' in body and b"secret" not in body for _, body in came)
    assert all(b'name="lang"\r\n\r\nru' in body for _, body in came)


def test_a_busy_service_is_asked_again(serve: Serve, task: Task) -> None:
    busy = (503, {"Retry-After": "0"}, b"")
    fine = (200, named("x.md"), b"")
    url, came = serve(busy, busy, fine, (502, {}, b""), fine)
    assert len(ServiceMaker(url).make(task)) == 2
    assert len(came) == 5


def test_what_the_service_says_is_wrong_is_the_failure(serve: Serve, task: Task) -> None:
    error = b'{"error": {"code": "picture_broken", "message": "Damaged."}}'
    url, _ = serve((422, {}, error), (404, {}, b"<html>"))
    maker = ServiceMaker(url)
    with pytest.raises(FailureError, match="Damaged"):
        maker.make(task)
    with pytest.raises(FailureError, match="404"):
        maker.make(task)


def test_a_service_that_stays_away_is_a_failure(serve: Serve, task: Task) -> None:
    url, _ = serve(*[(503, {}, b"")] * 3)
    with pytest.raises(FailureError, match="503"):
        ServiceMaker(url).make(task)
    with pytest.raises(FailureError) as raised:
        ServiceMaker("http://127.0.0.1:9").make(task)
    assert raised.value.code == "unreachable"


def test_it_knows_the_model_and_sends_the_key(serve: Serve) -> None:
    url, came = serve((200, {}, b'{"fingerprint": "5a"}'), (200, {}, b"hello"))
    maker = ServiceMaker(url, "key")
    assert maker.fingerprint() == "5a"
    assert came == [("/capabilities", b"key")]
    with pytest.raises(ServiceUnreachableError):
        maker.fingerprint()
