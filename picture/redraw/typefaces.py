"""The typefaces that text is redrawn in, and which published file holds each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from picture.debian import Package
from picture.wheels import Member

REGULAR = 400
BOLD = 700

SANS = "NotoSans"
SERIF = "NotoSerif"
MONO = "NotoSansMono"
SANS_ITALIC = "NotoSans-Italic"
SERIF_ITALIC = "NotoSerif-Italic"
MONO_ITALIC = "RobotoMono-Italic"
COMIC = "ComicNeue"
CJK = "NotoSansCJK"
SONG = "NotoSerifSC"

# What Chinese and Japanese is set in.
HAN = (CJK, SONG)

# What is set aslant in place of an upright family.
ITALICS = {SANS: SANS_ITALIC, SERIF: SERIF_ITALIC, MONO: MONO_ITALIC}

# U+FFFD stands for a character that no font draws.
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in one of Debian's packages."""

    package: Package
    path: str
    sha256: str


Source = Member | Packed


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font: where its file comes from, and which axes it varies along.

    `axes` names them in the file's own order: "wght" is 400 for regular and 700
    for bold, "wdth" is the width in percent. What does not vary may have a file for `bold`.
    Without one that is not needed its letters are drawn in another.
    """

    name: str
    member: Source
    axes: tuple[str, ...] = ()
    licence: str = "OFL-1.1"
    bold: Source | None = None
    is_needed: bool = True

    @property
    def filename(self) -> str:
        """Return what the file is called on disk."""
        return self.name + Path(self.member.path).suffix

    @property
    def files(self) -> dict[str, Source]:
        """Return where each of its files comes from, by what that is called on disk."""
        bold = {} if self.bold is None else {self.file(BOLD): self.bold}
        return {self.filename: self.member, **bold}

    def weight(self, weight: int) -> int:
        """Return the weight that it has nearest to one that is wanted."""
        if "wght" in self.axes:
            return weight
        return BOLD if self.bold is not None and weight > (REGULAR + BOLD) / 2 else REGULAR

    def file(self, weight: int) -> str:
        """Return what the file is called that draws a weight."""
        if self.bold is None or weight != BOLD:
            return self.filename
        return f"{self.name}-Bold{Path(self.bold.path).suffix}"


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


def _comic(cut: str, sha256: str) -> Packed:
    package = Package(
        "pool/main/c/comic-neue/fonts-comic-neue_2.51-4_all.deb",
        "6f002dc90d62fde01a2b51f333c09dc6c21ffbfc6ca22d05a84cc049b083c826",
    )
    return Packed(package, f"usr/share/fonts/opentype/comic-neue/ComicNeue-{cut}.otf", sha256)


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
    _latin(
        SANS_ITALIC,
        "notosans/NotoSans-Italic[wdth,wght].ttf",
        "58e6e0ebd1931b29a365aa2d3e2ee9a9e831a3af7cf3ad1462d4e72154f0b291",
        ("wght", "wdth"),
    ),
    _latin(
        SERIF_ITALIC,
        "notoserif/NotoSerif-Italic[wdth,wght].ttf",
        "e87acbc6c0efd0d9a20d6a8cbbda2b266c14be3a3a6f5af8ec9d7b2460570ad1",
        ("wght", "wdth"),
    ),
    Typeface(
        MONO_ITALIC,
        Member(
            "fontpkg-roboto-mono",
            "3.1",
            "fontpkg_roboto_mono/files/RobotoMono-Italic[wght].ttf",
            "49ac343bb7b070071e53f0a8a501d68d140ed98ebd0a43b6b8fb96cf22f09ff7",
        ),
        ("wght",),
    ),
    Typeface(
        COMIC,
        _comic("Regular", "2728ee8f303e31934e62bf27b044fd7657b0613412d51f7444db1078cc3a7cb2"),
        bold=_comic("Bold", "0637fea8f858cd1d9a6e0ff786bed3d8cc2dc59b871a28e268a5a0106f052a92"),
        is_needed=False,
    ),
    # Chinese and Japanese alone, in the forms of China, and in one weight.
    Typeface(
        SONG,
        Member(
            "pylopdf-fonts-zh-cn",
            "0.1.1",
            "pylopdf_fonts_zh_cn/NotoSerifSC-Regular.otf",
            "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3",
        ),
        is_needed=False,
    ),
)
