"""Redraw the pages of thirteen kinds, and measure each redraw against what was truly drawn."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import combinations, groupby
from pathlib import Path
from statistics import fmean
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.redraw.kinds import KINDS, pages
from benchmarks.redraw.scores import Share, characters_missed, overlap, png
from benchmarks.redraw.sheet import FROM_BOLD, SEEN, DrawnPage, Mask, TrueLine, TrueWord
from benchmarks.results import put_into
from picture.page import Line, Page, Quad, Word
from picture.reading import Engine
from picture.redraw import (
    CJK,
    FONTS_FOLDER,
    ITALICS,
    SANS,
    SERIF,
    Fonts,
    Plan,
    Style,
    erase_text,
    line_mask,
    outline_length,
    plan_page,
    redraw,
)
from picture.settings import Settings

README = Path(__file__).parent / "README.md"
SECTION = "ten drawn kinds"

# What a detector's box leaves free around the ink, in heights of the ink.
_ABOVE, _BESIDE = 0.3, 0.22

_GAP = 12


@dataclass
class F1:
    """Words found, words read and words that are truly there."""

    found: int = 0
    read: int = 0
    true: int = 0

    def __str__(self) -> str:
        return f"{2 * self.found / (self.read + self.true):.3f}" if self.true else "-"


@dataclass
class Mean:
    """A mean over lines."""

    values: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{fmean(self.values):.3f}" if self.values else "-"


@dataclass
class Score:
    """What the redraws of some pages came to."""

    drawn: Share = field(default_factory=Share)
    overlaps: int = 0
    overlap_pixels: int = 0
    height: Share = field(default_factory=Share)
    stroke: Share = field(default_factory=Share)
    family: Share = field(default_factory=Share)
    italic: Share = field(default_factory=Share)
    upright: Share = field(default_factory=Share)
    stressed: Share = field(default_factory=Share)
    unstressed: Share = field(default_factory=Share)
    bold: Share = field(default_factory=Share)
    regular: Share = field(default_factory=Share)
    standing_out: Share = field(default_factory=Share)
    colors: Share = field(default_factory=Share)
    hues: Share = field(default_factory=Share)
    grounds: Share = field(default_factory=Share)
    siblings: Share = field(default_factory=Share)
    alike: Share = field(default_factory=Share)
    graphics: Share = field(default_factory=Share)
    old_ink: Share = field(default_factory=Share)
    likeness: Mean = field(default_factory=Mean)
    likeness_white: Mean = field(default_factory=Mean)
    iou: Mean = field(default_factory=Mean)
    missed_before: Share = field(default_factory=Share)
    missed: Share = field(default_factory=Share)
    words_before: F1 = field(default_factory=F1)
    words: F1 = field(default_factory=F1)

    def add(self, other: Score) -> None:
        """Add what other pages came to."""
        for each in fields(self):
            own, more = getattr(self, each.name), getattr(other, each.name)
            if isinstance(own, Share):
                own.add(more.part, more.whole)
            elif isinstance(own, Mean):
                own.values += more.values
            elif isinstance(own, F1):
                own.found, own.read = own.found + more.found, own.read + more.read
                own.true += more.true
            else:
                setattr(self, each.name, own + more)


ROWS: tuple[tuple[str, str, Callable[[Score], object]], ...] = (
    ("lines drawn", "100 %", lambda s: s.drawn),
    ("pairs of lines that meet, but truly do not", "0", lambda s: s.overlaps),
    ("pixels where they meet", "0", lambda s: s.overlap_pixels),
    ("ink as high as the true, to 10 %", "95 %", lambda s: s.height),
    ("strokes as wide as the true, to 25 %", "85 %", lambda s: s.stroke),
    ("family right", "90 %", lambda s: s.family),
    ("italic lines drawn italic", "90 %", lambda s: s.italic),
    ("upright lines drawn upright", "99 %", lambda s: s.upright),
    ("italic words in upright lines drawn italic", "", lambda s: s.stressed),
    ("upright words in them drawn upright", "99.5 %", lambda s: s.unstressed),
    ("bold lines drawn bold", "90 %", lambda s: s.bold),
    ("regular lines drawn regular", "99 %", lambda s: s.regular),
    ("lines whose bold words stand out", "90 %", lambda s: s.standing_out),
    ("words in their colour, to 32 of 255", "90 %", lambda s: s.colors),
    ("words in their colour, to 10 in CIELAB", "95 %", lambda s: s.hues),
    ("erased words on their ground, to 5 in CIELAB", "95 %", lambda s: s.grounds),
    ("paragraphs in one size, to 3 %", "100 %", lambda s: s.siblings),
    ("lines in their paragraph's usual size, to 3 %", "100 %", lambda s: s.alike),
    ("graphics changed", "< 0.1 %", lambda s: s.graphics),
    ("lines whose old ink shows after erasing", "< 0.5 %", lambda s: s.old_ink),
    ("SSIM in boxes, on the original", "", lambda s: s.likeness),
    ("SSIM in boxes, on white", "", lambda s: s.likeness_white),
    ("ink IoU by pixel", "", lambda s: s.iou),
)
REREAD: tuple[tuple[str, str, Callable[[Score], object]], ...] = (
    ("Tesseract: characters missed, original", "", lambda s: s.missed_before),
    ("Tesseract: characters missed, redraw", "≤ original", lambda s: s.missed),
    ("Tesseract: word F1, original", "", lambda s: s.words_before),
    ("Tesseract: word F1, redraw", "≥ original", lambda s: s.words),
)


class Placed(Protocol):
    """A mask and where it lies on the page."""

    @property
    def left(self) -> int: ...
    @property
    def top(self) -> int: ...
    @property
    def mask(self) -> Mask: ...


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A true line as it was redrawn: by which plans, and their ink together."""

    plans: tuple[Plan, ...]
    left: int
    top: int
    mask: Mask

    @property
    def plan(self) -> Plan:
        """Return the plan that draws most of the line."""
        return max(self.plans, key=lambda plan: len(plan.text))

    @property
    def region(self) -> tuple[slice, slice]:
        """Return the rows and columns of the page that the mask covers."""
        height, width = self.mask.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def main() -> None:
    """Measure the kinds asked for; put the tables of a whole run into the README."""
    options = _options()
    cv2.setNumThreads(1)
    fonts = Fonts(FONTS_FOLDER)
    kinds = options.kind or list(KINDS)
    parts = ["Given the true text, in boxes as loose as a detector's:", ""]
    parts += table(_measured(kinds, fonts, _given, options), with_rereading=not options.fast)
    if not options.fast:
        engine = Engine(Settings())
        engine.wait_until_ready()

        def read(page: DrawnPage) -> Page:
            return sure(engine.read(page.picture, 300))

        parts += ["", "Given what the engine reads:", ""]
        parts += table(_measured(kinds, fonts, read, options), with_rereading=True)
    report = "\n".join(parts)
    print(report)
    if not options.fast and not options.kind:
        put_into(README, report, SECTION)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only this kind")
    parser.add_argument(
        "--fast", action="store_true", help="neither what the engine reads nor Tesseract"
    )
    parser.add_argument("--out", type=Path, help="a folder for the redraws, side by side")
    return parser.parse_args()


