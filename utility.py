"""The jobs as functions: an upload and options in, a named download out."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import PurePosixPath

from PIL import Image

from picture import metrics
from picture.layout import Layout, render_text
from picture.page import Page
from picture.reading import NOBODY, Asker, Cost, Engine, Picture, decode, fingerprint, measure
from picture.redraw import EXTENSIONS, MIMETYPES, Fonts, Style, encode, redraw
from picture.serving import (
    Cache,
    Deadline,
    Memory,
    Queue,
    SharedResults,
    Upload,
    is_drawing,
    is_page,
    is_text,
)
from picture.settings import Settings

# Beside those that wait, one picture is in the engine, one decoded and one drawn.
_AT_WORK = 3
_DRAWING = 1

# Bytes that a pixel of the largest line takes while its ink is told from its ground.
_INK = 45

# A decoded picture up to this size is kept from reading to drawing, in pixels.
_SMALL = 4_000_000
_LONGEST_STEM = 100
_FALLBACK_STEM = "picture"


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
        self._engine = engine
        self._fonts = fonts
        self._fingerprint = fingerprint(settings)
        self._queue = Queue(_AT_WORK + settings.queue_size, _DRAWING)
        self._memory = Memory(settings.picture_bytes)
        shared = _shared_results(settings) if settings.cache_url else None
        self._cache = Cache(settings.cache_entries, settings.cache_bytes, shared)

    def image_to_text(
        self, upload: Upload, name: str, layout: Layout, asker: Asker = NOBODY
    ) -> Download:
        """Read the text of a picture with its layout kept."""
        source = _Source(upload, self._settings, asker)
        text = self._text(source, layout)
        unread = self._unread(source)
        own = _marked(stem(name), unread)
        return Download(own, ".txt", "text/plain", text, not source.was_read, unread)

    def image_to_image(
        self, upload: Upload, name: str, style: Style, asker: Asker = NOBODY
    ) -> Download:
        """Draw the text of a picture anew, in a picture of the same format."""
        source = _Source(upload, self._settings, asker)
        form, data = self._drawing(source, style)
        suffix = f"_text{_extension(name, form)}"
        unread = self._unread(source)
        own = _marked(stem(name), unread)
        return Download(own, suffix, MIMETYPES[form], data, not source.was_read, unread)

    def _text(self, source: _Source, layout: Layout) -> bytes:
        key = self._key(source, f"text-{layout}")
        kept = self._cache.get(key, is_text)
        if kept is None:
            with self._queue.admission():
                page = self._page(source)
            with metrics.stage("render"):
                kept = render_text(page, layout).encode()
            self._cache.put(key, kept)
        return kept

    def _drawing(self, source: _Source, style: Style) -> tuple[str, bytes]:
        """Return the redrawn picture's format and its file."""
        key = self._key(source, f"drawing-{style.white_background}-{style.color}")
        kept = self._cache.get(key, is_drawing)
        if kept is None:
            draw = partial(self._draw, source, style)
            with self._queue.admission():
                kept = self._cache.get_or_compute(key, draw, source.deadline, is_drawing)
        form, _, data = kept.partition(b"\n")
        return form.decode(), data

    def _unread(self, source: _Source) -> int:
        """Return how many lines were not read, for who is content with a part."""
        return self._page(source).unread if source.asker.partial else 0

    def _page(self, source: _Source) -> Page:
        key = self._key(source, "page")
        kept = self._cache.get_or_compute(key, lambda: self._read(source), source.deadline, is_page)
        return Page.from_bytes(kept)

    def _read(self, source: _Source) -> bytes:
        with self._memory.hold(source.cost.to_read, source.deadline):
            page = self._read_page(source)
        source.was_read = True
        return page.to_bytes()

    def _read_page(self, source: _Source) -> Page:
        """Read the picture; a function of its own, so that pixels go before their memory does."""
        picture = source.picture(whole=False)
        page = self._engine.read(picture.image, source.deadline.remaining(), source.asker)
        return _on_whole(page, picture)

    def _draw(self, source: _Source, style: Style) -> bytes:
        page = self._page(source)
        with (
            self._memory.hold(source.cost.to_draw + _memory_for_ink(page), source.deadline),
            self._queue.drawing(source.deadline),
        ):
            return self._draw_page(source, page, style)

    def _draw_page(self, source: _Source, page: Page, style: Style) -> bytes:
        picture, check = source.picture(whole=True), source.deadline.check
        with metrics.stage("render"):
            upright = _turned(picture.image, page.rotation)
            drawn = redraw(upright, page, self._fonts, style, check)
            check()
            return picture.format.encode() + b"\n" + encode(drawn, picture)

    def _key(self, source: _Source, result: str) -> str:
        part = "-partial" if source.asker.partial else ""
        return f"{source.upload.sha256}:{self._fingerprint}:{result}{part}"


def _shared_results(settings: Settings) -> SharedResults:
    bounds = settings.cache_seconds, settings.shared_bytes
    return SharedResults(settings.cache_url, *bounds, settings.cache_key)


class _Source:
    """A request's upload, decoded when it is needed, and how long the request may take."""

    def __init__(self, upload: Upload, settings: Settings, asker: Asker) -> None:
        self.upload = upload
        self.asker = asker
        self.deadline = Deadline(settings.deadline, asker.is_gone)
        self.was_read = False
        self._limits = settings.max_pixels, settings.max_side
        self._picture: Picture | None = None

    def picture(self, whole: bool) -> Picture:
        """Return the picture, in its own size if it must be `whole`, else as reading needs it."""
        kept = self._picture
        if kept is None or (whole and kept.image.size != kept.size):
            with metrics.stage("decode"):
                kept = decode(self.upload.path, *self._limits, to_read=not whole)
            self._picture = kept if math.prod(kept.size) <= _SMALL else None
        return kept

    @cached_property
    def cost(self) -> Cost:
        """Return the memory that the picture will take."""
        return measure(self.upload.path, *self._limits)


def stem(name: str) -> str:
    """Return a client's file name without folder, extension and unprintable characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in unicodedata.normalize("NFC", last) if _is_shown(char))
    before, dot, _ = shown.rpartition(".")
    return (before if dot else shown)[:_LONGEST_STEM].strip(" .") or _FALLBACK_STEM


def _marked(own: str, unread: int) -> str:
    return f"{own}_partial" if unread else own


def _is_shown(char: str) -> bool:
    # Control, format (bidirectional overrides among them), surrogate and private.
    return not unicodedata.category(char).startswith("C")


def _extension(name: str, form: str) -> str:
    """Return the client's own extension where it is one of the format's, else the usual one."""
    own = PurePosixPath(name.lower()).suffix
    return own if own in EXTENSIONS[form] else EXTENSIONS[form][0]


def _on_whole(page: Page, picture: Picture) -> Page:
    """Return a page as it is on the picture in its own size."""
    if picture.image.size == picture.size:
        return page
    width, height = picture.size
    return page.resized(height, width) if page.rotation % 180 else page.resized(width, height)


def _memory_for_ink(page: Page) -> int:
    """Return what drawing takes beside the picture: lines are looked at one by one."""
    largest = max((line.width * line.height for line in page.lines), default=0.0)
    return int(_INK * min(largest, page.width * page.height))


def _turned(image: Image.Image, rotation: int) -> Image.Image:
    return image.rotate(rotation, expand=True) if rotation else image
