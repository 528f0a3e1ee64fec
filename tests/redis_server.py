"""A real Redis for tests, of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from tests.conftest import find_program, free_port, needs, wait_until

REDIS = find_program("redis-server")
with_redis = needs(redis_server=REDIS)


class RedisServer:
    """A redis-server of our own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._options = options
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--port", str(self.port), "--save", "", "--bind", "127.0.0.1", *self._options]
        self._process = subprocess.Popen(
            [str(REDIS), *options], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        wait_until(self._answers)

    def stop(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait()

    @contextmanager
    def client(self) -> Iterator[Any]:
        """Give a client."""
        with Redis.from_url(self.url) as client:
            yield client

    def results(self) -> list[bytes]:
        """Return all keys but leases."""
        with self.client() as client:
            return [key for key in client.scan_iter() if not key.endswith(b":lease")]

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False
