"""Whether a server that requests ask is known to be down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 5.0


class Breaker:
    """Open while a server is down: requests pass it by, one thread asks whether it is back.

    `answers` asks the server and tells whether it answered; `name` is for the log.
    """

    def __init__(self, name: str, answers: Callable[[], bool]) -> None:
        self._name = name
        self._answers = answers
        self._lock = threading.Lock()
        self._open = False

    @property
    def is_open(self) -> bool:
        """Tell whether the server is known to be down."""
        return self._open

    def trip(self, error: Exception) -> None:
        """Open after a failure, until the server answers again."""
        with self._lock:
            if self._open:
                return
            self._open = True
        log.warning(f"{self._name} unavailable", extra={"detail": repr(error)})
        threading.Thread(target=self._watch, name="breaker", daemon=True).start()

    def _watch(self) -> None:
        time.sleep(_PAUSE_SECONDS)
        while not self._answers():
            time.sleep(_PAUSE_SECONDS)
        log.info(f"{self._name} available again")
        self._open = False
