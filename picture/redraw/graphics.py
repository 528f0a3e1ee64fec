"""What a page shows besides its text, on a ground that has become white."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from picture.redraw.arrays import Floats, Mask, Pixels
from picture.redraw.frame import Frame

# The ground is found in a view of so many pixels.
_SEEN = 200_000

# A colour is behind the text where it has this share of what is.
_BEHIND = 0.1

# How far colours stray from the ground around them where it is smooth, 0 to 255; how
# often, and over which part of the longer side, it is followed into its own shading.
_STRAY = 18
_ROUNDS = 12
_REACH = 1 / 32

# Paper is as light as this, 0 to 255, as much of the page at least, and as noisy at most.
# What is darker or has a colour is a ground only where it is as even as drawn by a
# program: else the page is a photograph.
_PAPER = 110
_LEAST_PAPER, _MOST_NOISE = 0.2, 12.0
_LEAST_PLATE, _EVEN = 0.4, 2.5

# What differs from the ground by less than some times its noise is ground, and by so
# much more is left as it is.
_NOISE = 4.0
_LEAST, _MOST = 10.0, 44.0
_RAMP = 14.0

# A picture or a plate: as wide and tall as this part of the longer side, of at least so
# much of the page, and solid: what is light in it belongs to it.
_THICK = 1 / 50
_LARGE = 0.004
_SOLID = 0.6

# Specks are as large as this part of the page at most.
_SPECK = 2.2e-6

# What has less colour than this, 0 to 255, is as good as grey.
_COLORFUL = 64

_ROWS = 256

_Shades = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The ground of a page in a small view: its shade, and where something hides it.

    `least` is from where on a difference from it is no noise; `is_paper` tells that it
    is light.
    """

    shade: Pixels
    hidden: Mask
    least: float
    is_paper: bool


def clean(page: Pixels, texts: Sequence[Frame], check: Callable[[], None] = lambda: None) -> None:
    """Make the ground of a page white, in place, and leave the graphics on it.

    `texts` are where text was, which is erased by now: what is behind it is the ground.
    A page without one, such as a photograph, stays as it is.
    """
    ground = _find_ground(page, texts)
    if ground is None:
        return
    solid = _solid(ground.hidden)
    marks = np.zeros(page.shape[:2], np.uint8)
    for top in range(0, page.shape[0], _ROWS):
        check()
        rows = slice(top, min(top + _ROWS, page.shape[0]))
        kept = _enlarged(solid, page.shape, rows) > 127
        shade = _enlarged(ground.shade, page.shape, rows)
        _level(page[rows], marks[rows], shade, kept.astype(np.uint8), ground)
    check()
    page[_specks(marks)] = 255


def _find_ground(page: Pixels, texts: Sequence[Frame]) -> _Ground | None:
    height, width = page.shape[:2]
    scale = min(1.0, (_SEEN / (height * width)) ** 0.5)
    size = max(1, round(scale * width)), max(1, round(scale * height))
    view = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
    usual = _usual(view, texts, scale)
    is_paper = bool(usual.min() >= _PAPER)
    reach = max(3, round(_REACH * max(size)))
    shade = np.broadcast_to(usual, view.shape).astype(np.float32)
    near = _near(view, shade)
    for _ in range(_ROUNDS):
        shade = _smoothed(view, near, reach, usual)
        near = _near(view, shade)
    whole = np.rint(shade).astype(np.uint8)
    noise = _noise(page, whole, near)
    share, least, most = near.mean() / 255, _LEAST_PLATE, _EVEN
    if is_paper:
        least, most = _LEAST_PAPER, _MOST_NOISE
    if share < least or noise > most:
        return None
    depth = float(np.clip(_NOISE * noise, _LEAST, _MOST))
    return _Ground(whole, np.asarray(255 - near, np.uint8), depth, is_paper)


def _usual(view: Pixels, texts: Sequence[Frame], scale: float) -> Floats:
    """Return the most common colour of a page, of those that are behind the text if any."""
    behind = np.zeros(view.shape[:2], np.bool_)
    for frame in texts:
        left, top = int(scale * frame.left), int(scale * frame.top)
        behind[top : int(scale * frame.bottom) + 1, left : int(scale * frame.right) + 1] = True
    keys = (view.astype(np.intp) >> 5) @ (64, 8, 1)
    counts = np.bincount(keys.ravel(), minlength=512)
    if behind.any():
        own = np.bincount(keys[behind], minlength=512)
        counts[own < _BEHIND * own.sum()] = 0
    usual = np.median(view[keys == counts.argmax()], axis=0)
    return np.asarray(usual, np.float64)


def _near(view: Pixels, shade: _Shades) -> Mask:
    """Return where a view shows its ground, 0 or 255."""
    stray = np.asarray(cv2.absdiff(view, np.rint(shade).astype(np.uint8)), np.uint8)
    return np.asarray(cv2.inRange(stray, np.zeros(3), np.full(3, float(_STRAY))), np.uint8)


def _smoothed(view: Pixels, near: Mask, reach: int, usual: Floats) -> _Shades:
    """Return the ground everywhere: the mean of what is seen of it around each place."""
    own, weight = _sums(view, near, reach)
    wide, far = _sums(view, near, 4 * reach)
    # Where none is close by, what is further off tells, and last what is usual.
    total = own + 1e-2 * wide + np.asarray(1e-4 * usual, np.float32)
    return np.asarray(total / (weight + 1e-2 * far + 1e-4)[..., None], np.float32)


