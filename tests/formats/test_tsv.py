import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from picture.formats.tsv import to_tsv
from picture.page import Page
from tests.conftest import draw_page
from tests.formats.pages import DOCUMENTS, RECEIPT, written

Table = list[dict[str, str]]


def parse(table: str) -> Table:
    """Return the rows of a table, as programs that take Tesseract's read them."""
    head, *rows = table.removesuffix("\n").split("\n")
    names = head.split("\t")
    return [dict(zip(names, row.split("\t"), strict=True)) for row in rows]


def test_a_page_is_a_row_for_each_part_of_it() -> None:
    assert to_tsv([RECEIPT]) == (
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num"
        "\tleft\ttop\twidth\theight\tconf\ttext\n"
        "1\t1\t0\t0\t0\t0\t0\t0\t400\t300\t-1\t\n"
        "2\t1\t1\t0\t0\t0\t100\t96\t196\t74\t-1\t\n"
        "3\t1\t1\t1\t0\t0\t100\t96\t196\t74\t-1\t\n"
        "4\t1\t1\t1\t1\t0\t104\t96\t192\t28\t-1\t\n"
        "5\t1\t1\t1\t1\t1\t104\t98\t36\t24\t99\tTea\n"
        "5\t1\t1\t1\t1\t2\t152\t96\t22\t28\t92\t茶\n"
        "5\t1\t1\t1\t1\t3\t176\t96\t22\t28\t90\t叶\n"
        "5\t1\t1\t1\t1\t4\t240\t98\t56\t24\t100\t4.50\n"
        "4\t1\t1\t1\t2\t0\t100\t140\t180\t30\t-1\t\n"
        "5\t1\t1\t1\t2\t1\t100\t140\t100\t30\t88\tTotal\n"
        "5\t1\t1\t1\t2\t2\t220\t140\t60\t30\t88\tdue\n"
    )


def test_a_page_without_text_is_one_row() -> None:
    assert [row["level"] for row in parse(to_tsv([Page(8, 9, ()), Page(9, 8, ())]))] == ["1", "1"]


@given(DOCUMENTS)
def test_every_word_is_found_on_its_page(pages: list[Page]) -> None:
    rows = parse(to_tsv(pages))
    for number, page in enumerate(pages, start=1):
        own = [row["text"] for row in rows if int(row["page_num"]) == number and row["text"]]
        assert own == written(page)


@given(DOCUMENTS)
def test_the_table_is_built_as_tesseracts(pages: list[Page]) -> None:
    check_structure(parse(to_tsv(pages)))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what the real Tesseract prints of a picture of three lines."""
    picture: Path = tmp_path_factory.mktemp("tsv") / "page.png"
    draw_page("Hello world", "Total 12.50", "2026-11-24").save(picture)
    command = ["tesseract", str(picture), "-", "--dpi", "96", "tsv"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_tesseract_prints_the_same_head_and_the_same_kinds_of_rows(printed: str) -> None:
    theirs, ours = parse(printed), parse(to_tsv([RECEIPT]))
    check_structure(theirs)
    assert printed.split("\n", maxsplit=1)[0] == to_tsv([]).rstrip("\n")
    assert {row["level"] for row in theirs} == {row["level"] for row in ours}
    for table in (theirs, ours):
        assert all((row["text"] != "") == (row["level"] == "5") for row in table)


def check_structure(table: Table) -> None:
    """Check what every table of Tesseract's is like: each part numbered from 1 in the one above."""
    numbers = ("page_num", "block_num", "par_num", "line_num", "word_num")
    place: list[int] = [0] * 5
    for row in table:
        level = int(row["level"])
        expected = [*place[: level - 1], place[level - 1] + 1, *[0] * (5 - level)]
        place = [int(row[name]) for name in numbers]
        assert place == expected
        assert float(row["conf"]) == -1 if level < 5 else 0 <= float(row["conf"]) <= 100
        assert all(int(row[name]) >= 0 for name in ("left", "top"))
        assert all(int(row[name]) > 0 for name in ("width", "height"))
