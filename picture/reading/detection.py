"""Finding the lines of a picture, however small its text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_detection.predictor import TextDetRunnerPredictor
from paddlex.inference.models.text_detection.processors import DBPostProcess, NormalizeImage

from picture.reading import work
from picture.reading.bends import Bend, find_bends
from picture.reading.decode import CLOSEST, LARGEST_LOOK
from picture.reading.tensors import LEVELS, write_planes

Pixels = NDArray[np.uint8]
Tensor = NDArray[np.float32]
Boxes = NDArray[np.int16]

# Pixels at the scale that text is looked for. Below the first, boxes begin to
# miss words or join rows; the second is comfortable.
SMALL_BOX = 12.0
SURE_BOX = 20.0

# Up to what side a picture is enlarged to look at it, and what side is still worth a look.
SMALL_PICTURE = 800
_SMALLEST_LOOK = 64

# So sure is one box at least of a page of text. A bent line in a straight box is half of it.
_PLAIN = 0.7

# What may be text: boxes of at least this score, the best few of a picture. Only what
# they say tells.
FAINT = 0.3
MOST_FAINT = 8

# Boxes of such scores are looked at along their middle where they are so many times as
# long as wide, and wider than a sliver; text is as sure as this there.
_HALF_FILLED = 0.15, 0.6
_LONG, _SLIVER = 8, 4
_SURE_ALONG = 0.75

# Boxes that have so much of their room in common are of one line.
_ALIKE = 0.5

# A picture that is wider, by so much, than it is high, and not higher, may be one line.
_WIDE = 1.2
_HIGHEST_LINE = 200

# A strip longer than this, such as a screenshot of a whole chat, is looked for
# as wide as a page of this many times its width: else its text would vanish.
LONGEST_PAGE = 4

TILE = 1280
OVERLAP = 128
STRIDE = 32  # the model takes sides that are multiples of it

# Engines prepare themselves for each new shape and remember it. Padded to few
# shapes, pictures of any size find one prepared, and memory stays flat.
PADDING_STEP = 128
_WIDE_PADDING_STEP = 320  # on a GPU, which takes half a second to prepare for a shape
PADDING = (124, 116, 104)  # the mean that the model subtracts: nothing to see


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What was seen at a scale: boxes, how surely each is text, and whether surely enough.

    Those of `bends` are around lines that are bent.
    """

    boxes: Boxes
    scores: NDArray[np.float64]
    is_sure: NDArray[np.bool_]
    bends: tuple[Bend, ...] = ()

    @property
    def sure(self) -> Boxes:
        """Return the boxes that are text."""
        return self.boxes[self.is_sure]

    @property
    def is_doubtful(self) -> bool:
        """Tell whether there is more that may be text than text, or none that is plainly so."""
        areas = np.array([cv2.contourArea(box.astype(np.int32)) for box in self.boxes])
        is_little = 2 * areas[self.is_sure].sum() <= areas.sum()
        return not self.bends and bool(is_little or self.scores.max() < _PLAIN)


class BoxScores(DBPostProcess):
    """PaddleX's boxes out of what was seen, with fair scores for long ones.

    A line that sinks by little from end to end, as where letters give way to dots, fills
    only half of the box around it.
    """

    def boxes_from_bitmap(
        self, pred: Tensor, _bitmap: NDArray[np.bool_], *options: Any
    ) -> tuple[Boxes, list[float]]:
        """Return boxes and their scores; PaddleX's own would take eight bytes for each bit."""
        found: tuple[Boxes, list[float]]
        found = super().boxes_from_bitmap(pred, _bitmap.view(np.uint8), *options)
        return found

    def box_score_fast(self, bitmap: Tensor, _box: NDArray[np.float32]) -> float:
        """Return how sure text is within a box: of a long one, along its middle."""
        score = float(super().box_score_fast(bitmap, _box))
        a, b, _, d = _box.astype(float)
        length, width = round(math.dist(a, b)), round(math.dist(a, d))
        least, most = _HALF_FILLED
        if not least <= score < most or width <= _SLIVER or length < _LONG * width:
            return score
        flat = np.array([[0, 0], [length, 0], [length, width]], np.float32)
        move = cv2.getAffineTransform(_box[[0, 1, 2]].astype(np.float32), flat)
        along = cv2.warpAffine(bitmap, move, (length + 1, width + 1))
        sure = float(along.max(axis=0).mean())
        return sure if sure >= _SURE_ALONG else score


