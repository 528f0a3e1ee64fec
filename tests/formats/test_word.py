import io

from docx import Document
from docx.shared import Pt
from hypothesis import given, settings

from picture.formats.word import to_docx
from picture.page import Page
from tests.formats.pages import BODY, PAGES, SPANNING, STOCK, large, line, rows

LIST = [line("• roses", 40, 700), line("2. thyme", 40, 740)]
PAGE = Page(900, 900, (large("A walk", 20, 60), *BODY, *rows(*STOCK, top=400), *LIST))


def test_headings_paragraphs_lists_and_tables_are_ones() -> None:
    document = Document(io.BytesIO(to_docx([PAGE])))
    texts = [part for part in document.paragraphs if part.text]
    found = [(part.style.name if part.style else "", part.text) for part in texts]
    assert found[0] == ("Heading 1", "A walk")
    assert found[1][0] == "Normal"
    assert found[2:] == [("List Bullet", "roses"), ("Normal", "2. thyme")]
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [list(row) for row in STOCK]
    assert table.rows[0].cells[0].paragraphs[0].runs[0].bold


def test_items_under_others_are_set_in() -> None:
    items = (("• flowers", 40), ("• roses", 70), ("2. wild", 110))
    page = Page(900, 900, tuple(line(text, x, 40 * y) for y, (text, x) in enumerate(items)))
    document = Document(io.BytesIO(to_docx([page])))
    styles = [part.style.name for part in document.paragraphs if part.style]
    assert styles == ["List Bullet", "List Bullet 2", "Normal"]
    assert document.paragraphs[2].paragraph_format.left_indent == Pt(36)


def test_cells_over_rows_and_columns_are_merged() -> None:
    (table,) = Document(io.BytesIO(to_docx([SPANNING]))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Article", "Price", "Price"],
        ["Article", "Old", "New"],
        ["Rake", "17.50", ""],
    ]
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc
    assert table.cell(1, 2).paragraphs[0].runs[0].bold
    assert not table.cell(2, 0).paragraphs[0].runs[0].bold


def test_pages_are_parted_by_page_breaks() -> None:
    document = Document(io.BytesIO(to_docx([PAGE, PAGE])))
    assert document.element.xml.count('w:type="page"') == 1


@settings(max_examples=30)
@given(PAGES)
def test_any_page_can_be_opened(page: Page) -> None:
    Document(io.BytesIO(to_docx([page])))


def test_a_document_is_packed() -> None:
    assert len(to_docx([Page(900, 900, tuple(rows(*STOCK)))])) < 100_000
