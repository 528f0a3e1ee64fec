"""The forms that text can take, each with a name, a type and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from picture.formats.alto import to_alto
from picture.formats.hocr import to_hocr
from picture.formats.tsv import to_tsv
from picture.layout import Layout, render_text
from picture.page import Page

_PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Form:
    """How pages are written, and how a file of it begins and is named.

    `write` takes a layout as well, which only plain text has.
    """

    suffix: str
    mimetype: str
    write: Callable[[Sequence[Page], Layout], bytes]
    beginning: bytes = b""

    def is_valid(self, data: bytes) -> bool:
        """Tell whether a file may be one of this form."""
        return data.startswith(self.beginning)


def _plain(pages: Sequence[Page], layout: Layout) -> bytes:
    return _PAGE_BREAK.join(render_text(page, layout) for page in pages).encode()


FORMS: Mapping[str, Form] = {
    "txt": Form(".txt", "text/plain", _plain),
    "tsv": Form(".tsv", "text/tab-separated-values", lambda pages, _: to_tsv(pages).encode()),
    "hocr": Form(".hocr", "text/html", lambda pages, _: to_hocr(pages), b"<?xml"),
    "alto": Form(".xml", "application/xml", lambda pages, _: to_alto(pages), b"<?xml"),
}
