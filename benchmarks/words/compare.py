"""Compare the boxes of words with those they were drawn in, and with an even cut of lines."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.results import put_into
from benchmarks.words.pages import ANGLES, KINDS, LOOKS, SIZES, Sheet, draw
from benchmarks.words.scores import Found, match
from picture.layout import words_of
from picture.reading import Engine, prepare_models
from picture.settings import Settings

README = Path(__file__).parent / "README.md"


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of a true word, and by an even cut."""

    sheet: Sheet
    placed: Found
    even: Found
    is_read: bool


def main() -> None:
    """Run the comparison and put its table into the README beside this file."""
    options = _options()
    settings = Settings()
    prepare_models(settings)
    engine = Engine(settings)
    engine.wait_until_ready()
    results = [
        result
        for kind in KINDS
        for look in LOOKS
        for degrees in ANGLES
        for seed in range(options.seeds)
        for result in _compare(draw(kind, look, degrees, seed), engine)
    ]
    engine.close()
    table = "\n".join([*_table(results), "", _reading(results)])
    print(table)
    put_into(README, f"{table}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="pages of each kind, look and angle")
    return parser.parse_args()


def _compare(sheet: Sheet, engine: Engine) -> list[Result]:
    lines = engine.read(sheet.picture, seconds=600).lines
    words = [word for line in lines for word in line.words]
    placed = match(sheet.truths, words)
    even = match(
        sheet.truths, [word for line in lines for word in words_of(replace(line, words=()))]
    )
    read = Counter(word.text for word in words)
    results = []
    for found, cut in zip(placed, even, strict=True):
        text = found.truth.text
        results.append(Result(sheet, found, cut, read[text] > 0))
        read[text] -= 1
    return results


def _table(results: Sequence[Result]) -> list[str]:
    head = ["", "words", "found", "median IoU", "10th percentile", "even cut: median", "10th"]
    rows = [head, ["---", *["---:"] * (len(head) - 1)], _row("**all**", results)]
    rows += [_row(name, own) for name, own in _groups(results).items()]
    return [f"| {' | '.join(row)} |" for row in rows]


def _groups(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the results by each name that stands for them, in the order of the table."""
    names = [*KINDS, *(look.name for look in LOOKS)]
    names += [f"{degrees:g}°" for degrees in ANGLES] + [f"{size} px" for size in SIZES]
    groups: dict[str, list[Result]] = {name: [] for name in names}
    for result in results:
        sheet, size = result.sheet, result.placed.truth.size
        for name in (sheet.kind, sheet.look.name, f"{sheet.degrees:g}°", f"{size} px"):
            groups[name].append(result)
    return groups


def _reading(results: Sequence[Result]) -> str:
    """Return how many of the words whose text was read were found."""
    read = sum(result.is_read for result in results)
    found = sum(result.placed.iou > 0 for result in results)
    return (
        f"{read:,} words were read as they were drawn; {found:,} of them were found. "
        "The others lost or gained a space or a letter, and are words of another text."
    )


def _row(name: str, results: Sequence[Result]) -> list[str]:
    placed = [result.placed.iou for result in results]
    even = [result.even.iou for result in results]
    share = np.count_nonzero(placed) / len(results)
    return [name, f"{len(results):,}", f"{share:.1%}", *_spread(placed), *_spread(even)]


def _spread(ious: Iterable[float]) -> list[str]:
    """Return the median of those found, and what nine in ten are better than."""
    found = [iou for iou in ious if iou]
    return [f"{value:.3f}" for value in np.percentile(found, (50, 10))]


if __name__ == "__main__":
    main()
