import csv
import io
import shutil
import subprocess
from pathlib import Path

from hypothesis import given

from picture.formats.tsv import to_tsv
from picture.page import Page
from tests.conftest import draw_page, needs
from tests.formats.samples import PAGE, pages


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_words_stand_in_rows_of_their_own() -> None:
    words = [row for row in rows(to_tsv([PAGE])) if row["level"] == "5"]
    assert [row["text"] for row in words][:4] == ["A", "garden", "in", "the"]
    assert [words[1][name] for name in ("left", "top", "width", "height")] == [
        "60",
        "44",
        "60",
        "14",
    ]
    assert float(words[0]["conf"]) == 97
    assert [row["text"] for row in words if row["line_num"] == "2"] == [
        "where",
        "roses",
        "grow,",
        "and",
        "thyme.",
    ]


def test_a_line_that_knows_no_words_is_cut_evenly() -> None:
    words = [row for row in rows(to_tsv([PAGE])) if row["text"] in ("upside", "down")]
    assert [row["text"] for row in words] == ["upside", "down"]
    # It stands on its head: its first word is the right one.
    assert int(words[0]["left"]) > int(words[1]["left"])


def test_each_page_begins_anew() -> None:
    found = rows(to_tsv([PAGE, PAGE]))
    assert [row["page_num"] for row in found if row["level"] == "1"] == ["1", "2"]


@needs(tesseract_ocr=shutil.which("tesseract"))
def test_columns_and_levels_are_tesseracts(tmp_path: Path) -> None:
    draw_page("Garden centre", "Total 12.50").save(tmp_path / "page.png")
    command = ["tesseract", str(tmp_path / "page.png"), "-", "tsv"]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ours = to_tsv([PAGE])
    assert ours.splitlines()[0] == theirs.splitlines()[0]
    assert {row["level"] for row in rows(ours)} == {row["level"] for row in rows(theirs)}
    for text in (ours, theirs):
        assert all((row["conf"] == "-1") == (row["level"] != "5") for row in rows(text))


@given(pages)
def test_any_page_keeps_its_rows_and_columns(page: Page) -> None:
    text = to_tsv([page])
    assert all(row.count("\t") == 11 for row in text.split("\n")[:-1])
    for row in rows(text):
        left, top = int(row["left"]), int(row["top"])
        assert 0 <= left < left + int(row["width"]) <= page.width
        assert 0 <= top < top + int(row["height"]) <= page.height
