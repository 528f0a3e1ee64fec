"""Compare layouts on pages of real documents: this service's and its peers', as shipped.

python -m benchmarks.layout.real [--dpi 100 150 200] [--kinds table contents] [--peers rapidocr]
"""

from __future__ import annotations

import argparse
import base64
import gzip
import html
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

import numpy as np
from PIL import Image

from benchmarks.layout.compare import OURS, TEMPORARY, render_peer, start_engine
from benchmarks.layout.documents import DOCUMENTS, Document
from benchmarks.layout.pages import LEFT, RIGHT, Item
from benchmarks.layout.scores import (
    columns_kept,
    leaders_kept,
    locate,
    rows_kept,
    similarity,
    squeezed,
    tidy,
    word_f1,
)
from benchmarks.results import put_into
from benchmarks.speed.tables import NONE, table
from picture.debian import read_member
from picture.layout import render_text
from picture.page import Page

README = Path(__file__).parent / "REAL.md"
KINDS = sorted({kind for document in DOCUMENTS for kind, _ in document.pages})
PEERS = ("faster-paddle", "rapidocr", "liteparse")
POPPLER, TESSERACT = "poppler's own text", "tesseract"
TITLES = ("similarity", "spaces as two", "rows", "columns", "word F1", "leaders kept")

_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)

# Of a word's height: words nearer than this are of one cell. In points: edges this near
# are one column's, where so many share them.
_NEAR = 0.7
_EDGE = 1.0
_FEWEST = 3

Box = tuple[float, float, float, float, str]
Texts = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its kind, its picture, its text and its cells.

    `truth` is the text as poppler lays it out, `stream` as the file has it.
    """

    kind: str
    name: str
    dpi: int
    picture: Path
    truth: str
    stream: str
    items: tuple[Item, ...]


def main() -> None:
    """Run the comparison; put the tables of a whole one into REAL.md beside this file."""
    options = _options()
    sheets = [
        sheet
        for document in DOCUMENTS
        for sheet in sheets_of(document, options.dpi, options.work)
        if sheet.kind in options.kinds
    ]
    engine = start_engine()
    pages = [engine.read(Image.open(sheet.picture).convert("RGB"), seconds=600) for sheet in sheets]
    texts = {OURS: [render_text(page) for page in pages]}
    for peer in options.peers:
        texts[peer] = render_peer(peer, [*map(_as_json, sheets, pages)], options.work / "peers")
    texts[TESSERACT] = [tesseract(sheet) for sheet in sheets]
    texts[POPPLER] = [sheet.truth for sheet in sheets]
    report = "\n".join(_tables(sheets, texts, options.kinds))
    print(report)
    if set(options.kinds) == set(KINDS) and set(options.peers) == set(PEERS):
        put_into(README, report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dpi", type=int, nargs="+", default=[150])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--work", type=Path, default=TEMPORARY / "layout-documents")
    return parser.parse_args()


def sheets_of(document: Document, dpis: Sequence[int], work: Path) -> Iterator[Sheet]:
    """Yield a document's pages at each resolution."""
    name = Path(document.member).name.removesuffix(".gz").removesuffix(".pdf")
    folder = work / document.package.sha256[:12]
    file = folder / f"{name}.pdf"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        data = read_member(document.package, document.member)
        file.write_bytes(gzip.decompress(data) if document.member.endswith(".gz") else data)
    for kind, number in document.pages:
        truth = tidy(_poppler("pdftotext", "-layout", "-nopgbrk", file, number))
        stream = _poppler("pdftotext", "-raw", "-nopgbrk", file, number)
        items = tuple(_items(_words(_poppler("pdftotext", "-bbox", "-nopgbrk", file, number))))
        for dpi in dpis:
            picture = folder / f"{name}-{number}-{dpi}.png"
            if not picture.exists():
                _draw(file, number, dpi, picture)
            yield Sheet(kind, f"{name} {number}", dpi, picture, truth, stream, items)


