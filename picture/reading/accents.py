"""Letters with accents and other marks, as the rest of the page has them: ť, not t, in Slovak."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, bare, plain

# How likely one without marks is another that the page has often, and one that its language
# does not do without; and one that the language lacks another that it has. Smudges over an i
# are accents to the recogniser.
_LIKELY, _NEEDED, _LACKED = 0.3, 0.01, 0.01
_SMUDGED, _NEEDED_THERE = "iIj", 0.04

# So many letters of its own are no accident that a page is in a language.
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class _Language:
    """Letters that languages have alone, and what of theirs others are that they lack.

    It is theirs, too, where `others` are and one of `few`. Letters that are `needed` are
    often taken for such without their marks.
    """

    own: str
    lacked: Mapping[str, str]
    needed: str = ""
    others: str = ""
    few: str = ""

    def is_of(self, letters: Counter[str]) -> bool:
        """Tell whether a page with so many of each letter is in it."""
        is_likely = _count(letters, self.others) >= _FEWEST and _count(letters, self.few) > 0
        return is_likely or _count(letters, self.own) >= _FEWEST


def _spelt(own: str, lacked: str, theirs: str, *more: str) -> _Language:
    return _Language(own, dict(zip(lacked, theirs, strict=True)), *more)


# The carons of Czech and Slovak look like apostrophes behind some letters, but for L'Oréal.
_CZECH = _spelt("ěřůňťďľĺŕĚŘŮŇŤĎĽĹŔ", "ñÑ", "ňŇ", "ěřůňťďľĺŕĽ", "čšČŠ", "ýÝ")
_CARON = re.compile("[tdlLťďľĽ]['’](?=[a-zà-ž]|[\\s.,;:!?)]|$)")
_WITH_CARON = dict(zip("tdlLťďľĽ", "ťďľĽťďľĽ", strict=True))

_LANGUAGES = (
    _CZECH,
    _spelt("ăĂșȘțȚţŢ", "åãÅÃ", "ăăĂĂ"),  # Romanian
    _spelt("äÄöÖ", "āãōĀÃŌ", "ääöÄÄÖ"),  # German, Swedish, Finnish, Estonian
    _spelt("ėĖįĮųŲ", "éèÉÈ", "ėėĖĖ"),  # Lithuanian
    _spelt("ļĻķĶņŅģĢ", "ġĠ", "ģĢ"),  # Latvian
    _spelt("őŐűŰ", "õÕûÛ", "őŐűŰ"),  # Hungarian
    _spelt("łŁńŃśŚźŹ", "žŽ", "żŻ"),  # Polish
    _spelt("ğĞıİ", "șȘġĠ", "şŞğĞ", "ı"),  # Turkish
    _spelt("øØåÅ", "œŒ", "æÆ"),  # Danish, Norwegian, Swedish
    _spelt("ðÐþÞ", "õÕœŒ", "ðÐæÆ", "þÞ"),  # Icelandic, Faroese
)


def with_true_accents(lines: Sequence[FoundLine]) -> None:
    """Give letters the accents that the recogniser and the other letters of the page tell of."""
    known = [line for line in lines if line.reading.is_ours]
    letters = Counter(char for line in known for char in line.reading.text)
    spoken = [language for language in _LANGUAGES if language.is_of(letters)]
    often = {char for char, count in letters.items() if count >= _FEWEST}
    needed = {char for language in spoken for char in language.needed}
    lacked = {(char, own) for each in spoken for char, own in each.lacked.items()}
    for line in known:
        text = "".join(_true(line.reading, often, needed, lacked))
        if _CZECH in spoken:
            text = _CARON.sub(lambda found: _WITH_CARON[found[0][0]], text)
        line.reading = line.reading.spelled(text)


def _count(letters: Counter[str], some: str) -> int:
    return sum(letters[char] for char in some)


def _true(
    reading: Reading, often: Set[str], needed: Set[str], lacked: Set[tuple[str, str]]
) -> Iterator[str]:
    """Yield a line's signs with the accents that the page has."""
    rivals = {at: (other, odds) for at, other, odds in reading.rivals}
    for at, char in enumerate(reading.text):
        other, odds = rivals.get(at, ("", 0.0))
        # Where the text was changed before, other letters may be there.
        is_bare = char == plain(char) and char in bare(other)
        is_usual = odds >= _LIKELY and other in often and char not in _SMUDGED
        is_needed = other in needed and odds >= (_NEEDED_THERE if char in _SMUDGED else _NEEDED)
        is_lacked = odds >= _LACKED and (char, other) in lacked
        yield other if is_lacked or (is_bare and (is_usual or is_needed)) else char
