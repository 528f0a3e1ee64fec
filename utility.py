"""The jobs as functions: an upload and options in, a named download out."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from PIL import Image

from picture import metrics
from picture.errors import (
    ArchiveUnavailableError,
    ClientGoneError,
    EngineUnavailableError,
    PackTooLargeError,
    QueueFullError,
    ServiceError,
    SinglePageError,
)
from picture.formats import (
    CARRIED,
    FORMS,
    Drawn,
    Sheet,
    make_searchable,
    to_json,
    to_results,
    to_svg,
    write_lettered_pdf,
    write_pdf,
)
from picture.layout import Layout, count_cells, sort_lines
from picture.page import Line, Page
from picture.reading import Asker, Engine, Picture, is_upright, number_lines, parse_pages
from picture.redraw import EXTENSIONS, MIMETYPES, Fonts, Keep, Style, bind, encode, letter, redraw
from picture.serving import (
    IMAGE,
    JSON,
    PDF,
    Allowance,
    Cache,
    Content,
    Item,
    Job,
    Measure,
    Memory,
    Names,
    Order,
    Queue,
    Readings,
    Sent,
    SharedResults,
    Source,
    Target,
    Upload,
    is_drawing,
    is_jpeg,
    is_pdf,
    opened,
    options,
    pack,
    read_targets,
    shown,
    unpack,
)
from picture.settings import Settings

# Beside those that wait, one picture is in the engine, one decoded and one drawn.
_AT_WORK = 3
_DRAWING = 1

# Bytes that a pixel of the largest line takes while its ink is told from its ground.
_INK = 45

# Bytes that a pixel takes more while graphics are told from specks.
_MARKED = 16

# Formats that keep every pixel, mostly of drawings and screens.
_LOSSLESS = ("PNG", "BMP", "GIF", "TIFF")

# Bytes that a byte of a PDF takes while it is written anew, in this process and the child.
_PARSED = 6

# What browsers show as it was sent, and the pixels of what is made for them to show.
_SHOWN = ("PNG", "JPEG", "WEBP")
_SHOWN_PIXELS = 5_000_000

# Bytes that one answer of several files may have: it is made in memory.
_MOST_PACKED = 200_000_000

# Of many files, so many are at work at once: one is drawn while another is read.
_AHEAD = 2

# How long one of many files waits where the service is busy, and between two attempts.
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.5

_PDF_TYPE, _SVG_TYPE = "application/pdf", "image/svg+xml"
_DRAWN_TYPES = {**MIMETYPES, "PDF": _PDF_TYPE, "SVG": _SVG_TYPE}
_LONGEST_STEM = 100
_FALLBACK_STEM = "picture"
_ALL = "ocr_results"
_MANIFEST = "manifest"

ZIP_NAME, ZIP_TYPE = f"{_ALL}.zip", "application/zip"
"""What several files come as."""

Ordering = Callable[[str, Content], Order]


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many files: what was made of it, or why nothing was."""

    name: str
    made: tuple[Download, ...] = ()
    error: ServiceError | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One page as it is looked at.

    `page` has the corrections in it, and `numbers` are its lines' places on the page as read.
    """

    page: Page
    numbers: tuple[int, ...]

    @property
    def lines(self) -> list[tuple[int, Line]]:
        """Return the lines with their numbers."""
        return list(zip(self.numbers, self.page.lines, strict=True))


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

    def make(self, order: Order, target: Target) -> Download:
        """Make of a document what is wanted."""
        if target.word == IMAGE:
            return self.image_to_image(order, target.style, target.written)
        if target.word == PDF:
            return self.image_to_pdf(order, target.pdfa)
        if target.word == JSON:
            return self.image_to_json(order)
        return self.image_to_text(order, target.word, target.layout, target.rules)

    def image_to_text(
        self,
        order: Order,
        form: str = "txt",
        layout: Layout = Layout.PAGE,
        with_rules: bool = False,
    ) -> Download:
        """Read the text of a document, written in one of FORMS.

        Plain text is in a layout, and shows the rules drawn on a page where that is wanted.
        """
        written = FORMS[form]
        with opened(order, self._settings) as source:

            def write() -> bytes:
                pages = self._readings.pages(source)
                with metrics.stage("render"):
                    return written.write(pages, layout, with_rules)

            data = self._kept(source, f"text-{form}-{layout}-{with_rules}", write, written.is_valid)
            return self._download(source, written.suffix, written.mimetype, data)

    def image_to_image(self, order: Order, style: Style, form: str = "") -> Download:
        """Draw the text of a document anew, in a picture of its own format or of another."""
        with opened(order, self._settings) as source:
            least = order.selection.min_score
            if least is None:
                least = self._settings.redraw_min_score
            style = replace(style, min_score=least)
            manner = f"{style.white_background}-{style.color}-{style.keep}-{least}"
            draw = partial(self._draw, source, style, form.upper())
            result = f"drawing-{manner}-{form}"
            head, _, data = self._kept(source, result, draw, is_drawing).partition(b"\n")
            kind = head.decode()
            suffix = f"_text{_extension(order.name, kind)}"
            return self._download(source, suffix, _DRAWN_TYPES[kind], data)

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
            timings = {"read": source.seconds, "total": time.monotonic() - started}
            data = to_json(pages, numbers, self._settings.about, timings)
            return self._download(source, ".json", "application/json", data)

    def image_to_results(self, order: Order) -> Download:
        """Tell lines with boxes and scores, as LiteParse asks an OCR server for them."""
        with opened(order, self._settings) as source:
            _, pages = self._read(source)
            return self._download(source, ".json", "application/json", to_results(pages))

    def join(self, orders: Sequence[Order], layout: Layout) -> Download:
        """Read the text of several documents into one, each under its name."""
        read = [(order, self.image_to_text(order, layout=layout)) for order in orders]
        data = b"\f".join(_headed(order.name, text.data) for order, text in read)
        is_kept = all(text.from_cache for _, text in read)
        return Download(_ALL, ".txt", "text/plain", data, is_kept)

    def pack(self, orders: Sequence[Order], target: Target) -> Download:
        """Make a file of each of several documents; what fails of them is told in a list."""
        packed, failed, names = io.BytesIO(), [], Counter[str]()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for order in orders:
                try:
                    made = self.make(order, target)
                except ServiceError as error:
                    failed.append(f"{order.name}: {error.message}\n")
                    continue
                names[made.name] += 1
                again = f" ({names[made.name]})" if names[made.name] > 1 else ""
                archive.writestr(f"{made.stem}{again}{made.suffix}", made.data)
                if packed.tell() > _MOST_PACKED:
                    raise PackTooLargeError
            if failed:
                archive.writestr("not read.txt", "".join(failed))
        return Download(_ALL, ".zip", ZIP_TYPE, packed.getvalue(), from_cache=False)

    def make_each(
        self, items: Iterable[Item], targets: Sequence[Target], order: Ordering
    ) -> Iterator[Outcome]:
        """Make of each of many files what is wanted; what is wrong with one harms no other.

        `order` gives the order for a file under its name. Where too many wait, each waits
        in its turn. Raises ClientGoneError.
        """
        with ThreadPoolExecutor(_AHEAD) as pool:
            begun: deque[Future[Outcome]] = deque()
            for item in items:
                begun.append(pool.submit(self._outcome, item, targets, order))
                if len(begun) == _AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()

    def _outcome(self, item: Item, targets: Sequence[Target], order: Ordering) -> Outcome:
        try:
            with item.opened() as content:
                asked = order(item.name, content)
                made = tuple(_patiently(partial(self.make, asked, each)) for each in targets)
        except ClientGoneError:
            raise
        except ServiceError as error:
            return Outcome(item.name, error=error)
        return Outcome(item.name, made)

    def carry_out(self, job: Job, receive: Callable[[], Upload]) -> None:
        """Do a job, or put it back where it is to be done elsewhere.

        What comes out of zips goes where `receive` says.
        """
        try:
            path, name, mimetype = self._carried_out(job, receive)
        except ClientGoneError:
            job.put_back()
        except ServiceError as error:
            job.fail(error)
        else:
            # Where it cannot be kept now, it is no failure of the job.
            job.finish(path, name, mimetype)

    def _carried_out(self, job: Job, receive: Callable[[], Upload]) -> tuple[Path, str, str]:
        """Return what a job makes, its name and type: one file of one, else a zip."""
        settings, targets = self._settings, read_targets(job.request.sent)
        items = unpack(job.files, receive, settings.batch_files, settings.max_batch_bytes)
        job.progress.files = len(items)
        counts: dict[str, int] = {}
        order = self._job_order(job, counts)
        outcomes = _told(job, self.make_each(items, targets, order), counts)
        if len(targets) == 1 and len(items) == 1 and isinstance(items[0], Sent):
            return _one_file(job.folder, next(outcomes))
        path = job.folder / "made"
        _write(path, pack_all(outcomes), settings.job_bytes)
        return path, ZIP_NAME, ZIP_TYPE

    def _job_order(self, job: Job, counts: dict[str, int]) -> Ordering:
        """Return how files of a job are ordered, with time and pages as jobs have them.

        The pages of each are counted once it is begun.
        """
        sent, settings = job.request.sent, self._settings
        wanted = options.read_selection(sent, settings)
        partly = options.PARTIAL.read(sent(options.PARTIAL.name))
        who = Asker(job.request.client, partly, job.is_given_up)
        allowance = Allowance(60 * settings.job_minutes, settings.job_pages)

        def order(name: str, content: Content) -> Order:
            asked = Order(content, name, wanted, who, job.page, allowance)
            with opened(asked, settings) as source:
                counts[name] = len(self._readings.outline(source).numbers)
            job.progress.pages = sum(counts.values())
            return asked

        return order

    def measure(self, order: Order) -> Measure:
        """Tell what was sent, without reading it."""
        with opened(order, self._settings) as source:
            form, count = source.document.format, source.document.count
            return Measure(form, count, count == 1 and _is_shown_as_sent(order.upload.path, form))

    def view(self, order: Order, number: int) -> View:
        """Read one page to look at."""
        corrections = order.selection.corrections
        with opened(_of_page(order, number), self._settings) as source:
            with self._queue.admission():
                page = self._readings.page(source, number)
            lines = number_lines(page, number, corrections)
            corrected = replace(page, lines=tuple(line for _, line in lines))
            return View(corrected, tuple(at for at, _ in lines))

    def show(self, order: Order, number: int, is_shown: bool) -> Download:
        """Return the picture of a page, upright, as browsers show it.

        `is_shown` tells that they show the file itself, where it was not turned.
        """
        with opened(_of_page(order, number), self._settings) as source:
            page = self._readings.page(source, number)
            if is_shown and not page.rotation:
                kind, file = source.document.format, order.upload.path.read_bytes()
            else:
                show = partial(self._show, source, number, page.rotation)
                kind, file = "JPEG", self._kept(source, f"shown-{number}", show, is_jpeg)
            return Download(stem(order.name), "", MIMETYPES[kind], file, not source.was_read)

    def _show(self, source: Source, number: int, rotation: int) -> bytes:
        """Return a JPEG that shows a page, turned as it was read."""
        with self._memory.hold(source.document.cost(number).to_draw, source.deadline):
            picture = source.picture(number, whole=True)
            image = _turned(picture.image, rotation)
            scale = min(1.0, (_SHOWN_PIXELS / (image.width * image.height)) ** 0.5)
            shown = image.resize([max(1, round(side * scale)) for side in image.size])
            return encode(shown, replace(picture, dpi=None, compression=None), "JPEG")

    def _read(self, source: Source) -> tuple[Sequence[int], list[Page]]:
        with self._queue.admission():
            numbers = self._readings.outline(source).numbers
            return numbers, [self._readings.page(source, number) for number in numbers]

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
            data = write_lettered_pdf(self._lettered(source, number, style) for number in numbers)
        elif len(numbers) == 1 and form == "SVG":
            page = self._lettered(source, numbers[0], style)
            data = to_svg(page.lettering, page.picture)
        elif len(numbers) == 1:
            data = self._draw_page(source, numbers[0], style, form)
        elif form == "TIFF":
            data = bind([self._draw_page(source, number, style, form) for number in numbers])
        else:
            raise SinglePageError(form, len(numbers))
        return form.encode() + b"\n" + data

    def _draw_page(self, source: Source, number: int, style: Style, form: str) -> bytes:
        page = self._readings.page(source, number, with_unsure=True)
        with self._drawing(source, number, page, style):
            picture, check = source.picture(number, whole=True), source.deadline.check
            drawn = redraw(_turned(picture.image, page.rotation), page, self._fonts, style, check)
            check()
            return encode(drawn, _compressed_as(picture, page, style), form)

    def _lettered(self, source: Source, number: int, style: Style) -> Drawn:
        """Return a page's lines as letters, and what is under them."""
        page = sort_lines(self._readings.page(source, number, with_unsure=True))
        with self._drawing(source, number, page, style):
            picture, check = source.picture(number, whole=True), source.deadline.check
            upright = _turned(picture.image, page.rotation)
            ground, lettering = letter(upright, page, self._fonts, style, check)
            check()
            # What came without loss is not made to lose anything.
            form = "PNG" if source.document.format in _LOSSLESS else "JPEG"
            own = _compressed_as(picture, page, style)
            file = None if ground is None else encode(ground, own, form)
            dpi = picture.dpi[::-1] if picture.dpi and page.rotation % 180 else picture.dpi
            return Drawn(lettering, file, dpi)

    @contextmanager
    def _drawing(self, source: Source, number: int, page: Page, style: Style) -> Iterator[None]:
        """Have the memory and the time to draw a page."""
        memory = source.document.cost(number).to_draw + _memory_for_ink(page)
        if style.keep is Keep.GRAPHICS:
            memory += _MARKED * page.width * page.height
        with (
            self._memory.hold(memory, source.deadline),
            self._queue.drawing(source.deadline),
            metrics.stage("render"),
        ):
            yield

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


