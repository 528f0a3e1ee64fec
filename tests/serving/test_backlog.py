"""Jobs on disk and in Redis: found by their tokens only, done once, gone when they are to go."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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


def test_a_failed_job_gives_its_room_back(backlog: Backlog, add: Add) -> None:
    add(b"x" * 8000)
    with backlog.next() as job:
        assert job is not None
        (job.folder / "made").write_bytes(b"too large" * 1000)
        job.fail(PictureBrokenError())
    add(b"x" * 8000)


def test_what_nobody_fetched_makes_room_at_once(
    backlog: Backlog, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, now = add(), time.time()
    finish(backlog, b"x" * 8000)
    with pytest.raises(BacklogFullError):
        add(b"x" * 8000)
    monkeypatch.setattr(time, "time", lambda: now + 61)
    add(b"x" * 8000)
    with pytest.raises(JobGoneError):
        backlog.find(old)


def test_files_may_be_missing_of_what_was_dropped_only(backlog: Backlog, add: Add) -> None:
    token = add()
    with pytest.raises(FileNotFoundError), backlog.next() as job:
        assert job is not None
        raise FileNotFoundError
    with backlog.next() as job:
        assert job is not None
        backlog.drop(token)
        raise FileNotFoundError


def test_files_of_whole_pieces_and_others_come_as_they_were_sent(
    backlog: Backlog, add: Add
) -> None:
    files = [bytes(range(size)) for size in (0, 1, 7, 8, 9, 16, 17, 250)]
    add(*files)
    with backlog.next() as job:
        assert job is not None
        assert [item.content.path.read_bytes() for item in job.files] == files


def test_nothing_comes_back_though_all_happens_at_once(
    backlog: Backlog, add: Add, folder: Path, store: Store
) -> None:
    tokens = [add(bytes([number])) for number in range(24)]
    done: list[str] = []

    def work(_: int) -> None:
        while store.pending():
            with backlog.next() as job:
                if job is not None and job.begin():
                    job.put_back() if len(done) % 3 == 1 else job.tell()
                    done.append(job.files[0].name)
                    path = job.folder / "made"
                    path.write_bytes(b"made")
                    job.finish(path, "a.txt", "text/plain")

    def drop(some: Sequence[str]) -> None:
        for token in some:
            time.sleep(0.02)
            backlog.drop(token)

    with ThreadPoolExecutor(5) as pool:
        working = pool.map(work, range(3))
        list(pool.map(drop, (tokens[::2], tokens[1::2])))
        list(working)
    assert list(folder.iterdir()) == []
    assert (list(store.jobs()), list(store.pending()), store.size()) == ([], [], 0)


def test_a_disk_that_is_full_keeps_nothing_of_a_job(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = Storage(folder, tmp_path / "output", keep=False)
    with storage.receive() as upload:
        upload.write(b"picture")

    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OSError, match="full"):
        Backlog(DiskStore(folder), 10_000, 60).add(Request(["a"], ["5a"], {}, ""), [upload])
    # It was taken over already, and is gone for all that.
    assert list(folder.iterdir()) == []
    discard(upload.path)


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


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.stop()


Replica = tuple[RedisStore, Backlog]


@pytest.fixture
def replica(server: RedisServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Replica:
    monkeypatch.setattr(replicas, "_CHUNK", 4)
    store = RedisStore(server.url, folder)
    return store, Backlog(store, 10_000, 60)


@pytest.fixture
def keep(replica: Replica, folder: Path, tmp_path: Path) -> Callable[[], str]:
    storage = Storage(folder, tmp_path / "output", keep=False)

    def keep() -> str:
        with storage.receive() as upload:
            upload.write(b"a picture")
        try:
            return replica[1].add(Request(["a.png"], [upload.sha256], {}, ""), [upload])
        finally:
            discard(upload.path)

    return keep


@with_redis
def test_who_lost_a_job_changes_nothing_once_it_is_done(
    server: RedisServer,
    replica: Replica,
    keep: Callable[[], str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replicas, "_LEASE_SECONDS", 0.2)
    monkeypatch.setattr(replicas, "_RENEW_SECONDS", 60)
    token = keep()
    other = Backlog(RedisStore(server.url, folder), 10_000, 60)
    with replica[1].next() as late:
        assert late is not None
        late.begin()
        time.sleep(0.3)
        finish(other, b"in time")
        late.tell()
        late.put_back()
        path = late.folder / "made"
        path.write_bytes(b"too late")
        late.finish(path, "late.txt", "text/plain")
    with other.result(token) as (progress, made):
        assert (progress.state, progress.name, made.read_bytes()) == (DONE, "a.txt", b"in time")
    other.drop(token)
    assert server.results() == []


@with_redis
def test_what_is_dropped_while_it_is_done_leaves_no_key(
    server: RedisServer, replica: Replica, keep: Callable[[], str]
) -> None:
    token = keep()
    with replica[1].next() as job:
        assert job is not None
        job.begin()
        replica[1].drop(token)
        path = job.folder / "made"
        path.write_bytes(b"result in pieces")
        job.finish(path, "a.txt", "text/plain")
    assert server.results() == []


@with_redis
@pytest.mark.parametrize("is_result", [False, True])
def test_what_is_dropped_while_it_is_fetched_is_gone(
    replica: Replica,
    keep: Callable[[], str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_result: bool,
) -> None:
    store, backlog = replica
    token = keep()
    if is_result:
        finish(backlog, b"result in pieces")
    pieces = store._pieces

    def interrupted(key: str) -> Iterator[bytes]:
        for piece in pieces(key):
            yield piece
            with suppress(JobGoneError):
                backlog.drop(token)

    monkeypatch.setattr(store, "_pieces", interrupted)
    if is_result:
        with pytest.raises(JobGoneError), backlog.result(token):
            pass
    else:
        with backlog.next() as none:
            assert none is None
    assert list(folder.iterdir()) == []


@with_redis
def test_a_piece_that_is_sent_again_is_there_once(
    replica: Replica, keep: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = replica[0]._put

    def put_twice(*piece: Any) -> None:
        put(*piece)
        put(*piece)

    monkeypatch.setattr(replica[0], "_put", put_twice)
    keep()
    with replica[1].next() as job:
        assert job is not None
        assert job.files[0].content.path.read_bytes() == b"a picture"


@with_redis
def test_a_file_that_redis_has_lost_is_not_taken_for_an_empty_one(
    server: RedisServer, replica: Replica, keep: Callable[[], str]
) -> None:
    keep()
    with server.client() as client:
        (key,) = client.keys("*:file:0")
        client.delete(key)
    with replica[1].next() as job:
        assert job is not None
        assert not job.files[0].content.path.exists()


@with_redis
def test_an_outage_is_no_end_of_a_job(
    server: RedisServer,
    replica: Replica,
    keep: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("_TELL_SECONDS", "_GLANCE_SECONDS"):
        monkeypatch.setattr(backlog_module, name, 0)
    keep()
    with replica[1].next() as job:
        assert job is not None
        job.begin()
        server.stop()
        assert job.page("a", lambda: PAGE) == PAGE
        assert not job.is_given_up()
        path = job.folder / "made"
        path.write_bytes(b"made")
        with pytest.raises(StorageUnavailableError):
            job.finish(path, "a.txt", "text/plain")


@with_redis
def test_a_job_whose_announcement_is_not_answered_is_not_kept(
    server: RedisServer,
    replica: Replica,
    keep: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce = replica[0]._announce

    def unanswered(*about: Any) -> None:
        announce(*about)
        raise RedisError("no answer")

    monkeypatch.setattr(replica[0], "_announce", unanswered)
    with pytest.raises(StorageUnavailableError):
        keep()
    assert server.results() == []


@with_redis
def test_what_was_sent_before_its_sender_died_goes_by_itself(
    server: RedisServer,
    replica: Replica,
    keep: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("_announce", "_forget"):
        monkeypatch.setattr(replica[0], name, _unreachable)
    with pytest.raises(StorageUnavailableError):
        keep()
    monkeypatch.undo()
    with server.client() as client:
        (loose,) = server.results()
        assert 0 < client.ttl(loose) <= 3600
        token = keep()
        finish(replica[1])
        lasting = set(server.results()) - {loose}
        assert {client.ttl(key) for key in lasting} == {-1}
        replica[1].drop(token)
    assert server.results() == [loose]


@with_redis
def test_what_a_killed_process_fetched_is_swept(
    server: RedisServer, keep: Callable[[], str], folder: Path
) -> None:
    keep()
    program = f"""
    import signal
    from pathlib import Path
    from picture.serving.replicas import RedisStore
    store = RedisStore({server.url!r}, Path({str(folder)!r}))
    with store.leased(store.pending()[0]):
        print("fetched", flush=True)
        signal.pause()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    (left,) = folder.iterdir()
    assert (left / "file-0").read_bytes() == b"a picture"
    Storage(folder, folder.parent / "output", keep=False).sweep(process.pid)
    assert list(folder.iterdir()) == []


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
