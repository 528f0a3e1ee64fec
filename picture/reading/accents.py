"""Letters with accents and other marks, as the page's language has them: ť, not t, in Slovak."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial

from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, bare, plain

# Of letters that are the same without their marks, how many in a thousand have which, in
# languages that use few others, as `python -m tools.accents` counts them.
_COUNTED: Mapping[str, str] = {
    "az": "ç482 ö316 ü417 ğ600 İ667 ı264 ş311",
    "ca": "à41 ç27 è22 é46 í29 ï4 ò15 ó150 ú54",
    "cs": "á402 é165 í440 ú80 ý468 č357 ď7 ě157 ň6 ř173 š140 ť13 ů147 ž362",
    "cy": "â15 ô5",
    "da": "å123 ø129",
    "de": "ä96 ö164 ü105",
    "en": "",
    "es": "á35 é8 í69 ñ4 ó97 ú35",
    "et": "ä65 õ374 ö50 ü98",
    "fi": "ä255 ö79",
    "fo": "á65 í140 ð573 ó81 ø352 ú90 ý118",
    "fr": "à82 â3 è6 é160 ê14 ô3 ù8 û2",
    "ga": "á109 é128 í161 ó163 ú217",
    "gl": "á61 é7 í46 ñ17 ó135 ú138",
    "hr": "ć230 č540 đ74 š128 ž318",
    "hu": "á279 é269 í99 ó102 ö134 ú79 ü500 ő141 ű95",
    "is": "á132 é137 í126 ð718 ó255 ö245 ú58 ý193 þ740",
    "it": "à61 è7 é3 ò3 ù12",
    "ku": "ç214 ê260 î322 û651 ş241",
    "lb": "à1 ä102 é87 ê2 ë71 ô5 ö19 ü5",
    "lt": "ą89 č288 ė184 ę95 į54 š84 ū100 ų210 ž938",
    "lv": "ā266 č7 ē168 ģ140 ī290 ķ33 ļ87 ņ88 š134 ū49 ž34",
    "mt": "à38 ù2 ċ990 ġ207 ż350",
    "nb": "å182 ø111",
    "pl": "ó82 ą89 ć86 ę94 ł448 ń42 ś181 ź8 ż167",
    "pt": "à21 á20 â4 ã73 ç233 é26 ê15 í53 ó13 õ25 ú23",
    "ro": "â34 î87 ă230 ș256 ț210",
    "sk": "á294 é152 í108 ô16 ú282 ý528 č378 ď10 ľ141 ň10 š155 ť193 ű3 ž378",
    "sl": "č609 š161 ž349",
    "sq": "ç346 ë484",
    "sv": "ä230 å85 ö300",
    "tk": "ä67 ç990 ö507 ü280 ý285 ň223 ş358 ž31",
    "tr": "â2 ç530 ö314 ü342 ğ465 İ990 ı323 ş325",
}

# How likely a page is in English before its letters are looked at, in place of any of these;
# how often a letter is misread, and how often one that was read is another language's.
_ENGLISH = 0.5
_STRAY, _FOREIGN = 1e-3, 1e-5

# The recogniser is less sure than it says: of how often letters are, so much counts.
_TEMPER = 0.6

# These it takes for others, but hardly another for one of them.
_SHY, _SHYLY = "þÞťŤľĽďĎ", 6

# The carons of Czech and Slovak look like apostrophes behind some letters, but for L'Oréal.
_CZECH, _HALF = ("cs", "sk"), 0.5
_CARON = re.compile("[tdlLťďľĽ]['’](?=[a-zà-ž]|[\\s.,;:!?)]|$)")
_WITH_CARON = dict(zip("tdlLťďľĽ", "ťďľĽťďľĽ", strict=True))

# How likely a letter is each of several, beside the one that was read.
_Choice = Mapping[str, float]


def _shares(counted: str) -> dict[str, float]:
    """Return the shares of letters with marks, small and capital, and of those without."""
    shares: dict[str, float] = {}
    for item in counted.split():
        letter, share = item[0], int(item[1:]) / 1000
        # The capital of ı has no mark.
        capital = letter.upper()
        shares |= {each: share for each in (letter, capital) if each != plain(each)}
    for letter, share in list(shares.items()):
        shares[plain(letter)] = shares.get(plain(letter), 1.0) - share
    return shares


_SHARES: Mapping[str, Mapping[str, float]] = {
    language: _shares(counted) for language, counted in _COUNTED.items()
}
_USUALLY: Mapping[str, float] = {
    language: (1 - _ENGLISH) / len(_SHARES) + _ENGLISH * (language == "en") for language in _SHARES
}


def with_true_accents(lines: Sequence[FoundLine], tags: Sequence[str] | None = None) -> None:
    """Give letters the accents that the recogniser and the page's language tell of.

    With `tags` it is one of those, where there is one of them that has letters with marks.
    """
    known = [line for line in lines if line.reading.is_ours]
    choices = [_choices(line.reading) for line in known]
    chances = _chances([choice for letters in choices for choice in letters], tags)
    is_czech = sum(chances.get(language, 0) for language in _CZECH) > _HALF
    weigh = cache(partial(_weight, chances=chances))
    for line, letters in zip(known, choices, strict=True):
        text = "".join(_likeliest(choice, weigh) for choice in letters)
        if is_czech:
            text = _CARON.sub(lambda found: _WITH_CARON[found[0][0]], text)
        line.reading = line.reading.spelled(text)


def _choices(reading: Reading) -> list[dict[str, float]]:
    """Return what each letter of a line may be, the one that was read first."""
    choices = [{char: 1.0} for char in reading.text]
    for at, rival, odds in reading.rivals:
        # Where the text was changed before, other letters may be there.
        char = reading.text[at : at + 1]
        if set(bare(rival)) & set(bare(char)):
            choices[at].setdefault(rival, odds)
    return choices


def _chances(choices: Iterable[_Choice], tags: Sequence[str] | None) -> Mapping[str, float]:
    """Return how likely a page of such letters is in each language, if at all."""
    told = [choice for choice in choices if plain(next(iter(choice)))]
    sure = Counter(next(iter(choice)) for choice in told if len(choice) == 1)
    doubted = [choice for choice in told if len(choice) > 1]
    expected = {tag: 1.0 for tag in tags or () if tag in _SHARES} or _USUALLY
    logs = {
        language: math.log(usually)
        + sum(count * math.log(_ratio(letter, language)) for letter, count in sure.items())
        + sum(math.log(_mean_ratio(choice, language)) for choice in doubted)
        for language, usually in expected.items()
    }
    most = max(logs.values())
    odds = {language: math.exp(log - most) for language, log in logs.items()}
    whole = sum(odds.values())
    return {language: each / whole for language, each in odds.items() if each > _FOREIGN}


def _mean_ratio(choice: _Choice, language: str) -> float:
    return sum(odds * _ratio(letter, language) for letter, odds in choice.items())


@cache
def _ratio(letter: str, language: str) -> float:
    """Return how much likelier a letter is in a language than anywhere."""
    return (_share(letter, language) + _STRAY) / (_usual_share(letter) + _STRAY)


def _share(letter: str, language: str) -> float:
    """Return how many of the letters that are the same without marks are this one."""
    return _SHARES[language].get(letter, float(letter == plain(letter)))


@cache
def _usual_share(letter: str) -> float:
    return _mean_share(letter, _USUALLY)


def _mean_share(letter: str, chances: Mapping[str, float]) -> float:
    return sum(chance * _share(letter, language) for language, chance in chances.items())


def _weight(letter: str, chances: Mapping[str, float]) -> float:
    """Return how much likelier a letter is in languages with these chances than anywhere."""
    ratio = (_mean_share(letter, chances) + _FOREIGN) / (_usual_share(letter) + _FOREIGN)
    weight: float = ratio**_TEMPER
    return _SHYLY * weight if letter in _SHY else weight


def _likeliest(choice: _Choice, weigh: Callable[[str], float]) -> str:
    """Return the likeliest of some letters, but none that has lost its marks."""
    if len(choice) == 1:
        return next(iter(choice))
    read, *rivals = choice
    return max(
        (read, *(each for each in rivals if not each.isascii())),
        key=lambda each: choice[each] * weigh(each),
    )
