"""What the service counts, for Prometheus, across all workers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

requests = Counter("ocr_requests", "Requests answered.", ["route", "status"])
request_seconds = Histogram(
    "ocr_request_seconds",
    "Seconds from the request's head to its answer.",
    ["route"],
    buckets=_SECONDS,
)
stage_seconds = Histogram(
    "ocr_stage_seconds",
    "Seconds that pictures spent in a stage: wait, decode, recognise or render.",
    ["stage"],
    buckets=_SECONDS,
)
queue_depth = Gauge(
    "ocr_queue_depth", "Requests that are being read or wait for it.", multiprocess_mode="livesum"
)
cache = Counter("ocr_cache", "Pictures answered by whether they had to be read.", ["result"])
refused = Counter("ocr_refused", "Requests refused, by error code.", ["code"])


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the seconds that the block takes towards a stage."""
    started = time.monotonic()
    try:
        yield
    finally:
        stage_seconds.labels(name).observe(time.monotonic() - started)


def exposition() -> bytes:
    """Return the counts of all workers, or of this process where it is alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
