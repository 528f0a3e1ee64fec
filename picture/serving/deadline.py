"""The moment by which a request has to be answered, if anyone still waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from picture.errors import ClientGoneError, DeadlineExceededError

# How often who waits looks whether its client is still there.
_GLANCE_SECONDS = 0.25


class Deadline:
    """A moment `seconds` from now, and a client that may leave before."""

    def __init__(self, seconds: float, is_gone: Callable[[], bool] = lambda: False) -> None:
        self._moment = time.monotonic() + seconds
        self.is_gone = is_gone

    def remaining(self) -> float:
        """Return the seconds left; raises DeadlineExceededError where none are."""
        seconds = self._moment - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceededError
        return seconds

    def check(self) -> None:
        """Raise DeadlineExceededError or ClientGoneError unless there is time and a client."""
        self.remaining()
        if self.is_gone():
            raise ClientGoneError

    def wait_for(self, attempt: Callable[[float], bool]) -> None:
        """Try until it succeeds: `attempt` takes the seconds that it may block."""
        while not attempt(min(self.remaining(), _GLANCE_SECONDS)):
            self.check()
