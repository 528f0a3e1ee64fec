"""Time the models' runs on a GPU by shape: the first, which prepares for it, and later ones.

    python -m benchmarks.precision.shapes [--device cpu]

A recogniser is timed whole and as the service runs it, which fetches only what it needs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

import numpy as np
import onnxruntime

from picture.reading import models
from picture.reading.runners import GPURunner

DETECTOR, RECOGNISER = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"
PAGES = ((1, 3, 1280, 640), (1, 3, 1280, 960), (1, 3, 1280, 1280))
LINES = ((8, 3, 48, 320), (8, 3, 48, 672), (1, 3, 48, 320), (32, 3, 48, 320))
KEPT = 1200
"""About as many letters as are common ones."""
RUNS = 10


def main() -> None:
    """Print a table of shapes."""
    device = _options().device
    if device != "cpu":
        onnxruntime.preload_dlls()
    models.prepare([DETECTOR, RECOGNISER])
    print("| model | shape | first ms | later ms |\n| --- | --- | ---: | ---: |")
    for name, run, shapes in _runs(device):
        for shape in shapes:
            first, later = _timed(run, shape)
            print(f"| {name} | {' x '.join(map(str, shape))} | {first:.0f} | {later:.1f} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=("gpu", "cpu"), default="gpu")
    return parser.parse_args()


def _runs(device: str) -> Iterator[tuple[str, Callable[..., Any], Sequence[tuple[int, ...]]]]:
    yield "detector", _runner(DETECTOR, device), PAGES
    yield "recogniser, whole", _runner(RECOGNISER, device), LINES
    condensed = _runner(RECOGNISER, device)
    condensed.condense(np.arange(KEPT))
    yield "recogniser", condensed, LINES


def _runner(name: str, device: str) -> GPURunner:
    folder = models.model_folder(name)
    if folder is None:
        raise SystemExit(f"{name} is not there")
    return GPURunner(folder, "inference", {"device_type": device})


def _timed(run: Callable[..., Any], shape: tuple[int, ...]) -> tuple[float, float]:
    """Return the milliseconds of the first run of a shape, and of a later one."""
    noise = np.random.default_rng(0).random(shape, np.float32)
    times = []
    for _ in range(1 + RUNS):
        started = time.perf_counter()
        run(x=[noise])
        times.append(1000 * (time.perf_counter() - started))
    return times[0], median(times[1:])


if __name__ == "__main__":
    main()
