"""Finding the lines of a picture, however small its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_detection.predictor import TextDetRunnerPredictor

Tensor = NDArray[np.float32]

# Pixels at the scale that text is looked for. Below the first, boxes begin to
# miss words or join rows; the second is comfortable.
SMALL_BOX = 10.0
SURE_BOX = 16.0
LONGEST_SIDE = 4000

TILE = 1280
OVERLAP = 128


class PageDetector(TextDetRunnerPredictor):
    """PaddleX's text detector, which looks again, closer, where text is small.

    One size for all pictures is too small for a poster's footnote or too slow
    for everything else. Most need one look; memory is bounded by tiles.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._whole: Any = self.runner
        self.runner: Any = self._run

    def process(
        self, batch_data: Any, limit_side_len: int | None = None, **options: Any
    ) -> dict[str, list[Any]]:
        """Return the boxes of the lines (n x 4 x 2, pixels) of one picture."""
        side = limit_side_len or self.limit_side_len
        found: dict[str, list[Any]] = super().process(batch_data, side, **options)
        (picture,) = batch_data.instances
        closer = closer_side(max(picture.shape[:2]), side, found["dt_polys"][0])
        return super().process(batch_data, closer, **options) if closer else found

    def close(self) -> None:
        """Release the model."""
        self._whole.close()

    def _run(self, x: list[Tensor]) -> list[Tensor]:
        (tensor,) = x
        height, width = tensor.shape[2:]
        if max(height, width) <= TILE:
            return [*self._whole(x=x)]
        seen = np.zeros((1, 1, height, width), np.float32)
        for rows, rows_kept in tiles(height):
            for columns, columns_kept in tiles(width):
                (part,) = self._whole(x=[tensor[:, :, rows, columns]])
                inner = _within(rows_kept, rows), _within(columns_kept, columns)
                seen[:, :, rows_kept, columns_kept] = part[:, :, *inner]
        return [seen]


def closer_side(longest: int, side: int, boxes: NDArray[np.int16]) -> int | None:
    """Return the longest side at which to look again, or None if once was enough.

    `longest` is the picture's own, `side` that of the first look, `boxes` what it found.
    """
    if longest <= side:
        return None
    if len(boxes) == 0:
        return min(longest, 2 * side)
    heights = [min(cv2.minAreaRect(box.astype(np.float32))[1]) for box in boxes]
    small = float(np.percentile(heights, 20)) * side / longest
    if small >= SMALL_BOX:
        return None
    return min(int(side * SURE_BOX / max(small, 1.0)), longest, LONGEST_SIDE)


def tiles(length: int) -> Iterator[tuple[slice, slice]]:
    """Yield where each tile along a side lies and which part of it counts.

    Tiles overlap, and what is near a cut edge is taken from the neighbour that
    sees beyond it. Lengths are multiples of 32, as the model needs.
    """
    count = max(1, -(-(length - OVERLAP) // (TILE - OVERLAP)))
    size = min(length, TILE)
    starts = [
        round((length - size) / max(count - 1, 1) / 32 * number) * 32 for number in range(count)
    ]
    for number, start in enumerate(starts):
        first = start if number == 0 else (starts[number - 1] + size + start) // 2
        last = length if number == count - 1 else (start + size + starts[number + 1]) // 2
        yield slice(start, start + size), slice(first, last)


def _within(part: slice, whole: slice) -> slice:
    """Return where a part of a tile lies, counted from the tile's own start."""
    return slice(part.start - whole.start, part.stop - whole.start)
