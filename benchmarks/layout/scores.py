"""Scores of a page's text against its truth."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from statistics import median
from typing import TypeVar

from benchmarks.layout.pages import CENTRE, LEFT, Item, Sheet
from picture.layout import count_cells

MARKS, FEWEST_MARKS = ".-_=*", 5
LEADER = re.compile(rf"([{re.escape(MARKS)}])(?: ?\1){{{FEWEST_MARKS - 1},}}")
"""A rule or a leader: five marks and more."""

_Place = TypeVar("_Place", int, tuple[int, int])


@dataclass(frozen=True, slots=True)
class Scores:
    """What a text keeps of a page; all but `blank_error` are best at 1."""

    characters: float
    row_f1: float
    columns: float
    blank_error: float
    order: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Found:
    """Where an item stands in a text, in rows and cells."""

    row: int
    start: int
    end: int


def score(sheet: Sheet, given: Sequence[str], text: str) -> Scores:
    """Score a text against its sheet; `given` are the lines it was made from."""
    rows = tidy(text).split("\n")
    found = locate(sheet.items, rows)
    return Scores(
        _characters_kept("".join(given), text),
        _row_f1(sheet.items, found),
        columns_kept(sheet.items, found),
        _blank_error(sheet.items, found, rows),
        order_kept(sorted(sheet.items, key=lambda item: (item.row, item.start)), found),
        similarity(tidy(sheet.text), "\n".join(rows)),
    )


def tidy(text: str) -> str:
    """Return a text without what no layout owes: outer margins, spaces at line ends."""
    rows = [row.rstrip() for row in text.strip("\n").splitlines()]
    inset = min((len(row) - len(row.lstrip()) for row in rows if row), default=0)
    return "\n".join(row[inset:] for row in rows).strip("\n")


def locate(
    items: Sequence[Item], rows: Sequence[str], twins: Mapping[int, int] | None = None
) -> dict[Item, Found]:
    """Find items in rows, the longest first, as words of their own; misread ones by likeness.

    `twins` are the rows that are known to be the items' rows: an item is looked for there
    before it is anywhere.
    """
    free = list(rows)
    found: dict[Item, Found] = {}
    own = {item: [twins[item.row]] for item in items if item.row in twins} if twins else {}
    everywhere = dict.fromkeys(items, range(len(rows)))
    for where, near in ((own, False), (own, True), (everywhere, False), (everywhere, True)):
        for item in sorted(where, key=lambda item: -len(item.text)):
            if item not in found and (spot := _find(item.text, free, where[item], near)):
                row, first, last = spot
                found[item] = Found(row, count(rows[row][:first]), count(rows[row][:last]))
                free[row] = f"{free[row][:first]}{chr(0) * (last - first)}{free[row][last:]}"
    return found


def count(text: str) -> int:
    return count_cells(text) if text else 0


def _find(
    text: str, rows: Sequence[str], where: Sequence[int], near: bool
) -> tuple[int, int, int] | None:
    if near:
        return _find_near(text, rows, where)
    # Spaces within an item are the reader's to keep or lose.
    words = re.compile(r"(?<!\S)" + r"\s*".join(map(re.escape, text.split())) + r"(?!\S)")
    for number in where:
        if match := words.search(rows[number]):
            return number, match.start(), match.end()
    return None


def _find_near(text: str, rows: Sequence[str], where: Sequence[int]) -> tuple[int, int, int] | None:
    """Find the run of words that is at least three quarters alike."""
    best, spot = 0.75, None
    for number in where:
        row = rows[number]
        ends = [match.span() for match in re.finditer(r"[^\s\0]+", row)]
        for first, last in combinations(range(len(ends) + 1), 2):
            run = row[ends[first][0] : ends[last - 1][1]]
            if last - first > len(text.split()) + 1 or "\0" in run:
                continue
            if (alike := similarity(text, run)) > best:
                best, spot = alike, (number, ends[first][0], ends[last - 1][1])
    return spot


def _characters_kept(truth: str, text: str) -> float:
    wanted, got = Counter("".join(truth.split())), Counter("".join(text.split()))
    return (wanted & got).total() / wanted.total()


def _row_f1(items: Sequence[Item], found: dict[Item, Found]) -> float:
    pairs = list(combinations(items, 2))
    together = [one.row == other.row for one, other in pairs]
    joined = [
        one in found and other in found and found[one].row == found[other].row
        for one, other in pairs
    ]
    both = sum(a and b for a, b in zip(together, joined, strict=True))
    total = sum(together) + sum(joined)
    return 2 * both / total if total else 1.0


def columns_kept(items: Sequence[Item], found: dict[Item, Found]) -> float:
    edges_of: dict[str, list[float | None]] = defaultdict(list)
    for item in items:
        if item.column:
            edges_of[item.column].append(_edge(item, found.get(item)))
    columns = [edges for edges in edges_of.values() if len(edges) > 1]
    kept = 0
    for edges in columns:
        seen = [edge for edge in edges if edge is not None]
        kept += sum(abs(edge - median(seen)) <= 0.5 for edge in seen)
    total = sum(map(len, columns))
    return kept / total if total else 1.0


def _edge(item: Item, spot: Found | None) -> float | None:
    if spot is None:
        return None
    if item.align == CENTRE:
        return (spot.start + spot.end) / 2
    return spot.start if item.align == LEFT else spot.end


def _blank_error(items: Sequence[Item], found: dict[Item, Found], rows: Sequence[str]) -> float:
    """Return by how many blank lines the gap between two rows is wrong, on average."""
    places = {item.row: found[item].row for item in items if item in found}
    errors = []
    for above, below in pairwise(sorted(places)):
        blank = sum(not row.strip() for row in rows[places[above] + 1 : places[below]])
        errors.append(abs(blank - (below - above - 1)))
    return sum(errors) / max(len(errors), 1)


def order_kept(items: Sequence[Item], found: dict[Item, Found]) -> float:
    """Return Kendall's tau of the items' order, times the share of items found."""
    spots = [(found[item].row, found[item].start) for item in items if item in found]
    return tau(spots) * len(spots) / len(items)


def tau(places: Sequence[_Place]) -> float:
    """Return Kendall's tau of places against their order, 0 where there is nothing to order."""
    pairs = list(combinations(places, 2))
    return sum(1 if one < other else -1 for one, other in pairs) / max(len(pairs), 1)


