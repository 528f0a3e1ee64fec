"""A page as headings, paragraphs, list items and tables, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import median

from picture.layout import Block, Table, count_cells, cut_blocks, find_tables, join_text
from picture.page import Line, Page

_LARGER = 1.25
"""How much larger than the page's text the smallest heading is."""
_ALIKE = 1.15
"""Sizes of headings no further apart are of one level."""
_LEVELS = 3
_LONGEST_HEADING = 120
"""Letters; more is a paragraph in large type."""

_INSET = 0.75
"""Line heights by which an item is set in under another."""

# Two letters with no digit between them, or one that is a word: numbers and codes have none.
_WORD = re.compile(r"[^\W\d_]\D*[^\W\d_]|[\u2e80-\ua4cf\uf900-\ufaff]")

_MARK = re.compile(r"(?P<bullet>[•·▪◦‣○●■–—*-])\s+|(?P<number>\d{1,3})[.)]\s+")


class Kind(Enum):
    """What a part of a page is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "list item"
    NUMBERED = "numbered list item"


LISTED = (Kind.ITEM, Kind.NUMBERED)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of a level from 1, a paragraph, or an item of a list by its own number.

    `depth` counts the items that an item stands under.
    """

    kind: Kind
    text: str
    level: int = 0
    depth: int = 0


def outline(page: Page) -> list[Part | Table]:
    """Return the parts of a page in reading order."""
    parts: list[Part | Table] = []
    sizes = _heading_sizes(page)
    insets: list[float] = []
    for block in _blocks(page):
        if isinstance(block, Table):
            parts.append(block)
        elif block.runs_on and parts and isinstance(parts[-1], Part):
            parts[-1] = replace(parts[-1], text=join_text(parts[-1].text, block.text))
        else:
            part = _part(block, sizes)
            insets = _under(block.lines[0], insets) if part.kind in LISTED else []
            parts.append(replace(part, depth=max(len(insets) - 1, 0)))
    return parts


def _under(line: Line, insets: Sequence[float]) -> list[float]:
    """Return how far an item is set in, after those of the items that it stands under."""
    inset = min(x for x, _ in line.box)
    return [above for above in insets if above < inset - _INSET * line.height] + [inset]


def _blocks(page: Page) -> Iterator[Block | Table]:
    """Yield blocks and, where the first of their lines is, tables."""
    tables = find_tables(page)
    owner = {id(line): number for number, table in enumerate(tables) for line in table.lines}
    waiting = dict(enumerate(tables))
    for column in cut_blocks(page):
        for number, block in _pieces(column, owner):
            if number is None:
                yield block
            elif number in waiting:
                yield waiting.pop(number)


def _pieces(column: Sequence[Block], owner: dict[int, int]) -> Iterator[tuple[int | None, Block]]:
    """Yield each block with the number of its table, a block of both cut into its lines."""
    for block in column:
        numbers = [owner.get(id(line)) for line in block.lines]
        if len(set(numbers)) == 1:
            yield numbers[0], block
        else:
            for number, line in zip(numbers, block.lines, strict=True):
                yield number, Block(line.text, (line,))


def _heading_sizes(page: Page) -> list[float]:
    """Return the smallest size of each level of heading, the largest first."""
    usual = _usual_height(page.lines)
    larger = sorted(
        (line.height for line in page.lines if line.height >= _LARGER * usual and usual),
        reverse=True,
    )
    sizes: list[float] = []
    largest = 0.0
    for size in larger:
        if not sizes or largest > _ALIKE * size:
            sizes.append(size)
            largest = size
        else:
            sizes[-1] = size
    return [*sizes[: _LEVELS - 1], *sizes[-1:]] if len(sizes) > _LEVELS else sizes


def _usual_height(lines: Sequence[Line]) -> float:
    """Return the height that most letters of a page have."""
    heights = [line.height for line in lines for _ in range(count_cells(line.text))]
    return median(heights) if heights else 0.0


def _part(block: Block, sizes: Sequence[float]) -> Part:
    height = median(line.height for line in block.lines)
    is_short = len(block.text) <= _LONGEST_HEADING and len(block.lines) <= _LEVELS
    is_title = is_short and _WORD.search(block.text) is not None
    levels = [level for level, size in enumerate(sizes, start=1) if height >= size]
    if levels and is_title and not any(line.is_vertical for line in block.lines):
        return Part(Kind.HEADING, block.text, levels[0])
    mark = _MARK.match(block.text)
    if mark is None:
        return Part(Kind.PARAGRAPH, block.text)
    text = block.text[mark.end() :]
    if mark["bullet"]:
        return Part(Kind.ITEM, text)
    return Part(Kind.NUMBERED, text, int(mark["number"]))
