"""Who is let in, who works now, who is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from picture import metrics
from picture.errors import QueueFullError
from picture.serving.deadline import Deadline


class Queue:
    """A bound on the requests that wait for anything, and places for those that draw.

    Reading needs no place: the engine reads one unit at a time, and memory is
    counted. Drawing takes a CPU of its own, which readings are to have as well.
    """

    def __init__(self, waiting: int, drawing: int) -> None:
        self._admitted = threading.BoundedSemaphore(waiting)
        self._drawing = threading.BoundedSemaphore(drawing)

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
    def drawing(self, deadline: Deadline) -> Iterator[None]:
        """Hold a place to draw while the block runs, once one is free before the deadline."""
        with metrics.stage("wait"):
            deadline.wait_for(lambda seconds: self._drawing.acquire(timeout=seconds))
        try:
            yield
        finally:
            self._drawing.release()
