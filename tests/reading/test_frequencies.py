import pytest

from picture.reading.frequencies import _FREQUENCIES, likely_languages, mean_share, usual_share
from picture.reading.languages import MAIN

SENTENCES = {
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy a všichni lidé se rodí svobodní",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren",
    "en": "Whoever reads this page of plain words has nothing but letters to go by",
    "fi": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar",
}


def likeliest(text: str, tags: list[str] | None = None) -> str:
    languages = likely_languages([{char: 1.0} for char in text], tags)
    assert sum(languages.values()) == pytest.approx(1, abs=0.01)
    return max(languages, key=languages.__getitem__)


@pytest.mark.parametrize("language", SENTENCES)
def test_letters_tell_the_language(language: str) -> None:
    assert likeliest(SENTENCES[language]) == language


def test_marks_that_few_letters_lost_or_have_too_many_tell_no_other() -> None:
    noisy = SENTENCES["de"].replace("ei", "ęi").replace("nd", "ñd").replace("ll", "ĺl")
    assert likeliest(4 * SENTENCES["de"] + noisy) == "de"
    plain = SENTENCES["fi"].replace("ä", "a")
    assert likeliest(plain) == "fi"


def test_what_a_letter_may_be_tells_as_well() -> None:
    read = [{char: 1.0} for char in "kis is hakkinda"]
    doubted = [{char: 1.0} | ({"ı": 0.3} if char == "i" else {}) for char in "kis is hakkinda"]
    assert likely_languages(doubted, None)["tr"] > 2 * likely_languages(read, None).get("tr", 0)


def test_languages_that_are_told_are_alone() -> None:
    assert likeliest(SENTENCES["en"], ["sk", "ru", "fr"]) in ("sk", "fr")
    assert set(likely_languages([{char: 1.0} for char in 40 * SENTENCES["de"]], ["tr"])) == {"tr"}
    assert likeliest(SENTENCES["en"], ["ru"]) == "en"
    assert likely_languages([], None)["en"] > 0.5


def test_shares_are_of_letters_that_are_the_same_without_marks() -> None:
    czech = {"cs": 1.0}
    assert sum(mean_share(letter, czech) for letter in "uúů") == pytest.approx(1)
    assert mean_share("Ů", czech) == mean_share("ů", czech) > mean_share("ü", czech) == 0
    assert mean_share("q", {"fi": 1.0}) == mean_share("Q", {"fi": 1.0}) == 1
    assert 0 < usual_share("ů") < mean_share("ů", czech)


def test_only_languages_that_the_main_recogniser_reads_are_counted() -> None:
    assert set(_FREQUENCIES) <= set(MAIN)
    for letters in _FREQUENCIES.values():
        assert sum(letters.values()) == pytest.approx(1, abs=0.01)
