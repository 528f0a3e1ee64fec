"""Pages as a word processor's document (DOCX)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt

from picture.formats.outline import Kind, Part, outline
from picture.formats.xml import legal
from picture.layout import Table
from picture.page import Page

_CREATED = datetime(2000, 1, 1)
_ZIPPED = (2000, 1, 1, 0, 0, 0)
_EAST_ASIAN = "Noto Sans CJK SC"
_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")
_INSET = 18
"""Points by which a numbered item is set in under another."""


def to_docx(pages: Sequence[Page]) -> bytes:
    """Write headings, paragraphs, lists and tables in reading order, a page break between pages."""
    document = Document()
    _prepare(document)
    for number, page in enumerate(pages):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for part in outline(page):
            if isinstance(part, Table):
                _add_table(document, part)
            else:
                _add_part(document, part)
    buffer = io.BytesIO()
    document.save(buffer)
    return _dated(buffer.getvalue())


def _prepare(document: WordDocument) -> None:
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "", ""
    properties.created = properties.modified = _CREATED
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _EAST_ASIAN)


def _add_part(document: WordDocument, part: Part) -> None:
    text = legal(part.text)
    if part.kind is Kind.HEADING:
        document.add_heading(text, part.level)
    elif part.kind is Kind.NUMBERED:
        # A list of its own would count anew: numbers stay as they were read.
        added = document.add_paragraph(f"{part.level}. {text}")
        added.paragraph_format.left_indent = Pt(_INSET * part.depth)
    elif part.kind is Kind.ITEM:
        document.add_paragraph(text, _BULLETS[min(part.depth, len(_BULLETS) - 1)])
    else:
        document.add_paragraph(text)


def _add_table(document: WordDocument, table: Table) -> None:
    added = document.add_table(table.rows, table.columns, "Table Grid")
    # Asked for one by one, each place would be sought among all.
    places = [row.cells for row in added.rows]
    for cell in table.cells:
        place = places[cell.row][cell.column]
        if cell.row_span > 1 or cell.column_span > 1:
            last = cell.row + cell.row_span - 1, cell.column + cell.column_span - 1
            place = place.merge(places[last[0]][last[1]])
        place.text = legal(cell.text)
        for run in place.paragraphs[0].runs:
            run.bold = cell.row < table.header_rows
    document.add_paragraph()


def _dated(file: bytes) -> bytes:
    """Return a file with one time in all its entries: the same pages give the same bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as before,
        zipfile.ZipFile(buffer, "w") as after,
    ):
        for entry in before.infolist():
            info = zipfile.ZipInfo(entry.filename, _ZIPPED)
            after.writestr(info, before.read(entry), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
