"""Reading the lines of a picture side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import groupby, islice
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_recognition.predictor import TextRecRunnerPredictor

from picture.reading import windows, work
from picture.reading.heads import Batch, eyes
from picture.reading.spaces import with_true_spaces
from picture.reading.tensors import LEVELS, write_planes
from picture.reading.transcript import (
    CLAIMED,
    STEMS,
    STRAIGHT,
    Alphabet,
    Reading,
    Sight,
    Transcript,
    transcribe,
)
from picture.reading.widths import width_odds
from picture.reading.words import claimed, find_words, ink_of

Crop = NDArray[np.uint8]

# The widths that lines are read at, a fifth apart; what is longer is read in windows.
WIDTHS: tuple[int, ...] = (
    *(96, 112, 128, 160, 192, 224, 272, 320, 384, 464),
    *(560, 672, 800, 960, 1152, 1376, 1664, windows.LONGEST),
)

# On a GPU every second of them: it takes seconds to prepare for a shape.
_FEW_WIDTHS = WIDTHS[1::2]

# What each level of a colour is to the model.
_VALUES = (LEVELS / np.float32(255) - np.float32(0.5)) / np.float32(0.5)

# How many runs are under way on a GPU at once, so that it need not wait for this process.
_RUNS_AT_ONCE = 2

# Lines are read as much narrower than they are: fewer steps to read, and surer ones.
_NARROWER = 0.9

# Lines whose letters have so few steps each, at their own width, or a few more and are in
# doubt, are read again so much wider: in narrow type double letters run into one. What is
# then hardly less sure is kept.
_DENSE, _DENSE_IN_DOUBT = 1.8, 4.0
_WIDER = 1.3, 2.0
_AS_SURE = 0.03
_STEP = 8  # pixels, at the height that lines are read at

# Two lines of one width are read together, as long as they are no wider than this in all:
# beyond it little is won. In threes and fours each would be a shape of its own.
_WIDEST_PAIR = 768

SHAPES = tuple(
    (count, width)
    for width in WIDTHS
    for count in (1, 2)
    if count == 1 or 2 * width <= _WIDEST_PAIR
)
"""How many lines are read together, and how wide."""

# Lines across a page of usual type are no wider.
_USUAL = 1152

# True lines have scores of .96 and more, those on their heads mostly under .7. A
# few letters may read as well on their heads: 0, X, M for W.
_DOUBTFUL = 0.85
_FEWEST = 4
_NARROWEST = 0.3  # letters, of a line's height
_SURE = 0.85
_BETTER = 0.1

# So likely beside the letter that was read, one with other accents is heard of, for the page's
# language to speak for.
_RIVAL = 0.001

# So much of a line without shades is black or white; and how far it is softened, as a
# part of its height.
_WITHOUT_SHADES = 0.985
_DARK, _LIGHT = 24, 231
_SOFT = 0.045


class LineRecogniser(TextRecRunnerPredictor):
    """PaddleX's text recogniser, a line a run and a thread a line.

    PaddleX pads six lines to the widest of them and spreads every operator over
    all threads, which then wait for each other several hundred times a run.
    Lines of their own width on threads of their own wait for nothing. What
    PaddleX calls the batch size is the number of those threads here.
    """

    _widths = WIDTHS
    _runs_at_once: int | None = None  # as `batch_size` says

    def __init__(self, *args: Any, batch_size: int, **kwargs: Any) -> None:
        super().__init__(*args, batch_size=batch_size, **kwargs)
        self.batch_sampler.batch_size = 1_000_000  # so that a picture's lines come at once
        _, self._height, self._narrowest = map(int, self.pre_tfs["ReisizeNorm"].rec_image_shape)
        self._see, letters = eyes(self.runner, self.post_op.character)
        self._alphabet = Alphabet.of(letters)
        self._size = batch_size
        runs = self._runs_at_once or batch_size
        self._threads = ThreadPoolExecutor(runs, thread_name_prefix="recogniser")

    def warm(self) -> None:
        """Run every usual shape once, wide ones first: some engines prepare for each."""
        usual = [(count, 3, self._height, width) for count, width in SHAPES if width <= _USUAL]
        blank = (np.zeros(shape, np.float32) for shape in reversed(usual))
        for _ in self._threads.map(self._see, blank):
            pass

    def process(self, batch_data: Any, **_: Any) -> dict[str, list[Any]]:
        """Return what each crop (height x width x 3, BGR, uint8) says, in order.

        In place of a text stands a whole Reading, which PaddleX hands on as it is.
        """
        crops = self.pre_tfs["Read"](imgs=batch_data.instances)
        # They come narrow ones first; begun with the widest, no thread is left
        # with a long line at the end while the others have nothing to do.
        lines = self._read_all(list(reversed(crops)))[::-1]
        scores = [line.score for line in lines]
        return {"rec_text": lines, "rec_score": scores, "vis_font": [None] * len(lines)}

    def read_line(self, crop: Crop) -> Reading:
        """Return what one line says as it lies; any thread may ask."""
        (line,) = self.read_lines([crop])
        return line

    def read_lines(self, crops: Sequence[Crop]) -> list[Reading]:
        """Return what lines say as they lie, fewer where there is no more time.

        Those read are placed while others are being read.
        """
        return self._widened(crops, list(self._placed_lines(crops, _NARROWER)))

    def _widened(self, crops: Sequence[Crop], lines: list[Reading]) -> list[Reading]:
        """Return lines, narrow ones as they say when they are read wider, if that is as sure."""
        numbers = [
            number for number, line in enumerate(lines) if self._is_dense(crops[number], line)
        ]
        for stretch in _WIDER:
            wider = self._placed_lines([crops[number] for number in numbers], stretch)
            for number, line in zip(numbers, wider, strict=False):
                if line.score >= lines[number].score - _AS_SURE:
                    lines[number] = line
            still = [number for number in numbers if lines[number].score < _DOUBTFUL]
            numbers = [
                number for number in still if self._steps(crops[number], lines[number]) < _DENSE
            ]
        return lines

    def _is_dense(self, crop: Crop, line: Reading) -> bool:
        """Tell whether a line's letters are so narrow that some may run into one."""
        least = _DENSE_IN_DOUBT if line.score < _DOUBTFUL else _DENSE
        return len(line.text) >= _FEWEST and self._steps(crop, line) < least

    def _steps(self, crop: Crop, line: Reading) -> float:
        """Return how many steps each letter of a line has, at the line's own width."""
        return self._length(crop) / _STEP / max(len(line.text), 1)

    def _placed_lines(self, crops: Sequence[Crop], stretch: float) -> Iterator[Reading]:
        return map(self._placed, crops, self._read_lines(crops, stretch))

    def _read_all(self, crops: list[Crop]) -> list[Reading]:
        """Return what the crops say, blank where there was no more time and that is welcome."""
        mine = work.current()
        if not mine.partial:
            mine.claim(sum(map(self._length, crops)))
        lines = self.read_lines(crops)
        mine.unread = len(crops) - len(lines)
        return self._upright(crops, lines) + [Reading()] * mine.unread

    def _upright(self, crops: list[Crop], lines: list[Reading]) -> list[Reading]:
        """Return the lines, those in doubt as they say more surely upside down."""
        doubtful = [
            number
            for number, line in enumerate(lines)
            if line.score < _DOUBTFUL and _has_room(crops[number])
        ]
        turned = [np.rot90(crops[number], 2) for number in doubtful]
        lines_turned = self._read_lines(turned, _NARROWER)
        for number, crop, seen in zip(doubtful, turned, lines_turned, strict=False):
            if len(seen.letters) < _FEWEST or seen.score <= _SURE:
                continue
            line = self._placed(crop, seen)
            if line.score > max(_SURE, lines[number].score + _BETTER):
                lines[number] = replace(line, flipped=True)
        return lines

    def _placed(self, crop: Crop, line: Transcript) -> Reading:
        """Return what a line says, with its words where they are on it."""
        height = self._height
        size = max(1, round(height * crop.shape[1] / crop.shape[0])), height
        scaled: Any = cv2.resize(crop, size)
        ink = ink_of(scaled)
        line = with_true_spaces(ink, line)
        share = claimed(ink, line)
        # Of letters that it does not know the model says nothing, and that surely.
        score = line.score * min(1.0, share / CLAIMED)
        return Reading(
            line.text,
            score,
            words=find_words(ink, line),
            claimed=share,
            number=line.number,
            western=line.western,
            curls=_among(line.curls, line, STRAIGHT),
            widths=width_odds(line),
            stems=_among(line.twins, line, STEMS),
            rivals=_rivals(line),
        )

    def _read_lines(self, crops: Sequence[Crop], stretch: float) -> Iterator[Transcript]:
        """Yield what the crops say, fewer where there was no more time and that is welcome."""
        cuts = [windows.cut(crop, self._height) for crop in crops]
        seen = self._read_units([window.crop for cut in cuts for window in cut], stretch)
        for cut in cuts:
            parts = list(islice(seen, len(cut)))
            if len(parts) < len(cut):
                break
            yield windows.merge(cut, parts)

    def _read_units(self, crops: list[Crop], stretch: float) -> Iterator[Transcript]:
        """Yield what the crops say, fewer where there was no more time and that is welcome."""
        begun: deque[Future[list[Transcript]]] = deque()
        try:
            with work.as_far_as_welcome():
                for width, group in self._groups(crops, stretch):
                    work.current().turn()
                    begun.append(self._begin(group, width))
                    # Enough are under way that no thread waits, few enough to stop soon.
                    if len(begun) > 2 * self._size:
                        yield from begun.popleft().result()
            while begun:
                yield from begun.popleft().result()
        finally:
            wait(begun)

    def _groups(self, crops: list[Crop], stretch: float) -> Iterator[tuple[int, list[Crop]]]:
        """Yield what is read in one run each, lines of one width that follow each other."""
        for width, alike in groupby(crops, lambda crop: self._width(crop, stretch)):
            most = self._most(width, len(crops))
            while lines := list(islice(alike, most)):
                yield width, lines

    def _most(self, width: int, count: int) -> int:
        """Return how many of so many lines may be read in one run."""
        # Pairs of a few lines would leave other threads with nothing to do.
        return 2 if 2 * width <= _WIDEST_PAIR and count >= 2 * self._size else 1

    def _begin(self, group: list[Crop], width: int) -> Future[list[Transcript]]:
        return self._threads.submit(self._read, group, width)

    def _read(self, group: list[Crop], width: int) -> list[Transcript]:
        """Read crops of about one width."""
        size = width, self._height
        scaled = [np.asarray(cv2.resize(_smooth(crop), size), np.uint8) for crop in group]
        seen = self._look(normalised(scaled))
        return [transcribe(line, self._alphabet) for line in seen]

    def _look(self, batch: Batch) -> list[Sight]:
        """Return what is seen on each line of a batch."""
        return self._see(batch)

    def _width(self, crop: Crop, stretch: float) -> int:
        width = stepped_width(crop, self._height, stretch, self._widths)
        return max(width, self._narrowest)

    def _length(self, crop: Crop) -> float:
        length: float = self._height * crop.shape[1] / crop.shape[0]
        return max(length, self._narrowest)


