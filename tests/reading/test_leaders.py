from PIL import Image, ImageDraw, ImageFont

from picture.page import Page
from picture.reading import Engine
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
