import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from picture.reading.languages import BY_TAG, Language
from picture.reading.scripts import FoundLine, Scripts
from picture.reading.transcript import Reading, Spot
from picture.reading.work import Budget, Work, doing

ALL = (0.0, 0.0, 1.0, 1.0)
RUSSIAN, UKRAINIAN, GREEK = "Привет, мир", "Привіт, світ", "Καλημέρα κόσμε"


def seen(text: str, score: float, claimed: float = 1.0) -> Reading:
    return Reading(text, score, words=(Spot(text, score, ALL),), claimed=claimed)


def line(number: int, reading: Reading, length: int = 400) -> FoundLine:
    """Return a line whose pixels tell its number."""
    corners = np.array([[0, 0], [length, 0], [length, 20], [0, 20]], np.int16)
    crop = np.full((20, length, 3), number, np.uint8)
    crop[10] = 255  # ink
    return FoundLine(reading, corners, lambda: crop)


NONSENSE = seen(" , ", 0.1, claimed=0.05)


@dataclass
class Book:
    """Readers that know by heart what each line says in their language."""

    says: dict[str, dict[int, Reading]]
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    pause: float = 0.0

    def start(self, language: Language) -> "_Reader":
        self.opened.append(language.tag)
        return _Reader(self, language.tag)


@dataclass
class _Reader:
    book: Book
    name: str

    def read(self, crop: NDArray[np.uint8]) -> Reading:
        self.book.asked.append(self.name)
        time.sleep(self.book.pause)
        return self.book.says.get(self.name, {}).get(int(crop[0, 0, 0]), Reading())

    def close(self) -> None:
        self.book.closed.append(self.name)


def scripts(book: Book, tags: Sequence[str]) -> Scripts:
    return Scripts([BY_TAG[tag] for tag in tags], book.start, 2)


def texts(lines: Sequence[FoundLine]) -> list[str]:
    return [item.reading.text for item in lines]


def test_a_page_in_known_letters_is_left_alone() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.9)}})
    lines = [line(1, seen("Hello", 0.98)), line(2, seen("faint", 0.8))]
    scripts(book, ["ru", "el"]).reread(lines)
    assert texts(lines) == ["Hello", "faint"]
    assert book.opened == []


def test_lines_in_other_letters_are_read_by_who_is_surest_of_them() -> None:
    book = Book(
        {
            "ru": {1: seen(RUSSIAN, 0.75), 2: seen(RUSSIAN, 0.75)},
            "uk": {1: seen(UKRAINIAN, 0.95), 2: seen(UKRAINIAN, 0.94)},
            "el": {1: seen(GREEK, 0.3), 2: seen(GREEK, 0.3)},
        }
    )
    lines = [line(1, NONSENSE), line(2, NONSENSE), line(3, seen("Hello", 0.99))]
    scripts(book, ["ru", "uk", "el"]).reread(lines)
    assert texts(lines) == [UKRAINIAN, UKRAINIAN, "Hello"]
    assert [item.reading.reader for item in lines] == ["uk", "uk", ""]


def test_an_empty_part_of_a_page_is_shown_to_nobody() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.9)}})
    paper = FoundLine(Reading(), line(1, NONSENSE).corners, lambda: np.ones((20, 400, 3), np.uint8))
    scripts(book, ["ru"]).reread([paper])
    assert (paper.reading.text, book.opened) == ("", [])


def test_rows_of_marks_are_shown_to_nobody() -> None:
    book = Book({"ru": {4: seen(RUSSIAN, 0.9)}})
    marks = line(4, NONSENSE, length=800)
    page = np.full((20, 800, 3), 255, np.uint8)
    for left in range(4, 790, 12):
        page[7:13, left : left + 6] = 4
    marks.crop = lambda: page
    scripts(book, ["ru"]).reread([marks])
    assert book.asked == []


