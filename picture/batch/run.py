"""Many files given to those who make something of them, until all are done or it is to stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock
from typing import IO

from picture.batch.ledger import Ledger
from picture.batch.task import FailureError, Maker, Task
from picture.serving import Names


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made of every file."""

    words: tuple[str, ...]
    options: Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """How many files were done now, done before, and failed."""

    done: int = 0
    skipped: int = 0
    failed: int = 0


class Report:
    """Failures, one line of JSON each; without any there is no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Report:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, source: str, failure: FailureError) -> None:
        """Write down a file that failed."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w")
        about = {"file": source, "code": failure.code, "message": failure.message}
        self._file.write(json.dumps(about, ensure_ascii=False) + "\n")
        self._file.flush()


@dataclass(slots=True)
class Run:
    """One go at many files below `root`.

    `told` hears of every file that is over with, and of why where it failed.
    """

    root: Path
    wish: Wish
    ledger: Ledger
    report: Report
    told: Callable[[str, FailureError | None], None] = lambda *_: None
    tally: Tally = field(default_factory=Tally)
    stopping: Event = field(default_factory=Event)
    _names: Names = field(init=False)
    _feeding: Lock = field(default_factory=Lock)
    _telling: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._names = Names(self.ledger.names)

    def __call__(self, paths: Iterable[Path], makers: Sequence[Maker]) -> None:
        """Have each maker take files, one after the other, until none is left."""
        files = iter(paths)
        with ThreadPoolExecutor(len(makers)) as pool:
            workers = [pool.submit(self._work, files, maker) for maker in makers]
            try:
                for worker in workers:
                    worker.result()
            except BaseException:
                self.stop()
                for maker in makers:
                    maker.close()
                raise

    def stop(self) -> None:
        """Begin no other file."""
        self.stopping.set()

    def _work(self, files: Iterator[Path], maker: Maker) -> None:
        while not self.stopping.is_set():
            with self._feeding:
                path = next(files, None)
                if path is None:
                    return
                source = str(path.relative_to(self.root))
                name = self._names.of(source)
            self._finish(path, source, name, maker)

    def _finish(self, path: Path, source: str, name: str, maker: Maker) -> None:
        """Make of one file what is missing; whatever is wrong with it harms no other."""
        failure, was_there = None, False
        try:
            was_there = self._make(path, source, name, maker)
        except FailureError as error:
            failure = error
        except OSError as error:
            failure = FailureError("file_unusable", f"{error.strerror or error}.")
        with self._telling:
            self.tally.skipped += was_there
            self.tally.failed += failure is not None
            self.tally.done += not was_there and failure is None
            if failure is not None:
                self.report.add(source, failure)
            self.told(source, failure)

    def _make(self, path: Path, source: str, name: str, maker: Maker) -> bool:
        """Make what is missing; tell whether nothing was."""
        task = Task.of(path, self.wish.words, self.wish.options)
        missing = self.ledger.missing(source, task)
        if missing:
            for made in maker.make(replace(task, words=missing)):
                self.ledger.keep(source, name, task, made)
        return not missing
