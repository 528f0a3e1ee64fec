"""What ink a picture shows inside a line's frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask, Pixels, count_levels, percentile_of
from picture.redraw.background import fit_background
from picture.redraw.clutter import Parts, text_only, thickened, without_frames, without_rules
from picture.redraw.crossing import crossing_strokes, lettering_color
from picture.redraw.frame import Frame, Lie
from picture.redraw.neighbours import without_neighbours
from picture.redraw.plates import Plate, edges, find_plates
from picture.redraw.portrait import outline_length

# Below this difference from the background, 0 to 255, nothing counts as ink.
_FAINTEST = 14
_SAMPLES = 1000

# A line of more pixels is looked at in a smaller view: its strokes are wide enough.
_LARGEST = 4_000_000

# Letters do not fill more of their box than this: a plate that they stand on does.
_SOLID = 0.3


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of one line, in pixels of its frame.

    `mask` is 255 where ink was told from what is not text, `trace` also where it is
    faded, and `soft` tells how much of each pixel it covers. The bounds are those of
    the mask, to a part of a pixel; `runs` are the stretches of columns that hold ink;
    `profile` is how many pixels of full ink each row holds; `stroke` is how wide the
    strokes are. Parts of the line stand on `plates`.
    """

    mask: Mask
    trace: Mask
    soft: Mask
    left: float
    top: float
    right: float
    bottom: float
    runs: NDArray[np.int64]
    color: Floats
    background: Floats
    profile: Floats
    stroke: float
    plates: tuple[Plate, ...] = ()

    @property
    def height(self) -> float:
        """Return how tall the ink is."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """Return how wide the ink is."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Kind:
    """What sets the ink of a line apart from other ink.

    `has_rules`: the text itself holds long strokes, such as dashes, which are
    otherwise taken for the rules of a table. `has_frames`: it holds characters that look like
    boxes to tick. `is_column`: it is set from the top of
    the frame down. `is_leader`: it is nothing but marks in a row, dashes or dots. `is_whole`:
    all that differs from the background is ink.
    """

    has_rules: bool = False
    has_frames: bool = False
    is_column: bool = False
    is_leader: bool = False
    is_whole: bool = False


