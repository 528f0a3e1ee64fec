"""Which font draws which character: an open stack, fetched once, opened as needed."""

from __future__ import annotations

import hashlib
import io
import logging
import sys
import threading
import unicodedata
from collections import OrderedDict
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont, features

from picture.assets import locked, write_file
from picture.cut import Cut
from picture.debian import read_member
from picture.redraw.cmap import code_ranges
from picture.redraw.typefaces import CJK, REGULAR, TYPEFACES, Source, Typeface
from picture.wheels import FetchError, Member, Wheelhouse

log = logging.getLogger(__name__)

FONTS_FOLDER = Path(__file__).resolve().parents[2] / "fonts"

# An open font takes one or two megabytes.
_CACHED_FONTS = 80

LETTERS, WORDS = 16_384, 4_096
"""How many letters' measures and pictures are kept of each kind, and how many words'."""

_CODE_POINTS = 0x30000
_COVERAGE = "coverage.npy"

_BY_NAME = {face.name: face for face in TYPEFACES}
_BIT = {face.name: 1 << number for number, face in enumerate(TYPEFACES)}

# The faces of the CJK collection, by the language whose glyphs they prefer.
_CJK_FACES = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3}


def prepare(folder: Path = FONTS_FOLDER) -> None:
    """Fetch every font that `folder` lacks or holds damaged, then index them.

    Each file appears whole or not at all, whichever process is first. Raises
    FetchError where a font that is needed cannot be had; goes on without another.
    """
    if _is_indexed(folder) and all(_is_done_without(folder, face) for face in _wrong(folder)):
        return
    with locked(folder), Wheelhouse() as wheelhouse:
        wrong = _wrong(folder)
        for face in wrong:
            _prepare(face, folder, wheelhouse)
        if wrong or not _is_indexed(folder):
            _write_coverage(folder)


def _prepare(face: Typeface, folder: Path, wheelhouse: Wheelhouse) -> None:
    try:
        files = {name: _fetch(source, wheelhouse) for name, source in face.files.items()}
    except FetchError as error:
        if face.is_needed:
            raise
        log.warning("some letters will be drawn in others", extra={"detail": str(error)})
        for name in face.files:
            (folder / name).unlink(missing_ok=True)
        return
    for name, data in files.items():
        write_file(folder / name, data)
    print(f"Prepared {face.name} ({face.licence})", file=sys.stderr, flush=True)


def _fetch(source: Source, wheelhouse: Wheelhouse) -> bytes:
    if isinstance(source, Member):
        return wheelhouse.read([source])
    return read_member(source.package, source.path)


def _wrong(folder: Path) -> list[Typeface]:
    return [face for face in TYPEFACES if not _is_genuine(folder, face)]


def _is_genuine(folder: Path, face: Typeface) -> bool:
    return all(_digest(folder / name) == source.sha256 for name, source in face.files.items())


def _is_done_without(folder: Path, face: Typeface) -> bool:
    return not face.is_needed and not any((folder / name).is_file() for name in face.files)


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recipe(folder: Path) -> str:
    """Return what tells an index of these fonts, as many as are there, from any other."""
    files = [pair for face in TYPEFACES for pair in face.files.items()]
    sums = [source.sha256 if (folder / name).is_file() else "" for name, source in files]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()


def _is_indexed(folder: Path) -> bool:
    recipe = folder / "recipe"
    has_both = recipe.is_file() and (folder / _COVERAGE).is_file()
    return has_both and recipe.read_text() == _recipe(folder)


def _write_coverage(folder: Path) -> None:
    """Write which fonts draw which code point: one bit a font, in the stack's order."""
    coverage = np.zeros(_CODE_POINTS, np.uint32)
    for face in TYPEFACES:
        if _is_done_without(folder, face):
            continue
        for start, end in code_ranges((folder / face.filename).read_bytes()):
            coverage[start : end + 1] |= np.uint32(_BIT[face.name])
    buffer = io.BytesIO()
    np.save(buffer, coverage)
    write_file(folder / _COVERAGE, buffer.getvalue())
    write_file(folder / "recipe", _recipe(folder).encode())


