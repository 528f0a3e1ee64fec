from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from picture.serving import Languages
from tests.browsers import RECEIPT
from tests.conftest import ROOT
from tools.catalogue import FOLDER, catalogue

CATALOGUES = sorted(FOLDER.glob("*.po"))

# What stands for a value: in Python's way, or in that of scripts.
VALUE = re.compile(r"%\(\w+\)s|\{[a-z]+\}")

# A call whose sentence is not one plain string: it would be found in no catalogue.
UNFOUND = re.compile(r'(?<!function )\bwords\((?!\s*"[^"\\]*"\s*[,)])')


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages(ROOT / "templates" / "languages")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    import ocr

    return ocr.app.test_client()


def accepted(header: str) -> LanguageAccept:
    return parse_accept_header(header, LanguageAccept)


@pytest.mark.parametrize(
    ("wanted", "header", "chosen"),
    [
        ([], "", "en"),
        ([], "zh", "zh"),
        ([], "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ([], "zh-TW", "zh"),
        ([], "en-GB,zh;q=0.5", "en"),
        ([], "de, fr;q=0.9", "en"),
        ([], "de, zh;q=0.2, en;q=0.1", "zh"),
        ([], "zh;q=0, *", "en"),
        (["zh"], "en", "zh"),
        (["en", "zh"], "zh", "en"),
        (["xx", "en"], "zh", "en"),
        (["xx", ""], "zh", "zh"),
    ],
)
def test_the_language_is_what_is_wanted_else_what_the_browser_likes_best(
    languages: Languages, wanted: list[str], header: str, chosen: str
) -> None:
    assert languages.choose(wanted, accepted(header)) == chosen


def test_languages_are_called_by_their_own_names(languages: Languages) -> None:
    assert languages.names == [("en", "English"), ("zh", "中文")]


def test_a_chosen_language_is_remembered_by_a_cookie(client: FlaskClient) -> None:
    answer = client.get("/?language=zh", headers={"X-Forwarded-Proto": "https"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("language=zh;")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert attribute in cookie
    assert 'lang="zh"' in client.get("/").text
    assert 'lang="zh"' in client.get("/?language=xx").text
    client.delete_cookie("language")
    assert 'lang="en"' in client.get("/?language=xx").text


def test_a_page_and_an_error_say_which_language_they_are_in(client: FlaskClient) -> None:
    for accept in ("text/html", "application/json"):
        headers = {"Accept": accept, "Accept-Language": "zh-CN"}
        answer = client.post("/img_txt", data={}, headers=headers)
        assert answer.headers["Content-Language"] == "zh"
        assert {"Accept-Language", "Cookie"} <= set(answer.vary)
        said = answer.text if accept == "text/html" else answer.get_json()["error"]["message"]
        assert re.search("[一-鿿]", said)


def test_a_chosen_language_is_remembered_below_the_prefix_of_the_service(
    client: FlaskClient,
) -> None:
    answer = client.get("/?language=en", headers={"X-Forwarded-Prefix": "/ocr"})
    assert "Path=/ocr;" in answer.headers["Set-Cookie"]
    assert "Secure" not in answer.headers["Set-Cookie"]
    client.delete_cookie("language", path="/ocr")


def test_what_nobody_says_names_no_language(client: FlaskClient) -> None:
    sent = {"image": (io.BytesIO(RECEIPT), "a.png")}
    read = client.post("/img_txt?format=hocr", data=sent, headers={"Accept-Language": "zh"})
    for answer in (read, client.get("/healthz"), client.get("/capabilities")):
        assert "Content-Language" not in answer.headers
        assert {"Accept-Language", "Cookie"}.isdisjoint(answer.vary)
        answer.close()


def test_a_sentence_for_a_program_is_read_in_a_terminal(client: FlaskClient) -> None:
    assert "没有这个页面" in client.get("/nowhere", headers={"Accept-Language": "zh"}).text


def test_whoever_names_no_language_is_spoken_to_in_english(client: FlaskClient) -> None:
    error = client.get("/nowhere").get_json()["error"]
    assert error == {"code": "not_found", "message": "There is no such page here."}


def test_values_are_filled_in_and_a_sentence_without_any_may_have_percent_signs(
    languages: Languages,
) -> None:
    assert languages.say("en", "%(most)s pictures", {"most": 3}) == "3 pictures"
    assert languages.say("en", "100 % of it", {}) == "100 % of it"


def test_scripts_are_given_what_they_say_and_no_more(languages: Languages) -> None:
    assert languages.of_scripts("zh")["Copied"] == "已复制"
    assert "Download all" not in languages.of_scripts("zh")
    assert languages.of_scripts("en") == {}


UNFINISHED = """
#: static/out.js
msgid "Copied"
msgstr "Copié"

#: static/out.js
msgid "Not copied"
msgstr ""

#: static/out.js
#, fuzzy
msgid "Cancelled."
msgstr "Copié ?"
"""


def test_what_is_not_yet_translated_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "fr.po").write_text(UNFINISHED, encoding="utf-8")
    languages = Languages(tmp_path)
    assert languages.of_scripts("fr") == {"Copied": "Copié"}
    assert languages.say("fr", "Not copied", {}) == "Not copied"
    assert languages.say("fr", "Cancelled.", {}) == "Cancelled."


def sentences(kept: Catalog) -> Mapping[str, str]:
    return {str(message.id): str(message.string) for message in kept if message.id}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_everything_that_is_said_is_in_every_catalogue_and_nothing_else(path: Path) -> None:
    with path.open("rb") as file:
        translated = sentences(read_po(file, locale=path.stem))
    assert translated.keys() == sentences(catalogue()).keys(), "run python -m tools.catalogue"
    for said, own in translated.items():
        assert own, said
        assert sorted(VALUE.findall(own)) == sorted(VALUE.findall(said))


@pytest.mark.parametrize("path", sorted((ROOT / "static").glob("*.js")), ids=lambda path: path.name)
def test_scripts_say_plain_sentences_which_catalogues_can_hold(path: Path) -> None:
    assert UNFOUND.findall(path.read_text(encoding="utf-8")) == []
