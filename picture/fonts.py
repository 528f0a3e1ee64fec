"""Which font draws which character: an open stack, fetched once, opened as needed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import sys
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont, features

from picture.wheels import Member, Wheelhouse

FONTS_FOLDER = Path(__file__).resolve().parent.parent / "fonts"

REGULAR = 400
BOLD = 700

SANS = "NotoSans"
SERIF = "NotoSerif"
MONO = "NotoSansMono"
CJK = "NotoSansCJK"

# U+FFFD stands for a character that no font draws.
REPLACEMENT = "\ufffd"

T = TypeVar("T")

# An open font takes one or two megabytes.
_CACHED_FONTS = 80

# Measures and small glyphs kept, a few kilobytes each at most.
_KNOWN = 12_000
_CODE_POINTS = 0x30000
_COVERAGE = "coverage.npy"

# The faces of the CJK collection, by the language whose glyphs they prefer.
_CJK_FACES = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3}


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font file: where it comes from, and which axes it varies along.

    `axes` names them in the file's own order: "wght" is 400 for regular and 700
    for bold, "wdth" is the width in percent.
    """

    name: str
    member: Member
    axes: tuple[str, ...] = ()
    licence: str = "OFL-1.1"

    @property
    def filename(self) -> str:
        """Return what the file is called on disk."""
        return self.name + Path(self.member.path).suffix


def _latin(name: str, path: str, sha256: str, axes: tuple[str, ...] = ()) -> Typeface:
    root = "justmytype_western_core/fonts/ofl"
    member = Member("justmytype-western-core", "0.1.0", f"{root}/{path}", sha256)
    return Typeface(name, member, axes)


def _noto(name: str, sha256: str) -> Typeface:
    path = f"manimgx_fonts/{name}[wght].ttf"
    return Typeface(name, Member("manimgx-fonts", "2026.9.26.post1", path, sha256), ("wght",))


def _cjk(name: str, sha256: str) -> Typeface:
    path = "manimgx_fonts_cjk/NotoSansCJK-VF.otf.ttc"
    return Typeface(name, Member("manimgx-fonts-cjk", "2026.9.26.post1", path, sha256), ("wght",))


