"""The jobs as functions: an upload and options in, a named download out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image

from picture import metrics
from picture.layout import Layout, render_text
from picture.page import Page
from picture.reading import Engine, Picture, decode, fingerprint
from picture.redraw import EXTENSIONS, MIMETYPES, Fonts, Style, encode, redraw
from picture.serving import (
    Cache,
    Deadline,
    Queue,
    SharedResults,
    Upload,
    is_drawing,
    is_page,
    is_text,
)
from picture.settings import Settings

# Beside the picture in the engine, one more may be decoded and one drawn.
_PLACES = 3
_LONGEST_STEM = 100
_FALLBACK_STEM = "picture"


@dataclass(frozen=True, slots=True)
class Download:
    """A result with the name and type under which a browser saves it.

    `from_cache` tells that the picture was not read for this request.
    """

    stem: str
    suffix: str
    mimetype: str
    data: bytes
    from_cache: bool

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
        self._queue = Queue(_PLACES, settings.queue_size)
        shared = _shared_results(settings) if settings.cache_url else None
        self._cache = Cache(settings.cache_entries, settings.cache_bytes, shared)

    def image_to_text(self, upload: Upload, name: str, layout: Layout) -> Download:
        """Read the text of a picture with its layout kept."""
        source = _Source(upload, self._settings)
        text = self._text(source, layout)
        return Download(stem(name), ".txt", "text/plain", text, not source.was_read)

    def image_to_image(self, upload: Upload, name: str, style: Style) -> Download:
        """Draw the text of a picture anew, in a picture of the same format."""
        source = _Source(upload, self._settings)
        form, data = self._drawing(source, style)
        suffix = f"_text{_extension(name, form)}"
        return Download(stem(name), suffix, MIMETYPES[form], data, not source.was_read)

    def _text(self, source: _Source, layout: Layout) -> bytes:
        key = self._key(source, f"text-{layout}")
        kept = self._cache.get(key, is_text)
        if kept is None:
            page = self._page(source)
            with metrics.stage("render"):
                kept = render_text(page, layout).encode()
            self._cache.put(key, kept)
        return kept

    def _drawing(self, source: _Source, style: Style) -> tuple[str, bytes]:
        """Return the redrawn picture's format and its file."""
        key = self._key(source, f"drawing-{style.white_background}-{style.color}")
        kept = self._cache.get_or_compute(
            key, lambda: self._draw(source, style), source.deadline, is_drawing
        )
        form, _, data = kept.partition(b"\n")
        return form.decode(), data

    def _page(self, source: _Source) -> Page:
        key = self._key(source, "page")
        kept = self._cache.get_or_compute(key, lambda: self._read(source), source.deadline, is_page)
        return Page.from_bytes(kept)

    def _read(self, source: _Source) -> bytes:
        with self._queue.admission(), self._queue.work(source.deadline):
            picture = source.picture(whole=False)
            page = self._engine.read(picture.image, source.deadline.remaining())
        source.was_read = True
        return _on_whole(page, picture).to_bytes()

    def _draw(self, source: _Source, style: Style) -> bytes:
        page = self._page(source)
        # Who comes here was admitted to be read or found the page kept: to
        # refuse a drawing now would throw that work away.
        with self._queue.work(source.deadline):
            picture = source.picture(whole=True)
            with metrics.stage("render"):
                drawn = redraw(_turned(picture.image, page.rotation), page, self._fonts, style)
                return picture.format.encode() + b"\n" + encode(drawn, picture)

    def _key(self, source: _Source, result: str) -> str:
        return f"{source.upload.sha256}:{self._fingerprint}:{result}"


def _shared_results(settings: Settings) -> SharedResults:
    bounds = settings.cache_seconds, settings.shared_bytes
    return SharedResults(settings.cache_url, *bounds, settings.cache_key)


class _Source:
    """A request's upload, decoded when it is needed, and how long the request may take."""

    def __init__(self, upload: Upload, settings: Settings) -> None:
        self.upload = upload
        self.deadline = Deadline(settings.deadline)
        self.was_read = False
        self._settings = settings
        self._picture: Picture | None = None

    def picture(self, whole: bool) -> Picture:
        """Return the picture, in its own size if it must be `whole`, else as reading needs it."""
        kept = self._picture
        if kept is None or (whole and kept.image.size != kept.size):
            limits = self._settings.max_pixels, self._settings.max_side
            with metrics.stage("decode"):
                kept = self._picture = decode(self.upload.path, *limits, to_read=not whole)
        return kept


def stem(name: str) -> str:
    """Return a client's file name without folder, extension and unprintable characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in unicodedata.normalize("NFC", last) if _is_shown(char))
    before, dot, _ = shown.rpartition(".")
    return (before if dot else shown)[:_LONGEST_STEM].strip(" .") or _FALLBACK_STEM


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


def _turned(image: Image.Image, rotation: int) -> Image.Image:
    return image.rotate(rotation, expand=True) if rotation else image
