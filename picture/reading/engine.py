"""One PaddleOCR on one thread, warmed at start."""

from __future__ import annotations

import atexit
import hashlib
import logging
import math
import os
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import Any

from PIL import Image, ImageDraw

from picture import heap, metrics, privacy, processor, program
from picture.errors import ClientGoneError, DeadlineExceededError, EngineUnavailableError
from picture.page import Page
from picture.reading import languages, models, packs, preflight
from picture.reading.calibration import CURVES
from picture.reading.orientation import Orientation
from picture.reading.reader import Reader
from picture.reading.scripts import Crop, Scripts
from picture.reading.signals import kept_signals
from picture.reading.transcript import Reading
from picture.reading.waiting import Waiting
from picture.reading.weights import PUBLISHED
from picture.reading.work import NOBODY, Asker, Budget, Work
from picture.settings import Settings

log = logging.getLogger(__name__)

# When memory is returned to the system: the next picture takes two fifths longer for it. So
# many pixels are some forty receipts, or five photographs.
_IDLE_SECONDS = 30.0
_PIXELS_BETWEEN = 60_000_000

# How often who waits looks whether its client is still there.
_GLANCE_SECONDS = 0.25

# What a picture may take before others go first, and how many may stand aside at
# once, each with its pixels.
_TURN_SECONDS = 0.5
_MOST_ASIDE = 6


@dataclass(slots=True, eq=False)
class _Job:
    image: Image.Image
    asker: Asker
    orientation: Orientation
    tags: Sequence[str] | None
    page: Future[Page] = field(default_factory=Future)
    submitted: float = field(default_factory=time.monotonic)
    charged: float = 0.0
    aside: float = 0.0
    is_given_up: bool = False

    @property
    def client(self) -> str:
        return self.asker.client

    @property
    def size(self) -> int:
        return self.image.width * self.image.height

    def give_up(self) -> None:
        """Let the engine stop at the next unit, or never begin."""
        self.is_given_up = True
        self.page.cancel()

    def check(self) -> None:
        if self.is_given_up:
            raise DeadlineExceededError


