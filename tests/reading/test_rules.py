from __future__ import annotations

import math
import random
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.page import Line, Rule
from picture.reading import Engine
from picture.reading.pieces import find_pieces
from picture.reading.rules import find_rules, tell_apart
from picture.redraw import FONTS_FOLDER
from tests.conftest import draw_page

HEIGHT = 32
SIZE = (640, 480)
TEXT = Line("Tea", 0.9, ((60, 60), (140, 60), (140, 60 + HEIGHT), (60, 60 + HEIGHT)))


def sheet(paper: str = "white") -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", SIZE, paper)
    return page, ImageDraw.Draw(page)


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS_FOLDER / "NotoSans.ttf", size)


def find(page: Image.Image, *lines: Line) -> list[Rule]:
    """Return the rules of a page with a line, or with those given."""
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    pieces = find_pieces(pixels, HEIGHT)
    assert pieces is not None
    return find_rules(pieces, lines or (TEXT,))


def near(rule: Rule, start: tuple[float, float], end: tuple[float, float], off: float = 4) -> bool:
    return math.dist(rule.start, start) <= off and math.dist(rule.end, end) <= off


def grid(width: int = 2, fill: str = "black") -> Image.Image:
    page, draw = sheet()
    for y in (40, 100, 160, 220):
        draw.line((40, y, 600, y), fill=fill, width=width)
    for x in (40, 240, 600):
        draw.line((x, 40, x, 220), fill=fill, width=width)
    return page


@pytest.mark.parametrize("fill", ["black", "#d8d8d8"])
@pytest.mark.parametrize("width", [1, 3])
def test_a_grid_is_its_rules(width: int, fill: str) -> None:
    rules = find(grid(width, fill))
    level = sorted((rule for rule in rules if not rule.is_upright), key=lambda rule: rule.start[1])
    upright = sorted((rule for rule in rules if rule.is_upright), key=lambda rule: rule.start[0])
    assert [round(rule.start[1] / 10) * 10 for rule in level] == [40, 100, 160, 220]
    assert [round(rule.start[0] / 10) * 10 for rule in upright] == [40, 240, 600]
    for rule, y in zip(level, (40, 100, 160, 220), strict=True):
        assert near(rule, (40, y), (600, y))
    for rule, x in zip(upright, (40, 240, 600), strict=True):
        assert near(rule, (x, 40), (x, 220))
    assert all(abs(rule.thickness - width) <= 1 for rule in rules)


@pytest.mark.parametrize("degrees", [-4.5, -1, 2, 5])
def test_a_leaning_grid_leans(degrees: float) -> None:
    leaning = grid().rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor="white")
    slope = math.tan(math.radians(-degrees))
    text = TEXT.mapped(lambda at: (at[0], at[1] + slope * (at[0] - 60)))
    rules = find(leaning, text)
    assert sorted(rule.is_upright for rule in rules) == [False] * 4 + [True] * 3
    for rule in rules:
        (x0, y0), (x1, y1) = rule.start, rule.end
        along = (y1 - y0) / (x1 - x0) if not rule.is_upright else (x0 - x1) / (y1 - y0)
        assert along == pytest.approx(slope, abs=0.012)


def written(left: float, top: float, right: float, low: float) -> Line:
    return Line("Tea", 0.9, ((left, top), (right, top), (right, low), (left, low)))


def test_the_side_of_a_cell_is_one_where_a_text_reaches_it() -> None:
    page, draw = sheet()
    for y in (100, 146):
        draw.line((40, y, 600, y), fill="black", width=2)
    for x in (40, 300, 600):
        draw.line((x, 100, x, 146), fill="black", width=2)
    rules = find(page, written(42, 104, 120, 142), written(298, 104, 380, 144))
    assert sorted(rule.start[0] for rule in rules if rule.is_upright) == pytest.approx(
        [40, 300, 600], abs=2
    )


def test_a_stem_between_level_rules_is_a_letter() -> None:
    page, draw = sheet()
    for y in (100, 146):
        draw.line((40, y, 600, y), fill="black", width=2)
    draw.line((300, 106, 300, 140), fill="black", width=2)
    rules = find(page, written(296, 104, 380, 144))
    assert [rule for rule in rules if rule.is_upright] == []


