"""The fonts that pages are drawn with: others than those of a redraw, but for Comic Neue."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

from picture.assets import locked, write_file
from picture.debian import Package, read_member
from picture.redraw import BOLD, MONO, REGULAR, SANS, SERIF
from picture.redraw import COMIC as LETTERED
from picture.wheels import Member, Wheelhouse

_KEPT = Path.home() / ".cache" / "ocr-benchmarks" / "typefaces"


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in one of Debian's packages."""

    package: Package
    path: str


@dataclass(frozen=True, slots=True)
class Cut:
    """One font file of a face: its slope and its weight, None where that varies.

    `axes` names what varies, in the file's own order.
    """

    source: Member | Packed
    italic: bool = False
    weight: int | None = REGULAR
    axes: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """Return what the file is called on disk."""
        return Path(self.source.path).name


@dataclass(frozen=True, slots=True)
class Typeface:
    """A design with its cuts; `family` is the service's own family that is nearest."""

    name: str
    family: str
    licence: str
    cuts: tuple[Cut, ...]
    is_han: bool = False

    def cut(self, weight: int, *, italic: bool) -> Cut:
        """Return the cut nearest to a weight, upright where there is no italic."""
        slope = [cut for cut in self.cuts if cut.italic == italic] or list(self.cuts)
        return min(slope, key=lambda cut: abs((cut.weight or weight) - weight))


_LIBERATION = Package(
    "pool/main/f/fonts-liberation2/fonts-liberation2_2.1.5-1_all.deb",
    "35ffaa54f117e633e89a5da89af235a073b34dbe582726fbf6989568f7fd9bda",
)
_COMIC = Package(
    "pool/main/c/comic-neue/fonts-comic-neue_2.51-4_all.deb",
    "6f002dc90d62fde01a2b51f333c09dc6c21ffbfc6ca22d05a84cc049b083c826",
)
_IPA = Package(
    "pool/main/f/fonts-ipafont/fonts-ipafont-mincho_00303-23_all.deb",
    "6a81c96987d37d48c4e09beb55c06396d1f385f46af86de7c1bd53a82a683c45",
)
_ARPHIC = Package(
    "pool/main/f/fonts-arphic-gbsn00lp/fonts-arphic-gbsn00lp_2.11-16_all.deb",
    "f3d0e32e0c938796f983cf4a9735c31c680c66fcdc3a6107098d5605b51d744b",
)
_WQY = Package(
    "pool/main/f/fonts-wqy-microhei/fonts-wqy-microhei_0.2.0-beta-3.1_all.deb",
    "239163df984eea5c9da3b551aee374936222cdbd67f1a1be3cdcf3d76143ad66",
)


def _liberation(name: str, family: str) -> Typeface:
    folder = f"usr/share/fonts/truetype/liberation2/{name.replace(' ', '')}"
    cuts = (
        Cut(Packed(_LIBERATION, f"{folder}-Regular.ttf")),
        Cut(Packed(_LIBERATION, f"{folder}-Bold.ttf"), weight=BOLD),
        Cut(Packed(_LIBERATION, f"{folder}-Italic.ttf"), italic=True),
        Cut(Packed(_LIBERATION, f"{folder}-BoldItalic.ttf"), italic=True, weight=BOLD),
    )
    return Typeface(name, family, "OFL-1.1", cuts)


def _varying(path: str, sha256: str, axes: tuple[str, ...], *, italic: bool = False) -> Cut:
    root = "justmytype_western_core/fonts/ofl"
    member = Member("justmytype-western-core", "0.1.0", f"{root}/{path}", sha256)
    return Cut(member, italic, None, axes)


def _comic(style: str, weight: int) -> Cut:
    return Cut(
        Packed(_COMIC, f"usr/share/fonts/opentype/comic-neue/ComicNeue-{style}.otf"), False, weight
    )


def _han(name: str, family: str, licence: str, source: Packed) -> Typeface:
    return Typeface(name, family, licence, (Cut(source),), is_han=True)


