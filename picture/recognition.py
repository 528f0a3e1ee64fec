"""Reading the lines of a picture side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

Crop = NDArray[np.uint8]


class LineRecogniser:
    """PaddleX's text recogniser, a line a run and a thread a line.

    PaddleX pads six lines to the widest of them and spreads every operator over
    all threads, which then wait for each other several hundred times a run.
    Lines of their own width on threads of their own wait for nothing. It stands
    in a PaddleX pipeline where its `predictor` stood, whose steps it uses; its
    model should run on one thread.
    """

    def __init__(self, predictor: Any, threads: int) -> None:
        self._predictor = predictor
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="recogniser")

    def __call__(self, crops: Sequence[Crop], **_: Any) -> Iterator[dict[str, Any]]:
        """Yield what each crop (height x width x 3, uint8) says, in order."""
        # They come narrow ones first; begun with the widest, no thread is left
        # with a long line at the end while the others have nothing to do.
        jobs = [self._threads.submit(self._read, crop) for crop in reversed(crops)]
        return (job.result() for job in reversed(jobs))

    def _read(self, crop: Crop) -> dict[str, Any]:
        steps = self._predictor.pre_tfs
        (tensor,) = steps["ReisizeNorm"](imgs=steps["Read"](imgs=[crop]))
        scores = self._predictor.runner(x=[tensor[np.newaxis]])
        (text,), (score,) = self._predictor.post_op(scores)
        return {"rec_text": text, "rec_score": score, "vis_font": None}
