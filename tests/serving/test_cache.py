import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

from picture.errors import (
    DeadlineExceededError,
    EngineUnavailableError,
    PictureBrokenError,
    QueueFullError,
    ServiceError,
)
from picture.serving import cache as cache_module
from picture.serving.cache import Cache
from picture.serving.deadline import Deadline


def soon() -> Deadline:
    return Deadline(10)


def test_a_kept_value_is_not_computed_again() -> None:
    cache = Cache(10, 1000)
    assert cache.get_or_compute("a", lambda: b"first", soon()) == b"first"
    assert cache.get_or_compute("a", lambda: b"second", soon()) == b"first"


def test_the_least_recently_used_entry_goes_first() -> None:
    cache = Cache(2, 1000)
    cache.put("a", b"1")
    cache.put("b", b"2")
    cache.get("a")
    cache.put("c", b"3")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"1", None, b"3")


def test_bytes_bound_the_cache_too() -> None:
    cache = Cache(100, 10)
    for key in "abcd":
        cache.put(key, b"1234")
    assert len(cache) == 2
    assert cache.used == 8


def test_a_value_larger_than_the_cache_is_answered_but_not_kept() -> None:
    cache = Cache(100, 10)
    cache.put("small", b"1")
    assert cache.get_or_compute("large", lambda: b"12345678901", soon()) == b"12345678901"
    assert cache.get("large") is None
    assert cache.get("small") == b"1"


def test_a_replaced_value_is_weighed_once() -> None:
    cache = Cache(100, 10)
    cache.put("a", b"12345")
    cache.put("a", b"123")
    assert cache.used == 3


def test_a_cache_of_no_entries_keeps_nothing() -> None:
    cache = Cache(0, 1000)
    cache.put("a", b"1")
    assert cache.get("a") is None


def test_threads_that_ask_at_once_share_one_computation() -> None:
    cache = Cache(10, 1000)
    computed = []

    def compute() -> bytes:
        computed.append(1)
        time.sleep(0.1)
        return b"value"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: cache.get_or_compute("a", compute, soon()), range(20)))
    assert answers == [b"value"] * 20
    assert len(computed) == 1


def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    cache = Cache(10, 1000)
    begun = threading.Event()

    def fail() -> bytes:
        begun.set()
        time.sleep(0.1)
        raise ValueError("broken")

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(cache.get_or_compute, "a", fail, soon())
        begun.wait()
        others = [pool.submit(cache.get_or_compute, "a", fail, soon()) for _ in range(4)]
        assert {str(job.exception()) for job in [first, *others]} == {"broken"}
    assert cache.get_or_compute("a", lambda: b"whole", soon()) == b"whole"


def test_who_waits_for_another_gives_up_at_the_deadline() -> None:
    cache = Cache(10, 1000)
    begun, finish = threading.Event(), threading.Event()

    def compute() -> bytes:
        begun.set()
        finish.wait()
        return b"late"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cache.get_or_compute, "a", compute, soon())
        begun.wait()
        with pytest.raises(DeadlineExceededError):
            cache.get_or_compute("a", compute, Deadline(0.05))
        finish.set()
        assert first.result() == b"late"


class Leader:
    """One computation, under way in a thread of its own until it is told to fail."""

    def __init__(self, cache: Cache) -> None:
        self._begun, self._end = threading.Event(), threading.Event()
        self._error: BaseException | None = None
        self._pool = ThreadPoolExecutor(1)
        self.job = self._pool.submit(cache.get_or_compute, "a", self._compute, soon())
        assert self._begun.wait(10)

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._end.set()
        self._pool.shutdown()

    def _compute(self) -> bytes:
        self._begun.set()
        assert self._end.wait(10)
        assert self._error is not None
        raise self._error


class Room:
    """Where followers wait: counts those who are in and those who ever came."""

    def __init__(self, places: int = 99) -> None:
        self._places = places
        self._changed = threading.Condition()
        self.inside = self.came = 0

    @contextmanager
    def wait(self) -> Iterator[None]:
        with self._changed:
            if self.inside == self._places:
                raise QueueFullError
            self.inside += 1
            self.came += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self.inside -= 1

    def fill(self, number: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.inside == number, 10)


OF_REQUEST = [DeadlineExceededError(), QueueFullError(), CancelledError(), SystemExit()]
OF_ALL = [
    PictureBrokenError(),
    EngineUnavailableError(),
    ServiceError(),
    ValueError("broken"),
    TimeoutError("of a disk"),
]


@pytest.mark.parametrize("error", OF_REQUEST, ids=repr)
def test_a_leader_that_fails_for_itself_is_succeeded(error: BaseException) -> None:
    cache, room = Cache(10, 1000), Room()
    leader = Leader(cache)
    with ThreadPoolExecutor(1) as pool:
        follower = pool.submit(
            cache.get_or_compute, "a", lambda: b"mine", soon(), waiting=room.wait
        )
        room.fill(1)
        leader.fail(error)
        assert follower.result() == b"mine"
    assert leader.job.exception() is error
    assert cache.get("a") == b"mine"


