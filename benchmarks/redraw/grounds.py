"""Pages whose words have colours and grounds of their own: an article, and plates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.redraw import texts
from benchmarks.redraw.faces import ARIAL, INTER, TIMES
from benchmarks.redraw.sheet import RGB, WHITE, Piece, Setting, Sheet, broken, natural_width, words
from picture.redraw import BOLD

_INK: tuple[RGB, RGB] = ((33, 37, 41), (222, 226, 230))
_LINK: tuple[RGB, RGB] = ((13, 90, 200), (110, 170, 255))
_PRICE: tuple[RGB, RGB] = ((200, 20, 30), (255, 120, 110))
_MARKER: tuple[RGB, RGB] = ((255, 238, 110), (110, 90, 0))
_BADGES: tuple[RGB, ...] = ((25, 135, 84), (220, 53, 69), (13, 110, 253), (255, 193, 7))

Plate = tuple[RGB, float, float]
"""Its colour, how far it reaches beside its words, in em, and the radius of its corners."""

# What a plate leaves free above and below its baseline, in em.
_ABOVE, _BELOW = 0.9, 0.32


def article(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set a web page: links in paragraphs, words under a marker, prices, badges, buttons."""
    face = (ARIAL, INTER)[variant]
    body = Setting(face, (20, 22)[variant], _INK[variant])
    sheet.line(words("News from the quay", replace(body, size=38, weight=BOLD)), (60, 80))
    y = 130.0
    for _ in range(3):
        pieces = words(" ".join(chance.sample(texts.SENTENCES, 3)), body)
        start, marked = chance.randint(2, 7), chance.randint(14, 20)
        for at in (*range(start, start + 3), len(pieces) - 5):
            pieces[at] = replace(pieces[at], setting=replace(body, color=_LINK[variant]))
        y = _flow(sheet, pieces, range(marked, marked + 2), y, _MARKER[variant]) + body.size
    for number, name in enumerate(texts.GOODS):
        amount = f"€ {chance.randint(3, 90)}.{chance.randint(10, 99)}"
        price = words(amount, replace(body, color=_PRICE[variant], weight=BOLD))
        _offer(sheet, words(name, body) + price, (60, y), number, body)
        y += 2 * body.size
    x = 60.0
    for number, text in enumerate(texts.BUTTONS):
        label = words(text, replace(body, color=WHITE))
        _plate(sheet, label, range(len(label)), (x, y + 20), (_BADGES[number], 0.5, 8))
        x = sheet.line(label, (x, y + 20)) + 60


def _flow(
    sheet: Sheet, pieces: Sequence[Piece], marked: range, baseline: float, color: RGB
) -> float:
    """Set a paragraph with some words under a marker; return the next baseline."""
    left, first, size = 60.0, 0, pieces[0].setting.size
    for row in broken(pieces, sheet.width - 2 * left, 0):
        own = range(max(0, marked.start - first), min(len(row), marked.stop - first))
        if own:
            _plate(sheet, row, own, (left, baseline), (color, 0.1, 0))
        sheet.line(row, (left, baseline))
        first, baseline = first + len(row), baseline + 1.5 * size
    return baseline


def _offer(
    sheet: Sheet,
    pieces: list[Piece],
    at: tuple[float, float],
    number: int,
    body: Setting,
) -> None:
    """Set a line with a badge at its end."""
    ink = (33, 37, 41) if number == len(_BADGES) - 1 else WHITE
    tag = words(texts.TAGS[number], replace(body, size=0.8 * body.size, color=ink, weight=BOLD))
    pieces = [*pieces, replace(tag[0], blanks=4), *tag[1:]]
    own = range(len(pieces) - len(tag), len(pieces))
    _plate(sheet, pieces, own, at, (_BADGES[number], 0.35, 6))
    sheet.line(pieces, at)


def _plate(
    sheet: Sheet,
    pieces: Sequence[Piece],
    own: range,
    at: tuple[float, float],
    plate: Plate,
) -> None:
    """Put a plate behind some pieces of a line."""
    color, aside, radius = plate
    size, end = pieces[own.start].setting.size, at[0] + natural_width(pieces[: own.stop])
    start = end - natural_width([*pieces[own.start : own.stop]])
    start, end = start - aside * size, end + aside * size
    sheet.plate((start, at[1] - _ABOVE * size, end, at[1] + _BELOW * size), color, radius, 1)


def plates(sheet: Sheet, chance: random.Random, variant: int) -> None:
    """Set lines on gradients that run across and down, on edges, on tight plates and pills."""
    face = (INTER, TIMES)[variant]
    steep: Sequence[tuple[RGB, RGB, RGB]] = (
        ((10, 30, 90), (230, 120, 160), WHITE),
        ((255, 250, 200), (240, 130, 60), (60, 20, 20)),
        ((0, 70, 60), (120, 210, 150), (250, 255, 240)),
    )
    y = 30
    for number, (first, last, ink) in enumerate(steep):
        box = (40, y, sheet.width - 40, y + 110)
        sheet.gradient(box, first, last, down=(number + variant) % 2 == 1)
        size = (54, 40, 26)[number]
        text = " ".join(chance.choice(texts.SENTENCES).split()[:4])
        sheet.line(words(text, Setting(face, size, ink, BOLD if number else 400)), (64, y + 74))
        y += 130
    pills = ((120, 40, 160), (255, 205, 60), (20, 120, 130), (230, 230, 235))
    inks: Sequence[RGB] = (WHITE, (40, 30, 0), (220, 255, 250), (150, 20, 40))
    for number, (fill, ink) in enumerate(zip(pills, inks, strict=True)):
        own = Setting(face, 30 - 4 * number, ink, BOLD)
        pieces = words(texts.BUTTONS[number % 3], own)
        end = 84 + natural_width(pieces)
        radius = 0.6 * own.size if number % 2 else 0
        sheet.plate((60, y, end, y + 1.2 * own.size), fill, radius, 1)
        sheet.line(pieces, (72, y + 0.93 * own.size))
        label = Setting(face, 24, (40, 40, 50))
        sheet.plate((460, y, 640 + 40 * number, y + 40), fill, 0, 1)
        sheet.line(words(texts.TAGS[number], replace(label, color=ink)), (474, y + 27))
        y += 62
    half = sheet.width // 2
    y += 20
    sheet.plate((half, y, sheet.width - 40, y + 70), (28, 32, 60))
    sheet.line(words("Dark on", Setting(face, 40, (28, 32, 60))), (half - 180, y + 48))
    sheet.line(words("Light on", Setting(face, 40, (240, 240, 255))), (half + 30, y + 48))
