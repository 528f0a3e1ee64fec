"""Results shared through a real Redis, and what happens while it is down."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis, RedisError

from picture.errors import DeadlineExceededError, QueueFullError, RateExceededError
from picture.page import Page
from picture.redraw import Fonts, Style
from picture.serving import Order, Storage
from picture.serving import breaker as breaker_module
from picture.serving import shared as shared_module
from picture.serving.cache import Cache
from picture.serving.deadline import Deadline
from picture.serving.rate import RateLimit
from picture.serving.results import is_page
from picture.serving.shared import SharedResults
from picture.settings import Settings
from tests.conftest import (
    ROOT,
    LiveService,
    draw_page,
    to_bytes,
    wait_until,
)
from tests.redis_server import RedisServer, with_redis
from tests.test_utility import CountingEngine
from utility import Jobs


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.stop()


def soon() -> Deadline:
    return Deadline(20)


@with_redis
def test_what_one_process_left_another_finds(server: RedisServer) -> None:
    one, other = (Cache(10, 1000, SharedResults(server.url, 60)) for _ in range(2))
    one.put("a", b"left")
    assert other.get("a") == b"left"
    assert other.get_or_compute("a", lambda: b"again", soon()) == b"left"


@with_redis
def test_a_found_value_is_kept_here_too(server: RedisServer) -> None:
    SharedResults(server.url, 60).put("a", b"left")
    cache = Cache(10, 1000, SharedResults(server.url, 60))
    assert cache.get("a") == b"left"
    server.stop()
    assert cache.get("a") == b"left"


@with_redis
def test_processes_that_ask_at_once_share_one_computation(server: RedisServer) -> None:
    computed = []

    def compute() -> bytes:
        computed.append(1)
        time.sleep(0.2)
        return b"value"

    caches = [Cache(10, 1000, SharedResults(server.url, 60)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(cache.get_or_compute, "a", compute, soon()) for cache in caches]
        assert [job.result() for job in jobs] == [b"value"] * 6
    assert len(computed) == 1


@with_redis
def test_a_failure_is_not_shared(server: RedisServer) -> None:
    cache = Cache(10, 1000, SharedResults(server.url, 60))
    with pytest.raises(ZeroDivisionError):
        cache.get_or_compute("a", lambda: bytes(1 // 0), soon())
    assert cache.get_or_compute("a", lambda: b"whole", soon()) == b"whole"


@with_redis
def test_a_holder_that_died_delays_the_next_only_for_its_lease(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "_LEASE_SECONDS", 0.3)
    with Redis.from_url(server.url) as client:
        client.lock("ocr:2:a:lease", timeout=60).acquire()
    results = SharedResults(server.url, 60)
    assert results.get_or_compute("a", lambda: b"value", soon()) == b"value"


@with_redis
def test_work_that_outlasts_its_lease_still_counts(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "_LEASE_SECONDS", 0.1)
    results = SharedResults(server.url, 60)

    def compute() -> bytes:
        time.sleep(0.3)
        return b"late"

    assert results.get_or_compute("a", compute, soon()) == b"late"
    assert results.get("a") == b"late"


@with_redis
def test_kept_results_expire(server: RedisServer) -> None:
    SharedResults(server.url, 60).put("a", b"1")
    with Redis.from_url(server.url) as client:
        assert 0 < client.ttl("ocr:2:a") <= 60


@with_redis
def test_without_redis_everything_is_computed(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.stop()
    cache = Cache(10, 1000, SharedResults(server.url, 60))
    for key in "abc":
        assert cache.get_or_compute(key, lambda: b"value", soon()) == b"value"
    assert caplog.text.count("shared cache unavailable") == 1


@with_redis
def test_redis_is_used_again_once_it_is_back(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker_module, "_PAUSE_SECONDS", 0.05)
    results = SharedResults(server.url, 60)
    server.stop()
    results.put("a", b"lost")
    server.start()
    SharedResults(server.url, 60).put("a", b"kept")
    wait_until(lambda: results.get("a") == b"kept")


@with_redis
def test_a_rate_is_counted_for_all_processes_and_survives_redis(server: RedisServer) -> None:
    one, other = RateLimit("2/hour", server.url), RateLimit("2/hour", server.url)
    one.check("a")
    other.check("a")
    with pytest.raises(RateExceededError):
        one.check("a")
    server.stop()
    one.check("b")
    one.check("b")
    with pytest.raises(RateExceededError):
        one.check("b")


@with_redis
def test_services_share_results_and_outlive_redis(server: RedisServer, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda folder: LiveService(folder, OCR_CACHE_URL=server.url), folders)
    picture = to_bytes(draw_page("Shared"))
    assert one.post("/img_txt", picture).headers["X-Cache"] == "miss"
    assert two.post("/img_txt", picture).headers["X-Cache"] == "hit"
    at_once = to_bytes(draw_page("At once"))
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(service.post, "/img_txt", at_once) for service in (one, two) * 3]
        answers = [job.result() for job in jobs]
    assert [answer.headers["X-Cache"] for answer in answers].count("miss") == 1
    server.stop()
    assert two.post("/img_txt", to_bytes(draw_page("Alone"))).text.strip() == "Alone"
    assert (one.stop(), two.stop()) == (0, 0)


@with_redis
def test_waiting_for_redis_stops_no_thread_for_long(server: RedisServer) -> None:
    results = SharedResults(server.url, 60)
    with Redis.from_url(server.url) as client:
        client.execute_command("CLIENT", "PAUSE", "3000", "ALL")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(results.get, "a").result(timeout=2.5) is None


class Asked:
    """Which threads ask Redis, and how many of their questions failed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.threads: list[str] = []
        self.failures: list[str] = []
        execute: Any = Redis.execute_command

        def ask(*args: Any, **options: Any) -> Any:
            self.threads.append(threading.current_thread().name)
            try:
                return execute(*args, **options)
            except RedisError:
                self.failures.append(threading.current_thread().name)
                raise

        monkeypatch.setattr(Redis, "execute_command", ask)


