"""Reading the lines of a picture side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_recognition.predictor import TextRecRunnerPredictor

from picture.errors import TooMuchWorkError
from picture.reading import work

Crop = NDArray[np.uint8]
Reading = tuple[str, float]

# The widths that lines are read at: fine steps where most lines are. A line of
# small type across a whole screen needs the last.
WIDTHS: tuple[int, ...] = (
    *range(32, 1024, 32),
    *range(1024, 2048, 128),
    *range(2048, 6145, 256),
)


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
        self.pre_tfs["ReisizeNorm"].max_imgW = WIDTHS[-1]
        self._count = batch_size
        self._threads = ThreadPoolExecutor(batch_size, thread_name_prefix="recogniser")

    def process(self, batch_data: Any, **_: Any) -> dict[str, list[Any]]:
        """Return what each crop (height x width x 3, BGR, uint8) says, in order."""
        crops = self.pre_tfs["Read"](imgs=batch_data.instances)
        # They come narrow ones first; begun with the widest, no thread is left
        # with a long line at the end while the others have nothing to do.
        lines = self._read_all(list(reversed(crops)))[::-1]
        texts, scores = (list(part) for part in zip(*lines, strict=True))
        return {"rec_text": texts, "rec_score": scores, "vis_font": [None] * len(lines)}

    def _read_all(self, crops: list[Crop]) -> list[Reading]:
        """Return what the crops say, blank where there was no more time and that is welcome."""
        lines: list[Reading] = []
        begun: deque[Future[Reading]] = deque()
        mine = work.current()
        try:
            if not mine.partial:
                mine.claim(sum(map(self._width, crops)))
            for crop in crops:
                mine.turn()
                begun.append(self._threads.submit(self._read, crop))
                # Enough are under way that no thread waits, few enough to stop soon.
                if len(begun) > 2 * self._count:
                    lines.append(begun.popleft().result())
        except TooMuchWorkError:
            if not mine.partial:
                raise
        finally:
            lines += [job.result() for job in begun]
        mine.unread = len(crops) - len(lines)
        return lines + [("", 0.0)] * mine.unread

    def _width(self, crop: Crop) -> int:
        _, height, narrowest = self.pre_tfs["ReisizeNorm"].rec_image_shape
        return max(stepped_width(crop, height), int(narrowest))

    def _read(self, crop: Crop) -> Reading:
        resize = self.pre_tfs["ReisizeNorm"]
        size = self._width(crop), resize.rec_image_shape[1]
        (tensor,) = resize(imgs=[cv2.resize(crop, size)])
        (text,), (score,) = self.post_op(self.runner(x=[tensor[np.newaxis]]))
        return text, float(score)


def stepped_width(crop: Crop, height: int) -> int:
    """Return the width out of `WIDTHS` that a crop is read at.

    Engines prepare themselves for each new width and remember it: few widths
    keep them fast and their memory small. A line stretched by less than a step
    reads as well as at its own width, and better than one padded.
    """
    width: float = height * crop.shape[1] / crop.shape[0]
    index = bisect_left(WIDTHS, width)
    return WIDTHS[min(index, len(WIDTHS) - 1)]
