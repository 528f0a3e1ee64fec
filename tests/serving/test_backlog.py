"""Jobs on disk and in Redis: found by their tokens only, done once, gone when they are to go."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import RedisError

from picture.errors import (
    BacklogFullError,
    JobGoneError,
    JobUnfinishedError,
    PictureBrokenError,
    StorageUnavailableError,
)
from picture.page import Page
from picture.serving import backlog as backlog_module
from picture.serving import replicas
from picture.serving.backlog import DONE, FAILED, WAITING, WORKING, Backlog, Request, Store
from picture.serving.disk import DiskStore
from picture.serving.replicas import RedisStore
from picture.serving.storage import Storage, discard
from tests.conftest import ROOT, wait_until
from tests.redis_server import RedisServer, with_redis

FILES = (b"picture", b"", b"0123456789" * 3)
PAGE = Page(10, 10, ()).to_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


@pytest.fixture(params=["disk", pytest.param("redis", marks=with_redis)])
def store(
    request: pytest.FixtureRequest,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Store]:
    if request.param == "disk":
        yield DiskStore(folder)
        return
    monkeypatch.setattr(replicas, "_CHUNK", 8)
    server = RedisServer(tmp_path)
    yield RedisStore(server.url, folder)
    server.stop()


@pytest.fixture
def backlog(store: Store) -> Backlog:
    return Backlog(store, 10_000, 60)


Add = Callable[..., str]


@pytest.fixture
def add(backlog: Backlog, tmp_path: Path, folder: Path) -> Add:
    storage = Storage(folder, tmp_path / "output", keep=False)

    def add(*files: bytes) -> str:
        uploads = []
        for data in files or FILES:
            upload = storage.receive()
            upload.write(data)
            upload.close()
            uploads.append(upload)
        names = [f"{number}.png" for number in range(len(uploads))]
        digests = [upload.sha256 for upload in uploads]
        try:
            return backlog.add(Request(names, digests, {"to": ["txt"]}, "client"), uploads)
        finally:
            for upload in uploads:
                discard(upload.path)

    return add


def finish(backlog: Backlog, data: bytes = b"text") -> None:
    with backlog.next() as job:
        assert job is not None
        assert job.begin()
        path = job.folder / "made"
        path.write_bytes(data)
        job.finish(path, "a.txt", "text/plain")


def test_a_job_is_found_by_its_token(backlog: Backlog, add: Add) -> None:
    token = add()
    request, progress = backlog.find(token)
    assert (request.client, request.sent("to"), request.sent("dpi")) == ("client", ["txt"], [])
    assert (progress.state, progress.files) == (WAITING, 3)
    assert backlog.expires(progress) is None
    for wrong in ("", "x" * 24, token[:-1], "../" + token):
        with pytest.raises(JobGoneError):
            backlog.find(wrong)
        with pytest.raises(JobGoneError):
            backlog.drop(wrong)


def test_its_files_come_as_they_were_sent(backlog: Backlog, add: Add) -> None:
    add()
    with backlog.next() as job:
        assert job is not None
        assert [item.content.path.read_bytes() for item in job.files] == list(FILES)
        assert [item.name for item in job.files] == ["0.png", "1.png", "2.png"]


def test_the_oldest_goes_first_and_to_one_alone(backlog: Backlog, add: Add) -> None:
    for data in (b"first", b"second"):
        add(data)
        time.sleep(0.01)
    with backlog.next() as one, backlog.next() as two, backlog.next() as none:
        assert one is not None
        assert two is not None
        assert none is None
        assert one.files[0].content.path.read_bytes() == b"first"
        assert two.files[0].content.path.read_bytes() == b"second"


def test_what_was_made_is_there_until_it_is_dropped(
    backlog: Backlog, add: Add, folder: Path, store: Store
) -> None:
    token = add()
    with pytest.raises(JobUnfinishedError), backlog.result(token):
        pass
    finish(backlog, b"made of it" * 5)
    with backlog.next() as none:
        assert none is None
    for _ in range(2):
        with backlog.result(token) as (progress, path):
            assert path.read_bytes() == b"made of it" * 5
            assert (progress.name, progress.mimetype, progress.state) == (
                "a.txt",
                "text/plain",
                DONE,
            )
    # What it was made of is no longer kept.
    assert store.size() < sum(map(len, FILES)) + 1000
    assert not list(folder.rglob("file-*"))
    backlog.drop(token)
    assert list(folder.iterdir()) == []
    assert (list(store.jobs()), store.size()) == ([], 0)
    with pytest.raises(JobGoneError):
        backlog.find(token)


def test_why_nothing_was_made_is_told(backlog: Backlog, add: Add) -> None:
    token = add()
    with backlog.next() as job:
        assert job is not None
        job.fail(PictureBrokenError())
    _, progress = backlog.find(token)
    assert (progress.state, progress.error["code"]) == (FAILED, "picture_broken")
    with pytest.raises(JobUnfinishedError), backlog.result(token):
        pass


def test_what_is_dropped_while_it_is_done_stops_and_leaves_nothing(
    backlog: Backlog, add: Add, folder: Path, store: Store
) -> None:
    token = add()
    with backlog.next() as job:
        assert job is not None
        assert job.begin()
        assert not job.is_given_up()
        backlog.drop(token)
        wait_until(job.is_given_up, seconds=1)
        job.tell()
        job.put_back()
        path = folder / "made"
        path.write_bytes(b"late")
        job.finish(path, "a.txt", "text/plain")
        path.unlink(missing_ok=True)
    assert list(folder.iterdir()) == []
    assert (list(store.jobs()), list(store.pending()), store.size()) == ([], [], 0)


def test_what_several_processes_died_of_is_given_up(backlog: Backlog, add: Add) -> None:
    token = add()
    for _ in range(3):
        with backlog.next() as job:
            assert job is not None
            assert job.begin()
            assert backlog.find(token)[1].state == WORKING
    with backlog.next() as job:
        assert job is not None
        assert not job.begin()
    assert backlog.find(token)[1].error["code"] == "job_failed"
    with backlog.next() as none:
        assert none is None


def test_what_is_put_back_does_not_count(backlog: Backlog, add: Add) -> None:
    token = add()
    for _ in range(6):
        with backlog.next() as job:
            assert job is not None
            assert job.begin()
            job.put_back()
    assert backlog.find(token)[1].state == WAITING


def test_a_process_that_is_to_end_gives_up(backlog: Backlog, add: Add) -> None:
    add()
    with backlog.next() as job:
        assert job is not None
        job.stop_when(lambda: True)
        assert job.is_given_up()


def test_how_far_it_is_is_told(backlog: Backlog, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    token, reads = add(), []
    monkeypatch.setattr(backlog_module, "_TELL_SECONDS", 0)

    def read() -> bytes:
        reads.append(1)
        return PAGE

    with backlog.next() as job:
        assert job is not None
        job.begin()
        for key in ("a", "b", "a"):
            assert job.page(key, read) == PAGE
        assert backlog.find(token)[1].pages_done == 3
    assert len(reads) == 2


def test_there_is_room_for_so_much_and_it_comes_back(backlog: Backlog, add: Add) -> None:
    token = add(b"x" * 8000)
    with pytest.raises(BacklogFullError):
        add(b"x" * 8000)
    backlog.drop(token)
    add(b"x" * 8000)


def test_what_nobody_fetches_goes_and_what_waits_stays(
    backlog: Backlog, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = add()
    finish(backlog)
    waiting, now = add(), time.time()
    backlog.sweep()
    assert backlog.find(old)
    monkeypatch.setattr(time, "time", lambda: now + 61)
    backlog.sweep()
    with pytest.raises(JobGoneError):
        backlog.find(old)
    assert backlog.find(waiting)


def test_a_process_that_is_killed_leaves_its_job_to_the_next(folder: Path) -> None:
    backlog = Backlog(DiskStore(folder), 10_000, 60)
    storage = Storage(folder, folder / "output", keep=False)
    with storage.receive() as upload:
        token = backlog.add(Request(["a.png"], ["5a"], {}, ""), [upload])
    program = f"""
    import signal
    from pathlib import Path
    from picture.serving.backlog import Backlog
    from picture.serving.disk import DiskStore
    with Backlog(DiskStore(Path({str(folder)!r})), 10_000, 60).next() as job:
        job.begin()
        print("begun", flush=True)
        signal.pause()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with backlog.next() as none:
            assert none is None
        os.kill(process.pid, signal.SIGKILL)
    with backlog.next() as job:
        assert job is not None
        assert job.progress.attempts == 1
    assert backlog.find(token)[1].state == WORKING


