"""Everything the page does, in Chromium."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPResponse
from typing import Any
from urllib.request import Request, urlopen

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browsers import (
    CHROMEDRIVER,
    CHROMIUM,
    LETTER,
    RECEIPT,
    STOCK,
    Page,
    chromium,
    draw_table,
)
from tests.conftest import ROOT, LiveService, draw_page, needs, to_bytes, wait_until

pytestmark = needs(chromium=CHROMIUM, chromium_driver=CHROMEDRIVER)

PDF = to_bytes(
    draw_page("First page", "Bread 2.40"),
    "PDF",
    save_all=True,
    append_images=[draw_page("Second page", "TOTAL 42.50")],
    resolution=72,
)

# Answer the next request so.
ANSWER = """
const [status, headers, body] = arguments;
const send = window.fetch;
window.fetch = (url, options) => {
  if (String(url).endsWith("/progress")) return send(url, options);
  window.fetch = send;
  return Promise.resolve(new Response(body, { status, headers }));
};
"""
ANSWER_LATE = """
const send = window.fetch;
window.fetch = (url, options) => {
  if (!String(url).includes("/view")) return send(url, options);
  window.fetch = send;
  return new Promise((resolve, reject) => {
    window.answerLate = () => resolve(send(url, options));
    options.signal.addEventListener("abort", () => reject(options.signal.reason));
  });
};
"""
COUNT_UPLOADS = """
window.uploads = 0;
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) { window.uploads += 1; send.call(this, body); };
"""
REFUSE_UPLOAD = """
const { open, send } = XMLHttpRequest.prototype;
let left = arguments[0];
XMLHttpRequest.prototype.send = function (body) {
  if (left-- > 0) setTimeout(() => this.onerror(), 0);
  else send.call(this, body);
};
"""
SELECT_LINES = """
const lines = [...document.querySelectorAll("#overlay text")];
getSelection().setBaseAndExtent(lines[0].firstChild, 0, lines.at(-1).firstChild, 5);
return String(getSelection());
"""
COPIED = """
const options = { clipboardData: new DataTransfer(), bubbles: true, cancelable: true };
const copy = new ClipboardEvent("copy", options);
document.querySelector("#overlay text").dispatchEvent(copy);
return copy.clipboardData.getData("text/plain");
"""
PLACES = """
const overlay = document.getElementById("overlay").getBoundingClientRect();
const image = document.getElementById("original").getBoundingClientRect();
return [overlay, image].map((box) => [box.x, box.y, box.width, box.height]);
"""
PINCH = """
const stage = document.getElementById("stage");
const frame = stage.getBoundingClientRect();
const finger = (type, pointerId, x) => stage.dispatchEvent(new PointerEvent(type, {
  pointerId, pointerType: "touch", clientX: frame.x + x, clientY: frame.y + 100, bubbles: true,
}));
finger("pointerdown", 11, 100);
finger("pointerdown", 12, 200);
for (let x = 210; x <= 300; x += 10) finger("pointermove", 12, x);
finger("pointerup", 11, 100);
finger("pointerup", 12, 300);
"""
EDIT = """
const [line, said] = arguments;
const span = document.querySelector(`#text [data-line="${line}"]`);
document.getElementById("text").focus();
getSelection().selectAllChildren(span);
document.execCommand("insertText", false, said);
"""

TABLE = """
return [...document.querySelectorAll("#tables tr")].map((row) => (
  [...row.cells].map((cell) => cell.textContent)));
"""
CLIPBOARD = """
const [type, done] = arguments;
window.clipboard.read()
  .then(([item]) => item.getType(type))
  .then((blob) => blob.text())
  .then(done, (error) => done(String(error)));
