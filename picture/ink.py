"""What ink a picture shows inside a line's frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.frame import Frame, Mask
from picture.typeset import outline_length

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

# Below this difference from the background, 0 to 255, nothing counts as ink.
_FAINTEST = 14
_SAMPLES = 1000

# Letters do not fill more of their box than this: a plate that they stand on does.
_SOLID = 0.3


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of one line, in pixels of its frame.

    `mask` is 255 where ink was told from what is not text, `trace` also where it is
    faded. The bounds are those of the mask, to a part of a pixel; `runs` are the
    stretches of columns that hold ink; `profile` is how many pixels of full ink each
    row holds; `stroke` is how wide the strokes are.
    """

    mask: Mask
    trace: Mask
    left: float
    top: float
    right: float
    bottom: float
    runs: NDArray[np.int64]
    color: Floats
    background: Floats
    profile: Floats
    stroke: float

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
    otherwise taken for the rules of a table. `is_column`: it is set from the top of
    the frame down. `is_whole`: all that differs from the background is ink.
    """

    has_rules: bool = False
    is_column: bool = False
    is_whole: bool = False


def find_ink(page: Pixels, frame: Frame, kind: Kind) -> Ink | None:
    """Return the ink inside `frame`, or None if the picture shows none there.

    `page` is height x width x 3, RGB.
    """
    region, inside = page[frame.region], frame.inside()
    found = _differ(region, inside)
    if found is not None:
        differs = found[0] > found[1]
        plate = _plate(differs, inside) if differs.mean() > _SOLID else None
        on_plate = _differ(region, plate) if plate is not None else None
        found = on_plate or found
    if found is None:
        return None
    difference, threshold, background = found
    lifted = frame.lift(difference)
    mask = _pick((lifted > threshold).astype(np.uint8), kind)
    if not mask.any():
        return None
    faintest = _faintest(difference, threshold)
    trace = mask
    if faintest < threshold:
        trace = mask | _pick((lifted > faintest).astype(np.uint8), kind)
    return _measure(region, difference, frame, (mask, trace), background)


def _faintest(difference: Mask, threshold: float) -> float:
    """Return the difference at which faded ink still stands out from the background's noise."""
    quiet = difference[::2, ::2]
    quiet = quiet[quiet <= threshold]
    noise = float(np.percentile(quiet, 75)) if quiet.size else threshold
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


def _pick(mask: Mask, kind: Kind) -> Mask:
    """Return what of `mask`, 0 or 1, is text: 0 or 255."""
    if kind.is_whole:
        return mask * np.uint8(255)
    mask = mask.T if kind.is_column else mask
    mask = _text_only(mask if kind.has_rules else _without_rules(mask))
    return np.ascontiguousarray(mask.T if kind.is_column else mask)


def fit_background(region: Pixels, inside: Mask | None) -> Pixels:
    """Return the colour behind the text: one for all of the region, or a gradient."""
    rows, columns = _grid(region.shape[:2], inside)
    pixels = region[rows, columns].astype(np.float64)
    middle = _common(pixels, pixels[_rim(region.shape[:2], inside)[rows, columns]])
    near = np.abs(pixels - middle).max(axis=1) < 28
    if near.sum() < 12:
        return _flat(middle)
    terms = np.column_stack([np.ones(len(rows)), rows, columns])
    for _ in range(2):
        plane = np.linalg.lstsq(terms[near], pixels[near], rcond=None)[0]
        nearer = np.abs(pixels - terms @ plane).max(axis=1) < 20
        near = nearer if nearer.sum() >= 12 else near
    reach = np.abs(plane[1:]).T @ region.shape[:2]
    if reach.max() < 6 or near.mean() < 0.4:
        return _flat(np.median(pixels[near], axis=0))
    down, across = np.ogrid[: region.shape[0], : region.shape[1]]
    shades = [np.clip(p[0] + p[1] * down + p[2] * across, 0, 255) for p in plane.T]
    return np.asarray(np.rint(np.dstack(shades)), np.uint8)


def _flat(color: Floats) -> Pixels:
    shade: Pixels = np.rint(color)[None, None].astype(np.uint8)
    return shade


def _grid(shape: tuple[int, ...], inside: Mask | None) -> tuple[Positions, Positions]:
    """Return the rows and columns of pixels spread over the region."""
    step = max(1, int(np.sqrt(shape[0] * shape[1] / _SAMPLES)))
    rows, columns = (axis.ravel() for axis in np.mgrid[: shape[0] : step, : shape[1] : step])
    if inside is not None:
        held = inside[rows, columns] > 0
        rows, columns = rows[held], columns[held]
    return rows, columns


