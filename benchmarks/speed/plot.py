"""Draw the results as bars: how long a picture takes and how many words are right."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from picture.redraw import BOLD, FONTS_FOLDER, REGULAR, SANS, Fonts

# Lengths are in pixels of a picture 800 wide; it is drawn larger and scaled down.
WIDTH, MARGIN, TOP, ROW, BAR = 800, 28, 104, 34, 18
LABELS, TIMES, WORDS = 28, 246, 616
TIMES_LENGTH, WORDS_LENGTH = 280, 108
DRAWN, KEPT = 4, 2

PAPER, INK, MUTED, TRACK = "#ffffff", "#1b1f24", "#626b76", "#eef0f3"
OURS, PEERS = "#1a66d6", "#aab4c0"


@dataclass(frozen=True, slots=True)
class Row:
    """One engine's bars."""

    label: str
    is_ours: bool
    milliseconds: float
    f1: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What is plotted, and how it was measured in a few words."""

    caption: str
    rows: Sequence[Row]

    def save(self, path: Path) -> None:
        """Write the numbers as JSON, to draw them again."""
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Chart:
        """Read what save() wrote."""
        saved = json.loads(path.read_text(encoding="utf-8"))
        return cls(saved["caption"], [Row(**row) for row in saved["rows"]])

    def draw(self, path: Path) -> None:
        """Write the picture, the fastest engine on top."""
        rows = sorted(self.rows, key=lambda row: row.milliseconds)
        height = TOP + ROW * len(rows) + MARGIN - 8
        pen = _Pen(height)
        self._draw_head(pen)
        longest = max(row.milliseconds for row in rows)
        for number, row in enumerate(rows):
            _draw_row(pen, row, TOP + ROW * number, row.milliseconds / longest)
        pen.sheet.resize((KEPT * WIDTH, KEPT * height), Image.Resampling.LANCZOS).save(
            path, optimize=True
        )

    def _draw_head(self, pen: _Pen) -> None:
        pen.write("Reading a receipt", (LABELS, 36), 22, INK, BOLD)
        pen.write(self.caption, (LABELS, 60), 13, MUTED)
        pen.write("milliseconds, mean (shorter is faster)", (TIMES, 90), 13, INK, BOLD)
        pen.write("word F1 (longer is better)", (WORDS, 90), 13, INK, BOLD)


class _Pen:
    """Draws in the chart's own pixels."""

    def __init__(self, height: int) -> None:
        self.sheet = Image.new("RGB", (DRAWN * WIDTH, DRAWN * height), PAPER)
        self._draw = ImageDraw.Draw(self.sheet)
        self._fonts = Fonts(FONTS_FOLDER)

    def write(
        self, text: str, at: tuple[float, float], size: int, color: str, weight: int = REGULAR
    ) -> None:
        """Write a line whose baseline starts at a point."""
        font: ImageFont.FreeTypeFont = self._fonts.font(SANS, DRAWN * size, weight)
        self._draw.text((DRAWN * at[0], DRAWN * at[1]), text, color, font, "ls")

    def bar(self, left: float, top: float, length: float, color: str) -> None:
        """Draw a bar from left to right."""
        box = (left, top, left + max(length, 2), top + BAR)
        self._draw.rounded_rectangle([DRAWN * edge for edge in box], 3 * DRAWN, color)


def _draw_row(pen: _Pen, row: Row, top: float, share: float) -> None:
    weight, color = (BOLD, OURS) if row.is_ours else (REGULAR, PEERS)
    baseline, inset = top + 22, top + (ROW - BAR) / 2
    pen.write(row.label, (LABELS, baseline), 14, INK, weight)
    pen.bar(TIMES, inset, share * TIMES_LENGTH, color)
    end = TIMES + share * TIMES_LENGTH
    pen.write(f"{row.milliseconds:,.0f}", (end + 8, baseline), 14, INK, weight)
    pen.bar(WORDS, inset, WORDS_LENGTH, TRACK)
    pen.bar(WORDS, inset, row.f1 * WORDS_LENGTH, color)
    pen.write(f"{row.f1:.3f}", (WORDS + WORDS_LENGTH + 8, baseline), 14, INK, weight)


def main() -> None:
    """Draw a chart that the comparison saved."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("saved", type=Path, help="chart.json in the comparison's work folder")
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    Chart.load(options.saved).draw(options.picture)


if __name__ == "__main__":
    main()