Reader = Callable[[DrawnPage], Page]


def _measured(
    kinds: Sequence[str], fonts: Fonts, reader: Reader, options: argparse.Namespace
) -> dict[str, Score]:
    scores = {kind: Score() for kind in kinds}
    for page in pages(kinds):
        read = reader(page)
        score = measure(page, read, fonts)
        if not options.fast:
            score.missed_before, score.words_before = reread(page, page.picture)
            score.missed, score.words = reread(page, redraw(page.picture, read, fonts, Style()))
        if options.out:
            white = redraw(page.picture, read, fonts, Style())
            name = f"{page.kind}-{page.variant}{'' if reader is _given else '-read'}.png"
            own = redraw(page.picture, read, fonts, Style(white_background=False))
            _save(options.out / name, [page.picture, white, own])
        scores[page.kind].add(score)
    return scores


def sure(read: Page) -> Page:
    """Return a page without the lines that the service leaves as the picture shows them."""
    least = Settings().redraw_min_score
    return replace(read, lines=tuple(line for line in read.lines if line.score >= least))


def _save(target: Path, pictures: Sequence[Image.Image]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    width, height = pictures[0].size
    row = Image.new("RGB", (len(pictures) * (width + _GAP) - _GAP, height), "#8090a0")
    for number, picture in enumerate(pictures):
        row.paste(picture, (number * (width + _GAP), 0))
    row.save(target)


def _given(page: DrawnPage) -> Page:
    """Return the true lines, read surely, in boxes as loose as a detector's."""
    return Page(*page.picture.size, tuple(map(_loose, page.lines)))


def _loose(line: TrueLine) -> Line:
    left, top, right, bottom = line.bounds
    # A detector's box is never as flat as a row of dashes.
    height = max(bottom - top, line.x_height)
    down, across = _ABOVE * height, _BESIDE * height
    box = _quad(left - across, top - down, right + across, bottom + down)
    return Line(line.text, 1.0, box, words=tuple(_words(line)))


def _words(line: TrueLine) -> Iterator[Word]:
    """Yield the words of a line, those in several settings put together."""
    rest = list(line.words)
    for text in line.text.split():
        parts: list[TrueWord] = []
        while "".join(part.text for part in parts) != text:
            parts.append(rest.pop(0))
        boxes = np.array([part.bounds for part in parts], float)
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        yield Word(text, 1.0, _quad(left, top, right, bottom))


def _quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def measure(page: DrawnPage, read: Page, fonts: Fonts) -> Score:
    """Return how the redraw of what was read compares with what was drawn."""
    pixels = np.asarray(page.picture)
    plans = plan_page(pixels, read, fonts)
    drawn = _by_line(page, read, plans, fonts)
    score = Score()
    for line, other in zip(page.lines, drawn, strict=True):
        _add_line(score, line, other)
    _add_overlaps(score, page.lines, drawn)
    _add_siblings(score, page.lines, drawn)
    _add_old_ink(score, page, [plan for plan in plans if plan is not None])
    own = np.asarray(redraw(page.picture, read, fonts, Style(white_background=False)))
    _add_graphics(score, page, drawn, own)
    for line, other in zip(page.lines, drawn, strict=True):
        if other is not None:
            _add_words(score, line, other, own)
    score.likeness.values += _likenesses(page, own, page.lines)
    white = np.asarray(redraw(page.picture, read, fonts, Style()))
    ground = np.asarray(page.ground).min(axis=2)
    on_white = [line for line in page.lines if ground[line.region].min() > 250]
    score.likeness_white.values += _likenesses(page, white, on_white)
    return score


def _by_line(
    page: DrawnPage, read: Page, plans: Sequence[Plan | None], fonts: Fonts
) -> list[Drawn | None]:
    """Return what was drawn of each true line; what was read counts where it lies the most."""
    groups: list[list[Plan]] = [[] for _ in page.lines]
    boxes = [line.bounds for line in page.lines]
    for line, plan in zip(read.lines, plans, strict=True):
        corners = np.array(line.box)
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        shares = [overlap(box, (left, top, right, bottom)) for box in boxes]
        if plan is not None and max(shares, default=0) > 0:
            groups[int(np.argmax(shares))].append(plan)
    return [_drawn(group, fonts) if group else None for group in groups]


def _drawn(plans: Sequence[Plan], fonts: Fonts) -> Drawn | None:
    left, top = min(p.frame.left for p in plans), min(p.frame.top for p in plans)
    right, bottom = max(p.frame.right for p in plans), max(p.frame.bottom for p in plans)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for plan in plans:
        x, y = plan.frame.left - left, plan.frame.top - top
        own = line_mask(plan, fonts)
        part = mask[y : y + own.shape[0], x : x + own.shape[1]]
        np.maximum(part, own, out=part)
    return Drawn(tuple(plans), left, top, mask) if (mask > SEEN).any() else None


def _add_line(score: Score, line: TrueLine, drawn: Drawn | None) -> None:
    score.drawn.add(drawn is not None, 1)
    heights = _ink_height(line.mask), _ink_height(drawn.mask) if drawn else 0
    score.height.add(abs(heights[1] / heights[0] - 1) <= 0.1, 1)
    strokes = _stroke(line.mask), _stroke(drawn.mask) if drawn else 0.0
    score.stroke.add(abs(strokes[1] / strokes[0] - 1) <= 0.25, 1)
    score.iou.values.append(_iou(line, drawn) if drawn else 0.0)
    if drawn is None:
        return
    is_bold = drawn.plan.weight >= FROM_BOLD
    (score.bold if line.is_bold else score.regular).add(is_bold == line.is_bold, 1)
    if line.is_han:
        is_serif = getattr(drawn.plan, "han", CJK) != CJK
        score.family.add(is_serif == (line.family == SERIF), 1)
    else:
        # A plan without a family or a slope is drawn in the usual face, upright.
        score.family.add(getattr(drawn.plan, "family", SANS) == line.family, 1)
        is_right = getattr(drawn.plan, "italic", False) == line.is_italic
        (score.italic if line.is_italic else score.upright).add(is_right, 1)
        if not line.is_italic:
            _add_stress(score, line, drawn)


def _add_stress(score: Score, line: TrueLine, drawn: Drawn) -> None:
    """Count the words of an upright line that are drawn as they stand, as far as it was read."""
    runs = [run for plan in drawn.plans for run in plan.runs]
    letters = [(letter, run.face in ITALICS.values()) for run in runs for letter in run.text]
    for word in line.words:
        own, letters = letters[: len(word.text)], letters[len(word.text) :]
        if "".join(letter for letter, _ in own) != word.text:
            return
        is_aslant = all(aslant for _, aslant in own)
        is_right = is_aslant == word.setting.italic
        (score.stressed if word.setting.italic else score.unstressed).add(is_right, 1)


def _add_words(score: Score, line: TrueLine, drawn: Drawn, own: NDArray[np.uint8]) -> None:
    """Count words in their true colour, and lines whose bold words are seen to be bold."""
    strokes: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for word in line.words:
        there = own[word.bounds[1] : word.bounds[3], word.bounds[0] : word.bounds[2]]
        mask = _cut(drawn, word)
        is_seen = (mask > 200).sum() >= 4
        if not is_seen:
            score.hues.add(0, int((_cut(line, word) > 200).sum() >= 4))
        else:
            color = np.median(there[mask > 200], axis=0)
            score.colors.add(np.abs(color - word.setting.color).max() <= 32, 1)
            score.hues.add(bool(_apart(color, np.array(word.setting.color))[0] <= 10), 1)
        if mask.any() and len(word.text) > 1:
            pair = _stroke(_cut(line, word)), _stroke(mask)
            strokes[word.setting.weight >= FROM_BOLD].append(pair)
    if strokes[True] and strokes[False]:
        bold, regular = np.mean(strokes[True], axis=0), np.mean(strokes[False], axis=0)
        true, found = bold / regular - 1
        score.standing_out.add(found > 0.5 * true, 1)


def _cut(placed: Placed, word: TrueWord) -> Mask:
    """Return the mask of a placed line where a word truly is, on the word's own bounds."""
    left, top, right, bottom = word.bounds
    found = np.zeros((bottom - top, right - left), np.uint8)
    x, y = placed.left - left, placed.top - top
    height, width = placed.mask.shape
    part = placed.mask[max(0, -y) : max(0, bottom - placed.top), max(0, -x) :]
    part = part[:, : max(0, right - max(left, placed.left))]
    found[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = part
    return found


def _ink_height(mask: Mask) -> int:
    rows = np.flatnonzero((mask > SEEN).any(axis=1))
    return int(rows[-1] - rows[0] + 1)


def _stroke(mask: Mask) -> float:
    """Return the mean width of strokes: twice the area by the length of the outline."""
    return 2 * float(mask.sum()) / 255 / max(1e-9, outline_length(np.pad(mask, 2)))


def _iou(line: TrueLine, drawn: Drawn) -> float:
    shared = _meeting(line, drawn)
    total = int((line.mask > 127).sum()) + int((drawn.mask > 127).sum()) - shared
    return shared / max(1, total)


def _meeting(one: Placed, other: Placed) -> int:
    """Return how many pixels are ink in both masks."""
    left, top = max(one.left, other.left), max(one.top, other.top)
    right = min(one.left + one.mask.shape[1], other.left + other.mask.shape[1])
    bottom = min(one.top + one.mask.shape[0], other.top + other.mask.shape[0])
    if right <= left or bottom <= top:
        return 0
    parts = [
        each.mask[top - each.top : bottom - each.top, left - each.left : right - each.left] > 127
        for each in (one, other)
    ]
    return int((parts[0] & parts[1]).sum())


def _add_overlaps(score: Score, lines: Sequence[TrueLine], drawn: Sequence[Drawn | None]) -> None:
    pairs = combinations(zip(lines, drawn, strict=True), 2)
    for (line, one), (other_line, other) in pairs:
        if one is None or other is None or set(one.plans) & set(other.plans):
            continue
        pixels = _meeting(one, other)
        if pixels and not _meeting(line, other_line):
            score.overlaps += 1
            score.overlap_pixels += pixels


def _add_siblings(score: Score, lines: Sequence[TrueLine], drawn: Sequence[Drawn | None]) -> None:
    pairs = [
        (line.paragraph, other.plan.size)
        for line, other in zip(lines, drawn, strict=True)
        if other is not None and _tells_size(line)
    ]
    for _, group in groupby(sorted(pairs), key=lambda pair: pair[0]):
        sizes = np.array([size for _, size in group])
        if len(sizes) > 1:
            score.siblings.add(sizes.max() <= 1.03 * sizes.min(), 1)
            usual = np.abs(sizes / np.median(sizes) - 1) <= 0.03
            score.alike.add(int(usual.sum()), len(sizes))


def _tells_size(line: TrueLine) -> bool:
    """Tell whether a line has letters, and no Han ones, which are set by the room they take."""
    return any(map(str.isalnum, line.text)) and not any(w.setting.face.is_han for w in line.words)


def _add_old_ink(score: Score, page: DrawnPage, plans: Sequence[Plan]) -> None:
    """Count the lines of which more than 3 % is nearer to the ink than to the ground."""
    erased = np.array(page.picture)
    erase_text(erased, plans)
    for line in page.lines:
        _add_grounds(score, page, line, erased)
        inked = line.mask > 128
        after, before, ground = (
            np.asarray(picture)[line.region][inked].astype(float)
            for picture in (erased, page.picture, page.ground)
        )
        way = before - ground
        shown = ((after - ground) * way).sum(axis=1) > 0.5 * (way**2).sum(axis=1)
        score.old_ink.add(shown.mean() > 0.03, 1)


def _add_grounds(score: Score, page: DrawnPage, line: TrueLine, erased: NDArray[np.uint8]) -> None:
    """Count the words in whose place there is, after erasing, what they were drawn on."""
    for word in line.words:
        region = slice(word.bounds[1], word.bounds[3]), slice(word.bounds[0], word.bounds[2])
        inked = _cut(line, word) > SEEN
        after, ground = erased[region][inked], np.asarray(page.ground)[region][inked]
        score.grounds.add(bool(np.percentile(_apart(after, ground), 95) <= 5), 1)


def _apart(one: NDArray[np.generic], other: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return how far sRGB colours, 0 to 255, are from one another in CIELAB."""
    labs = [
        cv2.cvtColor(np.asarray(each, np.float32).reshape(-1, 1, 3) / 255, cv2.COLOR_RGB2LAB)
        for each in (one, other)
    ]
    return np.asarray(np.linalg.norm(labs[0] - labs[1], axis=2)[:, 0], np.float32)


def _add_graphics(
    score: Score, page: DrawnPage, drawn: Sequence[Drawn | None], own: NDArray[np.uint8]
) -> None:
    """Count the pixels of figures that changed though no text, old or new, lies on them."""
    free = page.graphics > 0
    for each in (*page.lines, *drawn):
        if each is not None:
            free[each.region] &= each.mask == 0
    before = np.asarray(page.picture).astype(np.int16)
    changed = np.abs(before - own).max(axis=2) > 32
    score.graphics.add(int((changed & free).sum()), int(free.sum()))


def _likenesses(
    page: DrawnPage, other: NDArray[np.uint8], lines: Sequence[TrueLine]
) -> list[float]:
    """Return the structural similarity in the box of each line."""
    similar = _ssim(np.asarray(page.picture), other)
    found = []
    for line in lines:
        left, top, right, bottom = line.bounds
        found.append(
            float(similar[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2].mean())
        )
    return found


def _ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the structural similarity around each pixel (Wang et al. 2004), in grey."""
    x, y = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float64) for each in (one, other))

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float64)

    mx, my = mean(x), mean(y)
    vx, vy, both = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return np.asarray(likeness, np.float64)


