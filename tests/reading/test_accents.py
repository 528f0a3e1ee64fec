import numpy as np
import pytest

from picture.reading.accents import with_true_accents
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Alphabet, Reading, Sight, Spot, join, plain, transcribe
from picture.words import cut_words

TURKISH = "doğrudan doğruya ağır"
SLOVAK = "štyri čaše bývať"
ENGLISH = 9 * "Whoever has a page in English reads of another language what is on it. "


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


def test_letters_have_the_marks_that_are_likely_in_the_page_s_language() -> None:
    line = found("hakkinda", (4, "ı", 0.15), (7, "â", 0.15))
    assert beside(TURKISH, line) == ["hakkında"]
    assert line.reading.first_choice == "hakkinda"
    assert [word.text for word in line.reading.words] == ["hakkında"]
    assert beside(TURKISH, found("hakkinda", (4, "ı", 0.02))) == ["hakkinda"]
    assert beside(ENGLISH, found("hakkinda", (4, "ı", 0.15))) == ["hakkinda"]


def test_a_language_that_is_told_needs_no_letters_of_its_own_on_the_page() -> None:
    for tags, written in ((["tr"], "kış"), (["tr", "ru"], "kış"), (["en"], "kis")):
        line = found("kis", (1, "ı", 0.2), (2, "ş", 0.2))
        with_true_accents([line], tags)
        assert line.reading.text == written


def test_some_letters_are_taken_where_they_are_seen_at_all() -> None:
    assert beside(SLOVAK, found("uznat", (4, "ť", 0.02))) == ["uznať"]
    assert beside(SLOVAK, found("uznan", (4, "ň", 0.02))) == ["uznan"]
    assert beside(ENGLISH, found("uznat", (4, "ť", 0.02))) == ["uznat"]


def test_the_likeliest_is_taken_of_the_marks_that_a_letter_may_have() -> None:
    rivals = (1, "à", 0.03), (1, "ä", 0.02), (1, "ă", 0.01)
    assert beside("ființe și națiuni", found("cã", *rivals)) == ["că"]
    assert beside("für größere Mädchen", found("mãhen", *rivals)) == ["mähen"]


def test_thorns_are_taken_for_other_letters_by_icelandic_alone() -> None:
    for text, thorn in (("bað", "þ"), ("pað", "þ"), ("Pað", "Þ"), ("bað", "Þ")):
        assert beside("við höfum ráð, það", found(text, (0, thorn, 0.02))) == [f"{thorn}að"]
    assert beside(ENGLISH, found("bad", (0, "þ", 0.02))) == ["bad"]


def test_smudges_over_an_i_are_no_accents_where_few_have_one() -> None:
    page = "así aquí allí, los niños y la mañana de los señores"
    assert beside(page, found("libro", (1, "í", 0.4))) == ["libro"]


def test_no_letter_loses_its_marks() -> None:
    assert beside(ENGLISH, found("café", (3, "e", 0.9))) == ["café"]


@pytest.mark.parametrize(
    ("page", "text", "own", "written"),
    [
        ("ființe și națiuni", "cå", "ă", "că"),
        ("viešpatauja jėga, mėgėjai", "teisé", "ė", "teisė"),
        ("hän ei äänestä", "myös pāivä", "ä", "myös päivä"),
        ("ludność i wolność państw", "każdy možliwy", "ż", "każdy możliwy"),
        ("måske på søen, åben", "gà", "å", "gå"),
    ],
)
def test_letters_that_a_language_lacks_are_its_own(
    page: str, text: str, own: str, written: str
) -> None:
    (at,) = [at for at, (a, b) in enumerate(zip(text, written, strict=True)) if a != b]
    assert beside(page, found(text, (at, own, 0.02))) == [written]
    assert beside(page, found(text)) == [text]
    assert beside(ENGLISH, found(text, (at, own, 0.02))) == [text]


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


def test_the_likeliest_letters_with_other_accents_stay_with_a_letter() -> None:
    alphabet = Alphabet.of(["", "t", "ť", "ț", "x"])
    steps = np.zeros((2, 5), np.float32)
    steps[0, 1:4], steps[1, 4] = (0.6, 0.1, 0.3), 0.9
    seen = transcribe(Sight.of(steps), alphabet)
    kin = ["ț", "ť", ""], ["", "", ""]
    assert seen.kin.tolist() == list(kin)
    assert seen.kinship[0] == pytest.approx([0.3, 0.1, 0])
    assert join([seen, seen.placed(1, 1)]).kin.tolist() == [*kin, *kin]
    assert seen.part(0, 1).kinship[0] == pytest.approx([0.3, 0.1, 0])
    spaced = seen.spaced([1], [])
    assert (spaced.kin.tolist(), spaced.kinship[1].tolist()) == (
        [kin[0], kin[1], kin[1]],
        [0, 0, 0],
    )
    assert transcribe(Sight.of(steps[:0]), alphabet).kin.shape == (0, 3)


def test_only_latin_letters_have_accents() -> None:
    assert [plain(letter) for letter in "aťıŁþ"] == ["a", "t", "i", "L", "p"]
    assert [plain(letter) for letter in ("й", "é", "1", "", "ab")] == ["", "e", "", "", ""]
