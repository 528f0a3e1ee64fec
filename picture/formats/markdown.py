"""Pages as Markdown (CommonMark, with GitHub's tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from picture.formats.outline import LISTED, Kind, Part, outline
from picture.layout import Table
from picture.page import Page

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$]")
_OPENING = re.compile(r"(#{1,6}(?=\s|$)|[-+=](?=\s|$|[-=])|\d{1,9}(?=[.)](?:\s|$)))")


def to_markdown(pages: Sequence[Page]) -> str:
    """Write headings, paragraphs, lists and tables in reading order.

    A form feed stands between pages, in a line of its own: else what begins a page would
    go on with the one before. What would be a sign of Markdown is escaped.
    """
    return "\n\f\n\n".join(_page(page) for page in pages)


def _page(page: Page) -> str:
    text = "".join(_separated(outline(page)))
    unread = f"\n\\[{page.unread} lines were not read\\]\n" if page.unread else ""
    return text + unread


def _separated(parts: Sequence[Part | Table]) -> Iterator[str]:
    """Yield the parts, with a blank line between all but the items of a list."""
    before: Part | Table | None = None
    widths: list[int] = []
    for part in parts:
        if before is not None and not (_is_listed(before) and _is_listed(part)):
            yield "\n"
        if isinstance(part, Table):
            yield _table(part)
        else:
            # An item under another begins where the text of that one does.
            widths = widths[: part.depth]
            yield from _below(part, sum(widths))
            widths.append(len(_mark(part)))
        before = part


def _below(part: Part, inset: int) -> Iterator[str]:
    """Yield a part set in; a number but 1 would go on with the text above it."""
    if inset and part.kind is Kind.NUMBERED and part.level != 1:
        yield "\n"
    yield f"{' ' * inset}{_written(part)}"


def _mark(part: Part) -> str:
    return f"{part.level}. " if part.kind is Kind.NUMBERED else "- "


def _is_listed(part: Part | Table) -> bool:
    return isinstance(part, Part) and part.kind in LISTED


def _written(part: Part) -> str:
    text = _escape(part.text)
    match part.kind:
        case Kind.HEADING:
            return f"{'#' * part.level} {text}\n"
        case Kind.ITEM | Kind.NUMBERED:
            return f"{_mark(part)}{_opening(text)}\n"
        case Kind.PARAGRAPH:
            return f"{_opening(text)}\n"


def _table(table: Table) -> str:
    """Return a table; its first row stands above the rule, a blank one where it is no header."""
    rows = [[_escape(text) for text in row] for row in table.grid]
    if not table.header_rows:
        rows.insert(0, [""] * table.columns)
    rows.insert(1, ["---"] * table.columns)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _escape(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return _SPECIAL.sub(lambda sign: "\\" + sign[0], shown).strip()


def _opening(text: str) -> str:
    """Escape what would make a line begin a heading, a list or a rule."""
    found = _OPENING.match(text)
    if found is None:
        return text
    sign = found[0]
    return f"{sign}\\{text[len(sign) :]}" if sign.isdigit() else f"\\{text}"