class Engine:
    """A PaddleOCR that reads one unit of one picture at a time: a tile, a line.

    Between two units a picture that takes long lets others go first, and one that
    nobody waits for is dropped; `Waiting` says whose turn it is.

    PaddleOCR is not thread-safe, and some of its failures depend on the thread
    that made it: one thread of its own creates it, warms it and reads with it.
    `on_death` is called, on that thread, if it ends before it is told to;
    `failed_to_start` then tells that it would do so again.
    """

    def __init__(self, settings: Settings, on_death: Callable[[], None] = lambda: None) -> None:
        self._settings = settings
        self._on_death = on_death
        self._jobs: Waiting[_Job] = Waiting()
        self._depth = 0
        self._ready = Event()
        self._dead = Event()
        self._is_told_to_end = False
        self.failed_to_start = False
        self._pixels = 0
        self._thread = Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()
        # Python ends a thread wherever it is, and C++ answers that by aborting.
        atexit.register(self.close)

    @property
    def is_ready(self) -> bool:
        """Tell whether the model is loaded and warm and its thread alive."""
        return self._ready.is_set() and not self._dead.is_set()

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Block until the model is loaded and warm; raises EngineUnavailableError if it fails."""
        self._ready.wait(seconds)
        if not self.is_ready:
            raise EngineUnavailableError

    def read(
        self,
        image: Image.Image,
        seconds: float,
        asker: Asker = NOBODY,
        orientation: Orientation = Orientation.AUTO,
        tags: Sequence[str] | None = None,
    ) -> Page:
        """Read one picture, in mode RGB, turned upright first.

        With `tags` those languages alone are expected beside the main recogniser's. Raises
        DeadlineExceededError after `seconds`, ClientGoneError once nobody waits any more,
        and TooMuchWorkError where it takes more than its budget.
        """
        job = _Job(image, asker, orientation, tags)
        self._jobs.put(job)
        if self._dead.is_set():
            self._refuse_waiting()
        try:
            return self._result(job, time.monotonic() + seconds)
        except BaseException:
            job.give_up()
            raise

    @staticmethod
    def _result(job: _Job, end: float) -> Page:
        while (left := end - time.monotonic()) > 0:
            with suppress(FutureTimeoutError):
                return job.page.result(timeout=min(left, _GLANCE_SECONDS))
            if job.asker.is_gone():
                raise ClientGoneError
        raise DeadlineExceededError

    def ahead_of(self, ticket: str) -> int | None:
        """Return how many pictures are read before the one that waits with a ticket.

        None where none does: it is being read, or never came.
        """
        waiting = self._jobs.ahead_of(lambda job: job.asker.ticket == ticket)
        # Somebody has the engine, or nobody would wait.
        return None if waiting is None else waiting + 1

    def close(self) -> None:
        """Finish the pictures that wait and end the thread, as is done when Python ends."""
        atexit.unregister(self.close)
        self._is_told_to_end = True
        self._jobs.close()
        self._thread.join()

    def _run(self) -> None:
        """Be the engine's thread: start, then read until told to end."""
        try:
            self._start()
            while self._serve_next():
                pass
            self._reader.close()
        except BaseException as error:
            self._end_by(error)
        else:
            self._die()

    def _end_by(self, error: BaseException) -> None:
        """Let the thread end, which is a death unless it was told to: Python may be ending."""
        if self._is_told_to_end:
            log.debug("the engine ended early", exc_info=error)
            self._die()
            return
        self._mourn(error)
        self._die()
        self._on_death()

    def _mourn(self, error: BaseException) -> None:
        """Log why the thread ends: in a sentence where it never started, else whole."""
        if self._ready.is_set():
            log.critical("the engine's thread died", exc_info=error)
            return
        self.failed_to_start = True
        log.critical("the engine cannot start", extra={"detail": f"{error!r}"[:500]})
        log.debug("how the engine failed", exc_info=error)

    def _die(self) -> None:
        self._dead.set()
        self._ready.set()
        self._refuse_waiting()

    def _refuse_waiting(self) -> None:
        for job in self._jobs.drain():
            if job.page.set_running_or_notify_cancel():
                job.page.set_exception(EngineUnavailableError())

    def _start(self) -> None:
        started = time.monotonic()
        pipeline = _create(self._settings)
        again = partial(_read_lines, pipeline)
        self._reader = Reader(pipeline, _scripts(self._settings), again)
        self._reader.read(_warm_up_picture(), Work(Budget()))
        self._ready.set()
        log.info("engine ready", extra={"seconds": round(time.monotonic() - started, 1)})

    def _serve_next(self) -> bool:
        """Read the next picture, or return False when told to end."""
        job = self._next()
        if job is None:
            return False
        self._serve(job)
        self._pixels += math.prod(job.image.size)
        if self._pixels >= _PIXELS_BETWEEN:
            self._pixels = 0
            _give_back()
        return True

    def _next(self) -> _Job | None:
        with suppress(TimeoutError):
            return self._jobs.get(_IDLE_SECONDS)
        _give_back()
        return self._jobs.get()

    def _serve(self, job: _Job) -> None:
        if not job.page.set_running_or_notify_cancel():
            return
        metrics.stage_seconds.labels("wait").observe(time.monotonic() - job.submitted)
        budget = Budget(self._settings.max_lines, self._settings.read_seconds)
        aside = partial(self._step_aside, job)
        try:
            with metrics.stage("recognise"):
                mine = Work(budget, job.asker.partial, job.check, aside)
                page = self._reader.read(job.image, mine, job.orientation, job.tags)
        except Exception as error:
            job.page.set_exception(error)
        except BaseException:
            job.page.set_exception(EngineUnavailableError())
            raise
        else:
            job.page.set_result(page)

    def _step_aside(self, job: _Job, spent: float) -> None:
        """Read pictures that go before one that had its turn.

        Of the same client they get as much time as it has itself, so that a stream of
        them does not keep it from ever being read.
        """
        self._jobs.charge(job.client, spent - job.charged)
        job.charged = spent
        if spent < _TURN_SECONDS or self._depth == _MOST_ASIDE:
            return
        self._depth += 1
        try:
            while (other := self._jobs.get_before(job, job.aside > spent)) is not None:
                self._serve_beside(job, other)
        finally:
            self._depth -= 1

    def _serve_beside(self, job: _Job, other: _Job) -> None:
        started = time.monotonic()
        self._serve(other)
        if other.client == job.client:
            job.aside += time.monotonic() - started


