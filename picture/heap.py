"""Memory that the C library keeps of what was freed."""

from __future__ import annotations

import ctypes


def trim() -> None:
    """Return to the system what was freed: hundreds of megabytes after a large picture."""
    # Not every C library has it.
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
