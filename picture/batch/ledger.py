"""What is done, written down as it is done, so that another run goes on from there."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from picture.batch.task import Made, Task
from picture.serving import locks

_FOLDER = ".ocr"
_FRESH = ".part"


class LedgerHeldError(Exception):
    """Another run writes into the same folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was made: of which one, under what key, where, and its bytes."""

    source: str
    word: str
    key: str
    name: str
    path: str
    size: int


class Ledger:
    """What was made in a folder, one line of JSON a file. One run at a time holds it.

    A file counts as made once it is there whole and its line is written: whoever is
    killed in between makes it once more, and nothing is ever half there under its name.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._own = folder / _FOLDER
        self._path = self._own / "done.jsonl"
        self._entries: dict[tuple[str, str], Entry] = {}
        self._lock = Lock()

    def __enter__(self) -> Ledger:
        self._own.mkdir(parents=True, exist_ok=True)
        self._held = (self._own / "lock").open("w")
        if not locks(self._held.fileno()):
            self._held.close()
            raise LedgerHeldError(str(self._folder))
        for fresh in self._own.glob(f"*{_FRESH}"):
            fresh.unlink()
        self._entries = {(item.source, item.word): item for item in self._read()}
        self._rewrite()
        self._lines = self._path.open("a")
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._held.close()

    @property
    def names(self) -> dict[str, str]:
        """Return the names that are in use, each with the file it stands for."""
        return {item.name: item.source for item in self._entries.values()}

    def missing(self, source: str, task: Task) -> tuple[str, ...]:
        """Return what of a task has not been made, or is no longer there as it was made."""
        return tuple(word for word in task.words if not self._has(source, word, task))

    def keep(self, source: str, name: str, task: Task, made: Made) -> None:
        """Write a file under a name of the folder, and write down that it is done."""
        path = self._folder / f"{name}{made.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path, made.data)
        relative = str(path.relative_to(self._folder))
        key = self._key(task, made.word)
        entry = Entry(source, made.word, key, name, relative, len(made.data))
        with self._lock:
            self._entries[source, made.word] = entry
            self._lines.write(_line(entry))
            self._lines.flush()

    def _has(self, source: str, word: str, task: Task) -> bool:
        entry = self._entries.get((source, word))
        if entry is None or entry.key != self._key(task, word):
            return False
        try:
            return (self._folder / entry.path).stat().st_size == entry.size
        except OSError:
            return False

    def _key(self, task: Task, word: str) -> str:
        """Return a digest of all that decides what is made."""
        about = [task.sha256, word, sorted(task.options.items()), self._fingerprint]
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file that is there whole or not at all."""
        # In the ledger's own folder, which a run empties of what a killed one left.
        fresh = self._own / f"{secrets.token_hex(16)}{_FRESH}"
        try:
            with fresh.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def _read(self) -> Iterator[Entry]:
        """Yield what earlier runs have written, but for a line that broke off."""
        if not self._path.exists():
            return
        for line in self._path.read_text().splitlines():
            try:
                yield Entry(**json.loads(line))
            except (ValueError, TypeError):
                continue

    def _rewrite(self) -> None:
        """Leave out lines that later ones have replaced."""
        self._write(self._path, "".join(map(_line, self._entries.values())).encode())


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry)) + "\n"