def missing_libraries() -> list[str]:
    """Name the Debian packages without which some scripts are drawn unshaped."""
    return [] if features.check("raqm") and features.check("fribidi") else ["libfribidi0"]


class Fonts:
    """The prepared fonts, each opened when first needed and kept while in use.

    Safe for many threads at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: OrderedDict[tuple[object, ...], ImageFont.FreeTypeFont] = OrderedDict()
        self._lock = threading.Lock()
        self._layout = ImageFont.Layout.BASIC if missing_libraries() else ImageFont.Layout.RAQM

    @property
    def shapes(self) -> bool:
        """Tell whether text is shaped: joined, reordered, set right to left."""
        return self._layout == ImageFont.Layout.RAQM

    def face(self, character: str, *preferred: str) -> str | None:
        """Name the typeface that draws `character`: a preferred one, else the stack's first."""
        bits = self._bits(character)
        for name in preferred:
            if bits & _BIT[name]:
                return name
        # The lowest bit that is set belongs to the stack's first choice.
        return TYPEFACES[(bits & -bits).bit_length() - 1].name if bits else None

    def draws(self, character: str, face: str) -> bool:
        """Tell whether `face` has a glyph for `character`."""
        return bool(self._bits(character) & _BIT[face])

    def font(
        self, face: str, size: float, weight: int = REGULAR, width: float = 100, language: str = ""
    ) -> ImageFont.FreeTypeFont:
        """Open a typeface at `size` pixels per em, `width` in percent of its own."""
        own = _BY_NAME[face]
        weight, width = own.weight(weight), width if "wdth" in own.axes else 100
        key = (face, round(size, 2), weight, round(width, 1), language if face == CJK else "")
        with self._lock:
            font = self._opened.get(key)
            if font is None:
                font = self._opened[key] = self._open(*key)
            self._opened.move_to_end(key)
            while len(self._opened) > _CACHED_FONTS:
                self._opened.popitem(last=False)
        return font

    def cut(self, face: str, weight: int, width: float, language: str) -> Cut:
        """Return the cut of a typeface's file that font() draws with."""
        own = _BY_NAME[face]
        weight = own.weight(weight)
        width = round(width, 1) if "wdth" in own.axes else 100.0
        position = {"wght": float(weight), "wdth": width}
        axes = tuple((axis, position[axis]) for axis in own.axes)
        index = _index(face, language)
        return Cut(face, self._folder / own.file(weight), index, axes, weight, width)

    def _open(
        self, name: str, size: float, weight: int, width: float, language: str
    ) -> ImageFont.FreeTypeFont:
        face = _BY_NAME[name]
        index = _index(name, language)
        path = str(self._folder / face.file(weight))
        font = ImageFont.truetype(path, size, index=index, layout_engine=self._layout)
        # The CJK fonts are thin by default; the others need no axis set for regular text.
        if face.axes and (name == CJK or (weight, width) != (REGULAR, 100)):
            position = {"wght": float(weight), "wdth": width}
            font.set_variation_by_axes([position[axis] for axis in face.axes])
        return font

    def _bits(self, character: str) -> int:
        code = ord(character)
        return int(self._coverage[code]) if code < _CODE_POINTS else 0

    @cached_property
    def _coverage(self) -> NDArray[np.uint32]:
        coverage: NDArray[np.uint32] = np.load(self._folder / _COVERAGE)
        return coverage


def _index(face: str, language: str) -> int:
    """Return which font of its file a typeface is."""
    return _CJK_FACES.get(language, 2) if face == CJK else 0


def language_of(text: str) -> str:
    """Name the language whose Han glyphs suit `text`, judged by the letters around them."""
    if any("\u3040" <= character <= "\u30ff" for character in text):
        return "ja"
    if any("\uac00" <= character <= "\ud7a3" for character in text):
        return "ko"
    return "zh-Hans"


def is_cjk(character: str) -> bool:
    """Tell whether `character` is set in a full square, and upright in a vertical line."""
    return unicodedata.east_asian_width(character) in "WF" and unicodedata.category(
        character
    ) not in ("Mn", "Cf")


if __name__ == "__main__":
    prepare()
