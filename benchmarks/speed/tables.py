"""Results as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from benchmarks.speed.contestants import BASELINE
from benchmarks.speed.measure import Result
from benchmarks.speed.scores import percentile

NONE = "–"

ENGINES = (
    "",
    "start s",
    "miss mean ms",
    "p50",
    "p95",
    "mean ratio",
    "median ratio",
    "hit p50 ms",
    "hits/s",
    "1 client /s",
    "2 clients /s",
    "8 clients /s",
    "CPU s",
    "peak MB",
    "word F1",
)
SHARES = ("workers × threads", "8 clients /s", "miss mean ms", "p50", "peak MB")


def engines(results: Sequence[Result]) -> list[str]:
    """Return the table with a row for each contestant, and remarks below it."""
    base = next((r for r in results if r.contestant.name == BASELINE and not r.missing), None)
    rows = [_missing(r) if r.missing else _engine(r, base) for r in results]
    return [*table(ENGINES, rows), "", *_remarks(results)]


def shares(results: Sequence[Result]) -> list[str]:
    """Return the table of workers and threads, and which of them won."""
    rows = [_missing(r) if r.missing else _share(r) for r in results]
    measured = [result for result in results if not result.missing]
    return [*table(SHARES, rows), "", *_winners(measured), *_remarks(results)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in Markdown, numbers to the right; short rows are filled."""
    filled = [[*row, *[NONE] * (len(head) - len(row))] for row in rows]
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *filled]
    return [f"| {' | '.join(line)} |" for line in lines]


def _missing(result: Result) -> list[str]:
    return [result.contestant.label, "missing"]


def _engine(result: Result, base: Result | None) -> list[str]:
    label = result.contestant.label
    return [
        f"**{label}**" if result.contestant.is_ours else label,
        f"{result.start:.1f}",
        *_milliseconds(result),
        f"{1000 * percentile(result.misses, 95):.0f}",
        f"{result.miss_mean / base.miss_mean:.2f}" if base else NONE,
        f"{median(result.misses) / median(base.misses):.2f}" if base else NONE,
        f"{1000 * median(result.hits):.1f}" if result.hits else NONE,
        f"{result.hit_rate:.0f}" if result.hits else NONE,
        *(_rate(result, clients) for clients in (1, 2, 8)),
        f"{result.cpu_per_picture:.2f}",
        _megabytes(result),
        f"{result.words.f1:.3f}",
    ]


def _share(result: Result) -> list[str]:
    return [
        result.contestant.label,
        _rate(result, 8),
        *_milliseconds(result),
        _megabytes(result),
    ]


def _winners(results: Sequence[Result]) -> list[str]:
    if not results:
        return []
    fast = min(results, key=lambda result: result.miss_mean)
    full = max(results, key=lambda result: result.throughput[8])
    return [
        f"Most pictures a second with 8 clients: {full.contestant.label}. "
        f"Soonest answer to one client: {fast.contestant.label}."
    ]


def _milliseconds(result: Result) -> tuple[str, str]:
    return f"{1000 * fmean(result.misses):.0f}", f"{1000 * median(result.misses):.0f}"


def _rate(result: Result, clients: int) -> str:
    return f"{result.throughput[clients]:.2f}" if clients in result.throughput else NONE


def _megabytes(result: Result) -> str:
    return f"{result.peak_bytes / 1_000_000:.0f}"


def _remarks(results: Sequence[Result]) -> list[str]:
    """Return a line for each contestant that is missing, failed or did not rest."""
    lines = [f"- {r.contestant.label}: {r.missing}." for r in results if r.missing]
    for result in results:
        label = result.contestant.label
        if result.errors:
            lines.append(f"- {label}: {len(result.errors)} errors, first: {result.errors[0]}")
        if result.idle > 0.01:
            lines.append(f"- {label}: took {100 * result.idle:.0f} % of a CPU with nothing to do.")
    return lines
