"""One picture read, the right way up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from picture.errors import TooMuchWorkError
from picture.page import Line, Page, Rule, Word
from picture.reading.accents import with_true_accents
from picture.reading.again import with_parts_read
from picture.reading.calibration import calibrated
from picture.reading.cells import cut_at_rules
from picture.reading.columns import with_columns
from picture.reading.copies import with_copies_read
from picture.reading.crops import cut
from picture.reading.crossed import with_crossed_cut
from picture.reading.dashes import with_list_signs
from picture.reading.ends import with_ends
from picture.reading.fused import with_rows
from picture.reading.kana import with_true_kana
from picture.reading.leaders import with_leaders
from picture.reading.missed import with_missed
from picture.reading.names import with_names_read
from picture.reading.orientation import (
    Orientation,
    doubts,
    hanging_glyphs,
    is_better,
    is_much_better,
    is_said_by,
    laid_out,
    turn_of,
)
from picture.reading.parts import cut_apart
from picture.reading.pieces import Pieces, find_pieces
from picture.reading.quotes import with_curly_quotes
from picture.reading.rules import find_rules, tell_apart
from picture.reading.scripts import FoundLine, Scripts
from picture.reading.seconds import with_seconds
from picture.reading.signs import with_signs
from picture.reading.stains import with_stained
from picture.reading.stems import with_true_stems
from picture.reading.transcript import Read, Reading
from picture.reading.widths import with_true_widths
from picture.reading.work import Work, as_far_as_welcome, doing
from picture.words import count_letters

# So many letters, and as sure, are no accident where text is hardly to be seen.
_FEWEST = 3
_SURE = 0.9

# Less sure lines are accidents, shorter ones sooner, and so is what is on a page with
# hardly a letter: buttons in a row are zeros at .92.
_LEAST, _LEAST_SHORT, _FEW = 0.3, 0.5, 4
_LITTLE, _SURE_ALONE = 4, 0.95

# And what none but readers of other scripts see: a word is one at .95 and more.
_LITTLE_OF_OTHERS, _SURE_OF_OTHERS = 8, 0.8


class Pipeline(Protocol):
    """PaddleOCR, as far as it is used here."""

    def predict(self, pixels: NDArray[np.uint8]) -> list[Any]:
        """Return one result for a picture (height x width x 3, BGR)."""


class Reader:
    """PaddleOCR, and what it takes to read a picture that lies on its side or its head."""

    def __init__(self, pipeline: Pipeline, scripts: Scripts | None, again: Read) -> None:
        self._pipeline = pipeline
        self._scripts = scripts
        self._again = again

    def read(
        self,
        image: Image.Image,
        work: Work,
        orientation: Orientation = Orientation.NONE,
        tags: Sequence[str] | None = None,
    ) -> Page:
        """Read a picture in mode RGB, as long as `work` allows.

        With `tags` those languages alone are expected beside the main recogniser's.
        """
        work.tags = tags
        with doing(work):
            page = _without_accidents(self._read_upright(image, work, orientation))
        # Whatever weighs readings against each other knows their own scores alone.
        return calibrated(page)

    def close(self) -> None:
        """End what reads other scripts."""
        if self._scripts is not None:
            self._scripts.close()

    def _read_upright(self, image: Image.Image, work: Work, orientation: Orientation) -> Page:
        if orientation != Orientation.AUTO:
            return self._read(image, work, int(orientation))
        page = self._read(image, work)
        try:
            return self._upright(image, work, page)
        except TooMuchWorkError:
            return page

    def _upright(self, image: Image.Image, work: Work, page: Page) -> Page:
        """Return a page as it is read upright, if it says that it is not."""
        if page.unread:
            return page
        if degrees := self._turn(image, work, page):
            return self._turned(image, work, page, degrees, is_better)
        for degrees in doubts(page):
            turned = self._turned(image, work, page, degrees, is_much_better)
            if turned is not page:
                return turned
        return page

    def _turned(
        self,
        image: Image.Image,
        work: Work,
        page: Page,
        degrees: int,
        is_better: Callable[[Page, Page], bool],
    ) -> Page:
        """Return a page as it is read when it is turned, if that is better."""
        turned = self._read(image, work, degrees)
        return turned if not turned.unread and is_better(turned, page) else page

    def _turn(self, image: Image.Image, work: Work, page: Page) -> int:
        """Return by how many degrees to the left the picture is to be turned."""
        degrees = turn_of(page)
        glyphs = hanging_glyphs(page) if degrees in (90, 270) else []
        if not glyphs:
            return degrees
        standing = 0 if degrees == 90 else 180
        alone = self._read(laid_out(image, glyphs, standing), work)
        return standing if is_said_by(alone, glyphs) else degrees

    def _read(self, image: Image.Image, work: Work, degrees: int = 0) -> Page:
        pixels = _to_blue_first(image, degrees)
        (result,) = self._pipeline.predict(pixels)
        lines = [
            FoundLine(reading, corners, partial(cut, pixels, corners))
            for reading, corners in zip(result["rec_texts"], result["rec_polys"], strict=True)
            if corners.tobytes() not in work.faint or _is_text(reading)
        ]
        with as_far_as_welcome():
            lines = with_rows(lines, pixels, self._again, work.bends)
            with_columns(lines, self._again)
        pieces = _pieces(lines, pixels)
        if pieces is not None:
            with as_far_as_welcome():
                with_ends(lines, pixels, pieces, self._again)
                lines = with_missed(lines, pixels, pieces, self._again)
                lines = with_stained(lines, pixels, pieces, self._again)
        self._settle(lines, work)
        found = [
            _to_line(line.reading, line.corners) for line in lines if line.reading.text.strip()
        ]
        rules: list[Rule] = []
        if pieces is not None:
            found, rules = self._with_rules(found, pixels, pieces)
        height, width = result["doc_preprocessor_res"]["output_img"].shape[:2]
        return Page(width, height, tuple(found), degrees, work.unread, tuple(rules))

    def _settle(self, lines: list[FoundLine], work: Work) -> None:
        """Settle what lines say where several readings are at hand."""
        self._reread(lines, work)
        with as_far_as_welcome():
            with_names_read(lines, self._again)
            with_copies_read(lines, self._again)
        with_seconds(lines)
        with_curly_quotes(lines)
        with_true_widths(lines)
        with_true_kana(lines)
        with_true_stems(lines)
        with_true_accents(lines, work.tags)

    def _with_rules(
        self, lines: Sequence[Line], pixels: NDArray[np.uint8], pieces: Pieces
    ) -> tuple[list[Line], list[Rule]]:
        """Return lines with what only ink tells of them, cut into cells, and the rules drawn."""
        found = self._with_leaders(lines, pixels, pieces)
        found, rules = tell_apart(found, find_rules(pieces, found))
        with as_far_as_welcome():
            found = with_crossed_cut(found, rules, pixels, self._again)
        cells = (cell for line in found for cell in cut_at_rules(line, rules))
        parts = [part for cell in cells for part in cut_apart(cell)]
        return with_signs(with_list_signs(parts, pieces), rules, pieces)

    def _with_leaders(
        self, lines: Sequence[Line], pixels: NDArray[np.uint8], pieces: Pieces
    ) -> list[Line]:
        """Return lines and leaders, what is beside those read again as far as there is time."""
        found = with_leaders(lines, pieces)
        with as_far_as_welcome():
            return with_parts_read(found, set(lines), pixels, self._again)
        return found

    def _reread(self, lines: list[FoundLine], work: Work) -> None:
        """Have lines in other scripts read by who knows them, as far as there is time."""
        if self._scripts is not None:
            with as_far_as_welcome():
                self._scripts.reread(lines, work.tags)


def _pieces(lines: Sequence[FoundLine], pixels: NDArray[np.uint8]) -> Pieces | None:
    """Return the ink of a picture with level text, None where there is none."""
    heights = [line.height for line in lines if line.is_level]
    return find_pieces(pixels, median(heights)) if heights else None


def _to_blue_first(image: Image.Image, degrees: int) -> NDArray[np.uint8]:
    """Return the pixels in OpenCV's channel order, which PaddleOCR takes, turned to the left.

    Strip by strip: a large picture is not to stand in memory in a third form.
    """
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, 256):
        bottom = min(top + 256, image.height)
        strip = np.asarray(image.crop((0, top, image.width, bottom)))
        cv2.cvtColor(strip, cv2.COLOR_RGB2BGR, dst=pixels[top:bottom])
    return np.ascontiguousarray(np.rot90(pixels, degrees // 90))


def _without_accidents(page: Page) -> Page:
    """Return a page without what was read where nothing is written."""
    lines = tuple(line for line in page.lines if line.score >= _least(line))
    letters = sum(count_letters(line.text) for line in lines)
    surest = max((line.score for line in lines), default=0.0)
    are_others = all(line.reader for line in lines)
    if (letters <= _LITTLE and surest < _SURE_ALONE) or (
        are_others and letters <= _LITTLE_OF_OTHERS and surest < _SURE_OF_OTHERS
    ):
        lines = ()
    return replace(page, lines=lines, rules=page.rules if lines else ())


def _least(line: Line) -> float:
    return _LEAST_SHORT if count_letters(line.text) < _FEW else _LEAST


def _is_text(reading: Reading) -> bool:
    """Tell whether what may be text says something, and surely."""
    return count_letters(reading.text) >= _FEWEST and reading.score >= _SURE


def _to_line(reading: Reading, corners: NDArray[np.int16]) -> Line:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    line = Line(
        reading.text,
        reading.score,
        (a, b, c, d),
        reading.flipped,
        reader=reading.reader,
        first_choice=reading.first_choice,
    )
    words = (Word(spot.text, spot.score, line.part(*spot.area)) for spot in reading.words)
    return replace(line, words=tuple(words))
