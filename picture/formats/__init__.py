"""From pages to what other programs read."""

from picture.formats.carried import CARRIED
from picture.formats.forms import FORMS
from picture.formats.lettered import Drawn, write_lettered_pdf
from picture.formats.liteparse import to_results
from picture.formats.pdf import Sheet, write_pdf
from picture.formats.record import JSON_SCHEMA, to_json
from picture.formats.searchable import make_searchable
from picture.formats.svg import to_svg
from picture.formats.tabled import tabulate
from picture.formats.view import is_foreign, lay_over, mark, starts_right

__all__ = [
    "CARRIED",
    "FORMS",
    "JSON_SCHEMA",
    "Drawn",
    "Sheet",
    "is_foreign",
    "lay_over",
    "make_searchable",
    "mark",
    "starts_right",
    "tabulate",
    "to_json",
    "to_results",
    "to_svg",
    "write_lettered_pdf",
    "write_pdf",
]
