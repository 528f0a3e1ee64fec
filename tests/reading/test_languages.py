import pytest

from picture.reading.languages import AUTO, BY_TAG, MAIN, chosen, expected, script_of, split_tags


def test_tags_are_known_however_they_are_written() -> None:
    assert split_tags(" RU, zh-hans ,ru") == ("ru", "zh-Hans")
    assert split_tags("") == ()


def test_what_is_no_language_is_named() -> None:
    with pytest.raises(ValueError, match="klingon"):
        split_tags("ru,klingon")
    with pytest.raises(ValueError, match="xx"):
        chosen(["xx"])


def test_only_languages_that_need_a_reader_of_their_own_are_expected() -> None:
    assert expected("en,zh-Hans") == ()
    assert [item.tag for item in expected("en,el,ko")] == ["el", "ko"]
    usual = expected(AUTO)
    assert {"ru", "el", "ar", "he", "hi", "th", "ko", "vi"} <= {item.tag for item in usual}
    assert all(item.usual for item in usual)


def test_every_language_has_its_own_tag_pack_and_package() -> None:
    packs = [item.pack for item in BY_TAG.values()]
    assert len(set(packs)) == len(packs)
    assert len({item.digest for item in BY_TAG.values()}) == len(packs)
    assert not set(MAIN) & set(BY_TAG)
    assert BY_TAG["ru"].package.path.endswith("/tesseract-ocr-rus_4.1.0-2_all.deb")


def test_letters_tell_their_script() -> None:
    assert [script_of(char) for char in "яω한ش"] == ["CYRILLIC", "GREEK", "HANGUL", "ARABIC"]
    assert BY_TAG["ru"].share("Да, OK") == 0.5
    assert BY_TAG["ru"].share("12.50") == 0
