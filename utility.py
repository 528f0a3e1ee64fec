"""The jobs as functions: an upload and options in, a named download out."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from PIL import Image

from picture import metrics
from picture.formats import FORMS, Sheet, add_text, to_json, to_results, write_pdf
from picture.layout import Layout
from picture.page import Page
from picture.reading import NOBODY, Asker, Engine, Picture, Selection
from picture.redraw import EXTENSIONS, MIMETYPES, PAGED, Fonts, Style, encode, own_format, redraw
from picture.serving import (
    Cache,
    Memory,
    Queue,
    Readings,
    SharedResults,
    Source,
    Upload,
    is_drawing,
    is_pdf,
    opened,
)
from picture.settings import Settings

# Beside those that wait, one picture is in the engine, one decoded and one drawn.
_AT_WORK = 3
_DRAWING = 1

# Bytes that a pixel of the largest line takes while its ink is told from its ground.
_INK = 45

_LONGEST_STEM = 100
_FALLBACK_STEM = "picture"

ALL = Selection()


@dataclass(frozen=True, slots=True)
class Download:
    """A result with the name and type under which a browser saves it.

    `from_cache` tells that the picture was not read for this request; `unread`
    counts lines that were found and not read, which the name tells, too.
    """

    stem: str
    suffix: str
    mimetype: str
    data: bytes
    from_cache: bool
    unread: int = 0

    @property
    def name(self) -> str:
        """Return the whole file name."""
        return self.stem + self.suffix


class Jobs:
    """What the service does with an upload, and what its requests share."""

    def __init__(self, settings: Settings, engine: Engine, fonts: Fonts) -> None:
        self._settings = settings
        self._fonts = fonts
        self._queue = Queue(_AT_WORK + settings.queue_size, _DRAWING)
        self._memory = Memory(settings.picture_bytes)
        shared = _shared_results(settings) if settings.cache_url else None
        self._cache = Cache(settings.cache_entries, settings.cache_bytes, shared)
        self._readings = Readings(settings, engine, self._cache, self._memory)

    def image_to_text(
        self, order: Order, form: str = "txt", layout: Layout = Layout.PAGE
    ) -> Download:
        """Read the text of a document, written in one of FORMS, plain text in a layout."""
        written = FORMS[form]
        with opened(order, self._settings) as source:

            def write() -> bytes:
                pages = self._readings.pages(source)
                with metrics.stage("render"):
                    return written.write(pages, layout)

            data = self._kept(source, f"text-{form}-{layout}", write, written.is_valid)
            return self._download(source, written.suffix, written.mimetype, data)

    def image_to_image(self, order: Order, style: Style, form: str = "") -> Download:
        """Draw the text of a document anew, in a picture of its own format or of another."""
        with opened(order, self._settings) as source:
            draw = partial(self._draw, source, style, form.upper())
            result = f"drawing-{style.white_background}-{style.color}-{form}"
            kind, _, data = self._kept(source, result, draw, is_drawing).partition(b"\n")
            suffix = f"_text{_extension(order.name, kind.decode())}"
            return self._download(source, suffix, MIMETYPES[kind.decode()], data)

    def image_to_pdf(self, order: Order, pdfa: bool = False) -> Download:
        """Make a PDF of a document's own pages in which its text can be searched and copied."""
        with opened(order, self._settings) as source:
            write = partial(self._write_pdf, source, pdfa)
            data = self._kept(source, f"pdf-{pdfa}", write, is_pdf)
            return self._download(source, "_ocr.pdf", "application/pdf", data)

    def image_to_json(self, order: Order) -> Download:
        """Tell everything that was read on a document, for programs."""
        started = time.monotonic()
        with opened(order, self._settings) as source:
            pages = self._read(source)
            outline = self._readings.outline(source)
            about = About(self._settings.model_pair, self._settings.runtime)
            data = to_json(pages, outline.numbers, about, time.monotonic() - started)
            return self._download(source, ".json", "application/json", data)

    def _read(self, source: Source) -> list[Page]:
        with self._queue.admission():
            return self._readings.pages(source)

    def _kept(
        self, source: Source, result: str, make: Callable[[], bytes], is_valid: Check
    ) -> bytes:
        """Return a result that is kept, or make it and keep it."""
        key = self._readings.key(source, f"{result}-{source.order.selection.key}")
        kept = self._cache.get(key, is_valid)
        if kept is None:
            with self._queue.admission():
                kept = self._cache.get_or_compute(key, make, source.deadline, is_valid)
        return kept

    def _download(self, source: Source, suffix: str, mimetype: str, data: bytes) -> Download:
        unread = 0
        if source.order.asker.partial:
            unread = sum(page.unread for page in self._readings.pages(source))
        own = _marked(stem(source.order.name), unread)
        return Download(own, suffix, mimetype, data, not source.was_read, unread)

    def _draw(self, source: Source, style: Style, form: str) -> bytes:
        """Return a format's name, a line feed and the file of all pages drawn anew."""
        outline = self._readings.outline(source)
        form = form or own_format(outline.format)
        if len(outline.numbers) > 1 and form not in PAGED:
            raise SinglePageError(form, len(outline.numbers))
        drawn = [self._draw_page(source, number, style) for number in outline.numbers]

    def _write_pdf(self, source: Source, pdfa: bool) -> bytes:
        """Return the document as a PDF with what was read laid over it, invisibly."""
