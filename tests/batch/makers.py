"""Makers that read nothing."""

import os
from collections.abc import Sequence
from pathlib import Path

from picture.batch.task import FailureError, Made, Task


class Copier:
    """Make copies; a file that says so fails, or ends the process."""

    def __init__(self, log: Path | None = None) -> None:
        self.made: list[str] = []
        self._log = log

    def make(self, task: Task) -> Sequence[Made]:
        text = task.path.read_text()
        self.made.append(task.path.name)
        if self._log is not None:
            with self._log.open("a") as log:
                log.write(f"{task.path.name}\n")
        if text == "bad":
            raise FailureError("picture_broken", "Damaged.")
        if text == "deadly":
            os._exit(9)
        return [Made(word, f".{word}", f"{word}:{text}".encode()) for word in task.words]

    def close(self) -> None:
        pass
