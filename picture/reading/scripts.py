"""Lines in scripts that the main recogniser lacks, read by others beside it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from picture.reading import work
from picture.reading.calibration import chance_of
from picture.reading.directions import in_order
from picture.reading.gaps import widest_gap, words_in
from picture.reading.languages import BY_TAG, Language, is_latin, share_of
from picture.reading.leaders import share_of_marks
from picture.reading.transcript import CLAIMED, Reading, Spot, mean_score

Crop = NDArray[np.uint8]

# So sure is the main recogniser of a line in letters that it knows, and of each word, and
# no surer of what it takes for some.
_SURE, _DOUBTED = 0.95, 0.9
_NONSENSE = 0.7

# On how many lines scripts are tried, and then the languages of one: the longest, and
# of each the start, so many times as long as high.
_SAMPLES, _START = 2, 14
_MOST_SAMPLES, _LONG_START = 4, 20

# How sure a reader must be of them, and how sure that no other is tried; between what is
# no text at all and what is plain, more lines tell; how much of what it reads is in its own
# script, of so many letters that are not the same, and how much of the line that takes.
_LEAST = 0.5
_CONVINCING = 0.85
_HOPELESS, _PLAIN = 0.3, 0.7
_OWN = 0.6
_KINDS = 3
_COVERED = 0.6
_ALONE = 0.15

# Of the room of another reader's word: so much is taken by the main one's words for it.
_WHOLE = 0.8
_FAIR = 0.8

# What is shorter, in its own heights, says too little for a script to be told; a line
# so long, or lines that are so much of a page, are no stain or scrawl. What stands on
# its head is most of its page.
_SHORT = 2.5
_WORD = 1.0
_LENGTHY = 4.5
_NOTABLE, _MOST = 0.05, 0.5

# Paper and what compression leaves on it, in levels of brightness; and how much of a
# line's length rows of marks take that is no writing.
_BLANK = 10
_MARKS = 0.35

# Greek is known but for its accents: of a line in doubt so many letters are Greek.
_GREEK = BY_TAG["el"]
_SOME = 0.3

# Quarter turns of what stands on its head, and how sure one must be of that.
_OVER = 2
_LEAST_OVER = 0.6

# Scripts on one page beside the main ones, and readers kept open, ten megabytes a thread.
_MOST_SCRIPTS = 3
_MOST_OPEN = 4

# Vietnamese loses half its accents, and nothing tells but these: letters that are
# rarer everywhere else, and how many of its own the main recogniser lacks.
_VIETNAMESE = "đĐ"
_RARE_ELSEWHERE = 0.008
_LACKED = frozenset("ấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựảạẻẹỉịỏọủụỷỵẽỹ")
_MANY = 0.05

# Arabic's reader is as sure of Persian, and Urdu's too. Urdu's letters are many in Urdu and
# read nowhere else; of the others Persian's reader tells which it is by the letters that
# only one of them has, on so many lines where a few have none.
_ARABIC, _PERSIAN, _URDU = BY_TAG["ar"], BY_TAG["fa"], BY_TAG["ur"]
_OF_ARABIC_LETTERS = frozenset((_ARABIC, _PERSIAN, _URDU))
_OF_URDU, _OFTEN = frozenset("ٹڈڑںے"), 0.02
_NOT_ARABIC, _NOT_PERSIAN = frozenset("پچژگ"), frozenset("ةىأإؤ")
_SAMPLES_IN_DOUBT = 12


class Recogniser(Protocol):
    """What reads lines of some languages, on many threads at once."""

    name: str

    def read(self, crop: Crop) -> Reading:
        """Return what a line (height x width x 3, BGR) says."""

    def close(self) -> None:
        """Give its memory back."""


@dataclass(slots=True)
class FoundLine:
    """A line as it was read; `crop` cuts it out between its corners, as it was seen."""

    reading: Reading
    corners: NDArray[np.int16]
    crop: Callable[[], Crop]

    @property
    def length(self) -> float:
        """Return its longer side in pixels."""
        a, b, c, _ = self.corners.astype(float)
        return max(math.dist(a, b), math.dist(b, c))

    @property
    def height(self) -> float:
        """Return its shorter side in pixels."""
        a, b, c, _ = self.corners.astype(float)
        return max(1.0, min(math.dist(a, b), math.dist(b, c)))

    @property
    def is_level(self) -> bool:
        """Tell whether it is wider than it is high."""
        a, b, _, d = self.corners.astype(float)
        return math.dist(a, b) > math.dist(a, d)


def bounds_of(lines: Sequence[FoundLine]) -> NDArray[np.float64]:
    """Return a row for each line: left, top, right and bottom, in pixels."""
    corners = np.array([line.corners for line in lines], float).reshape(-1, 4, 2)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


class Scripts:
    """The languages that are read beside the main ones, each by a recogniser of its own.

    On a page without lines in other scripts nothing is done. `start` opens what reads a
    language; few stay open.
    """

    def __init__(
        self, languages: Sequence[Language], start: Callable[[Language], Recogniser], threads: int
    ) -> None:
        self._languages = tuple(languages)
        self._start = start
        self._open: OrderedDict[str, Recogniser] = OrderedDict()
        self._last: Language | None = None
        # Of each picture that is being read: one may step aside for another.
        self._running: list[set[Future[Reading]]] = []
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="scripts")

    def reread(self, lines: Sequence[FoundLine], tags: Sequence[str] | None = None) -> None:
        """Read anew the lines in other scripts, and keep what is surer of each.

        With `tags` those languages alone are expected.
        """
        expected = [item for item in self._languages if tags is None or item.tag in tags]
        self._running.append(set())
        try:
            self._reread_latin(lines, [item for item in expected if item.is_latin], tags is None)
            self._reread_others(lines, [item for item in expected if not item.is_latin])
        finally:
            self._finish()

    def _reread_latin(
        self, lines: Sequence[FoundLine], languages: Sequence[Language], must_show: bool
    ) -> None:
        """Read lines in letters of which the main recogniser knows most, and is sure of all."""
        if must_show and not _is_vietnamese(line.reading.text for line in lines):
            return
        samples = _longest([line for line in lines if line.reading.text.strip()], _MOST_SAMPLES)
        for language in languages if samples else ():
            texts = [reading.text for reading in self._all(language, samples, 0)]
            if _share_lacked("".join(texts)) >= _MANY:
                self._read_in(language, lines, 0, _LEAST)

    def _reread_others(self, lines: Sequence[FoundLine], languages: Sequence[Language]) -> None:
        whole = sum(line.length for line in lines)
        for _ in range(_MOST_SCRIPTS):
            foreign = [line for line in lines if _is_foreign(line)]
            share = sum(line.length for line in foreign) / max(whole, 1.0)
            if not languages or (share < _NOTABLE and not any(map(_is_strange, foreign))):
                return
            found = self._language_of(foreign, languages, (0, _OVER) if share > _MOST else (0,))
            if found is None:
                return
            language, turns = found
            self._read_in(language, [line for line in lines if _is_doubted(line)], turns)
            languages = [item for item in languages if item.script != language.script]

    def _language_of(
        self, foreign: Sequence[FoundLine], expected: Sequence[Language], ways: Sequence[int]
    ) -> tuple[Language, int] | None:
        """Return the language of some lines, if one is read surely enough, and how they lie."""
        firsts = list({item.script: item for item in reversed(expected)}.values())[::-1]
        for turns in ways:
            enough = _LEAST_OVER if turns else _LEAST
            for trial, least in ((self._expected_again(expected), _CONVINCING), (firsts, enough)):
                best, score = self._surest_of_some(trial, foreign, turns)
                if best is not None and score >= least:
                    self._last = self._of_script(best, foreign, expected, turns)
                    return self._last, turns
        return None

    def _surest_of_some(
        self, languages: Sequence[Language], foreign: Sequence[FoundLine], turns: int
    ) -> tuple[Language | None, float]:
        """Return the language whose reader is surest of a few lines, of more in doubt.

        The longest may start with names and numbers, of which any reader is as sure.
        """
        best, score = self._surest(languages, _longest(foreign, _SAMPLES), turns, _START)
        if len(languages) > 1 and len(foreign) > _SAMPLES and _HOPELESS <= score < _PLAIN:
            return self._surest(languages, _longest(foreign, _MOST_SAMPLES), turns, _START)
        return best, score

    def _expected_again(self, expected: Sequence[Language]) -> list[Language]:
        """Return the language that was read last, which is likely to come again."""
        return [item for item in expected if item is self._last]

    def _of_script(
        self,
        one: Language,
        foreign: Sequence[FoundLine],
        expected: Sequence[Language],
        turns: int,
    ) -> Language:
        """Return the language that reads lines best of those in the same script."""
        alike = [item for item in expected if item.script == one.script]
        if len(alike) == 1:
            return one
        samples = _longest(foreign, _MOST_SAMPLES)
        if _URDU in alike and _OF_ARABIC_LETTERS.issuperset(alike):
            if share_of(self._text(_URDU, samples, turns), _OF_URDU.__contains__) >= _OFTEN:
                return _URDU
            alike.remove(_URDU)
        best, _ = self._surest(alike, samples, turns, _LONG_START)
        if best in (_ARABIC, _PERSIAN) and {_ARABIC, _PERSIAN}.issubset(alike):
            return self._of_arabic_letters(foreign, turns) or best
        return best or one

    def _of_arabic_letters(self, foreign: Sequence[FoundLine], turns: int) -> Language | None:
        """Return which of Arabic and Persian lines are in, None where no letter tells."""
        longest = _longest(foreign, _SAMPLES_IN_DOUBT)
        for samples in (longest[:_MOST_SAMPLES], longest[_MOST_SAMPLES:]):
            text = self._text(_PERSIAN, samples, turns)
            persian, arabic = sum(map(text.count, _NOT_ARABIC)), sum(map(text.count, _NOT_PERSIAN))
            if persian != arabic:
                return _PERSIAN if persian > arabic else _ARABIC
        return None

    def _text(self, language: Language, samples: Sequence[FoundLine], turns: int) -> str:
        """Return what the start of lines surely says in a language.

        Names in other letters are taken for any of its own, but not for sure.
        """
        jobs = self._begin(language, samples, turns, _LONG_START)
        readings = self._done(language, jobs, turns)
        words = (word for reading in readings for word in reading.words)
        return "".join(word.text for word in words if word.score >= _NONSENSE)

    def _surest(
        self, languages: Sequence[Language], samples: Sequence[FoundLine], turns: int, start: int
    ) -> tuple[Language | None, float]:
        """Return the language whose reader is surest of the start of lines, and how sure."""
        begun = [(item, self._begin(item, samples, turns, start)) for item in languages]
        best: tuple[Language | None, float] = (None, 0.0)
        for language, jobs in begun:
            worths = [_worth(reading, language) for reading in self._done(language, jobs, turns)]
            # The others may be in yet another script.
            if (score := max(float(np.mean(worths)), max(worths) - _ALONE)) > best[1]:
                best = language, score
        return best

    def _read_in(
        self, language: Language, lines: Sequence[FoundLine], turns: int, least: float = 0.0
    ) -> None:
        """Read lines in a language and keep what is surer than before, or than `least`."""
        for line, reading in zip(lines, self._all(language, lines, turns), strict=True):
            other = reading if least else _mixed(line.reading, reading)
            likely = reading.score >= least if least else _is_likelier(other, line.reading)
            if reading.text and likely:
                line.reading = other

    def _all(self, language: Language, lines: Sequence[FoundLine], turns: int) -> list[Reading]:
        return self._done(language, self._begin(language, lines, turns), turns)

    def _begin(
        self,
        language: Language,
        lines: Sequence[FoundLine],
        turns: int,
        start: int | None = None,
    ) -> list[Future[Reading]]:
        reader = self._opened(language)
        crops = (_sample(line, turns, start) if start else _turned(line, turns) for line in lines)
        begun = [self._threads.submit(reader.read, crop) for crop in crops]
        self._running[-1].update(begun)
        return begun

    def _done(
        self, language: Language, begun: Sequence[Future[Reading]], turns: int
    ) -> list[Reading]:
        """Return what was begun, as long as it is wanted."""
        name, readings = self._opened(language).name, []
        for job in begun:
            work.current().turn()
            readings.append(replace(job.result(), reader=name, flipped=turns == _OVER))
        return readings

    def _opened(self, language: Language) -> Recogniser:
        if language.tag not in self._open:
            self._open[language.tag] = self._start(language)
        self._open.move_to_end(language.tag)
        return self._open[language.tag]

    def close(self) -> None:
        """Close all that reads, and end the threads."""
        self._threads.shutdown()
        for reader in self._open.values():
            reader.close()
        self._open.clear()

    def _finish(self) -> None:
        """Wait for lines that are still being read, then close what was not used lately."""
        running = self._running.pop()
        for job in running:
            job.cancel()
        wait(running)
        # A picture that stepped aside may go on with any of them.
        while not self._running and len(self._open) > _MOST_OPEN:
            _, reader = self._open.popitem(last=False)
            reader.close()


def _is_foreign(line: FoundLine) -> bool:
    """Tell whether a line is in letters that are not known, or mostly not, or a part of it."""
    reading = line.reading
    if reading.reader or line.length < _SHORT * line.height:
        return False
    if reading.claimed < CLAIMED or reading.score < _NONSENSE:
        return _is_written(line.crop())
    is_greek = not _is_sure(line) and _GREEK.share(reading.text) > _SOME
    return is_greek or _is_foreign_in_part(line)


def _is_foreign_in_part(line: FoundLine) -> bool:
    """Tell whether a line says nothing for sure between words that are sure."""
    words = words_in(line.reading, widest_gap(line.reading))
    return mean_score(words) < _NONSENSE and _has_gap(line, _SHORT)


def _has_gap(line: FoundLine, least: float) -> bool:
    """Tell whether something is written in a part of a line that says nothing for sure."""
    start, end = widest_gap(line.reading)
    is_wide = (end - start) * line.length >= least * line.height
    return is_wide and _is_written(_gap_of(line))


def _is_written(crop: Crop) -> bool:
    """Tell whether there may be text: of an empty part of a page, or dots, some read any."""
    return bool(np.ptp(crop) > _BLANK) and share_of_marks(crop) < _MARKS


def _is_strange(line: FoundLine) -> bool:
    """Tell whether a line is in letters that are not known, beyond a doubt."""
    return line.reading.claimed < CLAIMED and line.length >= _LENGTHY * line.height


def _is_sure(line: FoundLine) -> bool:
    reading = line.reading
    has_doubts = any(word.score < _DOUBTED for word in reading.words)
    return reading.score >= _SURE and reading.claimed >= CLAIMED and not has_doubts


def _is_doubted(line: FoundLine) -> bool:
    """Tell whether a line may say more than the main recogniser read."""
    return not _is_sure(line) or (not line.reading.reader and _has_gap(line, _WORD))


def _turned(line: FoundLine, turns: int) -> Crop:
    return np.ascontiguousarray(np.rot90(line.crop(), turns))


def _sample(line: FoundLine, turns: int, length: int) -> Crop:
    """Return the start of what is not sure of a line, so many times as long as high."""
    start, end = widest_gap(line.reading)
    is_long = (end - start) * line.length >= _SHORT * line.height
    crop = np.rot90(_gap_of(line) if is_long and not turns else line.crop(), turns)
    return np.ascontiguousarray(crop[:, : length * crop.shape[0]])


def _gap_of(line: FoundLine) -> Crop:
    """Return the part of a line that says nothing for sure."""
    crop = line.crop()
    start, end = (round(edge * crop.shape[1]) for edge in widest_gap(line.reading))
    return crop[:, start:end]


def _longest(lines: Sequence[FoundLine], count: int) -> list[FoundLine]:
    return sorted(lines, key=lambda line: line.length, reverse=True)[:count]


def _worth(reading: Reading, language: Language) -> float:
    """Return how sure a reader is of a line, nothing where it reads other letters than its own.

    One letter again and again may be any script's: a row of crosses is Chi to Greek.
    """
    kinds = {char for char in reading.text.casefold() if language.share(char)}
    is_own = len(kinds) >= _KINDS and language.share(reading.text) >= _OWN
    covered = sum(word.area[2] - word.area[0] for word in reading.words)
    return reading.score * min(1.0, covered / _COVERED) if is_own else 0.0


def _is_likelier(other: Reading, main: Reading) -> bool:
    """Tell whether a line is rather right as another than the main recogniser read it.

    That may take letters that it does not know for others, and be as sure as of some.
    """
    return chance_of(other) >= chance_of(main)


def _mixed(main: Reading, other: Reading) -> Reading:
    """Return a line as another than the main recogniser read it, but for the main one's words.

    Those are words that it is surer of, which take just the room of one of the other's.
    """
    words: list[Spot] = []
    for word in other.words:
        left, _, right, _ = word.area
        inside = [own for own in main.words if left < (own.area[0] + own.area[2]) / 2 < right]
        words += inside if _is_whole(inside, word) else [word]
    if words == list(other.words) or len(words) < len(other.words):
        return _ordered(other)
    return _ordered(replace(other, score=mean_score(words), words=tuple(words)))


def _ordered(reading: Reading) -> Reading:
    """Return a reading with its words in the order of reading."""
    words = in_order(reading.words)
    return replace(reading, text=" ".join(word.text for word in words), words=tuple(words))


def _is_whole(words: Sequence[Spot], other: Spot) -> bool:
    """Tell whether words are rather what stands where another reader saw one."""
    least = max(_FAIR, other.score)
    if not words or any(word.score < least or not is_latin(word.text) for word in words):
        return False
    left, right = words[0].area[0], words[-1].area[2]
    covered = sum(word.area[2] - word.area[0] for word in words)
    room = other.area[2] - other.area[0]
    return covered >= _WHOLE * room and right - left <= room / _WHOLE


def _is_vietnamese(texts: Iterable[str]) -> bool:
    return share_of("".join(texts), _VIETNAMESE.__contains__) > _RARE_ELSEWHERE


def _share_lacked(text: str) -> float:
    """Return how many letters are of those that the main recogniser lacks."""
    return share_of(text.lower(), _LACKED.__contains__)
