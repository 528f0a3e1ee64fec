"""The service behind a real Nginx with the configuration that we ship."""

import json
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import (
    ROOT,
    Answer,
    LiveService,
    draw_page,
    find_program,
    free_port,
    needs,
    to_bytes,
    wait_until,
)
from tests.slow import KINDS, slow_clients

NGINX = find_program("nginx")
pytestmark = needs(nginx_light=NGINX)

MAIN = """
user root;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/ocr.conf;
}}
"""


def command(folder: Path) -> list[str]:
    """Return what starts Nginx with the configuration in a folder."""
    return [str(NGINX), "-e", "stderr", "-c", str(folder / "nginx.conf")]


class Nginx(LiveService):
    """Nginx in front of a live service; requests go through it."""

    def __init__(self, folder: Path, service: LiveService) -> None:
        self.port = free_port()
        self.service = service
        shipped = (ROOT / "deploy" / "nginx.conf").read_text()
        ours = shipped.replace("127.0.0.1:5001", f"127.0.0.1:{service.port}")
        (folder / "ocr.conf").write_text(ours.replace("listen 80;", f"listen {self.port};"))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        self.process = subprocess.Popen(command(folder))
        wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, live: LiveService) -> Iterator[Nginx]:
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), live)
    yield nginx
    nginx.stop()


def logged(service: LiveService, request: str) -> str:
    """Return the line that the service logged for a request."""
    found: list[str] = []

    def written() -> bool:
        lines = service.log.read_text().splitlines()
        found[:] = [line for line in lines if request in line and "message=answered" in line]
        return bool(found)

    wait_until(written)
    return found[0]


def test_a_picture_goes_through(nginx: Nginx) -> None:
    answer = nginx.post("/img_txt", to_bytes(draw_page("Through Nginx")))
    assert (answer.status, answer.text.strip()) == (200, "Through Nginx")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_client_is_who_nginx_says_whatever_it_claims(nginx: Nginx, live: LiveService) -> None:
    nginx.get(
        "/",
        **{
            "X-Request-Id": "spoofing",
            "X-Forwarded-For": "6.6.6.6",
            "X-Forwarded-Host": "evil.test",
            "X-Forwarded-Prefix": "/evil",
        },
    )
    assert "client=127.0.0.1" in logged(live, "spoofing")


def test_scheme_host_and_prefix_reach_the_page(nginx: Nginx) -> None:
    page = nginx.get("/", Host="ocr.example", **{"X-Forwarded-Prefix": "/evil"}).text
    assert "/evil" not in page
    assert 'href="/static/' in page


def test_a_form_of_the_same_site_passes(nginx: Nginx) -> None:
    body = {"Host": "ocr.example", "Origin": "http://ocr.example", "Content-Type": "text/plain"}
    same = nginx.send("POST", "/img_txt", b"", body)
    other = nginx.send("POST", "/img_txt", b"", {**body, "Origin": "http://evil.test"})
    assert (same.status, other.status) == (400, 403)


@pytest.mark.parametrize(("size", "status"), [(19_900_000, 415), (20_100_000, 413)])
def test_nginx_and_the_service_agree_on_the_largest_upload(
    nginx: Nginx, live: LiveService, size: int, status: int
) -> None:
    through = nginx.post("/img_txt", bytes(size))
    direct = live.post("/img_txt", bytes(size))
    assert (through.status, direct.status) == (status, status)
    assert through.error == direct.error


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_slow_clients_do_not_matter(nginx: Nginx, live: LiveService, kind: str) -> None:
    with slow_clients(nginx.port, kind, 200):
        started = time.monotonic()
        answer = nginx.post("/img_txt", to_bytes(draw_page("Served")))
        seconds = time.monotonic() - started
        assert live.get("/healthz").status == 200
    assert (answer.status, answer.text.strip()) == (200, "Served")
    assert seconds < 30


def test_a_service_that_is_down_is_told_in_our_shape(tmp_path: Path, nginx: Nginx) -> None:
    down = tmp_path / "down"
    down.mkdir()
    text = (ROOT / "deploy" / "nginx.conf").read_text().replace("127.0.0.1:5001", "127.0.0.1:9")
    port = free_port()
    (down / "ocr.conf").write_text(text.replace("listen 80;", f"listen {port};"))
    (down / "nginx.conf").write_text(MAIN.format(folder=down))
    process = subprocess.Popen(command(down))
    wait_until(lambda: _answer(port) is not None)
    answer = _answer(port)
    process.terminate()
    process.wait(10)
    assert answer is not None
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(answer.body)["error"]["code"] == "service_unavailable"
    assert nginx.get("/healthz").status == 200


def _answer(port: int) -> Answer | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    except OSError:
        return None
    finally:
        connection.close()