def test_letters_after_a_rule_are_no_part_of_it() -> None:
    page, draw = sheet()
    for y in (40, 300):
        draw.line((40, y, 600, y), fill="black", width=2)
    draw.line((240, 40, 240, 300), fill="black", width=2)
    draw.line((240, 334, 240, 356), fill="black", width=2)
    (upright,) = (rule for rule in find(page) if rule.is_upright)
    assert near(upright, (240, 40), (240, 300))


@pytest.mark.parametrize("sides", [1, 4])
def test_a_dark_edge_of_the_paper_is_no_rule(sides: int) -> None:
    page, draw = sheet()
    corners = [(3, 3), (636, 3), (636, 476), (3, 476), (3, 3)]
    for start, end in list(pairwise(corners))[:sides]:
        draw.line((*start, *end), fill="black", width=2)
    draw.line((60, 150, 500, 150), fill="black", width=2)
    (rule,) = find(page)
    assert near(rule, (60, 150), (500, 150))


def test_the_frame_of_a_table_that_fills_the_picture_is_its_rules() -> None:
    page, draw = sheet()
    for y in (3, 240, 476):
        draw.line((3, y, 636, y), fill="black", width=2)
    for x in (3, 320, 636):
        draw.line((x, 3, x, 476), fill="black", width=2)
    assert sorted(rule.is_upright for rule in find(page)) == [False] * 3 + [True] * 3


def test_a_worn_rule_is_whole() -> None:
    page, draw = sheet()
    dots = random.Random(4)
    for x in range(40, 600, 2):
        shade = 60 + round(120 * (x - 40) / 560)
        if dots.random() < (1 if x < 300 else 0.45):
            draw.rectangle((x, 150, x + 1, 151), fill=(shade, shade, shade))
    (rule,) = find(page)
    assert near(rule, (40, 150), (600, 150), 12)


@pytest.mark.parametrize(("dash", "gap"), [(2, 3), (6, 4), (12, 8), (12, 10)])
def test_a_dashed_frame_is_four_rules(dash: int, gap: int) -> None:
    page, draw = sheet()
    for at in range(40, 600, dash + gap):
        draw.line((at, 50, at + dash - 1, 50), fill="black", width=2)
        draw.line((at, 250, at + dash - 1, 250), fill="black", width=2)
    for at in range(50, 250, dash + gap):
        draw.line((40, at, 40, at + dash - 1), fill="black", width=2)
        draw.line((600, at, 600, at + dash - 1), fill="black", width=2)
    rules = find(page)
    assert sorted(rule.is_upright for rule in rules) == [False, False, True, True]
    for rule in rules:
        assert math.dist(rule.start, rule.end) >= (175 if rule.is_upright else 540)


def test_double_rules_are_two() -> None:
    page, draw = sheet()
    for y in (150, 156):
        draw.line((40, y, 600, y), fill="black", width=2)
    first, second = sorted(find(page), key=lambda rule: rule.start[1])
    assert near(first, (40, 150), (600, 150))
    assert near(second, (40, 156), (600, 156))


def test_a_rule_with_breaks_and_faint_ends_is_whole() -> None:
    page, draw = sheet()
    draw.line((40, 150, 600, 150), fill="#c0c0c0", width=2)
    draw.line((140, 150, 500, 150), fill="black", width=2)
    for x in (210, 290, 370):
        draw.line((x, 150, x + 5, 150), fill="white", width=2)
    (rule,) = find(page)
    assert near(rule, (40, 150), (600, 150), 6)


def test_two_rules_beside_each_other_are_two() -> None:
    page, draw = sheet()
    draw.line((40, 150, 260, 150), fill="black", width=2)
    draw.line((320, 150, 600, 150), fill="black", width=2)
    first, second = sorted(find(page), key=lambda rule: rule.start[0])
    assert near(first, (40, 150), (260, 150))
    assert near(second, (320, 150), (600, 150))


def test_a_bar_is_as_thick_as_it_is_drawn() -> None:
    page, draw = sheet()
    draw.rectangle((40, 150, 600, 161), fill="black")
    (rule,) = find(page)
    assert near(rule, (40, 156), (600, 156))
    assert rule.thickness == pytest.approx(12, abs=1.5)


