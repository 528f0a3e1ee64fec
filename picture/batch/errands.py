"""What a program asks for, one file at a time: a path or bytes in, an answer of some size out."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from picture.batch.task import FailureError, Made, Task
from picture.errors import UploadTooLargeError
from picture.serving import IMAGE, JSON

MOST_CHARACTERS = 60_000
"""What an answer of text may have: a newspaper's page, 15,000 words of a model or so."""

MOST_SHOWN_BYTES = 3_500_000
"""What a picture in an answer may have, which base64 makes a third more of."""

WRITTEN: Mapping[str, str] = {
    **{".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"},
    **{".tif": "tiff", ".tiff": "tiff", ".pdf": "pdf", ".svg": "svg"},
}
"""What a picture is written as under a name, by its end."""

_PAGE_BREAK = "\f"

# What the service's own sentence says with options that an errand has not.
_OTHER_WORDS: Mapping[str, str] = {
    "single_page": "These are several pages. Name one with pages=, or an output that ends with "
    ".pdf or .tiff.",
}


class Stoppable(Protocol):
    """A maker that stops where nobody waits any more, which it is told when it asks."""

    def make(self, task: Task, is_gone: Callable[[], bool]) -> Sequence[Made]:
        """Make all that a task wants; raises FailureError."""

    def close(self) -> None:
        """Let go of everything."""


class LateMaker:
    """A maker that is created when it is first needed: a model takes seconds and memory.

    `create` raises FailureError where it cannot, and is asked again the next time.
    """

    def __init__(self, create: Callable[[], Stoppable]) -> None:
        self._create = create
        self._lock = Lock()
        self._maker: Stoppable | None = None

    def make(self, task: Task, is_gone: Callable[[], bool]) -> Sequence[Made]:
        """Make all that a task wants; raises FailureError."""
        with self._lock:
            maker = self._maker = self._maker or self._create()
        return maker.make(task, is_gone)

    def close(self) -> None:
        """Let go of everything, and of nothing where it was never needed."""
        if self._maker is not None:
            self._maker.close()


@dataclass(frozen=True, slots=True)
class Given:
    """A file: its absolute path on this machine, or its bytes in base64."""

    path: str
    data: str


@dataclass(frozen=True, slots=True)
class Errands:
    """Each errand is run by the maker; raises FailureError with what is wrong.

    `most_bytes` is what a file may have that comes in base64. `options` are those of the
    service's calls, as they are sent.
    """

    maker: Stoppable
    most_bytes: int

    def read(
        self, given: Given, word: str, options: Mapping[str, str], is_gone: Callable[[], bool]
    ) -> list[str]:
        """Return a file's text in the form that a word of TARGETS names, then remarks on it."""
        made = self._make(given, word, options, is_gone)
        text = made.data.decode()
        return [*_cut(text, word, "pages" not in options), *_remarks(made.unread)]

    def redraw(
        self, given: Given, options: Mapping[str, str], is_gone: Callable[[], bool]
    ) -> tuple[bytes, list[str]]:
        """Return a picture drawn anew, small enough to be shown, and remarks on it."""
        made = self._make(given, IMAGE, options, is_gone)
        if len(made.data) > MOST_SHOWN_BYTES:
            raise FailureError(
                "picture_too_large_to_show",
                f"The redrawn picture has {len(made.data):,} bytes, more than an answer may have. "
                "Name a file for it as output.",
            )
        return made.data, _remarks(made.unread)

    def redraw_into(
        self,
        given: Given,
        output: str,
        options: Mapping[str, str],
        is_gone: Callable[[], bool],
    ) -> list[str]:
        """Write a picture drawn anew to a file that is not there yet; return remarks on it."""
        with _told():
            path = _place(output)
        written = {"format": WRITTEN[path.suffix.lower()]}
        made = self._make(given, IMAGE, {**options, **written}, is_gone)
        with _told(), path.open("xb") as file:
            file.write(made.data)
        return [f"Written to {path}: {len(made.data):,} bytes.", *_remarks(made.unread)]

    def _make(
        self, given: Given, word: str, options: Mapping[str, str], is_gone: Callable[[], bool]
    ) -> Made:
        with _told(), self._opened(given) as path:
            return self._made(Task.of(path, (word,), options), is_gone)

    def _made(self, task: Task, is_gone: Callable[[], bool]) -> Made:
        try:
            (made,) = self.maker.make(task, is_gone)
        except FailureError as error:
            message = _OTHER_WORDS.get(error.code, error.message)
            raise FailureError(error.code, message) from error
        return made

    @contextmanager
    def _opened(self, given: Given) -> Iterator[Path]:
        """Give a path that is there as long as the block runs."""
        if bool(given.path) == bool(given.data):
            raise FailureError(
                "file_missing", "Give either the path of a file or its bytes in base64 as data."
            )
        if given.path:
            yield _found(given.path)
            return
        with tempfile.NamedTemporaryFile() as file:
            file.write(_decoded(given.data, self.most_bytes))
            file.flush()
            yield Path(file.name)


