"""The languages whose letters the main recogniser lacks, and what reads each."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from picture.debian import Package
from picture.settings import PADDLEOCR

AUTO = "auto"

# Those whose letters are all in PP-OCR's dictionary, as BCP 47 names them.
MAIN = (
    "zh-Hans", "zh-Hant", "ja", "en", "af", "az", "ca", "cs", "cy", "da", "de", "es", "et", "eu",
    "fi", "fo", "fr", "ga", "gl", "hr", "hu", "id", "is", "it", "ku", "lb", "lt", "lv", "mt", "nb",
    "nl", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "sw", "tk", "tl", "tr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 tag, and its readers.

    `pack` is Tesseract's name for it, whose data is in Debian's package of that name with
    the SHA-256 `digest`; `paddle` is what PaddleOCR calls its recogniser for the letters.
    `script` is the first word of their names in Unicode. One that is `usual` is read
    where nothing is said of languages.
    """

    tag: str
    pack: str
    script: str
    paddle: str
    usual: bool
    digest: str

    @property
    def package(self) -> Package:
        """Return Debian's package with Tesseract's data."""
        file = f"tesseract-ocr-{self.pack}_4.1.0-2_all.deb"
        return Package(f"pool/main/t/tesseract-lang/{file}", self.digest)

    def paddle_name(self, engine: str) -> str:
        """Return PaddleOCR's name for its recogniser, if that reads the language, else nothing.

        `engine` is what is to read scripts where there is a choice.
        """
        is_wanted = self.paddle and engine == PADDLEOCR
        return f"{self.paddle}_PP-OCRv5_mobile_rec" if is_wanted else ""

    @property
    def is_latin(self) -> bool:
        """Tell whether the main recogniser reads most of its letters, and misses some."""
        return self.script == "LATIN"

    def share(self, text: str) -> float:
        """Return how much of a text's letters are of this script, 0 where it has none."""
        return share_of(text, lambda letter: script_of(letter) == self.script)


def share_of(text: str, is_one: Callable[[str], bool]) -> float:
    """Return how much of a text's letters are of a kind, 0 where it has none."""
    letters = [char for char in text if char.isalpha()]
    return sum(map(is_one, letters)) / max(len(letters), 1)


def script_of(char: str) -> str:
    """Return the script of a letter: the first word of its name."""
    return unicodedata.name(char, "").partition(" ")[0]


def is_latin(text: str) -> bool:
    """Tell whether a word is in Latin letters or digits: a comma is known in any script."""
    return any(map(str.isalnum, text)) and all(
        char.isascii() or script_of(char) == "LATIN" for char in text
    )


