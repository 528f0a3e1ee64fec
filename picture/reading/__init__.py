"""From untrusted bytes to upright pictures, and from pictures to the text on them."""

from picture.reading.calibration import calibrated, traits
from picture.reading.corrections import Correction, number_lines, parse_corrections
from picture.reading.decode import FORMATS, Compression, Picture, decode, is_upright
from picture.reading.document import DPI, LEAST_DPI, MOST_DPI, Document, Limits, open_document
from picture.reading.engine import Engine, fingerprint, languages_of, prepare_models
from picture.reading.languages import AUTO, MAIN, split_tags
from picture.reading.lines import MOST_BYTES, Lines, parse_lines
from picture.reading.orientation import Orientation
from picture.reading.pages import Pages, parse_pages
from picture.reading.region import parse_regions, put_together, scaled
from picture.reading.selection import WHOLE, Selection, TextLayer
from picture.reading.text_layer import merge
from picture.reading.transcript import plain, small
from picture.reading.work import NOBODY, Asker

__all__ = [
    "AUTO",
    "DPI",
    "FORMATS",
    "LEAST_DPI",
    "MAIN",
    "MOST_BYTES",
    "MOST_DPI",
    "NOBODY",
    "WHOLE",
    "Asker",
    "Compression",
    "Correction",
    "Document",
    "Engine",
    "Limits",
    "Lines",
    "Orientation",
    "Pages",
    "Picture",
    "Selection",
    "TextLayer",
    "calibrated",
    "decode",
    "fingerprint",
    "is_upright",
    "languages_of",
    "merge",
    "number_lines",
    "open_document",
    "parse_corrections",
    "parse_lines",
    "parse_pages",
    "parse_regions",
    "plain",
    "prepare_models",
    "put_together",
    "scaled",
    "small",
    "split_tags",
    "traits",
]
