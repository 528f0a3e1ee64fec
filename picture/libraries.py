"""System libraries that pip cannot install."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping

# Library that OpenCV loads -> Debian package that holds it.
NEEDED: Mapping[str, str] = {"libGL.so.1": "libgl1", "libgthread-2.0.so.0": "libglib2.0-0"}


def missing_packages(needed: Mapping[str, str] = NEEDED) -> list[str]:
    """Return the Debian packages to install before OpenCV can be imported."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in needed.items() if not _loads(library)]


def require(needed: Mapping[str, str] = NEEDED) -> None:
    """End the program with a sentence that says what to install, if anything is missing."""
    packages = " ".join(missing_packages(needed))
    if packages:
        sys.exit(f"OpenCV needs system libraries. On Debian, run: apt install {packages}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
