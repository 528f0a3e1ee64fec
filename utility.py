"""The jobs as functions: an upload and options in, a named download out."""

from __future__ import annotations

import io
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from PIL import Image

from picture import metrics
from picture.errors import ArchiveUnavailableError, SinglePageError
from picture.formats import (
    CARRIED,
    FORMS,
    Sheet,
    make_searchable,
    to_json,
    to_results,
    write_pdf,
)
from picture.layout import Layout, sort_lines
from picture.page import Page
from picture.reading import Engine
from picture.redraw import EXTENSIONS, MIMETYPES, Fonts, Style, bind, encode, redraw
from picture.serving import (
    Cache,
    Memory,
    Order,
    Queue,
    Readings,
    SharedResults,
    Source,
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

# Bytes that a byte of a PDF takes while it is written anew, in this process and the child.
_PARSED = 6

_PDF_TYPE = "application/pdf"
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
            head, _, data = self._kept(source, result, draw, is_drawing).partition(b"\n")
            kind = head.decode()
            suffix = f"_text{_extension(order.name, kind)}"
            return self._download(source, suffix, MIMETYPES.get(kind, _PDF_TYPE), data)

    def image_to_pdf(self, order: Order, pdfa: bool = False) -> Download:
        """Make a PDF of a document's own pages in which its text can be searched and copied."""
        with opened(order, self._settings) as source:
            write = partial(self._write_pdf, source, pdfa)
            data = self._kept(source, f"pdf-{pdfa}", write, is_pdf)
            return self._download(source, "_ocr.pdf", _PDF_TYPE, data)

    def image_to_json(self, order: Order) -> Download:
        """Tell everything that was read on a document, for programs."""
        started = time.monotonic()
        with opened(order, self._settings) as source:
            numbers, pages = self._read(source)
            about = {"model": self._settings.model_pair, "engine": self._settings.runtime}
            timings = {"read": source.seconds, "total": time.monotonic() - started}
            data = to_json(pages, numbers, about, timings)
            return self._download(source, ".json", "application/json", data)

    def image_to_results(self, order: Order) -> Download:
        """Tell lines with boxes and scores, as LiteParse asks an OCR server for them."""
        with opened(order, self._settings) as source:
            _, pages = self._read(source)
            return self._download(source, ".json", "application/json", to_results(pages))

    def _read(self, source: Source) -> tuple[Sequence[int], list[Page]]:
        with self._queue.admission():
            return self._readings.outline(source).numbers, self._readings.pages(source)

    def _kept(
        self,
        source: Source,
        result: str,
        make: Callable[[], bytes],
        is_valid: Callable[[bytes], bool],
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
        form = form or _own_format(outline.format)
        numbers = outline.numbers
        if form == "PDF":
            data = write_pdf(self._drawn_sheets(source, numbers, style))
        elif len(numbers) == 1:
            data = self._draw_page(source, numbers[0], style, form)
        elif form == "TIFF":
            data = bind([self._draw_page(source, number, style, form) for number in numbers])
        else:
            raise SinglePageError(form, len(numbers))
        return form.encode() + b"\n" + data

    def _drawn_sheets(
        self, source: Source, numbers: Iterable[int], style: Style
    ) -> Iterator[Sheet]:
        """Yield pages drawn anew, each with what is written on it."""
        # Letters on white are smallest without loss, a photograph is not.
        form = "PNG" if style.white_background else "JPEG"
        for number in numbers:
            data = self._draw_page(source, number, style, form)
            page = replace(self._readings.page(source, number), rotation=0)
            yield Sheet(data, partial(Image.open, io.BytesIO(data)), page)

    def _draw_page(self, source: Source, number: int, style: Style, form: str) -> bytes:
        page = self._readings.page(source, number)
        memory = source.document.cost(number).to_draw + _memory_for_ink(page)
        with (
            self._memory.hold(memory, source.deadline),
            self._queue.drawing(source.deadline),
            metrics.stage("render"),
        ):
            picture, check = source.picture(number, whole=True), source.deadline.check
            drawn = redraw(_turned(picture.image, page.rotation), page, self._fonts, style, check)
            check()
            return encode(drawn, picture, form)

    def _write_pdf(self, source: Source, archival: bool) -> bytes:
        """Return a document as a PDF with what was read laid over its pages, unseen."""
        outline = self._readings.outline(source)
        if outline.format != "PDF":
            return write_pdf(self._sheets(source, outline.numbers), archival)
        if archival:
            raise ArchiveUnavailableError
        pages = {
            number: sort_lines(self._readings.unwritten(source, number))
            for number in outline.numbers
        }
        path, password = source.order.upload.path, source.order.selection.password
        memory = self._settings.picture_bytes
        with self._memory.hold(_PARSED * path.stat().st_size, source.deadline):
            return make_searchable(path, pages, outline.numbers, password, source.deadline, memory)

    def _sheets(self, source: Source, numbers: Iterable[int]) -> Iterator[Sheet]:
        """Yield pictures as they were sent, each with what was read on it."""
        for number in numbers:
            page = self._readings.page(source, number)
            with self._memory.hold(source.document.cost(number).to_draw, source.deadline):
                is_file = number == 1 and source.document.format in CARRIED
                file = source.order.upload.path.read_bytes() if is_file else None
                yield Sheet(file, partial(_decoded, source, number), sort_lines(page))


def _decoded(source: Source, number: int) -> Image.Image:
    """Return a page's pixels with the density and profile that they came with."""
    picture = source.picture(number, whole=True)
    image: Image.Image = picture.image.copy()
    image.info = {"dpi": picture.dpi, "icc_profile": picture.icc_profile}
    return image


def _shared_results(settings: Settings) -> SharedResults:
    bounds = settings.cache_seconds, settings.shared_bytes
    return SharedResults(settings.cache_url, *bounds, settings.cache_key)


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


def _own_format(form: str) -> str:
    """Return the format in which a document's pages are drawn: its own, if it can be written."""
    return form if form in MIMETYPES or form == "PDF" else "PNG"


def _extension(name: str, form: str) -> str:
    """Return the client's own extension where it is one of the format's, else the usual one."""
    usual = EXTENSIONS.get(form, (".pdf",))
    own = PurePosixPath(name.lower()).suffix
    return own if own in usual else usual[0]


def _memory_for_ink(page: Page) -> int:
    """Return what drawing takes beside the picture: lines are looked at one by one."""
    largest = max((line.width * line.height for line in page.lines), default=0.0)
    return int(_INK * min(largest, page.width * page.height))


def _turned(image: Image.Image, rotation: int) -> Image.Image:
    return image.rotate(rotation, expand=True) if rotation else image