def test_letters_of_another_script_convince_nobody() -> None:
    book = Book({"ru": {1: seen("HELLO WORLD", 0.95)}, "el": {1: seen(RUSSIAN, 0.9)}})
    lines = [line(1, NONSENSE)]
    scripts(book, ["ru", "el"]).reread(lines)
    assert lines[0].reading == NONSENSE


def test_one_letter_again_and_again_convinces_nobody() -> None:
    book = Book({"el": {1: seen("ΧΧΧΧ Χ χχχ ΧΧΧΧΧ", 0.95)}})
    lines = [line(1, NONSENSE)]
    scripts(book, ["el"]).reread(lines)
    assert lines[0].reading == NONSENSE


def test_who_is_unsure_of_them_replaces_nothing() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.4)}})
    lines = [line(1, NONSENSE)]
    scripts(book, ["ru"]).reread(lines)
    assert lines[0].reading == NONSENSE


def partly(*words: tuple[str, float]) -> Reading:
    """Return a reading of words side by side that is sure as a whole."""
    size = 1 / len(words)
    places = [(at * size, 0.0, (at + 0.9) * size, 1.0) for at in range(len(words))]
    spots = tuple(Spot(*word, place) for word, place in zip(words, places, strict=True))
    return Reading(" ".join(word for word, _ in words), 0.9, words=spots)


def test_nonsense_between_sure_words_tells_a_script() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.99)}})
    lines = [line(1, partly(("12345", 1.0), ("MNp", 0.5), ("HDMI", 0.99)))]
    scripts(book, ["ru"]).reread(lines)
    assert texts(lines) == [RUSSIAN]


def test_a_word_in_doubt_between_sure_ones_tells_no_script() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.95)}})
    scripts(book, ["ru"]).reread([line(1, partly(("12345", 1.0), ("mlle", 0.8), ("HDMI", 0.99)))])
    assert book.opened == []


def test_what_is_too_short_tells_no_script() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.95)}})
    scripts(book, ["ru"]).reread([line(1, NONSENSE, length=40)])
    assert book.opened == []


def test_two_scripts_on_a_page_are_both_read() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.95)}, "el": {2: seen(GREEK, 0.95)}})
    lines = [line(1, NONSENSE, 500), line(2, NONSENSE)]
    scripts(book, ["ru", "el"]).reread(lines)
    assert texts(lines) == [RUSSIAN, GREEK]


def test_the_language_read_last_is_tried_first() -> None:
    book = Book({"el": {1: seen(GREEK, 0.95)}})
    reader = scripts(book, ["ru", "ko", "el"])
    reader.reread([line(1, NONSENSE)])
    book.asked.clear()
    reader.reread([line(1, NONSENSE)])
    assert set(book.asked) == {"el"}


def test_only_named_languages_are_tried() -> None:
    book = Book({"ru": {1: seen(RUSSIAN, 0.95)}, "uk": {1: seen(UKRAINIAN, 0.99)}})
    lines = [line(1, NONSENSE)]
    scripts(book, ["ru", "uk"]).reread(lines, ["ru"])
    assert texts(lines) == [RUSSIAN]
    assert book.opened == ["ru"]


def test_vietnamese_is_noticed_by_its_letters_and_trusted() -> None:
    book = Book({"vi": {1: seen("Việc thừa nhận đ", 0.93)}})
    lines = [line(1, seen("Vic tha nhn đ", 0.98))]
    scripts(book, ["vi"]).reread(lines)
    assert texts(lines) == ["Việc thừa nhận đ"]


def test_other_latin_letters_are_not_taken_for_vietnamese() -> None:
    book = Book({"vi": {1: seen("Rođen je u selu", 0.93)}})
    lines = [line(1, seen("Rođen je u selu", 0.98))]
    scripts(book, ["vi"]).reread(lines)
    assert lines[0].reading.reader == ""


