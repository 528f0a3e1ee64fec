import pytest

from picture.errors import (
    LanguageUnknownError,
    NumberInvalidError,
    OptionInvalidError,
    ServiceError,
)
from picture.reading import (
    MAIN,
    Correction,
    Orientation,
    Selection,
    TextLayer,
    parse_pages,
    parse_regions,
)
from picture.serving import options
from picture.serving.options import Option, read_selection
from picture.serving.targets import read_target
from picture.settings import Settings


def selection(**sent: str) -> Selection:
    return read_selection(lambda name: [sent[name]] if name in sent else [], Settings())


def test_nothing_sent_means_the_whole_document() -> None:
    assert selection() == Selection()
    assert selection(pages="", dpi=" ", orientation="", region="", min_score="") == Selection()


def test_everything_that_is_sent_is_read() -> None:
    assert selection(
        pages="1-3,5",
        dpi="300",
        password="läuft",  # noqa: S106 - made up
        text_layer="MIX",
        orientation="90",
        lang="RU, zh-hans",
        region="0,0,10,10; 5%,5%,20%,20%",
        ignore="1,2,3,4",
        min_score="0.5",
        corrections='{"1": {"0": "Total"}}',
    ) == Selection(
        parse_pages("1-3,5"),
        300,
        "läuft",
        TextLayer.MIX,
        Orientation.LEFT,
        ("ru", "zh-Hans"),
        parse_regions(["0,0,10,10; 5%,5%,20%,20%"]),
        parse_regions(["1,2,3,4"]),
        0.5,
        (Correction(1, 0, "Total"),),
    )


@pytest.mark.parametrize(("sent", "place"), [((), 1), (("",), 1), (("3",), 3)])
def test_a_place_in_a_list_is_the_first_where_nothing_is_sent(
    sent: tuple[str, ...], place: int
) -> None:
    assert options.PAGE.read(sent) == place


@pytest.mark.parametrize("sent", ["0", "-1", "x", "1e9", "nan"])
def test_what_is_no_place_in_a_list_is_refused(sent: str) -> None:
    with pytest.raises(NumberInvalidError):
        options.SHOW.read([sent])


def test_what_a_service_does_without_a_word_is_its_setting() -> None:
    assert read_selection(lambda _: [], Settings(orientation="0")).orientation is Orientation.NONE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dpi", "35"),
        ("dpi", "601"),
        ("dpi", "many"),
        ("dpi", "nan"),
        ("min_score", "1.01"),
        ("min_score", "inf"),
    ],
)
def test_a_number_beyond_its_bounds_is_refused(name: str, text: str) -> None:
    with pytest.raises(NumberInvalidError) as caught:
        selection(**{name: text})
    assert name in caught.value.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text_layer", "both"),
        ("orientation", "45"),
        ("pages", "a-b"),
        ("region", "1,2,3"),
        ("ignore", "everything"),
    ],
)
def test_what_is_not_understood_is_refused_with_status_400(name: str, text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        selection(**{name: text})
    assert caught.value.status == 400


@pytest.mark.parametrize("option", [options.FORM, options.LAYOUT, options.COLOR, options.WRITTEN])
def test_a_choice_takes_its_words_in_any_case_and_the_last_one_sent(option: Option[str]) -> None:
    for word in option.schema["enum"]:
        assert option.read(["odd", f" {word.upper()} "]) == word
    assert option.read([]) == option.schema.get("default", "")
    with pytest.raises(OptionInvalidError):
        option.read(["odd"])


@pytest.mark.parametrize("sent", [(), ("",), ("auto",), ("auto,ru",)])
def test_usual_languages_are_those_of_the_service(sent: tuple[str, ...]) -> None:
    fields = {"lang": sent}
    assert read_selection(lambda name: fields.get(name, ()), Settings()).languages is None


@pytest.mark.parametrize("text", ["ka", "en,ka", "auto,ka", "klingon"])
def test_a_language_that_the_service_does_not_read_is_refused_with_those_it_reads(
    text: str,
) -> None:
    fields = {"lang": [text]}
    with pytest.raises(LanguageUnknownError) as refused:
        read_selection(lambda name: fields.get(name, ()), Settings(langs="ru,ja"))
    tag = text.rpartition(",")[2]
    assert refused.value.values == {"tag": tag, "tags": ", ".join((*MAIN, "ru"))}


def test_rules_are_shown_where_that_is_said() -> None:
    assert options.RULES.read(["TRUE"]) is True
    assert options.RULES.read([]) is options.RULES.read(["false"]) is False
    with pytest.raises(OptionInvalidError):
        options.RULES.read(["yes"])


def test_a_text_is_made_with_rules_where_that_is_said() -> None:
    assert read_target("txt", lambda name: {"rules": ["true"]}.get(name, [])).rules
    assert not read_target("txt", lambda _: []).rules
