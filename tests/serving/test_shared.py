"""Results shared through a real Redis, and what happens while it is down."""

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis, RedisError

from picture.errors import RateExceededError
from picture.serving import shared as shared_module
from picture.serving.cache import Cache
from picture.serving.deadline import Deadline
from picture.serving.rate import RateLimit
from picture.serving.shared import SharedResults
from tests.conftest import (
    LiveService,
    draw_page,
    find_program,
    free_port,
    needs,
    to_bytes,
    wait_until,
)

REDIS = find_program("redis-server")
with_redis = needs(redis_server=REDIS)


class RedisServer:
    """A redis-server of our own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self.start()

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            [str(REDIS), *options], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        wait_until(self._answers)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def keys(self) -> list[bytes]:
        with Redis.from_url(self.url) as client:
            return list(client.scan_iter())

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False


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
        client.lock("ocr:a:lease", timeout=60).acquire()
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
        assert 0 < client.ttl("ocr:a") <= 60


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
    monkeypatch.setattr(shared_module, "_PAUSE_SECONDS", 0.0)
    results = SharedResults(server.url, 60)
    server.stop()
    results.put("a", b"lost")
    server.start()
    results.put("a", b"kept")
    assert results.get("a") == b"kept"


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
    one, two = (LiveService(folder, OCR_CACHE_URL=server.url) for folder in folders)
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