class ScriptRecogniser:
    """One of PaddleOCR's recognisers for other scripts, beside the main one."""

    def __init__(self, name: str, lines: LineRecogniser) -> None:
        self.name = f"paddleocr {name}"
        self._lines = lines

    def read(self, crop: Crop) -> Reading:
        """Return what a line (height x width x 3, BGR) says."""
        return self._lines.read_line(crop)

    def close(self) -> None:
        """Leave the model to the garbage collector."""


class BatchRecogniser(LineRecogniser):
    """The same on the thread that asks, up to `batch_size` lines of one width a run.

    PaddlePaddle insists on its thread.
    """

    def _most(self, *_: int) -> int:
        """Return how many lines may be read in one run."""
        return self._size

    def _begin(self, group: list[Crop], width: int) -> Future[list[Transcript]]:
        done: Future[list[Transcript]] = Future()
        done.set_result(self._read(group, width))
        return done


class GPURecogniser(LineRecogniser):
    """The same on a GPU, `batch_size` lines of one width a run.

    For each new shape cuDNN looks for the fastest way, which takes it seconds: there are
    few, made ready at the start. A run of fewer lines is filled up, which costs little.
    """

    _widths = _FEW_WIDTHS
    _runs_at_once = _RUNS_AT_ONCE

    def warm(self) -> None:
        """Run every shape once, the largest first."""
        for width in reversed(self._widths):
            self._look(np.zeros((1, 3, self._height, width), np.float32))

    def _look(self, batch: Batch) -> list[Sight]:
        """Return what is seen on each line of a batch, in a run of the usual size."""
        full = np.zeros((self._size, *batch.shape[1:]), np.float32)
        full[: len(batch)] = batch
        return self._see(full)[: len(batch)]

    def _most(self, *_: int) -> int:
        """Return how many lines may be read in one run."""
        return self._size


