"""Makers on the machines of a Ray cluster, an engine each: one that dies is replaced."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from picture.batch.task import FailureError, Made, Maker, Task

MEMORY_BYTES = 1_300_000_000
"""What a maker asks the cluster for; it takes 1.17 GB with pictures of usual size."""

_ATTEMPTS = 3
_ROOT = Path(__file__).resolve().parent.parent.parent


class _Actor:
    """A maker on some machine of the cluster."""

    def __init__(self, create: Callable[[], Maker]) -> None:
        self._maker = create()

    def make(self, task: Task, data: bytes | None) -> Sequence[Made] | FailureError:
        """Make all that a task wants of the file itself, or of one that this machine sees."""
        with _file(task, data) as there:
            try:
                return self._maker.make(there)
            except FailureError as error:
                return error


@contextmanager
def _file(task: Task, data: bytes | None) -> Iterator[Task]:
    """Give the task with a path that is there as long as the block runs."""
    if data is None:
        yield task
        return
    with tempfile.NamedTemporaryFile(suffix=task.path.suffix) as file:
        file.write(data)
        file.flush()
        yield replace(task, path=Path(file.name))


class ClusterMaker:
    """A maker on a cluster. Files go there, or with `is_shared` only their paths.

    A task is given again, some times, where the machine or its process dies of whatever.
    """

    def __init__(self, ray: Any, create: Callable[[], Maker], is_shared: bool) -> None:
        self._ray = ray
        self._create = create
        self._is_shared = is_shared
        self._is_closed = False
        self._actor = self._begin()

    def make(self, task: Task) -> Sequence[Made]:
        """Make all that a task wants; raises FailureError."""
        data = None if self._is_shared else task.path.read_bytes()
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                return self._made(task, data)
            except self._ray.exceptions.RayError as error:
                if self._is_closed:
                    raise
                reason = str(error).strip().rpartition("\n")[2]
                self._actor = self._begin()
        raise FailureError("reader_died", f"The processes that read this file died: {reason}")

    def close(self) -> None:
        """End the process, whatever it does."""
        self._is_closed = True
        self._ray.kill(self._actor)

    def _made(self, task: Task, data: bytes | None) -> Sequence[Made]:
        made: Sequence[Made] | FailureError
        made = self._ray.get(self._actor.make.remote(task, data))
        if isinstance(made, FailureError):
            raise made
        return made

    def _begin(self) -> Any:
        actor = self._ray.remote(num_cpus=1, memory=MEMORY_BYTES)(_Actor)
        return actor.remote(self._create)


def connect(address: str) -> Any:
    """Return Ray, connected to a cluster whose machines have this program at the same path."""
    # Before it is imported.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    variables = {name: value for name, value in os.environ.items() if name.startswith("OCR_")}
    environment = {"env_vars": {**variables, "PYTHONPATH": str(_ROOT)}}
    ray.init(
        address=address, runtime_env=environment, log_to_driver=False, logging_level=logging.ERROR
    )
    return ray


def room(ray: Any) -> int:
    """Return for how many makers the cluster has CPUs and memory."""
    has = ray.cluster_resources()
    return max(1, min(int(has.get("CPU", 1)), int(has.get("memory", 0) // MEMORY_BYTES)))
