"""Thirteen kinds of pages, drawn with their truth known to the pixel."""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.redraw import texts
from benchmarks.redraw.faces import (
    ARIAL,
    COMIC,
    COURIER,
    GOTHIC,
    INTER,
    JETBRAINS,
    MINCHO,
    SONG,
    SOURCE,
    TIMES,
    prepare,
)
from benchmarks.redraw.grounds import article, plates
from benchmarks.redraw.sheet import (
    BLACK,
    RGB,
    WHITE,
    DrawnPage,
    Piece,
    Setting,
    Sheet,
    natural_width,
    words,
)
from picture.redraw import BOLD

VARIANTS = 2

_COLORS: dict[str, RGB] = {
    "white": (229, 229, 229),
    "grey": (138, 143, 152),
    "red": (241, 76, 76),
    "green": (35, 209, 139),
    "yellow": (245, 210, 70),
    "blue": (80, 150, 250),
    "magenta": (214, 112, 214),
    "cyan": (41, 184, 219),
}
_GREY: RGB = (110, 110, 110)


def book(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set body text in a serif face at tight leading."""
    face, size, pitch = ((TIMES, 22, 1.16), (SOURCE, 25, 1.19))[variant]
    body = Setting(face, size)
    head = replace(body, size=size * 0.85, italic=True)
    folio = f"{chance.randint(20, 300)}"
    sheet.line(words("The Harbour Books", head), (110, 90))
    sheet.line(words(folio, replace(head, italic=False)), (sheet.width - 150, 90))
    y = 150.0
    sheet.line(words("CHAPTER SEVEN", replace(body, size=size * 1.3)), (330, y))
    y += 2.2 * size
    column = (110.0, sheet.width - 110.0)
    while y < sheet.height - 260:
        text = " ".join(chance.sample(texts.SENTENCES, chance.randint(2, 5)))
        indent = 1.2 * size
        y = sheet.flow(
            words(text, body), column, y, pitch * size, justified=variant == 0, indent=indent
        )
    if variant == 1:
        _han(sheet, Setting(SONG, size), (110, y + size), 1.4)


def _han(sheet: Sheet, setting: Setting, at: tuple[float, float], pitch: float) -> None:
    paragraph = sheet.paragraph()
    for number, text in enumerate(texts.HAN):
        where = (at[0], at[1] + number * pitch * setting.size)
        sheet.line([Piece(text, setting)], where, paragraph)


def italic(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set paragraphs in italics among upright ones, and italic words in upright lines."""
    faces = ((TIMES, ARIAL), (SOURCE, INTER))[variant]
    y, size = 90.0, (23, 26)[variant]
    for number in range(8 - variant):
        setting = Setting(faces[number % 4 // 2], size, italic=number % 2 == 0)
        pieces = words(" ".join(chance.sample(texts.SENTENCES, 3)), setting)
        if number % 2:
            start = chance.randint(3, len(pieces) - 6)
            for at in range(start, start + 3):
                pieces[at] = replace(pieces[at], setting=replace(setting, italic=True))
        y = sheet.flow(pieces, (90, sheet.width - 90), y, 1.24 * size) + 0.6 * size


def mono(sheet: Sheet, _: random.Random, variant: int) -> None:
    """Print a program, or a list out of a line printer, on white."""
    paragraph = sheet.paragraph()
    if variant == 1:
        setting = Setting(COURIER, 23, (25, 25, 25))
        for number, text in enumerate(texts.PRINT):
            for at, part in _parts(text):
                x = 70 + at * setting.font.getlength("0")
                sheet.line(words(part, setting), (x, 100 + 33 * number), paragraph)
        return
    setting = Setting(JETBRAINS, 19, (30, 30, 40))
    for number, (depth, text) in enumerate(texts.CODE):
        if text:
            x = 60 + 4 * depth * setting.font.getlength("0")
            sheet.line(_tokens(text, setting), (x, 80 + 27 * number), paragraph)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of a row between wide blanks, and at which letter each starts."""
    for match in re.finditer(r"\S+(?: \S+)*", text):
        yield match.start(), match[0]


def _tokens(text: str, setting: Setting) -> list[Piece]:
    if text.startswith("#"):
        return words(text, replace(setting, color=_GREY, italic=True))
    pieces = []
    for word in words(text, setting):
        is_key = word.text in texts.KEYWORDS
        key = replace(setting, weight=BOLD, color=(0, 60, 150))
        pieces.append(replace(word, setting=key) if is_key else word)
    return pieces


def dictionary(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set entries in narrow columns: bold heads, italic parts of speech, small text."""
    face, size, count = ((TIMES, 17, 3), (SOURCE, 19, 2))[variant]
    body = Setting(face, size)
    gutter, margin = 26, 60
    width = (sheet.width - 2 * margin - (count - 1) * gutter) / count
    entries = list(texts.DICTIONARY) * 3
    for column in range(count):
        left = margin + column * (width + gutter)
        y = 80.0
        if column:
            sheet.rule([(left - gutter / 2, 60), (left - gutter / 2, sheet.height - 50)], _GREY)
        while y < sheet.height - 110:
            head, part, text = entries.pop(0)
            pieces = words(head, replace(body, weight=BOLD))
            pieces += words(part, replace(body, italic=True)) + words(text, body)
            if variant == 1 and chance.random() < 0.3:
                gloss = chance.choice(texts.GLOSSES)
                pieces.append(Piece(gloss, Setting(MINCHO, size)))
            y = sheet.flow(pieces, (left, left + width), y, 1.12 * size)


def slides(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set a slide: a title on a gradient, coloured cards, text that reaches over an edge."""
    first, last = (((20, 60, 140), (90, 150, 230)), ((120, 30, 60), (230, 120, 60)))[variant]
    face = (INTER, ARIAL)[variant]
    sheet.gradient((0, 0, sheet.width, 130), first, last)
    sheet.line(words("Harbour traffic, third quarter", Setting(face, 50, WHITE, BOLD)), (60, 84))
    if variant == 1:
        sheet.line([Piece("港口季度报告", Setting(GOTHIC, 40, WHITE))], (960, 82))
    cards: Sequence[tuple[RGB, RGB]] = (
        ((24, 110, 90), WHITE),
        ((250, 214, 90), (40, 30, 0)),
        ((60, 64, 72), (200, 225, 255)),
    )
    for number, (fill, color) in enumerate(cards):
        left = 60 + 400 * number
        sheet.plate((left, 170, left + 360, 400), fill, 14 * variant)
        big = Setting(face, 60, color, BOLD)
        sheet.line(words(f"{chance.randint(12, 98)} %", big), (left + 24, 250))
        small = Setting(face, 22, color)
        text = chance.choice(texts.SENTENCES)
        sheet.flow(words(text, small), (left + 24, left + 340), 300, 28)
    sheet.plate((60, 450, 620, 540), (226, 232, 240))
    over = Setting(face, 34, (20, 30, 60), 600)
    sheet.line(words("Arrivals grew faster than departures this year", over), (90, 508))
    sheet.plate((0, sheet.height - 60, sheet.width, sheet.height), first)
    sheet.line(words("Port authority, internal", Setting(face, 20, WHITE)), (60, sheet.height - 24))
    bullets = Setting(face, 25, (50, 50, 60))
    paragraph = sheet.paragraph()
    for number, text in enumerate(("Berths are full at night", "Two cranes are under repair")):
        y = 592 + 40 * number
        sheet.shape([(64, y - 14), (76, y - 14), (76, y - 2), (64, y - 2)], last)
        sheet.line(words(text, bullets), (92, y), paragraph)


def terminal(sheet: Sheet, _: random.Random, variant: int) -> None:
    """Show a dark terminal with several colours in a line."""
    face, size = ((JETBRAINS, 20), (COURIER, 24))[variant]
    sheet.plate((0, 0, sheet.width, 34), (60, 63, 70))
    for number, color in enumerate(("red", "yellow", "green")):
        sheet.ellipse(
            (14 + 26 * number, 10, 28 + 26 * number, 24), _COLORS[color], 1, _COLORS[color]
        )
    paragraph = sheet.paragraph()
    for number, row in enumerate(texts.TERMINAL):
        pieces: list[Piece] = []
        for text, color in row:
            bold = text.isupper() and len(text) > 3
            setting = Setting(face, size, _COLORS[color], BOLD if bold else 400)
            parts = words(text, setting)
            if text[0] in ":$,":
                parts[0] = replace(parts[0], blanks=0)
            if pieces and pieces[-1].text == ":":
                parts[0] = replace(parts[0], blanks=0)
            pieces += parts
        sheet.line(pieces, (26, 76 + 1.36 * size * number), paragraph)


def comic(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Draw panels with hatching, shapes, captions and balloons full of capitals."""
    setting = Setting(COMIC, (25, 29)[variant], BLACK, BOLD)
    phrases = chance.sample(texts.BALLOONS, 4)
    for number, phrase in enumerate(phrases):
        left, top = 40 + 470 * (number % 2), 40 + 600 * (number // 2)
        panel = (left, top, left + 440, top + 570)
        sheet.frame(panel, BLACK, 4, ((250, 238, 200), (206, 228, 245))[(number + variant) % 2])
        _scene(sheet, chance, panel)
        _balloon(sheet, phrase, setting, (left + 225, top + 130 + 40 * (number % 2)))
        if number < len(texts.CAPTIONS):
            text = words(texts.CAPTIONS[number], replace(setting, size=20))
            sheet.frame((left, top + 500, left + natural_width(text) + 30, top + 545), BLACK, 3)
            sheet.plate(
                (left + 3, top + 503, left + natural_width(text) + 27, top + 542), (255, 232, 120)
            )
            sheet.line(text, (left + 15, top + 530))
        else:
            loud = Setting(COMIC, 78, (214, 40, 30), BOLD)
            sheet.line(words(texts.SOUNDS[variant], loud), (left + 90, top + 500))


def _scene(sheet: Sheet, chance: random.Random, panel: tuple[int, int, int, int]) -> None:
    """Draw hills, a hut, a figure and hatching into the lower part of a panel."""
    left, top, right, bottom = panel
    ground = top + 430
    hills = [(left + 4, ground)]
    hills += [(left + 40 * step, ground - chance.randint(10, 90)) for step in range(1, 11)]
    sheet.shape(
        [*hills, (right - 4, ground), (right - 4, bottom - 4), (left + 4, bottom - 4)],
        (150, 180, 120),
    )
    for step in range(26):
        x = left + 12 + 16 * step
        sheet.rule([(x, ground + 6), (x - 8, ground + 40)], (40, 60, 40), 2)
    x = left + chance.randint(60, 300)
    sheet.shape(
        [
            (x, ground),
            (x, ground - 80),
            (x + 50, ground - 120),
            (x + 100, ground - 80),
            (x + 100, ground),
        ],
        (150, 90, 60),
    )
    sheet.frame((x + 35, ground - 50, x + 62, ground), BLACK, 3, (90, 50, 30))
    sheet.ellipse((right - 110, ground - 110, right - 70, ground - 70), BLACK, 3, (240, 205, 170))
    sheet.rule(
        [(right - 90, ground - 70), (right - 90, ground - 20), (right - 112, ground + 14)], BLACK, 4
    )
    sheet.rule([(right - 90, ground - 20), (right - 70, ground + 14)], BLACK, 4)


def _balloon(sheet: Sheet, phrase: str, setting: Setting, middle: tuple[float, float]) -> None:
    """Draw a balloon and centre its text in it, about eleven letters to the line."""
    rows: list[list[Piece]] = [[]]
    for piece in words(phrase, setting):
        if rows[-1] and natural_width([*rows[-1], piece]) > 9.5 * setting.size:
            rows.append([])
        rows[-1].append(piece)
    pitch = 1.12 * setting.size
    x, y = middle
    across = 0.66 * max(natural_width(row) for row in rows) + 18
    down = 0.72 * pitch * len(rows) + 16
    sheet.ellipse((x - across, y - down, x + across, y + down), BLACK, 3, WHITE)
    sheet.tail([(x + 30, y + down - 6), (x + 80, y + down + 60), (x + 64, y + down - 14)], BLACK)
    paragraph = sheet.paragraph()
    top = y - pitch * len(rows) / 2 + 0.82 * setting.size
    for number, row in enumerate(rows):
        sheet.line(row, (x - natural_width(row) / 2, top + pitch * number), paragraph)


def form(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Draw a form: boxes, underlines, a table, check boxes, small and bold labels."""
    face = (ARIAL, INTER)[variant]
    rule: RGB = ((0, 0, 0), (70, 100, 150))[variant]
    label, entry = Setting(face, 15, _GREY), Setting(COURIER, 22, (20, 20, 90))
    bold = Setting(face, 18, BLACK, BOLD)
    labels, entries, choices = (sheet.paragraph() for _ in range(3))
    sheet.line(
        words("Application for a residence permit", Setting(face, 32, BLACK, BOLD)), (60, 90)
    )
    sheet.rule([(60, 110), (sheet.width - 60, 110)], rule, 3)
    sheet.line(words("1. Personal details", bold), (60, 150))
    for number, (name, value) in enumerate(texts.FIELDS):
        left, top = 60 + 400 * (number % 2), 170 + 76 * (number // 2)
        if variant == 0:
            sheet.frame((left, top, left + 380, top + 62), rule)
        else:
            sheet.rule([(left, top + 58), (left + 380, top + 58)], rule, 2)
        sheet.line(words(name, label), (left + 8, top + 20), labels)
        sheet.line(words(value, entry), (left + 10, top + 50), entries)
    sheet.line(words("2. Marital status", bold), (60, 520))
    chosen = chance.randrange(len(texts.CHOICES))
    for number, name in enumerate(texts.CHOICES):
        left = 60 + 190 * number
        sheet.frame((left, 540, left + 22, 562), rule, 2)
        if number == chosen:
            sheet.rule([(left + 4, 544), (left + 18, 558)], BLACK, 3)
            sheet.rule([(left + 18, 544), (left + 4, 558)], BLACK, 3)
        sheet.line(words(name, replace(label, size=19, color=BLACK)), (left + 34, 558), choices)
    sheet.line(words("3. Income of the last four months", bold), (60, 620))
    _table(sheet, Setting(face, 19), rule)
    small = replace(label, size=14, color=BLACK)
    text = " ".join(chance.sample(texts.SENTENCES, 3))
    sheet.flow(words(text, small), (60, sheet.width - 60), 920, 17)
    sheet.rule([(60, 1060), (360, 1060)], rule, 1)
    sheet.rule([(460, 1060), (sheet.width - 60, 1060)], rule, 1)
    sheet.line(words("Place, date", label), (60, 1078), labels)
    sheet.line(words("Signature of the applicant", label), (460, 1078), labels)


def _table(sheet: Sheet, setting: Setting, rule: RGB) -> None:
    paragraphs = sheet.paragraph(), sheet.paragraph()
    top, height, lefts = 640, 38, (60.0, 300.0, 440.0, 580.0, 840.0)
    for number in range(len(texts.TABLE) + 1):
        y = top + height * number
        sheet.rule([(lefts[0], y), (lefts[-1], y)], rule, 2 if number < 2 else 1)
    for x in lefts:
        sheet.rule([(x, top), (x, top + height * len(texts.TABLE))], rule)
    for number, row in enumerate(texts.TABLE):
        is_bold = number in (0, len(texts.TABLE) - 1)
        own = replace(setting, weight=BOLD) if is_bold else setting
        for column, text in enumerate(row):
            if text:
                x = lefts[column] + 10
                if column:
                    x = lefts[column + 1] - 10 - own.font.getlength(text)
                sheet.line(words(text, own), (x, top + height * number + 26), paragraphs[is_bold])


def poster(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set a poster: from huge to small, from thin to black, in colours."""
    accent: RGB = ((200, 30, 50), (0, 90, 120))[variant]
    face = (INTER, SOURCE)[variant]
    sheet.line(words("SUMMER", Setting(face, 170, accent, 900)), (50, 210))
    sheet.line(words("Night", Setting(face, 150, (30, 30, 40), 200)), (54, 350))
    sheet.line(words("Market", Setting(face, 150, (30, 30, 40), 800)), (290 + 60 * variant, 490))
    sheet.rule([(54, 530), (sheet.width - 54, 530)], accent, 6)
    sheet.line(words("Food, music and old books", Setting(face, 52, (70, 70, 90), 300)), (54, 610))
    sheet.plate((54, 650, 480, 750), accent)
    sheet.line(words("14 - 16 July", Setting(INTER, 58, WHITE, BOLD)), (76, 722))
    sheet.line(words("from 18:00 until late", Setting(INTER, 34, accent, 500)), (510, 714))
    sheet.ellipse((640, 780, 860, 1000), accent, 5, (255, 214, 80))
    sheet.line(words("FREE", Setting(INTER, 62, (60, 20, 20), 900)), (672, 912))
    text = " ".join(chance.sample(texts.SENTENCES, 2))
    sheet.flow(words(text, Setting(face, 27, (50, 50, 50))), (54, 600), 810, 36)
    if variant == 1:
        sheet.line([Piece("夏日夜市", Setting(GOTHIC, 84, accent))], (54, 1120))
    sheet.line(words("Old Quay, Pier 3", Setting(INTER, 40, BLACK, 700)), (470, 1090))
    thin = Setting(INTER, 19, (90, 90, 100), 300)
    sheet.line(words("In case of rain we move into the covered hall.", thin), (470, 1130))


def mixed(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set paragraphs with bold words in regular lines, and bold headings."""
    faces = ((TIMES, ARIAL), (SOURCE, INTER))[variant]
    y, size = 90.0, (22, 25)[variant]
    for number in range(6):
        setting = Setting(faces[number % 2], size)
        head = replace(setting, size=1.35 * size, weight=BOLD)
        title = " ".join(chance.choice(texts.SENTENCES).split()[:5]).strip(",.;")
        sheet.line(words(f"{number + 1}. {title}", head), (90, y))
        pieces = words(" ".join(chance.sample(texts.SENTENCES, 3)), setting)
        for at in chance.sample(range(len(pieces)), 7):
            pieces[at] = replace(pieces[at], setting=replace(setting, weight=BOLD))
        if number % 3 == 2:
            pieces = [replace(p, setting=replace(setting, weight=BOLD)) for p in pieces[:24]]
        y = sheet.flow(pieces, (90, sheet.width - 90), y + 1.7 * size, 1.28 * size) + 1.2 * size


def han(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set two columns of Song or Mincho below headings, and notes, in the sans face."""
    face, sentences = ((SONG, texts.CHINESE), (MINCHO, texts.JAPANESE))[variant]
    size = (22, 26)[variant]
    for column, title in enumerate(texts.HAN_HEADINGS[variant]):
        left, y = 80.0 + 420 * column, 110.0
        sheet.line([Piece(title, Setting(GOTHIC, 1.6 * size))], (left, y))
        y += 2.4 * size
        for number in range(3):
            setting = Setting(GOTHIC, 0.85 * size) if number == 2 else Setting(face, size)
            text = "".join(chance.sample(sentences, 4))
            y = _squares(sheet, text, setting, (left, y), 360.0) + 0.8 * size


def _squares(
    sheet: Sheet, text: str, setting: Setting, at: tuple[float, float], width: float
) -> float:
    """Set a paragraph of full squares in a column; return the next baseline."""
    count, pitch = int(width / setting.size), 1.55 * setting.size
    paragraph = sheet.paragraph()
    rows = [text[start : start + count] for start in range(0, len(text), count)]
    for number, row in enumerate(rows):
        sheet.line([Piece(row, setting)], (at[0], at[1] + number * pitch), paragraph)
    return at[1] + len(rows) * pitch


Painter = Callable[[Sheet, random.Random, int], None]

_PAGE = (900, 1200)

# Each kind: what sets it, on a page of which size, in which colour.
KINDS: dict[str, tuple[Painter, tuple[int, int], tuple[RGB, RGB]]] = {
    "book": (book, (940, 1300), (WHITE, (248, 243, 230))),
    "italic": (italic, (940, 1300), (WHITE, WHITE)),
    "mono": (mono, (860, 900), (WHITE, WHITE)),
    "dictionary": (dictionary, (860, 1100), (WHITE, (250, 248, 242))),
    "slides": (slides, (1280, 720), (WHITE, WHITE)),
    "terminal": (terminal, (860, 720), ((18, 20, 28), (40, 4, 36))),
    "comic": (comic, (960, 1240), (WHITE, WHITE)),
    "form": (form, (900, 1120), (WHITE, WHITE)),
    "poster": (poster, _PAGE, (WHITE, (252, 244, 226))),
    "mixed bold": (mixed, (940, 1260), (WHITE, WHITE)),
    "article": (article, (900, 1120), (WHITE, (24, 26, 30))),
    "plates": (plates, (940, 900), (WHITE, WHITE)),
    "han": (han, (900, 1260), (WHITE, (248, 243, 230))),
}


def draw(kind: str, variant: int) -> DrawnPage:
    """Draw one page; the same kind and variant give the same page."""
    paint, size, colors = KINDS[kind]
    is_tinted = colors[variant] != WHITE and kind != "terminal"
    sheet = Sheet(*size, colors[variant], 1.5 if is_tinted else 0.0)
    paint(sheet, random.Random(f"{kind} {variant}"), variant)
    return sheet.page(kind, variant)


def pages(kinds: Sequence[str] = tuple(KINDS)) -> Iterator[DrawnPage]:
    """Yield every page of the kinds."""
    prepare()
    for kind in kinds:
        for variant in range(VARIANTS):
            yield draw(kind, variant)


def main() -> None:
    """Write the pages into a folder, to be looked at."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages():
        page.picture.save(folder / f"{page.kind}-{page.variant}.png")


if __name__ == "__main__":
    main()
