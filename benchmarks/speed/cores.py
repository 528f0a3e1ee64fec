"""Tell how much more two processes compute here than one: what no service can exceed."""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from statistics import median

import numpy as np

ROUNDS, SECONDS, SIZE = 5, 1.5, 256


def main() -> None:
    """Print what one process and two get done, in billions of operations a second."""
    # Read by numpy where the processes begin.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(_operations(1))
        beside.append(_operations(2))
    ratios = [two / one for one, two in zip(alone, beside, strict=True)]
    print(
        f"one process {median(alone) / 1e9:.1f}, two {median(beside) / 1e9:.1f} GFLOP/s, "
        f"{median(ratios):.2f} times as much ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def _operations(processes: int) -> float:
    """Return how many floating-point operations so many processes do in a second."""
    context = multiprocessing.get_context("spawn")
    start, rates = context.Barrier(processes), context.Queue()
    workers = [context.Process(target=_multiply, args=(start, rates)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    total: float = sum(rates.get() for _ in workers)
    for worker in workers:
        worker.join()
    return total


def _multiply(start: Barrier, rates: Queue[float]) -> None:
    """Put operations a second of this process, begun when all others are there."""
    chance = np.random.default_rng(0)
    one, other = (chance.normal(size=(SIZE, SIZE)).astype(np.float32) for _ in range(2))
    start.wait()
    begun, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < SECONDS:
        one @ other
        count += 1
    rates.put(count * 2 * SIZE**3 / spent)


if __name__ == "__main__":
    main()