# In order of choice: where two draw a character, the first does.
TYPEFACES = (
    _latin(
        SANS,
        "notosans/NotoSans[wdth,wght].ttf",
        "bfb7bb691513f12e734dc346c03a03f784912432d7e3fa8e56efcf906fe86b3d",
        ("wght", "wdth"),
    ),
    _latin(
        SERIF,
        "notoserif/NotoSerif[wdth,wght].ttf",
        "4d8e6761424656867019081a1a01336f3cb086982682698714054fc33f782713",
        ("wght", "wdth"),
    ),
    _cjk(CJK, "d3d8256cdec8dbcb3552284bc6b20c734dd60c2ee9df83b5758e34807c4bac32"),
    _noto(
        "NotoSansArabic",
        "3fae4d7239d1faa55b234bda8091019a5251ff79df40d5e29367d84bed2a8138",
    ),
    _noto(
        "NotoSansHebrew",
        "9d81d81ad592644487b03843da73a87b99cd28a2c4da4a096e1db8fbd14fda61",
    ),
    _noto(
        "NotoSansDevanagari",
        "bf99bf762743ff3259e73196852520ab0ffe8d384238bff3e4806a84b981e972",
    ),
    _noto(
        "NotoSansThai",
        "13f52f79b04f01f2751a81052a5dee2df639fd4e13f4ac30821ab45c8dd5f7e7",
    ),
    _noto(
        "NotoSansBengali",
        "dc9defe97bb041876b6609e9029d9e1e228a686259acde2fe2a9f99d793ee17d",
    ),
    _noto(
        "NotoSansGujarati",
        "83d1bde74d64fb389f97a5e27b2699d8ee8bad4c15a02be347228e6c10011248",
    ),
    _noto(
        "NotoSansGurmukhi",
        "8a3096ee2166f6383501e2df7b368fce88cfa4068c8d75bcb6af07da353a00ea",
    ),
    _noto(
        "NotoSansTamil",
        "37e151cdec4a8cfb15c432f7bb164a83b98df69419d47e50b35aa7073963716b",
    ),
    _noto(
        "NotoSansTelugu",
        "6c06de88b2d420d899543724a13765994191cd29860c6226efca098b51fec64b",
    ),
    _noto(
        "NotoSansKannada",
        "b6b11505d76eddf916667d73adfec19095ec777742444dc662dae81471461f4e",
    ),
    _noto(
        "NotoSansMalayalam",
        "94cddc94a03fa9a5e8d1784090ba97b267def6933d60762081eaa003751142c5",
    ),
    _noto(
        "NotoSansSinhala",
        "3fd7c6a61cb6dfb8a2ca7af5b4078bd24e9c8ad9b55839a0177277db6e4d1326",
    ),
    _noto("NotoSansLao", "fc138d605aa998d8407789ee6a7f5554aae8b54f5cd98d66dd2c33e79d15b67e"),
    _noto("NotoSansKhmer", "56f89948a84cc0b01962ed6af573ac4ac885bd7bb6e7e40f9afc72a435728b70"),
    _noto(
        "NotoSansMyanmar",
        "e0b280aa3080aab922800c88fa9a2015a4bec3103bb8b70491a92e4a04f3a3a3",
    ),
    _noto(
        "NotoSansGeorgian",
        "42f4a8bf4fe0af8afd91ee3c19e81e14f1bc74ddbd9b6a59a4182f67a596adb4",
    ),
    _noto(
        "NotoSansArmenian",
        "e979dfaed56ddb4bfd05121958b25425eb7593253d64b6b3654c77c11c5cda94",
    ),
    _noto(
        "NotoSansEthiopic",
        "93f223089e300b983dbfd693c7be619e0e76565a70d639e71a4fe0bfd72cf66f",
    ),
    _latin(
        "NotoSansSymbols2",
        "notosanssymbols2/NotoSansSymbols2-Regular.ttf",
        "7d5fb73b7ca67a6798101741f5d280a3d016a56a197afcd4199dbb57b4b82a21",
    ),
    _noto(
        "NotoSansSymbols",
        "63724daeff6755a45933b9a5e3a3b41df5df8fe925c0f4c991f2f68c08a4182d",
    ),
    _latin(
        "STIXTwoMath",
        "stixtwomath/STIXTwoMath-Regular.ttf",
        "562551b15b836e6e01d1b7350909baf3c8c8d83260c1190fbf4544333e6936de",
    ),
    _latin(
        MONO,
        "notosansmono/NotoSansMono[wdth,wght].ttf",
        "2cb2adb378a8f574213e23df697050b83c54c27df465a2015552740b2769a081",
        ("wght", "wdth"),
    ),
    _noto("NotoEmoji", "de6c18832938afc99caf132b39d6a30a19bac7f2e812e28db2535b4608d27551"),
    Typeface(
        "DejaVuSans",
        Member(
            "matplotlib",
            "3.11.2",
            "matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf",
            "3fdf69cabf06049ea70a00b5919340e2ce1e6d02b0cc3c4b44fb6801bd1e0d22",
        ),
        licence="Bitstream-Vera",
    ),
)

_BY_NAME = {face.name: face for face in TYPEFACES}
_BIT = {face.name: 1 << number for number, face in enumerate(TYPEFACES)}


