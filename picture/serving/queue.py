"""Who is let in, who works now, who is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from picture import metrics
from picture.errors import DeadlineExceededError, QueueFullError
from picture.serving.deadline import Deadline


class Queue:
    """A bounded wait, and places for those who hold pixels in memory.

    A request is admitted once and may then work several times. It must not wait
    for another request while it works: those who work always come to an end.
    """

    def __init__(self, places: int, waiting: int) -> None:
        self._admitted = threading.BoundedSemaphore(places + waiting)
        self._working = threading.BoundedSemaphore(places)

    @contextmanager
    def admission(self) -> Iterator[None]:
        """Let a request in while the block runs; raises QueueFullError where too many are."""
        if not self._admitted.acquire(blocking=False):
            raise QueueFullError
        try:
            with metrics.queue_depth.track_inprogress():
                yield
        finally:
            self._admitted.release()

    @contextmanager
    def work(self, deadline: Deadline) -> Iterator[None]:
        """Hold a working place while the block runs, once one is free before the deadline."""
        with metrics.stage("wait"):
            free = self._working.acquire(timeout=deadline.remaining())
        if not free:
            raise DeadlineExceededError
        try:
            yield
        finally:
            self._working.release()
