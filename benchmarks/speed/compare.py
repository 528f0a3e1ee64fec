"""Compare speed, memory and accuracy on receipts: this service's and its peers', as shipped."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.results import put_into
from benchmarks.speed import tables
from benchmarks.speed.contestants import CONTESTANTS, SHARES, Contestant
from benchmarks.speed.measure import Plan, Result, measure
from benchmarks.speed.pictures import pictures_of
from benchmarks.speed.plot import Chart, Row

HERE = Path(__file__).resolve().parent
CACHE = Path.home() / ".cache" / "ocr-benchmarks"
WORKERS = "workers"
NAMES = (*(contestant.name for contestant in CONTESTANTS), WORKERS)


def main() -> None:
    """Run the comparison, put its tables into a README and draw the plot."""
    options = _options()
    pictures = pictures_of(options.receipts, options.pictures)
    plan = Plan(pictures, options.work, options.starts, options.rounds, (1, 2, 8), hits=True)
    options.work.mkdir(parents=True, exist_ok=True)
    options.output.mkdir(parents=True, exist_ok=True)
    chosen = [contestant for contestant in CONTESTANTS if contestant.name in options.only]
    parts = [_conditions(plan), ""]
    if chosen:
        parts += _compare_engines(chosen, plan, options.output)
    if WORKERS in options.only:
        parts += _compare_shares(plan)
    put_into(options.output / "README.md", "\n".join(parts))
    print("\n".join(parts))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("receipts", type=Path, help="folder with pictures and their truth (.csv)")
    parser.add_argument("--pictures", type=int, help="read only the first so many")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=NAMES, default=NAMES)
    parser.add_argument("--output", type=Path, default=HERE, help="folder of README and plot")
    parser.add_argument("--work", type=Path, default=CACHE, help="folder of environments and logs")
    parser.add_argument("--rounds", type=int, default=2, help="times that each picture is read")
    parser.add_argument("--starts", type=int, default=3, help="times that each engine is started")
    return parser.parse_args()


def _compare_engines(chosen: Sequence[Contestant], plan: Plan, output: Path) -> list[str]:
    results = measure(chosen, plan)
    chart = Chart(_caption(plan), [_row(result) for result in results if not result.missing])
    chart.save(plan.work / "chart.json")
    if chart.rows:
        chart.draw(output / "speed.png")
    return ["### Engines", "", *tables.engines(results), ""]


def _compare_shares(plan: Plan) -> list[str]:
    results = measure(SHARES, replace(plan, starts=1, clients=(8,), hits=False))
    return ["### Workers and threads", "", *tables.shares(results), ""]


def _row(result: Result) -> Row:
    contestant = result.contestant
    return Row(contestant.label, contestant.is_ours, 1000 * result.miss_mean, result.words.f1)


def _caption(plan: Plan) -> str:
    cpus = len(os.sched_getaffinity(0))
    return f"{len(plan.pictures)} receipts, {cpus} CPUs, no GPU, one client, nothing cached"


def _conditions(plan: Plan) -> str:
    cpus = len(os.sched_getaffinity(0))
    return (
        f"{len(plan.pictures)} receipts, each read {plan.rounds} times; median of {plan.starts} "
        f"starts; {cpus} CPUs ({_processor()}), no GPU; Python {platform.python_version()}."
    )


def _processor() -> str:
    """Return the name that Linux has for the processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


if __name__ == "__main__":
    main()