@pytest.mark.parametrize(
    ("by_persian", "tag"), [("همچنین دیگر", "fa"), ("جميع حيز الكرامة", "ar"), ("سلام", "ar")]
)
def test_persian_and_arabic_are_told_apart_by_letters_not_by_who_is_surer(
    by_persian: str, tag: str
) -> None:
    says = {"ar": {1: seen("همجنين ديكر", 0.9)}, "fa": {1: seen(by_persian, 0.8)}}
    lines = [line(1, NONSENSE)]
    scripts(Book(says), ["ar", "fa"]).reread(lines)
    assert texts(lines) == [says[tag][1].text]


@pytest.mark.parametrize(
    ("by_urdu", "tag"), [("انسانوں کے بنیادی حقوق ہیں", "ur"), ("حقوق اساسی انسان", "fa")]
)
def test_urdu_is_told_from_persian_by_letters_not_by_who_is_surer(by_urdu: str, tag: str) -> None:
    says = {"ur": {1: seen(by_urdu, 0.9)}, "fa": {1: seen("حقوق اساسی", 0.8)}}
    lines = [line(1, NONSENSE)]
    scripts(Book(says), ["ur", "fa"]).reread(lines)
    assert texts(lines) == [says[tag][1].text]


def test_words_in_doubt_tell_no_urdu() -> None:
    says = {
        "ur": {1: seen("انسانوں کے بنیادی حقوق ہیں", 0.6)},
        "fa": {1: seen("حقوق اساسی", 0.8)},
    }
    lines = [line(1, NONSENSE)]
    scripts(Book(says), ["ur", "fa"]).reread(lines)
    assert lines[0].reading.reader == "fa"


def test_more_lines_tell_persian_where_the_longest_do_not() -> None:
    said = [*["سلام"] * 4, "همچنین دیگر"]
    says = {
        "ar": {at: seen("سلام", 0.9) for at in range(1, 6)},
        "fa": {at: seen(text, 0.8) for at, text in enumerate(said, 1)},
    }
    lines = [line(at, NONSENSE, length=400 - at) for at in range(1, 6)]
    scripts(Book(says), ["ar", "fa"]).reread(lines)
    assert {item.reading.reader for item in lines} == {"fa"}


def test_more_lines_tell_a_script_where_the_longest_are_in_doubt() -> None:
    says = {
        "ru": {1: seen(RUSSIAN, 0.4), 2: seen(RUSSIAN, 0.4), 3: seen(RUSSIAN, 0.95)},
        "ko": {1: seen("바", 0.66)},
    }
    lines = [line(at, NONSENSE, length=400 - at) for at in (1, 2, 3)]
    scripts(Book(says), ["ko", "ru"]).reread(lines)
    assert [item.reading.reader for item in lines] == ["ru"] * 3


@pytest.mark.parametrize(("score", "kept"), [(0.75, GREEK), (0.1, "uıuhmuų ņđņı")])
def test_readers_are_compared_by_how_often_they_are_right_at_a_score(
    score: float, kept: str
) -> None:
    book = Book({"tesseract el": {1: seen(GREEK, 0.95), 2: seen(GREEK, score)}})
    scripts = Scripts([BY_TAG["el"]], lambda _: _Reader(book, "tesseract el"), 2)
    lines = [line(1, NONSENSE), line(2, seen("uıuhmuų ņđņı", 0.79))]
    scripts.reread(lines)
    assert texts(lines) == [GREEK, kept]


def test_a_sure_line_with_a_word_in_doubt_is_read_in_the_language_of_the_page() -> None:
    def spots(*words: tuple[str, float]) -> tuple[Spot, ...]:
        return tuple(
            Spot(*word, (at / 3, 0.0, (at + 0.9) / 3, 1.0)) for at, word in enumerate(words)
        )

    known = ("WhatsApp", 0.99), ("2024", 0.99)
    mixed = Reading("WhatsApp 2024 nx", 0.96, words=spots(*known, ("nx", 0.7)))
    other = Reading("WhatsApp 2024 το", 0.97, words=spots(*known, ("το", 0.95)))
    book = Book({"el": {1: seen(GREEK, 0.95), 2: other}})
    lines = [line(1, NONSENSE), line(2, mixed), line(3, seen("Known", 0.96))]
    scripts(book, ["el"]).reread(lines)
    assert texts(lines) == [GREEK, "WhatsApp 2024 το", "Known"]


