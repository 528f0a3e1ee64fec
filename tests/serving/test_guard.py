import base64

import pytest
from werkzeug.datastructures import Headers

from picture.errors import CrossSiteError, KeyRequiredError, RateExceededError
from picture.serving.guard import RateLimit, refuse_cross_site, require_key

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
    require_key(Headers(headers), KEYS)


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
        require_key(Headers(headers), KEYS)


def test_without_keys_everyone_may() -> None:
    require_key(Headers(), ())


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


def test_each_client_has_a_rate_of_its_own() -> None:
    rate = RateLimit("2/hour")
    for client in ("a", "a", "b"):
        rate.check(client)
    with pytest.raises(RateExceededError) as caught:
        rate.check("a")
    assert 0 < (caught.value.retry_after or 0) <= 3600
    rate.check("b")


def test_every_limit_of_several_counts() -> None:
    rate = RateLimit("100/second; 3/day")
    for _ in range(3):
        rate.check("a")
    with pytest.raises(RateExceededError):
        rate.check("a")


def test_no_limit_lets_everything_pass() -> None:
    rate = RateLimit("")
    for _ in range(1000):
        rate.check("a")
