"""Ask of every score how often it is right: of words at .9, nine in ten are to be.

python -m benchmarks.reading.reliability [--receipts FOLDER] [--fit]
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from benchmarks.reading import worn
from benchmarks.reading.marking import Marked, marked, marked_by_place
from benchmarks.reading.pictures import KINDS, Sheet
from benchmarks.results import put_into
from benchmarks.speed.pictures import pictures_of
from picture.page import Page
from picture.reading import Engine, calibrated, prepare_models, traits
from picture.redraw import prepare_fonts
from picture.settings import Settings

README = Path(__file__).parent / "README.md"
SECTION = "reliability"
EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
PAGES = 8
"""Pages of each kind of worn lines."""
TESSERACT = "tesseract"

# Seconds that one picture may take, far more than it does.
_SECONDS = 600.0

# Clean pages once more.
_LEFT_OUT = ("turned",)

# Steps of Newton's method, many more than it takes, and what keeps weights small.
_STEPS = 40
_RIDGE = 0.001

Numbers = NDArray[np.float64]
Mark = Callable[[Page], list[Marked]]
Draw = Callable[[], Iterator[Sheet]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a kind, and what marks the words that are read on it."""

    kind: str
    image: Image.Image
    mark: Mark


@dataclass(frozen=True, slots=True)
class Sample:
    """The words of a picture with their readers' scores, and with those told."""

    raw: list[Marked]
    told: list[Marked]


def main() -> None:
    """Read pictures of all kinds, and print and keep how often what was read is right."""
    options = _options()
    prepare_fonts()
    fitting, judging = _halved(list(_pictures(options.receipts)))
    if options.fit:
        print("\n".join(_fitted(_samples(fitting))))
        return
    report = "\n".join(_report(list(_samples(judging))))
    print(report)
    put_into(README, f"{report}\n", SECTION)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=Path, help="folder with pictures and their truth (.csv)")
    parser.add_argument("--fit", action="store_true", help="print curves for the fitting half")
    return parser.parse_args()


def _samples(pictures: Sequence[Picture]) -> Iterator[Sample]:
    settings = Settings(read_seconds=_SECONDS)
    prepare_models(settings)
    engine = Engine(settings)
    engine.wait_until_ready()
    for picture in pictures:
        raw, told = _read(engine, picture.image)
        yield Sample(picture.mark(raw), picture.mark(told))
    engine.close()


def _pictures(receipts: Path | None) -> Iterator[Picture]:
    draws: list[Draw] = [draw for kind, draw in KINDS.items() if kind not in _LEFT_OUT]
    draws.append(partial(worn.sheets, PAGES))
    for draw in draws:
        for sheet in draw():
            yield Picture(sheet.kind, sheet.picture, partial(marked, truth=sheet.text))
    for receipt in pictures_of(receipts) if receipts else ():
        with Image.open(receipt.path) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        truth = receipt.path.with_suffix(".csv")
        yield Picture("receipts", upright, partial(marked_by_place, path=truth))


def _read(engine: Engine, picture: Image.Image) -> tuple[Page, Page]:
    """Return a page with its readers' scores, and as it is told."""
    seen: list[Page] = []

    def keep(page: Page) -> Page:
        seen.append(page)
        return calibrated(page)

    with mock.patch("picture.reading.reader.calibrated", keep):
        told = engine.read(picture, seconds=600)
    return seen[-1], told


def _halved(pictures: Sequence[Picture]) -> tuple[list[Picture], list[Picture]]:
    """Return the pictures to fit to and those to judge by, of each kind about as many."""
    kinds: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        kinds[picture.kind].append(picture)
    halves: tuple[list[Picture], list[Picture]] = [], []
    for kind, own in kinds.items():
        random.Random(kind).shuffle(own)
        halves[0].extend(own[::2])
        halves[1].extend(own[1::2])
    return halves


def _fitted(samples: Iterable[Sample]) -> Iterator[str]:
    for name, chosen in _readers([sample.raw for sample in samples]):
        rows = [traits(each.word.text, each.word.score, each.line.score) for each in chosen]
        weights = _logistic(np.array(rows), np.array([each.is_right for each in chosen], float))
        yield f"{name}, {len(chosen)} words: {np.round(weights, 2).tolist()}"


def _logistic(rows: Numbers, right: Numbers) -> Numbers:
    """Return the weights of the likeliest logistic curve, that of 1 first."""
    rows = np.column_stack([np.ones(len(rows)), rows])
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (chance - right) + _RIDGE * weights
        bend = (rows.T * (chance * (1 - chance))) @ rows + _RIDGE * np.eye(len(weights))
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def _readers(pages: Sequence[list[Marked]]) -> Iterator[tuple[str, list[Marked]]]:
    """Yield what the main recogniser read, and what Tesseract did."""
    every = [each for page in pages for each in page]
    for name in ("main recogniser", TESSERACT):
        is_other = name == TESSERACT
        yield name, [each for each in every if each.line.reader.startswith(TESSERACT) == is_other]


def _report(samples: Sequence[Sample]) -> Iterator[str]:
    before = _readers([sample.raw for sample in samples])
    after = _readers([sample.told for sample in samples])
    for (name, raw), (_, told) in zip(before, after, strict=True):
        for what, points in (("words", _word_points), ("lines", _line_points)):
            yield from _table(f"{what}, {name}", points(raw), points(told))


def _word_points(words: Sequence[Marked]) -> Numbers:
    return np.array([(each.word.score, each.is_right) for each in words], float)


def _line_points(words: Sequence[Marked]) -> Numbers:
    """Return of each line its score, and how much of its words is right."""
    lines: dict[int, list[Marked]] = defaultdict(list)
    for each in words:
        lines[id(each.line)].append(each)
    return np.array(
        [(own[0].line.score, fmean(each.is_right for each in own)) for own in lines.values()]
    )


def _table(title: str, before: Numbers, after: Numbers) -> Iterator[str]:
    yield f"| {title} | before | mean score | right | now | mean score | right |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for least, most in pairwise(EDGES):
        cells = [
            cell for points in (before, after) for cell in _cells(_within(points, least, most))
        ]
        yield f"| {least:g} to {most:g} | {' | '.join(cells)} |"
    errors = [f"{len(points):,} | {_error(points):.3f} | " for points in (before, after)]
    yield f"| all: expected error | {' | '.join(errors)} |"
    yield ""


def _within(points: Numbers, least: float, most: float) -> Numbers:
    """Return the points of a bin; the last holds 1, and what rounding puts above."""
    above = np.inf if most == EDGES[-1] else most
    return points[(points[:, 0] >= least) & (points[:, 0] < above)]


def _cells(points: Numbers) -> list[str]:
    if not len(points):
        return ["0", "", ""]
    score, right = points.mean(axis=0)
    return [f"{len(points):,}", f"{score:.3f}", f"{right:.3f}"]


def _error(points: Numbers) -> float:
    """Return how far score and truth are apart, a mean over bins by what is in them."""
    gaps = [
        abs(float((own[:, 0] - own[:, 1]).sum()))
        for least, most in pairwise(EDGES)
        if len(own := _within(points, least, most))
    ]
    return sum(gaps) / max(len(points), 1)


if __name__ == "__main__":
    main()
