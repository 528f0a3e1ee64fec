"""What native code may do to the process that it runs in; run in a child."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from picture.errors import PasswordWrongError

Reply = tuple[Any, bytes]

# The first number that is free beside the standard ones.
_REPLIES = 3


class Handler:
    """One instance lives as long as the child."""

    def __init__(self) -> None:
        self._calls = 0

    def echo(self, value: Any, data: int = 0) -> Reply:
        self._calls += 1
        return [value, self._calls], b"x" * data

    def refuse(self) -> Reply:
        raise PasswordWrongError("no")

    def fail(self) -> Reply:
        raise RuntimeError("parsing failed")

    def crash(self) -> Reply:
        ctypes.string_at(0)
        return None, b""

    def end(self) -> Reply:
        os._exit(3)

    def spin(self) -> Reply:
        while True:
            pass

    def sleep(self) -> Reply:
        time.sleep(600)
        return None, b""

    def take(self, size: int) -> Reply:
        return len(bytearray(size)), b""

    def signal(self, number: int) -> Reply:
        os.kill(os.getpid(), number)
        return None, b""

    def write(self, path: str) -> Reply:
        Path(path).write_bytes(b"written")
        return None, b""

    def chatter(self) -> Reply:
        os.write(1, b'{"value": "forged", "length": 0}\n')
        print("printed", flush=True)
        return "true", b""

    def babble(self) -> Reply:
        """Write where replies are written, as code that has taken over could."""
        os.write(_REPLIES, b"x" * 100_000)
        return None, b""

    def about(self) -> Reply:
        limits = [
            resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
        ]
        return {
            "pid": os.getpid(),
            "environment": sorted(os.environ),
            "limits": limits,
            "modules": sorted(sys.modules),
        }, b""


def add(left: int, right: int) -> Reply:
    return left + right, b""