def test_a_bent_rule_is_one() -> None:
    page, draw = sheet()
    points = [(x, 150 + round(4 * math.sin(math.pi * (x - 40) / 560))) for x in range(40, 601, 4)]
    draw.line(points, fill="black", width=2)
    (rule,) = find(page)
    assert near(rule, (40, 150), (600, 150), 6)


def test_small_pixels_of_large_text_are_pixels_of_the_picture() -> None:
    page = grid(4).resize((4 * SIZE[0], 4 * SIZE[1]))
    pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
    pieces = find_pieces(pixels, 4 * HEIGHT)
    assert pieces is not None
    assert pieces.scale < 1
    lines = [TEXT.mapped(lambda at: (4 * at[0], 4 * at[1]))]
    rules = find_rules(pieces, lines)
    assert len(rules) == 7
    assert all(rule.thickness == pytest.approx(16, abs=4) for rule in rules)
    assert max(rule.end[0] for rule in rules) == pytest.approx(2400, abs=16)


def test_letters_are_no_rules() -> None:
    page, draw = sheet()
    draw.text((20, 40), "ILETH—|lI", fill="black", font=font(110))
    large = Line("ILETH", 0.9, ((20, 50), (620, 50), (620, 200), (20, 200)))
    for row, text in enumerate(("mill illicit lilt till EFTH", "----- _____ ===== |||||")):
        draw.text((20, 230 + 60 * row), text, fill="black", font=font(26))
    rows = [
        Line("mill", 0.9, ((20, y), (600, y), (600, y + HEIGHT), (20, y + HEIGHT)))
        for y in (232, 292)
    ]
    lines, rules = tell_apart([large, *rows], find(page, large, *rows))
    assert lines == [large, *rows]
    assert [rule for rule in rules if rule.start[1] < 280] == []


def test_dense_text_has_no_rules() -> None:
    page, draw = sheet()
    words = ["minimum", "aluminium", "million", "lily", "shelf", "1111", "HEEL", "FELT"]
    lines = []
    for row in range(10):
        text = " ".join(words[row % 3 :])
        draw.text((20, 20 + 34 * row), text, fill="black", font=font(26))
        top = 22 + 34 * row
        low = top + HEIGHT
        lines.append(Line(text, 0.9, ((20, top), (620, top), (620, low), (20, low))))
    assert find(page, *lines) == []


def test_hatching_and_barcodes_are_no_rules() -> None:
    page, draw = sheet()
    for x in range(60, 500, 5):
        draw.line((x, 120, x, 220), fill="black", width=2)
    bars = random.Random(3)
    x = 60
    while x < 500:
        width = bars.randint(1, 4)
        draw.rectangle((x, 260, x + width - 1, 340), fill="black")
        x += width + bars.randint(2, 4)
    for y in range(360, 460, 6):
        draw.line((60, y, 500, y), fill="black", width=2)
    assert find(page) == []


