"""What both forms in XML have in common."""

from __future__ import annotations

import re

from lxml import etree

SOFTWARE = "OCR Picture Process Service"

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return a text without the characters that XML has no place for."""
    return _ILLEGAL.sub("", text)


def to_file(root: etree._Element, doctype: str | None = None) -> bytes:
    """Return a document as a UTF-8 file."""
    file: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype=doctype)
    return file