@pytest.fixture
def hung() -> Iterator[str]:
    """Return the address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def test_once_redis_hangs_no_request_asks_it(hung: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker_module, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(shared_module, "_PATIENCE_SECONDS", 0.1)
    asked = Asked(monkeypatch)
    results = SharedResults(hung, 60)
    assert results.get_or_compute("a", lambda: b"value", soon()) == b"value"
    assert asked.threads.count("MainThread") == 1
    wait_until(lambda: asked.threads.count("breaker") > 2)
    for key in "abc":
        assert results.get_or_compute(key, lambda: b"value", soon()) == b"value"
        results.put(key, b"value")
    assert asked.threads.count("MainThread") == 1


@with_redis
def test_who_waits_for_a_lease_when_redis_hangs_waits_for_one_answer_only(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "_LEASE_SECONDS", 3600)
    asked, waits = Asked(monkeypatch), Waits()
    results = SharedResults(server.url, 60)
    with server.client() as client:
        client.lock("ocr:2:a:lease", timeout=60).acquire()
        with ThreadPoolExecutor(1, "waiter") as pool:
            job = pool.submit(
                results.get_or_compute, "a", lambda: b"value", soon(), waiting=waits.wait
            )
            assert waits.begun.wait(10)
            client.execute_command("CLIENT", "PAUSE", "5000", "ALL")
            assert job.result() == b"value"
    assert asked.failures.count("waiter_0") == 1


class Waits:
    """Where those who need another process's result wait, if they may."""

    def __init__(self, refuses: bool = False) -> None:
        self.begun = threading.Event()
        self.ended = threading.Event()
        self._refuses = refuses

    @contextmanager
    def wait(self) -> Iterator[None]:
        if self._refuses:
            raise QueueFullError
        self.begun.set()
        yield
        self.ended.set()


