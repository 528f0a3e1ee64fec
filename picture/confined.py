"""The child's own side: it confines itself, then answers one call after another.

Runs as a script in a fresh interpreter that knows nothing of the rest.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_PR_SET_PDEATHSIG = 1
_MOST_FILES = 64
_LONGEST_DETAIL = 1000


def main() -> None:
    """Answer the calls on standard input until there are no more."""
    terms = json.loads(sys.argv[1])
    end_with(terms["parent"])
    replies = _take_stdout()
    sys.path[:] = terms["path"]
    try:
        handler = _load(terms["target"])
        _confine(terms["memory"], terms["file_bytes"])
    except Exception as error:
        # Ours to mend, and no fault of what was sent.
        _write(replies, {"error": "ServiceError", "detail": repr(error)})
        return
    for line in sys.stdin.buffer:
        _limit_cpu(terms["seconds"])
        _answer(handler, line, replies)


def end_with(parent: int) -> None:
    """Have the system kill this process when its parent ends, however that does."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent has ended already")


def _take_stdout() -> int:
    """Keep standard output for replies: what libraries print goes nowhere."""
    replies = os.dup(1)
    os.dup2(2, 1)
    return replies


def _load(target: str) -> Any:
    """Import the handler without running what its packages' doors import."""
    module, _, name = target.partition(":")
    parts = module.split(".")
    for end in range(1, len(parts)):
        package = ModuleType(".".join(parts[:end]))
        package.__path__ = [str(_ROOT.joinpath(*parts[:end]))]
        sys.modules[package.__name__] = package
    handler = import_module(module)
    return getattr(handler, name)() if name else handler


def _confine(memory: int, file_bytes: int) -> None:
    """Bound what this process may take from now on."""
    # The system ends this process before any other.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    own = pages * resource.getpagesize()
    for kind, most in (
        (resource.RLIMIT_AS, own + memory),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, most)


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (least, least))


def _limit_cpu(seconds: int) -> None:
    """Have the system end this process once it has used so many more seconds of CPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))


def _answer(handler: Any, line: bytes, replies: int) -> None:
    try:
        name, arguments = json.loads(line)
        value, data = getattr(handler, name)(**arguments)
    except Exception as error:
        detail = str(error)[:_LONGEST_DETAIL]
        _write(replies, {"error": type(error).__name__, "detail": detail})
    else:
        view = memoryview(data).cast("B")
        _write(replies, {"value": value, "length": len(view)}, view)


def _write(replies: int, header: dict[str, Any], data: bytes | memoryview = b"") -> None:
    _write_all(replies, memoryview(json.dumps(header).encode() + b"\n"))
    _write_all(replies, memoryview(data))


def _write_all(replies: int, data: memoryview) -> None:
    while data:
        data = data[os.write(replies, data) :]


if __name__ == "__main__":
    main()
