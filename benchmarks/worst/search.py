"""Search for the picture that keeps the service from its other clients the longest.

    python -m benchmarks.worst.search RECEIPT.jpg

Each picture is sent, three at once where it is redrawn, and a receipt a little later
from another connection. Writes benchmarks/worst/README.md.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from benchmarks.speed.process import Tree
from benchmarks.worst.pictures import Sample, samples

PORT = 5399
REPORT = Path(__file__).parent / "README.md"
HEAD = """# The worst picture

How long one client's worst pictures keep a second client waiting. Each picture is sent
(three copies that differ, where it is redrawn), then a receipt every second from another
connection until it is answered. Made by

    python -m benchmarks.worst.search RECEIPT.jpg

"""


@dataclass(frozen=True)
class Outcome:
    """What came of one picture: how it was answered, and how the receipts beside it fared."""

    name: str
    status: str
    seconds: float
    delay: float
    peak: int


def main() -> None:
    """Send every picture and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    arguments = parser.parse_args()
    receipts = _receipts(arguments.receipt)
    with service() as tree:
        for _ in range(3):
            send(next(receipts))
        usual = statistics.median(send(next(receipts))[1] for _ in range(5))
        outcomes = []
        for sample in samples(arguments.only):
            outcomes.append(_try(sample, receipts, tree, usual))
            print(outcomes[-1], file=sys.stderr, flush=True)
    REPORT.write_text(HEAD + "\n".join(_table(outcomes, usual)) + "\n")


@contextmanager
def service() -> Iterator[Tree]:
    """Run the service with default settings."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {"OCR_PORT": str(PORT), "OCR_HOST": "127.0.0.1"}
        tree = Tree([sys.executable, "ocr.py"], variables, Path(folder, "log"), piped=False)
        try:
            with tree.watched():
                while not _is_ready():
                    time.sleep(0.2)
                yield tree
        finally:
            tree.stop()


def _is_ready() -> bool:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def send(sample: Sample) -> tuple[int, float]:
    """Send a picture and return the status and the seconds that it took."""
    file = FileStorage(io.BytesIO(sample.data), filename="a.png", name="image")
    boundary, body = encode_multipart(MultiDict([*sample.fields, ("image", file)]))
    started = time.monotonic()
    connection = HTTPConnection("127.0.0.1", PORT, timeout=300)
    try:
        content = f"multipart/form-data; boundary={boundary}"
        connection.request("POST", sample.path, body, {"Content-Type": content})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - started
    finally:
        connection.close()


def _receipts(path: Path) -> Iterator[Sample]:
    """Yield the same receipt for ever, each time as a file of its own."""
    receipt = Image.open(path).convert("RGB")
    for number in count():
        receipt.putpixel((0, 0), (number % 256, number // 256 % 256, 255))
        buffer = io.BytesIO()
        receipt.save(buffer, "PNG", compress_level=1)
        yield Sample("receipt", buffer.getvalue())


def _try(sample: Sample, receipts: Iterator[Sample], tree: Tree, usual: float) -> Outcome:
    copies = _copies(sample)
    tree.peak_bytes = 0
    delays: list[float] = []
    with ThreadPoolExecutor(len(copies)) as pool:
        bad: list[Future[tuple[int, float]]] = [pool.submit(send, copy) for copy in copies]
        while not all(job.done() for job in bad):
            time.sleep(1)
            status, seconds = send(next(receipts))
            delays.append(seconds - usual if status == 200 else float("inf"))
    statuses = " ".join(sorted({str(job.result()[0]) for job in bad}))
    longest = max(job.result()[1] for job in bad)
    return Outcome(sample.name, statuses, longest, max(delays, default=0.0), tree.peak_bytes)


def _copies(sample: Sample) -> list[Sample]:
    """Return the picture, or three of it that differ in a byte behind their end."""
    if sample.path == "/img_txt":
        return [sample]
    return [
        Sample(sample.name, sample.data + bytes([number]), sample.path, sample.fields)
        for number in range(3)
    ]


def _table(outcomes: list[Outcome], usual: float) -> Iterator[str]:
    yield f"A receipt alone takes {usual:.2f} s."
    yield ""
    yield "| picture | answered | after | a receipt waited longer by at most | peak memory |"
    yield "|---|---|---|---|---|"
    for one in sorted(outcomes, key=lambda outcome: -outcome.delay):
        peak = f"{one.peak / 1e6:,.0f} MB"
        yield f"| {one.name} | {one.status} | {one.seconds:.1f} s | {one.delay:.1f} s | {peak} |"


if __name__ == "__main__":
    main()
