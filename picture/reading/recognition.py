"""Reading the lines of a picture side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import groupby, islice, pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_recognition.predictor import TextRecRunnerPredictor

from picture.reading import windows, work
from picture.reading.spaces import with_true_spaces
from picture.reading.transcript import CLAIMED, STRAIGHT, Alphabet, Reading, Transcript, transcribe
from picture.reading.words import claimed, find_words, ink_of

Crop = NDArray[np.uint8]

# The widths that lines are read at: fine steps where most lines are. What is
# longer is read in windows.
WIDTHS: tuple[int, ...] = (
    *range(32, 512, 32),
    *range(512, 1024, 64),
    *range(1024, windows.LONGEST + 1, 128),
)

# Lines are read as much narrower than they are: fewer steps to read, and surer ones.
_NARROWER = 0.9

# What is wider than so much is nearer to the next width.
_MIDDLES = [(one + other) / 2 for one, other in pairwise(WIDTHS)]

# True lines have scores of .96 and more, those on their heads mostly under .7. A
# few letters may read as well on their heads: 0, X, M for W.
_DOUBTFUL = 0.85
_FEWEST = 4
_SURE = 0.85
_BETTER = 0.1

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

    def __init__(self, *args: Any, batch_size: int, **kwargs: Any) -> None:
        super().__init__(*args, batch_size=batch_size, **kwargs)
        self.batch_sampler.batch_size = 1_000_000  # so that a picture's lines come at once
        self._resize = self.pre_tfs["ReisizeNorm"]
        self._resize.max_imgW = WIDTHS[-1]
        _, self._height, self._narrowest = map(int, self._resize.rec_image_shape)
        self._alphabet = Alphabet.of(self.post_op.character)
        self._size = batch_size
        self._threads = ThreadPoolExecutor(batch_size, thread_name_prefix="recogniser")

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
        seen = self._read_lines(crops)
        return [self._placed(*pair) for pair in zip(crops, seen, strict=False)]

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
        doubtful = [number for number, line in enumerate(lines) if line.score < _DOUBTFUL]
        turned = [np.rot90(crops[number], 2) for number in doubtful]
        for number, crop, seen in zip(doubtful, turned, self._read_lines(turned), strict=False):
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
            curls=_curls(line),
        )

    def _read_lines(self, crops: Sequence[Crop]) -> Iterator[Transcript]:
        """Yield what the crops say, fewer where there was no more time and that is welcome."""
        cuts = [windows.cut(crop, self._height) for crop in crops]
        seen = self._read_units([window.crop for cut in cuts for window in cut])
        for cut in cuts:
            parts = list(islice(seen, len(cut)))
            if len(parts) < len(cut):
                break
            yield windows.merge(cut, parts)

    def _read_units(self, crops: list[Crop]) -> Iterator[Transcript]:
        """Yield what the crops say, fewer where there was no more time and that is welcome."""
        begun: deque[Future[list[Transcript]]] = deque()
        try:
            with work.as_far_as_welcome():
                for group in self._groups(crops):
                    work.current().turn()
                    begun.append(self._begin(group))
                    # Enough are under way that no thread waits, few enough to stop soon.
                    if len(begun) > 2 * self._size:
                        yield from begun.popleft().result()
            while begun:
                yield from begun.popleft().result()
        finally:
            wait(begun)

    def _groups(self, crops: list[Crop]) -> Iterable[list[Crop]]:
        """Return what is read in one run each."""
        return ([crop] for crop in crops)

    def _begin(self, group: list[Crop]) -> Future[list[Transcript]]:
        return self._threads.submit(self._read, group)

    def _read(self, group: list[Crop]) -> list[Transcript]:
        """Read crops of one width."""
        size = self._width(group[0]), self._height
        scaled = [cv2.resize(_smooth(crop), size) for crop in group]
        (seen,) = self.runner(x=[np.stack(self._resize(imgs=scaled))])
        return [transcribe(line, self._alphabet) for line in seen]

    def _width(self, crop: Crop) -> int:
        return max(stepped_width(crop, self._height), self._narrowest)

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

    PaddlePaddle insists on its thread, and a GPU has more to gain from fewer runs.
    """

    def _groups(self, crops: list[Crop]) -> Iterable[list[Crop]]:
        for _, alike in groupby(crops, self._width):
            lines = list(alike)
            yield from (lines[at : at + self._size] for at in range(0, len(lines), self._size))

    def _begin(self, group: list[Crop]) -> Future[list[Transcript]]:
        done: Future[list[Transcript]] = Future()
        done.set_result(self._read(group))
        return done


def _curls(line: Transcript) -> tuple[float, ...]:
    """Return how likely each straight quote mark of a line is a curly one."""
    is_straight = [letter in STRAIGHT for letter in line.letters]
    return tuple(line.curls[is_straight].tolist())


def _smooth(crop: Crop) -> Crop:
    """Return a line as it is, but softer where it has no shades, as a fax has none."""
    green = crop[..., 1]
    extreme = np.count_nonzero((green < _DARK) | (green > _LIGHT))
    if extreme < _WITHOUT_SHADES * green.size:
        return crop
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), _SOFT * crop.shape[0]), np.uint8)


def stepped_width(crop: Crop, height: int) -> int:
    """Return the width out of `WIDTHS` that a crop is read at.

    Engines prepare themselves for each new width and remember it: few widths keep
    them fast and their memory small. A line as wide as the nearest of them reads as
    well as at its own width, and better than one padded.
    """
    width = _NARROWER * height * crop.shape[1] / crop.shape[0]
    return WIDTHS[bisect_right(_MIDDLES, width)]
