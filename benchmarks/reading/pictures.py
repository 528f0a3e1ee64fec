"""Pictures by kind, drawn or out of published packages, each with what is written on it."""

from __future__ import annotations

import functools
import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.reading.texts import paragraphs
from picture.redraw import CJK, FONTS_FOLDER, Fonts
from picture.wheels import Member, Wheelhouse

Pixels = NDArray[np.uint8]
Gray = NDArray[np.float32]

LATIN = {
    "eng": "NotoSans", "deu_1996": "NotoSerif", "fra": "NotoSans", "spa": "NotoSerif",
    "pol": "NotoSans", "ces": "NotoSerif", "tur": "NotoSans",
}  # fmt: skip
HAN = {"cmn_hans": CJK, "cmn_hant": CJK, "jpn": CJK}
SCRIPTS = {
    "vie": "NotoSans", "ell_monotonic": "NotoSerif", "rus": "NotoSans", "ukr": "NotoSerif",
    "bul": "NotoSans", "arb": "NotoSansArabic", "pes_1": "NotoSansArabic",
    "heb": "NotoSansHebrew", "hin": "NotoSansDevanagari", "ben": "NotoSansBengali",
    "tam": "NotoSansTamil", "tel": "NotoSansTelugu", "tha": "NotoSansThai", "kor": CJK,
    "kat": "NotoSansGeorgian", "hye": "NotoSansArmenian",
}  # fmt: skip
"""Languages by their codes in the package, with the font that they are drawn in."""

_SIGNS = (
    "EXIT SALE Room 101 No smoking Kitchen 24/7 OPEN 50% Wi-Fi Level 2 Toilets NOON SOS MOW H2O "
    "96 609 Pizza 8.88 Way out Danger Mind the gap Fire Lift XIX OHIO WOW pod dip bud nun"
)
_WORDS = _SIGNS.split()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture of a kind, and its text: nothing where there is none."""

    kind: str
    name: str
    picture: Image.Image
    text: str


@functools.cache
def _fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return _fonts().font(name, size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return lines no wider than so many pixels, broken where a space is or any sign may end."""
    parts = text.split(" ") if " " in text else list(text)
    space = " " if " " in text else ""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}{space}{part}" if lines[-1] else part
        if font.getlength(longer) > width and lines[-1]:
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def page(
    code: str, face: str, size: int, rows: int = 14, width: int = 640, start: int = 0
) -> tuple[Image.Image, str]:
    """Draw lines of the declaration, and return them with the picture.

    Signs that the face lacks are left out: nobody is to read an empty box as a comma.
    """
    font = _font(face, size)
    text = [_drawn(part, face) for part in paragraphs(code)[start:]]
    lines = [line for part in text for line in _wrapped(part, font, width)][:rows]
    is_left = code in ("arb", "pes_1", "heb")
    sheet = Image.new("RGB", (width + 120, round(1.7 * size * rows) + 120), "white")
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        x = 60 + width - font.getlength(line) if is_left else 60
        pen.text((x, 60 + 1.7 * size * row), line, (20, 20, 20), font)
    return sheet, "\n".join(lines)


def _drawn(text: str, face: str) -> str:
    return "".join(char for char in text if char == " " or _fonts().draws(char, face))


def _pages(faces: Mapping[str, str], sizes: Sequence[int], kind: str) -> Iterator[Sheet]:
    for code, face in faces.items():
        for size in sizes:
            picture, text = page(code, face, size, width=44 * size if size < 40 else 1600)
            yield Sheet(kind or code, f"{code}-{size}", picture, text)


def _turned() -> Iterator[Sheet]:
    for code, face in {**LATIN, **HAN}.items():
        for degrees in (90, 180, 270):
            picture, text = page(code, face, 22, rows=12)
            turned = picture.rotate(degrees, expand=True)
            yield Sheet("turned", f"{code}-{degrees}", turned, text)


def _turned_lines() -> Iterator[Sheet]:
    for seed in range(12):
        rng = random.Random(seed)
        text = " ".join(rng.sample(paragraphs("eng")[seed].split(), 4))
        font = _font("NotoSans", 28)
        line = Image.new("RGB", (round(font.getlength(text)) + 30, 60), "white")
        ImageDraw.Draw(line).text((15, 8), text, "black", font)
        yield Sheet("a line on its head", f"{seed}", line.rotate(180), text)


