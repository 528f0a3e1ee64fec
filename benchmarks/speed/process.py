"""A command and all that it starts: its CPU time and its memory."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO, cast

ROOT = Path(__file__).resolve().parent.parent.parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SAMPLE_SECONDS = 0.05
STOP_SECONDS = 20


class Tree:
    """A process in a session of its own, with its descendants.

    It runs in the repository's root. What it writes goes to `log`, its standard
    output to a pipe if it is `piped`.
    """

    def __init__(
        self, command: Sequence[str], variables: Mapping[str, str], log: Path, *, piped: bool
    ) -> None:
        self.peak_bytes = 0
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                env=environment_with(variables),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if piped else errors,
                stderr=errors,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        """Tell whether the first process still runs."""
        return self._process.poll() is None

    @property
    def standard_input(self) -> BinaryIO:
        """Return where to write for the first process."""
        return cast(BinaryIO, self._process.stdin)

    @property
    def standard_output(self) -> BinaryIO:
        """Return where the first process writes, where it is piped."""
        return cast(BinaryIO, self._process.stdout)

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of every process, and of those that ended and were waited for."""
        # utime, stime and, of ended children, cutime and cstime.
        return sum(sum(map(int, stat[11:15])) for stat in self._stats()) / TICKS_PER_SECOND

    def rss_bytes(self) -> int:
        """Return the resident memory of all processes, shared pages counted in each."""
        return sum(int(stat[21]) for stat in self._stats()) * PAGE_BYTES

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep `peak_bytes` up to date meanwhile."""
        over = Event()
        watcher = Thread(target=self._watch, args=(over,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def stop(self) -> None:
        """Ask the first process to end, then end what is left."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _watch(self, over: Event) -> None:
        while not over.is_set():
            self.peak_bytes = max(self.peak_bytes, self.rss_bytes())
            over.wait(SAMPLE_SECONDS)

    def _stats(self) -> Iterator[list[str]]:
        """Yield what follows the name in /proc/*/stat of each process of the session."""
        session = str(self._process.pid)
        for entry in os.listdir("/proc"):  # noqa: PTH208 - called often, and four times as fast
            if not entry.isdecimal():
                continue
            with suppress(OSError):
                stat = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
                if stat[3] == session:
                    yield stat


def environment_with(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's variables without settings of the service, and with `variables`."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("OCR_")}
    return {**inherited, **variables}