@with_redis
def test_a_replica_that_is_lost_leaves_its_job_to_the_next(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "_LEASE_SECONDS", 0.4)
    monkeypatch.setattr(replicas, "_RENEW_SECONDS", 0.1)
    server = RedisServer(tmp_path)
    try:
        stores = [RedisStore(server.url, folder) for _ in range(2)]
        first, second = (Backlog(store, 10_000, 60) for store in stores)
        storage = Storage(folder, folder / "output", keep=False)
        with storage.receive() as upload:
            first.add(Request(["a.png"], ["5a"], {}, ""), [upload])
        with first.next() as job:
            assert job is not None
            time.sleep(0.8)
            with second.next() as none:
                assert none is None  # it is renewed
            monkeypatch.setattr(stores[0]._redis, "execute_command", _unreachable)
            wait_until(lambda: _takes(second), seconds=3)
    finally:
        server.stop()


def _unreachable(*_: Any, **__: Any) -> None:
    raise RedisError("cut off")


def _takes(backlog: Backlog) -> bool:
    with backlog.next() as job:
        return job is not None


@with_redis
def test_what_cannot_be_kept_whole_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = RedisServer(tmp_path, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
    try:
        backlog = Backlog(RedisStore(server.url, folder), 100_000_000, 60)
        storage = Storage(folder, folder / "output", keep=False)
        monkeypatch.setattr(replicas, "_CHUNK", 100_000)
        with storage.receive() as upload:
            upload.write(bytes(5_000_000))
            with pytest.raises(StorageUnavailableError):
                backlog.add(Request(["a.png"], ["5a"], {}, ""), [upload])
        assert server.results() == []
    finally:
        server.stop()


@with_redis
def test_without_redis_there_are_no_jobs(folder: Path, tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    backlog = Backlog(RedisStore(server.url, folder), 10_000, 60)
    storage = Storage(folder, folder / "output", keep=False)
    server.stop()
    with storage.receive() as upload:
        for ask in (
            lambda: backlog.add(Request([], [], {}, ""), [upload]),
            lambda: backlog.find("x"),
            backlog.sweep,
        ):
            with pytest.raises(StorageUnavailableError):
                ask()
