"""Makers in processes of their own, each with its own engine: one that dies is replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from picture.batch.task import FailureError, Made, Maker, Task
from picture.confined import end_with

_ATTEMPTS = 2

_maker: Maker


def _start(create: Callable[[], Maker], parent: int) -> None:
    """Be such a process, which ends with the one that started it."""
    global _maker  # noqa: PLW0603 - a process has one
    end_with(parent)
    # Ctrl-C reaches every process of a terminal, and what is begun is to be finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _maker = create()


def _make(task: Task) -> Sequence[Made]:
    return _maker.make(task)


class ProcessMaker:
    """A maker in a process: what ends that ends no other, and is tried once more.

    `create` makes the maker there, and has to be one that can be pickled.
    """

    def __init__(self, create: Callable[[], Maker]) -> None:
        self._create = create
        self._is_closed = False
        self._pool = self._open()

    def make(self, task: Task) -> Sequence[Made]:
        """Make all that a task wants; raises FailureError."""
        for _ in range(_ATTEMPTS):
            try:
                return self._pool.submit(_make, task).result()
            except BrokenProcessPool:
                # Once closed, no other is begun.
                if not self._is_closed:
                    self._pool = self._open()
        raise FailureError(
            "reader_died", "The process that read this file died of it. It may want more memory."
        )

    def close(self) -> None:
        """End the process, whatever it does."""
        self._is_closed = True
        for process in list((self._pool._processes or {}).values()):
            process.kill()
        self._pool.shutdown(cancel_futures=True)

    def _open(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        known = self._create, os.getpid()
        return ProcessPoolExecutor(1, context, initializer=_start, initargs=known)