def normalised(lines: Sequence[Crop]) -> Batch:
    """Return lines of one size as the model takes them: PaddleX's steps in one."""
    batch = np.empty((len(lines), 3, *lines[0].shape[:2]), np.float32)
    for line, planes in zip(lines, batch, strict=True):
        write_planes(line, [_VALUES] * 3, planes)
    return batch


def _has_room(crop: Crop) -> bool:
    """Tell whether so many letters as tell which way up they are have room on a line."""
    height, width = crop.shape[:2]
    return bool(width >= _FEWEST * _NARROWEST * height)


def _rivals(line: Transcript) -> tuple[tuple[int, str, float], ...]:
    """Return the letters with other accents that some of a line's may be."""
    beside = line.kinship / line.scores[:, None]
    return tuple(
        (at, str(line.kin[at, nth]), float(beside[at, nth]))
        for at, nth in np.argwhere(beside >= _RIVAL).tolist()
    )


def _among(
    values: NDArray[np.float32], line: Transcript, chosen: Container[str]
) -> tuple[float, ...]:
    """Return what some letters of a line have of values for all of them."""
    return tuple(values[[letter in chosen for letter in line.letters]].tolist())


def _smooth(crop: Crop) -> Crop:
    """Return a line as it is, but softer where it has no shades, as a fax has none."""
    green = crop[..., 1]
    extreme = np.count_nonzero((green < _DARK) | (green > _LIGHT))
    if extreme < _WITHOUT_SHADES * green.size:
        return crop
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), _SOFT * crop.shape[0]), np.uint8)


def stepped_width(
    crop: Crop, height: int, stretch: float = _NARROWER, widths: Sequence[int] = WIDTHS
) -> int:
    """Return the width out of `widths` that a crop is read at, about `stretch` of its own.

    Engines prepare themselves for each new width and remember it: few widths keep
    them fast and their memory small. A line as wide as the nearest of them reads as
    well as at its own width, and better than one padded.
    """
    width = stretch * height * crop.shape[1] / crop.shape[0]
    return min(widths, key=lambda each: abs(each - width))
