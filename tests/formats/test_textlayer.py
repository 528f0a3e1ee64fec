import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from picture.formats.pdf import Sheet, write_pdf
from picture.page import Line, Page, Quad
from tests.formats.readers import (
    line,
    lines_by_mupdf,
    lines_by_pdfium,
    lines_by_poppler,
    needs_readers,
    word,
)

SIZE = (1000, 1400)


def as_pdf(lines: Sequence[Line]) -> bytes:
    page = Page(*SIZE, tuple(lines))
    return write_pdf([Sheet(None, lambda: Image.new("L", SIZE, 255), page)])


def stacked(*texts: str) -> list[Line]:
    rows = enumerate(texts)
    return [line(text, 80, 50 + 60 * row, 20 * len(text) + 60, 40) for row, text in rows]


RECEIPT = stacked(
    "TAN CHAY YEE SDN. BHD.",
    "No. 12, Jalan Permas 9/15 (1st floor)",
    "GST ID: 000115360768",
    "Qty  Item   RM",
    "1 x Teh-O' Ais @ 2.40",
    "Total: 17.85 EUR * 19 % = 3,39",
    "A B C D",
    "12/03/2018 11:58:02 PM",
)
EUROPEAN = stacked("Grüße aus Zürich – „schön“", "l’été à Łódź", "İstanbul €5", "¿qué?")
CHINESE = stacked(
    "这是没有空格的中文文字。",
    "收据 合计：100元",
    "共3件，￥25.80",
    "ＡＢＣ全角　文字",
    "繁體中文「引號」",
)
BEYOND = stacked("𠮷野家で食べる", "emoji 😀 and 👨‍👩‍👧 family", "𝒜 math 𝟙", "🇩🇪 flag")
COMBINED = stacked("cafe\u0301 te\u0301", "ก็ดี ไทย", "हिन्दी भाषा")
TILTED = [
    line(f"a line that falls by {degrees} degrees", 100, 80 + 100 * row, 620, 36, degrees)
    for row, degrees in enumerate((0.5, 1, 2, 3, 5, 8, 12, 20))
]
COLUMNS = [
    line("縦書きの日本語文字です", 800, 100, 40, 500),
    line("吾輩は猫である。", 740, 100, 40, 360),
    line("名前はまだ無い", 680, 102, 40, 310),
    line("どこで生れたか", 620, 101, 40, 310),
]
UPSIDE_DOWN = [
    line("this stands on its head", 100, 300, 500, 40, flipped=True),
    line("and this, too", 100, 240, 300, 40, flipped=True),
]


@needs_readers
@pytest.mark.parametrize(
    "lines",
    [RECEIPT, EUROPEAN, CHINESE, BEYOND, COLUMNS],
    ids=["receipt", "european", "chinese", "beyond", "columns"],
)
def test_every_reader_gives_back_the_lines_that_were_read(
    lines: list[Line], tmp_path: Path
) -> None:
    pdf = as_pdf(lines)
    read = [" ".join(line.text.split()) for line in lines]
    assert lines_by_pdfium(pdf) == read
    assert lines_by_mupdf(pdf, tmp_path) == read
    assert lines_by_poppler(pdf, tmp_path) == read


@needs_readers
def test_letters_of_several_characters_stay_whole(tmp_path: Path) -> None:
    pdf, read = as_pdf(COMBINED), [line.text for line in COMBINED]
    assert lines_by_pdfium(pdf) == read
    assert lines_by_mupdf(pdf, tmp_path) == read
    assert lines_by_poppler(pdf, tmp_path) == read


@needs_readers
def test_ligatures_are_found_by_their_letters(tmp_path: Path) -> None:
    pdf = as_pdf(stacked("ﬁnal ﬂow"))
    assert lines_by_pdfium(pdf) == ["final flow"]
    assert lines_by_mupdf(pdf, tmp_path) == ["final flow"]
    assert lines_by_poppler(pdf, tmp_path) in (["final flow"], ["ﬁnal ﬂow"])


@needs_readers
def test_lines_at_an_angle_stay_apart(tmp_path: Path) -> None:
    pdf, read = as_pdf(TILTED), [line.text for line in TILTED]
    assert lines_by_pdfium(pdf) == read
    assert lines_by_mupdf(pdf, tmp_path) == read
    assert lines_by_poppler(pdf, tmp_path, raw=True) == read


@needs_readers
def test_lines_on_their_head_are_read_from_their_own_start(tmp_path: Path) -> None:
    pdf, read = as_pdf(UPSIDE_DOWN), [line.text for line in UPSIDE_DOWN]
    assert lines_by_pdfium(pdf) == read
    assert lines_by_mupdf(pdf, tmp_path) == read
    assert sorted(lines_by_poppler(pdf, tmp_path)) == sorted(read)


@needs_readers
@pytest.mark.parametrize("text", ["مرحبا بالعالم", "שלום עולם טוב"])
def test_lines_from_right_to_left_are_copied_in_the_order_of_reading(
    text: str, tmp_path: Path
) -> None:
    pdf = as_pdf(stacked(text))
    assert lines_by_pdfium(pdf) == [text]
    assert lines_by_poppler(pdf, tmp_path) == [text]


