"""Take ink off a picture and leave what was behind it."""

from __future__ import annotations

import cv2
import numpy as np

from picture.redraw.arrays import Mask, Pixels
from picture.redraw.frame import Frame
from picture.redraw.ink import Ink

# A background that strays more than this from its own mean is a texture.
_TEXTURE = 9.0

# Pixels that are painted over one by one: a third of a second. Lines of usual text
# have a tenth of them.
_MOST_INPAINTED = 200_000


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
    _fill(region[part], inked[part], inside[part] if inside is not None else None, margin)


def _fill(region: Pixels, inked: Mask, inside: Mask | None, reach: int) -> None:
    """Give the inked pixels the colours of what is around them, in place."""
    plain = _plain(region, inked, inside)
    smooth = _smooth(region, plain, reach)
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


def _plain(region: Pixels, inked: Mask, inside: Mask | None) -> Mask:
    """Return a mask of the pixels that show nothing but background, 0 or 255."""
    free = np.asarray(cv2.bitwise_not(inked), np.uint8)
    if inside is not None:
        free &= inside
    shown = free[::3, ::3] > 0
    if not shown.any():
        return np.full(inked.shape, 255, np.uint8)
    middle = np.median(region[::3, ::3][shown], axis=0)
    low, high = np.clip(middle - 40, 0, 255), np.clip(middle + 40, 0, 255)
    plain = np.asarray(cv2.inRange(region, low, high), np.uint8) & free
    return plain if plain.any() else free


def _smooth(region: Pixels, plain: Mask, reach: int) -> Pixels:
    """Return the background, each pixel the mean of the plain ones around it."""
    size = (2 * reach + 1, 2 * reach + 1)
    weight = plain.astype(np.float32) / 255
    total = cv2.blur(cv2.copyTo(region, plain).astype(np.float32), size)
    share = cv2.blur(weight, size)
    total[share < 1e-4] = cv2.mean(region, plain)[:3]
    share[share < 1e-4] = 1
    return np.asarray(np.rint(total / share[..., None]), np.uint8)