def reread(page: DrawnPage, picture: Image.Image) -> tuple[Share, F1]:
    """Return how much of the Latin text Tesseract misses on a picture, and its words' F1."""
    found = [word for word in _tesseract(picture) if not _is_on_han(word, page.lines)]
    true = [_loose(line) for line in page.lines if not line.is_han]
    missed = Share()
    missed.add(*characters_missed(true, found))
    read = Counter(word.text for word in found)
    words = Counter(word for line in true for word in line.text.split())
    return missed, F1(sum((read & words).values()), sum(read.values()), sum(words.values()))


def _is_on_han(word: Line, lines: Sequence[TrueLine]) -> bool:
    (left, top), (right, bottom) = word.box[0], word.box[2]
    x, y = (left + right) / 2, (top + bottom) / 2
    boxes = [part.bounds for line in lines for part in line.words if part.setting.face.is_han]
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)


def _tesseract(picture: Image.Image) -> Iterator[Line]:
    """Yield the words that Tesseract finds, wherever they stand."""
    command = ["tesseract", "stdin", "stdout", "--psm", "11", "tsv"]
    done = subprocess.run(
        command,
        input=png(picture),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    for row in done.stdout.decode(errors="replace").splitlines()[1:]:
        cells = row.split("\t")
        if cells[0] == "5" and cells[11].strip():
            left, top, width, height = map(float, cells[6:10])
            box = _quad(left, top, left + width, top + height)
            yield Line(cells[11].strip(), float(cells[10]) / 100, box)


def table(scores: dict[str, Score], *, with_rereading: bool) -> list[str]:
    """Return a Markdown table: a row for each figure, a column for each kind."""
    overall = Score()
    for score in scores.values():
        overall.add(score)
    columns = {**scores, "all": overall}
    rows = [["", "target", *columns]]
    for title, target, value in (*ROWS, *(REREAD if with_rereading else ())):
        rows.append([title, target, *(str(value(score)) for score in columns.values())])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


if __name__ == "__main__":
    main()
