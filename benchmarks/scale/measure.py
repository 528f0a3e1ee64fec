"""Measure what the command line, a cluster, batches and jobs take and give.

    python -m benchmarks.scale.measure FOLDER

FOLDER holds pictures with a truth file each, as for benchmarks/speed. Puts its figures into
docs/scale.md. Ray is measured where it is installed (requirements/cluster.lock). Takes some
ten minutes; nothing else may run meanwhile.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import requests
from PIL import Image, ImageDraw, ImageFont

from benchmarks.results import put_into
from benchmarks.speed.pictures import Picture, copies, pictures_of
from benchmarks.speed.process import ROOT, Tree, environment_with
from picture.redraw import FONTS_FOLDER

REPORT = ROOT / "docs" / "scale.md"
PORT = 5398
URL = f"http://127.0.0.1:{PORT}"
RAY_PORT = 6389
ROUNDS = 3
EACH = 64
MANY, BROKEN = 200, 20
LONG = 500
PAGES, LINES = 20, 46
A4 = (1654, 2339)  # at 200 dpi
DAY_SECONDS = 86_400
TEXT = "invoice total amount of the order with delivery to your address by post on"

Rows = list[tuple[str, str]]


@dataclass(slots=True)
class Speed:
    """Files a second of several goes, and the most memory of all processes."""

    rates: list[float]
    peak: int = 0

    @property
    def rate(self) -> float:
        """Return the median."""
        return median(self.rates)


def main() -> None:
    """Measure all of it and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    pictures = pictures_of(parser.parse_args().folder)
    rows = [
        *_command_line(pictures),
        *_cluster(pictures),
        *_killed(pictures),
        *_batch(pictures),
        *_documents(),
        *_cancelled(),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    put_into(REPORT, f"| what | measured |\n|---|---|\n{table}\n")


def many(pictures: Sequence[Picture], count: int) -> list[Picture]:
    """Return pictures again and again, until there are so many."""
    return list(itertools.islice(itertools.cycle(pictures), count))


def _command_line(pictures: Sequence[Picture]) -> Rows:
    """Compare one process of two threads with two of one, in turns."""
    kinds = {
        "1 process, 2 threads": ("--jobs", "1"),
        "2 processes, 1 thread each": ("--jobs", "2"),
    }
    speeds = {name: Speed([]) for name in kinds}
    for _ in range(ROUNDS):
        for name, options in kinds.items():
            _go(pictures, speeds[name], options)
    return _told("`cli.py`", speeds)


def _cluster(pictures: Sequence[Picture]) -> Rows:
    """Compare one maker on a cluster of this machine with two, in turns."""
    if importlib.util.find_spec("ray") is None:
        return [("Ray", "not installed")]
    with _ray() as address:
        speeds = {f"{count} of one thread": Speed([]) for count in (1, 2)}
        for _ in range(ROUNDS):
            for count, speed in zip((1, 2), speeds.values(), strict=True):
                _go(pictures, speed, ("--ray", address, "--jobs", str(count)))
    return _told("Ray, makers:", speeds, has_memory=False)


def _told(what: str, speeds: dict[str, Speed], has_memory: bool = True) -> Rows:
    first, *_ = speeds.values()
    return [
        (
            f"{what} {name}",
            f"{speed.rate:.2f} pictures/s ({speed.rate / first.rate:.2f} times)"
            + (f", {speed.peak / 1e6:,.0f} MB at most" if has_memory else ""),
        )
        for name, speed in speeds.items()
    ]


def _go(pictures: Sequence[Picture], speed: Speed, options: Sequence[str]) -> None:
    """Read copies of pictures once, from the first that is done to the last."""
    with copies(many(pictures, EACH)) as paths, tempfile.TemporaryDirectory() as out:
        command = ["cli.py", str(paths[0].parent), "-o", out, "--quiet", *options]
        tree = Tree([sys.executable, *command], {}, Path(out, "log"), piped=False)
        with tree.watched():
            while tree.is_alive:
                time.sleep(0.1)
        tree.stop()
        moments = sorted(path.stat().st_mtime for path in Path(out).glob("*.txt"))
    if len(moments) != EACH:
        sys.exit(f"{len(moments)} of {EACH} pictures were read with {options}.")
    speed.rates.append((EACH - 1) / (moments[-1] - moments[0]))
    speed.peak = max(speed.peak, tree.peak_bytes)


@contextmanager
def _ray() -> Iterator[str]:
    ray = str(Path(sys.executable).with_name("ray"))
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    options = [f"--port={RAY_PORT}", "--num-cpus=2", "--memory=4000000000"]
    start = [ray, "start", "--head", "--include-dashboard=false", *options]
    subprocess.run(start, env=environment, stdout=subprocess.DEVNULL, check=True)
    try:
        yield f"127.0.0.1:{RAY_PORT}"
    finally:
        subprocess.run([ray, "stop", "--force"], stdout=subprocess.DEVNULL, check=True)


def _killed(pictures: Sequence[Picture]) -> Rows:
    """Kill a long run in the middle, have another go on, and look for what was read twice."""
    with copies(many(pictures, LONG)) as paths, tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "cli.py", str(paths[0].parent), "-o", out, "--quiet"]
        first = subprocess.Popen(command, cwd=ROOT, env=environment_with({}))
        ledger = Path(out, ".ocr", "done.jsonl")
        while not ledger.exists() or len(ledger.read_text().splitlines()) < LONG // 2:
            time.sleep(0.2)
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = ledger.read_text().splitlines()
        second = subprocess.run(command, cwd=ROOT, env=environment_with({}), check=False)
        sources = [json.loads(line)["source"] for line in ledger.read_text().splitlines()]
        kept = ledger.read_text().splitlines()[: len(before)] == before
        texts = list(Path(out).glob("*.txt"))
    lost, twice = LONG - len(texts), len(sources) - len(set(sources))
    if second.returncode or not kept:
        sys.exit(f"The second run ended with {second.returncode}.")
    return [
        (
            f"`kill -9` after {len(before)} of {LONG} pictures, then the same command",
            f"{lost} lost, {twice} read twice",
        )
    ]


