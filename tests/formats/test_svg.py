"""SVG: what is written in it, and what a browser makes of it."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from picture.formats import to_svg
from picture.page import Line, Page
from picture.redraw import FONTS_FOLDER, Fonts, Style, letter, redraw
from tests.browsers import CHROMIUM
from tests.conftest import needs, to_bytes
from tests.drawn import box, draw_lines

ORIGINAL = Style(white_background=False)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FONTS_FOLDER)


def texts(svg: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in etree.fromstring(svg).iter("{*}text")]


def test_every_line_is_a_text_that_says_it_with_its_spaces(fonts: Fonts) -> None:
    picture, page = draw_lines()
    svg = to_svg(letter(picture, page, fonts, Style())[1])
    assert texts(svg) == [line.text for line in page.lines]


def test_what_xml_has_no_place_for_is_left_out_and_the_rest_escaped(fonts: Fonts) -> None:
    hostile = "a\x00b\x1b \ud800<script>alert(1)</script> &amp;]]> \ufffe\u202e x"
    page = Page(600, 60, (Line(hostile, 0.9, box(10, 10, 580, 50)),))
    svg = to_svg(letter(Image.new("RGB", (600, 60)), page, fonts, Style())[1])
    assert "<script>alert(1)</script> &amp;]]>" in texts(svg)[0]
    tags = {etree.QName(tag).localname for tag in etree.fromstring(svg).iter()}
    assert tags == {"svg", "style", "rect", "text", "tspan"}


def test_it_names_no_other_address(fonts: Fonts) -> None:
    picture, page = draw_lines()
    ground, lettering = letter(picture, page, fonts, ORIGINAL)
    assert ground is not None
    svg = to_svg(lettering, to_bytes(ground)).decode()
    sources = re.findall(r"""(?:href="|url\()([^;]*)""", svg)
    assert {source.partition(";")[0] for source in sources} == {"data:image/png", "data:font/sfnt"}


def test_a_page_without_lines_is_its_picture(fonts: Fonts) -> None:
    picture = Image.new("RGB", (40, 30), "red")
    ground, lettering = letter(picture, Page(40, 30, ()), fonts, ORIGINAL)
    assert ground is not None
    root = etree.fromstring(to_svg(lettering, to_bytes(ground, "JPEG")))
    assert root.get("viewBox") == "0 0 40 30"
    assert [etree.QName(each).localname for each in root] == ["style", "image"]


@needs(chromium=CHROMIUM)
@pytest.mark.parametrize("style", [Style(), ORIGINAL])
def test_a_browser_draws_it_as_the_redraw_is_drawn(
    fonts: Fonts, style: Style, tmp_path: Path
) -> None:
    picture, page = draw_lines("#204060", "#f0e8d0")
    ground, lettering = letter(picture, page, fonts, style)
    shown = screenshot(to_svg(lettering, to_bytes(ground) if ground else None), tmp_path)
    drawn = np.asarray(redraw(picture, page, fonts, style)).astype(int)
    seen = np.asarray(shown.crop((0, 0, *picture.size))).astype(int)
    assert np.abs(drawn - seen).mean() < 3
    # Blurred over a few pixels, what differs is the edges of letters no more.
    assert np.abs(small(drawn) - small(seen)).max() < 90


@needs(chromium=CHROMIUM)
def test_brackets_in_hebrew_look_as_printed_in_the_redraw_and_a_browser(
    fonts: Fonts, tmp_path: Path
) -> None:
    picture, text = Image.new("RGB", (640, 100), "white"), "הבית (שלום לכם). [ב-2024]"
    draw, at = ImageDraw.Draw(picture), (30, 60)
    font = fonts.font("DejaVuSans", 40)
    draw.text(at, text, "black", font, "ls", direction="rtl")
    left, top, right, bottom = draw.textbbox(at, text, font, "ls", direction="rtl")
    line = Line(text, 0.9, box(left - 4, top - 4, right + 4, bottom + 4))
    page = Page(*picture.size, (line,))
    _, lettering = letter(picture, page, fonts, Style())
    shown = screenshot(to_svg(lettering), tmp_path).crop((0, 0, *picture.size))
    drawn = redraw(picture, page, fonts, Style())
    assert np.abs(small(levels(drawn)) - small(levels(shown))).max() < 90
    assert opens(picture) and opens(drawn) and opens(shown)


def levels(picture: Image.Image) -> NDArray[np.int_]:
    return np.asarray(picture).astype(int)


def opens(picture: Image.Image) -> bool:
    """Tell whether the first sign from the left has its long stroke at its left, as [ has."""
    dark = levels(picture).min(axis=2) < 128
    across = np.flatnonzero(dark.any(axis=0))
    end = across[np.flatnonzero(np.diff(across) > 1)[0]]
    heights = dark[:, across[0] : end + 1].sum(axis=0)
    return bool(heights[0] > heights[-1])


def small(pixels: NDArray[np.int_]) -> NDArray[np.float64]:
    rows, columns = pixels.shape[0] // 8, pixels.shape[1] // 8
    squares = pixels[: 8 * rows, : 8 * columns].reshape(rows, 8, columns, 8, 3)
    return np.asarray(squares.mean(axis=(1, 3)))


def screenshot(svg: bytes, folder: Path) -> Image.Image:
    """Return what Chromium shows of a file."""
    (folder / "page.svg").write_bytes(svg)
    shot = folder / "shot.png"
    subprocess.run(
        [
            str(CHROMIUM),
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            f"--user-data-dir={folder / 'profile'}",
            f"--screenshot={shot}",
            "--window-size=900,900",
            (folder / "page.svg").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")