def similarity(truth: str, text: str) -> float:
    """Return 1 less the edit distance as a share of the longer text."""
    return 1 - edit_distance(truth, text) / max(len(truth), len(text), 1)


def edit_distance(one: str, other: str) -> int:
    """Return Levenshtein's distance, a column of the table in one integer (Hyyrö 2003)."""
    if not one:
        return len(other)
    masks: dict[str, int] = defaultdict(int)
    for place, char in enumerate(one):
        masks[char] |= 1 << place
    full, top = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, distance = full, 0, len(one)
    for char in other:
        match = masks.get(char, 0)
        diagonal = (((match & up) + up) ^ up) | match | down
        right_up = down | (full & ~(diagonal | up))
        right_down = up & diagonal
        distance += bool(right_up & top) - bool(right_down & top)
        right_up = (right_up << 1) | 1
        up = full & ((right_down << 1) | ~(diagonal | right_up))
        down = right_up & diagonal & full
    return distance


def squeezed(text: str) -> str:
    """Return a text with no more than two spaces in a row."""
    return re.sub(" {2,}", "  ", text)


def rows_kept(truth: str, text: str) -> float:
    """Return how alike rows are, spaces aside, in their order: F1 over both texts' rows."""
    some, others = _rows(truth), _rows(text)
    if not some or not others:
        return float(some == others)
    kept = sum(_likeness(some[one], others[other]) for one, other in _twins(some, others).items())
    return 2 * kept / (len(some) + len(others))


def _rows(text: str) -> dict[int, str]:
    """Return a text's rows by their numbers, spaces aside, without the blank ones."""
    rows = enumerate(text.split("\n"))
    return {number: " ".join(row.split()) for number, row in rows if row.strip()}


def twin_rows(truth: str, text: str) -> dict[int, int]:
    """Return the rows of a text that are alike to the truth's, in their order, by number."""
    return _twins(_rows(truth), _rows(text))


def _twins(some: Mapping[int, str], others: Mapping[int, str]) -> dict[int, int]:
    """Return the pairs of rows that are the most alike in all."""
    alike = [[_likeness(row, other) for other in others.values()] for row in some.values()]
    best = [[0.0] * (len(others) + 1) for _ in range(len(some) + 1)]
    for one, other in product(range(len(some)), range(len(others))):
        joined = best[one][other] + alike[one][other]
        best[one + 1][other + 1] = max(joined, best[one][other + 1], best[one + 1][other])
    return dict(_chain(best, list(some), list(others)))


def _chain(
    best: Sequence[Sequence[float]], some: Sequence[int], others: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs that made the best sum, the last first."""
    one, other = len(some), len(others)
    while one and other:
        if best[one][other] == best[one - 1][other]:
            one -= 1
        elif best[one][other] == best[one][other - 1]:
            other -= 1
        else:
            one, other = one - 1, other - 1
            yield some[one], others[other]


def _likeness(row: str, other: str) -> float:
    """Return how alike two rows are, nothing for rows that say something else."""
    short, long = sorted((len(row), len(other)))
    alike = similarity(row, other) if short > 0.4 * long else 0.0
    return alike if alike >= 0.6 else 0.0


def word_f1(truth: str, text: str) -> float:
    """Return the F1 of words as multisets."""
    some, others = Counter(truth.split()), Counter(text.split())
    return 2 * (some & others).total() / max(some.total() + others.total(), 1)


def leaders_kept(truth: str, text: str) -> float | None:
    """Return the share of characters of rules and leaders that are kept, None for none."""
    wanted, got = _marks(truth), _marks(text)
    return (wanted & got).total() / wanted.total() if wanted else None


def without_leaders(text: str) -> str:
    """Return a text with spaces for its rules and leaders, so that what they lead to is a word."""
    return LEADER.sub(lambda match: " " * len(match[0]), text)


def _marks(text: str) -> Counter[str]:
    marks: Counter[str] = Counter()
    for match in LEADER.finditer(text):
        marks[match[1]] += match[0].count(match[1])
    return marks
