"""The thread of a worker that does jobs, one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from picture.errors import ServiceError
from picture.serving.backlog import Backlog, Job

log = logging.getLogger(__name__)

# How often it is looked what other processes have taken, and what nobody fetched.
_POLL_SECONDS = 1.0
_SWEEP_SECONDS = 60.0


class Foreman:
    """Take jobs from a backlog and have `do` do them until told to end."""

    def __init__(self, backlog: Backlog, do: Callable[[Job], None]) -> None:
        self._backlog = backlog
        self._do = do
        self._woken = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="foreman", daemon=True)
        self._next_sweep = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Put back what is being done, for another process to go on with, and end."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                # First: there may be something to do for ever.
                self._sweep()
                if self._take():
                    continue
            except ServiceError as error:
                log.warning("jobs cannot be reached", extra={"detail": str(error)})
            except Exception:
                log.exception("a job failed")
            self._woken.wait(_POLL_SECONDS)
            self._woken.clear()

    def _take(self) -> bool:
        """Do the next job; tell whether there was one."""
        with self._backlog.next() as job:
            if job is None:
                return False
            job.stop_when(self._stopping.is_set)
            if job.begin():
                self._do(job)
        return True

    def _sweep(self) -> None:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + _SWEEP_SECONDS
            self._backlog.sweep()
