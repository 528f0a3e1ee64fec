"""Lines read by Tesseract, whose packs know scripts that the main recogniser lacks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import local
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from picture.reading.transcript import Reading, Spot, mean_score

Crop = NDArray[np.uint8]

# Pixels of a line's height at which its packs read best, and of paper around it.
_HEIGHT = 32
_MARGIN = 6

# Packs that read anything as their own script, and how sure they are of their own.
_SURE_OF_ANYTHING = {"tha": 0.9}
_DOUBT = 0.5

# Marks of direction, which the letters tell by themselves, and joiners with nothing
# to join: before a space, a sign or the end.
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e]|[\u200b\u200c\u200d](?=\\W|$)")

# Greek's pack has two codes for one letter, of which it may give the other, or both.
_MU, _MICRO = "μ", re.compile("µμ|μµ|µ")

# The packs of Arabic letters lack their comma, and give the Latin one for it, or a full
# stop. That is about as high as wide, a comma by so many pixels of a line higher.
_COMMA, _LATIN_COMMA = "\u060c", re.compile("(?<=[\u0620-\u06d3]),")
_STOPPED = re.compile("[\u0620-\u06d3]\\.$")
_HIGHER, _SPECK = 2, 4


@dataclass(frozen=True, slots=True)
class _Part:
    """What Tesseract calls a word: its text, confidence and columns and rows."""

    text: str
    score: float
    box: tuple[int, int, int, int]


class Tesseract:
    """A pack of Tesseract, open once in each thread that reads with it."""

    def __init__(self, folder: Path, pack: str) -> None:
        self.name = f"tesseract {pack}"
        self._library = _library()
        self._folder, self._pack = folder, pack
        self._least = _SURE_OF_ANYTHING.get(pack, 0.0)
        self._own = local()
        self._all: list[Any] = []

    def read(self, crop: Crop) -> Reading:
        """Return what a line (height x width x 3, BGR) says."""
        image, api = _prepared(crop), self._api()
        api.SetImage(Image.fromarray(image))
        text = self._said(api) or self._said_raw(api)
        if not text:
            return Reading()
        words = text.split()
        spots = _apart(list(_spots(words, list(self._parts(api)), image.shape)))
        if len(spots) == len(words):
            spots = tuple(_with_comma(spot, image) for spot in spots)
            text = " ".join(spot.text for spot in spots)
        score = mean_score(spots)
        if score < self._least:
            score *= _DOUBT
        return Reading(text, score, words=spots)

    def _said(self, api: Any) -> str:
        """Return the text of a line, nothing where none is seen."""
        return _clean(api.GetUTF8Text()) if api.Recognize() else ""

    def _said_raw(self, api: Any) -> str:
        """Return the text of a line in which Tesseract saw none, as it may of one full of dots.

        A word alone does not tell it which way to read.
        """
        modes = self._library.PSM
        api.SetPageSegMode(modes.RAW_LINE)
        try:
            text = self._said(api)
        finally:
            api.SetPageSegMode(modes.SINGLE_LINE)
        return text if " " in text else ""

    def _parts(self, api: Any) -> Iterator[_Part]:
        level = self._library.RIL.WORD
        found = api.GetIterator()
        for word in self._library.iterate_level(found, level) if found else ():
            # It refuses to tell the text of what has none.
            with suppress(RuntimeError):
                text, box = _clean(word.GetUTF8Text(level)), word.BoundingBox(level)
                if text and box:
                    yield _Part(text, word.Confidence(level) / 100, box)

    def _api(self) -> Any:
        if not hasattr(self._own, "api"):
            library = self._library
            self._own.api = library.PyTessBaseAPI(
                path=f"{self._folder}/",
                lang=self._pack,
                psm=library.PSM.SINGLE_LINE,
                oem=library.OEM.LSTM_ONLY,
            )
            self._all.append(self._own.api)
        return self._own.api

    def close(self) -> None:
        """Give the pack's memory back; nothing may be running."""
        for api in self._all:
            api.End()