def _sums(view: Pixels, near: Mask, reach: int) -> tuple[_Shades, _Shades]:
    """Return what is seen of the ground around each place, and how much that is."""
    size = (2 * reach + 1, 2 * reach + 1)
    seen = cv2.copyTo(view, near).astype(np.float32)
    total = np.asarray(cv2.blur(seen, size), np.float32)
    return total, np.asarray(cv2.blur(near.astype(np.float32) / 255, size), np.float32)


def _noise(page: Pixels, shade: Pixels, near: Mask) -> float:
    """Return how far pixels of the ground stray from its shade, as a standard deviation."""
    rows, columns = (
        ((np.arange(few) + 0.5) * many / few).astype(np.intp)
        for few, many in zip(near.shape, page.shape[:2], strict=True)
    )
    seen = page[rows[:, None], columns].astype(np.int16)
    stray = np.abs(seen - shade).max(axis=2)[near > 0]
    return 1.5 * float(np.median(stray)) if stray.size else 0.0


def _solid(hidden: Mask) -> Mask:
    """Return where pictures and plates are, 0 or 255, with all that is light in them."""
    thick = max(3, round(_THICK * max(hidden.shape))) | 1
    round_kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick))
    near = _morphed(hidden, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    thickset = _morphed(near, cv2.MORPH_OPEN, np.asarray(round_kernel, np.uint8))
    solid = np.zeros_like(hidden)
    contours, _ = cv2.findContours(thickset, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        if cv2.contourArea(contour) < _LARGE * hidden.size:
            continue
        left, top, across, down = cv2.boundingRect(contour)
        part = slice(top, top + down), slice(left, left + across)
        whole = np.zeros((down, across), np.uint8)
        cv2.drawContours(whole, [contour], -1, (255,), cv2.FILLED, offset=(-left, -top))
        # What runs into it from its edge is closed as well.
        whole = _morphed(whole, cv2.MORPH_CLOSE, np.ones((2 * thick + 1,) * 2, np.uint8))
        own = cv2.countNonZero(whole & near[part])
        is_solid = own > _SOLID * cv2.countNonZero(whole)
        solid[part] |= whole if is_solid else whole & thickset[part]
    # Corners are rounder than they were.
    return solid | (_morphed(solid, cv2.MORPH_DILATE, np.asarray(round_kernel, np.uint8)) & near)


def _morphed(mask: Mask, how: int, kernel: Mask) -> Mask:
    return np.asarray(cv2.morphologyEx(mask, how, kernel), np.uint8)


def _enlarged(view: Mask, shape: tuple[int, ...], rows: slice) -> Mask:
    """Return some rows of a view as they are on the page."""
    down, across = view.shape[0] / shape[0], view.shape[1] / shape[1]
    # From the middles of the page's pixels to those of the view's.
    shift = down * (rows.start + 0.5) - 0.5
    matrix = np.array([[across, 0, across / 2 - 0.5], [0, down, shift]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size, border = (shape[1], rows.stop - rows.start), cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(view, matrix, size, flags=flags, borderMode=border), np.uint8)


def _level(page: Pixels, marks: Mask, shade: Pixels, kept: Mask, ground: _Ground) -> None:
    """Make ground white and mark what is none, in place; what is kept stays as it is."""
    is_paper = ground.is_paper
    apart = cv2.subtract(shade, page) if is_paper else cv2.absdiff(page, shade)
    red, green, blue = cv2.split(apart)
    depth = np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)
    np.copyto(marks, ((depth > ground.least) | (kept > 0)).astype(np.uint8))
    lifted = cv2.divide(page, shade, scale=255) if is_paper else _darkened(page)
    ramp = np.clip((np.arange(256) - ground.least) / _RAMP, 0, 1)
    share = cv2.LUT(depth, np.rint(255 * ramp).astype(np.uint8))
    inked = cv2.multiply(cv2.bitwise_not(lifted), cv2.merge([share] * 3), scale=1 / 255)
    cv2.copyTo(cv2.bitwise_not(inked), 1 - kept, page)


def _darkened(page: Pixels) -> Pixels:
    """Return what is light and grey, on a ground that was not, as dark as white needs it."""
    red, green, blue = cv2.split(page)
    light = cv2.max(cv2.max(red, green), blue)
    colorful = cv2.subtract(light, cv2.min(cv2.min(red, green), blue))
    shares = np.rint(255 * np.clip(1 - np.arange(256) / _COLORFUL, 0, 1)).astype(np.uint8)
    drops = np.maximum(2 * np.arange(256) - 255, 0).astype(np.uint8)
    drop = cv2.multiply(cv2.LUT(light, drops), cv2.LUT(colorful, shares), scale=1 / 255)
    return np.asarray(cv2.subtract(page, cv2.merge([drop] * 3)), np.uint8)


def _specks(marks: Mask) -> NDArray[np.bool_]:
    """Return where marks are too small to be anything."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= max(2, _SPECK * marks.size)
    return np.asarray(small[labels])