@pytest.mark.parametrize("error", OF_ALL, ids=repr)
def test_a_failure_of_the_picture_or_the_service_is_shared(error: Exception) -> None:
    cache, room = Cache(10, 1000), Room()
    leader = Leader(cache)
    with ThreadPoolExecutor(3) as pool:
        followers = [
            pool.submit(cache.get_or_compute, "a", lambda: b"mine", soon(), waiting=room.wait)
            for _ in range(3)
        ]
        room.fill(3)
        leader.fail(error)
        assert [job.exception() for job in followers] == [error] * 3


def test_followers_succeed_one_at_a_time_and_the_last_failure_is_its_own() -> None:
    cache, room = Cache(10, 1000), Room()
    leader = Leader(cache)
    alone, computed = threading.Lock(), []

    def fail(name: str) -> bytes:
        assert alone.acquire(blocking=False), "two computed at once"
        computed.append(name)
        time.sleep(0.01)
        alone.release()
        raise DeadlineExceededError(name)

    with ThreadPoolExecutor(5) as pool:
        followers = {
            name: pool.submit(
                cache.get_or_compute, "a", partial(fail, name), soon(), waiting=room.wait
            )
            for name in "bcdef"
        }
        room.fill(5)
        leader.fail(DeadlineExceededError())
        failures = {name: str(job.exception()) for name, job in followers.items()}
    assert failures == {name: name for name in "bcdef"}
    assert sorted(computed) == list("bcdef")
    assert cache.get_or_compute("a", lambda: b"whole", soon()) == b"whole"


def test_those_who_wait_on_get_what_a_successor_computes() -> None:
    cache, room = Cache(10, 1000), Room()
    leader = Leader(cache)
    computed = []

    def compute() -> bytes:
        computed.append(1)
        return b"value"

    with ThreadPoolExecutor(5) as pool:
        followers = [
            pool.submit(cache.get_or_compute, "a", compute, soon(), waiting=room.wait)
            for _ in range(5)
        ]
        room.fill(5)
        leader.fail(DeadlineExceededError())
        assert [job.result() for job in followers] == [b"value"] * 5
    assert len(computed) == 1


def test_who_may_not_wait_is_refused_and_the_others_are_not() -> None:
    cache, room = Cache(10, 1000), Room(places=1)
    leader = Leader(cache)
    with ThreadPoolExecutor(1) as pool:
        follower = pool.submit(
            cache.get_or_compute, "a", lambda: b"mine", soon(), waiting=room.wait
        )
        room.fill(1)
        with pytest.raises(QueueFullError):
            cache.get_or_compute("a", lambda: b"refused", soon(), waiting=room.wait)
        leader.fail(DeadlineExceededError())
        assert follower.result() == b"mine"


def test_who_computes_does_not_wait() -> None:
    cache, room = Cache(10, 1000), Room()
    inside = []

    def compute() -> bytes:
        inside.append(room.inside)
        return b"mine"

    cache.get_or_compute("b", compute, soon(), waiting=room.wait)
    assert room.came == 0
    leader = Leader(cache)
    with ThreadPoolExecutor(1) as pool:
        follower = pool.submit(cache.get_or_compute, "a", compute, soon(), waiting=room.wait)
        room.fill(1)
        leader.fail(QueueFullError())
        follower.result()
    assert inside == [0, 0]


class LastingError(PictureBrokenError):
    is_lasting = True
    sentence = "That is %(pieces)s pieces."

    def __init__(self, pieces: int) -> None:
        super().__init__(f"{pieces} pieces")
        self.values = {"pieces": pieces}


def failing(error: Exception, computed: list[str], key: str = "") -> Callable[[], bytes]:
    def compute() -> bytes:
        computed.append(key)
        raise error

    return compute


def test_what_is_known_to_fail_is_not_tried_again() -> None:
    cache = Cache(10, 1000)
    computed: list[str] = []
    compute = failing(LastingError(9), computed)
    for _ in range(3):
        with pytest.raises(LastingError, match="9 pieces") as caught:
            cache.get_or_compute("a", compute, soon())
        assert caught.value.message == "That is 9 pieces."
    assert len(computed) == 1
    assert cache.get_or_compute("b", lambda: b"whole", soon()) == b"whole"


def test_a_failure_that_is_kept_holds_no_frames() -> None:
    cache = Cache(10, 1000)
    for _ in range(2):
        with pytest.raises(LastingError) as caught:
            cache.get_or_compute("a", failing(LastingError(9), []), soon())
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert "compute" not in [frame.name for frame in frames]
    assert all(error.__traceback__ is None for _, error in cache._failures._kept.values())


def test_a_failure_is_kept_for_some_minutes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(10, 1000)
    with pytest.raises(LastingError):
        cache.get_or_compute("a", failing(LastingError(9), []), soon())
    later = time.monotonic() + cache_module._FAILURE_SECONDS
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert cache.get_or_compute("a", lambda: b"whole", Deadline(10)) == b"whole"


def test_the_oldest_of_too_many_failures_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_FAILURES", 2)
    cache = Cache(10, 1000)
    computed: list[str] = []
    for key in "abcbca":
        with pytest.raises(LastingError):
            cache.get_or_compute(key, failing(LastingError(9), computed, key), soon())
    assert computed == ["a", "b", "c", "a"]