def weights_of(settings: Settings) -> list[str]:
    """Return the names of the weights that these settings need."""
    return [f"{settings.model_pair}_det", f"{settings.model_pair}_rec"]


def fingerprint(settings: Settings) -> str:
    """Return a digest of everything that may change what is read, the program itself included."""
    names = weights_of(settings)
    recipes = [PUBLISHED[name].recipe() for name in names if name in PUBLISHED]
    options = (settings.model_dir, settings.runtime, settings.detection_side, settings.unclip)
    kinds = processor.has_bfloat16(), processor.has_int8(), processor.has_amx()
    numbers = (settings.arithmetic, *kinds)
    others = (settings.script_engine, *map(packs.stamp, languages.expected(settings.langs)))
    every = repr((names, recipes, options, numbers, others, CURVES, program.edition()))
    return hashlib.sha256(every.encode()).hexdigest()[:16]


def languages_of(settings: Settings) -> dict[str, str]:
    """Return the languages that are read beside the main recogniser's, and by what each."""
    readers: dict[str, str] = {}
    for language in languages.expected(settings.langs):
        if name := language.paddle_name(settings.script_engine):
            readers[language.tag] = f"paddleocr {name}"
        elif packs.find(language.pack) is not None:
            readers[language.tag] = f"tesseract {language.pack}"
    return readers


def prepare_models(settings: Settings) -> None:
    """Check that the engine can start, and fetch and prepare what it will load.

    Raises SettingsError or FetchError where it could not start.
    """
    names = weights_of(settings)
    preflight.check(settings, names)
    _prepare_scripts(settings)
    if not settings.model_dir:
        models.prepare(names)
        for name in names:
            if name not in PUBLISHED:
                preflight.download(settings, name)


def _prepare_scripts(settings: Settings) -> None:
    """Fetch what reads scripts; without a network the usual ones may be missing."""
    expected = languages.expected(settings.langs)
    names = {item: item.paddle_name(settings.script_engine) for item in expected}
    rest = [item for item, name in names.items() if not name]
    packs.prepare(rest, is_needed=settings.langs != languages.AUTO)
    if not settings.model_dir:
        for name in sorted(set(filter(None, names.values()))):
            preflight.download(settings, name)


def _create(settings: Settings) -> Any:
    """Create PaddleOCR from weights on disk, without a look at any model hub."""
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "1")
    # Paddle misses a compiler's cache, whoever is to compile something.
    warnings.filterwarnings("ignore", message="No ccache found")
    with privacy.home_inside(), kept_signals():
        # Imports PaddleX, which takes a second: here, beside the service's own start.
        from picture.reading import pipeline

        return pipeline.create(settings, weights_of(settings))


def _read_lines(ocr: Any, crops: Sequence[Crop]) -> Sequence[Reading]:
    """Return what lines that were cut out say."""
    if not crops:
        return []
    from picture.reading import pipeline

    return pipeline.read_lines(ocr, crops)


def _scripts(settings: Settings) -> Scripts | None:
    """Return what reads scripts that the main recogniser lacks; what each needs comes later."""
    with privacy.home_inside():
        from picture.reading import pipeline

        return pipeline.scripts(settings)


def _give_back() -> None:
    """Return to the system what no picture needs now."""
    # Loaded with the engine, not before: it takes a second.
    from picture.reading import runners

    runners.release()
    heap.trim()


def _warm_up_picture() -> Image.Image:
    """Draw a page of a usual size, with lines of several lengths up to the usual longest.

    Engines' largest buffers are the first to be asked for: they do not grow piece by piece.
    """
    page = Image.new("RGB", (896, 1280), "white")
    draw = ImageDraw.Draw(page)
    for line in range(1, 7):
        words = ("Warm-up " * 10)[: 10 * line]
        draw.text((30, 42 * line - 22), words, fill="black", font_size=28)
    return page
