"""Finding the lines of a picture, however small its text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_detection.predictor import TextDetRunnerPredictor

from picture.errors import TooMuchWorkError
from picture.reading import work
from picture.reading.decode import LARGEST_LOOK

Pixels = NDArray[np.uint8]
Tensor = NDArray[np.float32]
Boxes = NDArray[np.int16]

# Pixels at the scale that text is looked for. Below the first, boxes begin to
# miss words or join rows; the second is comfortable.
SMALL_BOX = 10.0
SURE_BOX = 16.0

# A strip longer than this, such as a screenshot of a whole chat, is looked for
# as wide as a page of this many times its width: else its text would vanish.
LONGEST_PAGE = 4

TILE = 1280
OVERLAP = 128
STRIDE = 32  # the model takes sides that are multiples of it

# Engines prepare themselves for each new shape and remember it. Padded to few
# shapes, pictures of any size find one prepared, and memory stays flat.
PADDING_STEP = 128
PADDING = (124, 116, 104)  # the mean that the model subtracts: nothing to see


class PageDetector(TextDetRunnerPredictor):
    """PaddleX's text detector, which looks again, closer, where text is small.

    One size for all pictures is too small for a poster's footnote or too slow
    for everything else. Most need one look; memory is bounded by tiles.
    """

    def process(
        self, batch_data: Any, limit_side_len: int | None = None, **options: Any
    ) -> dict[str, list[Any]]:
        """Return the boxes of the lines (n x 4 x 2, pixels) of one picture (BGR, uint8)."""
        (picture,) = batch_data.instances
        shape = picture.shape[:2]
        scale: float | None = first_scale(shape, limit_side_len or self.limit_side_len)
        boxes: Any = None
        while scale is not None:
            before = boxes
            try:
                boxes, scores = self._look(picture, scale, options)
            except TooMuchWorkError:
                if before is None or not work.current().partial:
                    raise
                break
            scale = closer_scale(shape, scale, boxes, before)
        return {
            "input_path": batch_data.input_paths,
            "page_index": batch_data.page_indexes,
            "input_img": [picture],
            "dt_polys": [boxes],
            "dt_scores": [scores],
        }

    def _look(self, picture: Pixels, scale: float, options: dict[str, Any]) -> tuple[Any, Any]:
        """Return the boxes seen at a scale, in the picture's pixels, and their scores."""
        scaled = at_scale(picture, scale)
        height, width = scaled.shape[:2]
        seen = self._seen(scaled)
        (boxes,), (scores,) = self.post_op(
            [seen[np.newaxis, np.newaxis]],
            [(*picture.shape[:2], height / picture.shape[0], width / picture.shape[1])],
            thresh=options.get("thresh") or self.thresh,
            box_thresh=options.get("box_thresh") or self.box_thresh,
            unclip_ratio=options.get("unclip_ratio") or self.unclip_ratio,
        )
        return boxes, scores

    def _seen(self, picture: Pixels) -> Tensor:
        """Return how surely each pixel lies on text, seen tile by tile."""
        seen = np.zeros(picture.shape[:2], np.float32)
        for rows, rows_kept in tiles(picture.shape[0]):
            for columns, columns_kept in tiles(picture.shape[1]):
                work.current().turn()
                part = self._seen_part(picture[rows, columns])
                inner = _within(rows_kept, rows), _within(columns_kept, columns)
                seen[rows_kept, columns_kept] = part[inner]
        return seen

    def _seen_part(self, part: Pixels) -> Tensor:
        height, width = part.shape[:2]
        batch: list[Any] = [padded(part)]
        for step in ("Read", "Normalize", "ToCHW"):
            batch = self.pre_tfs[step](imgs=batch)
        (tensor,) = self.runner(x=self.pre_tfs["ToBatch"](imgs=batch))
        seen: Tensor = tensor[0, 0, :height, :width]
        return seen


def first_scale(shape: tuple[int, int], side: int) -> float:
    """Return the scale of the first look at a picture, at most 1.

    `side` is what the longest side is brought down to.
    """
    return min(1.0, side / min(max(shape), LONGEST_PAGE * min(shape)))


def closer_scale(
    shape: tuple[int, int], scale: float, boxes: Boxes, before: Boxes | None = None
) -> float | None:
    """Return the scale at which to look again, or None if that would show no more.

    `boxes` is what was found at `scale`, in the picture's pixels; `before` what
    an earlier look found.
    """
    if len(boxes) == 0:
        # Once is worth a try; a page that stays empty is empty.
        closer = 2 * scale if before is None else scale
    else:
        heights = [min(cv2.minAreaRect(box.astype(np.float32))[1]) for box in boxes]
        small = float(np.percentile(heights, 20)) * scale
        closer = scale * SURE_BOX / max(small, 1.0) if small < SMALL_BOX else scale
    closest = min(1.0, math.sqrt(LARGEST_LOOK / math.prod(shape)))
    closer = min(closer, closest)
    return closer if closer > scale else None


def tiles(length: int) -> Iterator[tuple[slice, slice]]:
    """Yield where each tile along a side lies and which part of it counts.

    Tiles overlap, and what is near a cut edge is taken from the neighbour that
    sees beyond it. Lengths are multiples of `STRIDE`.
    """
    count = max(1, -(-(length - OVERLAP) // (TILE - OVERLAP)))
    size = min(length, TILE)
    starts = [
        round((length - size) / max(count - 1, 1) / STRIDE * number) * STRIDE
        for number in range(count)
    ]
    for number, start in enumerate(starts):
        first = start if number == 0 else (starts[number - 1] + size + start) // 2
        last = length if number == count - 1 else (start + size + starts[number + 1]) // 2
        yield slice(start, start + size), slice(first, last)


def _within(part: slice, whole: slice) -> slice:
    """Return where a part of a tile lies, counted from the tile's own start."""
    return slice(part.start - whole.start, part.stop - whole.start)


def at_scale(picture: Pixels, scale: float) -> Pixels:
    """Return a picture about so much smaller or larger, with sides that the model takes."""
    height, width = (
        max(STRIDE, round(scale * side / STRIDE) * STRIDE) for side in picture.shape[:2]
    )
    return np.asarray(cv2.resize(picture, (width, height)), np.uint8)


def padded(part: Pixels) -> Pixels:
    """Return a picture or a tile with sides of few lengths, as little larger as may be."""
    below, beside = (-side % PADDING_STEP for side in part.shape[:2])
    border = cv2.BORDER_CONSTANT
    return np.asarray(cv2.copyMakeBorder(part, 0, below, 0, beside, border, value=PADDING))
