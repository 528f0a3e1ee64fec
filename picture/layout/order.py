"""Reading order: columns one after the other, paragraphs joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby, pairwise

import numpy as np

from picture.layout.grid import Cell
from picture.layout.gutters import ASIDE, FEWEST_LINES, PROSE, cut_columns
from picture.layout.plane import Plane, count_cells
from picture.layout.rows import Row, make_row, space_rows

SLACK = 2.0
"""Cells by which a full line falls short, beside the word that did not fit."""

OPENING = re.compile(r"\S{1,16}\s?[:：](\s|$)")
"""A key before its value, which begins a line of its own."""
BULLET = re.compile(r"([-–—•·*▪◦‣○●■]|\(?\d{1,3}[.):、]|\(?[a-zA-Z][.)])(\s|$)")
HYPHEN = re.compile(r"[^\W\d_][-‐\u00ad]")
WIDE = re.compile(r"[\u2e80-\ua4cf\uf900-\ufaff\uff01-\uff9f]")
"""Letters written without spaces between words."""
END_MARKS = ".!?:;。！？：；”"


@dataclass(frozen=True, slots=True)
class Strip:
    """A row's part of one column, and where it starts and ends, in cells.

    `whole` strips are running text, others hold several cells of a table.
    """

    text: str
    start: float
    end: float
    row: Row
    whole: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that go on with one another, by index, and what they say together.

    `apart` tells that a gap is left above it, `runs_on` that it goes on with the last
    one of the column before.
    """

    text: str
    members: tuple[int, ...]
    apart: bool = False
    runs_on: bool = False


def read_text(columns: Sequence[Sequence[Paragraph]], plane: Plane) -> list[str]:
    """Return the paragraphs of columns in reading order, blank texts between them."""
    texts: list[str] = []
    for column in columns:
        first, *others = column
        if first.runs_on:
            texts[-1] = join_text(texts[-1], first.text, _known_words(plane))
        else:
            texts += [""] * bool(texts) + [first.text]
        for paragraph in others:
            texts += [""] * paragraph.apart + [paragraph.text]
    return texts


def read_columns(rows: Sequence[Row], plane: Plane, cell: Cell) -> list[list[Paragraph]]:
    """Return the page's columns in reading order, each as paragraphs from top to bottom."""
    words = _known_words(plane)
    columns: list[list[Paragraph]] = []
    before: list[Strip] = []
    for strips in _columns(rows, plane, cell):
        paragraphs = _join_paragraphs(strips, words)
        if before and _runs_on(before, strips):
            paragraphs[0] = replace(paragraphs[0], runs_on=True)
        columns.append(paragraphs)
        before = strips
    return columns


def _known_words(plane: Plane) -> set[str]:
    return {word.strip(".,;:!?").lower() for text in plane.texts for word in text.split()}


def _columns(rows: Sequence[Row], plane: Plane, cell: Cell) -> Iterator[list[Strip]]:
    """Return columns in reading order, each as strips from top to bottom."""
    for vertical, run in groupby(_gather(rows, plane), key=lambda row: row.vertical):
        if vertical:
            yield _hanging_strips([row.members[0] for row in run], plane)
            continue
        for parts in cut_columns(list(run), plane, cell):
            yield _lying_strips(parts, plane, cell)


def _gather(rows: Sequence[Row], plane: Plane) -> list[Row]:
    """Leave vertical rows in place where they are most of the page, else put them last."""
    if plane.cells[plane.vertical].sum() * 2 > plane.cells.sum():
        return list(rows)
    return sorted(rows, key=lambda row: row.vertical)


def _lying_strips(parts: Sequence[tuple[int, ...]], plane: Plane, cell: Cell) -> list[Strip]:
    rows = space_rows([make_row(plane, part) for part in parts])
    return [
        Strip(
            " ".join(plane.texts[line] for line in row.members),
            float(plane.left[row.members[0]]) / cell.width,
            float(plane.right[row.members[-1]]) / cell.width,
            row,
            _is_whole(row.members, plane, cell),
        )
        for row in rows
    ]


