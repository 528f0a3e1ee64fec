"""Uploads that their senders may come back to: to look again, to correct, to download."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread

from picture.errors import FieldTooLargeError, ResultGoneError
from picture.reading import Correction
from picture.serving.folder import bytes_in, kept_page, write_whole
from picture.serving.storage import Upload
from picture.serving.tokens import name_of, new_token
from picture.settings import Settings

_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_FOLDERS = "kept-*"

_SWEEP_SECONDS = 20.0

# Looked through when a process has filled such a part of what was free, as others do
# at the same time; what is full is emptied to this share.
_PART = 1 / 4
_FILLED = 0.95

# Pages that one upload may have kept: who goes on turning one fills no disk.
_MOST_PAGES = 400
_MOST_MANNERS = 40
_MOST_CORRECTIONS = 20_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A file's format and its number of pages, and whether browsers show it as it is."""

    format: str
    count: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload with its name at the client, under a token that nobody can guess.

    It is a folder on disk, so that all workers of a machine find it; what was read of
    it stands beside it for the same reason.
    """

    folder: Path
    name: str
    sha256: str
    measure: Measure
    password: str = ""

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return self.folder / "upload"

    def corrections(self, manner: str) -> tuple[Correction, ...]:
        """Return what its pages really say, as they are read in one manner."""
        with suppress(FileNotFoundError):
            said = json.loads(self._corrections(manner).read_bytes())
            return tuple(Correction(*each) for each in said)
        return ()

    def correct(self, manner: str, page: int, corrections: Iterable[Correction]) -> None:
        """Replace what one page really says, as it is read in one manner."""
        others = [each for each in self.corrections(manner) if each.page != page]
        said = [*others, *(each for each in corrections if each.page == page)]
        if len(said) > _MOST_CORRECTIONS:
            raise FieldTooLargeError(f"{len(said)} corrections")
        path = self._corrections(manner)
        if path.exists() or len(list(self.folder.glob("corrections-*"))) < _MOST_MANNERS:
            write_whole(path, json.dumps(said).encode())

    def page(self, key: str, read: Callable[[], bytes]) -> bytes:
        """Return a page that some worker has read, or read it for all of them."""
        return kept_page(self.folder, key, read, _MOST_PAGES)

    def _corrections(self, manner: str) -> Path:
        return self.folder / f"corrections-{manner}"


class Shelf:
    """Kept uploads, the least recently used dropped first.

    Bounded by bytes, and by seconds since somebody last asked for one. Any number of
    processes may share the folder.
    """

    def __init__(self, folder: Path, seconds: float, size: int) -> None:
        self._folder = folder
        self._seconds = seconds
        self._size = size
        # Bytes kept since all was looked through, and how many were free then.
        self._since, self._room = 0, 0

    @classmethod
    def of(cls, settings: Settings, root: Path) -> Shelf:
        """Return the shelf that the settings describe, relative to `root`."""
        size = int(settings.result_mb * 1_000_000)
        return cls(root / settings.uploads_dir, 60 * settings.result_minutes, size)

    def keep(self, upload: Upload, name: str, measure: Measure, password: str = "") -> str:
        """Keep an upload and return its token."""
        token = new_token()
        folder = self._folder_of(token)
        folder.mkdir(mode=0o700)
        try:
            about = [name, upload.sha256, asdict(measure), password]
            (folder / "about.json").write_text(json.dumps(about))
            upload.path.rename(folder / "upload")
        except BaseException:
            _remove(folder)
            raise
        self._since += bytes_in(folder)
        # Not every time: where much is kept, looking through takes long.
        if self._since > self._room * _PART:
            self._make_room(folder)
        return token

    def find(self, token: str) -> Kept:
        """Return what is kept under a token; raises ResultGoneError where nothing is."""
        if not _TOKEN.fullmatch(token):
            raise ResultGoneError
        folder = self._folder_of(token)
        try:
            if _idle(folder) > self._seconds:
                raise ResultGoneError
            name, digest, measure, password = json.loads((folder / "about.json").read_bytes())
            folder.touch()
        except FileNotFoundError as error:
            raise ResultGoneError from error
        return Kept(folder, name, digest, Measure(**measure), password)

    def forget(self, token: str) -> None:
        """Remove what is kept under a token, if anything is."""
        if _TOKEN.fullmatch(token):
            _remove(self._folder_of(token))

    def sweep_from_now_on(self) -> None:
        """Remove what nobody has asked for in time as soon as its time is over."""
        Thread(target=self._sweep, name="shelf", daemon=True).start()

    def _sweep(self) -> None:
        while True:
            self._make_room()
            time.sleep(min(_SWEEP_SECONDS, self._seconds))

    def _folder_of(self, token: str) -> Path:
        return self._folder / f"kept-{name_of(token)}"

    def _make_room(self, newest: Path | None = None) -> None:
        kept = sorted(self._all())
        is_full = sum(size for _, size, _ in kept) > self._size
        most, held = self._size * (_FILLED if is_full else 1), 0
        for idle, size, folder in kept:
            if folder != newest and (held + size > most or idle > self._seconds):
                _remove(folder)
            else:
                held += size
        self._since, self._room = 0, self._size - held

    def _all(self) -> Iterator[tuple[float, int, Path]]:
        """Yield idle seconds, bytes and folder of all that is kept."""
        for folder in self._folder.glob(_FOLDERS):
            with suppress(FileNotFoundError):
                yield _idle(folder), bytes_in(folder), folder


def _idle(folder: Path) -> float:
    return time.time() - folder.stat().st_mtime


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
