"""Redraw pictures, read the redraws again, and write how near they are to the originals."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

import cv2
import numpy as np
from PIL import Image

from benchmarks.redraw.drawers import DRAWERS, Drawer, erased
from benchmarks.redraw.pages import Sample, loosened, samples
from benchmarks.redraw.scores import (
    Share,
    area,
    bounds,
    characters_missed,
    ink_bounds,
    iou,
    overlap,
    polygon,
    words_found,
)
from picture.page import Line, Page
from picture.reading import Engine
from picture.redraw import FONTS_FOLDER, SANS, Fonts, Style, plan_page, redraw
from picture.settings import Settings

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"

# How likely right a line is, at least, that counts as found again.
_READ = 0.05


@dataclass
class Result:
    """What one way of drawing came to over all pages."""

    drawn: Share = field(default_factory=Share)
    reread: Share = field(default_factory=Share)
    truth: Share = field(default_factory=Share)
    words: Share = field(default_factory=Share)
    overflow: Share = field(default_factory=Share)
    overlap: Share = field(default_factory=Share)
    ious: list[float] = field(default_factory=list)


def main() -> None:
    """Run the comparison and put its tables into the README beside this file."""
    options = _options()
    cv2.setNumThreads(1)
    fonts, engine = Fonts(FONTS_FOLDER), Engine(Settings())
    engine.wait_until_ready()
    bench = Bench(engine, fonts)
    for sample in samples(options.folders, fonts, options.most):
        print(sample.name, flush=True)
        bench.add(sample)
    table = "\n".join([*bench.table(), "", *bench.own(), "", _speed(fonts)])
    print(table)
    text = README.read_text()
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    README.write_text(f"{text[:start]}\n{table}\n{text[end:]}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", help="folders of .jpg and .png")
    parser.add_argument("--most", type=int, default=16, help="pictures taken from each folder")
    return parser.parse_args()


class Bench:
    """Collects the figures page by page."""

    def __init__(self, engine: Engine, fonts: Fonts) -> None:
        self._engine, self._fonts = engine, fonts
        self._results = {name: Result() for name in DRAWERS}
        self._original_truth, self._original_words = Share(), Share()
        self._missing, self._found = Share(), Share()
        self._outside = 0
        self._colors: list[float] = []

    def add(self, sample: Sample) -> None:
        page = self._read(sample.picture)
        if not page.lines:
            return
        for name, drawer in DRAWERS.items():
            self._draw(sample, page, drawer, self._results[name])
        self._add_own(sample, page)
        if sample.truth:
            self._original_truth.add(*characters_missed(sample.truth, page.lines))
        if sample.truth and not sample.drawn:
            self._original_words.add(*words_found(sample.picture, sample.truth))

    def _read(self, picture: Image.Image) -> Page:
        return self._engine.read(picture, 300)

    def _draw(self, sample: Sample, page: Page, drawer: Drawer, result: Result) -> None:
        """Draw the page on white, measure each line's ink, and read it all again."""
        shape = (sample.picture.height, sample.picture.width)
        layers, white = np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)
        masks = list(zip(page.lines, drawer(sample.picture, page, self._fonts), strict=True))
        for line, mask in masks:
            if mask is None or not mask.any():
                result.drawn.add(0, 1)
                continue
            ink = mask > 127
            result.drawn.add(1, 1)
            stray = ink & (polygon(line, shape) == 0)
            result.overflow.add(int(stray.sum()), int(ink.sum()))
            layers += ink
            white = np.minimum(white, 255 - mask)
        result.overlap.add(int((layers > 1).sum()), int((layers > 0).sum()))
        again = Image.fromarray(white).convert("RGB")
        self._reread(sample, page, again, result)
        if sample.drawn:
            self._measure_fit(sample, drawer, result)

    def _reread(self, sample: Sample, page: Page, again: Image.Image, result: Result) -> None:
        read = self._read(again).lines
        result.reread.add(*characters_missed(page.lines, read))
        if sample.truth:
            result.truth.add(*characters_missed(sample.truth, read))
        if sample.truth and not sample.drawn:
            result.words.add(*words_found(again, sample.truth))

    def _measure_fit(self, sample: Sample, drawer: Drawer, result: Result) -> None:
        """Compare ink with ink, given the true text in boxes as loose as a detector's."""
        page = loosened(sample.picture.size, sample.truth)
        drawn = drawer(sample.picture, page, self._fonts)
        for line, mask in zip(sample.truth, drawn, strict=True):
            ink = ink_bounds(mask) if mask is not None else None
            result.ious.append(iou(ink, bounds(line)) if ink else 0.0)

    def _add_own(self, sample: Sample, page: Page) -> None:
        """Measure what only a redraw on the picture's own background has to keep."""
        before = np.asarray(sample.picture)
        after = np.asarray(redraw(sample.picture, page, self._fonts, Style(white_background=False)))
        allowed = np.zeros(before.shape[:2], np.uint8)
        for line in page.lines:
            allowed |= polygon(line, before.shape[:2])
        self._outside += int(((before != after).any(axis=2) & (allowed == 0)).sum())
        text = "".join(line.text for line in page.lines)
        self._missing.add(sum(self._fonts.face(c) is None for c in text), len(text))
        self._find_again(page, erased(sample.picture, page, self._fonts))
        if sample.drawn:
            self._compare_colors(sample)

    def _find_again(self, page: Page, pixels: np.ndarray) -> None:
        left = [
            line
            for line in self._engine.read(Image.fromarray(pixels), 300).lines
            if line.score > _READ
        ]
        self._found.add(sum(_lies_under(line, left) for line in page.lines), len(page.lines))

    def _compare_colors(self, sample: Sample) -> None:
        plans = plan_page(
            np.asarray(sample.picture), loosened(sample.picture.size, sample.truth), self._fonts
        )
        for plan, color in zip(plans, sample.colors, strict=True):
            if plan is not None:
                self._colors.append(float(np.abs(plan.color - color).mean()))

    def table(self) -> list[str]:
        """Return the comparison as a Markdown table."""
        names, results = list(self._results), list(self._results.values())
        rows = {
            "lines drawn of lines read": [str(r.drawn) for r in results],
            "re-read error, against what was drawn": [str(r.reread) for r in results],
            f"re-read error, against the truth (original: {self._original_truth})": [
                str(r.truth) for r in results
            ],
            f"true words that Tesseract reads (original: {self._original_words})": [
                str(r.words) for r in results
            ],
            "ink IoU, drawn pages": [f"{mean(r.ious):.3f}" for r in results],
            "ink outside its box": [str(r.overflow) for r in results],
            "ink on another line's ink": [str(r.overlap) for r in results],
        }
        head = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
        return head + [f"| {title} | " + " | ".join(cells) + " |" for title, cells in rows.items()]

    def own(self) -> list[str]:
        """Return the figures of this service alone as a Markdown table."""
        return [
            "| this service alone | |",
            "|---|---|",
            f"| characters without a glyph | {self._missing} |",
            f"| pixels changed outside the boxes | {self._outside} |",
            f"| lines found again after erasing | {self._found} |",
            f"| colour error on drawn pages, of 255 | {mean(self._colors):.1f} |",
        ]


