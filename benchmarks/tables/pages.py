"""Drawn tables with known cells, and pages that hold none."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from picture.page import Rule
from picture.redraw import CJK, FONTS_FOLDER, is_cjk

Grid = list[list[str]]
Cell = tuple[int, int, int, int, str]
"""Row, column, how many of each it reaches over, and the text."""

_NAMES = (
    "Spade", "Garden hose", "Watering can", "Seed mix", "Rake", "Gloves", "Wheelbarrow", "Soil",
    "Flower pot", "Hedge shears", "Compost", "Trellis", "Lawn mower", "Bird house", "Twine",
)  # fmt: skip
_PLACES = ("Lyon", "Berlin", "Porto", "Vienna", "Gdansk", "Turin", "Ghent", "Malmo", "Leeds")
_HAN = ("铁锹", "水管", "水壶", "种子", "耙子", "手套", "推车", "花盆", "篱笆剪", "肥料", "割草机")
_SUMS = ("Total of sales before tax", "Tax that is included", "Rounding adjustment")
_TEXT = (
    "the garden lies behind an old wall where roses and thyme grow side by side since many years "
    "and nobody knows who planted them first or why the gate is never closed at night"
)


@dataclass(slots=True)
class Sheet:
    """A page with its tables' true cells and the rules that are drawn."""

    picture: Image.Image
    tables: list[list[Cell]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is drawn: with which rules, how far apart, which columns to the right."""

    size: int = 20
    rules: str = "all"
    gap: int = 40
    pitch: int = 38
    right: tuple[int, ...] = ()


class Drawing:
    """A page that is drawn from top to bottom."""

    def __init__(self, rng: random.Random, width: int = 1240, height: int = 1754) -> None:
        self.rng = rng
        self.sheet = Sheet(Image.new("RGB", (width, height), "white"))
        self._draw = ImageDraw.Draw(self.sheet.picture)
        self.top = 90

    def font(self, text: str, size: int) -> ImageFont.FreeTypeFont:
        name = CJK if any(map(is_cjk, text)) else "NotoSans"
        return ImageFont.truetype(
            str(FONTS_FOLDER / f"{name}{'.ttc' if name == CJK else '.ttf'}"), size
        )

    def write(self, left: float, top: float, text: str, size: int) -> None:
        self._draw.text((left, top), text, fill="black", font=self.font(text, size))

    def paragraph(self, lines: int, left: int = 90, width: int = 1060, size: int = 20) -> None:
        """Write running text."""
        for _ in range(lines):
            text = ""
            while True:
                longer = f"{text} {self.rng.choice(_TEXT.split())}".strip()
                if self.font(longer, size).getlength(longer) > width:
                    break
                text = longer
            self.write(left, self.top, text, size)
            self.top += round(1.5 * size)
        self.top += 40

    def table(self, grid: Grid, style: Style, left: int = 110) -> None:
        """Draw a table; a text with line feeds takes several lines of its cell."""
        widths = [
            max(self._width(row[column], style.size) for row in grid)
            for column in range(len(grid[0]))
        ]
        start = self.top
        edges = [left]
        for width in widths:
            edges.append(edges[-1] + round(width) + style.gap)
        for number, row in enumerate(grid):
            self._rule(edges, style, number)
            lines = max(text.count("\n") for text in row)
            for column, text in enumerate(row):
                self._cell(text, edges[column : column + 2], style, column in style.right)
            self.top += style.pitch + lines * round(1.3 * style.size)
        self._rule(edges, style, len(grid))
        if style.rules == "all":
            for edge in edges:
                self.rule(edge - 12, start - 8, edge - 12, self.top - 8)
        self.top += 60
        self.sheet.tables.append(plain(grid))

    def spanning(self, cells: list[Cell], widths: list[int], left: int = 98) -> None:
        """Draw cells with rules around each, texts on their left, in rows of 46 pixels."""
        edges = [left + sum(widths[:column]) for column in range(len(widths) + 1)]
        for row, column, down, across, text in cells:
            top, bottom = self.top + 46 * row, self.top + 46 * (row + down)
            start, end = edges[column], edges[column + across]
            self.write(start + 12, (top + bottom) / 2 - 14, text, 20)
            for y in (top, bottom):
                self.rule(start, y, end, y)
            for x in (start, end):
                self.rule(x, top, x, bottom)
        self.top += 46 * max(row + down for row, _, down, _, _ in cells) + 60
        self.sheet.tables.append(cells)

    def rule(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw a rule, and keep where it is."""
        self._draw.line((left, top, right, bottom), fill="black", width=2)
        self.sheet.rules.append(Rule((left, top), (right, bottom), 2))

    def _width(self, text: str, size: int) -> float:
        return max(self.font(text, size).getlength(part) for part in text.split("\n"))

    def _cell(self, text: str, edges: list[int], style: Style, to_right: bool) -> None:
        for number, part in enumerate(text.split("\n")):
            free = edges[1] - edges[0] - style.gap - self._width(part, style.size)
            left = edges[0] + (free if to_right else 0)
            self.write(left, self.top + number * round(1.3 * style.size), part, style.size)

    def _rule(self, edges: list[int], style: Style, number: int) -> None:
        if style.rules == "all" or (style.rules == "head" and number in (0, 1)):
            self.rule(edges[0] - 12, self.top - 8, edges[-1] - 12, self.top - 8)


def plain(grid: Grid) -> list[Cell]:
    """Return the filled cells of a table none of whose cells spans another."""
    return [
        (row, column, 1, 1, text.replace("\n", " "))
        for row, texts in enumerate(grid)
        for column, text in enumerate(texts)
        if text
    ]


def _price(rng: random.Random) -> str:
    return f"{rng.randrange(1, 900)}.{rng.randrange(100):02d}"


def _stock(rng: random.Random, rows: int) -> Grid:
    names = rng.sample(_NAMES, rows)
    body = [[name, str(rng.randrange(1, 40)), rng.choice(_PLACES), _price(rng)] for name in names]
    return [["Article", "Pieces", "From", "Price"], *body]


def _ruled(page: Drawing) -> None:
    page.table(_stock(page.rng, 9), Style(right=(1, 3)))


def _head_rules(page: Drawing) -> None:
    page.table(_stock(page.rng, 9), Style(rules="head", right=(1, 3)))


def _bare(page: Drawing) -> None:
    page.table(_stock(page.rng, 10), Style(rules="none", right=(1, 3)))


def _tight(page: Drawing) -> None:
    page.table(_stock(page.rng, 12), Style(rules="none", gap=26, pitch=28, right=(3,)))


def _holes(page: Drawing) -> None:
    grid = _stock(page.rng, 11)
    for row in grid[1:]:
        if page.rng.random() < 0.4:
            row[page.rng.randrange(1, 4)] = ""
    page.table(grid, Style(rules=page.rng.choice(("none", "all")), right=(1, 3)))


def _wrapped(page: Drawing) -> None:
    grid = _stock(page.rng, 7)
    for row in grid[1::2]:
        row[0] += "\nwith a long handle"
    page.table(grid, Style(rules=page.rng.choice(("head", "all")), pitch=46, right=(1, 3)))


def _numbers(page: Drawing) -> None:
    years = [str(year) for year in range(2019, 2025)]
    body = [[place, *(_price(page.rng) for _ in years)] for place in page.rng.sample(_PLACES, 8)]
    page.table([["Town", *years], *body], Style(rules="none", right=tuple(range(1, 7))))


def _han(page: Drawing) -> None:
    body = [
        [name, str(page.rng.randrange(1, 40)), _price(page.rng)]
        for name in page.rng.sample(_HAN, 9)
    ]
    page.table([["名称", "数量", "价格"], *body], Style(size=24, right=(1, 2)))


def _spanned(page: Drawing) -> None:
    """Draw a heading above the middle of the last two columns."""
    body = [[name, _price(page.rng), _price(page.rng)] for name in page.rng.sample(_NAMES, 7)]
    top = page.top
    page.top += 40
    head = ["Article", "Last year", "This year"]
    page.table([head, *body], Style(rules="none", gap=60, right=(1, 2)))
    columns = [max(page.font(row[at], 20).getlength(row[at]) for row in body) for at in (0, 1, 2)]
    heads = [page.font(text, 20).getlength(text) for text in (*head, "Price in euro")]
    widths = [max(pair) for pair in zip(columns, heads, strict=False)]
    middle = 110 + widths[0] + 60 + (widths[1] + 60 + widths[2]) / 2
    page.write(middle - heads[3] / 2, top, "Price in euro", 20)
    below = [(cell[0] + 1, *cell[1:]) for cell in page.sheet.tables.pop()]
    page.sheet.tables.append([(0, 1, 1, 2, "Price in euro"), *below])


def _merged(page: Drawing) -> None:
    """Draw a heading over columns, names beside several rows, and a row of a single cell."""
    head = [(0, 0, 2, 1, "Garden"), (0, 1, 2, 1, "Article"), (0, 2, 1, 2, "Price in euro")]
    cells: list[Cell] = [*head, (1, 2, 1, 1, "Last year"), (1, 3, 1, 1, "This year")]
    row = 2
    for place in page.rng.sample(_PLACES, 3):
        many = page.rng.randrange(1, 4)
        cells.append((row, 0, many, 1, place))
        for name in page.rng.sample(_NAMES, many):
            texts = name, _price(page.rng), _price(page.rng)
            cells += [(row, at, 1, 1, text) for at, text in enumerate(texts, start=1)]
            row += 1
    cells += [(row, 0, 1, 3, "All that was bought"), (row, 3, 1, 1, _price(page.rng))]
    page.spanning(cells, [180, 240, 150, 150])


def _form(page: Drawing) -> None:
    """Draw boxes of other widths in each row."""
    cells: list[Cell] = [
        (0, 0, 1, 3, "Name: A. Linden"),
        (0, 3, 1, 2, "Customer 4711"),
        (1, 0, 1, 2, "Mill Road 12"),
        (1, 2, 1, 1, "LS1 4AB"),
        (1, 3, 1, 2, "Leeds"),
        (2, 0, 1, 1, "Spade"),
        (2, 1, 1, 3, _price(page.rng) + " euro"),
        (2, 4, 1, 1, "paid"),
    ]
    page.spanning(cells, [200, 150, 190, 110, 170])


def _two_heads(page: Drawing) -> None:
    """Draw headings over two columns each, with rules above, below and between."""
    size, left, step = 20, 110, 130
    names = page.rng.sample(_NAMES, 8)
    right = left + 200 + 4 * step
    cells: list[Cell] = [(0, 1, 1, 2, "Last year"), (0, 3, 1, 2, "This year"), (1, 0, 1, 1, "Town")]
    cells += [(1, column, 1, 1, ("Price", "Pieces")[1 - column % 2]) for column in range(1, 5)]
    for row, name in enumerate(names, start=2):
        figures = [
            text for _ in "12" for text in (_price(page.rng), f"{page.rng.randrange(1, 90)}0")
        ]
        cells += [(row, column, 1, 1, text) for column, text in enumerate([name, *figures])]
    for row in (0, 2, 10):
        page.rule(left - 12, page.top + 36 * row - 6, right, page.top + 36 * row - 6)
    for row, column, _, across, text in cells:
        room = (200 + (column + across - 1) * step) if column else 0
        end = left + room - page.font(text, size).getlength(text)
        middle = end - (step * across - page.font(text, size).getlength(text)) / 2
        x = left if not column else middle if across > 1 else end - 20
        page.write(x, page.top + 36 * row, text, size)
    page.top += 420
    page.sheet.tables.append(cells)


def _receipt(page: Drawing) -> None:
    """Draw goods, some without a number or with a discount below, and sums with long names."""
    rng, gap = page.rng, page.rng.choice((12, 20, 34, 60))
    rows = [["Item", "Qty", "Price", "Amount"]]
    for name in rng.sample(_NAMES, rng.randrange(3, 8)):
        pieces = "" if rng.random() < 0.3 else str(rng.randrange(1, 20))
        rows.append([name, pieces, _price(rng), _price(rng)])
        if rng.random() < 0.3:
            rows.append(["Discount", "", "", f"-{rng.randrange(1, 9)}.50"])
    sums = [["", name, "", _price(rng)] for name in _SUMS]
    ends = [110, 290 + gap, 370 + 2 * gap, 455 + 3 * gap]
    for row in rows + sums:
        for column, (text, end) in enumerate(zip(row, ends, strict=True)):
            width = page.font(text, 20).getlength(text) if column else 0
            page.write(end - width, page.top, text, 20)
        page.top += 32
    cells = plain(rows + sums)
    over = {name: (0, 1, 2, name) for name in _SUMS}
    page.sheet.tables.append([(cell[0], *over.get(cell[4], cell[1:])) for cell in cells])


def _beside(page: Drawing) -> None:
    top = page.top
    page.table(_stock(page.rng, 7), Style(rules="none", right=(1, 3)))
    page.top = top + 20
    page.table(_stock(page.rng, 9), Style(rules="none", right=(1, 3)), left=720)


def _two(page: Drawing) -> None:
    page.table(_stock(page.rng, 5), Style(rules="head", right=(1, 3)))
    page.paragraph(4)
    page.table(_stock(page.rng, 6), Style(rules="none", right=(1, 3)))


def _between(page: Drawing) -> None:
    page.paragraph(5)
    page.table(_stock(page.rng, 7), Style(rules=page.rng.choice(("none", "all")), right=(1, 3)))
    page.paragraph(5)


def _prose(page: Drawing) -> None:
    for _ in range(4):
        page.paragraph(6)


def _columns(page: Drawing) -> None:
    top = page.top
    for left in (90, 660):
        page.top = top
        for _ in range(3):
            page.paragraph(9, left, 480)


def _code(page: Drawing) -> None:
    for number in range(24):
        depth = page.rng.randrange(4)
        page.write(90 + 40 * depth, page.top, f"item_{number} = make(total, {number})", 20)
        page.top += 30


def _letter(page: Drawing) -> None:
    for text in ("Garden centre Linden", "12 Mill Road", "Leeds", "", "Dear customer,"):
        page.write(90, page.top, text, 20)
        page.top += 34
    page.paragraph(8)
    page.write(800, page.top, "Yours, A. Linden", 20)


TABLES: Mapping[str, Callable[[Drawing], None]] = {
    "full rules": _ruled,
    "rules at the head": _head_rules,
    "no rules": _bare,
    "no rules, tight": _tight,
    "empty cells": _holes,
    "cells of two lines": _wrapped,
    "numbers": _numbers,
    "Chinese": _han,
    "heading over columns": _spanned,
    "cells over rows and columns": _merged,
    "header of two rows": _two_heads,
    "boxes of a form": _form,
    "two tables": _two,
    "tables beside each other": _beside,
    "between paragraphs": _between,
    "receipts": _receipt,
}
OTHERS: Mapping[str, Callable[[Drawing], None]] = {
    "prose": _prose,
    "two columns": _columns,
    "code": _code,
    "letter": _letter,
}


def draw(kind: str, seed: int) -> Sheet:
    """Draw a page of a kind; the same seed gives the same page."""
    page = Drawing(random.Random(f"{kind} {seed}"))
    {**TABLES, **OTHERS}[kind](page)
    return page.sheet