def find_ink(page: Pixels, frame: Frame, kind: Kind, beyond: Mask | None = None) -> Ink | None:
    """Return the ink inside `frame`, or None if the picture shows none there.

    `page` is height x width x 3, RGB; `beyond` is what of the frame's region is nearer
    to other lines, 0 or 255.
    """
    region = page[frame.region]
    step = math.ceil(math.sqrt(region.shape[0] * region.shape[1] / _LARGEST))
    if step <= 1:
        return _find_ink(region, frame, kind, beyond)
    view = frame.reduced(step)
    size = (view.right, view.bottom)
    seen = np.asarray(cv2.resize(region, size, interpolation=cv2.INTER_AREA), np.uint8)
    if beyond is not None:
        beyond = np.asarray(cv2.resize(beyond, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    ink = _find_ink(seen, view, kind, beyond)
    return _enlarged(ink, frame, step) if ink is not None else None


def between_rows(ink: Ink, top: float, bottom: float) -> Ink:
    """Return the ink without what lies above or below the rows that letters can reach."""
    if ink.top >= top and ink.bottom <= bottom:
        return ink
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
    first, tall = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
    is_out = (centres[:, 1] < top) | (centres[:, 1] > bottom)
    is_out &= (first < top) | (first + tall > bottom)
    is_out[0] = False
    if not is_out.any() or is_out.sum() == count - 1:
        return ink
    out = np.where(is_out, np.uint8(255), np.uint8(0))[labels]
    soft = ink.soft & ~thickened(out, 3, 3)
    mask = ink.mask & ~out
    return _bound(soft, mask, ink.trace & ~out, ink.color, ink.background, ink.plates)


def without_columns(ink: Ink, columns: Sequence[tuple[int, int]]) -> Ink:
    """Return the ink without that of some stretches of columns."""
    soft, mask, trace = ink.soft.copy(), ink.mask.copy(), ink.trace.copy()
    for start, end in columns:
        for own in (soft, mask, trace):
            own[:, start:end] = 0
    if not mask.any():
        return ink
    return _bound(soft, mask, trace, ink.color, ink.background, ink.plates)


def _enlarged(ink: Ink, frame: Frame, step: int) -> Ink:
    """Return the ink that was seen in a smaller view of a frame."""
    size = (frame.width, frame.height)
    mask, trace, soft = (
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        for each in (ink.mask, ink.trace, ink.soft)
    )
    return replace(
        ink,
        mask=mask,
        trace=trace,
        soft=soft,
        left=ink.left * step,
        top=ink.top * step,
        right=min(ink.right * step, float(frame.width)),
        bottom=min(ink.bottom * step, float(frame.height)),
        runs=np.minimum(ink.runs * step, frame.width),
        profile=step * np.repeat(ink.profile, step)[: frame.height],
        stroke=ink.stroke * step,
        plates=tuple(
            replace(
                plate,
                mask=np.asarray(
                    cv2.resize(plate.mask, size, interpolation=cv2.INTER_NEAREST), np.uint8
                ),
            )
            for plate in ink.plates
        ),
    )


def _find_ink(region: Pixels, frame: Frame, kind: Kind, beyond: Mask | None) -> Ink | None:
    """Return the ink in a region of a page, which is that of `frame`."""
    inside = frame.inside()
    found = _differ(region, inside)
    plates: tuple[Plate, ...] = ()
    if found is not None:
        differs = found[0] > found[1]
        plate = _plate(differs, inside) if differs.mean() > _SOLID else None
        on_plate = _differ(region, plate) if plate is not None else None
        if on_plate is None and frame.lie is Lie.STRAIGHT and not kind.is_column:
            plates = tuple(find_plates(region, found[0]))
        found = _on_plates(region, found, inside, plates) if plates else on_plate or found
    if found is None:
        return None
    difference, threshold, background = found
    lifted = frame.lift(difference)
    beyond = None if beyond is None else frame.lift(beyond)
    mask = _pick((lifted > threshold).astype(np.uint8), kind, beyond)
    if not mask.any():
        return None
    faintest = _faintest(difference, threshold)
    trace = mask
    if faintest < threshold:
        trace = mask | _pick((lifted > faintest).astype(np.uint8), kind, beyond)
    return _measure(region, difference, frame, (mask, trace), background, plates)


def _pick(mask: Mask, kind: Kind, beyond: Mask | None) -> Mask:
    """Return what of `mask`, 0 or 1, is this line's text: 0 or 255."""
    if kind.is_whole:
        return mask * np.uint8(255)
    mask = mask.T if kind.is_column else mask
    parts = Parts.of(mask)
    rest = mask if kind.has_frames else without_frames(mask, parts)
    rest = rest if kind.has_rules else without_rules(rest)
    # Few lines have any: what is connected in them is known.
    parts = parts if np.array_equal(rest, mask) else Parts.of(rest)
    mask = text_only(rest, parts)
    mask = np.ascontiguousarray(mask.T if kind.is_column else mask)
    if kind.is_leader:
        mask = _marks(mask)
    is_met = beyond is not None and cv2.countNonZero(mask & beyond) > 0
    return without_neighbours(mask, beyond) if beyond is not None and is_met else mask


def _marks(mask: Mask) -> Mask:
    """Return the parts of `mask` that are as flat as most and stand in one row with them."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    down = stats[1:, cv2.CC_STAT_HEIGHT]
    if len(down) < 2:
        return mask
    usual = float(np.median(down))
    flat = down <= 2 * usual + 1
    across, along = centres[1:, 0], centres[1:, 1]
    row = np.full(len(along), np.median(along[flat]))
    if np.ptp(across[flat]) > mask.shape[0]:
        row = np.polyval(np.polyfit(across[flat], along[flat], 1), across)
    keep = np.concatenate([[False], flat & (np.abs(along - row) <= 2 * usual + 2)])
    return np.asarray(np.where(keep, 255, 0).astype(np.uint8)[labels], np.uint8)


def _faintest(difference: Mask, threshold: float) -> float:
    """Return the difference at which faded ink still stands out from the background's noise."""
    quiet = count_levels(difference)[: math.floor(threshold) + 1]
    noise = percentile_of(quiet, 75) if quiet.any() else threshold
    return min(threshold, max(8.0, 3 * noise))


Found = tuple[Mask, float, Floats]


def _differ(region: Pixels, inside: Mask | None) -> Found | None:
    """Return how each pixel differs from the background, from where on it is ink, and on what."""
    background = fit_background(region, inside)
    difference = _difference(region, background)
    if inside is not None:
        difference &= inside
    threshold = _threshold(difference, inside)
    mean = np.asarray(background.reshape(-1, 3).mean(axis=0), np.float64)
    return None if threshold is None else (difference, threshold, mean)


def _on_plates(
    region: Pixels, found: Found, inside: Mask | None, plates: Sequence[Plate]
) -> Found | None:
    """Return how pixels differ from what is behind them where parts of it are plates.

    Ink on a plate is made as strong as that beside it, and edges are none.
    """
    difference, _, background = found
    off = np.full(difference.shape, 255, np.uint8)
    for plate in plates:
        off &= ~plate.mask
    difference[edges(plates) > 0] = 0
    usual = _strongest(difference, off)
    for plate in plates:
        own = _difference(region, np.rint(plate.color)[None, None].astype(np.uint8))
        own[edges([plate]) > 0] = 0
        scale = (usual or 255) / max(_FAINTEST, _strongest(own, plate.mask))
        cv2.copyTo(np.asarray(cv2.convertScaleAbs(own, alpha=scale)), plate.mask, difference)
    if inside is not None:
        difference &= inside
    threshold = _threshold(difference, inside)
    return None if threshold is None else (difference, threshold, background)


def _strongest(difference: Mask, within: Mask) -> float:
    """Return how far ink is from its background, 0 where there is none."""
    counts = count_levels(difference, within)
    counts[: 2 * _FAINTEST + 1] = 0
    return percentile_of(counts, 90) if counts.any() else 0.0


def _plate(mask: NDArray[np.bool_], inside: Mask | None) -> Mask | None:
    """Return the plate that the text stands on if the box reaches beyond it, 0 or 255."""
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8))[2]
    if len(stats) < 2:
        return None
    number = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    left, top, across, down, area = (int(value) for value in stats[number])
    height, width = mask.shape
    is_large = across > 0.7 * width and down > 0.6 * height
    if not is_large or area < 0.6 * across * down:
        return None
    plate = np.zeros(mask.shape, np.uint8)
    plate[top + 1 : top + down - 1, left + 1 : left + across - 1] = 255
    if inside is not None:
        plate &= inside
    return plate if plate.any() else None


