"""Reading order: columns one after the other, paragraphs joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby, pairwise
from statistics import median

import numpy as np

from picture.layout.grid import Cell
from picture.layout.gutters import ASIDE, FEWEST_LINES, PROSE, cut_columns
from picture.layout.plane import Plane, count_cells, mirror, runs_left
from picture.layout.rows import Row, make_row, space_rows

SLACK = 2.0
"""Cells by which a full line falls short, beside the word that did not fit."""

OPENING = re.compile(r"\S{1,16}\s?[:：](\s|$)")
"""A key before its value, which begins a line of its own."""
BULLET = re.compile(r"([-–—•·*▪◦‣○●■]|\(?\d{1,3}[.):、]|\(?([a-zA-Z]|[ivxIVX]{2,5})[.)])(\s|$)")
CAPTION = re.compile(
    r"(fig(ure|ura|\.)?|tab(le|elle|leau|la|\.)?|abb(ildung|\.)|tafel|algorithm|listing|scheme"
    r"|图|圖|図|表)\s?(\d+|[IVX]+)(\.\d+)*\s?([.:：–—-]|\s|$)",
    re.IGNORECASE,
)
"""What a figure or a table is called, which begins a paragraph of its own."""
LEADER = re.compile(r"([.·…_‥․])(\s?\1){3,}")
"""What leads to a page's number in a list of contents, where lines do not go on."""
NOTE = re.compile(r"([*†‡§¶⁎∗]|[¹²³⁴-⁹]|\(?\d{1,2}[\s.)]?)\s?[^\W\d_]")
"""What begins a note at the foot of a column."""
SMALL = 0.9
"""How tall the letters of notes are beside those of the text, at most."""
MOST_NOTES = 24
"""Lines of notes at the foot of a column at most."""
FOLIO = re.compile(r"^(\d{1,4}|[ivxlc]{1,6})\b(?![.):,])|(?<![.,:$€£])\b(\d{1,4}|[ivxlc]{1,6})\W?$")
"""A page's number, before or behind what else a running head says."""
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
    """Return the page's columns in reading order, each as paragraphs from top to bottom.

    Notes at a column's foot stand as one of their own, after a paragraph that runs on.
    """
    if runs_left(plane):
        plane = mirror(plane)
        rows = [replace(row, members=row.members[::-1]) for row in rows]
    words = _known_words(plane)
    columns: list[list[Paragraph]] = []
    notes: list[list[Paragraph]] = []
    before: list[Strip] = []
    for strips in _columns(rows, plane, cell):
        text, foot = _part_foot(strips)
        paragraphs = _join_paragraphs(text, words)
        if before and _runs_on(before, text):
            paragraphs[0] = replace(paragraphs[0], runs_on=True)
        else:
            columns += notes
            notes = []
        columns.append(paragraphs)
        notes += [_join_paragraphs(foot, words)] if foot else []
        before = text
    return columns + notes


def _known_words(plane: Plane) -> set[str]:
    return {word.strip(".,;:!?").lower() for text in plane.texts for word in text.split()}


def _columns(rows: Sequence[Row], plane: Plane, cell: Cell) -> Iterator[list[Strip]]:
    """Return columns in reading order, each as strips from top to bottom."""
    for vertical, run in groupby(_gather(rows, plane), key=lambda row: row.vertical):
        if vertical:
            yield _hanging_strips([row.members[0] for row in run], plane)
            continue
        for part in _part_margins(list(run), plane):
            for parts in cut_columns(part, plane, cell):
                yield _lying_strips(parts, plane, cell)


def _part_margins(rows: list[Row], plane: Plane) -> list[list[Row]]:
    """Return a page's first and last row by themselves where they tell the page's number."""
    first = len(rows) > 1 and _is_margin(rows[:1], rows[1].blank, plane)
    # What stands at both ends of a foot may be half a row apart.
    foot = 2 if len(rows) > 3 and rows[-1].middle - rows[-2].middle < rows[-1].height else 1
    last = len(rows) > foot + 1 and _is_margin(rows[-foot:], rows[-foot].blank, plane)
    end = len(rows) - foot * last
    return [part for part in (rows[:first], rows[first:end], rows[end:]) if part]


def _is_margin(rows: Sequence[Row], gap: int, plane: Plane) -> bool:
    """Tell a running head or foot, which stands farther off the more lines it has."""
    lines = [line for row in rows for line in row.members]
    return any(FOLIO.search(plane.texts[line]) for line in lines) and gap >= min(len(lines), 2)


def _part_foot(strips: Sequence[Strip]) -> tuple[list[Strip], list[Strip]]:
    """Part a column from its notes: small lines at its foot, the first of which has a mark.

    They are running text; what stands in cells below large type is a table.
    """
    for at in range(max(len(strips) - MOST_NOTES, 1), len(strips)):
        are_whole = all(strip.whole for strip in strips[at:])
        if are_whole and NOTE.match(strips[at].text) and _are_small(strips[at:], strips[:at]):
            return list(strips[:at]), list(strips[at:])
    return list(strips), []


def _are_small(strips: Sequence[Strip], others: Sequence[Strip]) -> bool:
    some, usual = ([strip.row.height for strip in each] for each in (strips, others))
    return max(some) < median(usual) and median(some) < SMALL * median(usual)


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
    for first, *others in _past_captions(_paragraphs(strips), _margin(strips)):
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


def _past_captions(paragraphs: list[list[Strip]], margin: float) -> list[list[Strip]]:
    """Join a paragraph that a caption interrupts, the caption put after it."""
    joined = paragraphs[:1]
    captions: list[list[Strip]] = []
    for paragraph in paragraphs[1:]:
        if CAPTION.match(paragraph[0].text) and joined:
            captions.append(paragraph)
        elif captions and _resumes(joined[-1][-1], paragraph[0], margin):
            joined[-1].extend(paragraph)
        else:
            joined += captions
            captions = []
            joined.append(paragraph)
    return joined + captions


def _resumes(last: Strip, first: Strip, margin: float) -> bool:
    """Tell whether a sentence that a full line broke off goes on in a later one."""
    full = last.whole and last.end + SLACK + PROSE / 2 > margin
    return full and last.text[-1] not in END_MARKS and first.text[0].islower()


def _continues(above: Strip, strip: Strip, first: Strip, margin: float) -> bool:
    """Tell whether a strip goes on with the paragraph above it."""
    if not (above.whole and strip.whole) or strip.row.blank or _opens(strip.text):
        return False
    if LEADER.search(above.text):
        return False
    heights = sorted((above.row.height, strip.row.height))
    inset = strip.start - above.start
    begins = above is first
    hangs = begins and bool(BULLET.match(above.text)) and inset > 0
    aligned = abs(inset) < ASIDE or hangs or (begins and -8 * ASIDE < inset < 0)
    full = above.end + count_cells(_first_word(strip.text)) + SLACK > margin
    return aligned and full and heights[1] < 1.4 * heights[0] and above.end - above.start > PROSE


def _opens(text: str) -> bool:
    return any(mark.match(text) for mark in (BULLET, OPENING, CAPTION))


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
