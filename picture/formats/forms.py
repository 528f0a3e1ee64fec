"""The forms that text can take, each with a name, a type and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from picture.formats.alto import to_alto
from picture.formats.hocr import to_hocr
from picture.formats.markdown import to_markdown
from picture.formats.sheets import to_csv, to_xlsx
from picture.formats.tsv import to_tsv
from picture.formats.word import to_docx
from picture.layout import Layout, render_text
from picture.page import Page

_PAGE_BREAK = "\f"
_XML, _ZIP = b"<?xml", b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument"

Write = Callable[[Sequence[Page], Layout, bool], bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """How pages are written, and how a file of it begins and is named.

    `write` takes a layout as well, and whether drawn rules are shown: plain text alone
    has either.
    """

    suffix: str
    mimetype: str
    write: Write
    beginning: bytes = b""

    def is_valid(self, data: bytes) -> bool:
        """Tell whether a file may be one of this form."""
        return data.startswith(self.beginning)


def _plain(pages: Sequence[Page], layout: Layout, with_rules: bool) -> bytes:
    texts = (render_text(page, layout, with_rules) for page in pages)
    return _PAGE_BREAK.join(texts).encode()


def _text(write: Callable[[Sequence[Page]], str]) -> Write:
    return lambda pages, *_: write(pages).encode()


def _file(write: Callable[[Sequence[Page]], bytes]) -> Write:
    return lambda pages, *_: write(pages)


FORMS: Mapping[str, Form] = {
    "txt": Form(".txt", "text/plain", _plain),
    "md": Form(".md", "text/markdown", _text(to_markdown)),
    "tsv": Form(".tsv", "text/tab-separated-values", _text(to_tsv)),
    "csv": Form(".csv", "text/csv", _text(to_csv)),
    "xlsx": Form(".xlsx", f"{_OFFICE}.spreadsheetml.sheet", _file(to_xlsx), _ZIP),
    "docx": Form(".docx", f"{_OFFICE}.wordprocessingml.document", _file(to_docx), _ZIP),
    "hocr": Form(".hocr", "text/html", _file(to_hocr), _XML),
    "alto": Form(".xml", "application/xml", _file(to_alto), _XML),
}
