"""Take ink off a picture and leave what was behind it."""

from __future__ import annotations

import cv2
import numpy as np

from picture.redraw.arrays import Floats, Mask, Pixels
from picture.redraw.frame import Frame
from picture.redraw.ink import Ink

# A background that strays more than this from its own mean is a texture.
_TEXTURE = 9.0

# Pixels that are painted over one by one: a third of a second. Lines of usual text
# have a tenth of them.
_MOST_INPAINTED = 200_000

# What strays no further from the background is of it, 0 to 255. Where less than this share
# of what is free of ink does so, the background may have a slope, which more than that
# share has to follow.
_NEAR = 40
_MOST_OFF = 0.9
_FOLLOWED = 0.75

# The slope is that of some of the pixels, looked for in a few rounds.
_SAMPLES = 1500
_LEAST_SAMPLES = 12
_ROUNDS = 4

_BLUR = np.ones((3, 3), np.uint8)


def erase(page: Pixels, frame: Frame, ink: Ink) -> None:
    """Replace the ink inside `frame` by its background, in place.

    `page` is height x width x 3, RGB. Nothing outside the ink and the blur around
    it changes.
    """
    region, inked = page[frame.region], _spread(frame, ink)
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if rows.size == 0:
        return
    margin = max(4, round(0.5 * min(ink.height, ink.width)))
    part = (
        slice(max(0, rows[0] - margin), rows[-1] + margin + 1),
        slice(max(0, columns[0] - margin), columns[-1] + margin + 1),
    )
    inside = frame.inside()
    if inside is not None:
        inside = inside[part]
    if not ink.plates:
        _fill(region[part], inked[part], inside, margin)
        return
    rest = np.full(region[part].shape[:2], 255, np.uint8) if inside is None else inside
    for plate in ink.plates:
        # What shines through at its edge is neither the one's nor the other's.
        own = plate.mask[part]
        around = np.asarray(cv2.dilate(own, _BLUR), np.uint8)
        core = np.asarray(cv2.erode(own, _BLUR), np.uint8)
        _fill(region[part], inked[part] & own, core if inside is None else core & inside, margin)
        rest = rest & ~around
    _fill(region[part], inked[part] & rest, rest, margin)


def _fill(region: Pixels, inked: Mask, inside: Mask | None, reach: int) -> None:
    """Give the inked pixels the colours of what is around them, in place."""
    if not inked.any():
        return
    plain, slope = _plain(region, inked, inside)
    smooth = _smooth(region, plain, reach, slope)
    shown = plain[::3, ::3] > 0
    residue = region[::3, ::3][shown].astype(np.int16) - smooth[::3, ::3][shown]
    if residue.size and np.abs(residue).mean() > _TEXTURE:
        smooth = _inpainted(region, inked)
    cv2.copyTo(smooth, inked, region)


def _inpainted(region: Pixels, inked: Mask) -> Pixels:
    """Return the region with its ink painted over, coarsely where there is very much of it."""
    scale = min(1.0, (_MOST_INPAINTED / max(1, cv2.countNonZero(inked))) ** 0.5)
    if scale == 1:
        return np.asarray(cv2.inpaint(region, inked, 3, cv2.INPAINT_TELEA), np.uint8)
    size = (max(1, round(scale * region.shape[1])), max(1, round(scale * region.shape[0])))
    small = cv2.resize(region, size, interpolation=cv2.INTER_AREA)
    # Whatever touches ink is painted over, so that none shines through.
    mask = cv2.resize(inked, size, interpolation=cv2.INTER_AREA)
    mask = cv2.dilate(np.where(mask > 0, 255, 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    painted = cv2.inpaint(small, mask, 3, cv2.INPAINT_TELEA)
    return np.asarray(cv2.resize(painted, region.shape[1::-1]), np.uint8)


def _spread(frame: Frame, ink: Ink) -> Mask:
    """Return the ink of the region and the blur around it, as 0 or 255."""
    reach = int(np.clip(round(0.1 * ink.height), 1, 5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    laid = frame.lay(np.asarray(cv2.dilate(ink.trace, kernel), np.uint8))
    inside = frame.inside()
    laid = np.asarray(cv2.threshold(laid, 96, 255, cv2.THRESH_BINARY)[1], np.uint8)
    return laid if inside is None else laid & inside


def _plain(region: Pixels, inked: Mask, inside: Mask | None) -> tuple[Mask, Floats | None]:
    """Return where nothing but background is seen, 0 or 255, and its slope, if it is steep."""
    free = np.asarray(cv2.bitwise_not(inked), np.uint8)
    if inside is not None:
        free &= inside
    shown = free[::3, ::3] > 0
    if not shown.any():
        return np.full(inked.shape, 255, np.uint8), None
    seen = region[::3, ::3][shown]
    middle = np.median(seen, axis=0)
    low, high = np.clip(middle - _NEAR, 0, 255), np.clip(middle + _NEAR, 0, 255)
    plain = np.asarray(cv2.inRange(region, low, high), np.uint8) & free
    if np.mean(plain[::3, ::3][shown] > 0) < _MOST_OFF:
        slope = _slope(region, free)
        if slope is not None:
            stray = np.abs(region - slope).max(axis=2)
            level = np.where(stray <= _NEAR, free, np.uint8(0))
            # A page that is half one colour and half another has no slope.
            if np.count_nonzero(level) > _FOLLOWED * np.count_nonzero(free):
                return level, slope
    return (plain if plain.any() else free), None


def _slope(region: Pixels, free: Mask) -> Floats | None:
    """Return the plane through the colours of what is free of ink, None where it is too little."""
    step = max(1, int(np.sqrt(free.size / _SAMPLES)))
    rows, columns = np.nonzero(free[::step, ::step])
    pixels = region[::step, ::step][rows, columns].astype(np.float64)
    terms = np.column_stack([np.ones(len(rows)), step * rows, step * columns])
    near = np.ones(len(rows), np.bool_)
    plane: Floats = np.zeros((3, 3))
    for _ in range(_ROUNDS):
        if near.sum() < _LEAST_SAMPLES:
            return None
        plane = np.asarray(np.linalg.lstsq(terms[near], pixels[near], rcond=None)[0], np.float64)
        stray = np.abs(pixels - terms @ plane).max(axis=1)
        near = stray <= max(2 * float(np.median(stray)), 4.0)
    down, across = np.ogrid[: region.shape[0], : region.shape[1]]
    return np.dstack([p[0] + p[1] * down + p[2] * across for p in plane.T])


def _smooth(region: Pixels, plain: Mask, reach: int, slope: Floats | None) -> Pixels:
    """Return the background, each pixel the mean of the plain ones around it.

    Where it has a slope, that is the mean of how they stray from it.
    """
    size = (2 * reach + 1, 2 * reach + 1)
    seen = region if slope is None else (region - slope).astype(np.float32)
    weight = plain.astype(np.float32) / 255
    total = cv2.blur(cv2.copyTo(seen, plain).astype(np.float32), size)
    share = cv2.blur(weight, size)
    total[share < 1e-4] = cv2.mean(seen, plain)[:3]
    share[share < 1e-4] = 1
    mean = total / share[..., None]
    if slope is not None:
        mean = np.clip(mean + slope, 0, 255)
    return np.asarray(np.rint(mean), np.uint8)