def _is_whole(members: Sequence[int], plane: Plane, cell: Cell) -> bool:
    """Tell whether lines on a row stand as near as words do."""
    return all(
        plane.left[after] - plane.right[before] < ASIDE * cell.width
        for before, after in pairwise(members)
    )


def _hanging_strips(lines: Sequence[int], plane: Plane) -> list[Strip]:
    """Return vertical lines as strips whose start is their top."""
    members = list(lines)
    size = max(float(np.median(plane.height[members] / plane.cells[members])), 1e-6)
    top = plane.middle - plane.height / 2
    return [
        Strip(
            plane.texts[line],
            float(top[line]) / size,
            float(top[line] + plane.height[line]) / size,
            Row((line,), 0.0, float(plane.right[line] - plane.left[line])),
            whole=True,
        )
        for line in members
    ]


def _join_paragraphs(strips: Sequence[Strip], words: set[str]) -> list[Paragraph]:
    """Return paragraphs, apart where the page leaves a gap or the one above was joined."""
    paragraphs: list[Paragraph] = []
    joined = False
    for first, *others in _paragraphs(strips):
        text = reduce(lambda text, strip: join_text(text, strip.text, words), others, first.text)
        members = (line for strip in (first, *others) for line in strip.row.members)
        paragraphs.append(Paragraph(text, tuple(members), first.row.blank > 0 or joined))
        joined = bool(others)
    return paragraphs


def _paragraphs(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Return the strips of a column that go on with one another."""
    margin = _margin(strips)
    paragraphs = [[strips[0]]]
    for above, strip in pairwise(strips):
        if _continues(above, strip, paragraphs[-1][0], margin):
            paragraphs[-1].append(strip)
        else:
            paragraphs.append([strip])
    return paragraphs


def _continues(above: Strip, strip: Strip, first: Strip, margin: float) -> bool:
    """Tell whether a strip goes on with the paragraph above it."""
    if not (above.whole and strip.whole) or strip.row.blank or _opens(strip.text):
        return False
    heights = sorted((above.row.height, strip.row.height))
    inset = strip.start - above.start
    begins = above is first
    hangs = begins and bool(BULLET.match(above.text)) and inset > 0
    aligned = abs(inset) < ASIDE or hangs or (begins and -8 * ASIDE < inset < 0)
    full = above.end + count_cells(_first_word(strip.text)) + SLACK > margin
    return aligned and full and heights[1] < 1.4 * heights[0] and above.end - above.start > PROSE


def _opens(text: str) -> bool:
    return bool(BULLET.match(text) or OPENING.match(text))


def _first_word(text: str) -> str:
    """Return what a line break could not have parted: a word, or a wide letter."""
    return text[0] if WIDE.match(text[0]) else text.split(maxsplit=1)[0]


def _runs_on(before: Sequence[Strip], column: Sequence[Strip]) -> bool:
    """Tell whether a column goes on with the last paragraph of the one before it."""
    last, first = before[-1], column[0]
    full = last.whole and last.end + SLACK + PROSE / 2 > _margin(before)
    if not full or min(len(before), len(column)) < FEWEST_LINES or last.text[-1] in END_MARKS:
        return False
    inset = first.start - column[1].start
    wide = bool(WIDE.match(last.text[-1]) and WIDE.match(first.text[0]))
    return first.text[0].islower() or (wide and inset < ASIDE)


def _margin(strips: Sequence[Strip]) -> float:
    """Return where the full lines of a column end."""
    return float(np.quantile([strip.end for strip in strips], 0.9))


def join_text(text: str, after: str, words: Set[str] = frozenset()) -> str:
    """Join two lines of a paragraph, a hyphen at the first one's end undone.

    Neither is empty; words that are written with a hyphen are among `words`, in lower case.
    """
    if HYPHEN.fullmatch(text[-2:]) and after[0].islower():
        compound = f"{text.rsplit(maxsplit=1)[-1]}{_first_word(after)}".strip(".,;:!?").lower()
        return text + after if compound in words else text[:-1] + after
    wide = WIDE.match(text[-1]) or WIDE.match(after[0])
    return text + after if wide else f"{text} {after}"
