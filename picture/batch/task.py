"""One file of many: what is to be made of it, what was, and why it was not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from picture.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Task:
    """A file that is known by its SHA-256, in hexadecimal, and what is to be made of it.

    `words` are some of TARGETS; `options` are those of the service's calls, as they are sent.
    """

    path: Path
    sha256: str
    words: tuple[str, ...]
    options: Mapping[str, str]

    @classmethod
    def of(cls, path: Path, words: tuple[str, ...], options: Mapping[str, str]) -> Task:
        """Return a task for a file as it is now; raises OSError."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path, digest, words, options)


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made, what its name ends with, and which of TARGETS it is.

    `unread` counts lines that were found and not read.
    """

    word: str
    suffix: str
    data: bytes
    unread: int = 0


# A file is sent under this name with its own end: what comes back ends as what was made.
_NAME = "x"


def sent_name(task: Task) -> str:
    """Return a name that tells nothing of a file but how its own ends."""
    return f"{_NAME}{task.path.suffix}"


def ending(name: str) -> str:
    """Return what the name of a file that was made ends with."""
    return name.removeprefix(_NAME)


class FailureError(Exception):
    """A file of which nothing can be made: a code and a sentence, as the service answers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    @classmethod
    def of(cls, error: ServiceError) -> FailureError:
        """Return a failure of the service as one of a file."""
        return cls(error.code, error.message)


class Maker(Protocol):
    """Who makes what tasks want, one at a time."""

    def make(self, task: Task) -> Sequence[Made]:
        """Make all that a task wants; raises FailureError."""

    def close(self) -> None:
        """Let go of everything, whatever is being made."""