"""
TABBED = "\n".join("\t".join(row) for row in STOCK)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(browser: Page, live: LiveService) -> Iterator[Page]:
    """Return the page, freshly opened by who has never been there; it must not complain."""
    browser.driver.get(live.url)
    yield browser
    browser.run("localStorage.clear()")
    browser.driver.delete_all_cookies()
    complaints = browser.driver.get_log("browser")
    # Chromium also logs every error status, which some tests are about.
    assert [entry for entry in complaints if entry["source"] != "network"] == []


@pytest.fixture(scope="module")
def scriptless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("scriptless")
    with chromium(folder, "--blink-settings=scriptEnabled=false") as page:
        yield page


@pytest.fixture
def form(scriptless: Page, live: LiveService) -> Page:
    """Return the page, freshly opened where no script runs."""
    scriptless.driver.get(live.url)
    return scriptless


@pytest.fixture
def phone(page: Page) -> Iterator[Page]:
    """Return the page on a phone."""
    screen = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    page.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.driver.refresh()
    yield page
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    page.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def fetch(page: Page, selector: str) -> bytes:
    """Return what curl gets of a link of the page."""
    url = str(page.run("return document.querySelector(arguments[0]).href", selector))
    answer: HTTPResponse = urlopen(Request(url))  # noqa: S310 - the service's own
    with answer:
        return answer.read()


def keys(page: Page, *pressed: str) -> None:
    """Press keys, all held down with the last."""
    chain = ActionChains(page.driver)
    for key in pressed[:-1]:
        chain.key_down(key)
    chain.send_keys(pressed[-1])
    for key in reversed(pressed[:-1]):
        chain.key_up(key)
    chain.perform()


def items(page: Page) -> list[str]:
    """Return the list of pictures, each with how it fares."""
    listed = page.run(
        "return [...document.querySelectorAll('#items li')].map((li) => li.innerText)"
    )
    return [str(item).replace("\n", " – ") for item in listed]


# Reading at once


def test_everything_the_page_asks_for_is_there(page: Page) -> None:
    assert page.driver.get_log("browser") == []


def test_a_chosen_picture_is_read_at_once(page: Page) -> None:
    assert "TOTAL 42.50" in page.read(RECEIPT, "收据 café.png")
    assert items(page) == ["收据 café.png"]


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_dropped_or_pasted_picture_is_read_at_once(page: Page, way: str) -> None:
    page.hand_over(way, ("handed over.png", RECEIPT, "image/png"))
    assert "TOTAL 42.50" in page.wait_for("handed over.png")


def test_layout_background_and_colour_change_without_another_upload(page: Page) -> None:
    page.run(COUNT_UPLOADS)
    page.read(RECEIPT)
    page.go("layout", "lines")
    assert page.text.splitlines() == ["CORNER SHOP", "Bread 2.40", "TOTAL 42.50"]
    page.go("look", "redrawn")
    page.go("white_background", "false")
    assert page.run("return uploads") == 1


def test_the_old_result_stays_and_looks_old_until_the_new_one_is_there(page: Page) -> None:
    before = page.read(RECEIPT)
    page.run(ANSWER_LATE)
    page.find("#view a[data-set*=lines]").click()
    wait_until(lambda: page.shows("news"))
    assert page.text == before
    assert page.element("result").get_attribute("aria-busy") == "true"
    page.run("answerLate()")
    page.until(page.is_ready)
    assert page.text.startswith("CORNER SHOP\n")
    assert page.element("result").get_attribute("aria-busy") is None


def test_another_picture_is_never_shown_with_the_text_of_the_one_before(page: Page) -> None:
    page.read(RECEIPT)
    page.run(ANSWER_LATE)
    page.choose(("letter.png", LETTER))
    wait_until(lambda: page.run("return 'answerLate' in window") is True)
    assert not page.has("#text")
    page.run("answerLate()")
    assert "Dear reader" in page.wait_for("letter.png")


def test_what_is_looked_at_is_there_after_a_reload(page: Page) -> None:
    page.choose(("receipt.png", RECEIPT), ("letter.png", LETTER))
    page.until(lambda: page.is_ready() and page.driver.current_url.count(",") == 1)
    page.find("#items li:nth-child(2) .name").click()
    page.wait_for("letter.png")
    page.go("layout", "lines")
    page.driver.refresh()
    assert page.text == "Dear reader\nall is well\n"
    assert items(page) == ["receipt.png", "letter.png"]
    page.find("#items li .name").click()
    assert "TOTAL" in page.wait_for("receipt.png")


def test_options_are_remembered_and_nothing_of_the_picture(page: Page) -> None:
    page.read(RECEIPT, "secret name.png")
    page.go("layout", "code")
    kept = page.run("return JSON.stringify(localStorage)")
    assert "code" in kept
    assert "secret" not in kept
    page.driver.get(
        page.run("return document.getElementById('form').action.replace(/results$/, '')")
    )
    page.read(LETTER)
    assert page.has('#view a[data-set*=code][aria-current="true"]')


# The picture and its text


def test_text_lies_on_its_picture_and_is_selected_there(page: Page) -> None:
    page.read(RECEIPT)
    overlay, image = page.run(PLACES)
    assert overlay == pytest.approx(image, abs=1)
    assert "CORNER SHOP" in page.run(SELECT_LINES)
    assert page.run(COPIED) == "CORNER SHOP\nBread 2.40\nTOTAL"


def test_a_line_pointed_at_is_lit_on_both_sides(page: Page) -> None:
    page.read(RECEIPT)
    lit = "return [...document.querySelectorAll('.lit')].map((part) => part.textContent)"
    for selector in ("#overlay g:nth-of-type(2) text", '#text [data-line="1"]'):
        page.find('#text [data-line="2"]').click()
        ActionChains(page.driver).move_to_element(page.find(selector)).perform()
        assert page.run(lit) == ["Bread 2.40", "Bread 2.40"]


def test_a_cell_pointed_at_is_lit_on_the_picture(page: Page) -> None:
    page.read(draw_table())
    page.run("document.querySelector('#tables tbody td').scrollIntoView({ block: 'center' })")
    ActionChains(page.driver).move_to_element(page.find("#tables tbody td")).perform()
    lit = "return [...document.querySelectorAll('.lit')].map((part) => part.localName)"
    assert page.run(lit) == ["g", "span", "td"]
    assert page.find("g.lit").get_property("textContent") == "Spade"


def test_the_picture_grows_by_wheel_keys_and_buttons(page: Page) -> None:
    page.read(RECEIPT)

    def zoom() -> int:
        return int(page.element("zoom").text.split()[0])

    fit = zoom()
    page.element("larger").click()
    assert zoom() == pytest.approx(1.25 * fit, abs=1)
    page.element("fit").click()
    assert zoom() == fit
    page.run("document.getElementById('stage').focus()")
    keys(page, "1")
    assert zoom() == 100
    keys(page, "-")
    assert zoom() == 80
    page.run(
        "document.getElementById('stage').dispatchEvent(new WheelEvent('wheel', "
        "{ deltaY: -300, ctrlKey: true, cancelable: true, bubbles: true }))"
    )
    assert zoom() == pytest.approx(80 * 2.718, abs=2)
    keys(page, Keys.ARROW_RIGHT)
    page.until(lambda: page.element("stage").get_property("scrollLeft") > 0)


def test_two_fingers_make_the_picture_larger(page: Page) -> None:
    page.read(RECEIPT)
    before = page.element("sheet").size["width"]
    page.run(PINCH)
    assert page.element("sheet").size["width"] == pytest.approx(2 * before, rel=0.02)


def test_turning_reads_the_picture_as_it_then_stands(page: Page) -> None:
    page.read(RECEIPT)
    page.find("#view a[href*='orientation=90']").click()
    page.until(lambda: page.is_ready() and page.has('#view[data-rotation="90"]'))
    # The turned picture itself comes a moment later.
    page.until(lambda: page.run("return document.getElementById('original').naturalWidth") == 400)


def test_a_part_is_read_by_dragging_over_it(page: Page) -> None:
    page.read(RECEIPT)
    page.find("#part summary").click()
    sheet = page.element("sheet")
    width, height = sheet.size["width"], sheet.size["height"]
    chain = ActionChains(page.driver)
    chain.move_to_element_with_offset(sheet, -round(width * 0.45), -round(height * 0.28))
    chain.click_and_hold().move_by_offset(
        round(width * 0.9), round(height * 0.18)
    ).release().perform()
    page.until(lambda: page.is_ready() and page.text.split() == ["Bread", "2.40"])
    shown = page.run(
        "return ['x', 'y', 'width', 'height'].map((side) => "
        "Number(document.querySelector('#overlay rect').getAttribute(side)))"
    )
    asked = page.element("view").get_attribute("data-region").split(",")
    assert shown == [int(number) for number in asked]
    page.find("#part summary").click()
    page.find("#part a.go").click()
    page.until(lambda: page.is_ready() and "TOTAL" in page.text)


def test_a_part_can_be_named_by_keyboard(page: Page) -> None:
    page.read(RECEIPT)
    page.find("#part summary").send_keys(Keys.ENTER)
    page.run("document.getElementById('region').select()")
    page.element("region").send_keys("0,0,100%,20%", Keys.ENTER)
    page.until(lambda: page.is_ready() and page.text.split() == ["CORNER", "SHOP"])


def test_the_slider_shows_as_much_of_the_redrawn_as_one_likes(page: Page) -> None:
    page.read(RECEIPT)
    page.go("look", "redrawn")
    clip = "return getComputedStyle(document.getElementById('drawn')).clipPath"
    assert page.run(clip) == "inset(0px 0px 0px 50%)"
    page.element("split").send_keys(Keys.HOME)
    assert page.run(clip) == "inset(0px 0px 0px 0%)"
    page.run("document.getElementById('stage').scrollIntoView()")
    ActionChains(page.driver).move_to_element(page.element("sheet")).click().perform()
    assert re.fullmatch(r"inset\(0px 0px 0px (49|50|51)(\.\d+)?%\)", page.run(clip))


# Doubt


def amharic() -> bytes:
    sheet = Image.new("RGB", (640, 200), "white")
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSansEthiopic.ttf"), 36)
    for row, text in enumerate(("የሰው ልጅ ሁሉ ሲወለድ ነጻና", "በክብርና በመብትም እኩልነት")):
        ImageDraw.Draw(sheet).text((30, 30 + 80 * row), text, "black", font)
    return to_bytes(sheet)


def test_doubt_is_marked_walked_through_and_gone_once_corrected(page: Page) -> None:
    page.read(amharic())
    assert page.has("#text .doubt")
    assert page.has("#overlay .doubt polygon")
    underline = "return getComputedStyle(document.querySelector('#text .doubt')).textDecorationLine"
    assert page.run(underline) == "underline"
    first = page.run("return document.querySelector('#text .doubt').textContent")
    page.run("document.getElementById('stage').focus()")
    keys(page, Keys.F8)
    assert page.run("return String(getSelection())") == first
    keys(page, "x")
    assert not page.run(
        "return document.querySelector('#text [data-line]').querySelector('.doubt')"
    )


def test_a_script_that_is_not_read_is_told(page: Page) -> None:
    page.read(amharic())
    assert "language that is not read" in page.element("foreign").text
    page.read(RECEIPT, "latin.png")
    assert not page.has("#foreign")


@pytest.mark.parametrize("look", ["original", "redrawn"])
def test_a_picture_without_text_is_told_with_what_to_try(page: Page, look: str) -> None:
    page.read(to_bytes(draw_page()), "blank.png")
    page.go("look", look)
    assert "turn the picture" in page.element("wordless").text
    assert not page.shows("text")
    assert not page.shows("copy")


# Correcting


def test_a_correction_is_in_the_picture_the_downloads_and_after_a_reload(page: Page) -> None:
    page.read(RECEIPT, "receipt.png")
    page.go("layout", "lines")
    page.run(EDIT, 2, "SUM 99.99")
    assert page.find("#overlay g:nth-of-type(3) text").get_property("textContent") == "SUM 99.99"
    page.until(lambda: "SUM 99.99" in fetch(page, "#download-text").decode())
    assert b">99.99<" in fetch(page, "#download a[href*=hocr]")
    page.go("layout", "page")
    assert "SUM 99.99" in page.text
    page.driver.refresh()
    assert "SUM 99.99" in page.text


def test_a_correction_is_in_the_table_and_in_what_is_copied_of_it_at_once(page: Page) -> None:
    permissions = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    page.read(draw_table())
    assert page.run(TABLE) == [list(row) for row in STOCK]
    page.run("window.clipboard = navigator.clipboard")
    line = page.run("return document.querySelector('#tables tbody td').dataset.line")
    page.run(EDIT, line, "Shovel")
    copy = page.find("#tables figure button")
    copy.click()
    wait_until(lambda: copy.text == "Copied")
    assert page.run(TABLE)[1] == ["Shovel", "19.50"]
    copied = page.driver.execute_async_script(CLIPBOARD, "text/plain")
    assert copied == TABBED.replace("Spade", "Shovel")
    page.until(lambda: b"Shovel" in fetch(page, "#tables a[href*=csv]"))


def test_tables_stay_closed_once_they_are(page: Page) -> None:
    page.read(draw_table(), "one.png")
    page.find("#tables summary").click()
    page.read(draw_table(), "two.png")
    assert not page.find("#tables table").is_displayed()
    page.find("#tables summary").click()
    assert page.find("#tables table").is_displayed()


def test_rules_are_shown_saved_and_no_part_of_a_correction(page: Page) -> None:
    page.read(draw_table(), "ruled.png")
    assert "----" not in page.text
    page.element("rules").click()
    page.until(lambda: page.is_ready() and "----" in page.text)
    assert page.run("return document.activeElement.id") == "rules"
    assert b"----" in fetch(page, "#download-text")
    line = page.run("return document.querySelector('#tables th').dataset.line")
    page.run(EDIT, line, "Tool")
    page.until(lambda: page.run(TABLE)[0] == ["Tool", "Price"])
    page.element("rules").click()
    page.until(lambda: page.is_ready() and "----" not in page.text)
    assert "Tool" in page.text


def test_a_correction_is_redrawn(page: Page) -> None:
    page.read(RECEIPT, "receipt.png")
    page.go("look", "redrawn")
    source = page.element("drawn").get_property("src")
    before = fetch(page, "#download-picture")
    page.run(EDIT, 2, "SUM 99.99")
    page.until(lambda: page.is_ready() and page.element("drawn").get_property("src") != source)
    assert fetch(page, "#download-picture") != before


def test_an_edit_is_undone_and_saved_as_it_is_seen(page: Page) -> None:
    before = page.read(RECEIPT, "edited.png")
    page.run(EDIT, 2, "SUM 99.99\n\nPAID")
    seen = page.element("text").get_property("innerText")
    assert "SUM 99.99\n\nPAID" in seen
    page.find("#download summary").click()
    page.element("download-text").click()
    assert page.downloaded("edited.txt").decode() == seen
    page.run("document.getElementById('text').focus()")
    keys(page, Keys.CONTROL, "z")
    page.until(lambda: page.text == before)


def test_the_text_wraps_in_reading_layout_and_not_in_others(page: Page) -> None:
    page.read(to_bytes(draw_page(*["many words on a line that is long"] * 5, size=(900, 400))))
    page.go("layout", "reading")
    width = "const box = document.getElementById('text'); return box.scrollWidth <= box.clientWidth"
    assert page.run(width)
    assert (
        page.run("return getComputedStyle(document.getElementById('text')).whiteSpace")
        == "pre-wrap"
    )
    page.go("layout", "page")
    assert page.run("return getComputedStyle(document.getElementById('text')).whiteSpace") == "pre"
    assert page.element("text").get_property("spellcheck")


STARTS_RIGHT = """
const text = document.getElementById("text");
const [first] = text.querySelectorAll("[data-line]"), room = text.getBoundingClientRect();
const { right } = first.getBoundingClientRect();
return [text.scrollWidth > text.clientWidth, first.dir, right <= room.right && right > room.left];
"""


@pytest.mark.parametrize("layout", ["page", "lines", "code"])
def test_text_from_right_to_left_begins_at_the_right_where_it_is_wide(
    phone: Page, layout: str
) -> None:
    sheet = Image.new("RGB", (1400, 260), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(ROOT / "fonts/DejaVuSans.ttf"), 32)
    for row, text in enumerate(
        ["(שלום) לכולם בבוקר הזה של יום ראשון בשבוע הבא אחרי החג", "מחיר הלחם"]
    ):
        draw.text((1360, 50 + 90 * row), text, "black", font, "ra", direction="rtl")
    phone.read(to_bytes(sheet), "hebrew.png")
    phone.find('button[data-tab="text"]').click()
    phone.go("layout", layout)
    assert phone.run(STARTS_RIGHT) == [True, "rtl", True]


def test_select_all_in_the_text_takes_the_text_alone(page: Page) -> None:
    text = page.read(RECEIPT)
    page.element("text").click()
    keys(page, Keys.CONTROL, "a")
    assert page.run("return String(getSelection())").strip() == text.strip()


def test_wide_characters_are_plain_text_and_fill_two_cells(page: Page) -> None:
    sheet = Image.new("RGB", (500, 120), "white")
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSansCJK.ttc"), 40)
    ImageDraw.Draw(sheet).text((40, 30), "合计金额 Total", "black", font)
    page.read(to_bytes(sheet))
    page.go("layout", "page")
    assert page.find("#text .wide").get_property("textContent") == "合计金额"
    assert (
        page.run("return getComputedStyle(document.querySelector('#text .wide')).letterSpacing")
        != "normal"
    )
    assert page.run("return find('合计金额')")


# Many


def test_many_pictures_are_read_and_one_that_fails_spoils_nothing(page: Page) -> None:
    page.choose(
        ("note.txt", b"words"),
        ("receipt.png", RECEIPT),
        ("broken.png", RECEIPT[:90]),
        ("letter.png", LETTER),
    )
    page.until(lambda: page.is_ready() and page.driver.current_url.count(",") == 1)
    told = items(page)
    assert told[0] == "note.txt – This is no picture or document that can be read."
    assert told[1] == "receipt.png"
    assert told[2].startswith("broken.png – The picture is damaged")
    assert told[3] == "letter.png"
    assert "TOTAL" in page.text
    page.find("#together summary").click()
    page.find("#together li:first-child a").click()
    text = page.downloaded("ocr_results.txt").decode()
    assert text.index("receipt.png") < text.index("TOTAL") < text.index("Dear reader")
    page.find("#together summary").click()
    page.find("#together li:nth-child(2) a").click()
    with zipfile.ZipFile(io.BytesIO(page.downloaded("ocr_results.zip"))) as archive:
        assert archive.namelist() == ["receipt.txt", "letter.txt"]
        assert "TOTAL" in archive.read("receipt.txt").decode()


def test_a_document_is_read_page_by_page(page: Page) -> None:
    assert "First page" in page.read(PDF, "scan.pdf")
    page.until(lambda: items(page) == ["scan.pdf – 2 pages"])
    page.element("next").click()
    page.until(lambda: page.is_ready() and "Second page" in page.text)
    assert page.has('#view[data-number="2"]')
    keys(page, Keys.ALT, Keys.PAGE_UP)
    page.until(lambda: page.is_ready() and "First page" in page.text)
    assert fetch(page, "#download-text").decode().count("\f") == 1


def test_a_folder_of_nothing_and_an_empty_file_are_told(page: Page) -> None:
    page.hand_over("drop", ("folder", b"", ""), ("empty.png", b"", "image/png"))
    page.until(lambda: len(items(page)) == 2)
    assert "no picture" in items(page)[0]
    assert "empty" in items(page)[1]


# Saving and copying


def test_downloads_equal_what_curl_gets(page: Page) -> None:
    page.read(RECEIPT, "receipt.png")
    links = page.run(
        "return [...document.querySelectorAll('#download a')]"
        ".map((link) => link.getAttribute('href'))"
    )
    assert len(links) == 13
    for link in links:
        if "img_json" in link or "docx" in link or "xlsx" in link:
            continue  # these tell the time
        page.find("#download summary").click()
        page.find(f'#download a[href="{link}"]').click()
        page.until(page.is_ready)
    for name, selector in (
        ("receipt.txt", "#download-text"),
        ("receipt.md", "#download a[href*='format=md']"),
        ("receipt.csv", "#download a[href*='format=csv']"),
        ("receipt.tsv", "#download a[href*='format=tsv']"),
        ("receipt.hocr", "#download a[href*='format=hocr']"),
        ("receipt.xml", "#download a[href*='format=alto']"),
        ("receipt_ocr.pdf", "#download a[href*=img_pdf]"),
        ("receipt_text.png", "#download-picture"),
        ("receipt_text.pdf", "#download a[href*='img_img'][href*='format=pdf']"),
        ("receipt_text.svg", "#download a[href*='img_img'][href*='format=svg']"),
    ):
        assert page.downloaded(name) == fetch(page, selector), name


@pytest.mark.parametrize("secure", [True, False])
def test_text_is_copied_with_and_without_https(page: Page, secure: bool) -> None:
    permissions = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    text = page.read(RECEIPT)
    page.run("window.clipboard = navigator.clipboard; clipboard.writeText('')")
    if not secure:
        page.run("Object.defineProperty(navigator, 'clipboard', {})")
    page.element("copy").click()
    wait_until(lambda: page.element("copy").text == "Copied")
    read = "window.clipboard.readText().then(arguments[0])"
    assert page.driver.execute_async_script(read) == text


@pytest.mark.parametrize("secure", [True, False])
def test_a_table_is_copied_for_spreadsheets_and_documents(page: Page, secure: bool) -> None:
    permissions = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    page.read(draw_table())
    page.run("window.clipboard = navigator.clipboard; clipboard.writeText('')")
    if not secure:
        page.run("Object.defineProperty(navigator, 'clipboard', {})")
    copy = page.find("#tables figure button")
    copy.click()
    wait_until(lambda: copy.text == "Copied")
    assert page.driver.execute_async_script(CLIPBOARD, "text/plain") == TABBED
    html = page.driver.execute_async_script(CLIPBOARD, "text/html")
    assert "19.50</td>" in html
    assert "data-line" not in html


def test_a_copied_cell_over_several_places_leaves_the_others_blank(page: Page) -> None:
    permissions = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    page.read(draw_table())
    page.run(
        "window.clipboard = navigator.clipboard;"
        "document.querySelector('#tables table').innerHTML = `<tr><th rowspan=2>A<th colspan=2>B"
        '<tr><td>C<td data-copied="\'=1">=1<tr><td>D<td>E<td>F`'
    )
    copy = page.find("#tables figure button")
    copy.click()
    wait_until(lambda: copy.text == "Copied")
    plain = page.driver.execute_async_script(CLIPBOARD, "text/plain")
    assert plain == "A\tB\t\n\tC\t'=1\nD\tE\tF"


def test_a_copied_picture_can_be_pasted_back(page: Page) -> None:
    page.read(RECEIPT)
    page.go("look", "redrawn")
    page.element("copy-picture").click()
    wait_until(lambda: page.element("copy-picture").text == "Copied")
    keys(page, Keys.CONTROL, "v")
    assert "CORNER SHOP" in page.wait_for("image.png")


def test_what_browsers_cannot_show_is_shown_by_the_service(page: Page) -> None:
    page.read(to_bytes(draw_page("TOTAL 42.50"), "TIFF"), "scan.tiff")
    width = "return document.getElementById(arguments[0]).naturalWidth"
    page.until(lambda: page.run(width, "original") == 640)
    page.go("look", "redrawn")
    page.until(lambda: page.run(width, "drawn") == 640)


# Waiting and failing


def test_an_upload_says_how_far_it_is(page: Page) -> None:
    slow = {"offline": False, "latency": 5, "download_throughput": 1e7}
    page.driver.set_network_conditions(**slow, upload_throughput=2e5)
    try:
        noise = to_bytes(Image.effect_noise((500, 500), 90).convert("RGB"))
        page.choose(("noise.png", noise))
        page.until(lambda: bool(re.fullmatch(r"Sending, [1-9]\d? %", page.element("doing").text)))
        assert page.element("share").get_property("value") > 0
    finally:
        page.driver.delete_network_conditions()


def test_a_busy_service_is_asked_again_after_the_seconds_that_it_names(page: Page) -> None:
    page.run(
        ANSWER, 503, {"Retry-After": "1"}, '{"error": {"code": "queue_full", "message": "Busy."}}'
    )
    page.choose(("receipt.png", RECEIPT))
    page.until(lambda: "Trying again in 1 s" in page.element("doing").text)
    assert "TOTAL" in page.wait_for("receipt.png")


def test_the_place_in_the_queue_is_told(page: Page) -> None:
    page.run(
        "const send = window.fetch; window.fetch = (url, options) => "
        "String(url).endsWith('/progress') ? Promise.resolve(new Response('{\"ahead\": 3}')) : "
        "String(url).includes('/view') ? new Promise(() => {}) : send(url, options);"
    )
    page.choose(("receipt.png", RECEIPT))
    page.until(lambda: page.element("doing").text == "In the queue, 3 before this one")


def test_a_result_that_is_gone_is_sent_again_where_the_picture_is_still_there(
    page: Page, live: LiveService
) -> None:
    page.read(RECEIPT)
    token = page.element("view").get_attribute("data-token")
    with urlopen(Request(f"{live.url}/results/{token}/forget", method="POST")):  # noqa: S310
        pass
    page.find("#view a[data-set*=lines]").click()
    page.until(lambda: page.is_ready() and page.text.startswith("CORNER SHOP\n"))
    assert page.element("view").get_attribute("data-token") != token


def test_a_result_that_is_gone_is_told_where_the_picture_is_not_there(
    page: Page, live: LiveService
) -> None:
    page.driver.get(f"{live.url}/results/{'a' * 24}")
    assert page.error().startswith("This result is no longer kept.")
    assert "TOTAL" in page.read(RECEIPT)


def test_forget_removes_all_that_was_sent(page: Page, live: LiveService) -> None:
    page.read(RECEIPT)
    address = page.driver.current_url
    page.element("forget").click()
    page.until(lambda: page.driver.current_url == f"{live.url}/")
    page.driver.get(address)
    assert page.error().startswith("This result is no longer kept.")


def test_an_error_is_the_services_own_sentence(page: Page) -> None:
    page.choose(("note.png", b"no picture at all"))
    assert page.error().startswith("This is not a picture or document we can read.")
    assert "TOTAL" in page.read(RECEIPT)
    assert not page.shows("error")


def test_too_large_a_file_is_refused_before_it_is_sent(page: Page) -> None:
    page.run(COUNT_UPLOADS)
    page.choose(("large.png", bytes(21_000_000)))
    assert page.error() == "The file has 21.0 MB, but this service takes 20.0 MB."
    assert page.run("return uploads") == 0


def test_a_service_out_of_reach_is_told_and_asked_again_by_a_key(page: Page) -> None:
    page.run(REFUSE_UPLOAD, 1)
    page.choose(("receipt.png", RECEIPT))
    assert page.error().startswith("The service cannot be reached.")
    keys(page, Keys.CONTROL, Keys.ENTER)
    assert "TOTAL" in page.wait_for("receipt.png")


def test_a_file_deleted_after_it_was_chosen_is_told_so(page: Page) -> None:
    page.run(
        "File.prototype.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) })"
    )
    page.run(REFUSE_UPLOAD, 1)
    page.choose(("receipt.png", RECEIPT))
    assert page.error().startswith("The file can no longer be read.")


def test_an_error_page_of_a_proxy_is_told_by_its_status(page: Page) -> None:
    page.run(ANSWER, 502, {}, "<html>")
    page.choose(("receipt.png", RECEIPT))
    assert "502" in page.error()


def test_an_encrypted_document_asks_for_its_password(page: Page) -> None:
    page.choose(("locked.pdf", locked_pdf()))
    assert page.error().startswith("The document is encrypted.")
    page.element("password").send_keys("secret", Keys.ENTER)
    assert "TOTAL" in page.wait_for("locked.pdf")


def locked_pdf() -> bytes:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(to_bytes(draw_page("TOTAL 42.50"), "PDF"))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="secret", owner="owner"))
    return locked.getvalue()


def test_cancel_keeps_the_result_before_and_the_focus(page: Page) -> None:
    before = page.read(RECEIPT)
    page.run(ANSWER_LATE)
    link = page.find("#view a[data-set*=lines]")
    link.click()
    wait_until(lambda: page.shows("news"))
    keys(page, Keys.ESCAPE)
    assert not page.shows("news")
    assert page.text == before
    assert page.run("return document.activeElement === arguments[0]", link)
    page.go("layout", "lines")


# Keys, languages, screens


def test_keyboard_alone_does_the_whole_job(page: Page) -> None:
    page.choose(("receipt.png", RECEIPT), ("letter.png", LETTER))
    page.until(lambda: page.is_ready() and page.driver.current_url.count(",") == 1)
    keys(page, Keys.ALT, Keys.ARROW_DOWN)
    assert "Dear reader" in page.wait_for("letter.png")
    page.run("document.querySelector('#view a[data-set*=lines]').focus()")
    keys(page, Keys.ENTER)
    page.until(lambda: page.is_ready() and page.has("#view a[data-set*=lines][aria-current]"))
    assert page.run("return document.activeElement.dataset.set.includes('lines')")
    page.find("#download summary").send_keys(Keys.ENTER)
    page.element("download-text").send_keys(Keys.ENTER)
    assert page.downloaded("letter.txt").decode() == page.text
    page.run("document.getElementById('stage').focus()")
    keys(page, "?")
    assert page.shows("keys")
    keys(page, Keys.ESCAPE)
    assert not page.shows("keys")


def test_chinese_is_spoken_on_every_part_and_remembered(page: Page) -> None:
    page.find(".corner a[lang=zh]").click()
    assert page.run("return document.documentElement.lang") == "zh"
    page.choose(("note.png", b"no picture at all"))
    assert re.search(r"[一-鿿]", page.error())
    page.read(RECEIPT)
    for part in ("#view .said .tools", "#view .seen .tools", "footer"):
        assert re.search(r"[一-鿿]", page.find(part).text), part
    page.driver.refresh()
    assert page.run("return document.documentElement.lang") == "zh"


def test_a_wide_screen_is_used_whole(page: Page) -> None:
    screen = {"width": 2560, "height": 1440, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        page.read(RECEIPT)
        assert page.element("view").size["width"] > 2400
        assert page.element("view").size["height"] > 1200
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_phone_has_tabs_and_never_scrolls_sideways(phone: Page) -> None:
    width = "return document.scrollingElement.scrollWidth"
    assert phone.run(width) == 360
    phone.read(RECEIPT, "a-name-without-a-single-space-" * 4 + ".png")
    assert phone.shows("sheet")
    assert not phone.shows("text")
    phone.find(".tabs [data-tab=text]").click()
    assert phone.shows("text")
    assert phone.run(width) == 360
    phone.find(".tabs [data-tab=picture]").click()
    phone.go("look", "redrawn")
    assert phone.run(width) == 360


def test_a_table_on_a_phone_never_makes_the_page_scroll_sideways(phone: Page) -> None:
    phone.read(draw_table())
    phone.find(".tabs [data-tab=text]").click()
    assert phone.find("#tables table").is_displayed()
    assert phone.run("return document.scrollingElement.scrollWidth") == 360


def test_a_phone_tells_beside_the_picture_that_there_is_no_text(phone: Page) -> None:
    phone.read(to_bytes(draw_page()), "blank.png")
    assert phone.shows("sheet")
    assert phone.shows("wordless")


def test_a_phone_offers_its_camera(phone: Page) -> None:
    assert phone.element("camera").get_attribute("capture") == "environment"
    assert phone.find(".photo").is_displayed()


def test_nothing_that_can_be_pressed_is_too_small_for_a_finger(phone: Page) -> None:
    phone.read(RECEIPT)
    small = phone.run(
        "return [...document.querySelectorAll('main button, main a, main summary')]"
        ".map((each) => [each.textContent.trim() || each.ariaLabel, each.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && Math.min(box.width, box.height) < 32)"
        ".map(([name, box]) => `${name} ${box.width} x ${box.height}`)"
    )
    assert small == []


def test_what_is_chosen_is_seen_in_forced_colours(page: Page) -> None:
    page.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "forced-colors", "value": "active"}]}
    )
    try:
        style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        assert page.run(style, ".frame", "borderTopStyle") == "solid"
        page.read(RECEIPT)
        assert page.run(style, ".switch [aria-current]", "outlineStyle") == "solid"
        assert page.run(style, "#items [aria-current]", "outlineStyle") == "solid"
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_first_load_is_small_still_and_all_from_here(page: Page, live: LiveService) -> None:
    entries = page.run(
        "return ['resource', 'navigation'].flatMap((kind) => performance.getEntriesByType(kind))"
        ".map(({ name, transferSize }) => [name, transferSize])"
    )
    assert all(str(name).startswith(live.url) for name, _ in entries)
    assert 0 < sum(size for _, size in entries) < 60_000
    shift = page.driver.execute_async_script(
        "const done = arguments[0]; let sum = 0; new PerformanceObserver((list) => {"
        "for (const entry of list.getEntries()) sum += entry.value;"
        "}).observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 200);"
    )
    assert shift < 0.01


# Without scripts


def patiently(attempt: Callable[[], bool]) -> None:
    """Try until it succeeds: one page may give way to the next in between."""

    def tried() -> bool:
        with suppress(WebDriverException):
            return attempt()
        return False

    wait_until(tried, seconds=40)


def follow(form: Page, selector: str) -> None:
    """Follow a link where no script can tell what is there."""

    def clicked() -> bool:
        form.find(selector).click()
        return True

    patiently(clicked)


def says(form: Page, text: str) -> bool:
    """Wait until the text of a page is there and holds this."""
    patiently(lambda: text in seen(form).text)
    return True


def scriptless_read(form: Page, *files: tuple[str, bytes]) -> None:
    form.choose(*files)
    form.element("read").click()


def seen(form: Page) -> Any:
    return form.element("text")


def test_the_whole_job_is_done_without_scripts(form: Page) -> None:
    scriptless_read(form, ("receipt.png", RECEIPT))
    assert says(form, "TOTAL 42.50")
    assert form.find("#overlay text").text == "CORNER SHOP"
    follow(form, "#view a[data-set*=lines]")
    patiently(lambda: seen(form).text == "CORNER SHOP\nBread 2.40\nTOTAL 42.50")
    follow(form, "#view a[data-set*=redrawn]")
    patiently(lambda: form.element("drawn").size["width"] > 100)
    follow(form, '#view a[data-set*=\'"color": "keep"\']')
    follow(form, "#view a[href*='orientation=270']")
    follow(form, "#view a[href*='orientation=0']")
    patiently(lambda: "orientation=0" in form.driver.current_url)
    follow(form, "#part summary")
    form.element("region").clear()
    form.element("region").send_keys("0,0,100%,20%", Keys.ENTER)
    patiently(lambda: seen(form).text == "CORNER SHOP")
    form.find("#download summary").click()
    form.element("download-text").click()
    assert form.downloaded("receipt.txt").decode().strip() == seen(form).text
    form.element("forget").click()
    patiently(lambda: form.find("#image").is_enabled())


def test_tables_and_rules_are_shown_without_scripts(form: Page) -> None:
    scriptless_read(form, ("table.png", draw_table()))
    assert says(form, "Spade")
    assert form.find("#tables tbody td").text == "Spade"
    assert not form.find("#tables figure button").is_displayed()
    follow(form, "#rules")
    patiently(lambda: "----" in seen(form).text)
    form.find("#tables a[href*=csv]").click()
    assert form.downloaded("table.csv").decode().splitlines()[1] == "Spade,19.50"


def test_many_pictures_are_read_without_scripts(form: Page) -> None:
    scriptless_read(form, ("receipt.png", RECEIPT), ("letter.png", LETTER))
    assert says(form, "TOTAL")
    follow(form, "#items li:nth-child(2) a")
    assert says(form, "Dear reader")


def test_a_picture_that_fails_among_others_is_told_without_scripts(form: Page) -> None:
    scriptless_read(form, ("broken.png", b"nothing"), ("letter.png", LETTER))
    patiently(lambda: form.find("#items .failed .state").text.startswith("This is not a picture"))
    follow(form, "#items li:nth-child(2) a")
    assert says(form, "Dear reader")


def test_a_document_is_turned_without_scripts(form: Page) -> None:
    scriptless_read(form, ("scan.pdf", PDF))
    assert says(form, "First page")
    follow(form, "#next")
    assert says(form, "Second page")


def test_an_error_page_without_scripts_has_a_way_back(form: Page) -> None:
    scriptless_read(form, ("note.png", b"no picture at all"))
    sentence = "This is not a picture or document we can read."
    wait_until(lambda: form.driver.title.startswith(sentence))
    assert form.find("h1").text == form.driver.title
    form.find("a.button").click()
    patiently(lambda: form.find("#image").is_enabled())


def test_every_url_keeps_the_path_prefix(live: LiveService) -> None:
    page = live.get("/", **{"X-Forwarded-Prefix": "/ocr"}).text
    urls = re.findall(r'(?:href|src|action|formaction)="([^"]*)"', page)
    assert urls
    assert [url for url in urls if not url.startswith(("/ocr/", "?"))] == []
