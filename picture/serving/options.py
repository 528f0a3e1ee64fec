"""What a request may ask for: each option read from its fields, and described for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from picture.errors import LanguageUnknownError, NumberInvalidError, OptionInvalidError
from picture.formats import FORMS
from picture.layout import Layout
from picture.reading import (
    AUTO,
    DPI,
    LEAST_DPI,
    MAIN,
    MOST_DPI,
    Correction,
    Lines,
    Orientation,
    Pages,
    Selection,
    TextLayer,
    languages_of,
    parse_corrections,
    parse_lines,
    parse_pages,
    parse_regions,
    split_tags,
)
from picture.redraw import Color, Keep
from picture.settings import Settings

WRITABLE = ("png", "jpeg", "webp", "tiff", "pdf", "svg")
"""What a picture can be drawn as, whatever was sent."""

T = TypeVar("T")
Texts = Sequence[str]
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """A field of the form or of the query.

    `read` takes all that was sent for it, and raises a ServiceError with status 400
    for what it does not understand.
    """

    name: str
    read: Callable[[Texts], T]
    schema: Schema


def _last(texts: Texts) -> str:
    return texts[-1].strip() if texts else ""


def _choice(name: str, values: Iterable[str], default: str | None, meaning: str) -> Option[str]:
    """Describe one of some words; without a default, what is not sent is no word at all."""
    words = tuple(values)
    schema: Schema = {"type": "string", "enum": list(words), "description": meaning}
    if default is not None:
        schema["default"] = default

    def read(texts: Texts) -> str:
        word = _last(texts).lower()
        if word and word not in words:
            raise OptionInvalidError(name, words)
        return word or default or ""

    return Option(name, read, schema)


def _flag(name: str, default: str, meaning: str) -> Option[bool]:
    word = _choice(name, ("true", "false"), default, meaning)
    return Option(name, lambda texts: word.read(texts) == "true", word.schema)


def _number(name: str, least: float, most: float, meaning: str) -> Option[float | None]:
    schema = {"type": "number", "minimum": least, "maximum": most, "description": meaning}

    def read(texts: Texts) -> float | None:
        text = _last(texts)
        try:
            value = float(text) if text else None
        except ValueError:
            value = float("nan")
        if value is not None and not least <= value <= most:
            raise NumberInvalidError(name, least, most)
        return value

    return Option(name, read, schema)


def _place(name: str, meaning: str) -> Option[int]:
    """Describe a place in a list, from 1, which is also where nothing is sent."""
    number = _number(name, 1, 1_000_000, meaning)
    return Option(name, lambda texts: int(number.read(texts) or 1), number.schema)


def _text(name: str, read: Callable[[Texts], T], meaning: str) -> Option[T]:
    return Option(name, read, {"type": "string", "description": meaning})


def _read_pages(texts: Texts) -> Pages | None:
    text = _last(texts)
    return parse_pages(text) if text else None


FORM = _choice("format", FORMS, "txt", "What the text is written as.")
LAYOUT = _choice(
    "layout", [item.value for item in Layout], Layout.PAGE, "How plain text is laid out."
)
RULES = _flag(
    "rules",
    "false",
    "Whether plain text in the layouts `page` and `code` shows level rules that are drawn on a "
    "page, as rows of hyphens.",
)
WHITE = _flag("white_background", "true", "White page, or the original with its text erased first.")
COLOR = _choice(
    "color", [item.value for item in Color], Color.BLACK, "Colour of the text on a white page."
)
KEEP = _choice(
    "keep",
    [item.value for item in Keep],
    Keep.TEXT,
    "What a white page shows: text alone, or also rules, boxes, stamps and pictures, the ground "
    "of the scan made white.",
)
WRITTEN = _choice("format", WRITABLE, None, "The picture's format; without it, the file's own.")
PDFA = _flag("pdfa", "false", "Whether the PDF is to conform to PDF/A-2b.")
PARTIAL = _flag(
    "partial", "false", "Where there is too much text: what can be read, marked as a part."
)
SHOW = _place("show", "Which of several pictures is looked at.")
PAGE = _place("page", "Which page of a document is looked at.")
LOOK = _choice("look", ("original", "redrawn"), "original", "Which picture is looked at.")
CALL = _choice(
    "call", ("img_txt", "img_img", "img_pdf", "img_json"), "img_txt", "What is made of each."
)


_PAGES = _text(
    "pages",
    _read_pages,
    "Pages of a document or frames of an animation: `1-3,5`, `7-`, `last`. "
    "Without it: all pages, the first frame.",
)
_DPI = _number(
    "dpi",
    LEAST_DPI,
    MOST_DPI,
    f"Dots an inch at which pages of a PDF are drawn; without it {DPI}, scans no finer.",
)
_PASSWORD = _text("password", _last, "What opens an encrypted PDF.")
_TEXT_LAYER = _choice(
    "text_layer",
    [item.value for item in TextLayer],
    TextLayer.IGNORE,
    "A PDF's own text: ignored, used in place of reading, or mixed with what is read "
    "where it has none.",
)
_ORIENTATION = _choice(
    "orientation",
    [item.value for item in Orientation],
    None,
    "Degrees to the left by which pages are turned before they are read; `auto` turns those "
    "upright whose text lies on its side or its head.",
)
_LANG = _text(
    "lang",
    _last,
    "Languages that are expected, as tags with commas between: `ru`, `el,en`. Without it those "
    "of `GET /capabilities`; Latin, Chinese and Japanese letters are read in any case.",
)
_REGION = _text(
    "region",
    parse_regions,
    "Where to read: left, top, width and height in pixels or percent, `0,50%,100%,50%`; "
    "several with `;` between.",
)
_IGNORE = _text("ignore", parse_regions, "Where lines are left out, written as `region`.")
_MIN_SCORE = _number(
    "min_score",
    0,
    1,
    "Lines of whose words less is likely right are left out, 0 to 1; of a picture drawn anew "
    "they stay as they were, and without it those under `OCR_REDRAW_MIN_SCORE`.",
)
CORRECTIONS: Option[tuple[Correction, ...]] = _text(
    "corrections",
    parse_corrections,
    'What lines really say, as JSON: `{"1": {"0": "Total", "4": ""}}` is of page 1 the first '
    "line of `/img_json` with the same options, and the fifth, which is left out.",
)

LINES: Option[Lines | None] = _text(
    "lines",
    parse_lines,
    "What is on the pages, as JSON, in place of reading them: an answer of `/img_json`, its "
    "`pages`, or the `lines` of one page. A line needs a `text`, and a `quad` or a `bbox`. Also as "
    "a file.",
)

SELECTION: tuple[Option[Any], ...] = (
    _PAGES,
    _DPI,
    _PASSWORD,
    _TEXT_LAYER,
    _ORIENTATION,
    _LANG,
    _REGION,
    _IGNORE,
    _MIN_SCORE,
    CORRECTIONS,
    LINES,
)


def read_selection(sent: Callable[[str], Texts], settings: Settings) -> Selection:
    """Return what of a document is wanted; `sent` gives all that came for an option.

    `settings` are those of the service, which count where a request says nothing.
    """

    def read(option: Option[T]) -> T:
        return option.read(sent(option.name))

    dpi = read(_DPI)
    return Selection(
        pages=read(_PAGES),
        dpi=None if dpi is None else round(dpi),
        password=read(_PASSWORD),
        text_layer=TextLayer(read(_TEXT_LAYER)),
        orientation=Orientation(read(_ORIENTATION) or settings.orientation),
        languages=_expected(read(_LANG), settings),
        regions=read(_REGION),
        ignored=read(_IGNORE),
        min_score=read(_MIN_SCORE),
        corrections=read(CORRECTIONS),
        lines=read(LINES),
    )


def _expected(text: str, settings: Settings) -> tuple[str, ...] | None:
    """Return the languages that are expected, None for those of the service.

    Raises LanguageUnknownError for one that the service does not read.
    """
    if not text:
        return None
    here = (*MAIN, *languages_of(settings))
    try:
        tags = split_tags(text)
    except ValueError as error:
        raise LanguageUnknownError(str(error), here) from error
    for tag in tags:
        if tag not in (AUTO, *here):
            raise LanguageUnknownError(tag, here)
    return None if AUTO in tags else tags or None
