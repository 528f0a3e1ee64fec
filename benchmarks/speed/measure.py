"""Measure contestants together, each step in turns, so that noise hits all of them."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import fmean, median

from benchmarks.speed.contestants import Contestant
from benchmarks.speed.environments import InstallError
from benchmarks.speed.pictures import Picture, copies
from benchmarks.speed.readers import Reader, ReadError
from benchmarks.speed.scores import Words, word_f1

RIGHT = 0.5
"""Word F1 from which an answer counts as right."""
HITS = 200
HIT_CLIENTS = 8
IDLE_SECONDS = 5
SETTLE_SECONDS = 0.1


@dataclass(slots=True)
class Result:
    """What was measured on one contestant; times in seconds."""

    contestant: Contestant
    missing: str = ""
    starts: list[float] = field(default_factory=list)
    misses: list[float] = field(default_factory=list)
    hits: list[float] = field(default_factory=list)
    hit_rate: float = 0.0
    throughput: dict[int, float] = field(default_factory=dict)
    cpu: float = 0.0
    idle: float = 0.0
    peak_bytes: int = 0
    words: Words = field(default_factory=Words)
    errors: list[str] = field(default_factory=list)

    @property
    def start(self) -> float:
        """Return the median of the starts."""
        return median(self.starts)

    @property
    def miss_mean(self) -> float:
        """Return the mean time of a picture that was not read before."""
        return fmean(self.misses)

    @property
    def cpu_per_picture(self) -> float:
        """Return the CPU seconds of a picture, read one at a time."""
        return self.cpu / len(self.misses)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; `hits` also on what the service has read before."""

    pictures: Sequence[Picture]
    work: Path
    starts: int
    rounds: int
    clients: Sequence[int]
    hits: bool


def measure(contestants: Sequence[Contestant], plan: Plan) -> list[Result]:
    """Start all contestants, measure them side by side and stop them."""
    results = [Result(contestant) for contestant in contestants]
    with ExitStack() as running:
        runs = [run for result in results if (run := _prepare(result, plan))]
        runs = [run for run in runs if _is_started(run, plan, running)]
        _measure_idle(runs)
        _measure_misses(runs, plan)
        if plan.hits:
            _measure_hits([run for run in runs if run.result.contestant.is_ours], plan)
        for clients in plan.clients:
            for run in runs:
                if clients == 1 or run.result.contestant.concurrent:
                    _measure_throughput(run, plan.pictures, clients)
        for run in runs:
            run.result.peak_bytes = run.reader.tree.peak_bytes
    return results


@dataclass(frozen=True, slots=True)
class _Run:
    """A contestant's reader and where its numbers go."""

    reader: Reader
    result: Result

    def read(self, path: Path) -> tuple[float, str]:
        """Return the seconds that a picture took, and its text."""
        started = time.perf_counter()
        try:
            reading = self.reader.read(path)
        except ReadError as error:
            self.result.errors.append(str(error))
            return time.perf_counter() - started, ""
        if reading.from_cache:
            self.result.errors.append("an answer for a new picture came out of the cache")
        return time.perf_counter() - started, reading.text


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _prepare(result: Result, plan: Plan) -> _Run | None:
    _say(f"prepare {result.contestant.label}")
    try:
        return _Run(result.contestant.prepared(plan.work), result)
    except InstallError as error:
        result.missing = f"not installed: {error}"
        return None


def _is_started(run: _Run, plan: Plan, running: ExitStack) -> bool:
    """Measure several starts, and let the last one run on."""
    _say(f"start {run.result.contestant.label}")
    for number in range(plan.starts):
        if number:
            run.reader.stop()
        try:
            run.result.starts.append(_start(run.reader, plan.pictures[-1]))
        except ReadError as error:
            run.reader.stop()
            run.result.missing = str(error)
            return False
    running.callback(run.reader.stop)
    return True


def _start(reader: Reader, picture: Picture) -> float:
    """Return the seconds from the start of the process to the first right answer."""
    started = time.perf_counter()
    reader.start()
    text = reader.read_when_ready(picture.path).text
    seconds = time.perf_counter() - started
    if word_f1(picture.truth, text) < RIGHT:
        raise ReadError(f"the first answer is wrong: {text[:80]!r}")
    return seconds


def _measure_idle(runs: Sequence[_Run]) -> None:
    """Measure how much of a CPU each takes with nothing to do."""
    before = [run.reader.tree.cpu_seconds() for run in runs]
    time.sleep(IDLE_SECONDS)
    for run, seconds in zip(runs, before, strict=True):
        run.result.idle = (run.reader.tree.cpu_seconds() - seconds) / IDLE_SECONDS


def _measure_misses(runs: Sequence[_Run], plan: Plan) -> None:
    """Read picture by picture, one contestant after the other, in an order drawn each time."""
    chance = random.Random(0)
    before = [run.reader.tree.cpu_seconds() for run in runs]
    for number in range(plan.rounds):
        _say(f"misses, round {number + 1} of {plan.rounds}")
        with copies(plan.pictures) as paths:
            for picture, path in zip(plan.pictures, paths, strict=True):
                for run in chance.sample(runs, len(runs)):
                    _measure_miss(run, picture, path)
    for run, seconds in zip(runs, before, strict=True):
        run.result.cpu = run.reader.tree.cpu_seconds() - seconds


def _measure_miss(run: _Run, picture: Picture, path: Path) -> None:
    # What the one before has still to tidy up is not to fall into this one's time.
    time.sleep(SETTLE_SECONDS)
    with run.reader.tree.watched():
        seconds, text = run.read(path)
    run.result.misses.append(seconds)
    run.result.words.add(picture.truth, text)


def _measure_hits(runs: Sequence[_Run], plan: Plan) -> None:
    """Ask for one picture again and again: one client for the time, several for the rate."""
    path = plan.pictures[len(plan.pictures) // 2].path
    for run in runs:
        _say(f"hits, {run.result.contestant.label}")
        run.reader.read(path)
        ask = partial(_hit, run, path)
        run.result.hits = [ask() for _ in range(HITS)]
        started = time.perf_counter()
        with ThreadPoolExecutor(HIT_CLIENTS) as pool:
            asked = [pool.submit(ask) for _ in range(HITS)]
        seconds = time.perf_counter() - started
        for one in asked:
            one.result()
        run.result.hit_rate = HITS / seconds


def _hit(run: _Run, path: Path) -> float:
    """Return the seconds of an answer that has to come out of the cache."""
    started = time.perf_counter()
    reading = run.reader.read(path)
    if not reading.from_cache:
        run.result.errors.append("a picture asked for again was read again")
    return time.perf_counter() - started


def _measure_throughput(run: _Run, pictures: Sequence[Picture], clients: int) -> None:
    """Read all pictures with so many clients at once."""
    _say(f"{clients} clients, {run.result.contestant.label}")
    with copies(pictures) as paths, ThreadPoolExecutor(clients) as pool, run.reader.tree.watched():
        started = time.perf_counter()
        for _ in pool.map(run.read, paths):
            pass
        run.result.throughput[clients] = len(paths) / (time.perf_counter() - started)
