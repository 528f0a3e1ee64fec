"""The languages that people are spoken to in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from werkzeug.datastructures import LanguageAccept

ENGLISH = "en"

# What of the catalogue the page's scripts say.
_OF_SCRIPTS = ".js"


class Languages:
    """The catalogues of a folder, `<language>.po` each, beside English, which needs none."""

    def __init__(self, folder: Path) -> None:
        catalogues = {path.stem: _read(path) for path in sorted(folder.glob("*.po"))}
        self._translations: Mapping[str, NullTranslations] = {
            ENGLISH: NullTranslations(),
            **{tag: _compile(catalogue) for tag, catalogue in catalogues.items()},
        }
        self._scripts = {tag: _said_by_scripts(catalogue) for tag, catalogue in catalogues.items()}

    @property
    def names(self) -> list[tuple[str, str]]:
        """Return each language by its tag and its own name."""
        return [(tag, _own_name(tag)) for tag in self._translations]

    def choose(self, wanted: Iterable[str], accepted: LanguageAccept) -> str:
        """Return the first wanted language there is, else the best that a browser accepts."""
        # Whoever wants the English of one country would rather have another's than Chinese.
        liked = (tag.partition("-")[0].lower() for tag, quality in accepted if quality > 0)
        return next((tag for tag in (*wanted, *liked) if tag in self._translations), ENGLISH)

    def translations(self, language: str) -> NullTranslations:
        """Return what Jinja asks for the sentences of templates."""
        return self._translations[language]

    def say(self, language: str, sentence: str, values: Mapping[str, object]) -> str:
        """Return a sentence in a language, with its values filled in."""
        said = self._translations[language].gettext(sentence) if sentence else ""
        return said % values if values else said

    def of_scripts(self, language: str) -> Mapping[str, str]:
        """Return the sentences that scripts say, by the English ones."""
        return self._scripts.get(language, {})


def _read(path: Path) -> Catalog:
    """Read a catalogue of sentences."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def _compile(catalogue: Catalog) -> Translations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _said_by_scripts(catalogue: Catalog) -> dict[str, str]:
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if _is_said(message) and any(place.endswith(_OF_SCRIPTS) for place, _ in message.locations)
    }


def _is_said(message: Message) -> bool:
    """Tell whether a sentence is translated for good, as gettext has it."""
    return bool(message.string) and not message.fuzzy


@cache
def _own_name(tag: str) -> str:
    name = Locale.parse(tag).get_display_name(tag) or tag
    return name[:1].upper() + name[1:]
