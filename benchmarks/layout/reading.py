"""Compare reading orders on pages of real documents: this service's and tesseract's.

python -m benchmarks.layout.reading [--kinds columns prose]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from PIL import Image

from benchmarks.layout.compare import README, TEMPORARY, start_engine
from benchmarks.layout.documents import COLUMNS, DOCUMENTS
from benchmarks.layout.real import KINDS, TESSERACT, Sheet, sheets_of, tesseract
from benchmarks.layout.scores import tau
from benchmarks.results import put_into
from benchmarks.speed.tables import table
from picture.layout import Layout, render_text
from picture.page import Page

# Cells of these can be read by row and by column, and neither is wrong.
_UNORDERED = ("form", "table")
ORDERED = [kind for kind in KINDS if kind not in _UNORDERED]
MORE = "columns, more"
TITLES = ("kind", "pages", "pairs", "order", f"{TESSERACT}: pairs", "order")
DPI = 150

# A letter that is written without spaces is a word of its own.
_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff9f]|[^\s\u2e80-\u9fff\uf900-\uff9f]+")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐\u00ad]\n(?=[^\W\d_])")


def main() -> None:
    """Run the comparison; put the table of a whole one into README.md beside this file."""
    options = _options()
    sheets = {kind: found for kind, found in _sheets(options.work) if kind in options.kinds}
    report = "\n".join([*table(TITLES, list(_rows(sheets))), ""])
    print(report)
    if set(options.kinds) == {*ORDERED, MORE}:
        put_into(README, report, "reading")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = [*ORDERED, MORE]
    parser.add_argument("--kinds", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--work", type=Path, default=TEMPORARY / "layout-documents")
    return parser.parse_args()


def _sheets(work: Path) -> Iterator[tuple[str, list[Sheet]]]:
    """Yield the kinds of page and their pages."""
    known = [sheet for document in DOCUMENTS for sheet in sheets_of(document, [DPI], work)]
    for kind in ORDERED:
        yield kind, [sheet for sheet in known if sheet.kind == kind]
    yield MORE, [sheet for document in COLUMNS for sheet in sheets_of(document, [DPI], work)]


def _rows(sheets: Mapping[str, Sequence[Sheet]]) -> Iterator[list[str]]:
    """Yield a row a kind, and one over all pages."""
    engine = start_engine()
    every: list[tuple[float, ...]] = []
    for kind, of_kind in sheets.items():
        made = []
        for sheet in of_kind:
            page = engine.read(Image.open(sheet.picture).convert("RGB"), seconds=600)
            made.append(score(sheet, page))
        yield _row(kind, made)
        every += made
    yield _row("all", every)


def _row(name: str, scores: Sequence[tuple[float, ...]]) -> list[str]:
    return [name, str(len(scores)), *(f"{fmean(each):.3f}" for each in zip(*scores, strict=True))]


def score(sheet: Sheet, page: Page) -> tuple[float, ...]:
    """Return how much of a page's order is kept: pairs and order, ours and tesseract's."""
    ours, peer = render_text(page, Layout.READING), tesseract(sheet)
    return *order_scores(sheet.stream, ours), *order_scores(sheet.stream, peer)


def order_scores(truth: str, text: str) -> tuple[float, float]:
    """Return the share of neighbours that are kept, and Kendall's tau of words."""
    wanted, got = _words(truth), _words(text)
    return _neighbours_kept(wanted, got), _tau(wanted, got)


def _words(text: str) -> list[str]:
    return _WORD.findall(_HYPHEN.sub("", text))


def _neighbours_kept(wanted: Sequence[str], got: Sequence[str]) -> float:
    """Return the share of neighbours that are so in both, of those whose words were read."""
    read = set(got)
    pairs = Counter(pair for pair in pairwise(wanted) if read.issuperset(pair))
    return (pairs & Counter(pairwise(got))).total() / max(pairs.total(), 1)


def _tau(wanted: Sequence[str], got: Sequence[str]) -> float:
    """Return Kendall's tau of the words that stand once in both."""
    counts = Counter(wanted), Counter(got)
    place = {word: at for at, word in enumerate(got)}
    return tau([place[word] for word in wanted if counts[0][word] == counts[1][word] == 1])


if __name__ == "__main__":
    main()
