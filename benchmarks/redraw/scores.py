"""What is measured on a redraw."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from picture.page import Line

Mask = NDArray[np.uint8]
Bounds = tuple[float, float, float, float]


@dataclass
class Share:
    """A sum of parts over a sum of wholes."""

    part: float = 0.0
    whole: float = 0.0

    def add(self, part: float, whole: float) -> None:
        self.part += part
        self.whole += whole

    def __str__(self) -> str:
        return f"{100 * self.part / self.whole:.2f} %" if self.whole else "-"


def bounds(line: Line) -> Bounds:
    """Return left, top, right and bottom of a line's box."""
    corners = np.array(line.box)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def overlap(one: Bounds, other: Bounds) -> float:
    """Return the area that two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def area(box: Bounds) -> float:
    """Return the area of a box."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def iou(one: Bounds, other: Bounds) -> float:
    """Return intersection over union of two boxes."""
    shared = overlap(one, other)
    return shared / max(1e-9, area(one) + area(other) - shared)


def polygon(line: Line, shape: tuple[int, int], grown: int = 1) -> Mask:
    """Return a mask that is 255 in the line's box, `grown` by so many pixels."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, np.rint(np.array(line.box)).astype(np.int32), (255,))
    kernel = np.ones((2 * grown + 1, 2 * grown + 1), np.uint8)
    return np.asarray(cv2.dilate(mask, kernel), np.uint8)


def ink_bounds(mask: Mask) -> Bounds | None:
    """Return the bounds of what is more ink than not."""
    rows, columns = np.flatnonzero((mask > 127).any(1)), np.flatnonzero((mask > 127).any(0))
    if rows.size == 0:
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def characters_missed(reference: Sequence[Line], read: Iterable[Line]) -> tuple[int, int]:
    """Return the edit distance of what was read to the reference, and its length.

    Each line read counts for the reference line that it lies on the most.
    """
    parts: list[list[tuple[float, str]]] = [[] for _ in reference]
    spare = 0
    for line in read:
        shares = [overlap(bounds(line), bounds(truth)) for truth in reference]
        best = int(np.argmax(shares)) if shares else 0
        if shares and shares[best] > 0:
            parts[best].append((bounds(line)[0], line.text))
        else:
            spare += len(_bare(line.text))
    pairs = [
        (_bare(truth.text), _bare("".join(text for _, text in sorted(found))))
        for truth, found in zip(reference, parts, strict=True)
    ]
    return spare + sum(distance(*pair) for pair in pairs), sum(len(truth) for truth, _ in pairs)


def _bare(text: str) -> str:
    return "".join(text.split())


def distance(one: str, other: str) -> int:
    """Return the Levenshtein distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def words_found(picture: Image.Image, truth: Sequence[Line]) -> tuple[int, int]:
    """Return how many of the true words Tesseract reads on a picture, and how many there are."""
    command = ["tesseract", "stdin", "stdout", "--psm", "4"]
    done = subprocess.run(command, input=png(picture), capture_output=True, check=True)
    read = Counter(done.stdout.decode(errors="replace").lower().split())
    words = Counter(" ".join(line.text for line in truth).lower().split())
    return sum((read & words).values()), sum(words.values())


def png(picture: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    done, data = cv2.imencode(".png", np.asarray(picture)[:, :, ::-1])
    assert done  # noqa: S101 - memory is all that can lack here
    return bytes(data)