def _told(job: Job, outcomes: Iterable[Outcome], counts: Mapping[str, int]) -> Iterator[Outcome]:
    """Yield outcomes and tell how far the job is."""
    progress, pages = job.progress, 0
    for outcome in outcomes:
        progress.files_failed += outcome.error is not None
        progress.files_done += outcome.error is None
        pages += counts.get(outcome.name, 0)
        # Pages that were known before are not read one by one.
        progress.pages_done = max(progress.pages_done, pages)
        job.tell()
        yield outcome


def _one_file(folder: Path, outcome: Outcome) -> tuple[Path, str, str]:
    """Return what was made of the only file, its name and type; raises what was wrong with it."""
    if outcome.error is not None:
        raise outcome.error
    (made,) = outcome.made
    path = folder / "made"
    path.write_bytes(made.data)
    return path, made.name, made.mimetype


def _write(path: Path, pieces: Iterable[bytes], most: int) -> None:
    """Write a file as its pieces come; raises PackTooLargeError past `most` bytes."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            if file.tell() > most:
                raise PackTooLargeError


def pack_all(outcomes: Iterable[Outcome]) -> Iterator[bytes]:
    """Yield a zip of what was made of many files, with a manifest of them in the end."""
    manifest = Manifest()

    def files() -> Iterator[Sequence[tuple[str, bytes]]]:
        for outcome in outcomes:
            yield manifest.add(outcome)
        yield [(f"{_MANIFEST}.json", manifest.to_json())]

    return pack(files())


class Manifest:
    """What became of many files, each under a name of its own."""

    def __init__(self) -> None:
        self._names = Names({_MANIFEST: ""})
        self._told: list[dict[str, object]] = []

    def add(self, outcome: Outcome) -> Sequence[tuple[str, bytes]]:
        """Tell of a file and return what was made of it, named."""
        name = self._names.of(outcome.name)
        files = [(_marked(name, made.unread) + made.suffix, made.data) for made in outcome.made]
        self._told.append({"file": outcome.name, **_state(outcome, [name for name, _ in files])})
        return files

    def to_json(self) -> bytes:
        """Return all of it."""
        states = Counter(entry["state"] for entry in self._told)
        about = {"done": states["done"], "failed": states["failed"], "files": self._told}
        return json.dumps(about, ensure_ascii=False, indent=1).encode()


def _state(outcome: Outcome, made: Sequence[str]) -> dict[str, object]:
    """Return what a manifest tells of a file beside its name."""
    error = outcome.error
    if error is not None:
        return {"state": "failed", "error": {"code": error.code, "message": error.message}}
    unread = max((file.unread for file in outcome.made), default=0)
    return {"state": "done", "made": made, **({"unread": unread} if unread else {})}


def _patiently(make: Callable[[], Download]) -> Download:
    """Make something, after a while where the service is busy."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return make()
        except (QueueFullError, EngineUnavailableError):
            if time.monotonic() > end:
                raise
        time.sleep(_PAUSE_SECONDS)


