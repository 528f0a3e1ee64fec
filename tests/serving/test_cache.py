import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from picture.errors import DeadlineExceededError
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
