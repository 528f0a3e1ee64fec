"""Draw the before-and-after strip of the README from a picture of your own."""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from benchmarks.redraw.pages import open_picture
from picture.reading import Engine
from picture.redraw import FONTS_FOLDER, Fonts, Style, redraw
from picture.settings import Settings

GAP = 12


def main() -> None:
    """Write the original, the redraw on white and the redraw on the original, side by side."""
    options = _options()
    settings, fonts = Settings(), Fonts(FONTS_FOLDER)
    engine = Engine(settings)
    engine.wait_until_ready()
    rows = []
    for path in options.pictures:
        picture = open_picture(path)
        page = engine.read(picture, 300)
        sure = settings.redraw_min_score
        styles = (Style(min_score=sure), Style(white_background=False, min_score=sure))
        rows.append([picture, *(redraw(picture, page, fonts, style) for style in styles)])
    sheet = _stack([_row(row, options.width) for row in rows])
    sheet.quantize(options.colors, dither=Image.Dither.NONE).save(options.out, optimize=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("docs/redraw.png"))
    parser.add_argument("--width", type=int, default=1200, help="of the strip, in pixels")
    parser.add_argument("--colors", type=int, default=255)
    return parser.parse_args()


def _row(pictures: list[Image.Image], width: int) -> Image.Image:
    each = (width - GAP * (len(pictures) - 1)) // len(pictures)
    height = round(each * pictures[0].height / pictures[0].width)
    row = Image.new("RGB", (width, height), "#d0d4da")
    for number, picture in enumerate(pictures):
        row.paste(
            picture.resize((each, height), Image.Resampling.LANCZOS), (number * (each + GAP), 0)
        )
    return row


def _stack(rows: list[Image.Image]) -> Image.Image:
    height = sum(row.height for row in rows) + GAP * (len(rows) - 1)
    sheet = Image.new("RGB", (rows[0].width, height), "#d0d4da")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height + GAP
    return sheet


if __name__ == "__main__":
    main()