# In order of choice: of languages of one script the first is tried first.
_OTHERS = (
    Language(
        "ru",
        "rus",
        "CYRILLIC",
        "eslav",
        True,
        "115f30363bacd85ba48f1e4d038f3d942e6d2afe271198ea3204bbf67ab2d3f1",
    ),
    Language(
        "uk",
        "ukr",
        "CYRILLIC",
        "eslav",
        True,
        "fb4f49c5866bf0d4ded9682f5a9fef484969f08ea399272d3d78fc8626e6af5d",
    ),
    Language(
        "be",
        "bel",
        "CYRILLIC",
        "eslav",
        True,
        "5d2255273155d6eed7fb344672c90336aa6f2afc605cc95218957cb3dd6a8431",
    ),
    Language(
        "bg",
        "bul",
        "CYRILLIC",
        "cyrillic",
        True,
        "73be0cf3fe9e2dd5f4371012c2cfa704b0b56c56550ee4a11addaa440bc108b3",
    ),
    Language(
        "sr",
        "srp",
        "CYRILLIC",
        "cyrillic",
        True,
        "7d4df5e6b193799f27b94c8008dcbbb35686a921882c38c2f6156c3c952ca11d",
    ),
    Language(
        "mk",
        "mkd",
        "CYRILLIC",
        "cyrillic",
        True,
        "373f95412d189b7f92323a737873c8985ae9d1a5fee15501ef8ce9ce934ecbd9",
    ),
    Language(
        "kk",
        "kaz",
        "CYRILLIC",
        "cyrillic",
        False,
        "75b0a40dbd69c59ea95cc3a263ba72dc696121e1845a546c3f7a860d94b4bbde",
    ),
    Language(
        "ky",
        "kir",
        "CYRILLIC",
        "cyrillic",
        False,
        "5dd8b0937d77e03d8becff445a8c67e73c092f81eb17a237a7053c3b958e53f1",
    ),
    Language(
        "mn",
        "mon",
        "CYRILLIC",
        "cyrillic",
        False,
        "e241d90e547b5b10205cea8d44a8eb4ef1d385dfbf177d0d9f746725f149e5ea",
    ),
    Language(
        "tg",
        "tgk",
        "CYRILLIC",
        "cyrillic",
        False,
        "ed709d09e3511dac0edfe14c67e5a96c839350d276c95c120253b17e86be8fe6",
    ),
    Language(
        "tt",
        "tat",
        "CYRILLIC",
        "cyrillic",
        False,
        "4e244942ecfe94a1373a3546a222c5b630d8121199d89f2d1d8f6ecc2e657883",
    ),
    Language(
        "el",
        "ell",
        "GREEK",
        "el",
        True,
        "d91e67c44817946d8109f85b8b3488e7c272d0a085e140629ec914ef9787fdd1",
    ),
    Language(
        "ar",
        "ara",
        "ARABIC",
        "arabic",
        True,
        "31a6f57b04f92cfc17e2e3434ab48ae88e4f261e95c6dd6c649984ef7029f6fb",
    ),
    Language(
        "fa",
        "fas",
        "ARABIC",
        "arabic",
        True,
        "0252cd44f2522c1524c56fece2eaa4fdb81bf08b2c70517eb082b2cced252d78",
    ),
    Language(
        "ur",
        "urd",
        "ARABIC",
        "arabic",
        True,
        "1f5403160d11cf72603cf84811b31f9ed0b8705e004974093ae455542e3eb0b7",
    ),
    Language(
        "ps",
        "pus",
        "ARABIC",
        "arabic",
        False,
        "bad540a660ed5929b77c85b827a717600f3900c2e6b00390a1d758212af0efbf",
    ),
    Language(
        "ug",
        "uig",
        "ARABIC",
        "arabic",
        False,
        "48f894bc0a088ef029c90a4b8aaa4fd8881e163a4ba6fa1da1c4d4bd426255f5",
    ),
    Language(
        "he",
        "heb",
        "HEBREW",
        "",
        True,
        "3cdd4dc3a148dba3aa9c85922d2060922c35fdaf4fce1b805ac7d06a48ba3292",
    ),
    Language(
        "yi",
        "yid",
        "HEBREW",
        "",
        False,
        "d42f4c98cf7c0ac450498bbeab638ad53c33b30c156e8ccf9b5de025c9c735ad",
    ),
    Language(
        "hi",
        "hin",
        "DEVANAGARI",
        "devanagari",
        True,
        "5a68e8761de9e054e6450c0beab918650e802c03124c816acaf9693d33dabd89",
    ),
    Language(
        "mr",
        "mar",
        "DEVANAGARI",
        "devanagari",
        False,
        "432813e8c5dd7834de32958d2c3dc0a8ba3cfc3da495e40cfe12e37219a3fe4f",
    ),
    Language(
        "ne",
        "nep",
        "DEVANAGARI",
        "devanagari",
        False,
        "1ab4bf582b1fa332f39d808995907cc7e0884cf6cefb05771bf897b5500a247e",
    ),
    Language(
        "bn",
        "ben",
        "BENGALI",
        "",
        True,
        "aa1444f80c1dfc27e42f152442332b57413e2f48fd0626c9dc205a76a0338729",
    ),
    Language(
        "as",
        "asm",
        "BENGALI",
        "",
        False,
        "2a35516e65c12067452f17f6afb18993e496d454e231cddc0c3068caf141a1ff",
    ),
    Language(
        "pa",
        "pan",
        "GURMUKHI",
        "",
        False,
        "cd113282000b94eed0f8950d5fa5b60a8c9b29a8fe27752947f4beaaa135c50e",
    ),
    Language(
        "gu",
        "guj",
        "GUJARATI",
        "",
        False,
        "ff528e0a224d7a56d0fa5ba66c759bb50d1813cc071c1954a557bce67a808799",
    ),
    Language(
        "or",
        "ori",
        "ORIYA",
        "",
        False,
        "d3000e7709e5f5ad94a8a88b42a2ae49bffdf1c55d1be37837471a819a2ed3a9",
    ),
    Language(
        "ta",
        "tam",
        "TAMIL",
        "ta",
        True,
        "ddb1ada253912afc35f15c134c8570f6a9fae41067c9861e11dc9e16188097bb",
    ),
    Language(
        "te",
        "tel",
        "TELUGU",
        "te",
        True,
        "0b5deb6d45776678d9129d6b5e6c469c90ae37f6a05e81ee8e7a4307ba7cf492",
    ),
    Language(
        "kn",
        "kan",
        "KANNADA",
        "",
        False,
        "cf238a81def2ab49d3b28dbdf8569fe712626e2017264b205fe4bf19e683d715",
    ),
    Language(
        "ml",
        "mal",
        "MALAYALAM",
        "",
        False,
        "392b8909244a7a0f95f3335cc7605082dec8e4d503e5abb29c3b601171a4b257",
    ),
    Language(
        "si",
        "sin",
        "SINHALA",
        "",
        False,
        "e4a913099c89a8802594e4082071e22df0722835d0f15f7ec9b0479cc9eb2b46",
    ),
    Language(
        "th",
        "tha",
        "THAI",
        "th",
        True,
        "cd9a924bec82efcf612a2bd7661ff99d219c998cdce6541e568cde939007a81f",
    ),
    Language(
        "lo",
        "lao",
        "LAO",
        "",
        False,
        "970657dfa72629f2ec723cfe151145911a3847b3ff0dc11967f649ada43c9587",
    ),
    Language(
        "km",
        "khm",
        "KHMER",
        "",
        False,
        "62af3aa91b31717eec1e38f66cec36149a20703d56a91111a650100c63bc7d67",
    ),
    Language(
        "my",
        "mya",
        "MYANMAR",
        "",
        False,
        "e68fae91fbec04d5f92eb88269162025af9863d4574e7c04eb85ba1a0939256c",
    ),
    Language(
        "ko",
        "kor",
        "HANGUL",
        "korean",
        True,
        "2440d76b2c1570d7b42bc18dd2cc2f7b1a0e706e823dae9548358cc9bfb39701",
    ),
    Language(
        "vi",
        "vie",
        "LATIN",
        "latin",
        True,
        "1ba3dcd144d65d0f4cf7b8cb87a29b7ba35746f830261074942d38fe07404da3",
    ),
    Language(
        "ka",
        "kat",
        "GEORGIAN",
        "",
        True,
        "eac2edb9197a32e53784ebc6b609f8cbc89c1f0125ab18193f6005eb3ea5dcc1",
    ),
    Language(
        "hy",
        "hye",
        "ARMENIAN",
        "",
        True,
        "0adefaa5d11babb472dab7bb11f70e20d2ef00c03d5facfd9bcaa09a7e2ef60f",
    ),
    Language(
        "am",
        "amh",
        "ETHIOPIC",
        "",
        False,
        "b58152591a72d635b6871bb80a25de698d5db5317a65a57d27f017a620acd6a3",
    ),
)

BY_TAG: Mapping[str, Language] = {language.tag: language for language in _OTHERS}


def chosen(tags: Iterable[str]) -> tuple[Language, ...]:
    """Return the languages with these tags that something beside the main recogniser reads.

    `auto` stands for the usual ones. Raises ValueError that names what is no tag.
    """
    found: dict[str, Language] = {}
    for tag in tags:
        if tag == AUTO:
            found |= {language.tag: language for language in _OTHERS if language.usual}
        elif tag in BY_TAG:
            found[tag] = BY_TAG[tag]
        elif tag not in MAIN:
            raise ValueError(tag)
    return tuple(found.values())


def expected(text: str) -> tuple[Language, ...]:
    """Return the languages in a list with commas that need a reader beside the main one.

    Raises ValueError that names what is no tag.
    """
    return chosen(split_tags(text))


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags in a list with commas, as BCP 47 writes them; raises ValueError."""
    known = {tag.lower(): tag for tag in (AUTO, *MAIN, *BY_TAG)}
    tags = [part.strip().lower() for part in text.split(",") if part.strip()]
    for tag in tags:
        if tag not in known:
            raise ValueError(tag)
    return tuple(dict.fromkeys(known[tag] for tag in tags))
