import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from picture.errors import StorageUnavailableError
from picture.serving import foreman as foreman_module
from picture.serving.backlog import WAITING, WORKING, Backlog, Job, Request
from picture.serving.disk import DiskStore
from picture.serving.foreman import Foreman
from tests.conftest import wait_until


class FakeJob:
    """A job that says what is asked of it."""

    def __init__(self, name: str, may_begin: bool = True) -> None:
        self.name = name
        self._may_begin = may_begin
        self.is_stopping: Callable[[], bool] = lambda: False

    def begin(self) -> bool:
        return self._may_begin

    def stop_when(self, is_stopping: Callable[[], bool]) -> None:
        self.is_stopping = is_stopping


class FakeBacklog:
    """Jobs in a list, and how often it was swept."""

    def __init__(self, *jobs: Any) -> None:
        self.jobs = list(jobs)
        self.sweeps = 0

    @contextmanager
    def next(self) -> Iterator[Any]:
        job = self.jobs.pop(0) if self.jobs else None
        if isinstance(job, Exception):
            raise job
        yield job

    def sweep(self) -> None:
        self.sweeps += 1


@contextmanager
def started(backlog: FakeBacklog, do: Callable[[Any], None]) -> Iterator[Foreman]:
    foreman = Foreman(backlog, do)  # type: ignore[arg-type]
    foreman.start()
    yield foreman
    foreman.stop()


def test_jobs_are_done_one_after_the_other() -> None:
    done: list[str] = []
    backlog = FakeBacklog(*map(FakeJob, "abc"))
    with started(backlog, lambda job: done.append(job.name)):
        wait_until(lambda: done == ["a", "b", "c"])
        wait_until(lambda: bool(backlog.sweeps))


def test_it_wakes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreman_module, "_POLL_SECONDS", 60)
    done = threading.Event()
    backlog = FakeBacklog()
    with started(backlog, lambda _: done.set()) as foreman:
        wait_until(lambda: bool(backlog.sweeps))
        backlog.jobs.append(FakeJob("late"))
        foreman.wake()
        assert done.wait(2)


def test_one_that_is_given_up_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreman_module, "_POLL_SECONDS", 0.01)
    done: list[str] = []
    with started(
        FakeBacklog(FakeJob("a", may_begin=False), FakeJob("b")), lambda job: done.append(job.name)
    ):
        wait_until(lambda: done == ["b"])


def test_neither_a_failure_nor_a_store_that_is_away_ends_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(foreman_module, "_POLL_SECONDS", 0.01)
    done: list[str] = []

    def do(job: Any) -> None:
        done.append(job.name)
        if job.name == "bad":
            raise ZeroDivisionError

    jobs = FakeJob("bad"), StorageUnavailableError("away"), FakeJob("good")
    with started(FakeBacklog(*jobs), do):
        wait_until(lambda: done == ["bad", "good"])
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_told_to_stop_it_has_the_job_given_up_and_ends() -> None:
    begun, seen = threading.Event(), threading.Event()

    def do(job: Any) -> None:
        begun.set()
        wait_until(job.is_stopping)
        seen.set()

    with started(FakeBacklog(FakeJob("a")), do) as foreman:
        assert begun.wait(5)
        foreman.stop()
        assert seen.is_set()


def test_what_nobody_fetches_is_swept_though_there_is_always_something_to_do() -> None:
    class Endless(FakeBacklog):
        @contextmanager
        def next(self) -> Iterator[Any]:
            yield FakeJob("a")

    backlog = Endless()
    with started(backlog, lambda _: time.sleep(0.01)):
        wait_until(lambda: bool(backlog.sweeps))


def test_told_to_stop_it_puts_back_what_is_begun_for_another(tmp_path: Path) -> None:
    backlog = Backlog(DiskStore(tmp_path), 10_000, 60)
    token = backlog.add(Request([], [], {}, ""), [])
    begun = threading.Event()

    def do(job: Job) -> None:
        begun.set()
        wait_until(job.is_given_up)
        job.put_back()

    foreman = Foreman(backlog, do)
    foreman.start()
    assert begun.wait(5)
    assert backlog.find(token)[1].state == WORKING
    before = time.monotonic()
    foreman.stop()
    assert time.monotonic() - before < 0.5
    assert (backlog.find(token)[1].state, backlog.find(token)[1].attempts) == (WAITING, 0)
    with backlog.next() as job:
        assert job is not None


def test_one_that_never_began_stops() -> None:
    foreman = Foreman(FakeBacklog(), lambda _: None)  # type: ignore[arg-type]
    foreman.stop()
    foreman.stop()
