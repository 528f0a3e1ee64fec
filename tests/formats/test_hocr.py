import re
from pathlib import Path

import pytest
from hocr_tools_lib.tools.hocr_check import Checker
from hypothesis import given
from lxml import etree

from picture.formats.hocr import to_hocr
from picture.page import Line, Page
from tests.formats.pages import DOCUMENTS, RECEIPT, TEA, box, standing, written

XHTML = {"x": "http://www.w3.org/1999/xhtml"}


def parse(pages: list[Page]) -> etree._Element:
    # Nothing is fetched: the type of the document is named and not looked up.
    return etree.fromstring(to_hocr(pages), etree.XMLParser(load_dtd=False, no_network=True))


def find(root: etree._Element, kind: str) -> list[etree._Element]:
    found = root.xpath(f"//x:*[@class='{kind}']", namespaces=XHTML)
    return [element for element in found if isinstance(element, etree._Element)]


def titles(root: etree._Element, kind: str) -> list[str]:
    return [str(element.get("title")) for element in find(root, kind)]


def text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def test_a_checker_finds_no_fault(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    written_to = tmp_path / "receipt.hocr"
    written_to.write_bytes(to_hocr([RECEIPT]))
    Checker(written_to).check()
    verdicts = capfd.readouterr().err.splitlines()
    assert len(verdicts) > 8
    assert [verdict for verdict in verdicts if not verdict.startswith("ok")] == []


def test_parts_have_their_boxes() -> None:
    root = parse([RECEIPT, Page(8, 9, ())])
    assert titles(root, "ocr_page") == ["bbox 0 0 400 300; ppageno 0", "bbox 0 0 8 9; ppageno 1"]
    assert titles(root, "ocr_carea") == titles(root, "ocr_par") == ["bbox 100 96 296 170"]
    assert titles(root, "ocr_line") == [
        "bbox 104 96 296 124; baseline 0 -1; x_size 28",
        "bbox 100 140 280 170; baseline 0 -6; x_size 30",
    ]
    assert titles(root, "ocrx_word")[:2] == [
        "bbox 104 98 140 122; x_wconf 99",
        "bbox 152 96 174 124; x_wconf 92",
    ]


def test_lines_hold_the_text_with_its_own_spaces() -> None:
    tea, plain = find(parse([RECEIPT]), "ocr_line")
    assert (text_of(tea), text_of(plain)) == ("Tea 茶叶 4.50", "Total due")


def test_a_leaning_line_says_how_it_rises() -> None:
    (title,) = titles(parse([Page(400, 400, (standing(10),))]), "ocr_line")
    slope = re.search(r"; baseline (-0\.\d+) -?\d+;", title)
    assert slope
    assert float(slope[1]) == pytest.approx(-0.176, abs=0.005)
    assert "textangle" not in title


@pytest.mark.parametrize(
    ("line", "angle"),
    [
        (Line("Total due", 0.9, box(10, 10, 30, 150)), 270),
        (Line("Total due", 0.9, box(10, 10, 150, 30), flipped=True), 180),
        (Line("Total due", 0.9, box(10, 10, 30, 150), flipped=True), 90),
    ],
)
def test_a_turned_line_says_how_it_is_turned(line: Line, angle: int) -> None:
    (title,) = titles(parse([Page(400, 400, (line,))]), "ocr_line")
    assert f"; textangle {angle};" in title
    assert "baseline" not in title


def test_words_from_right_to_left_are_marked() -> None:
    line = Line("שלום 12 abc", 0.9, box(10, 10, 110, 30))
    root = parse([Page(400, 400, (line,))])
    assert [element.get("dir") for element in find(root, "ocr_line")] == ["rtl"]
    assert [element.get("dir") for element in find(root, "ocrx_word")] == ["rtl", None, None]


def test_identifiers_are_not_given_twice() -> None:
    root = parse([RECEIPT, RECEIPT])
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names)) == 2 * (1 + 1 + 1 + 2 + len(TEA.words) + 2)


def test_the_same_pages_give_the_same_bytes() -> None:
    assert to_hocr([RECEIPT]) == to_hocr([RECEIPT])


@given(DOCUMENTS)
def test_every_word_is_found_on_its_page(pages: list[Page]) -> None:
    root = parse(pages)
    for element, page in zip(find(root, "ocr_page"), pages, strict=True):
        found = element.xpath(".//x:*[@class='ocrx_word']", namespaces=XHTML)
        assert [text_of(word) for word in found] == written(page)