def _tiny() -> Iterator[Sheet]:
    """Crops of a word or two, as tables and forms give them."""
    for seed in range(40):
        rng = random.Random(f"tiny {seed}")
        size = rng.choice((11, 12, 14, 16, 20))
        text = rng.choice((rng.choice(_WORDS), f"{rng.uniform(1, 200):.2f}", "12F", "1555", "A3"))
        font = _font(rng.choice(("NotoSans", "NotoSerif", "NotoSansMono")), size)
        box = round(font.getlength(text)) + rng.choice((4, 8)), round(1.4 * size)
        crop = Image.new("RGB", box, "white")
        ImageDraw.Draw(crop).text((box[0] / 2, box[1] / 2), text, "black", font, anchor="mm")
        yield Sheet("tiny crops", f"{seed}", crop, text)


def _huge() -> Iterator[Sheet]:
    for seed, word in enumerate(("TEST", "SALE", "Exit", "2026", "禁煙", "No. 7", "OPEN", "出口")):
        font = _font(CJK if not word.isascii() else "NotoSans", 190 + 60 * (seed % 5))
        size = round(font.getlength(word)) + 80, round(1.5 * font.size)
        sheet = Image.new("RGB", size, "white")
        pen = ImageDraw.Draw(sheet)
        pen.text((size[0] / 2, size[1] / 2), word, (10, 10, 60), font, anchor="mm")
        yield Sheet("huge", word, sheet, word)


