"""Native code that parses untrusted bytes, run where its death is nobody else's."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Protocol, cast

from picture import errors
from picture.errors import (
    PageTooComplexError,
    PictureBrokenError,
    PictureTooLargeError,
    ServiceError,
)

_PROGRAM = Path(__file__).with_name("confined.py")

# Nothing else of the environment is for a process that hostile bytes may take over.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "PATH", "TMPDIR")

_LONGEST_HEADER = 65_536
_SECONDS = 20


class Deadline(Protocol):
    """How long somebody waits."""

    def wait_for(self, attempt: Callable[[float], bool]) -> None:
        """Try until it succeeds: `attempt` takes the seconds that it may block."""


class Child:
    """A fresh interpreter that answers calls of one handler while the block runs.

    `target` names a module of functions, `package.module`, or a class in one,
    `package.module:Class`, of which there is one instance as long as the child
    lives. Each call returns a JSON value and bytes. The packages that the module is
    in are entered without their `__init__.py`, so that the child starts with little.

    The child may take `memory` bytes beside what its modules take, `seconds` of CPU
    for a call, and write files of `file_bytes` each. It ends with the block, and where
    that is never left, with the thread that entered it.
    """

    def __init__(
        self,
        target: str,
        deadline: Deadline,
        memory: int,
        seconds: int = _SECONDS,
        file_bytes: int = 0,
    ) -> None:
        self._deadline = deadline
        self._terms = {
            "target": target,
            "memory": memory,
            "seconds": seconds,
            "file_bytes": file_bytes,
            "parent": os.getpid(),
            "path": sys.path,
        }

    def __enter__(self) -> Child:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM), json.dumps(self._terms)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
        )
        self._calls = cast(IO[bytes], self._process.stdin)
        self._replies = cast(IO[bytes], self._process.stdout).fileno()
        self._poll = select.poll()
        self._poll.register(self._replies, select.POLLIN)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with self._process:  # closes the pipes and waits
            pass

    def call(self, name: str, most: int = 0, **arguments: Any) -> tuple[Any, bytearray]:
        """Call a function of the handler; return its value and `most` bytes at most.

        What a child says is not believed beyond its form: the value may be any.
        Raises the ServiceError that the handler raised; PictureBrokenError where
        it failed in any other way or died, PictureTooLargeError where memory did not
        suffice, PageTooComplexError where time of the CPU did not, and what
        `deadline` raises.
        """
        self._send(json.dumps([name, arguments]).encode() + b"\n")
        header, start = self._read_header()
        value, length = _read_reply(header)
        if not len(start) <= length <= most:
            raise PictureBrokenError(f"{name} gave {length} bytes of {most}")
        return value, self._read_data(start, length)

    def _send(self, call: bytes) -> None:
        try:
            self._calls.write(call)
        except BrokenPipeError:
            raise self._ending() from None

    def _read_header(self) -> tuple[bytes, bytes]:
        """Return the header, and the data that came with it."""
        room, end = bytearray(_LONGEST_HEADER), 0
        while b"\n" not in room:
            if end == len(room):
                raise PictureBrokenError("a reply without a header")
            end += self._read(memoryview(room)[end:])
        header, _, start = bytes(room[:end]).partition(b"\n")
        return header, start

    def _read_data(self, start: bytes, length: int) -> bytearray:
        data, end = bytearray(length), len(start)
        data[:end] = start
        room = memoryview(data)
        while end < length:
            end += self._read(room[end:])
        return data

    def _read(self, room: memoryview) -> int:
        """Wait for bytes and return how many came."""
        self._deadline.wait_for(lambda seconds: bool(self._poll.poll(1000 * seconds)))
        count = os.readv(self._replies, [room])
        if not count:
            raise self._ending()
        return count

    def _ending(self) -> ServiceError:
        """Return why the child has ended before it was told to."""
        self._process.kill()
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return PageTooComplexError("took too much of the CPU")
        # The system kills where memory is short, and C++ aborts.
        if code in (-signal.SIGKILL, -signal.SIGABRT):
            return PictureTooLargeError(f"the child ended with {code}")
        return PictureBrokenError(f"the child ended with {code}")


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # Each thread would reserve 64 MB of addresses, which are what is counted.
    return {**kept, "MALLOC_ARENA_MAX": "1"}


def _read_reply(header: bytes) -> tuple[Any, int]:
    """Return a reply's value and the length of its data, or raise the error that it tells."""
    try:
        reply = json.loads(header)
        if "error" not in reply:
            return reply["value"], int(reply["length"])
        name, detail = str(reply["error"]), str(reply["detail"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PictureBrokenError("a reply that is none") from error
    raise _failure(name, detail)


def _failure(name: str, detail: str) -> ServiceError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, ServiceError):
        return kind(detail)
    return (PictureTooLargeError if name == "MemoryError" else PictureBrokenError)(
        f"{name}: {detail}"
    )
