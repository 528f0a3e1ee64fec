"""Many files at once: answered with a zip, or done as a job."""

import io
import json
import os
import signal
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

import utility
from picture.errors import ClientGoneError, QueueFullError
from picture.page import Page
from picture.reading import Asker
from tests.apps import PICTURE, FakeEngine, make_app
from tests.conftest import LiveService, draw_page, to_bytes, wait_until
from tests.redis_server import RedisServer, with_redis
from utility import Jobs

BROKEN = PICTURE[:99]
Made = dict[str, bytes]


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def post(client: FlaskClient, path: str, files: dict[str, bytes], **fields: str) -> TestResponse:
    images = [(io.BytesIO(data), name) for name, data in files.items()]
    return client.post(path, data={"image": images, **fields})


def unzipped(data: bytes) -> Made:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@contextmanager
def working(app: Flask) -> Iterator[FlaskClient]:
    """Give a client of a service that does jobs."""
    foreman = app.extensions["ocr"].foreman
    foreman.start()
    try:
        with app.test_client() as client:
            yield client
    finally:
        foreman.stop()


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path, max_body_mb=0.1, batch_mb=0.45, batch_files=5)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with working(app) as client:
        yield client


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_many_files_become_a_zip_with_a_manifest(client: FlaskClient, tmp_path: Path) -> None:
    files = {"a.png": PICTURE, "b.png": BROKEN, "a.jpg": PICTURE, "收据.png": PICTURE}
    response = post(client, "/batch", files, to="txt,img")
    assert response.status_code == 200
    assert response.mimetype == "application/zip"
    assert response.headers["Content-Disposition"] == 'attachment; filename="ocr_results.zip"'
    made = unzipped(response.data)
    manifest = json.loads(made.pop("manifest.json"))
    assert sorted(made) == sorted(
        ["a.txt", "a_text.png", "a.jpg.txt", "a.jpg_text.png", "收据.txt", "收据_text.png"]
    )
    assert made["a.txt"].strip() == b"Hello"
    assert Image.open(io.BytesIO(made["a_text.png"])).size == (640, 400)
    assert (manifest["done"], manifest["failed"]) == (3, 1)
    assert manifest["files"][0] == {
        "file": "a.png",
        "state": "done",
        "made": ["a.txt", "a_text.png"],
    }
    broken = manifest["files"][1]
    assert (broken["state"], broken["error"]["code"]) == ("failed", "picture_broken")
    response.close()
    assert left_in(tmp_path) == []


def test_a_zip_keeps_its_folders_and_leads_nowhere_else(client: FlaskClient) -> None:
    packed = zipped(
        {"may/a.png": PICTURE, "../../b.png": PICTURE, "c.zip": zipped({}), "__MACOSX/a.png": b""}
    )
    response = client.post("/batch", data=packed, content_type="application/zip")
    made = unzipped(response.data)
    manifest = json.loads(made.pop("manifest.json"))
    assert sorted(made) == ["b.txt", "may/a.txt"]
    (failed,) = [each for each in manifest["files"] if each["state"] == "failed"]
    assert (failed["file"], failed["error"]["code"]) == ("c.zip", "format_unsupported")


def test_what_is_wrong_with_all_of_it_is_told_at_once(client: FlaskClient) -> None:
    six = {f"{number}.png": PICTURE for number in range(6)}
    for path in ("/batch", "/jobs"):
        for files, fields, code in (
            (six, {}, "too_many_files"),
            ({"a.zip": zipped(six)}, {}, "too_many_files"),
            ({"a.zip": zipped({"a.png": PICTURE})[:-9]}, {}, "archive_broken"),
            ({"a.png": PICTURE}, {"to": "txt,doc"}, "option_invalid"),
            ({"a.png": PICTURE}, {"dpi": "1"}, "number_invalid"),
            ({"a.png": bytes(460_000)}, {}, "upload_too_large"),
            ({}, {}, "form_empty"),
        ):
            answer = post(client, path, files, **fields)
            assert 400 <= answer.status_code < 500
            told = answer.get_json()["error"]["code"]
            assert told == code or (code, told) == ("form_empty", "form_invalid")


def test_one_that_is_too_large_harms_no_other(client: FlaskClient) -> None:
    large = PICTURE + bytes(150_000)
    files = {"a.png": large, "b.png": PICTURE, "c.zip": zipped({"d.png": large})}
    manifest = json.loads(unzipped(post(client, "/batch", files).data)["manifest.json"])
    codes = [each.get("error", {}).get("code") for each in manifest["files"]]
    assert codes == ["upload_too_large", None, "upload_too_large"]


def test_files_of_one_name_are_told_apart(client: FlaskClient) -> None:
    images = [(io.BytesIO(PICTURE), "a.png") for _ in range(3)]
    response = client.post("/batch", data={"image": images})
    assert sorted(unzipped(response.data)) == ["a (2).txt", "a (3).txt", "a.txt", "manifest.json"]


