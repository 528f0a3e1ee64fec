"""Compare layouts on pages of real documents: this service's and its peers', as shipped.

python -m benchmarks.layout.real [--dpi 100 150 200] [--kinds table contents] [--peers rapidocr]
"""

from __future__ import annotations

import argparse
import base64
import gzip
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from PIL import Image

from benchmarks.layout.compare import OURS, TEMPORARY, render_peer, start_engine
from benchmarks.layout.documents import DOCUMENTS, Document
from benchmarks.layout.pages import Item
from benchmarks.layout.scores import (
    columns_kept,
    leaders_kept,
    locate,
    rows_kept,
    similarity,
    squeezed,
    tidy,
    twin_rows,
    without_leaders,
    word_f1,
)
from benchmarks.layout.truth import Box, items_of, rows_of, text_of, words_of
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

# Of poppler's rows: where fewer are on one level, tables stand side by side out of step.
_LEVEL = 0.9

Texts = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its kind, its picture, its text and its cells.

    `truth` is the text as poppler lays it out, `stream` as the file has it and `boxes` its
    words by their levels.
    """

    kind: str
    name: str
    dpi: int
    picture: Path
    truth: str
    stream: str
    boxes: Sequence[Sequence[Box]]
    items: tuple[Item, ...]

    @property
    def levels(self) -> str:
        return "\n".join(map(text_of, self.boxes))


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
        boxes = rows_of(words_of(_poppler("pdftotext", "-bbox", "-nopgbrk", file, number)))
        items = tuple(items_of(boxes))
        for dpi in dpis:
            picture = folder / f"{name}-{number}-{dpi}.png"
            if not picture.exists():
                _draw(file, number, dpi, picture)
            yield Sheet(kind, f"{name} {number}", dpi, picture, truth, stream, boxes, items)


def _poppler(program: str, mode: str, option: str, file: Path, page: int) -> str:
    command = [program, mode, option, "-f", str(page), "-l", str(page), str(file), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _draw(file: Path, page: int, dpi: int, picture: Path) -> None:
    numbers = ["-r", str(dpi), "-f", str(page), "-l", str(page)]
    target = str(picture.with_suffix(""))
    command = ["pdftoppm", *numbers, "-png", "-singlefile", str(file), target]
    subprocess.run(command, check=True)


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
    found = {"word F1": word_f1(sheet.truth, text)}
    if _is_level(sheet):
        found["rows"] = rows_kept(sheet.truth, text)
        found["similarity"] = similarity(sheet.truth, text)
        found["spaces as two"] = similarity(squeezed(sheet.truth), squeezed(text))
    if any(item.column for item in sheet.items):
        places = locate(
            sheet.items, without_leaders(text).split("\n"), twin_rows(sheet.levels, text)
        )
        found["columns"] = columns_kept(sheet.items, places)
    if (kept := leaders_kept(sheet.truth, text)) is not None:
        found["leaders kept"] = kept
    return found


def _is_level(sheet: Sheet) -> bool:
    """Tell whether a page's rows are known: poppler writes those that its words' levels make."""
    made, known = (
        ["".join(row.split()) for row in text.split("\n")] for text in (sheet.truth, sheet.levels)
    )
    rows = [row for row in made if row]
    return sum(row in known for row in rows) >= _LEVEL * len(rows)


if __name__ == "__main__":
    main()