@contextmanager
def _told() -> Iterator[None]:
    """Say in a sentence what is wrong with a file."""
    try:
        yield
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        raise FailureError("file_unusable", f"{named}{error.strerror or error}.") from error


def _found(text: str) -> Path:
    """Return the path of a file that is there."""
    path = _absolute(text)
    if path.is_dir():
        raise FailureError("file_unusable", f"{path} is a folder. Name a file in it.")
    if not path.exists():
        raise FailureError("file_missing", f"There is no file {path} on this machine.")
    # What never ends is no picture: devices, pipes.
    if not path.is_file():
        raise FailureError("file_unusable", f"{path} is no file that can be read.")
    return path


def _place(text: str) -> Path:
    """Return the path of a picture that is to be written."""
    path = _absolute(text)
    if path.suffix.lower() not in WRITTEN:
        ends = ", ".join(WRITTEN)
        raise FailureError("output_unusable", f"The output must end with one of {ends}.")
    if not path.parent.is_dir():
        raise FailureError("output_unusable", f"There is no folder {path.parent}.")
    if path.exists():
        raise FailureError("output_unusable", f"{path} is there already. Name another output.")
    return path


def _absolute(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise FailureError("path_relative", f"{text} is no absolute path: it must begin with /.")
    return path


def _decoded(data: str, most: int) -> bytes:
    """Return the bytes of a file in base64, which may come as a data URL."""
    text = "".join((data.partition(",")[2] if data.startswith("data:") else data).split())
    if len(text) * 3 // 4 > most:
        raise FailureError(
            UploadTooLargeError.code,
            f"The file has more than the {most:,} bytes that may come as data. Give its path.",
        )
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FailureError("data_invalid", "The data is no base64.") from error


def _cut(text: str, word: str, is_whole: bool) -> list[str]:
    """Return text as far as an answer may go, and where that is not all how to get the rest.

    `is_whole` tells that it is the text of all pages.
    """
    if len(text) <= MOST_CHARACTERS:
        return [text]
    if word == JSON:
        raise FailureError(
            "answer_too_long",
            f"The JSON has {len(text):,} characters, more than the {MOST_CHARACTERS:,} that an "
            "answer may have. Ask for fewer pages with pages=, for a part with region=, or for "
            "another format.",
        )
    shown = text[:MOST_CHARACTERS]
    head, is_by_pages, _ = shown.rpartition(_PAGE_BREAK)
    if not is_by_pages:
        rest = "Ask for the rest with region=, such as 0,50%,100%,50% for the lower half."
        return [shown, f"This is cut after {len(shown):,} of {len(text):,} characters. {rest}"]
    count = head.count(_PAGE_BREAK) + 1
    others = f"with pages={count + 1}-" if is_whole else "by their numbers with pages="
    about = f"This is cut after {len(head):,} of {len(text):,} characters"
    return [head, f"{about}: {count} pages are whole. Read the others {others}."]


def _remarks(unread: int) -> list[str]:
    if not unread:
        return []
    return [f"There was too much text: {unread} lines were found and not read."]
