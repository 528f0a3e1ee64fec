"""Letters with accents and other marks, as the page's language has them: ť, not t, in Slovak."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from picture.reading.frequencies import Choice, likely_languages, mean_share, usual_share
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, bare

# The recogniser is less sure than it says: of how often letters are, so much counts. None is
# so rare that it is never meant.
_TEMPER = 0.6
_RAREST = 1e-5

# These it takes for others, but hardly another for one of them.
_SHY, _SHYLY = "þÞťŤľĽďĎ", 6

# The carons of Czech and Slovak look like apostrophes behind some letters, but for L'Oréal.
_CZECH, _LIKELY = ("cs", "sk"), 0.5
_CARON = re.compile("[tdlLťďľĽ]['’](?=[a-zà-ž]|[\\s.,;:!?)]|$)")
_WITH_CARON = dict(zip("tdlLťďľĽ", "ťďľĽťďľĽ", strict=True))


def with_true_accents(lines: Sequence[FoundLine], tags: Sequence[str] | None = None) -> None:
    """Give letters the accents that the recogniser and the page's language tell of.

    With `tags` it is one of those languages, where there is one that has accents.
    """
    known = [line for line in lines if line.reading.is_ours]
    choices = [_choices(line.reading) for line in known]
    languages = likely_languages((choice for letters in choices for choice in letters), tags)
    is_czech = sum(languages.get(each, 0) for each in _CZECH) > _LIKELY
    weigh = cache(partial(_weight, languages=languages))
    for line, letters in zip(known, choices, strict=True):
        text = "".join(_likeliest(choice, weigh) for choice in letters)
        if is_czech:
            text = _CARON.sub(lambda found: _WITH_CARON[found[0][0]], text)
        line.reading = line.reading.spelled(text)


def _choices(reading: Reading) -> Sequence[Choice]:
    """Return what each letter of a line may be."""
    choices = [{char: 1.0} for char in reading.text]
    for at, rival, odds in reading.rivals:
        # Where the text was changed before, other letters may be there.
        if set(bare(rival)) & set(bare(reading.text[at : at + 1])):
            choices[at].setdefault(rival, odds)
    return choices


def _weight(letter: str, languages: Mapping[str, float]) -> float:
    """Return how much likelier a letter is in languages, each so likely, than in any."""
    ratio = (mean_share(letter, languages) + _RAREST) / (usual_share(letter) + _RAREST)
    weight: float = ratio**_TEMPER
    return _SHYLY * weight if letter in _SHY else weight


def _likeliest(choice: Choice, weigh: Callable[[str], float]) -> str:
    """Return the likeliest of some letters, but none that has lost its marks."""
    read, *rivals = choice
    marked = [rival for rival in rivals if not rival.isascii()]
    if not marked:
        return read
    return max((read, *marked), key=lambda letter: choice[letter] * weigh(letter))