def _common(pixels: Floats, rim: Floats) -> Floats:
    """Return the colour that most pixels are near to: the rim's, or the most common one."""
    keys = (pixels.astype(np.intp) >> 5) @ (64, 8, 1)
    usual = pixels[keys == np.bincount(keys).argmax()] if len(pixels) else rim
    candidates = [np.median(colors, axis=0) for colors in (rim, usual) if len(colors)]
    if not candidates:
        return np.full(3, 255.0)
    support = [int((np.abs(pixels - color).max(axis=1) < 28).sum()) for color in candidates]
    return np.asarray(candidates[int(np.argmax(support))], np.float64)


def _rim(shape: tuple[int, ...], inside: Mask | None) -> NDArray[np.bool_]:
    """Return where the region's outer tenth is, which a text box leaves free of ink."""
    height, width = shape
    depth = max(1, round(0.1 * min(height, width)))
    if inside is None:
        rim = np.ones((height, width), bool)
        rim[depth : height - depth, depth : width - depth] = False
        return rim
    kernel = np.ones((2 * depth + 1, 2 * depth + 1), np.uint8)
    inner = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    return np.asarray((inside > 0) & (np.asarray(inner) == 0))


def _difference(region: Pixels, background: Pixels) -> Mask:
    """Return how far each pixel is from the background, in its strongest channel."""
    background = np.ascontiguousarray(np.broadcast_to(background, region.shape))
    channels = cv2.split(cv2.absdiff(region, background))
    return np.asarray(cv2.max(cv2.max(channels[0], channels[1]), channels[2]), np.uint8)