def _headed(name: str, text: bytes) -> bytes:
    return f"{name}\n{'=' * count_cells(name)}\n\n".encode() + text


def _of_page(order: Order, number: int) -> Order:
    """Return an order for one page of its document, as it was read."""
    pages = parse_pages(str(number))
    return replace(order, selection=replace(order.selection, pages=pages, corrections=()))


def _is_shown_as_sent(path: Path, form: str) -> bool:
    """Tell whether browsers show a picture as it is read where it is not turned."""
    # Not every browser turns the others as they say.
    return form == "JPEG" or (form in _SHOWN and is_upright(path, _SHOWN))


def _decoded(source: Source, number: int) -> Image.Image:
    """Return a page's pixels with the density and profile that they came with."""
    picture = source.picture(number, whole=True)
    picture.image.info = {"dpi": picture.dpi, "icc_profile": picture.icc_profile}
    return picture.image


def _shared_results(settings: Settings) -> SharedResults:
    bounds = settings.cache_seconds, settings.shared_bytes
    return SharedResults(settings.cache_url, *bounds, settings.cache_key)


def stem(name: str) -> str:
    """Return a client's file name without folder, extension and unprintable characters."""
    last = shown(name.replace("\\", "/").rsplit("/", 1)[-1])
    before, dot, _ = last.rpartition(".")
    return (before if dot else last)[:_LONGEST_STEM].strip(" .") or _FALLBACK_STEM


def _marked(own: str, unread: int) -> str:
    return f"{own}_partial" if unread else own


def _own_format(form: str) -> str:
    """Return the format in which a document's pages are drawn: its own, if it can be written."""
    return form if form in MIMETYPES or form == "PDF" else "PNG"


def _extension(name: str, form: str) -> str:
    """Return the client's own extension where it is one of the format's, else the usual one."""
    usual = EXTENSIONS.get(form, (f".{form.lower()}",))
    own = PurePosixPath(name.lower()).suffix
    return own if own in usual else usual[0]


def _memory_for_ink(page: Page) -> int:
    """Return what drawing takes beside the picture: lines are looked at one by one."""
    largest = max((line.width * line.height for line in page.lines), default=0.0)
    return int(_INK * min(largest, page.width * page.height))


def _compressed_as(picture: Picture, page: Page, style: Style) -> Picture:
    """Return the picture as one whose own compression a redraw keeps, if it can."""
    # Nothing of the original is left, or its blocks are no longer in place.
    is_lost = style.white_background or page.rotation != 0
    return replace(picture, compression=None) if is_lost else picture


def _turned(image: Image.Image, rotation: int) -> Image.Image:
    return image.rotate(rotation, expand=True) if rotation else image
