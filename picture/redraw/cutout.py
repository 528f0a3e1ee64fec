"""What a picture shows of a line that is not drawn anew, for a white page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from picture.page import Line
from picture.redraw.arrays import Mask, Pixels
from picture.redraw.background import fit_background
from picture.redraw.frame import Frame, frame_line

# A ground is lifted to white where it is at least so light, 0 to 255, and where so much
# of it strays no further than this.
_LIGHT = 140
_EVEN = 0.45
_STRAY = 30

# Once it is lifted, what is darker than white by less is ground, and by more is ink.
_GROUND, _INK = 16, 44


@dataclass(frozen=True, slots=True)
class Cutout:
    """A part of a picture; `mask` is 255 where it is shown, in the region of `frame`."""

    frame: Frame
    mask: Mask
    pixels: Pixels

    def lay(self, page: Pixels) -> None:
        """Show it on a page of the picture's size, in place."""
        region = page[self.frame.region]
        cv2.copyTo(self.pixels, self.mask, region)


def cut_out(
    page: Pixels,
    lines: Iterable[Line],
    others: Sequence[Frame],
    check: Callable[[], None] = lambda: None,
) -> list[Cutout]:
    """Return the lines as the picture shows them, the ground white where it is light and even.

    `others` are the frames of lines that are drawn anew: what lies in them is left out.
    """
    bounds = np.array([_bounds(frame) for frame in others], np.int64).reshape(-1, 4)
    cutouts = []
    for line in lines:
        check()
        frame = frame_line(line, (page.shape[1], page.shape[0]))
        if frame is None:
            continue
        left, top, right, bottom = _bounds(frame)
        meets = (bounds[:, 0] < right) & (bounds[:, 2] > left)
        meets &= (bounds[:, 1] < bottom) & (bounds[:, 3] > top)
        own = _shown(frame)
        mask = own.copy()
        for at in np.flatnonzero(meets):
            _leave_out(mask, frame, others[at])
        cutouts.append(Cutout(frame, mask, _lifted(page[frame.region], own)))
    return cutouts


def _bounds(frame: Frame) -> tuple[int, int, int, int]:
    return frame.left, frame.top, frame.right, frame.bottom


def _shown(frame: Frame) -> Mask:
    inside = frame.inside()
    return np.full(frame.shape, 255, np.uint8) if inside is None else inside


def _leave_out(mask: Mask, frame: Frame, other: Frame) -> None:
    """Hide from a mask on the region of `frame` what lies in another, in place."""
    shared = frame.shared(other)
    if shared is not None:
        mask[shared[0]][_shown(other)[shared[1]] > 0] = 0


def _lifted(region: Pixels, inside: Mask) -> Pixels:
    """Return a region with its ground white, or as it is where it has no light, even ground."""
    shade = fit_background(region, inside)
    if shade.min() < _LIGHT:
        return region.copy()
    stray = np.abs(region.astype(np.int16) - shade).max(axis=2)[inside > 0]
    if stray.size == 0 or np.mean(stray < _STRAY) < _EVEN:
        return region.copy()
    depth = 255 - np.minimum(region * (255 / shade.astype(np.float32)), 255)
    share = np.clip((depth.max(axis=2) - _GROUND) / (_INK - _GROUND), 0, 1)
    return np.asarray(np.rint(255 - depth * share[..., None]), np.uint8)