@pytest.mark.parametrize("text", ["שלום 25 עולם", "Total: 12 שלום"])
def test_lines_in_both_directions_are_copied_in_the_order_of_reading(text: str) -> None:
    assert lines_by_pdfium(as_pdf(stacked(text))) == [text]


def test_brackets_from_right_to_left_open_and_close_as_they_were_read() -> None:
    assert lines_by_pdfium(as_pdf(stacked("שלום (עולם) רב"))) == ["שלום (עולם) רב"]


@needs_readers
def test_lines_that_touch_on_a_row_are_no_one_word(tmp_path: Path) -> None:
    pdf = as_pdf([line("Tax", 100, 100, 90, 40), line("Invoice", 180, 102, 200, 40)])
    assert " ".join(lines_by_pdfium(pdf)) == "Tax Invoice"
    assert " ".join(lines_by_mupdf(pdf, tmp_path)) == "Tax Invoice"
    assert " ".join(lines_by_poppler(pdf, tmp_path)) == "Tax Invoice"


WORDS = (
    word("Long", 106, 104, 180, 30),
    word("a", 300, 112, 14, 22),
    word("word.", 500, 104, 90, 30),
)


def boxes_found(pdf: bytes, text: str) -> list[Quad]:
    """Search with PDFium and return where it marks text, in pixels of the picture."""
    with pdfium.PdfDocument(pdf) as document:
        page = document[0]
        across, down = SIZE[0] / page.get_width(), SIZE[1] / page.get_height()
        textpage = page.get_textpage()
        index, count = textpage.search(text, match_case=True).get_next()
        marks = [textpage.get_rect(at) for at in range(textpage.count_rects(index, count))]
        return [
            (
                (left * across, SIZE[1] - top * down),
                (right * across, SIZE[1] - top * down),
                (right * across, SIZE[1] - bottom * down),
                (left * across, SIZE[1] - bottom * down),
            )
            for left, bottom, right, top in marks
        ]


def overlap(one: Quad, other: Quad) -> float:
    """Return the area that two upright boxes share in that which they cover together."""

    def sides(box: Quad) -> tuple[float, float, float, float]:
        across, down = zip(*box, strict=True)
        return min(across), min(down), max(across), max(down)

    a, b = sides(one), sides(other)
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(wide, 0) * max(high, 0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return shared / (areas - shared)


@pytest.mark.parametrize("found", [word for word in WORDS if word.text != "a"])
def test_a_word_that_is_searched_is_marked_where_it_stands(found: object) -> None:
    known = next(word for word in WORDS if word is found)
    pdf = as_pdf([line("Long a word.", 100, 98, 500, 42, words=WORDS)])
    (box,) = boxes_found(pdf, known.text)
    assert overlap(box, known.box) > 0.9


def test_a_word_in_a_column_is_marked_where_it_stands() -> None:
    words = (word("縦書き", 806, 110, 30, 130), word("日本語", 806, 260, 30, 130))
    pdf = as_pdf([line("縦書き 日本語", 800, 100, 42, 300, words=words)])
    (box,) = boxes_found(pdf, "日本語")
    assert overlap(box, words[1].box) > 0.8


def test_a_word_of_a_line_without_known_words_is_marked_about_where_it_stands() -> None:
    pdf = as_pdf([line("two words", 100, 100, 360, 40)])
    (box,) = boxes_found(pdf, "words")
    assert overlap(box, line("", 260, 104, 196, 32).box) > 0.8


def test_no_letter_leaves_ink() -> None:
    pdf = as_pdf([*RECEIPT, *TILTED, *COLUMNS])
    with pdfium.PdfDocument(pdf) as document:
        seen = document[0].render(scale=SIZE[0] / document[0].get_width()).to_pil()
    assert seen.convert("L").getextrema() == (255, 255)


LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Mn", "Zs", "Cc", "Cf"))
NUMBERS = st.floats(-200, 2000, allow_nan=False)


@st.composite
def wild_lines(draw: st.DrawFn) -> Line:
    text = draw(st.text(LETTERS, max_size=12))
    box = line("", *(draw(NUMBERS) for _ in range(5))).box
    known = draw(st.sampled_from([(), tuple(text.split())]))
    words = tuple(word(own, *(draw(NUMBERS) for _ in range(4))) for own in known)
    return Line(text, 1.0, box, draw(st.booleans()), words)


@given(st.lists(wild_lines(), max_size=6))
def test_any_page_becomes_a_sound_document(lines: list[Line]) -> None:
    pdf = as_pdf(lines)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        pikepdf.parse_content_stream(document.pages[0])


LATIN = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789.,:", min_size=1, max_size=9)


@given(st.lists(st.lists(LATIN, min_size=1, max_size=5), min_size=1, max_size=12))
def test_lines_of_any_words_are_given_back(rows: list[list[str]]) -> None:
    texts = [" ".join(words) for words in rows]
    assert lines_by_pdfium(as_pdf(stacked(*texts))) == texts
