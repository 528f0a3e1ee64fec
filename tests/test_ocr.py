import errno
import io
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given, settings, strategies
from PIL import Image

import ocr
from picture.errors import QueueFullError, ServiceError
from picture.formats import FORMS
from picture.reading import Engine, languages_of
from picture.serving import HEADERS, LogfmtFormatter
from picture.settings import Settings
from tests.apps import PICTURE, FakeEngine, make_app
from tests.conftest import draw_page, multipart, to_bytes
from utility import Jobs

# Every request header that the service or its framework reads.
READ_HEADERS = (
    *("Accept", "Authorization", "Content-Length", "Content-Type", "Cookie", "Host", "Origin"),
    *("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Range", "Sec-Fetch-Site"),
    *("Forwarded", "X-API-Key", "X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host"),
    *("X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "Transfer-Encoding"),
)
ODD_VALUES = (
    *("", "é", "http://[", "http://[::1]x", "[", "a:b:c", "x" * 8000, "0", "-1", "9" * 400, "²"),
    *("Basic é", "Basic =", "Basic", "Bearer", "Bearer é", "Digest x", "text/html;q=nan"),
    *("multipart/form-data; boundary=é", "multipart/form-data; boundary*=x'y'%ff", "*/*;q=1e999"),
    *("bytes=9-1", "bytes=-", "bytes=é", 'W/"', '"é', "Foo, 99 Xxx 99999 99:99:99 GMT"),
    *("Thu, 01 Jan 1970 00:00:00 +9999", "Sun, 06 Nov 0000 08:49:37 GMT", "$(id)", "a, b", ",,;="),
)
# What a server hands on: ISO 8859-1, no line breaks.
HEADER_TEXT = strategies.text(
    strategies.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60
)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path, max_body_mb=0.1)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of a service that wants a key."""
    return make_app(tmp_path_factory.mktemp("keyed"), api_keys="one").test_client()


def post(client: FlaskClient, path: str, name: str = "scan.png", **fields: str) -> Any:
    data = {"image": (io.BytesIO(PICTURE), name), **fields}
    return client.post(path, data=data, buffered=True)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_text_comes_as_an_attachment(client: FlaskClient) -> None:
    response = post(client, "/img_txt")
    assert response.status_code == 200
    assert response.get_data(as_text=True).strip() == "Hello"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="scan.txt"'
    assert response.headers["Cache-Control"] == "no-store"


def test_a_picture_comes_as_an_attachment_of_its_own_format(client: FlaskClient) -> None:
    response = post(client, "/img_img", white_background="FALSE")
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Disposition"] == 'attachment; filename="scan_text.png"'
    assert Image.open(io.BytesIO(response.data)).size == (640, 400)


def test_a_name_in_any_script_survives(client: FlaskClient) -> None:
    response = post(client, "/img_txt", name="收据.png")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"__.txt\"; filename*=UTF-8''%E6%94%B6%E6%8D%AE.txt"
    )


def test_the_page_says_how_many_languages_are_read(tmp_path: Path) -> None:
    others = len(languages_of(Settings()))
    for langs, sentence in (("auto", f"Japanese and {others} more."), ("en", "in Latin letters.")):
        page = make_app(tmp_path, langs=langs).test_client().get("/").get_data(as_text=True)
        assert sentence in page


def test_a_name_cannot_leave_its_quotes() -> None:
    assert ocr.attachment('a";x="b.txt') == (
        "attachment; filename=\"a__x=_b.txt\"; filename*=UTF-8''a%22%3Bx%3D%22b.txt"
    )


def test_a_repeat_is_a_hit(client: FlaskClient) -> None:
    answers = [post(client, path) for path in ("/img_txt", "/img_txt", "/img_img")]
    assert [response.headers["X-Cache"] for response in answers] == ["miss", "hit", "hit"]


def test_an_empty_option_means_the_default(client: FlaskClient) -> None:
    assert post(client, "/img_img", white_background="").status_code == 200
    assert post(client, "/img_txt", layout="").status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/img_img", {"white_background": "perhaps"}),
        ("/img_img", {"color": "plaid"}),
        ("/img_img", {"keep": "everything"}),
        ("/img_txt", {"layout": "spiral"}),
    ],
)
def test_an_unknown_option_is_refused_by_name(
    client: FlaskClient, path: str, fields: dict[str, str]
) -> None:
    response = post(client, path, **fields)
    assert response.status_code == 400
    assert response.json["error"]["code"] == "option_invalid"
    assert next(iter(fields)) in response.json["error"]["message"]


def test_a_form_without_a_picture_is_refused(client: FlaskClient) -> None:
    for data in ({"other": "x"}, {"image": "text"}, {"image": (io.BytesIO(b""), "")}):
        response = client.post("/img_txt", data=data, content_type="multipart/form-data")
        assert (response.status_code, error_code(response)) == (400, "picture_missing")


def test_an_empty_file_is_refused(client: FlaskClient) -> None:
    response = client.post("/img_txt", data={"image": (io.BytesIO(b""), "empty.png")})
    assert (response.status_code, error_code(response)) == (400, "picture_empty")


@pytest.mark.parametrize("kind", ["image/png", "image/x-other", "application/octet-stream"])
def test_a_body_may_be_the_file_itself(client: FlaskClient, tmp_path: Path, kind: str) -> None:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''gr%C3%BCn.png"}
    response = client.post(
        "/img_txt?layout=lines", data=PICTURE, content_type=kind, headers=headers, buffered=True
    )
    assert response.get_data(as_text=True).strip() == "Hello"
    assert "gr%C3%BCn.txt" in response.headers["Content-Disposition"]
    assert files_in(tmp_path) == []


def test_an_empty_body_is_refused(client: FlaskClient) -> None:
    response = client.post("/img_txt", data=b"", content_type="image/png")
    assert (response.status_code, error_code(response)) == (400, "picture_empty")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_body_that_is_no_form_is_refused(client: FlaskClient, kind: str) -> None:
    response = client.post("/img_txt", data=PICTURE, content_type=kind)
    assert (response.status_code, error_code(response)) == (400, "form_invalid")


def test_an_option_stands_behind_the_address_or_in_the_form(client: FlaskClient) -> None:
    assert error_code(post(client, "/img_txt?layout=odd")) == "option_invalid"
    assert post(client, "/img_txt?layout=odd", layout="lines").status_code == 200


def test_a_form_that_is_cut_off_is_refused(client: FlaskClient, tmp_path: Path) -> None:
    body, content_type = multipart(PICTURE, "scan.png", {})
    response = client.post("/img_txt", data=body[:-50], content_type=content_type)
    assert (response.status_code, error_code(response)) == (400, "upload_incomplete")
    assert files_in(tmp_path) == []


def test_a_name_in_an_old_encoding_survives(client: FlaskClient) -> None:
    body, content_type = multipart(PICTURE, "NAME.png", {})
    old = body.replace(b"NAME", "quittung-é".encode("latin-1"))
    response = client.post("/img_txt", data=old, content_type=content_type, buffered=True)
    assert response.get_data(as_text=True).strip() == "Hello"
    assert "quittung-%C3%A9.txt" in response.headers["Content-Disposition"]


def test_an_upload_too_large_is_refused(client: FlaskClient) -> None:
    data = {"image": (io.BytesIO(bytes(110_000)), "large.png")}
    response = client.post("/img_txt", data=data)
    assert (response.status_code, error_code(response)) == (413, "upload_too_large")


def test_too_many_parts_are_refused(client: FlaskClient, tmp_path: Path) -> None:
    data = {f"file{number}": (io.BytesIO(b"x"), "x.png") for number in range(30)}
    response = client.post("/img_txt", data=data)
    assert (response.status_code, error_code(response)) == (413, "too_many_parts")
    assert files_in(tmp_path) == []


def test_a_field_too_large_is_refused(tmp_path: Path) -> None:
    body, content_type = multipart(PICTURE, "scan.png", {"layout": "x" * 600_000})
    client = make_app(tmp_path).test_client()
    response = client.post("/img_txt", data=body, content_type=content_type)
    assert (response.status_code, error_code(response)) == (413, "field_too_large")


def error_code(response: Any) -> str:
    return str(response.get_json()["error"]["code"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/img_txt", 405, "method_not_allowed"),
        ("PUT", "/", 405, "method_not_allowed"),
    ],
)
def test_errors_of_the_framework_have_our_shape(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, error_code(response)) == (status, code)
    assert response.get_json()["error"]["message"] == ocr.PLAIN_SENTENCES[HTTPStatus(status)]
    assert ("Allow" in response.headers) == (status == 405)


def test_a_browsers_form_gets_an_error_page(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.post("/img_txt", headers={"Accept": accept})
    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert "The form could not be read." in response.get_data(as_text=True)


def test_a_busy_service_says_when_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, QueueFullError())
    response = post(client, "/img_txt")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Jobs, "image_to_text", fail)


def test_an_unforeseen_failure_keeps_its_detail_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail_with(monkeypatch, RuntimeError("secret detail"))
    response = post(client, "/img_txt")
    assert (response.status_code, error_code(response)) == (500, ServiceError.code)
    assert "secret detail" not in response.get_data(as_text=True)
    assert "secret detail" in caplog.text
    (failure,) = (record for record in caplog.records if record.exc_info)
    assert vars(failure)["request"] == response.headers["X-Request-Id"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_has_a_status_of_its_own(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fail_with(monkeypatch, OSError(number, "no space"))
    response = post(client, "/img_txt")
    assert (response.status_code, error_code(response)) == (507, "disk_full")


def test_a_request_keeps_its_own_id(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "my-id.1"})
    assert response.headers["X-Request-Id"] == "my-id.1"


@pytest.mark.parametrize("odd", ["", "a b", "x" * 65, "<script>"])
def test_an_odd_id_is_replaced(client: FlaskClient, odd: str) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": odd})
    assert len(response.headers["X-Request-Id"]) == 32


def test_health_never_asks_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(tmp_path)
    monkeypatch.setattr(FakeEngine, "is_ready", property(lambda _: pytest.fail("was asked")))
    assert app.test_client().get("/healthz").status_code == 200


def test_readiness_waits_for_the_warm_up(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(FakeEngine, "is_ready", False)
    assert client.get("/readyz").status_code == 503


def test_a_service_without_a_place_for_files_says_so(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "uploads").rmdir()
    for response in (client.get("/readyz"), post(client, "/img_txt")):
        assert (response.status_code, error_code(response)) == (503, "storage_unavailable")
    assert client.get("/healthz").status_code == 200


def test_no_file_outlives_its_request(client: FlaskClient, tmp_path: Path) -> None:
    post(client, "/img_txt")
    post(client, "/img_img")
    post(client, "/img_txt", layout="spiral")
    client.post("/img_txt", data={"image": (io.BytesIO(b"junk"), "x")})
    assert files_in(tmp_path) == []


def test_kept_files_stand_under_the_pictures_hash(tmp_path: Path) -> None:
    client = make_app(tmp_path, keep_files=True).test_client()
    post(client, "/img_txt", name="../../escape.png")
    post(client, "/img_img")
    names = sorted(path.name for path in files_in(tmp_path))
    digest = names[0]
    assert len(digest) == 64
    assert names == [digest, f"{digest}.txt", f"{digest}_text.png"]


@pytest.mark.parametrize(("trusted", "address"), [(0, "127.0.0.1"), (1, "9.9.9.9")])
def test_forwarding_headers_count_only_from_trusted_proxies(
    tmp_path: Path, trusted: int, address: str
) -> None:
    app = make_app(tmp_path, trusted_proxies=trusted)
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "6.6.6.6, 9.9.9.9"})
    assert seen == [address]


def test_a_key_opens_the_service_and_its_lack_does_not(tmp_path: Path) -> None:
    client = make_app(tmp_path, api_keys="one, two").test_client()
    for path in ("/", "/img_txt", "/static/style.css", "/nowhere"):
        response = client.open(path, method="GET" if path != "/img_txt" else "POST")
        assert (response.status_code, error_code(response)) == (401, "key_required")
        assert response.headers["WWW-Authenticate"].startswith("Basic")
    with client.get("/", headers={"X-API-Key": "two"}) as page:
        assert page.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
def test_who_asks_for_the_services_health_needs_no_key(tmp_path: Path, path: str) -> None:
    client = make_app(tmp_path, api_keys="one").test_client()
    assert client.get(path).status_code == 200


def test_counts_are_told_to_who_has_a_key(tmp_path: Path) -> None:
    client = make_app(tmp_path, api_keys="one").test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer one"}).status_code == 200


def test_who_guesses_keys_has_to_wait_and_hinders_nobody_else(tmp_path: Path) -> None:
    client = make_app(tmp_path, api_keys="one").test_client()
    answers = [client.get("/", headers={"X-API-Key": f"key-{number}"}) for number in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    other = {"X-API-Key": "one", "X-Forwarded-For": "192.0.2.7"}
    assert client.get("/", headers=other).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "$(id)"},
        {"X-Forwarded-Host": "a;id"},
        {"X-Forwarded-Prefix": "/`id`"},
    ],
)
def test_no_header_brings_a_command_into_the_page(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    page = client.get("/", headers={"Host": "localhost", **headers}).get_data(as_text=True)
    commands = "\n".join(re.findall("curl .*", page))
    assert re.findall(r"\S+/img_\w+", commands) == [
        "http://localhost/img_txt",
        "http://localhost/img_img",
        "http://localhost/img_pdf",
    ]


def test_a_client_past_its_rate_is_told_when_to_come_back(tmp_path: Path) -> None:
    client = make_app(tmp_path, rate_limit="2/hour").test_client()
    answers = [post(client, "/img_txt") for _ in range(3)]
    assert [response.status_code for response in answers] == [200, 200, 429]
    assert 3500 < int(answers[-1].headers["Retry-After"]) <= 3600
    forwarded = {"X-Forwarded-For": "8.8.8.8"}
    data = {"image": (io.BytesIO(PICTURE), "a.png")}
    other = client.post("/img_txt", data=data, headers=forwarded, buffered=True)
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.test"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:99"}, 403),
    ],
)
def test_forms_of_other_sites_are_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    data = {"image": (io.BytesIO(PICTURE), "a.png")}
    response = client.post("/img_txt", data=data, headers=headers, buffered=True)
    assert response.status_code == status


@pytest.mark.parametrize("name", READ_HEADERS)
def test_no_odd_header_is_more_than_the_service_can_bear(keyed: FlaskClient, name: str) -> None:
    for value in ODD_VALUES:
        assert worst_status(keyed, name, value) < 500, value


@settings(max_examples=200, deadline=None)
@given(name=strategies.sampled_from(READ_HEADERS), value=HEADER_TEXT)
def test_no_header_at_all_is_more_than_the_service_can_bear(
    keyed: FlaskClient, name: str, value: str
) -> None:
    assert worst_status(keyed, name, value) < 500


def worst_status(client: FlaskClient, name: str, value: str) -> int:
    """Return the highest status that requests with one odd header meet."""
    found = 0
    for method, path in (("GET", "/"), ("GET", "/static/style.css"), ("POST", "/img_txt")):
        with client.open(path, method=method, headers={"X-API-Key": "one", name: value}) as answer:
            found = max(found, answer.status_code)
    return found


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    answers: list[Any] = [client.get("/"), client.get("/nowhere"), client.get("/img_txt")]
    answers += [post(client, "/img_txt"), post(client, "/img_txt", layout="spiral")]
    with client.get("/static/style.css") as style:
        answers.append(style)
    for response in answers:
        assert HEADERS.items() <= dict(response.headers).items()


def test_no_policy_lets_anything_run_inline() -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    post(client, "/img_txt")
    post(client, "/img_txt", layout="spiral")
    counts = client.get("/metrics").get_data(as_text=True)
    for line in (
        'ocr_requests_total{route="/img_txt",status="200"}',
        'ocr_requests_total{route="/img_txt",status="400"}',
        'ocr_refused_total{code="option_invalid"}',
        'ocr_cache_total{result="miss"}',
        'ocr_stage_seconds_count{stage="decode"}',
        'ocr_stage_seconds_count{stage="render"}',
        'ocr_stage_seconds_count{stage="wait"}',
        "ocr_queue_depth 0.0",
    ):
        assert line in counts


def test_the_log_names_the_request_and_nothing_of_the_picture(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    response = post(client, "/img_txt", name="secret-name.png")
    lines = [LogfmtFormatter().format(record) for record in caplog.records]
    line = next(line for line in lines if response.headers["X-Request-Id"] in line)
    assert "route=/img_txt status=200 cache=miss" in line
    assert "Hello" not in line
    assert "secret-name" not in line


def test_importing_the_module_makes_an_application_with_a_real_engine() -> None:
    assert isinstance(ocr.app.extensions["ocr"].engine, Engine)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_text_comes_with_its_type_and_suffix(client: FlaskClient, name: str) -> None:
    response = post(client, "/img_txt", format=name)
    assert response.status_code == 200
    form = FORMS[name]
    assert response.mimetype == form.mimetype
    disposition = response.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="scan{form.suffix}"'
    assert form.is_valid(response.data)


def test_what_was_read_comes_as_json(client: FlaskClient) -> None:
    response = post(client, "/img_json")
    assert response.json["pages"][0]["lines"][0]["text"] == "Hello"
    assert set(response.json["timings"]) == {"read", "total"}
    assert response.headers["X-Cache"] == "miss"
    again = post(client, "/img_json")
    assert again.json["timings"]["read"] == 0
    assert again.headers["X-Cache"] == "hit"


def test_a_pdf_that_can_be_searched_comes_as_an_attachment(client: FlaskClient) -> None:
    response = post(client, "/img_pdf")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="scan_ocr.pdf"'
    assert response.data.startswith(b"%PDF-")


def test_liteparse_is_answered_in_its_own_shape(client: FlaskClient) -> None:
    data = {"file": (io.BytesIO(PICTURE), "page.png"), "language": "en"}
    response = client.post("/ocr", data=data, buffered=True)
    (result,) = response.json["results"]  # type: ignore[index]
    assert (result["text"], result["bbox"]) == ("Hello", [40, 40, 140, 72])
    assert result["confidence"] == pytest.approx(0.99)
    assert error_code(post(client, "/ocr")) == "picture_missing"


def test_what_it_can_do_is_told(client: FlaskClient) -> None:
    told = client.get("/capabilities").json
    assert told is not None
    assert {"pdf", "png", "heif", "avif"} <= set(told["formats"]["in"])
    assert told["formats"]["text"] == list(FORMS)
    assert told["limits"]["pages"] == 100
    assert told["model"] == "PP-OCRv6_small"
    assert {"zh-Hans", "ru"} <= set(told["languages"])
    assert told["readers"]["ru"] == "tesseract rus"


def test_a_language_that_is_none_is_refused_and_those_that_are_listed(client: FlaskClient) -> None:
    response = post(client, "/img_txt", lang="en,klingon")
    assert (response.status_code, error_code(response)) == (400, "language_unknown")
    said = response.get_json()["error"]["message"]
    assert "“klingon”" in said
    assert "ru, uk, be" in said
    assert post(client, "/img_txt", lang="RU, zh-hans").status_code == 200


def test_what_it_can_do_needs_a_key_where_the_service_does(tmp_path: Path) -> None:
    client = make_app(tmp_path, api_keys="one").test_client()
    assert client.get("/capabilities").status_code == 401


def test_forwarding_headers_are_ignored_without_a_proxy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    headers = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
    make_app(tmp_path, trusted_proxies=0).test_client().get("/", headers=headers)
    (answered,) = (record for record in caplog.records if record.message == "answered")
    assert vars(answered)["client"] == "127.0.0.1"


def test_letters_that_stay_letters_come_as_pdf_and_svg(client: FlaskClient) -> None:
    for white in ("true", "false"):
        svg = post(client, "/img_img", format="svg", white_background=white)
        assert svg.headers["Content-Type"].startswith("image/svg+xml")
        assert svg.headers["Content-Disposition"] == 'attachment; filename="scan_text.svg"'
        letters = ElementTree.fromstring(svg.data).itertext()  # noqa: S314 - our own
        assert "".join(letters).strip().endswith("Hello")
        assert (b"<image" in svg.data) is (white == "false")
        pdf = post(client, "/img_img", format="pdf", white_background=white)
        assert pdf.headers["Content-Type"] == "application/pdf"
        assert pdf.headers["Content-Disposition"] == 'attachment; filename="scan_text.pdf"'
        with pdfium.PdfDocument(pdf.data) as document:
            assert document[0].get_textpage().get_text_range() == "Hello"


def test_svg_holds_one_page(client: FlaskClient) -> None:
    pages = [draw_page("One"), draw_page("Two")]
    document = to_bytes(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate"
    )
    sent = {"image": (io.BytesIO(document), "two.tif"), "format": "svg"}
    refused = client.post("/img_img", data=sent, buffered=True)
    assert refused.status_code == 422
    assert refused.get_json()["error"]["code"] == "single_page"
    sent = {"image": (io.BytesIO(document), "two.tif"), "format": "pdf"}
    with pdfium.PdfDocument(client.post("/img_img", data=sent, buffered=True).data) as made:
        assert [page.get_textpage().get_text_range() for page in made] == ["Hello", "Hello"]


LINES = [{"text": "Good <bye>", "bbox": [40, 40, 240, 72]}]


@pytest.mark.parametrize("as_file", [True, False])
def test_lines_are_drawn_in_place_of_what_would_be_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, as_file: bool
) -> None:
    monkeypatch.delattr(FakeEngine, "read")
    text = json.dumps(LINES)
    for form, name in (("svg", "svg"), ("pdf", "pdf"), ("png", "png"), ("", "png")):
        lines = (io.BytesIO(text.encode()), "lines.json") if as_file else text
        sent = {"image": (io.BytesIO(PICTURE), "scan.png"), "lines": lines, "format": form}
        drawn = client.post("/img_img", data=sent, buffered=True)
        assert drawn.status_code == 200
        assert drawn.headers["X-Cache"] == "hit"
        assert drawn.headers["Content-Disposition"].endswith(f'_text.{name}"')
    assert post(client, "/img_txt", lines=text).get_data(as_text=True).strip() == "Good <bye>"


def test_an_answer_is_sent_back_as_lines_and_changed(client: FlaskClient) -> None:
    answer = post(client, "/img_json").json
    plain = post(client, "/img_img").data
    assert post(client, "/img_img", lines=json.dumps(answer)).data == plain
    answer["pages"][0]["lines"][0]["text"] = "Bye"
    changed = post(client, "/img_img", lines=json.dumps(answer)).data
    answer["pages"][0]["lines"][0]["text"] = "Buy"
    assert len({plain, changed, post(client, "/img_img", lines=json.dumps(answer)).data}) == 3


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        ("{", 400, "lines_invalid"),
        ('[{"text": "x"}]', 400, "lines_invalid"),
        (json.dumps([{"text": "x", "bbox": [0, 0, 9, 9]}] * 4001), 413, "too_many_lines"),
        ('[{"text": "x", "bbox": [900, 0, 990, 9]}]', 422, "lines_outside"),
        ('{"pages": [{"number": 2, "lines": []}]}', 422, "lines_of_other"),
    ],
)
@pytest.mark.parametrize("as_file", [True, False])
def test_lines_that_are_wrong_are_refused(
    tmp_path: Path, lines: str, status: int, code: str, as_file: bool
) -> None:
    client = make_app(tmp_path).test_client()
    for path in ("/img_img", "/img_txt", "/img_json", "/img_pdf"):
        sent = (io.BytesIO(lines.encode()), "lines.json") if as_file else lines
        data = {"image": (io.BytesIO(PICTURE), "scan.png"), "lines": sent}
        refused = client.post(path, data=data, buffered=True)
        assert refused.status_code == status
        assert refused.get_json()["error"]["code"] == code
