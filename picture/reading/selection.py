"""What of a document is read, and how."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

from picture.page import Page
from picture.reading.corrections import Correction, correct
from picture.reading.lines import Lines
from picture.reading.orientation import Orientation
from picture.reading.pages import Pages
from picture.reading.region import Region, Size, chosen, within

# Of this process alone: what an encrypted document says is not shared with others.
_SECRET = secrets.token_bytes(32)


class TextLayer(StrEnum):
    """What becomes of the text that a PDF brings with it."""

    IGNORE = "ignore"
    USE = "use"
    MIX = "mix"


@dataclass(frozen=True, slots=True)
class Selection:
    """The pages and parts of pages that somebody wants to have read.

    `pages` and `dpi` are the document's own where they are None; without `regions`
    all of a page is read; `languages` are the tags of those that are expected, where
    something is known of them; lines in `ignored` regions or under `min_score`, where that
    is told, are left out, and then `corrections` say what lines really say. With `lines`,
    nothing is read.
    """

    pages: Pages | None = None
    dpi: int | None = None
    password: str = ""
    text_layer: TextLayer = TextLayer.IGNORE
    orientation: Orientation = Orientation.AUTO
    languages: tuple[str, ...] | None = None
    regions: tuple[Region, ...] = ()
    ignored: tuple[Region, ...] = ()
    min_score: float | None = None
    corrections: tuple[Correction, ...] = ()
    lines: Lines | None = None

    @property
    def manner(self) -> str:
        """Return a digest of what decides how a page is read, the same in every process."""
        return _digest(self.dpi, self.text_layer, self.orientation, self.languages, self.regions)

    @property
    def way(self) -> str:
        """Return a digest of what decides how a page is read, and of who may."""
        return _digest(self.manner, self._sealed)

    @property
    def key(self) -> str:
        """Return a digest of all of it."""
        given = self.lines.digest if self.lines else None
        chosen = (self.pages, self.ignored, self.min_score, self.corrections, given)
        return _digest(self.way, *chosen)

    @property
    def extent(self) -> str:
        """Return a digest of what decides which pages there are."""
        return _digest(self.pages, self._sealed)

    @property
    def _sealed(self) -> bytes:
        """Return what stands for the password: nobody who sees a key can find it by trying."""
        password = self.password.encode()
        return hashlib.blake2b(password, key=_SECRET).digest() if password else b""

    def within(self, page: Page) -> Page:
        """Return the lines of a page, on a picture as it was sent, in the regions."""
        return within(page, self.regions) if self.regions else page

    def of(self, page: Page, number: int, size: Size, with_unsure: bool = False) -> Page:
        """Return what is wanted of a page; `size` is its picture's before it was turned.

        `with_unsure` has the lines under `min_score` stand behind the others.
        """
        least = self.min_score or 0.0
        wanted = correct(chosen(page, size, self.ignored, least), number, self.corrections)
        if not with_unsure:
            return wanted
        every = chosen(page, size, self.ignored, 0.0).lines
        unsure = (line for line in every if line.score < least)
        return replace(wanted, lines=(*wanted.lines, *unsure))


WHOLE = Selection()


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
