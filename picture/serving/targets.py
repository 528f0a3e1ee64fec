"""What can be made of a file, by the word that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from picture.errors import OptionInvalidError
from picture.formats import FORMS
from picture.layout import Layout
from picture.redraw import Color, Keep, Style
from picture.serving import options
from picture.serving.options import Option, Texts

IMAGE, PDF, JSON = "img", "pdf", "json"
TARGETS = (*FORMS, IMAGE, PDF, JSON)
"""Every form of text, then a picture drawn anew, a searchable PDF and all that was read."""

CALLS: Mapping[str, str] = {
    **dict.fromkeys(FORMS, "img_txt"),
    IMAGE: "img_img",
    PDF: "img_pdf",
    JSON: "img_json",
}
"""The call of the service that makes each."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to be made of a file, and how; each heeds of this what is its own.

    `written` is the format of a picture, empty for the file's own.
    """

    word: str
    layout: Layout = Layout.PAGE
    rules: bool = False
    style: Style = field(default_factory=Style)
    written: str = ""
    pdfa: bool = False


def _read_words(texts: Texts) -> tuple[str, ...]:
    words = [word for part in ",".join(texts).lower().split(",") if (word := part.strip())]
    if not set(words) <= set(TARGETS):
        raise OptionInvalidError("to", TARGETS)
    return tuple(dict.fromkeys(words)) or ("txt",)


TO: Option[tuple[str, ...]] = Option(
    "to",
    _read_words,
    {
        "type": "string",
        "default": "txt",
        "description": "What is made of each file, several with commas between: "
        f"{', '.join(f'`{word}`' for word in TARGETS)}.",
    },
)


MANNERS: Sequence[Option[Any]] = (
    *options.SELECTION,
    options.LAYOUT,
    options.RULES,
    options.PARTIAL,
    options.PDFA,
    options.WHITE,
    options.COLOR,
    options.KEEP,
    options.WRITTEN,
)
"""All that says how things are made, where several are made of each file."""


def read_target(word: str, sent: Callable[[str], Texts]) -> Target:
    """Return what is to be made; `sent` gives all that came for an option."""

    def read(option: Option[Any]) -> Any:
        return option.read(sent(option.name))

    if word == IMAGE:
        color, keep = Color(read(options.COLOR)), Keep(read(options.KEEP))
        style = Style(read(options.WHITE), color, keep)
        return Target(word, style=style, written=read(options.WRITTEN))
    if word == PDF:
        return Target(word, pdfa=read(options.PDFA))
    if word in FORMS:
        return Target(word, Layout(read(options.LAYOUT)), read(options.RULES))
    return Target(word)


def read_targets(sent: Callable[[str], Texts]) -> Sequence[Target]:
    """Return all that is to be made of each of many files.

    What is said of other things is read as well: it may be wrong.
    """
    for option in MANNERS:
        option.read(sent(option.name))
    return [read_target(word, sent) for word in TO.read(sent(TO.name))]