def _difference(region: Pixels, background: Pixels) -> Mask:
    """Return how far each pixel is from the background, in its strongest channel."""
    is_flat = background.shape[:2] == (1, 1)
    # Four numbers are one colour to OpenCV.
    color = np.array([*background[0, 0], 0], np.float64)
    channels = cv2.split(cv2.absdiff(region, color if is_flat else background))
    return np.asarray(cv2.max(cv2.max(channels[0], channels[1]), channels[2]), np.uint8)


def _threshold(difference: Mask, inside: Mask | None) -> float | None:
    """Return the difference from the background at which ink begins, or None without ink."""
    values = difference if inside is None else difference[inside > 0]
    if values.size < 4:
        return None
    otsu, _ = cv2.threshold(values, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    inked = count_levels(values)
    inked[: math.floor(otsu) + 1] = 0
    if not 0 < inked.sum() <= 0.7 * values.size:
        return None
    strongest = percentile_of(inked, 97)
    if strongest < _FAINTEST:
        return None
    return max(min(float(otsu), 0.5 * strongest), 0.25 * strongest)


def _measure(
    region: Pixels,
    difference: Mask,
    frame: Frame,
    masks: tuple[Mask, Mask],
    background: Floats,
    plates: tuple[Plate, ...],
) -> Ink:
    """Return the ink under the mask, its colour taken where it is strongest."""
    mask, trace = masks
    inked = frame.lay(mask) > 127
    strongest = _full(difference, inked)
    # Bytes are compared with bytes: as floats they would take most of the time.
    core = inked & (difference >= np.uint8(min(255, math.ceil(0.88 * strongest))))
    beside = core.copy()
    for plate in plates:
        beside &= plate.mask == 0
    core = beside if beside.any() else core
    samples = region[core] if core.any() else region.reshape(-1, 3)
    color = np.median(samples[:: max(1, len(samples) // _SAMPLES)], axis=0)
    if frame.lie is Lie.STRAIGHT and not plates:
        lettering = lettering_color(region, mask, color, background)
        own = color if lettering is None else lettering
        crossing = crossing_strokes(region, mask, own, background)
        if crossing is not None:
            mask, trace, color = mask & ~crossing, trace & ~crossing, own
            strongest = _full(difference, frame.lay(mask) > 127)
    coverage = frame.lift(np.asarray(cv2.convertScaleAbs(difference, alpha=255 / strongest)))
    soft = coverage & thickened(mask, 3, 3)
    return _bound(soft, mask, trace, color, background, plates)


def _full(difference: Mask, inked: NDArray[np.bool_]) -> float:
    """Return how far from the background ink is that covers a pixel, by that of a line."""
    counts = count_levels(difference, inked.view(np.uint8))
    return max(_FAINTEST, percentile_of(counts, 97)) if counts.any() else 255.0


def _bound(
    soft: Mask,
    mask: Mask,
    trace: Mask,
    color: Floats,
    background: Floats,
    plates: tuple[Plate, ...],
) -> Ink:
    rows, columns = soft.max(axis=1) / 255, soft.max(axis=0) / 255
    held, lines = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return Ink(
        mask=mask,
        trace=trace,
        soft=soft,
        left=_edge(columns, int(held[0])),
        right=len(columns) - _edge(columns[::-1], len(columns) - 1 - int(held[-1])),
        top=_edge(rows, int(lines[0])),
        bottom=len(rows) - _edge(rows[::-1], len(rows) - 1 - int(lines[-1])),
        runs=_runs(held),
        color=color,
        background=background,
        profile=soft.sum(axis=1) / 255,
        stroke=2 * float(soft.sum()) / 255 / max(1e-6, outline_length(soft)),
        plates=plates,
    )


def _runs(held: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the first and the end of each stretch of successive numbers."""
    breaks = np.flatnonzero(np.diff(held) > 1)
    starts = held[np.concatenate([[0], breaks + 1])]
    ends = held[np.concatenate([breaks, [len(held) - 1]])] + 1
    return np.column_stack([starts, ends]).astype(np.int64)


def _edge(profile: Floats, first: int) -> float:
    """Return where ink begins: `first`, moved by what its row and the one before lack."""
    before = profile[first - 1] if first else 0.0
    return float(first + (1 - min(1.0, profile[first])) - min(0.5, before))
