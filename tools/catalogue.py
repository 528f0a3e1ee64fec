"""Bring the catalogues of sentences up to date: `python -m tools.catalogue`.

What is said is found in templates, scripts and errors. Sentences that are new are added
without a translation, those that nobody says any more are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import ocr
from picture.errors import ServiceError

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "templates" / "languages"

_METHODS = [("templates/**.html", "jinja2.ext.babel_extract")]

# A call of words() with its sentence, which is one string.
_WORDS = re.compile(r'words\(\s*"((?:[^"\\]|\\.)*)"')


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every sentence that people are told, with the file that says it."""
    for failure in _failures(ServiceError):
        yield failure.sentence, "picture/errors.py"
    for sentence in ocr.PLAIN_SENTENCES.values():
        yield sentence, "ocr.py"
    for place, _, message, *_ in extract_from_dir(ROOT, _METHODS):
        yield str(message), place
    for script in sorted((ROOT / "static").glob("*.js")):
        for match in _WORDS.finditer(script.read_text(encoding="utf-8")):
            yield match[1], f"static/{script.name}"


def catalogue() -> Catalog:
    """Return all sentences, without a translation."""
    found = Catalog(charset="utf-8")
    for sentence, place in sentences():
        if sentence:
            found.add(sentence, locations=[(place, 0)])
    return found


def _failures(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    # Those of tests are nobody's to translate.
    if kind.__module__ == ServiceError.__module__:
        yield kind
        for failure in kind.__subclasses__():
            yield from _failures(failure)


def main() -> None:
    """Rewrite every catalogue."""
    found = catalogue()
    for path in FOLDER.glob("*.po"):
        with path.open("rb") as file:
            kept = read_po(file, locale=path.stem)
        kept.update(found, no_fuzzy_matching=True, update_creation_date=False)
        kept.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, kept, sort_by_file=True, include_lineno=False)


if __name__ == "__main__":
    main()