def test_a_photograph_has_hardly_any_rules() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (60, 80, 3), np.uint8)
    photograph = cv2.resize(noise, SIZE, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(6).normal(0, 12, photograph.shape)
    textured = np.clip(photograph + grain, 0, 255).astype(np.uint8)
    assert len(find(Image.fromarray(textured))) <= 2


@pytest.mark.parametrize("size", [(1, 1), (5, 40), (40, 5), (640, 480)])
def test_a_blank_picture_has_no_rules(size: tuple[int, int]) -> None:
    assert find(Image.new("RGB", size, "white")) == []


def test_a_picture_without_level_text_has_no_rules() -> None:
    pieces = find_pieces(np.ascontiguousarray(np.asarray(grid())), HEIGHT)
    assert pieces is not None
    assert find_rules(pieces, []) == []


def typed(text: str, y: float, left: float = 40, right: float = 600) -> Line:
    top, low = y - HEIGHT / 2, y + HEIGHT / 2
    return Line(text, 0.9, ((left, top), (right, top), (right, low), (left, low)))


def test_rules_of_characters_stay_lines() -> None:
    rule = Rule((40, 150), (600, 150), 2)
    lines = [typed("Tea", 100), typed("-" * 40, 150), typed("Sum", 200)]
    assert tell_apart(lines, [rule]) == (lines, [])


def test_dashes_between_rows_without_room_for_them_are_drawn() -> None:
    rule = Rule((40, 120), (600, 120), 2)
    lines = [typed("Tea", 102), typed("-" * 40, 120), typed("Sum", 138)]
    assert tell_apart(lines, [rule]) == ([lines[0], lines[2]], [rule])


def test_dashes_of_a_page_are_what_most_of_them_are() -> None:
    near = [typed(text, y) for text, y in (("Tea", 102), ("-" * 40, 120), ("Sum", 138))]
    more = [typed("-" * 40, 156), typed("Milk", 174), typed("-" * 30, 220), typed("End", 260)]
    rules = [Rule((40, y), (600, y), 2) for y in (120.0, 156.0, 220.0)]
    texts = [near[0], near[2], more[1], more[3]]
    assert tell_apart([*near, *more], rules) == (texts, rules)


def test_dots_that_lead_to_a_text_on_their_row_are_characters() -> None:
    rule = Rule((200, 124), (600, 124), 2)
    above, below = typed("Tea", 102), typed("Sum", 138)
    number = Line("17", 0.9, ((604, 108), (640, 108), (640, 132), (604, 132)))
    dots = Line("." * 40, 0.99, ((200, 108), (600, 108), (600, 132), (200, 132)))
    lines = [above, dots, number, below]
    assert tell_apart(lines, [rule]) == (lines, [])
    assert tell_apart([above, dots, below], [rule]) == ([above, below], [rule])


def test_dashes_that_end_at_upright_rules_are_drawn() -> None:
    rule = Rule((40, 150), (600, 150), 2)
    sides = [Rule((x, 60), (x, 240), 2) for x in (40.0, 600.0)]
    lines = [typed("Tea", 100), typed(". " * 40 + ".", 150), typed("Sum", 200)]
    assert tell_apart(lines, [rule, *sides]) == ([lines[0], lines[2]], [rule, *sides])


TABLE = [
    ("Spade long", "12 pc", "4.50"),
    ("Rake small", "3 pc", "10.25"),
    ("Saw", "40 pc", "112.00"),
]
COLUMNS = 40, 250, 360, 460


def table(gap: int) -> Image.Image:
    """Draw a table whose texts stand so near to its rules that rows are read as one line."""
    page = Image.new("RGB", (700, 220), "white")
    draw = ImageDraw.Draw(page)
    for number, row in enumerate(TABLE):
        for column, text in enumerate(row):
            left = COLUMNS[column] + gap
            if column == 0:
                left = COLUMNS[1] - gap - round(draw.textlength(text, font=font(24)))
            draw.text((left, 34 + 44 * number), text, fill="black", font=font(24))
    for y in range(30, 163, 44):
        draw.line((40, y, 460, y), fill="black", width=2)
    for x in COLUMNS:
        draw.line((x, 30, x, 162), fill="black", width=2)
    return page


@pytest.mark.parametrize("degrees", [0, 90, 180])
def test_a_read_table_has_its_rules_and_cells(engine: Engine, degrees: int) -> None:
    page = engine.read(table(gap=4).rotate(degrees, expand=True), 60)
    assert {line.text for line in page.lines} == {text for row in TABLE for text in row}
    level = [rule for rule in page.rules if not rule.is_upright]
    upright = sorted(rule.start[0] for rule in page.rules if rule.is_upright)
    assert len(level) == 4
    assert upright == pytest.approx(COLUMNS, abs=3)
    assert all(near(rule, (40, rule.start[1]), (460, rule.end[1]), 5) for rule in level)


def test_a_dashed_border_is_no_text(engine: Engine) -> None:
    page = draw_page("Spade 12.50", "Rake 3.20", "Hammer 40.00", size=(640, 240))
    draw = ImageDraw.Draw(page)
    for x in range(30, 600, 10):
        draw.line((x, 88, x + 5, 88), fill="black", width=2)
        draw.line((x, 148, x + 5, 148), fill="black", width=2)
    for y in range(20, 200, 10):
        draw.line((30, y, 30, y + 5), fill="black", width=2)
        draw.line((600, y, 600, y + 5), fill="black", width=2)
    read = engine.read(page, 60)
    assert [line.text for line in read.lines] == ["Spade 12.50", "Rake 3.20", "Hammer 40.00"]
    assert sorted(rule.is_upright for rule in read.rules) == [False, False, True, True]


def test_a_page_without_text_has_no_rules(engine: Engine) -> None:
    assert engine.read(grid(), 60).rules == ()
