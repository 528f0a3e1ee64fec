"""What a machine must bring that pip cannot install: Python, its venv, system libraries.

Runs as a script before anything is installed, on Pythons too old for the rest:
only the standard library of Python 3.8 is used.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Mapping

OLDEST, NEWEST = (3, 11), (3, 13)

# Library -> Debian package that holds it. Without the first two OpenCV does not load.
OPENCV: Mapping[str, str] = {"libGL.so.1": "libgl1", "libgthread-2.0.so.0": "libglib2.0-0"}
SHAPING: Mapping[str, str] = {"libfribidi.so.0": "libfribidi0"}
PADDLE: Mapping[str, str] = {"libgomp.so.1": "libgomp1"}


def missing_packages(needed: Mapping[str, str]) -> list[str]:
    """Return the Debian packages that hold the libraries this machine lacks."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in needed.items() if not _loads(library)]


def require(needed: Mapping[str, str] = OPENCV) -> None:
    """End the program with a sentence that says what to install, if anything is missing."""
    packages = " ".join(missing_packages(needed))
    if packages:
        sys.exit(f"System libraries are missing. On Debian, run: apt install {packages}")


def problems(version: tuple[int, int], has_venv: bool, missing: list[str]) -> list[str]:
    """Return a sentence for each thing that keeps the service from being set up."""
    found = []
    if not OLDEST <= version <= NEWEST:
        found.append(
            f"Python {_dotted(OLDEST)} to {_dotted(NEWEST)} is needed, this is {_dotted(version)}: "
            "name another with PYTHON=python3.11 after the make command."
        )
    if not has_venv:
        found.append("Python's venv is missing. On Debian, run: apt install python3-venv")
    if missing:
        found.append(
            f"System libraries are missing. On Debian, run: apt install {' '.join(missing)}"
        )
    return found


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main() -> None:
    """Check this machine, before anything is installed on it."""
    has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    missing = missing_packages({**OPENCV, **SHAPING, **PADDLE})
    found = problems(sys.version_info[:2], has_venv, missing)
    if found:
        sys.exit("\n".join(["The service cannot be set up.", *found]))


if __name__ == "__main__":
    main()
