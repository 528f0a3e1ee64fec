import numpy as np
from PIL import Image, ImageDraw, ImageFont

from picture.page import Line, Page, Word
from picture.reading import Engine
from picture.reading.leaders import with_leaders
from picture.reading.pieces import find_pieces
from picture.redraw import FONTS_FOLDER


def drawn(*rows: tuple[str, str, str], family: str = "NotoSans") -> Image.Image:
    """Draw rows of a text on the left, a leader and a text on the right."""
    font = ImageFont.truetype(FONTS_FOLDER / f"{family}.ttf", 24)
    page = Image.new("RGB", (900, 60 + 44 * len(rows)), "white")
    draw = ImageDraw.Draw(page)
    for number, (left, leader, right) in enumerate(rows):
        y = 30 + 44 * number
        draw.text((40, y), left, fill="black", font=font)
        draw.text((300, y), leader, fill="black", font=font)
        draw.text((820, y), right, fill="black", font=font)
    return page


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def test_dots_that_lead_to_a_number_are_all_kept(engine: Engine) -> None:
    page = engine.read(
        drawn(("Introduction", "." * 60, "3"), ("Measuring", "." * 48, "17")), seconds=60
    )
    assert sorted(texts(page)) == ["." * 48, "." * 60, "17", "3", "Introduction", "Measuring"]


def test_dots_far_apart_have_blanks_between_them(engine: Engine) -> None:
    page = engine.read(drawn(("Introduction", "  ".join("." * 24), "3")), seconds=60)
    assert " ".join("." * 24) in texts(page)


def test_rules_of_hyphens_and_equals_signs_are_kept(engine: Engine) -> None:
    rows = ("Item", "", "1.20"), ("", "-" * 30, ""), ("Sum", "", "1.20"), ("", "=" * 24, "")
    page = engine.read(drawn(*rows), seconds=60)
    assert {"-" * 30, "=" * 24} <= set(texts(page))


def test_a_line_to_fill_in_is_underscores(engine: Engine) -> None:
    page = Image.new("RGB", (700, 120), "white")
    draw = ImageDraw.Draw(page)
    draw.text((40, 40), "Name:", fill="black", font_size=28)
    draw.line((130, 70, 500, 70), fill="black", width=2)
    (line,) = [line for line in engine.read(page, seconds=60).lines if "_" in line.text]
    assert set(line.text) == {"_"}
    assert 15 <= len(line.text) <= 40


def test_a_drawn_rule_is_no_text(engine: Engine) -> None:
    page = drawn(("Heading", "", ""), ("Some words", "", "5"))
    ImageDraw.Draw(page).line((20, 68, 880, 68), fill="black", width=2)
    assert sorted(texts(engine.read(page, seconds=60))) == ["5", "Heading", "Some words"]


def test_words_with_dots_are_no_leader(engine: Engine) -> None:
    page = engine.read(drawn(("e.g. i.e. a.b.c. etc.", "", "")), seconds=60)
    assert texts(page) == ["e.g. i.e. a.b.c. etc."]


def test_dots_of_small_type_are_no_hyphens_as_well(engine: Engine) -> None:
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSerif.ttf", 9)
    page = Image.new("RGB", (600, 150), "white")
    draw = ImageDraw.Draw(page)
    for number, title in enumerate(("Copyright", "Licenses", "Acknowledgments", "Revision status")):
        y = 10 + 13 * number
        draw.text((20, y), title, fill="black", font=font)
        for dot in range(30):
            draw.text((180 + 7.2 * dot, y), ".", fill="black", font=font)
        draw.text((416, y), f"{number + 11}", fill="black", font=font)
    found = [text for text in texts(engine.read(page, seconds=60)) if not text[0].isalnum()]
    assert found == [" ".join("." * 30)] * 4


def line_of(text: str, left: float, top: float, right: float, bottom: float) -> Line:
    box = ((left, top), (right, top), (right, bottom), (left, bottom))
    ink = ((left, top + 3), (right, top + 3), (right, bottom - 3), (left, bottom - 3))
    return Line(text, 0.99, box, words=(Word(text, 0.99, ink),))


def test_parts_of_letters_are_no_dots() -> None:
    page = Image.new("RGB", (300, 120), "white")
    draw = ImageDraw.Draw(page)
    for mark in range(6):
        draw.rectangle((60 + 4 * mark, 45, 61 + 4 * mark, 46), fill="black")
    pieces = find_pieces(np.asarray(page), 18)
    assert pieces is not None
    rows = [line_of("above", 40, 20, 90, 38), line_of("below", 40, 60, 90, 78)]
    over = line_of("Schneider85", 40, 40, 110, 58)
    assert with_leaders([*rows, over], pieces) == [*rows, over]
    assert [line.text for line in with_leaders(rows, pieces)] == ["above", "below", "......"]