def _batch(pictures: Sequence[Picture]) -> Rows:
    """Send many files at once, some of them broken, and watch the memory."""
    wanted, chance = many(pictures, MANY), random.Random(1)
    with _service() as tree, copies(wanted) as paths, ExitStack() as stack:
        for path in chance.sample(paths, BROKEN):
            path.write_bytes(path.read_bytes()[:500])
        files = [("image", (path.name, stack.enter_context(path.open("rb")))) for path in paths]
        before, begun = tree.rss_bytes(), time.monotonic()
        memory, data = [], io.BytesIO()
        with requests.post(f"{URL}/batch", files=files, stream=True, timeout=600) as answer:
            for piece in answer.iter_content(65_536):
                data.write(piece)
                memory.append(tree.rss_bytes())
        seconds = time.monotonic() - begun
    with zipfile.ZipFile(data) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    third = len(memory) // 3
    early, late = median(memory[third : 2 * third]), median(memory[2 * third :])
    return [
        (
            f"`/batch` of {MANY} files, {BROKEN} broken",
            f"{manifest['done']} done, {manifest['failed']} failed, {MANY / seconds:.2f} files/s",
        ),
        (
            "its memory: before, in the second and in the last third",
            f"{before / 1e6:,.0f}, {early / 1e6:,.0f}, {late / 1e6:,.0f} MB",
        ),
    ]


def _documents() -> Rows:
    """Read documents of full pages as jobs, and say what a million pages take."""
    with _service() as tree, tree.watched():
        rates = []
        for number in range(ROUNDS):
            url, begun = _job(_document(number)), time.monotonic()
            while (told := requests.get(url, timeout=60).json())["state"] != "done":
                time.sleep(0.1)
            rates.append(told["pages"]["done"] / (time.monotonic() - begun))
    rate = median(rates)
    cores = 1_000_000 / DAY_SECONDS / (rate / 2)
    return [
        (
            f"jobs: PDFs of {PAGES} A4 pages, {LINES} lines each, on two cores",
            f"{rate:.2f} pages/s, {tree.peak_bytes / 1e6:,.0f} MB at most",
        ),
        ("cores for a million such pages a day", f"{cores:.0f}"),
    ]


def _cancelled() -> Rows:
    """Drop a job in the middle of a page, and see when the engine is at rest."""
    waits = []
    with _service() as tree:
        for number in range(10, 10 + ROUNDS):
            url = _job(_document(number))
            while not requests.get(url, timeout=60).json()["pages"]["done"]:
                time.sleep(0.05)
            requests.delete(url, timeout=60).raise_for_status()
            waits.append(_seconds_until(lambda: _is_at_rest(tree)))
    return [("from `DELETE` of a job to an engine at rest", f"{max(waits):.2f} s at most")]


def _is_at_rest(tree: Tree) -> bool:
    before = tree.cpu_seconds()
    time.sleep(0.1)
    return tree.cpu_seconds() - before < 0.03


def _seconds_until(is_so: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not is_so():
        pass
    return time.monotonic() - begun


def _job(document: bytes) -> str:
    """Begin a job and return its address."""
    files = {"image": ("long.pdf", document)}
    answer = requests.post(f"{URL}/jobs", files=files, timeout=60)
    answer.raise_for_status()
    return f"{URL}{answer.json()['url']}"


def _document(seed: int) -> bytes:
    """Draw a PDF of full pages."""
    chance, pages = random.Random(seed), []
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSans.ttf", 28)
    for _ in range(PAGES):
        page = Image.new("RGB", A4, "white")
        draw = ImageDraw.Draw(page)
        for line in range(LINES):
            text = " ".join(chance.choices(TEXT.split(), k=15))[:90]
            draw.text((150, 150 + 44 * line), text, fill="black", font=font)
        pages.append(page)
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return buffer.getvalue()


@contextmanager
def _service() -> Iterator[Tree]:
    """Run the service with its defaults."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            "OCR_PORT": str(PORT),
            "OCR_UPLOADS_DIR": f"{folder}/uploads",
            "OCR_OUTPUT_DIR": f"{folder}/output",
        }
        command = [sys.executable, "ocr.py"]
        tree = Tree(command, variables, Path(folder, "log"), piped=False)
        try:
            while not _is_ready():
                time.sleep(0.2)
            yield tree
        finally:
            tree.stop()


def _is_ready() -> bool:
    try:
        return requests.get(f"{URL}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


if __name__ == "__main__":
    main()