def _lies_under(line: Line, found: list[Line]) -> bool:
    """Tell whether text was found on at least half of a line's box."""
    box = bounds(line)
    return any(overlap(box, bounds(other)) > 0.5 * area(box) for other in found)


def _speed(fonts: Fonts) -> str:
    """Return how long a page of 12 megapixels with 150 lines takes, in processor time."""
    rng = np.random.default_rng(0)
    pixels = np.full((4000, 3000, 3), 250, np.uint8)
    pixels -= rng.integers(0, 4, pixels.shape, dtype=np.uint8)
    page = _full_page(pixels, fonts)
    picture, parts = Image.fromarray(pixels), []
    for style in (Style(), Style(white_background=False)):
        redraw(picture, page, fonts, style)
        start = time.process_time()
        redraw(picture, page, fonts, style)
        parts.append(f"{time.process_time() - start:.2f} s")
    return f"12 megapixels, 150 lines, one core: {parts[0]} on white, {parts[1]} on the original."


def _full_page(pixels: np.ndarray, fonts: Fonts) -> Page:
    from PIL import ImageDraw

    canvas = Image.new("L", (pixels.shape[1], pixels.shape[0]))
    lines = []
    for number in range(150):
        x, y = 100 + 1450 * (number % 2), 90 + 52 * (number // 2)
        text = f"{number:03} the quick brown fox jumps over {number * 37}.50 lazy dogs"
        font = fonts.font(SANS, 40)
        ImageDraw.Draw(canvas).text((x, y), text, 230, font, "ls")
        right = x + font.getlength(text) + 8
        quad = ((x - 8.0, y - 42.0), (right, y - 42.0), (right, y + 16.0), (x - 8.0, y + 16.0))
        lines.append(Line(text, 0.99, quad))
    pixels -= np.minimum(pixels, np.asarray(canvas)[..., None])
    return Page(pixels.shape[1], pixels.shape[0], tuple(lines))


if __name__ == "__main__":
    main()