class PageDetector(TextDetRunnerPredictor):
    """PaddleX's text detector, which looks again, closer, where text is small.

    One size for all pictures is too small for a poster's footnote or too slow
    for everything else. Most need one look; memory is bounded by tiles.
    """

    _padding_step = PADDING_STEP

    def build_postprocess(self, **options: Any) -> BoxScores:
        """Return what makes boxes of what was seen."""
        plain = super().build_postprocess(**options)
        return BoxScores(plain.thresh, plain.box_thresh, plain.max_candidates, plain.unclip_ratio)

    def process(
        self, batch_data: Any, limit_side_len: int | None = None, **options: Any
    ) -> dict[str, list[Any]]:
        """Return the boxes of the lines (n x 4 x 2, pixels) of one picture (BGR, uint8).

        Which of them are faint is noted in this thread's work.
        """
        (picture,) = batch_data.instances
        look = self._looked_at(picture, limit_side_len or self.limit_side_len, options)
        if not look.is_sure.any():
            look = _as_one_line(picture.shape[:2], look)
        mine = work.current()
        mine.faint = {box.tobytes() for box in look.boxes[~look.is_sure]}
        mine.bends = {bend.box.tobytes(): bend for bend in look.bends}
        return {
            "input_path": batch_data.input_paths,
            "page_index": batch_data.page_indexes,
            "input_img": [picture],
            "dt_polys": [look.boxes],
            "dt_scores": [list(look.scores)],
        }

    def _looked_at(self, picture: Pixels, side: int, options: dict[str, Any]) -> Look:
        """Look at a picture once, and again where that shows more."""
        shape = picture.shape[:2]
        scale = first_scale(shape, side)
        look = self._look(picture, scale, options)
        with work.as_far_as_welcome():
            if look.is_doubtful:
                other = self._looked_otherwise(picture, look, scale, options)
                if other is not look:
                    return other
            while (closer := closer_scale(shape, scale, look.sure)) is not None:
                look, scale = self._look(picture, closer, options), closer
        return look

    def _looked_otherwise(
        self, picture: Pixels, first: Look, scale: float, options: dict[str, Any]
    ) -> Look:
        """Look for text that is too small or too large, where none was seen, or hardly any.

        Bent lines fall into pieces at one scale, and are whole at another.
        """
        best = first
        for other in other_scales(picture.shape[:2], scale):
            look = self._look(picture, other, options)
            if look.bends:
                return look
            if not best.is_sure.any():
                best = look
        return best if best.is_sure.any() else first

    def _look(self, picture: Pixels, scale: float, options: dict[str, Any]) -> Look:
        """Return what is seen at a scale, in the picture's pixels."""
        seen = self._seen(at_scale(picture, scale))
        height, width = seen.shape
        sure = options.get("box_thresh") or self.box_thresh
        least = options.get("thresh") or self.thresh, sure
        unclip = options.get("unclip_ratio") or self.unclip_ratio
        (boxes,), (scores,) = self.post_op(
            [seen[np.newaxis, np.newaxis]],
            [(*picture.shape[:2], height / picture.shape[0], width / picture.shape[1])],
            thresh=least[0],
            box_thresh=min(FAINT, sure),
            unclip_ratio=unclip,
        )
        look = best_of(boxes.reshape(-1, 4, 2), np.array(scores, np.float64), sure)
        return with_bends(look, tuple(find_bends(seen, picture.shape[:2], least, unclip)))

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
        whole = padded(part, self._padding_step)
        (tensor,) = self.runner(x=[normalised(whole, self.pre_tfs["Normalize"])])
        seen: Tensor = tensor[0, 0, :height, :width]
        return seen


