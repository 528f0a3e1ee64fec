import re
from pathlib import Path

import pytest
from hocr_tools_lib.tools.hocr_check import Checker
from hypothesis import given
from lxml import etree

from picture.formats.hocr import to_hocr
from picture.page import Page
from tests.formats.samples import PAGE, line, pages

_XHTML = {"x": "http://www.w3.org/1999/xhtml"}


def found(file: bytes, kind: str) -> list[etree._Element]:
    elements = etree.fromstring(file).xpath(f"//*[@class='{kind}']", namespaces=_XHTML)
    assert isinstance(elements, list)
    return [element for element in elements if isinstance(element, etree._Element)]


def test_the_checker_finds_nothing_wrong(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.hocr"
    path.write_bytes(to_hocr([PAGE]))
    checker = Checker(path)
    checker.check()
    assert checker.test_counter > 10
    assert not re.search("^not ok", capfd.readouterr().err, re.MULTILINE)


def test_words_lie_in_lines_paragraphs_and_areas() -> None:
    file = to_hocr([PAGE])
    first = found(file, "ocrx_word")[1]
    assert first.text == "garden"
    assert first.get("title") == "bbox 60 44 120 58; x_wconf 97"
    parents = [element.get("class") for element in first.iterancestors()]
    assert parents[:4] == ["ocr_line", "ocr_par", "ocr_carea", "ocr_page"]


def test_text_reads_as_it_was_written() -> None:
    lines = ["".join(element.itertext()) for element in found(to_hocr([PAGE]), "ocr_line")]
    assert {text.strip() for text in lines} == {line.text for line in PAGE.lines}


def test_han_words_are_not_parted_by_spaces() -> None:
    page = Page(400, 100, (line("春 の 庭", 10, 10, letter=30),))
    assert "".join(found(to_hocr([page]), "ocr_line")[0].itertext()).strip() == "春 の 庭"


def test_lines_tell_how_they_run() -> None:
    titles = {
        "".join(element.itertext()).strip(): str(element.get("title"))
        for element in found(to_hocr([PAGE]), "ocr_line")
    }
    assert "baseline 0.000 0" in titles["Opening hours"]
    assert "textangle 270.00" in titles["Fresh daily"]
    assert "textangle 180.00" in titles["upside down"]


def test_identifiers_are_unique_over_pages() -> None:
    ids = re.findall(rb' id="([^"]+)"', to_hocr([PAGE, PAGE]))
    assert len(ids) == len(set(ids)) > 20


@given(pages)
def test_any_page_is_well_formed(page: Page) -> None:
    assert len(found(to_hocr([page]), "ocr_page")) == 1
