"""Compare layouts on pages whose truth is known: this service's and its peers', as shipped."""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import combinations
from pathlib import Path
from statistics import mean, median

import cv2
import numpy as np
from PIL import Image

from benchmarks.layout.drawing import VIEWS, View, as_boxes, as_picture
from benchmarks.layout.pages import KINDS, Item, Sheet, draw_up
from benchmarks.layout.scores import score, similarity, tidy
from benchmarks.results import put_into
from picture.layout import Layout, render_text
from picture.page import Line, Page
from picture.reading import Engine, prepare_models
from picture.settings import Settings

HERE = Path(__file__).parent
TEMPORARY = Path(tempfile.gettempdir())
README = HERE / "README.md"
PEERS = {
    "liteparse": ("liteparse==2.18.0", "pillow"),
    "ocralign": ("ocralign==0.3.0",),
    "rapidocr": ("rapidocr==3.10.0",),
    "pdfplumber": ("pdfplumber==0.11.10",),
    "faster-paddle": ("faster-paddle==1.0.4",),
}
READER = "faster-paddle"
"""The peer that takes no boxes, only pictures."""
TITLES = ("characters kept", "RowF1", "columns", "blank-line error", "order", "similarity")
OURS = "this service"

Reader = Callable[[Sheet, View], Page]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sheet in one view, and what a reader made of it."""

    sheet: Sheet
    view: View
    page: Page


def main() -> None:
    """Run the comparison and put its tables into the README beside this file."""
    options = _options()
    boxes = _samples(options.seeds, as_boxes)
    parts = [_title("Boxes with noise", boxes), ""]
    parts += _compare(boxes, [name for name in PEERS if name != READER], options.envs)
    parts += ["## The other layouts, on the same boxes", "", *_other_layouts(boxes)]
    if options.engine_seeds:
        read = _samples(options.engine_seeds, _engine_reader(options.cache))
        parts += [_title("Pictures through the real engine", read), ""]
        parts += _compare(read, list(PEERS), options.envs)
    parts += ["## Speed", "", *_speed(), ""]
    report = "\n".join(parts)
    put_into(README, report)
    print(report)


def _title(what: str, samples: Sequence[Sample]) -> str:
    return f"## {what}: {len(samples)} views of {len(samples) // len(VIEWS)} pages"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6, help="sheets of each kind as boxes")
    parser.add_argument("--engine-seeds", type=int, default=2, help="and as pictures; 0 for none")
    parser.add_argument("--envs", type=Path, default=TEMPORARY / "layout-peers")
    parser.add_argument("--cache", type=Path, default=TEMPORARY / "layout-lines")
    return parser.parse_args()


def _samples(seeds: int, reader: Reader) -> list[Sample]:
    sheets = [draw_up(kind, seed) for kind in KINDS for seed in range(seeds)]
    return [Sample(sheet, view, reader(sheet, view)) for view in VIEWS for sheet in sheets]


def _compare(samples: Sequence[Sample], peers: Sequence[str], envs: Path) -> list[str]:
    """Return one table a score: a row a tool, a column a view."""
    texts = {OURS: [render_text(sample.page) for sample in samples]}
    texts |= {peer: _peer_texts(peer, samples, envs) for peer in peers}
    scores = {name: _score(samples, made) for name, made in texts.items()}
    tables: list[str] = []
    for number, title in enumerate(TITLES):
        tables += [f"**{title}**{' (lower is better)' if 'error' in title else ''}", ""]
        tables += _table(
            samples, {name: [row[number] for row in made] for name, made in scores.items()}
        )
    return tables


def _score(samples: Sequence[Sample], texts: Sequence[str]) -> list[tuple[float, ...]]:
    return [
        astuple(score(sample.sheet, [line.text for line in sample.page.lines], text))
        for sample, text in zip(samples, texts, strict=True)
    ]


def _table(samples: Sequence[Sample], values: dict[str, list[float]]) -> list[str]:
    views = [view.name for view in VIEWS]
    rows = [["", *views], ["---", *["---:"] * len(views)]]
    for name, made in values.items():
        cells = [
            mean(value for value, sample in zip(made, samples, strict=True) if sample.view == view)
            for view in VIEWS
        ]
        rows.append([f"**{name}**" if name == OURS else name, *(f"{cell:.3f}" for cell in cells)])
    return [*(f"| {' | '.join(row)} |" for row in rows), ""]


def _peer_texts(peer: str, samples: Sequence[Sample], envs: Path) -> list[str]:
    return render_peer(peer, [_as_json(sample, peer == READER) for sample in samples], envs)


def render_peer(peer: str, pages: Sequence[dict[str, object]], envs: Path) -> list[str]:
    """Return the texts that a peer makes of pages, in an environment of its own."""
    python = _environment(peer, envs)
    command = [str(python), str(HERE / "renderers.py"), peer]
    done = subprocess.run(
        command, input=json.dumps(pages), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{peer} failed:\n{done.stderr[-2000:]}")
    return [str(text) for text in json.loads(done.stdout)]


def _environment(peer: str, envs: Path) -> Path:
    """Return the Python of a peer's own environment, made when it is first needed."""
    folder = envs / peer
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS[peer]], check=True)
    return python