class GPUDetector(PageDetector):
    """The same on a GPU, with few shapes; those of pages are made ready at the start."""

    _padding_step = _WIDE_PADDING_STEP

    def warm(self) -> None:
        """Run the usual shapes once."""
        for width in range(TILE, TILE // 2 - 1, -_WIDE_PADDING_STEP):
            for shape in {(TILE, width), (width, TILE)}:
                self._seen_part(np.zeros((*shape, 3), np.uint8))


def first_scale(shape: tuple[int, int], side: int) -> float:
    """Return the scale of the first look at a picture.

    `side` is what the longest side is brought down to; a small picture is enlarged.
    """
    scale = side / min(max(shape), LONGEST_PAGE * min(shape))
    return min(scale, 1.0) if max(shape) >= SMALL_PICTURE else _enlarged(shape)


def _enlarged(shape: tuple[int, int]) -> float:
    return min(CLOSEST, SMALL_PICTURE / max(shape))


def closer_scale(shape: tuple[int, int], scale: float, boxes: Boxes) -> float | None:
    """Return the scale at which to look again, or None if that would show no more.

    `boxes` is what was found at `scale`, in the picture's pixels.
    """
    heights = [min(cv2.minAreaRect(box.astype(np.float32))[1]) for box in boxes]
    if not heights:
        return None
    small = float(np.percentile(heights, 20)) * scale
    closer = scale * SURE_BOX / max(small, 1.0) if small < SMALL_BOX else scale
    closer = min(closer, _closest(shape))
    return closer if closer > scale else None


def other_scales(shape: tuple[int, int], scale: float) -> Iterator[float]:
    """Yield the scales at which to look for text where there was none to be seen."""
    closer = min(2 * scale, _closest(shape))
    if closer > scale:
        yield closer
    for part in (1 / 2, 1 / 4):
        if part * scale * max(shape) >= _SMALLEST_LOOK:
            yield part * scale


def _closest(shape: tuple[int, int]) -> float:
    return min(CLOSEST, math.sqrt(LARGEST_LOOK / math.prod(shape)))


def best_of(boxes: Boxes, scores: NDArray[np.float64], sure: float) -> Look:
    """Return the boxes that are sure, and the best of the others."""
    is_sure = scores >= sure
    faint = np.flatnonzero(~is_sure)
    kept = np.flatnonzero(is_sure).tolist()
    kept += faint[np.argsort(scores[faint])[::-1][:MOST_FAINT]].tolist()
    chosen = sorted(kept)
    return Look(boxes[chosen], scores[chosen], is_sure[chosen])


def with_bends(look: Look, bends: tuple[Bend, ...]) -> Look:
    """Return a look with bent lines in place of the boxes that were taken for straight ones."""
    if not bends:
        return look
    straight = [not any(_is_alike(box, bend.box) for bend in bends) for box in look.boxes]
    kept = np.array(straight, bool)
    return Look(
        np.concatenate([look.boxes[kept], np.stack([bend.box for bend in bends])]),
        np.concatenate([look.scores[kept], [bend.score for bend in bends]]),
        np.concatenate([look.is_sure[kept], np.ones(len(bends), bool)]),
        bends,
    )


def _is_alike(one: Boxes, other: Boxes) -> bool:
    """Tell whether two boxes take about the same room."""
    start = np.maximum(one.min(axis=0), other.min(axis=0)).astype(float)
    end = np.minimum(one.max(axis=0), other.max(axis=0)).astype(float)
    common = math.prod(np.maximum(end - start, 0))
    rooms = (math.prod(np.ptp(box, axis=0).astype(float)) for box in (one, other))
    return bool(common > _ALIKE * (sum(rooms) - common))


def _as_one_line(shape: tuple[int, int], look: Look) -> Look:
    """Take a picture in the shape of a line, on which nothing was found, for a line."""
    height, width = shape
    if width < _WIDE * height or height > _HIGHEST_LINE:
        return look
    whole = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.int16)
    return Look(whole, np.zeros(1), np.zeros(1, bool))


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


def normalised(picture: Pixels, step: NormalizeImage) -> Tensor:
    """Return a picture as the model takes it: PaddleX's step without its copies."""
    factors = zip(step.alpha, step.beta, strict=True)
    values = [LEVELS * np.float32(alpha) + np.float32(beta) for alpha, beta in factors]
    tensor = np.empty((1, 3, *picture.shape[:2]), np.float32)
    write_planes(picture, values, tensor[0])
    return tensor


def padded(part: Pixels, step: int = PADDING_STEP) -> Pixels:
    """Return a picture or a tile with sides of few lengths, as little larger as may be."""
    below, beside = (-side % step for side in part.shape[:2])
    border = cv2.BORDER_CONSTANT
    return np.asarray(cv2.copyMakeBorder(part, 0, below, 0, beside, border, value=PADDING))