def _library() -> Any:
    """Import Tesseract, which is to leave threads alone: lines are read side by side."""
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        import tesserocr
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before
    return tesserocr


def _prepared(crop: Crop) -> NDArray[np.uint8]:
    """Return a line in grey, as high as is read best, on paper of its own colour."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    if np.median(grey) < 128:
        grey = 255 - grey
    scale = _HEIGHT / grey.shape[0]
    size = max(1, round(scale * grey.shape[1])), _HEIGHT
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(grey, size, interpolation=method)
    paper = int(np.percentile(scaled, 90))
    return np.pad(np.asarray(scaled, np.uint8), _MARGIN, constant_values=paper)


def _clean(text: str) -> str:
    plain = _MICRO.sub(_MU, _MARKS.sub("", text))
    return " ".join(_LATIN_COMMA.sub(_COMMA, plain).split())


def _spots(words: list[str], parts: list[_Part], shape: tuple[int, ...]) -> Iterator[Spot]:
    """Yield what stands between two spaces, each put together from Tesseract's words."""
    height, width = shape[0] - 2 * _MARGIN, shape[1] - 2 * _MARGIN
    left = iter(parts)
    for word in words:
        found: list[_Part] = []
        while len("".join(part.text for part in found)) < len(word):
            part = next(left, None)
            if part is None:
                break
            found.append(part)
        if found:
            yield _spot(word, found, width, height)


def _spot(word: str, parts: list[_Part], width: int, height: int) -> Spot:
    corners = np.array([part.box for part in parts], np.float64) - _MARGIN
    left, top = (corners[:, :2].min(axis=0) / (width, height)).clip(0, 1)
    right, bottom = (corners[:, 2:].max(axis=0) / (width, height)).clip(0, 1)
    weights = [len(part.text) or 1 for part in parts]
    score = float(np.average([part.score for part in parts], weights=weights))
    return Spot(word, score, (float(left), float(top), float(right), float(bottom)))


def _with_comma(spot: Spot, image: NDArray[np.uint8]) -> Spot:
    """Return a word with a comma at its end where a pack took it for a full stop."""
    if _STOPPED.search(spot.text) is None:
        return spot
    height, width = (side - 2 * _MARGIN for side in image.shape)
    left, right = round(spot.area[0] * width), round(spot.area[2] * width)
    word = image[_MARGIN : _MARGIN + height, max(0, left - 2) + _MARGIN : right + _MARGIN]
    is_comma = _ends_high(word)
    return replace(spot, text=f"{spot.text[:-1]}{_COMMA}") if is_comma else spot


def _ends_high(word: NDArray[np.uint8]) -> bool:
    """Tell whether what stands last in a word to the left is higher than it is wide."""
    _, ink = cv2.threshold(word, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, found, _ = cv2.connectedComponentsWithStats(ink)
    marks = [row for row in found[1:].tolist() if row[cv2.CC_STAT_AREA] >= _SPECK]
    last = min(marks, key=lambda row: row[cv2.CC_STAT_LEFT], default=None)
    return last is not None and last[cv2.CC_STAT_HEIGHT] - last[cv2.CC_STAT_WIDTH] >= _HIGHER


def _apart(spots: list[Spot]) -> tuple[Spot, ...]:
    """Return the words of a line, none of which reaches over the one before it."""
    if len(spots) < 2:
        return tuple(spots)
    from_right = spots[0].area[0] > spots[1].area[0]
    kept = spots[:1]
    for spot in spots[1:]:
        left, top, right, bottom = spot.area
        before = kept[-1].area
        if from_right and left < before[0] < right:
            right = before[0]
        elif not from_right and left < before[2] < right:
            left = before[2]
        kept.append(Spot(spot.text, spot.score, (left, top, right, bottom)))
    return tuple(kept)
