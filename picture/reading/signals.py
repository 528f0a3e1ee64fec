"""Signal handlers kept from packages that would put their own in their place."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Iterator
from contextlib import contextmanager

# Larger than C's struct sigaction on any system; what is in it is never looked at.
_ROOM = 512


@contextmanager
def kept_signals() -> Iterator[None]:
    """Put back every signal's handler afterwards, on whichever thread.

    Paddle takes SIGTERM when it is imported and answers it with a crash report.
    Python's own `signal` would put handlers back, but on the main thread only.
    """
    sigaction = ctypes.CDLL(None).sigaction
    kept = {number: ctypes.create_string_buffer(_ROOM) for number in signal.valid_signals()}
    for number, action in kept.items():
        sigaction(int(number), None, action)
    try:
        yield
    finally:
        for number, action in kept.items():
            sigaction(int(number), action, None)