def prepare(folder: Path = FONTS_FOLDER) -> None:
    """Fetch every font that `folder` lacks or holds damaged, then index them.

    Each file appears whole or not at all, whichever process is first. Raises
    FetchError where a font cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder), Wheelhouse() as wheelhouse:
        wrong = [face for face in TYPEFACES if not _is_genuine(folder / face.filename, face)]
        for face in wrong:
            _write(folder / face.filename, wheelhouse.read([face.member]))
            print(f"Prepared {face.name} ({face.licence})", file=sys.stderr, flush=True)
        if wrong or not _is_indexed(folder):
            _write_coverage(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time prepare fonts; the lock ends with its holder."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_genuine(path: Path, face: Typeface) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == face.member.sha256


def _write(target: Path, data: bytes) -> None:
    """Write `data` beside `target` and move it there in one step."""
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _recipe() -> str:
    return hashlib.sha256("\n".join(face.member.sha256 for face in TYPEFACES).encode()).hexdigest()


def _is_indexed(folder: Path) -> bool:
    recipe = folder / "recipe"
    has_both = recipe.is_file() and (folder / _COVERAGE).is_file()
    return has_both and recipe.read_text() == _recipe()


def _write_coverage(folder: Path) -> None:
    """Write which fonts draw which code point: one bit a font, in the stack's order."""
    import io

    coverage = np.zeros(_CODE_POINTS, np.uint32)
    for face in TYPEFACES:
        for start, end in _code_ranges((folder / face.filename).read_bytes()):
            coverage[start : end + 1] |= np.uint32(_BIT[face.name])
    buffer = io.BytesIO()
    np.save(buffer, coverage)
    _write(folder / _COVERAGE, buffer.getvalue())
    _write(folder / "recipe", _recipe().encode())


def _code_ranges(font: bytes) -> list[tuple[int, int]]:
    """Return the code points that a font maps, as first and last of each range.

    Reads the `cmap` table (OpenType 1.9): format 12 where there is one, else 4.
    """
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", font, start + 4)[0]
    records = [struct.unpack_from(">4sIII", font, start + 12 + 16 * i) for i in range(count)]
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    tables = struct.unpack_from(">H", font, cmap + 2)[0]
    offsets = [struct.unpack_from(">HHI", font, cmap + 4 + 8 * i)[2] for i in range(tables)]
    formats = {struct.unpack_from(">H", font, cmap + at)[0]: cmap + at for at in offsets}
    return _format_12(font, formats[12]) if 12 in formats else _format_4(font, formats[4])


def _format_12(font: bytes, at: int) -> list[tuple[int, int]]:
    groups = struct.unpack_from(">I", font, at + 12)[0]
    rows = [struct.unpack_from(">III", font, at + 16 + 12 * i) for i in range(groups)]
    return [(first, last) for first, last, glyph in rows if glyph]


def _format_4(font: bytes, at: int) -> list[tuple[int, int]]:
    double = struct.unpack_from(">H", font, at + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
    return [(first, last) for first, last in zip(starts, ends, strict=True) if last < 0xFFFF]


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
        self._known: OrderedDict[tuple[Hashable, ...], object] = OrderedDict()
        self._lock = threading.Lock()
        self._layout = ImageFont.Layout.BASIC if missing_libraries() else ImageFont.Layout.RAQM

    def once(self, key: tuple[Hashable, ...], compute: Callable[[], T]) -> T:
        """Return what `compute` gives, from memory if `key` was asked for lately."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return cast(T, self._known[key])
        value = compute()
        with self._lock:
            self._known[key] = value
            while len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        return value

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
        axes = _BY_NAME[face].axes
        weight, width = weight if "wght" in axes else REGULAR, width if "wdth" in axes else 100
        key = (face, round(size, 2), weight, round(width, 1), language if face == CJK else "")
        with self._lock:
            font = self._opened.get(key)
            if font is None:
                font = self._opened[key] = self._open(*key)
            self._opened.move_to_end(key)
            while len(self._opened) > _CACHED_FONTS:
                self._opened.popitem(last=False)
        return font

    def _open(
        self, name: str, size: float, weight: int, width: float, language: str
    ) -> ImageFont.FreeTypeFont:
        face = _BY_NAME[name]
        index = _CJK_FACES.get(language, 2) if name == CJK else 0
        path = str(self._folder / face.filename)
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
