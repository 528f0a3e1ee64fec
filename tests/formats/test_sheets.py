import csv
import io

import pytest
from hypothesis import given
from openpyxl import load_workbook

from picture.formats.sheets import to_csv, to_xlsx
from picture.page import Page
from tests.formats.pages import PAGES, SPANNING, STOCK, line, rows

PAGE = Page(900, 900, tuple(rows(*STOCK)))
PLAIN = Page(900, 900, (line("Garden centre", 40, 40), line("Thank you", 40, 90)))


def records(*pages: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(pages))))


def test_a_table_is_written_row_by_row() -> None:
    assert records(PAGE) == [list(row) for row in STOCK]


def test_tables_are_parted_by_a_blank_row() -> None:
    assert records(PAGE, PLAIN)[4:] == [[], ["Garden centre"], ["Thank you"]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("-12.50", "-12.50"),
        ("+4", "+4"),
        ("- 3,50 EUR", "- 3,50 EUR"),
    ],
)
def test_a_text_is_no_formula(text: str, written: str) -> None:
    page = Page(900, 900, (line(text, 40, 40),))
    assert records(page) == [[written]]
    sheet = load_workbook(io.BytesIO(to_xlsx([page]))).worksheets[0]
    assert sheet["A1"].data_type in ("s", "n")


def test_a_workbook_has_a_sheet_a_table() -> None:
    book = load_workbook(io.BytesIO(to_xlsx([PAGE, PLAIN])))
    assert book.sheetnames == ["Page 1 table 1", "Page 2"]
    values = list(book.worksheets[0].values)
    assert values[0] == ("Article", "Pieces", "Price")
    assert values[1] == ("Spade", 12, 19.5)
    assert book.worksheets[0]["A1"].font.bold
    assert book.worksheets[0]["C3"].number_format == "0.00"


def test_cells_over_rows_and_columns_are_merged() -> None:
    sheet = load_workbook(io.BytesIO(to_xlsx([SPANNING]))).worksheets[0]
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:A2", "B1:C1"}
    assert [sheet[place].value for place in ("A1", "B1", "B2", "C2", "B3", "C3")] == [
        "Article", "Price", "Old", "New", 17.5, None,
    ]  # fmt: skip
    assert all(sheet[place].font.bold for place in ("A1", "B1", "C2"))
    assert not sheet["A3"].font.bold
    assert records(SPANNING) == [
        ["Article", "Price", ""],
        ["", "Old", "New"],
        ["Rake", "17.50", ""],
    ]


@pytest.mark.parametrize("text", ["007", "1,234.50", "12345678901234567", "$5", "1e5", "5%"])
def test_numbers_that_would_lose_something_stay_texts(text: str) -> None:
    page = Page(900, 900, (line(text, 40, 40),))
    assert load_workbook(io.BytesIO(to_xlsx([page]))).worksheets[0]["A1"].value == text


def test_no_pages_give_an_empty_workbook() -> None:
    assert load_workbook(io.BytesIO(to_xlsx([Page(9, 9, ())]))).sheetnames == ["Page 1"]


@given(PAGES)
def test_any_page_can_be_opened(page: Page) -> None:
    records(page)
    load_workbook(io.BytesIO(to_xlsx([page])))