def test_few_readers_stay_open() -> None:
    tags = ["ru", "el", "ar", "he", "hi", "bn", "ko"]
    book = Book({"ko": {1: seen("안녕하세요 여러분", 0.95)}})
    scripts(book, tags).reread([line(1, NONSENSE)])
    assert len(book.opened) == len(tags)
    assert len(book.closed) == len(tags) - 4
    assert "ko" not in book.closed


def test_a_reader_that_fails_leaves_nothing_running() -> None:
    class Failing(_Reader):
        def read(self, crop: NDArray[np.uint8]) -> Reading:
            raise RuntimeError(f"{crop.shape}")

    failing = Scripts([BY_TAG["ru"]], lambda item: Failing(Book({}), item.tag), 2)
    with pytest.raises(RuntimeError):
        failing.reread([line(1, NONSENSE), line(2, NONSENSE)])


def test_a_picture_that_steps_aside_for_another_loses_nothing() -> None:
    book = Book({"ru": {4: seen(RUSSIAN, 0.9), 5: seen(RUSSIAN, 0.9)}}, pause=0.01)
    several = scripts(book, ["ru", "el", "he", "ar", "ko", "hi"])
    mine, others = [line(4, NONSENSE), line(5, NONSENSE)], [line(7, seen("Known letters", 0.99))]
    asked: list[float] = []

    def step_aside(spent: float) -> None:
        if not asked:
            asked.append(spent)
            with doing(Work(Budget())):
                several.reread(others)

    with doing(Work(Budget(), step_aside=step_aside)):
        several.reread(mine)
    assert asked
    assert texts(mine) == [RUSSIAN, RUSSIAN]
    assert texts(others) == ["Known letters"]
    assert len(set(book.opened) - set(book.closed)) == 4


def test_latin_words_of_a_line_stay_as_the_main_recogniser_read_them() -> None:
    def spot(text: str, score: float, left: float, right: float) -> Spot:
        return Spot(text, score, (left, 0.0, right, 1.0))

    main = Reading(
        "Invoice , 12 c",
        0.3,
        words=(
            spot("Invoice", 0.99, 0.0, 0.3),
            spot(",", 0.6, 0.4, 0.41),
            spot("12", 0.98, 0.71, 0.79),
            spot("c", 0.99, 0.9, 0.92),
        ),
        claimed=0.5,
    )
    other = Reading(
        "Гпуогее Счёт 12 оплата",
        0.9,
        words=(
            spot("Гпуогее", 0.6, 0.0, 0.31),
            spot("Счёт", 0.95, 0.35, 0.6),
            spot("12", 0.9, 0.7, 0.8),
            spot("оплата", 0.95, 0.82, 1.0),
        ),
    )
    lines = [line(1, main)]
    scripts(Book({"ru": {1: other}}), ["ru"]).reread(lines)
    assert texts(lines) == ["Invoice Счёт 12 оплата"]
    assert lines[0].reading.score > 0.9


def test_a_sign_does_not_stand_for_the_word_before_it() -> None:
    comma = Spot(",", 0.98, (0.0, 0.0, 0.5, 1.0))
    words = (Spot("Привет,", 0.95, (0.0, 0.0, 0.5, 1.0)), Spot("мир", 0.95, (0.6, 0.0, 1.0, 1.0)))
    lines = [line(1, Reading(",", 0.3, words=(comma,), claimed=0.2))]
    scripts(Book({"ru": {1: Reading(RUSSIAN, 0.95, words=words)}}), ["ru"]).reread(lines)
    assert texts(lines) == [RUSSIAN]
