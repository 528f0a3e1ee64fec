"""Turn pictures and see whether they are read upright, and draw pages that must stay as they are.

python -m benchmarks.orientation.compare FOLDER [pictures] [drawn pages]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from picture.page import Page
from picture.reading import Engine
from picture.redraw import CJK, FONTS_FOLDER
from picture.settings import Settings

_MOST = 2000
_SECONDS = 300
_WORDS = (
    "EXIT SALE Room 101 No smoking Kitchen 24/7 OPEN 50% Wi-Fi Level 2 Toilets NOON SOS MOW H2O "
    "96 609 Pizza 8.88 Way out Danger Mind the gap Fire Lift XIX OHIO WOW pod dip bud nun"
)
_HAN = "春夏秋冬東西南北出口入口営業中本日休業火気厳禁駐車禁止受付案内会議室"
_LABELS = ("OK", "Cancel", "Save as", "Next", "Buy now", "SHOW", "ON", "NO", "Sign up", "Help")
_PLATES = ("navy", "seagreen", "firebrick", "dimgray")
_FACES = ("NotoSans.ttf", "NotoSerif.ttf", "NotoSansMono.ttf", "DejaVuSans.ttf")
_SIZES = ((640, 400), (400, 640), (300, 300), (1200, 200), (200, 900), (800, 800))


def letters(page: Page) -> Counter[str]:
    """Return the letters that were read, without spaces."""
    return Counter("".join(line.text for line in page.lines).replace(" ", ""))


def turned(engine: Engine, folder: Path, most: int) -> None:
    """Print how many letters of pictures are read once they are turned."""
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in (".jpg", ".png")]
    print("| turned by | upright again | letters kept | of letters |\n|---|---|---|---|")
    for degrees in (0, 90, 180, 270):
        righted = kept = total = count = 0
        for path in paths[:most]:
            picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
            picture.thumbnail((_MOST, _MOST))
            upright = letters(engine.read(picture, _SECONDS))
            page = engine.read(picture.rotate(degrees, expand=True), _SECONDS)
            count += 1
            righted += page.rotation == -degrees % 360
            kept += (letters(page) & upright).total()
            total += upright.total()
        share = kept / max(total, 1)
        print(f"| {degrees}° | {righted} of {count} | {share:.1%} | {total} |", flush=True)


def _font(size: int, name: str = "NotoSans.ttf") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS_FOLDER / name), size)


def _words(page: Image.Image, rng: random.Random, size: int) -> None:
    for row in range(rng.choice((1, 1, 2, 3))):
        text = " ".join(rng.sample(_WORDS.split(), rng.choice((1, 2, 3))))
        ImageDraw.Draw(page).text((20, 20 + 1.6 * size * row), text, "black", _font(size))


def _label(page: Image.Image, rng: random.Random, size: int) -> None:
    text = " ".join(rng.sample(_WORDS.split(), rng.choice((1, 2))))
    label = Image.new("RGB", (int(0.7 * size * len(text)) + 20, int(1.6 * size)), "white")
    ImageDraw.Draw(label).text((8, 4), text, "black", _font(size))
    page.paste(label.rotate(rng.choice((90, 270)), expand=True), (page.width // 2, 10))


def _both(page: Image.Image, rng: random.Random, size: int) -> None:
    _words(page, rng, size)
    _label(page, rng, size)


def _hanging(page: Image.Image, rng: random.Random, size: int) -> None:
    draw = ImageDraw.Draw(page)
    for column in range(rng.choice((1, 2, 3))):
        for row, letter in enumerate(rng.sample(_HAN, rng.choice((4, 6, 8)))):
            place = page.width - 60 - 1.8 * size * column, 10 + 1.08 * size * row
            draw.text(place, letter, "black", _font(size, f"{CJK}.ttc"))


def _lying(page: Image.Image, rng: random.Random, size: int) -> None:
    for row in range(rng.choice((1, 2))):
        text = "".join(rng.sample(_HAN, rng.choice((2, 4, 8))))
        place = 20, 20 + 1.8 * size * row
        ImageDraw.Draw(page).text(place, text, "black", _font(size, f"{CJK}.ttc"))


def _button(page: Image.Image, rng: random.Random, size: int) -> None:
    draw, font = ImageDraw.Draw(page), _font(size, rng.choice(_FACES))
    for row in range(rng.choice((1, 2, 3))):
        text, top = rng.choice(_LABELS), 20 + 2.2 * size * row
        plate = 20, top, 60 + font.getlength(text), top + 1.8 * size
        draw.rounded_rectangle(plate, size // 3, rng.choice(_PLATES))
        draw.text((40, top + 0.9 * size), text, "white", font, anchor="lm")


def _number(page: Image.Image, rng: random.Random, size: int) -> None:
    text = rng.choice((f"{rng.randrange(10**6)}", f"{rng.uniform(0, 999):.2f}", "24:00", "No. 6"))
    place = rng.randrange(10, 60), rng.randrange(10, page.height - 2 * size)
    ImageDraw.Draw(page).text(place, text, "black", _font(size, rng.choice(_FACES)))


def _word(page: Image.Image, rng: random.Random, size: int) -> None:
    text = "".join(rng.sample(_HAN, rng.choice((1, 2, 2, 3))))
    place = rng.randrange(10, 60), rng.randrange(10, page.height - 2 * size)
    ImageDraw.Draw(page).text(place, text, "black", _font(size, f"{CJK}.ttc"))


_KINDS: Mapping[str, Callable[[Image.Image, random.Random, int], None]] = {
    "a few words": _words,
    "a label that runs up or down": _label,
    "words and such a label": _both,
    "Chinese written downwards": _hanging,
    "Chinese in rows": _lying,
    "buttons": _button,
    "a number": _number,
    "a word of Chinese": _word,
}


def little(engine: Engine, count: int) -> None:
    """Print how many upright pages of little text are turned over, or have lines that are."""
    print("\n| little text, upright | turned over | with a line turned over |\n|---|---|---|")
    for kind, draw in _KINDS.items():
        pages = over = flipped = 0
        for seed in range(count // len(_KINDS)):
            rng = random.Random(f"{kind} {seed}")
            page = Image.new("RGB", rng.choice(_SIZES), "white")
            draw(page, rng, rng.choice((18, 28, 40, 60)))
            read = engine.read(page, _SECONDS)
            pages += 1
            over += read.rotation != 0
            flipped += any(line.flipped and not line.is_vertical for line in read.lines)
        print(f"| {kind} | {over} of {pages} | {flipped} of {pages} |", flush=True)


def main() -> None:
    """Print both tables."""
    folder, pictures, drawn = (*sys.argv[1:], *("", "12", "200")[len(sys.argv) - 1 :])
    engine = Engine(Settings.from_environment())
    engine.wait_until_ready()
    turned(engine, Path(folder), int(pictures))
    little(engine, int(drawn))
    engine.close()


if __name__ == "__main__":
    main()
