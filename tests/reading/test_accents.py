import numpy as np
import pytest

from picture.reading.accents import with_true_accents
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Alphabet, Reading, Sight, Spot, join, plain, transcribe
from picture.words import cut_words

TURKISH = "doğrudan doğruya ağır"
SLOVAK = "štyri čaše bývať"


def found(text: str, *rivals: tuple[int, str, float], reader: str = "") -> FoundLine:
    words = tuple(Spot(text[at:end], 0.9, (0.0, 0.0, 1.0, 1.0)) for at, end in cut_words(text))
    box = np.array([[0, 0], [90, 0], [90, 20], [0, 20]], np.int16)
    reading = Reading(text, 0.9, words=words, reader=reader, rivals=rivals)
    return FoundLine(reading, box, lambda: np.zeros((1, 1, 3), "u1"))


def beside(text: str, *lines: FoundLine) -> list[str]:
    """Return what lines say on a page with a line that says a text."""
    page = [found(text), *lines]
    with_true_accents(page)
    assert page[0].reading.text == text
    return [line.reading.text for line in lines]


def test_what_a_language_does_not_do_without_has_its_marks() -> None:
    line = found("hakkinda", (4, "ı", 0.05), (7, "â", 0.05))
    assert beside(TURKISH, line) == ["hakkında"]
    assert line.reading.first_choice == "hakkinda"
    assert [word.text for word in line.reading.words] == ["hakkında"]
    assert beside(SLOVAK, found("uznat", (4, "ť", 0.05))) == ["uznať"]


def test_thorns_are_taken_for_other_letters_by_icelandic_alone() -> None:
    for text, thorn in (("bað", "þ"), ("pað", "þ"), ("Pað", "Þ"), ("bað", "Þ")):
        assert beside("við höfum ráð, það", found(text, (0, thorn, 0.02))) == [f"{thorn}að"]
    assert beside("the bath", found("bad", (0, "þ", 0.02))) == ["bad"]


def test_letters_that_the_page_has_often_are_taken_where_they_are_likely() -> None:
    page = "för några år sedan, på sjön, för övrigt"
    assert beside(page, found("for", (1, "ö", 0.35))) == ["för"]
    assert beside(page, found("for", (1, "ö", 0.25))) == ["for"]
    assert beside(page, found("for", (1, "ó", 0.35))) == ["for"]


def test_smudges_over_an_i_are_no_accents() -> None:
    assert beside("así aquí allí", found("libro", (1, "í", 0.4))) == ["libro"]


@pytest.mark.parametrize(
    ("page", "text", "own", "written"),
    [
        ("ființe și națiuni", "cå", "ă", "că"),
        ("viešpatauja jėga, mėgėjai", "teisé", "ė", "teisė"),
        ("hän ei äänestä", "myös pāivä", "ä", "myös päivä"),
        ("ludność i wolność państw", "każdy možliwy", "ż", "każdy możliwy"),
    ],
)
def test_letters_that_a_language_lacks_are_its_own(
    page: str, text: str, own: str, written: str
) -> None:
    (at,) = [at for at, (a, b) in enumerate(zip(text, written, strict=True)) if a != b]
    assert beside(page, found(text, (at, own, 0.02))) == [written]
    assert beside(page, found(text)) == [text]
    assert beside("the page of another language", found(text, (at, own, 0.02))) == [text]


@pytest.mark.parametrize("mark", ["'", "’"])
def test_carons_that_look_like_apostrophes_are_carons_in_slovak(mark: str) -> None:
    line = f"l{mark}udia, byt{mark} a d{mark}alší"
    assert beside(SLOVAK, found(line)) == ["ľudia, byť a ďalší"]
    assert beside(SLOVAK, found(f"od L{mark}Oréal")) == [f"od L{mark}Oréal"]
    assert beside("un été à la mer", found(f"l{mark}ami d{mark}un")) == [f"l{mark}ami d{mark}un"]


def test_what_other_readers_read_stays() -> None:
    assert beside(TURKISH, found("hakkinda", (4, "ı", 0.5), reader="x")) == ["hakkinda"]


def test_a_letter_that_is_there_no_more_stays() -> None:
    assert beside(TURKISH, found("ok", (1, "ı", 0.5), (4, "ı", 0.5))) == ["ok"]


def test_the_likeliest_letter_with_other_accents_stays_with_a_letter() -> None:
    alphabet = Alphabet.of(["", "t", "ť", "ț", "x"])
    steps = np.zeros((2, 5), np.float32)
    steps[0, 1:4], steps[1, 4] = (0.6, 0.3, 0.1), 0.9
    seen = transcribe(Sight.of(steps), alphabet)
    assert (seen.kin.tolist(), seen.kinship.tolist()) == (["ť", ""], pytest.approx([0.3, 0]))
    assert join([seen, seen.placed(1, 1)]).kin.tolist() == ["ť", "", "ť", ""]
    assert seen.part(0, 1).kinship == pytest.approx([0.3])
    spaced = seen.spaced([1], [])
    assert (spaced.kin.tolist(), spaced.kinship[1]) == (["ť", "", ""], 0)


def test_only_latin_letters_have_accents() -> None:
    assert [plain(letter) for letter in "aťıŁþ"] == ["a", "t", "i", "L", "p"]
    assert [plain(letter) for letter in ("й", "é", "1", "", "ab")] == ["", "e", "", "", ""]