def test_a_busy_service_makes_a_batch_wait_not_fail(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, busy = Jobs.make, iter([QueueFullError(), QueueFullError()])

    def make_later(*arguments: Any) -> Any:
        for error in busy:
            raise error
        return make(*arguments)

    monkeypatch.setattr(utility, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(Jobs, "make", make_later)
    manifest = json.loads(
        unzipped(post(client, "/batch", {"a.png": PICTURE}).data)["manifest.json"]
    )
    assert manifest["done"] == 1


def test_only_so_many_batches_are_made_at_once(client: FlaskClient, app: Flask) -> None:
    places = app.extensions["ocr"].batches
    assert all(places.acquire(blocking=False) for _ in range(2))
    answer = post(client, "/batch", {"a.png": PICTURE})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "queue_full")
    places.release()
    for _ in range(3):
        answer = post(client, "/batch", {"a.png": PICTURE})
        assert answer.status_code == 200
        answer.close()


def done(client: FlaskClient, url: str) -> dict[str, Any]:
    """Return what is told of a job once it is over."""
    told: dict[str, Any] = {}

    def is_over() -> bool:
        told.update(client.get(url).get_json())
        return "finished" in told

    wait_until(is_over)
    return told


def fetched(client: FlaskClient, url: str) -> bytes:
    with client.get(url) as answer:
        data: bytes = answer.data
        return data


def test_a_job_of_one_file_becomes_that_file(client: FlaskClient, tmp_path: Path) -> None:
    answer = post(client, "/jobs", {"scan.png": PICTURE}, to="md")
    assert answer.status_code == 202
    url = answer.headers["Location"]
    assert answer.get_json()["url"] == url
    told = done(client, url)
    assert told["state"] == "done"
    assert told["files"] == {"total": 1, "done": 1, "failed": 0}
    assert told["pages"] == {"begun": 1, "done": 1}
    assert told["created"] <= told["finished"] < told["expires"]
    result = client.get(told["result"])
    assert (result.mimetype, result.data) == ("text/markdown", b"Hello\n")
    assert result.headers["Content-Disposition"] == 'attachment; filename="scan.md"'
    assert result.headers["Cache-Control"] == "no-store"
    result.close()
    # What was read is no longer kept, what was made is.
    assert not [path for path in left_in(tmp_path) if path.name.startswith(("file-", "page-"))]
    assert client.delete(url).status_code == 204
    assert left_in(tmp_path) == []
    for answer in (client.get(url), client.delete(url), client.get(f"{url}/result")):
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (410, "job_gone")


def test_a_job_of_many_becomes_a_zip(client: FlaskClient) -> None:
    files = {"a.png": PICTURE, "b.zip": zipped({"c.png": PICTURE, "d.png": BROKEN})}
    told = done(client, post(client, "/jobs", files, to="txt,json").headers["Location"])
    assert told["files"] == {"total": 3, "done": 2, "failed": 1}
    made = unzipped(fetched(client, told["result"]))
    assert sorted(made) == ["a.json", "a.txt", "c.json", "c.txt", "manifest.json"]


def test_a_job_that_fails_says_why(client: FlaskClient) -> None:
    told = done(client, post(client, "/jobs", {"a.png": BROKEN}).headers["Location"])
    assert (told["state"], told["error"]["code"]) == ("failed", "picture_broken")
    answer = client.get(told["result"])
    assert answer.status_code == 422
    assert answer.get_json()["error"] == told["error"]


def test_a_job_is_not_guessed(client: FlaskClient) -> None:
    for token in ("x", "x" * 24, "..%2F..", "%00"):
        assert client.get(f"/jobs/{token}").status_code in (404, 410)


def test_there_is_room_for_so_much(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    app.extensions["ocr"].backlog._size = len(PICTURE)
    with working(app) as client:
        answer = post(client, "/jobs", {"a.png": PICTURE + b"1"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "backlog_full")
        assert left_in(tmp_path) == []


class SlowEngine(FakeEngine):
    """Read until nobody waits any more, or all may go on."""

    def __init__(self) -> None:
        self.reads = 0
        self.go_on = Event()
        self.given_up = Event()

    def read(self, image: Image.Image, *more: object) -> Page:
        _, asker, *_ = more
        assert isinstance(asker, Asker)
        self.reads += 1
        while not self.go_on.wait(0.05):
            if asker.is_gone():
                self.given_up.set()
                raise ClientGoneError
        return super().read(image, *more)


def slow_app(folder: Path, engine: SlowEngine) -> Flask:
    app = make_app(folder)
    app.extensions["ocr"].jobs._readings._engine = engine
    return app


def test_an_unfinished_job_has_no_result_and_stops_when_it_is_dropped(tmp_path: Path) -> None:
    engine = SlowEngine()
    with working(slow_app(tmp_path, engine)) as client:
        url = post(client, "/jobs", {"a.png": PICTURE}).headers["Location"]
        wait_until(lambda: bool(engine.reads))
        assert client.get(url).get_json()["state"] == "working"
        answer = client.get(f"{url}/result")
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "job_unfinished")
        assert client.delete(url).status_code == 204
        assert engine.given_up.wait(1)
        wait_until(lambda: left_in(tmp_path) == [])


def test_a_job_goes_on_where_another_process_left_it(tmp_path: Path) -> None:
    engine = SlowEngine()
    with working(slow_app(tmp_path, engine)) as client:
        url = post(client, "/jobs", {"a.png": PICTURE}).headers["Location"]
        wait_until(lambda: bool(engine.reads))
    engine.go_on.set()
    with working(slow_app(tmp_path, engine)) as client:
        told = done(client, url)
        assert told["state"] == "done"
        assert fetched(client, told["result"]).strip() == b"Hello"


def multipart(files: dict[str, bytes], **fields: str) -> tuple[bytes, str]:
    images = [(io.BytesIO(data), name) for name, data in files.items()]
    every = [FileStorage(file, name, "image") for file, name in images]
    boundary, body = encode_multipart(MultiDict({"image": every, **fields}))
    return body, f"multipart/form-data; boundary={boundary}"


def test_a_zip_is_sent_while_it_is_made(live: LiveService) -> None:
    files = {f"{number}.png": to_bytes(draw_page(f"Sent {number}")) for number in range(8)}
    body, kind = multipart(files, to="txt,img")
    connection = HTTPConnection("127.0.0.1", live.port, timeout=90)
    connection.request("POST", "/batch", body, {"Content-Type": kind})
    response = connection.getresponse()
    arrivals, data = [], b""
    while piece := response.read1(65_536):
        arrivals.append(time.monotonic())
        data += piece
    connection.close()
    assert len(unzipped(data)) == 17
    assert len(arrivals) >= 8
    assert arrivals[-1] > arrivals[0]
    wait_until(lambda: live.files() == [])


def test_whoever_leaves_stops_the_batch(live: LiveService) -> None:
    files = {f"{number}.png": to_bytes(draw_page(f"Left {number}")) for number in range(60)}
    body, kind = multipart(files, to="img")
    for _ in range(3):
        connection = HTTPConnection("127.0.0.1", live.port, timeout=90)
        connection.request("POST", "/batch", body, {"Content-Type": kind})
        connection.getresponse().read1(100)
        connection.close()
        wait_until(lambda: live.files() == [], seconds=5)
    assert "Traceback" not in live.log.read_text()


def test_a_job_survives_the_end_of_its_worker_and_a_restart(tmp_path: Path) -> None:
    pages = [draw_page(f"Page {number}", "More text") for number in range(1, 41)]
    service = LiveService(tmp_path, OCR_WORKERS="1")
    try:
        document = to_bytes(pages[0], "PDF", save_all=True, append_images=pages[1:])
        body, kind = multipart({"long.pdf": document}, to="txt")
        accepted = service.send("POST", "/jobs", body, {"Content-Type": kind})
        url = json.loads(accepted.body)["url"]

        def told() -> dict[str, Any]:
            about: dict[str, Any] = json.loads(service.get(url).body)
            return about

        wait_until(lambda: told()["pages"]["done"] >= 2, seconds=60)
        (worker,) = service.workers()
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: told()["pages"]["done"] >= 4, seconds=60)
        before = len(list(tmp_path.rglob("page-*")))
        service.stop()
        assert told_on_disk(tmp_path)["attempts"] == 1
        service.start()
        wait_until(lambda: told()["state"] == "done", seconds=60)
        assert before >= 4
        text = service.get(f"{url}/result").text
        assert [f"Page {number}\n" in text for number in range(1, 41)] == [True] * 40
    finally:
        service.stop()


@with_redis
def test_any_replica_answers_for_a_job_and_goes_on_with_it(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path)
    replicas = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        replicas.append(LiveService(tmp_path / name, OCR_JOB_URL=redis.url, OCR_WORKERS="1"))
    try:
        pages = [draw_page(f"Page {number}") for number in range(1, 31)]
        document = to_bytes(pages[0], "PDF", save_all=True, append_images=pages[1:])
        body, kind = multipart({"long.pdf": document}, to="txt")
        accepted = replicas[0].send("POST", "/jobs", body, {"Content-Type": kind})
        url = json.loads(accepted.body)["url"]
        wait_until(
            lambda: all(json.loads(each.get(url).body)["pages"]["done"] for each in replicas)
        )
        # Whoever works on it has its files.
        replicas.sort(key=lambda each: any(path.is_dir() for path in each.folders[0].iterdir()))
        idle, busy = replicas
        assert busy.stop() == 0
        replicas.remove(busy)
        wait_until(lambda: idle.get(f"{url}/result").status == HTTPStatus.OK, seconds=60)
        text = idle.get(f"{url}/result").text
        assert text.split("\f") == [f"Page {number}\n" for number in range(1, 31)]
        assert idle.send("DELETE", url, b"", {}).status == HTTPStatus.NO_CONTENT
        assert redis.results() == []
        assert idle.files() == []
    finally:
        for each in replicas:
            each.stop()
        redis.stop()


def told_on_disk(folder: Path) -> dict[str, Any]:
    (path,) = folder.rglob("progress.json")
    about: dict[str, Any] = json.loads(path.read_bytes())
    return about