@with_redis
def test_who_needs_another_process_waits_where_it_may(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "_LEASE_SECONDS", 0.3)
    cache = Cache(10, 1000, SharedResults(server.url, 60))
    with server.client() as client:
        client.lock("ocr:2:a:lease", timeout=60).acquire()
    with pytest.raises(QueueFullError):
        cache.get_or_compute("a", lambda: b"value", soon(), waiting=Waits(refuses=True).wait)
    waits, ended = Waits(), []

    def compute() -> bytes:
        ended.append(waits.ended.is_set())
        return b"value"

    assert cache.get_or_compute("a", compute, soon(), waiting=waits.wait) == b"value"
    assert ended == [True]


@with_redis
def test_a_process_that_fails_is_succeeded_by_one_at_a_time(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "_LEASE_SECONDS", 2.0)
    alone = threading.Lock()
    outcomes = iter([DeadlineExceededError(), DeadlineExceededError(), None])
    computed = []

    def compute() -> bytes:
        assert alone.acquire(blocking=False), "two computed at once"
        computed.append(1)
        time.sleep(1.2)
        alone.release()
        if error := next(outcomes):
            raise error
        return b"value"

    caches = [Cache(10, 1000, SharedResults(server.url, 60)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(cache.get_or_compute, "a", compute, soon()) for cache in caches]
        failures = [job.exception() for job in jobs]
    assert sorted(type(error).__name__ for error in failures) == [
        *["DeadlineExceededError"] * 2,
        *["NoneType"] * 2,
    ]
    assert len(computed) == 3


@with_redis
def test_a_large_result_is_kept_here_and_not_shared(server: RedisServer) -> None:
    cache = Cache(10, 1000, SharedResults(server.url, 60, size=10))
    cache.put("small", b"x" * 10)
    cache.put("large", b"x" * 11)
    assert cache.get_or_compute("drawn", lambda: b"x" * 12, soon()) == b"x" * 12
    assert server.results() == [b"ocr:2:small"]
    assert SharedResults(server.url, 60, size=10).get("small") == b"x" * 10
    assert cache.get("large") == b"x" * 11


@with_redis
def test_a_value_that_is_too_large_is_not_even_fetched(server: RedisServer) -> None:
    SharedResults(server.url, 60).put("a", b"x" * 3_000_000)
    with server.client() as client:
        before = client.info("stats")["total_net_output_bytes"]
        assert SharedResults(server.url, 60, size=10).get("a") is None
        assert client.info("stats")["total_net_output_bytes"] - before < 100_000


def seal(server: RedisServer, key: bytes, value: bytes) -> None:
    """Write a value as one who knows the code, but no secret, can."""
    SharedResults(server.url, 60).put(key.decode().removeprefix("ocr:2:"), value)


def replace_by_list(client: Any, key: bytes) -> None:
    client.delete(key)
    client.rpush(key, "a", "b")


SPOILED: dict[str, Callable[[Any, bytes], object]] = {
    "another type": replace_by_list,
    "nothing": lambda client, key: client.set(key, b""),
    "no digest": lambda client, key: client.set(key, b"[100, 50, 0, []]"),
    "cut short": lambda client, key: client.set(key, client.get(key)[:-1]),
    "one bit": lambda client, key: client.setrange(key, 40, b"\0"),
}


@with_redis
@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
def test_a_damaged_value_counts_as_missing_and_is_replaced(
    server: RedisServer, spoiled: Callable[[Any, bytes], object]
) -> None:
    one, two, three = (Cache(10, 1000, SharedResults(server.url, 60)) for _ in range(3))
    one.put("a", b"a value of some length")
    with server.client() as client:
        spoiled(client, b"ocr:2:a")
    assert two.get("a") is None
    assert two.get_or_compute("a", lambda: b"whole", soon()) == b"whole"
    assert three.get("a") == b"whole"


@with_redis
def test_a_value_that_is_not_what_is_asked_for_counts_as_missing(server: RedisServer) -> None:
    one, two = (Cache(10, 1000, SharedResults(server.url, 60)) for _ in range(2))
    one.put("a", b'{"no": "page"}')
    assert two.get("a", is_page) is None
    page = Page(100, 50, ()).to_bytes()
    assert two.get_or_compute("a", lambda: page, soon(), is_page) == page
    assert SharedResults(server.url, 60).get("a", is_page) == page


@with_redis
def test_without_the_secret_no_result_can_be_forged(server: RedisServer) -> None:
    true = "the same for both"
    one, other = (SharedResults(server.url, 60, secret=true) for _ in range(2))
    one.put("a", b"true")
    assert other.get("a") == b"true"
    for secret in ("", "not the same"):
        SharedResults(server.url, 60, secret=secret).put("a", b"forged")
        assert other.get("a") is None
    one.put("a", b"true")
    with server.client() as client:
        client.copy("ocr:2:a", "ocr:2:b")
    assert other.get("b") is None


FOREIGN = [b"", b"null", b"[1, 2, 3]", b'[9, 9, 0, [["a", "b", "c"]]]', b"NONE\nx", b"\xff"]


@with_redis
@pytest.mark.parametrize("foreign", FOREIGN)
def test_foreign_values_in_redis_change_no_answer(
    server: RedisServer, foreign: bytes, tmp_path: Path
) -> None:
    settings, fonts = Settings(cache_url=server.url), Fonts(ROOT / "fonts")
    engine = CountingEngine()
    with Storage(tmp_path / "uploads", tmp_path / "output", keep=False).receive() as upload:
        upload.write(to_bytes(draw_page("Hello")))

        def answers() -> list[bytes]:
            jobs = Jobs(settings, engine, fonts)  # type: ignore[arg-type]
            text = jobs.image_to_text(Order(upload, "a.png"))
            return [text.data, jobs.image_to_image(Order(upload, "a.png"), Style()).data]

        true = answers()
        # Any text in UTF-8 might be the true one.
        for key in [key for key in server.results() if b"text" not in key or b"drawing" in key]:
            seal(server, key, foreign)
        assert answers() == true
        assert answers() == true
    assert engine.reads == 2


@with_redis
def test_the_settings_reach_what_is_shared(server: RedisServer, tmp_path: Path) -> None:
    def answer(**settings: Any) -> bytes:
        chosen = Settings(cache_url=server.url, **settings)
        jobs = Jobs(chosen, CountingEngine(), Fonts(ROOT / "fonts"))  # type: ignore[arg-type]
        return jobs.image_to_text(Order(upload, "a.png")).data

    with Storage(tmp_path / "uploads", tmp_path / "output", keep=False).receive() as upload:
        upload.write(to_bytes(draw_page("Hello")))
        true = answer(cache_shared_mb=0)
        assert server.results() == []
        assert answer(cache_key="the same for both") == true
        for key in server.results():
            seal(server, key, b"forged")
        assert answer(cache_key="the same for both") == true
    assert len(server.results()) == 3


@with_redis
def test_where_counters_have_no_room_each_process_counts(tmp_path: Path) -> None:
    full = RedisServer(tmp_path, "--maxmemory", "1", "--maxmemory-policy", "noeviction")
    rate = RateLimit("2/hour", full.url)
    rate.check("a")
    rate.check("a")
    with pytest.raises(RateExceededError):
        rate.check("a")
    full.stop()


def test_once_the_counters_hang_no_request_asks_them(
    hung: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(monkeypatch)
    rate = RateLimit("2/hour", hung)
    rate.check("a")
    rate.check("a")
    with pytest.raises(RateExceededError):
        rate.check("a")
    assert asked.threads.count("MainThread") == 1