def _fax() -> Iterator[Sheet]:
    for code in ("eng", "deu_1996", "fra"):
        for size in (20, 26):
            picture, text = page(code, LATIN[code], size, width=1100)
            narrow = picture.resize((picture.width * 3 // 4, picture.height * 3 // 8))
            noise = np.random.default_rng(size).normal(0, 30, (narrow.height, narrow.width))
            gray = np.asarray(narrow.convert("L"), np.float32) + noise
            bits = Image.fromarray(np.where(gray > 150, 255, 0).astype(np.uint8))
            yield Sheet("fax", f"{code}-{size}", bits.resize(picture.size, 0).convert("RGB"), text)


def _faint() -> Iterator[Sheet]:
    for code in ("eng", "fra", "cmn_hans"):
        picture, text = page(code, {**LATIN, **HAN}[code], 20)
        faint = 225 + np.asarray(picture, np.float32) * 30 / 255
        noise = np.random.default_rng(1).normal(0, 2, faint.shape)
        drawn = Image.fromarray(np.clip(faint + noise, 0, 255).astype(np.uint8))
        yield Sheet("faint", code, drawn, text)


def _curved() -> Iterator[Sheet]:
    """Lines along an arc, as on a bottle or a stamp."""
    for seed in range(8):
        rng = random.Random(f"curved {seed}")
        text = " ".join(paragraphs("eng")[seed].split()[: rng.choice((4, 6))])
        font = _font("NotoSans", 40)
        length = font.getlength(text)
        strip = Image.new("RGB", (round(length) + 40, 80), "white")
        ImageDraw.Draw(strip).text((20, 10), text, "black", font)
        bend = rng.choice((0.6, 1.0, 1.6, 2.4))
        yield Sheet("curved", f"{seed}-{bend}", _bent(strip, bend), text)


def _bent(strip: Image.Image, angle: float) -> Image.Image:
    """Return a strip laid along an arc of so many radians."""
    width, height = strip.size
    radius = width / angle
    side = round(2 * (radius + height) * min(1.0, np.sin(min(angle, 3.1) / 2))) + 80
    depth = round(radius + height - (radius - height / 2) * np.cos(angle / 2)) + 80
    y, x = np.mgrid[0:depth, 0:side].astype(np.float32)
    dx, dy = x - side / 2, (radius + height / 2 + 40) - y
    along = np.arctan2(dx, dy) / angle * width + width / 2
    across = (radius + height / 2) - np.hypot(dx, dy)
    source = np.asarray(strip)
    bent = cv2.remap(
        source,
        along.astype(np.float32),
        across.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return Image.fromarray(np.asarray(bent, np.uint8))


def _vertical() -> Iterator[Sheet]:
    for seed in range(6):
        text = [part for part in paragraphs("jpn") if len(part) > 60][seed]
        columns = [text[at : at + 18] for at in range(0, min(len(text), 54), 18)]
        sheet = Image.new("RGB", (60 * len(columns) + 80, 18 * 40 + 80), "white")
        pen = ImageDraw.Draw(sheet)
        for number, column in enumerate(columns):
            x = sheet.width - 60 * (number + 1)
            font = _font(CJK, 36)
            pen.text((x, 40), column, "black", font, direction="ttb", language="ja")
        yield Sheet("vertical", f"{seed}", sheet, "\n".join(columns))


def _little() -> Iterator[Sheet]:
    """Upright pages of little text, which must stay as they are."""
    for seed in range(24):
        rng = random.Random(f"little {seed}")
        size = rng.choice((18, 28, 40, 60))
        box = rng.choice(((640, 400), (400, 640), (300, 300), (1200, 200), (800, 800)))
        sheet = Image.new("RGB", box, "white")
        lines: list[str] = []
        for row in range(rng.choice((1, 1, 2, 3))):
            font = _font("NotoSans", size)
            words = rng.sample(_WORDS, rng.choice((1, 2, 3)))
            line = " ".join(words)
            while font.getlength(line) > box[0] - 30 and len(words) > 1:
                words.pop()
                line = " ".join(words)
            if font.getlength(line) > box[0] - 30 or 20 + 1.6 * size * (row + 1) > box[1]:
                continue
            ImageDraw.Draw(sheet).text((20, 20 + 1.6 * size * row), line, "black", font)
            lines.append(line)
        yield Sheet("little text", f"{seed}", sheet, "\n".join(lines))


def _noise(seed: int, coarse: float) -> Gray:
    grain = np.random.default_rng(seed).normal(0, 1, (600, 800)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(grain, (0, 0), coarse), np.float32)
    low, high = float(smooth.min()), float(smooth.max())
    return (smooth - low) / (high - low)


def _drawn_textless() -> Iterator[tuple[str, Pixels | Image.Image]]:
    y, x = np.mgrid[0:600, 0:800].astype(np.float32)
    for coarse in (0.8, 3, 12, 50):
        yield f"noise-{coarse}", (255 * _noise(1, coarse)).astype(np.uint8)
    waves = np.sin(x / 9 + 4 * _noise(2, 20)) * np.sin(y / 11)
    yield "fabric", (127 + 90 * waves).astype(np.uint8)
    yield "wood", (140 + 60 * np.sin(y / 6 + 14 * _noise(3, 30))).astype(np.uint8)
    yield "stripes", (255 * ((x // 14) % 2)).astype(np.uint8)
    yield "checks", (255 * (((x // 40) + (y // 40)) % 2)).astype(np.uint8)
    yield "gradient", (x / 800 * 255).astype(np.uint8)
    yield (
        "halftone",
        (255 * (np.hypot(x % 12 - 6, y % 12 - 6) < 6 * _noise(4, 40))).astype(np.uint8),
    )
    for name, draw in _SHAPES.items():
        sheet = Image.new("RGB", (800, 600), "white")
        draw(ImageDraw.Draw(sheet), random.Random(name))
        yield name, sheet
    yield "icons", _icons()


def _bars(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for column in range(14):
        height = rng.randrange(60, 480)
        pen.rectangle((40 + 52 * column, 560 - height, 76 + 52 * column, 560), rng.choice(_INKS))


def _curve(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.line((40, 20, 40, 560, 780, 560), "black", 2)
    for ink in _INKS[:3]:
        level, points = 300.0, []
        for step in range(74):
            level = min(max(level + rng.uniform(-30, 30), 40), 540)
            points.append((40 + 10 * step, level))
        pen.line(points, ink, 3)


def _pie(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    start = 0
    for ink in _INKS:
        end = start + rng.randrange(30, 90)
        pen.pieslice((160, 60, 640, 540), start, end, ink)
        start = end


def _barcode(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    left = 60
    while left < 740:
        wide = rng.choice((3, 3, 6, 9))
        pen.rectangle((left, 180, left + wide, 420), "black")
        left += wide + rng.choice((3, 3, 6, 9))


def _squares(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for row in range(29):
        for column in range(29):
            if rng.random() < 0.5:
                left, top = 180 + 15 * column, 80 + 15 * row
                pen.rectangle((left, top, left + 14, top + 14), "black")


def _polygons(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for _ in range(60):
        x, y = rng.randrange(800), rng.randrange(600)
        points = [(x + rng.randrange(-60, 60), y + rng.randrange(-60, 60)) for _ in range(5)]
        pen.polygon(points, rng.choice(_INKS))


def _bricks(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for row in range(16):
        for column in range(-1, 10):
            left, red = 90 * column + 45 * (row % 2), rng.randrange(120, 190)
            pen.rectangle((left, 38 * row, left + 84, 38 * row + 32), (red, 70, 50))


def _city(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 0, 800, 600), (120, 160, 210))
    for left in range(0, 800, 80):
        top = rng.randrange(120, 420)
        pen.rectangle((left, top, left + 70, 600), (60, 60, 80))
        for y in range(top + 12, 590, 26):
            for x in range(left + 10, left + 60, 18):
                pen.rectangle((x, y, x + 8, y + 12), rng.choice(((240, 220, 120), (40, 40, 60))))


def _maze(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for row in range(30):
        for column in range(40):
            x, y = 20 * column, 20 * row
            ends = rng.choice(((x, y, x + 20, y + 20), (x + 20, y, x, y + 20)))
            pen.line(ends, "black", 3)


def _stars(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 0, 800, 600), (8, 10, 30))
    for _ in range(300):
        x, y, r = rng.randrange(800), rng.randrange(600), rng.choice((1, 1, 1, 2, 3))
        pen.ellipse((x - r, y - r, x + r, y + r), "white")


def _map(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 0, 800, 600), (238, 234, 220))
    for _ in range(26):
        ends = tuple(rng.randrange(0, 800) for _ in range(4))
        pen.line(ends, rng.choice(("white", (250, 210, 120))), rng.choice((5, 9, 14)))


_INKS = ("#2f6f9f", "#d1603d", "#59a14f", "#e0b03a", "#7a5195", "#444444")
_SHAPES: Mapping[str, Callable[[ImageDraw.ImageDraw, random.Random], None]] = {
    "bars": _bars, "curves": _curve, "pie": _pie, "barcode": _barcode, "squares": _squares,
    "polygons": _polygons, "bricks": _bricks, "city": _city, "maze": _maze, "stars": _stars,
    "map": _map,
}  # fmt: skip


def _icons() -> Image.Image:
    """Draw a screen of icons: pictograms that are no letters."""
    sheet = Image.new("RGB", (800, 600), (236, 238, 242))
    pen, signs = ImageDraw.Draw(sheet), "🏠🔍📷🎵🛒📁🔔🔒🌍🎁💡🗑"
    for number, sign in enumerate(signs):
        x, y = 80 + 180 * (number % 4), 60 + 180 * (number // 4)
        pen.rounded_rectangle((x, y, x + 110, y + 110), 24, _INKS[number % len(_INKS)])
        pen.text((x + 55, y + 55), sign, "white", _font("NotoEmoji", 64), anchor="mm")
    return sheet


# Photographs without text that come with scikit-image (BSD).
_PHOTOS = {
    "brick.png": "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf",
    "camera.png": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "cell.png": "8d23a7fb81f7cc877cd09f330357fc7f595651306e84e17252f6e0a1b3f61515",
    "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "grass.png": "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89",
    "gravel.png": "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12",
    "horse.png": "c7fb60789fe394c485f842291ea3b21e50d140f39d6dcb5fb9917cc178225455",
    "hubble_deep_field.jpg": "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4",
    "ihc.png": "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef",
    "moon.png": "78739619d11f7eb9c165bb5d2efd4772cee557812ec847532dbb1d92ef71f577",
    "retina.jpg": "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6",
}


def _photos() -> Iterator[tuple[str, Image.Image]]:
    """Yield photographs without text out of published packages."""
    with Wheelhouse() as wheelhouse:
        for name, sha256 in _PHOTOS.items():
            member = Member("scikit-image", "0.25.2", f"skimage/data/{name}", sha256)
            yield name, Image.open(io.BytesIO(wheelhouse.read([member]))).convert("RGB")


def _textless() -> Iterator[Sheet]:
    for name, drawn in _drawn_textless():
        picture = drawn if isinstance(drawn, Image.Image) else Image.fromarray(drawn)
        yield Sheet("without text", name, picture.convert("RGB"), "")
    for name, picture in _photos():
        yield Sheet("without text", name, picture, "")


def _soft() -> Iterator[Sheet]:
    for code in ("eng", "fra", "cmn_hans"):
        picture, text = page(code, {**LATIN, **HAN}[code], 24)
        yield Sheet("blurred", code, picture.filter(ImageFilter.GaussianBlur(2)), text)


KINDS: Mapping[str, Callable[[], Iterator[Sheet]]] = {
    "Latin": lambda: _pages(LATIN, (14, 24), "Latin"),
    "Chinese and Japanese": lambda: _pages(HAN, (14, 24), "Chinese and Japanese"),
    "72 dpi": lambda: _pages({**LATIN, **HAN}, (9, 11), "72 dpi"),
    "turned": _turned,
    "a line on its head": _turned_lines,
    "little text": _little,
    "tiny crops": _tiny,
    "huge": _huge,
    "fax": _fax,
    "faint": _faint,
    "blurred": _soft,
    "curved": _curved,
    "vertical": _vertical,
    "scripts": lambda: _pages(SCRIPTS, (14, 24), ""),
    "without text": _textless,
}
"""What draws the pictures of each kind; of `scripts` each language is a kind of its own."""