TIMES = _liberation("Liberation Serif", SERIF)
ARIAL = _liberation("Liberation Sans", SANS)
COURIER = _liberation("Liberation Mono", MONO)
SOURCE = Typeface(
    "Source Serif 4",
    SERIF,
    "OFL-1.1",
    (
        _varying(
            "sourceserif4/SourceSerif4[opsz,wght].ttf",
            "97b2d4da6e3cb494b5a1e66ae176914d852ccabef49e0c02c0df25f3e39aca0b",
            ("wght", "opsz"),
        ),
        _varying(
            "sourceserif4/SourceSerif4-Italic[opsz,wght].ttf",
            "15fbc7e4679489a501998c3669272637a6646388ef7e4bd77eebb5bf967a1f42",
            ("wght", "opsz"),
            italic=True,
        ),
    ),
)
INTER = Typeface(
    "Inter",
    SANS,
    "OFL-1.1",
    (
        _varying(
            "inter/Inter[opsz,wght].ttf",
            "29160a80ff49ddcab2c97711247e08b1fab27a484a329ce8b813d820dc559031",
            ("opsz", "wght"),
        ),
        _varying(
            "inter/Inter-Italic[opsz,wght].ttf",
            "acd98e64795781b2058f07b18475e0ecee2a0fe2b42a49e2f9e37d0d6bf66ce6",
            ("opsz", "wght"),
            italic=True,
        ),
    ),
)
JETBRAINS = Typeface(
    "JetBrains Mono",
    MONO,
    "OFL-1.1",
    (
        _varying(
            "jetbrainsmono/JetBrainsMono[wght].ttf",
            "48715a42ec242c21e9f02692891e147d022299a52e48d5e413e1a942193ffeda",
            ("wght",),
        ),
        _varying(
            "jetbrainsmono/JetBrainsMono-Italic[wght].ttf",
            "85ae2a5cd3f56baf1ce1c21a851322c58e3d8fbe8e8ad4a4d090a820dd7fe558",
            ("wght",),
            italic=True,
        ),
    ),
)
COMIC = Typeface(
    "Comic Neue",
    LETTERED,
    "OFL-1.1",
    (_comic("Light", 300), _comic("Regular", REGULAR), _comic("Bold", BOLD)),
)
MINCHO = _han(
    "IPA Mincho", SERIF, "IPA", Packed(_IPA, "usr/share/fonts/opentype/ipafont-mincho/ipam.ttf")
)
SONG = _han(
    "AR PL SungtiL GB",
    SERIF,
    "Arphic",
    Packed(_ARPHIC, "usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf"),
)
GOTHIC = _han(
    "WenQuanYi Micro Hei",
    SANS,
    "Apache-2.0 or GPL-3 with font exception",
    Packed(_WQY, "usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
)
TYPEFACES = (TIMES, ARIAL, COURIER, SOURCE, INTER, JETBRAINS, COMIC, MINCHO, SONG, GOTHIC)


def prepare() -> None:
    """Fetch every font that is not there yet; raises FetchError where one cannot be had."""
    cuts = [cut for face in TYPEFACES for cut in face.cuts]
    if all((_KEPT / cut.filename).is_file() for cut in cuts):
        return
    with locked(_KEPT), Wheelhouse() as wheelhouse:
        for cut in cuts:
            target = _KEPT / cut.filename
            if not target.is_file():
                write_file(target, _fetch(cut.source, wheelhouse))


def _fetch(source: Member | Packed, wheelhouse: Wheelhouse) -> bytes:
    if isinstance(source, Member):
        return wheelhouse.read([source])
    return read_member(source.package, source.path)


@functools.cache
def font_of(
    face: Typeface, size: float, weight: int = REGULAR, *, italic: bool = False
) -> ImageFont.FreeTypeFont:
    """Open a face at `size` pixels per em."""
    cut = face.cut(weight, italic=italic)
    font = ImageFont.truetype(str(_KEPT / cut.filename), size)
    if cut.axes:
        # Optical sizes are points; a page is taken to have 96 pixels to the inch.
        position = {"opsz": min(32.0, max(14.0, 0.75 * size)), "wght": float(weight)}
        font.set_variation_by_axes([position[axis] for axis in cut.axes])
    return font