def _poppler(program: str, mode: str, option: str, file: Path, page: int) -> str:
    command = [program, mode, option, "-f", str(page), "-l", str(page), str(file), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _draw(file: Path, page: int, dpi: int, picture: Path) -> None:
    numbers = ["-r", str(dpi), "-f", str(page), "-l", str(page)]
    target = str(picture.with_suffix(""))
    command = ["pdftoppm", *numbers, "-png", "-singlefile", str(file), target]
    subprocess.run(command, check=True)


def _words(text: str) -> list[Box]:
    found = []
    for match in _WORD.finditer(text):
        left, top, right, bottom = map(float, match.groups()[:4])
        word = html.unescape(match[5])
        is_turned = len(word) > 2 and bottom - top > 1.5 * (right - left)
        if word.strip() and not is_turned:
            found.append((left, top, right, bottom, word))
    return found


def _items(words: Sequence[Box]) -> Iterator[Item]:
    """Yield the cells of a page, and the column that each is in."""
    cells = [(number, cell) for number, row in enumerate(_rows(words)) for cell in _cells(row)]
    lefts = _label([cell[0] for _, cell in cells])
    rights = _label([cell[2] for _, cell in cells])
    for at, (row, cell) in enumerate(cells):
        left, right = lefts.count(lefts[at]), rights.count(rights[at])
        if max(left, right) < _FEWEST:
            yield Item(cell[4], row, at)
        elif left >= right:
            yield Item(cell[4], row, at, LEFT, f"left {lefts[at]}")
        else:
            yield Item(cell[4], row, at, RIGHT, f"right {rights[at]}")


def _rows(words: Sequence[Box]) -> list[list[Box]]:
    rows: list[list[Box]] = []
    for word in sorted(words, key=lambda word: word[1] + word[3]):
        for row in rows[-3:]:
            if _is_on(word, row):
                row.append(word)
                break
        else:
            rows.append([word])
    return rows


def _is_on(word: Box, row: Sequence[Box]) -> bool:
    middle = mean((each[1] + each[3]) / 2 for each in row)
    height = min(median(each[3] - each[1] for each in row), word[3] - word[1])
    is_level = abs((word[1] + word[3]) / 2 - middle) < 0.4 * height
    return is_level and all(each[2] <= word[0] + 1 or word[2] <= each[0] + 1 for each in row)


def _cells(row: list[Box]) -> list[Box]:
    cells: list[Box] = []
    for left, top, right, bottom, text in sorted(row):
        if cells and left - cells[-1][2] < _NEAR * (bottom - top):
            first, above, _, below, before = cells.pop()
            cells.append((first, above, right, below, f"{before} {text}"))
        else:
            cells.append((left, top, right, bottom, text))
    return cells


def _label(edges: Sequence[float]) -> list[int]:
    """Return a number for each edge, the same for those that are near."""
    order = np.argsort(edges)
    ranked = np.array(edges)[order]
    labels = np.zeros(len(edges), int)
    labels[order] = np.cumsum(np.diff(ranked, prepend=ranked[:1]) > _EDGE)
    return [int(label) for label in labels]


def _as_json(sheet: Sheet, page: Page) -> dict[str, object]:
    lines = [{"text": line.text, "box": line.box} for line in page.lines]
    picture = base64.b64encode(sheet.picture.read_bytes()).decode()
    return {"width": page.width, "height": page.height, "lines": lines, "picture": picture}


def tesseract(sheet: Sheet) -> str:
    """Return a page's text as tesseract reads it."""
    options = ["--dpi", str(sheet.dpi), "-c", "preserve_interword_spaces=1"]
    command = ["tesseract", str(sheet.picture), "-", *options]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _tables(
    sheets: Sequence[Sheet], texts: Mapping[str, Texts], kinds: Sequence[str]
) -> Iterator[str]:
    """Yield a table over all pages, and this service's scores by kind and by resolution."""
    scores = {
        name: [_scores(sheet, tidy(text)) for sheet, text in zip(sheets, made, strict=True)]
        for name, made in texts.items()
    }
    dpis = sorted({sheet.dpi for sheet in sheets})
    resolutions = ", ".join(map(str, dpis))
    yield f"{len(sheets) // len(dpis)} pages of {len(DOCUMENTS)} documents at {resolutions} dpi.\n"
    yield from _table("", scores)
    parts: dict[str, list[dict[str, float]]] = defaultdict(list)
    for sheet, made in zip(sheets, scores[OURS], strict=True):
        parts[sheet.kind].append(made)
        parts[f"{sheet.dpi} dpi"].append(made)
    yield from _table(f"{OURS}, by kind", {kind: parts[kind] for kind in kinds})
    if len(dpis) > 1:
        by_resolution = {f"{dpi} dpi": parts[f"{dpi} dpi"] for dpi in dpis}
        yield from _table(f"{OURS}, by resolution", by_resolution)


def _table(title: str, scores: Mapping[str, list[dict[str, float]]]) -> Iterator[str]:
    rows = []
    for name, made in scores.items():
        cells = [[each[score] for each in made if score in each] for score in TITLES]
        rows.append([name, *(f"{mean(cell):.3f}" if cell else NONE for cell in cells)])
    yield from table((title, *TITLES), rows)
    yield ""


def _scores(sheet: Sheet, text: str) -> dict[str, float]:
    """Return a page's scores by their titles, without those that it has nothing for."""
    found = {
        "similarity": similarity(sheet.truth, text),
        "spaces as two": similarity(squeezed(sheet.truth), squeezed(text)),
        "rows": rows_kept(sheet.truth, text),
        "word F1": word_f1(sheet.truth, text),
    }
    if any(item.column for item in sheet.items):
        found["columns"] = columns_kept(sheet.items, locate(sheet.items, text.split("\n")))
    if (kept := leaders_kept(sheet.truth, text)) is not None:
        found["leaders kept"] = kept
    return found


if __name__ == "__main__":
    main()