def _as_json(sample: Sample, with_picture: bool) -> dict[str, object]:
    lines = [{"text": line.text, "box": line.box} for line in sample.page.lines]
    page = {"width": sample.page.width, "height": sample.page.height, "lines": lines}
    if with_picture:
        png = cv2.imencode(".png", as_picture(sample.sheet, sample.view))[1]
        page["picture"] = base64.b64encode(png.tobytes()).decode()
    return page


def _engine_reader(cache: Path) -> Reader:
    """Return a reader that asks the real engine once for each picture."""
    engine = start_engine()
    cache.mkdir(parents=True, exist_ok=True)

    def read(sheet: Sheet, view: View) -> Page:
        pixels = as_picture(sheet, view)
        kept = cache / f"{sheet.kind}-{sheet.seed}-{VIEWS.index(view)}.json"
        if not kept.exists():
            page = engine.read(Image.fromarray(pixels), seconds=600)
            kept.write_bytes(page.to_bytes())
        return Page.from_bytes(kept.read_bytes())

    return read


def start_engine() -> Engine:
    """Return the real engine, with default settings."""
    settings = Settings()
    prepare_models(settings)
    return Engine(settings)


def _other_layouts(samples: Sequence[Sample]) -> list[str]:
    code = [sample for sample in samples if sample.sheet.kind == "code"]
    articles = [sample for sample in samples if sample.sheet.kind == "article"]
    values = {
        "`code`: rows exact to the cell": map(_exact_rows, code),
        "`reading`: order of lines, columns one after the other": map(_reading_order, articles),
        "`reading`: similarity to the paragraphs as written": map(_paragraphs_kept, articles),
    }
    rows = [["", *(view.name for view in VIEWS)], ["---", *["---:"] * len(VIEWS)]]
    for name, made in values.items():
        per_view = np.array(list(made)).reshape(len(VIEWS), -1).mean(axis=1)
        rows.append([name, *(f"{value:.3f}" for value in per_view)])
    return [*(f"| {' | '.join(row)} |" for row in rows), ""]


def _exact_rows(sample: Sample) -> float:
    made = tidy(render_text(sample.page, Layout.CODE)).split("\n")
    truth = tidy(sample.sheet.text).split("\n")
    return sum(row in made for row in truth if row) / sum(bool(row) for row in truth)


def _reading_order(sample: Sample) -> float:
    """Return the order of what each line begins with, hyphenated halves left out."""
    text = render_text(sample.page, Layout.READING)
    items = [item for item in _by_column(sample.sheet.items) if item.text in text]
    spots = [text.find(item.text) for item in items]
    pairs = combinations(spots, 2)
    return mean(1.0 if a < b else -1.0 for a, b in pairs if a != b)


def _by_column(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.column[:1], item.row))


def _paragraphs_kept(sample: Sample) -> float:
    made = render_text(sample.page, Layout.READING).replace("\n\n", "\n").strip("\n")
    return similarity("\n".join(sample.sheet.paragraphs), made)


def _speed() -> list[str]:
    page = _large_page()
    rows = ["| 1,000 lines | median ms |", "| --- | ---: |"]
    for layout in Layout:
        times = []
        for _ in range(15):
            started = time.perf_counter()
            render_text(page, layout)
            times.append(1000 * (time.perf_counter() - started))
        rows.append(f"| `{layout}` | {median(times):.0f} |")
    return rows


def _large_page() -> Page:
    """Return a table of 100 rows and 10 columns, turned a little, in no order."""
    noise = np.random.default_rng(1)
    lines = []
    for row, column in noise.permutation([(r, c) for r in range(100) for c in range(10)]).tolist():
        x, y = 140 * column + noise.normal(0, 2), 24 * row + 3 * column + noise.normal(0, 1)
        text = f"{noise.integers(10 ** (1 + column % 6))}.{row:02}"
        right, low = x + 9 * len(text), y + 20
        lines.append(Line(text, 0.99, ((x, y), (right, y), (right, low), (x, low))))
    return Page(1500, 2500, tuple(lines))


if __name__ == "__main__":
    main()
