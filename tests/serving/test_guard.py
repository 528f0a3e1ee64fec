import base64

import pytest
from werkzeug.datastructures import Headers

from picture.errors import CrossSiteError, KeyRequiredError, RateExceededError
from picture.serving.guard import Keys, refuse_cross_site

KEYS = ("first-key", "schlüssel")


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "first-key"},
        {"Authorization": "Bearer first-key"},
        {"Authorization": "bearer first-key"},
        {"Authorization": basic("schlüssel")},
    ],
)
def test_a_key_may_come_in_any_usual_way(headers: dict[str, str]) -> None:
    Keys(KEYS).require(Headers(headers), "192.0.2.1")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": "first-key2"},
        {"X-API-Key": "\udcff"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic é"},
        {"Authorization": basic("")},
        {"Authorization": "Digest first-key"},
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(KeyRequiredError):
        Keys(KEYS).require(Headers(headers), "192.0.2.1")


def test_without_keys_everyone_may() -> None:
    Keys(()).require(Headers(), "192.0.2.1")


def guess(keys: Keys, key: str, client: str) -> None:
    with pytest.raises(KeyRequiredError):
        keys.require(Headers({"X-API-Key": key}), client)


def test_who_guesses_keys_has_to_wait_even_with_the_right_one() -> None:
    keys = Keys(KEYS)
    for number in range(10):
        guess(keys, f"key-{number}", "192.0.2.1")
    for key in ("key-10", "first-key"):
        with pytest.raises(RateExceededError):
            keys.require(Headers({"X-API-Key": key}), "192.0.2.1")


def test_a_right_key_suffers_from_no_other_clients_guesses() -> None:
    keys = Keys(KEYS)
    for number in range(10):
        guess(keys, f"key-{number}", "192.0.2.1")
    for _ in range(100):
        keys.require(Headers({"X-API-Key": "first-key"}), "192.0.2.2")


def test_a_request_without_a_key_is_no_guess() -> None:
    keys = Keys(KEYS)
    for _ in range(20):
        guess(keys, "", "192.0.2.1")
    keys.require(Headers({"X-API-Key": "first-key"}), "192.0.2.1")


def test_the_origins_case_and_port_are_told_apart() -> None:
    refuse_cross_site(Headers({"Origin": "https://OCR.example"}), "ocr.example")
    with pytest.raises(CrossSiteError):
        refuse_cross_site(Headers({"Origin": "https://ocr.example:8443"}), "ocr.example")


@pytest.mark.parametrize("origin", ["http://[", "http://[::1]x", "http://ﬀ℀", "null", "", "é"])
def test_an_origin_that_is_none_is_foreign(origin: str) -> None:
    with pytest.raises(CrossSiteError):
        refuse_cross_site(Headers({"Origin": origin}), "ocr.example")


def test_the_browsers_own_word_counts_more_than_the_origin() -> None:
    with pytest.raises(CrossSiteError):
        refuse_cross_site(Headers({"Sec-Fetch-Site": "cross-site", "Origin": "https://a"}), "a")
