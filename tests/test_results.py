"""What the page is answered with: results kept under tokens, and all that is made of them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from picture.page import Line, Page, Rule
from tests.apps import PICTURE, FakeEngine, make_app
from tests.conftest import draw_page, to_bytes
from tests.formats.pages import SPANNING, STOCK, rows

HTML = {"Accept": "text/html"}
TIFF = to_bytes(
    draw_page("Hello"),
    "TIFF",
    save_all=True,
    append_images=[draw_page("Again")],
    compression="tiff_deflate",
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with make_app(tmp_path, max_body_mb=1).test_client() as client:
        yield client


def send(client: FlaskClient, *files: tuple[str, bytes], **headers: str) -> Any:
    data = {"image": [(io.BytesIO(data), name) for name, data in files]}
    return client.post("/results", data=data, buffered=True, headers=headers)


def token(client: FlaskClient, data: bytes = PICTURE, name: str = "scan.png") -> str:
    (item,) = send(client, (name, data)).get_json()["results"]
    return str(item["token"])


def get(client: FlaskClient, path: str, **query: str) -> Any:
    """Return an answer that was read whole: files are open until then."""
    return client.get(path, query_string=query or None, buffered=True)


def correct(client: FlaskClient, kept: str, said: dict[str, Any], **query: str) -> Any:
    data = {"corrections": json.dumps(said)}
    return client.post(f"/results/{kept}/corrections", data=data, query_string=query)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_is_sent_is_kept_and_told(client: FlaskClient) -> None:
    answer = send(client, ("scan.png", PICTURE))
    assert answer.status_code == 201
    (item,) = answer.get_json()["results"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", item["token"])
    assert (item["name"], item["pages"]) == ("scan.png", 1)


def test_a_browser_is_sent_to_what_it_sent(client: FlaskClient) -> None:
    answer = send(client, ("a.png", PICTURE), ("b.tiff", TIFF), **HTML)
    assert answer.status_code == 303
    page = get(client, answer.headers["Location"])
    assert page.status_code == 200
    assert "Hello" in page.text
    assert "b.tiff" in page.text


def test_a_picture_that_cannot_be_read_is_refused_and_not_kept(
    client: FlaskClient, tmp_path: Path
) -> None:
    for data in (b"no picture", b""):
        answer = send(client, ("bad.png", data))
        assert 400 <= answer.status_code < 500
    assert files(tmp_path) == []


def test_of_many_those_that_fail_are_told_by_name(client: FlaskClient) -> None:
    results = send(client, ("bad.png", b"no"), ("good.png", PICTURE)).get_json()["results"]
    assert [item["name"] for item in results] == ["bad.png", "good.png"]
    assert results[0]["error"].startswith("This is not a picture")
    page = send(client, ("bad.png", b"no"), ("good.png", PICTURE), **HTML)
    assert page.status_code == 200
    assert "This is not a picture" in page.text


@pytest.mark.parametrize("path", ["", "/view", "/picture", "/img_txt", "/text", "/zip"])
def test_what_is_no_longer_kept_is_told(client: FlaskClient, path: str) -> None:
    answer = get(client, f"/results/{'x' * 24}{path}")
    assert answer.status_code == 410
    if path:
        assert answer.get_json()["error"]["code"] == "result_gone"
    else:
        assert "no longer kept" in answer.text


def test_every_file_equals_what_the_call_answers(client: FlaskClient) -> None:
    kept = token(client)
    for path, fields in {
        "img_txt": {"layout": "lines"},
        "img_img": {"white_background": "false"},
        "img_pdf": {},
    }.items():
        form = {"image": (io.BytesIO(PICTURE), "scan.png"), **fields}
        called = client.post(f"/{path}", data=form, buffered=True)
        linked = get(client, f"/results/{kept}/{path}", **fields)
        assert linked.data == called.data
        name = "Content-Disposition"
        assert linked.headers[name] == called.headers[name]


def test_a_page_offers_what_a_white_page_keeps(client: FlaskClient) -> None:
    path = f"/results/{token(client)}"
    white = get(client, path, look="redrawn", keep="graphics").text
    assert "Rules and pictures" in white
    assert f"{path}/img_img?white_background=true&amp;color=black&amp;keep=graphics" in white
    over = get(client, path, look="redrawn", white_background="false").text
    assert "Rules and pictures" not in over


def test_a_picture_that_browsers_show_comes_as_it_was_sent(client: FlaskClient) -> None:
    shown = get(client, f"/results/{token(client)}/picture")
    assert (shown.data, shown.mimetype) == (PICTURE, "image/png")


@pytest.mark.parametrize("form", ["TIFF", "BMP", "GIF"])
def test_others_come_as_what_browsers_show(client: FlaskClient, form: str) -> None:
    kept = token(client, to_bytes(draw_page("Hello", size=(320, 200)), form), "scan")
    shown = get(client, f"/results/{kept}/picture")
    assert shown.mimetype == "image/jpeg"
    assert Image.open(io.BytesIO(shown.data)).size == (320, 200)


def test_a_turned_png_is_shown_upright(client: FlaskClient) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = token(client, to_bytes(draw_page("Hello"), "PNG", exif=exif))
    shown = get(client, f"/results/{kept}/picture")
    assert Image.open(io.BytesIO(shown.data)).size == (400, 640)


def test_a_huge_picture_is_shown_smaller(client: FlaskClient) -> None:
    kept = token(client, to_bytes(Image.new("L", (4000, 3000), 255), "TIFF", compression="jpeg"))
    shown = Image.open(io.BytesIO(get(client, f"/results/{kept}/picture").data))
    assert 4_900_000 < shown.width * shown.height <= 5_010_000


def test_pages_are_looked_at_one_by_one(client: FlaskClient) -> None:
    kept = token(client, TIFF, "scan.tiff")
    assert 'data-number="2"' in get(client, f"/results/{kept}/view?page=2").text
    answer = get(client, f"/results/{kept}/view?page=3")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "page_missing")
    assert get(client, f"/results/{kept}/view?page=x").status_code == 400


def test_corrections_are_in_everything_from_then_on(client: FlaskClient) -> None:
    kept = token(client)
    assert correct(client, kept, {"1": {"0": "Goodbye"}}).status_code == 204
    assert get(client, f"/results/{kept}/img_txt").text.strip() == "Goodbye"
    assert 'data-line="0">Goodbye<' in get(client, f"/results/{kept}/view").text
    record = get(client, f"/results/{kept}/img_json").get_json()
    assert record["pages"][0]["lines"][0]["text"] == "Goodbye"
    # A picture that is read in another way has other lines.
    assert get(client, f"/results/{kept}/img_txt?orientation=90").text.strip() == "Hello"
    correct(client, kept, {"1": {"0": ""}})
    assert get(client, f"/results/{kept}/img_txt").text == ""
    correct(client, kept, {})
    assert get(client, f"/results/{kept}/img_txt").text.strip() == "Hello"


def test_corrections_of_pages_do_not_touch_each_other(client: FlaskClient) -> None:
    kept = token(client, TIFF, "scan.tiff")
    correct(client, kept, {"1": {"0": "One"}}, page="1")
    correct(client, kept, {"2": {"0": "Two"}}, page="2")
    assert get(client, f"/results/{kept}/img_txt?layout=lines").text == "One\n\fTwo\n"


def test_corrections_are_taken_by_every_call(client: FlaskClient) -> None:
    form = {"image": (io.BytesIO(PICTURE), "scan.png"), "corrections": '{"1": {"0": "Goodbye"}}'}
    assert client.post("/img_txt", data=form, buffered=True).text.strip() == "Goodbye"
    for wrong, status in (("{", 400), ('{"1": {"7": "x"}}', 422)):
        form = {"image": (io.BytesIO(PICTURE), "scan.png"), "corrections": wrong}
        assert client.post("/img_txt", data=form, buffered=True).status_code == status


def test_corrections_change_the_drawing(client: FlaskClient) -> None:
    kept = token(client)
    before = get(client, f"/results/{kept}/img_img").data
    correct(client, kept, {"1": {"0": "Goodbye"}})
    assert get(client, f"/results/{kept}/img_img").data != before


def test_other_sites_can_neither_correct_nor_forget(client: FlaskClient) -> None:
    kept = token(client)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for path in ("corrections", "forget"):
        assert client.post(f"/results/{kept}/{path}", headers=foreign).status_code == 403
    assert get(client, f"/results/{kept}/img_txt").status_code == 200


def test_several_are_one_text_or_one_zip(client: FlaskClient) -> None:
    both = f"{token(client)},{token(client, TIFF)}"
    text = get(client, f"/results/{both}/text?layout=lines").text
    assert text == "scan.png\n========\n\nHello\n\fscan.png\n========\n\nHello\n\fHello\n"
    packed = get(client, f"/results/{both}/zip?call=img_txt&format=md")
    assert packed.headers["Content-Disposition"] == 'attachment; filename="ocr_results.zip"'
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.namelist() == ["scan.md", "scan (2).md"]


def test_one_that_fails_is_told_in_the_zip_and_spoils_nothing(client: FlaskClient) -> None:
    both = f"{token(client)},{token(client, TIFF, 'pages.tiff')}"
    packed = get(client, f"/results/{both}/zip?call=img_img&format=jpeg")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.namelist() == ["scan_text.jpg", "not read.txt"]
        assert archive.read("not read.txt").startswith(b"pages.tiff: JPEG holds one page")


def test_too_many_together_are_refused(client: FlaskClient) -> None:
    answer = get(client, f"/results/{','.join(['x' * 24] * 201)}/text")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "too_many_results")


def test_forgotten_leaves_nothing_on_disk(client: FlaskClient, tmp_path: Path) -> None:
    both = f"{token(client)},{token(client)}"
    get(client, f"/results/{both}")
    assert files(tmp_path)
    assert client.post(f"/results/{both}/forget").status_code == 204
    assert files(tmp_path) == []
    assert get(client, f"/results/{both}").status_code == 410


def test_an_address_with_odd_options_leads_nowhere_else(client: FlaskClient) -> None:
    kept = token(client)
    odd = {"_external": "1", "_scheme": "javascript", "_anchor": "x", "region": '"><script>'}
    assert get(client, f"/results/{kept}/view", **odd).status_code == 400
    del odd["region"]
    page = get(client, f"/results/{kept}/view", **odd).text
    assert set(re.findall(r'(?:href|src|action)="([^/][^"]*)"', page)) == set()


def test_text_on_a_picture_is_never_markup(client: FlaskClient) -> None:
    kept = token(client, name="<img src=x>.png")
    correct(client, kept, {"1": {"0": "<script>alert(1)</script>'\"&"}})
    page = get(client, f"/results/{kept}").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#39;&#34;&amp;" in page


def show(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, page: Page, **query: str) -> str:
    """Return what is shown of a picture on which a page was read."""
    monkeypatch.setattr(FakeEngine, "read", lambda *_: page)
    return str(get(client, f"/results/{token(client)}/view", **query).text)


def cells(page: str) -> list[str]:
    return re.findall(r"<t[hd]\b[^>]*>[^<]*", page)


def test_a_table_is_shown_as_one(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = show(client, monkeypatch, Page(900, 900, tuple(rows(*STOCK))))
    assert cells(page)[:6] == [
        '<th scope="col" data-line="0">Article',
        '<th scope="col" class="number" data-line="1">Pieces',
        '<th scope="col" class="number" data-line="2">Price',
        '<td data-line="3">Spade',
        '<td class="number" data-line="4">12',
        '<td class="number" data-line="5">19.50',
    ]


def test_cells_over_several_places_span_them(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = show(client, monkeypatch, SPANNING)
    assert cells(page)[:2] == [
        '<th scope="col" rowspan="2" data-line="0">Article',
        '<th scope="colgroup" colspan="2" data-line="1">Price',
    ]
    assert page.count("<tr>") == 3


def test_a_page_without_tables_and_rules_offers_neither(client: FlaskClient) -> None:
    page = get(client, f"/results/{token(client)}/view").text
    assert '"tables"' not in page
    assert '"rules"' not in page


def test_text_in_a_table_is_never_markup(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = rows(*STOCK)
    lines[3] = replace(lines[3], text="=<script>alert(1)</script>\"'")
    page = show(client, monkeypatch, Page(900, 900, tuple(lines)))
    said = "=&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;"
    assert "<script>" not in page
    assert f'<td data-line="3" data-copied="&#39;{said}">{said}</td>' in page


def test_a_correction_is_in_the_table(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "read", lambda *_: Page(900, 900, tuple(rows(*STOCK))))
    kept = token(client)
    correct(client, kept, {"1": {"3": "Shovel"}})
    assert ">Shovel</td>" in get(client, f"/results/{kept}/view").text


def test_rules_are_shown_and_saved_where_they_are_wanted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled = Page(900, 900, tuple(rows(*STOCK)), rules=(Rule((40, 66), (600, 66), 2),))
    plain = show(client, monkeypatch, ruled)
    assert "rules=true" in plain
    assert "---" not in plain
    page = show(client, monkeypatch, ruled, rules="true")
    assert re.search(r'<span class="rule"> *-{9,}\n</span>', page)
    assert re.search(r'id="download-text" href="[^"]*rules=true', page)
    assert 'id="rules"' not in show(client, monkeypatch, ruled, layout="reading")


def test_what_was_read_first_is_told_until_it_is_corrected(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line("0", 0.9, ((40, 40), (60, 40), (60, 72), (40, 72)), first_choice='"O<')
    monkeypatch.setattr(FakeEngine, "read", lambda *_: Page(640, 400, (line,)))
    kept = token(client)
    page = get(client, f"/results/{kept}/view").text
    assert '<span data-line="0" title="Read first: &#34;O&lt;">0</span>' in page
    assert "<title>Read first: &#34;O&lt;</title>" in page
    correct(client, kept, {"1": {"0": "8"}})
    assert "Read first" not in get(client, f"/results/{kept}/view").text


def test_the_place_in_the_queue_is_told(client: FlaskClient) -> None:
    assert get(client, f"/results/{'x' * 24}/progress").get_json() == {"ahead": 2}
    assert get(client, f"/results/{'y' * 24}/progress").get_json() == {"ahead": None}


def test_files_that_are_too_much_together_are_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("utility._MOST_PACKED", 2000)
    both = f"{token(client)},{token(client)}"
    answer = get(client, f"/results/{both}/zip?call=img_img")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "pack_too_large")


def test_results_are_nobodys_to_store(client: FlaskClient) -> None:
    kept = token(client)
    for path in ("", "/view", "/picture", "/img_txt", "/progress"):
        assert get(client, f"/results/{kept}{path}").headers["Cache-Control"] == "no-store", path
