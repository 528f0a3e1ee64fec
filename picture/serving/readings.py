"""The pages of uploads, each read once for all who ask for it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

from picture.page import Page, turned_size
from picture.reading import (
    Engine,
    Lines,
    Orientation,
    Picture,
    TextLayer,
    fingerprint,
    merge,
    put_together,
    scaled,
)
from picture.serving.cache import Cache
from picture.serving.memory import Memory
from picture.serving.results import is_outline, is_page
from picture.serving.source import Source
from picture.settings import Settings


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's format and the numbers of the pages that are wanted."""

    format: str
    numbers: tuple[int, ...]


class Readings:
    """What is read of uploads, kept in a cache by content, model and what was wanted."""

    def __init__(self, settings: Settings, engine: Engine, cache: Cache, memory: Memory) -> None:
        self._engine = engine
        self._cache = cache
        self._memory = memory
        self._fingerprint = fingerprint(settings)

    def key(self, source: Source, result: str) -> str:
        """Return what a result of a source is kept under."""
        part = "-partial" if source.order.asker.partial else ""
        return f"{source.order.upload.sha256}:{self._fingerprint}:{result}{part}"

    def outline(self, source: Source) -> Outline:
        """Return which pages of a source are wanted; raises a ServiceError where some are not."""
        most = source.allowance.pages
        key = self.key(source, f"outline-{source.order.selection.extent}-{most}")
        kept = self._cache.get_or_compute(
            key, lambda: self._outline(source), source.deadline, is_outline
        )
        form, numbers = json.loads(kept)
        return Outline(form, tuple(numbers))

    def _outline(self, source: Source) -> bytes:
        document = source.document
        numbers = document.numbers(source.order.selection.pages, source.allowance.pages)
        return json.dumps([document.format, numbers]).encode()

    def pages(self, source: Source) -> list[Page]:
        """Return what was read on the pages that are wanted."""
        return [self.page(source, number) for number in self.outline(source).numbers]

    def page(self, source: Source, number: int, with_unsure: bool = False) -> Page:
        """Return what was read on a page, or what somebody says is on it.

        `with_unsure` also what would be left out as such.
        """
        if source.order.selection.lines is not None:
            return self._given(source, number, source.order.selection.lines)
        key = self.key(source, f"page-{number}-{source.order.selection.way}")
        kept = self._cache.get_or_compute(
            key,
            lambda: source.order.page(key, lambda: self._read(source, number)),
            source.deadline,
            is_page,
        )
        page = Page.from_bytes(kept)
        sent = turned_size((page.width, page.height), page.rotation)
        return source.order.selection.of(page, number, sent, with_unsure)

    def _given(self, source: Source, number: int, lines: Lines) -> Page:
        """Return a page of lines that came with it; of its picture only the size is looked at."""
        wanted = source.order.selection
        key = self.key(source, f"size-{number}-{wanted.way}")
        kept = self._cache.get_or_compute(
            key, lambda: self._size(source, number), source.deadline, is_page
        )
        empty = Page.from_bytes(kept)
        size = empty.width, empty.height
        is_told = wanted.orientation is not Orientation.AUTO
        page = lines.page(number, size, int(wanted.orientation) if is_told else 0)
        return wanted.of(page, number, size)

    def _size(self, source: Source, number: int) -> bytes:
        with self._memory.hold(source.document.cost(number).to_read, source.deadline):
            return Page(*source.document.size(number), ()).to_bytes()

    def unwritten(self, source: Source, number: int) -> Page:
        """Return what was read on a page where its document has no text of its own."""
        page, own = self.page(source, number), source.document.text_lines(number)
        if page.rotation or not own:
            return page
        return replace(page, lines=merge(own, page.lines)[len(own) :])

    def _read(self, source: Source, number: int) -> bytes:
        # The engine asks who waits long alone: page after quick page, nobody would.
        source.deadline.check()
        started = time.monotonic()
        with self._memory.hold(source.document.cost(number).to_read, source.deadline):
            page = self._read_page(source, number)
        source.was_read = True
        source.seconds += time.monotonic() - started
        return page.to_bytes()

    def _read_page(self, source: Source, number: int) -> Page:
        """Read a page; a function of its own, so that pixels go before their memory does."""
        wanted = source.order.selection
        own = self._own_text(source, number)
        if own is None:
            return self._read_picture(source, number, wanted.orientation)
        if wanted.text_layer == TextLayer.USE:
            return own
        # The document's own text says which way up the page is.
        page = self._read_picture(source, number, Orientation.NONE)
        return replace(page, lines=merge(own.lines, page.lines))

    def _own_text(self, source: Source, number: int) -> Page | None:
        """Return the text that a page brings with it, if that is wanted and there is any."""
        wanted, document = source.order.selection, source.document
        if wanted.text_layer == TextLayer.IGNORE:
            return None
        lines = document.text_lines(number)
        return wanted.within(Page(*document.size(number), lines)) if lines else None

    def _read_picture(self, source: Source, number: int, orientation: Orientation) -> Page:
        """Read all of a picture, or the regions that are wanted, all turned as the first."""
        picture = source.picture(number, whole=False)
        image, wanted = picture.image, source.order.selection
        regions = wanted.regions
        scale = image.width / picture.size[0]
        boxes = [scaled(region.box(picture.size), scale) for region in regions]
        parts = []
        for box in boxes or [(0, 0, *image.size)]:
            part = image.crop(box) if boxes else image
            left = source.deadline.remaining()
            page = self._engine.read(part, left, source.order.asker, orientation, wanted.languages)
            parts.append((box, page))
            orientation = Orientation(str(page.rotation))
        page = put_together(parts, image.size) if boxes else parts[0][1]
        return _on_whole(page, picture)


def _on_whole(page: Page, picture: Picture) -> Page:
    """Return a page as it is on the picture in its own size."""
    if picture.image.size == picture.size:
        return page
    return page.resized(*turned_size(picture.size, page.rotation))
