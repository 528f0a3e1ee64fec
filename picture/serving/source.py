"""What a request brought, opened when it is needed, and how long it may take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from picture import metrics
from picture.reading import (
    NOBODY,
    WHOLE,
    Asker,
    Document,
    Limits,
    Picture,
    Selection,
    open_document,
)
from picture.serving.deadline import Deadline
from picture.settings import Settings

# A decoded picture up to this size is kept from reading to drawing, in pixels.
_SMALL = 4_000_000


class Content(Protocol):
    """A file on disk that is known by its SHA-256, in hexadecimal."""

    @property
    def path(self) -> Path:
        """Return where the file is."""

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of all of it."""


def _once(_: str, read: Callable[[], bytes]) -> bytes:
    return read()


@dataclass(frozen=True, slots=True)
class Allowance:
    """The seconds that an order may take, and the pages that it may have."""

    seconds: float
    pages: int

    @classmethod
    def of(cls, settings: Settings) -> Allowance:
        """Return what a request is allowed."""
        return cls(settings.deadline, settings.max_pages)


UNBOUNDED = Allowance(math.inf, 1_000_000)
"""What somebody is allowed who has the machine to themselves."""


@dataclass(frozen=True, slots=True)
class Order:
    """An upload with its name at the client, what of it is wanted, and by whom.

    What a page says may come from where `page` keeps it by a key, else it is read.
    Without an `allowance` it is that of a request.
    """

    upload: Content
    name: str = ""
    selection: Selection = WHOLE
    asker: Asker = NOBODY
    page: Callable[[str, Callable[[], bytes]], bytes] = _once
    allowance: Allowance | None = None


class Source:
    """An order's document, and the deadline of its request.

    `was_read` tells that some of it had to be read for this request, `seconds` how long
    that took.
    """

    def __init__(self, order: Order, settings: Settings) -> None:
        self.order = order
        self.allowance = order.allowance or Allowance.of(settings)
        self.deadline = Deadline(self.allowance.seconds, order.asker.is_gone)
        self.was_read = False
        self.seconds = 0.0
        self._limits = Limits(settings.max_pixels, settings.max_side, settings.picture_bytes)
        self._open = ExitStack()
        self._document: Document | None = None
        self._kept: tuple[int, Picture] | None = None

    @property
    def document(self) -> Document:
        """Return the document, open as long as the request."""
        if self._document is None:
            path, wanted = self.order.upload.path, self.order.selection
            opened = open_document(path, self._limits, self.deadline, wanted.dpi, wanted.password)
            self._document = self._open.enter_context(opened)
        return self._document

    def picture(self, number: int, whole: bool) -> Picture:
        """Return a page's picture: `whole` in its own size, else as reading needs it."""
        if self._kept is not None and self._kept[0] == number:
            kept = self._kept[1]
            if not whole or kept.image.size == kept.size:
                return kept
        with metrics.stage("decode"):
            picture = self.document.picture(number, to_read=not whole)
        self._kept = (number, picture) if math.prod(picture.size) <= _SMALL else None
        return picture

    def close(self) -> None:
        """Close the document."""
        self._open.close()


@contextmanager
def opened(order: Order, settings: Settings) -> Iterator[Source]:
    """Give an order's source and close it when the block ends."""
    source = Source(order, settings)
    try:
        yield source
    finally:
        source.close()
