"""The moment by which a request has to be answered."""

from __future__ import annotations

import time

from picture.errors import DeadlineExceededError


class Deadline:
    """A moment `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._moment = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds left; raises DeadlineExceededError where none are."""
        seconds = self._moment - time.monotonic()
        if seconds <= 0:
            raise DeadlineExceededError
        return seconds
