"""Pages whose truth is known because they are drawn from it."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

from picture.layout import count_cells

VOCABULARY = """
river stone window market garden paper silver morning letter bridge winter engine
copper forest signal harbor candle mirror station valley pencil island thunder carpet
orange velvet anchor basket cotton desert feather ginger hammer ivory jacket kettle
ladder meadow needle onion pepper quarry ribbon saddle timber umbrella violin walnut
"""
WORDS = VOCABULARY.split()
SIGNS = "山川日月水火木金土人大小上下中国東京電車学校先生時間会社今年明天市場新聞安全書店花茶米麦"
LEFT, RIGHT, CENTRE = "left", "right", "centre"


@dataclass(frozen=True, slots=True)
class Item:
    """A text on the truth's own grid; items of one `column` share the edge named by `align`."""

    text: str
    row: int
    start: int
    align: str = LEFT
    column: str = ""
    size: float = 1.0

    @property
    def cells(self) -> int:
        return count_cells(self.text)


@dataclass(slots=True)
class Sheet:
    """A page's truth: its items, and its paragraphs in reading order where it has columns."""

    kind: str
    seed: int
    face: str
    random: random.Random
    items: list[Item] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the page as a character grid."""
        rows = [""] * (max(item.row for item in self.items) + 1)
        for item in sorted(self.items, key=lambda item: (item.row, item.start)):
            filled = count_cells(rows[item.row]) if rows[item.row] else 0
            rows[item.row] += " " * (item.start - filled) + item.text
        return "\n".join(rows) + "\n"

    def put(self, row: int, edge: int, text: str, align: str = LEFT, column: str = "") -> None:
        """Put a text with its left, right or centre edge at a cell."""
        self.items.append(Item(text, row, edge - _shift(text, align), align, column))

    def put_title(self, edge: int, text: str, size: float, align: str = LEFT) -> None:
        """Put a text in larger print on the first row."""
        self.items.append(Item(text, 0, edge - _shift(text, align), align, "", size))

    def words(self, count: int) -> str:
        """Return words that are no text of the page yet."""
        while (text := " ".join(self.random.sample(WORDS, count))) in self.used:
            pass
        return text

    def price(self, most: int = 2000) -> str:
        """Return a price that the page does not hold yet."""
        while (price := f"{self.random.uniform(1, most) ** self.random.random():.2f}") in self.used:
            pass
        return price

    def number(self, most: int) -> str:
        while (number := str(self.random.randrange(1, most))) in self.used:
            pass
        return number

    def signs(self, least: int, most: int) -> str:
        length = self.random.randint(least, most)
        while (text := "".join(self.random.sample(SIGNS, length))) in self.used:
            pass
        return text

    @property
    def used(self) -> set[str]:
        return {item.text for item in self.items}


def _shift(text: str, align: str) -> int:
    return {LEFT: 0, RIGHT: count_cells(text), CENTRE: count_cells(text) // 2}[align]


def draw_up(kind: str, seed: int) -> Sheet:
    """Return the sheet of a kind with a seed, always the same one."""
    face = "NotoSansMono" if seed % 2 == 0 or kind == "code" else "NotoSans"
    sheet = Sheet(kind, seed, face, random.Random(f"{kind} {seed}"))
    KINDS[kind](sheet)
    return sheet


def _receipt(sheet: Sheet) -> None:
    width, row = 42, 4
    for line, count in enumerate((2, 3, 2)):
        sheet.put(line, width // 2, sheet.words(count).upper(), CENTRE, "head")
    for key in ("Date", "Cashier", "Till"):
        sheet.put(row, 0, f"{key}:", LEFT, "name")
        sheet.put(row, 10, f"{sheet.number(900)} {sheet.words(1)}", LEFT, "detail")
        row += 1
    row += 1
    for _ in range(sheet.random.randint(6, 12)):
        sheet.put(row, 0, sheet.words(sheet.random.randint(1, 3)), LEFT, "name")
        sheet.put(row, width, sheet.price(), RIGHT, "price")
        row += 1
        if sheet.random.random() < 0.3:
            sheet.put(row, 2, f"{sheet.number(90)} x {sheet.price()}", LEFT, "count")
            row += 1
    row += 1
    for key in ("Subtotal", "Tax", "Total", "Cash", "Change"):
        sheet.put(row, 28, key, RIGHT, "key")
        sheet.put(row, width, sheet.price(), RIGHT, "price")
        row += 1
    sheet.put(row + 1, width // 2, sheet.words(3), CENTRE, "head")


def _invoice(sheet: Sheet) -> None:
    sheet.put_title(0, "INVOICE", 2.0)
    sheet.put(0, 76, f"No. {sheet.number(90000)}", RIGHT, "amount")
    for row in range(2, 6):
        sheet.put(row, 0, sheet.words(2), LEFT, "name")
        sheet.put(row, 44, sheet.words(2), LEFT, "address")
    edges = (
        ("Description", 0, LEFT),
        ("Qty", 46, RIGHT),
        ("Price", 60, RIGHT),
        ("Amount", 76, RIGHT),
    )
    columns = ("name", "quantity", "unit", "amount")
    for (text, edge, align), column in zip(edges, columns, strict=True):
        sheet.put(7, edge, text, align, column)
    row = 8
    for row in range(8, 8 + sheet.random.randint(6, 14)):
        sheet.put(row, 0, sheet.words(sheet.random.randint(2, 4)), LEFT, "name")
        sheet.put(row, 46, sheet.number(120), RIGHT, "quantity")
        sheet.put(row, 60, sheet.price(), RIGHT, "unit")
        sheet.put(row, 76, sheet.price(90000), RIGHT, "amount")
    for key in ("Net", "VAT 20%", "Amount due"):
        row += 2 if key == "Net" else 1
        sheet.put(row, 60, key, RIGHT, "unit")
        sheet.put(row, 76, sheet.price(90000), RIGHT, "amount")


def _article(sheet: Sheet) -> None:
    width, gap = 34, 5
    sheet.put_title(width + gap // 2, sheet.words(4).title(), 1.6, CENTRE)
    sheet.paragraphs.append(sheet.items[-1].text)
    length = sheet.random.randint(18, 26)
    for number in range(2):
        lines: list[str] = []
        while len(lines) < length:
            lines += _paragraph(sheet, width)
        for row, line in enumerate(lines, start=3):
            inset = len(line) - len(line.lstrip())
            edge = number * (width + gap) + inset
            sheet.put(row, edge, line.lstrip(), LEFT, f"{number} {inset}")


def _paragraph(sheet: Sheet, width: int) -> list[str]:
    words = [sheet.random.choice(WORDS) for _ in range(sheet.random.randint(25, 50))]
    text = " ".join(words).capitalize() + "."
    sheet.paragraphs.append(text)
    lines = textwrap.wrap(text, width, initial_indent="   ")
    return _hyphenate(lines, width)


def _hyphenate(lines: list[str], width: int) -> list[str]:
    """Carry the first half of a word up where a line leaves room for it."""
    for place in range(len(lines) - 1):
        first, _, rest = lines[place + 1].partition(" ")
        room = width - len(lines[place]) - 2
        if 2 < room < len(first) - 2 and rest:
            lines[place] += f" {first[:room]}-"
            lines[place + 1] = f"{first[room:]} {rest}"
    return lines


def _code(sheet: Sheet) -> None:
    row = 0
    for _ in range(4):
        name, other = sheet.random.sample(WORDS, 2)
        tag = sheet.number(10**4)
        body = (
            (0, f"def {name}_{tag}({other}):"),
            (4, f"total_{tag} = 0"),
            (4, f"for {name} in range({tag}):"),
            (8, f"if {name} % {tag} == 0:"),
            (12, f"total_{tag} += {other}[{name}]"),
            (8, f"else:  # {tag}"),
            (12, f"print({name!r}, {tag})"),
            (4, f"return total_{tag} * {other}"),
        )
        for inset, text in body:
            sheet.put(row, inset, text, LEFT, f"indent {inset}")
            row += 1
        row += 1


def _table(sheet: Sheet) -> None:
    edges = ((0, LEFT), (34, RIGHT), (44, CENTRE), (56, LEFT), (82, RIGHT))
    for number, (edge, align) in enumerate(edges):
        sheet.put(0, edge, f"{sheet.words(1).title()} {number}", align, f"{number}")
    for row in range(2, 2 + sheet.random.randint(10, 18)):
        sheet.put(row, 0, f"{sheet.words(2)} {row}", LEFT, "0")
        values = (
            sheet.price(),
            f"{sheet.words(1)[:4]}{row}",
            f"{sheet.words(2)}",
            sheet.price(10**5),
        )
        for number, value in enumerate(values, start=1):
            if sheet.random.random() > 0.3:
                sheet.put(row, edges[number][0], value, edges[number][1], f"{number}")


def _cjk(sheet: Sheet) -> None:
    sheet.put_title(30, sheet.signs(5, 8), 1.6, CENTRE)
    for row in range(2, 2 + sheet.random.randint(10, 16)):
        sheet.put(row, 0, sheet.signs(2, 6), LEFT, "0")
        sheet.put(row, 18, sheet.signs(3, 8), LEFT, "1")
        if sheet.random.random() > 0.3:
            sheet.put(row, 60, sheet.signs(2, 6), RIGHT, "2")
    sheet.put(20, 0, sheet.signs(18, 24), LEFT, "0")
    sheet.put(21, 0, sheet.signs(18, 24), LEFT, "0")


def _mixed(sheet: Sheet) -> None:
    sheet.put_title(0, sheet.words(2).title(), 1.5)
    for row in range(2, 2 + sheet.random.randint(8, 14)):
        sheet.put(row, 0, f"A{row}{sheet.number(900)}", LEFT, "0")
        sheet.put(row, 12, sheet.signs(2, 7), LEFT, "1")
        sheet.put(row, 32, sheet.words(2), LEFT, "2")
        sheet.put(row, 64, sheet.price(9000), RIGHT, "3")
    sheet.put(row + 2, 52, sheet.signs(2, 3), RIGHT)
    sheet.put(row + 2, 64, sheet.price(90000), RIGHT, "3")


def _form(sheet: Sheet) -> None:
    sheet.put_title(0, sheet.words(2).title(), 1.4)
    row = 2
    for _ in range(sheet.random.randint(6, 10)):
        sheet.put(row, 0, f"{sheet.words(1).title()} {sheet.number(99)}:", LEFT, "0")
        sheet.put(row, 18, sheet.words(2), LEFT, "1")
        if sheet.random.random() > 0.4:
            sheet.put(row, 44, f"{sheet.words(1).title()} {sheet.number(999)}:", LEFT, "2")
            sheet.put(row, 60, f"{sheet.number(10**6)}", LEFT, "3")
        row += sheet.random.choice((1, 1, 2, 2, 3))


KINDS: dict[str, Callable[[Sheet], None]] = {
    "receipt": _receipt,
    "invoice": _invoice,
    "article": _article,
    "code": _code,
    "table": _table,
    "cjk": _cjk,
    "mixed": _mixed,
    "form": _form,
}