def _threshold(difference: Mask, inside: Mask | None) -> float | None:
    """Return the difference from the background at which ink begins, or None without ink."""
    values = difference if inside is None else difference[inside > 0]
    if values.size < 4:
        return None
    otsu, _ = cv2.threshold(values, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    inked = values[values > otsu]
    if inked.size == 0 or inked.size > 0.7 * values.size:
        return None
    strongest = float(np.percentile(inked, 97))
    if strongest < _FAINTEST:
        return None
    return max(min(float(otsu), 0.5 * strongest), 0.25 * strongest)


def _without_rules(mask: Mask) -> Mask:
    """Return `mask`, 0 or 1, without straight strokes longer than those of letters."""
    height, width = mask.shape
    longest = max(9, min(int(1.4 * height), int(0.96 * width)))
    # Rules may lie a little askew: they are followed to either side, where that does
    # not bridge the letters.
    slack = 1 + 2 * (height // 40)
    across = _opened(_thickened(mask, slack, 1), 1, longest) & mask
    rest = mask & ~(across & ~_opened(across, max(3, round(0.2 * height)), 1))
    rest = _without_broken_rules(rest)
    slack = max(3, slack)
    down = _opened(_thickened(rest, 1, slack), max(5, int(0.75 * height)), 1)
    down = _thickened(down, 1, slack) & rest
    down &= ~_opened(down, 1, max(3, round(0.25 * height)))
    rules = down * _rule_columns(rest & ~down, down)
    return _between(rest & ~rules, rules)


def _without_broken_rules(mask: Mask) -> Mask:
    """Return `mask` without rows at its top and bottom that are inked nearly all along."""
    height, width = mask.shape
    # The bar of a single letter may be nearly as wide as its box.
    inked = np.asarray(mask.mean(axis=1) > (0.6 if width > 2.5 * height else 0.9))
    zone = max(1, round(0.22 * height))
    inked[zone : height - zone] = False
    rules = _thickened(inked.astype(np.uint8)[:, None], 3, 1)
    return mask & ~rules if inked.any() else mask


def _rule_columns(letters: Mask, down: Mask) -> Mask:
    """Return which columns of the tall strokes `down` are rules, 0 or 1.

    A letter may be as tall as a tight box, but then it has neighbours close by, or
    parts of its own; a rule stands alone.
    """
    height, width = down.shape
    rows = np.flatnonzero(letters.any(axis=1))
    is_loose = rows.size > 0 and (rows[-1] - rows[0] + 1) < 0.88 * height
    edge = max(1, round(0.12 * height))
    at_top = np.asarray(down[:edge].any(axis=0), np.bool_)
    at_bottom = np.asarray(down[-edge:].any(axis=0), np.bool_)
    gap = max(1, round(0.06 * height))
    beside = _thickened(letters.max(axis=0, keepdims=True), 1, 2 * gap + 1)[0]
    rules = (at_top & at_bottom) | ((at_top | at_bottom) & is_loose)
    rules &= beside == 0
    if not is_loose:
        rules[round(0.35 * height) : max(0, width - round(0.35 * height))] = False
    return rules.astype(np.uint8)


def _between(mask: Mask, rules: Mask) -> Mask:
    """Return `mask` without what stands outside of the rules at its left and right end."""
    width, reach = mask.shape[1], mask.shape[0]
    columns = np.flatnonzero(rules.any(axis=0))
    inner = mask.copy()
    for column in columns:
        if column < 0.7 * reach:
            inner[:, :column] = 0
        if column > width - 0.7 * reach:
            inner[:, column:] = 0
    return inner if inner.any() else mask


def _thickened(mask: Mask, height: int, width: int) -> Mask:
    return np.asarray(cv2.dilate(mask, np.ones((height, width), np.uint8)), np.uint8)


def _opened(mask: Mask, height: int, width: int) -> Mask:
    """Return the parts of `mask` that hold a box of `height` x `width`, made odd."""
    # An even kernel has no middle: what is opened with it comes back shifted.
    kernel = np.ones((height | 1, width | 1), np.uint8)
    opened = cv2.morphologyEx(
        mask, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return np.asarray(opened, np.uint8)


def _text_only(mask: Mask) -> Mask:
    """Return `mask` without rules, neighbours' ink and specks, as 0 or 255."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, across, down, area = (stats[:, column] for column in range(5))
    height, width = mask.shape
    right, bottom = left + across, top + down
    is_speck = area < max(2, 0.002 * height * height)
    is_rule = (across > min(max(3 * height, 0.4 * width), 0.95 * width)) & (down < 0.2 * height)
    at_side = (left == 0) | (right == width)
    at_end = (top == 0) | (bottom == height)
    is_border = at_side & (across < 0.2 * height) & ((down > 0.6 * height) | at_end)
    is_outside = np.abs(centres[:, 1] / height - 0.5) > 0.36
    is_neighbour = is_outside & (at_end | (across > 0.8 * height))
    is_ground = at_side & at_end & (down > 0.45 * height) & (area > 0.25 * height * height)
    keep = ~(is_speck | is_rule | is_border | is_neighbour | is_ground)
    keep[0] = False
    if keep.any():
        # Specks among the letters are parts of them: dots, broken strokes.
        is_among = (left >= left[keep].min()) & (right <= right[keep].max())
        is_among &= (top >= top[keep].min()) & (bottom <= bottom[keep].max())
        keep |= is_speck & is_among
    return np.asarray(np.where(keep, 255, 0).astype(np.uint8)[labels], np.uint8)


def _measure(
    region: Pixels, difference: Mask, frame: Frame, masks: tuple[Mask, Mask], background: Floats
) -> Ink:
    """Return the ink under the mask, its colour taken where it is strongest."""
    mask, trace = masks
    inked = frame.lay(mask) > 127
    values = difference[inked]
    strongest = max(_FAINTEST, float(np.percentile(values, 97))) if values.size else 255.0
    core = inked & (difference >= 0.88 * strongest)
    samples = region[core] if core.any() else region.reshape(-1, 3)
    color = np.median(samples[:: max(1, len(samples) // _SAMPLES)], axis=0)
    coverage = frame.lift(np.asarray(cv2.convertScaleAbs(difference, alpha=255 / strongest)))
    soft = coverage & _thickened(mask, 3, 3)
    return _bound(soft, mask, trace, color, background)


def _bound(soft: Mask, mask: Mask, trace: Mask, color: Floats, background: Floats) -> Ink:
    rows, columns = soft.max(axis=1) / 255, soft.max(axis=0) / 255
    held, lines = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return Ink(
        mask=mask,
        trace=trace,
        left=_edge(columns, int(held[0])),
        right=len(columns) - _edge(columns[::-1], len(columns) - 1 - int(held[-1])),
        top=_edge(rows, int(lines[0])),
        bottom=len(rows) - _edge(rows[::-1], len(rows) - 1 - int(lines[-1])),
        runs=_runs(held),
        color=color,
        background=background,
        profile=soft.sum(axis=1) / 255,
        stroke=2 * float(soft.sum()) / 255 / max(1e-6, outline_length(soft)),
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
