"""PDFs of letters: what readers take from them, and what they look like."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image

from picture.formats import Drawn, write_lettered_pdf
from picture.page import Line, Page
from picture.redraw import FONTS_FOLDER, Fonts, Style, letter, redraw
from tests.conftest import to_bytes
from tests.drawn import box, draw_lines
from tests.formats.readers import lines_by_pdfium, lines_by_poppler, needs_readers

ORIGINAL = Style(white_background=False)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


def render(pdf: bytes, size: tuple[int, int]) -> NDArray[np.int_]:
    with pdfium.PdfDocument(pdf) as document:
        page = document[0]
        image = page.render(scale=size[0] / page.get_width()).to_pil().convert("RGB")
        return np.asarray(image.resize(size)).astype(int)


def test_pdfium_reads_every_line_as_it_is(fonts: Fonts) -> None:
    picture, page = draw_lines()
    pdf = write_lettered_pdf([Drawn(letter(picture, page, fonts, Style())[1])])
    read = [line.strip() for line in lines_by_pdfium(pdf)]
    # A line and the column beside it are on one row to PDFium.
    assert [line.text for line in page.lines if line.text not in "\n".join(read)] == []


@needs_readers
def test_poppler_reads_lines_columns_and_what_lies_at_an_angle(
    fonts: Fonts, tmp_path: Path
) -> None:
    picture, page = draw_lines()
    pdf = write_lettered_pdf([Drawn(letter(picture, page, fonts, Style())[1])])
    read = "\n".join(lines_by_poppler(pdf, tmp_path, raw=True))
    for text in ("Grand Total 42.50", "हिन्दी", "縦書き「テスト」。", "upside down", "at an angle"):
        assert text in read


@pytest.mark.parametrize("style", [Style(), ORIGINAL])
def test_it_looks_as_the_redraw_does(fonts: Fonts, style: Style) -> None:
    picture, page = draw_lines("#204060", "#f0e8d0")
    ground, lettering = letter(picture, page, fonts, style)
    pdf = write_lettered_pdf([Drawn(lettering, to_bytes(ground) if ground else None)])
    drawn = np.asarray(redraw(picture, page, fonts, style)).astype(int)
    assert np.abs(drawn - render(pdf, picture.size)).mean() < 3


def test_each_page_has_its_size_and_all_share_fonts(fonts: Fonts) -> None:
    picture, page = draw_lines()
    _, lettering = letter(picture, page, fonts, Style())
    pages = [Drawn(lettering, dpi=(100, 200)), Drawn(lettering), Drawn(lettering, dpi=(72, 72))]
    with pikepdf.open(io.BytesIO(write_lettered_pdf(pages))) as pdf:
        sizes = [tuple(map(float, page.mediabox[2:])) for page in pdf.pages]
        assert sizes == [(547.2, 230.4), (570.0, 480.0), (570.0, 480.0)]
        assert len({page.obj.Resources.Font.objgen for page in pdf.pages}) == 1


def test_the_same_pages_give_the_same_bytes_and_none_give_none(fonts: Fonts) -> None:
    picture, page = draw_lines()
    first, second = (
        write_lettered_pdf([Drawn(letter(picture, page, fonts, Style())[1])]) for _ in range(2)
    )
    assert first == second
    with pytest.raises(ValueError, match="no pages"):
        write_lettered_pdf([])


def test_fonts_are_whole_by_themselves(fonts: Fonts) -> None:
    picture, page = draw_lines()
    pdf = write_lettered_pdf([Drawn(letter(picture, page, fonts, Style())[1])])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts_used = document.pages[0].obj.Resources.Font
        for _, font in fonts_used.items():
            own = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in own or "/FontFile3" in own
            assert "/ToUnicode" in font


def test_a_page_without_lines_is_its_picture(fonts: Fonts) -> None:
    picture = Image.new("RGB", (40, 30), "red")
    ground, lettering = letter(picture, Page(40, 30, ()), fonts, ORIGINAL)
    assert ground is not None
    pdf = write_lettered_pdf([Drawn(lettering, to_bytes(ground))])
    assert (render(pdf, (40, 30)) == (255, 0, 0)).all()


def test_words_that_are_close_keep_the_space_between_them(fonts: Fonts) -> None:
    page = Page(300, 60, (Line("21 Mar 2018", 0.9, box(10, 10, 110, 50)),))
    _, lettering = letter(Image.new("RGB", (300, 60)), page, fonts, Style())
    assert lines_by_pdfium(write_lettered_pdf([Drawn(lettering)])) == ["21 Mar 2018"]
