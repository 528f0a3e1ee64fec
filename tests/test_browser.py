from __future__ import annotations

import base64
import io
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from selenium import webdriver
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.conftest import ROOT, LiveService, draw_page, find_program, needs, to_bytes, wait_until

CHROMIUM, CHROMEDRIVER = find_program("chromium"), find_program("chromedriver")
CHROMIUM_ARGUMENTS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--force-prefers-reduced-motion"
)
WEBKIT_DRIVER = find_program("WebKitWebDriver")
MINIBROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"), None)
XVFB = find_program("Xvfb")

RECEIPT = to_bytes(draw_page("CORNER SHOP", "Bread 2.40", "TOTAL 42.50"))
LETTER = to_bytes(draw_page("Dear reader", "all is well"))

HAND_OVER = """
const [way, data, name] = arguments;
const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
const transfer = new DataTransfer();
transfer.items.add(new File([bytes], name, { type: "image/png" }));
const options = { bubbles: true, cancelable: true };
document.body.dispatchEvent(
  way === "drop"
    ? new DragEvent("drop", { ...options, dataTransfer: transfer })
    : new ClipboardEvent("paste", { ...options, clipboardData: transfer }),
);
"""
ANSWER_LATE = """
const send = window.fetch;
window.fetch = () => new Promise((resolve) => {
  window.fetch = send;
  window.answerLate = () => resolve(new Response("late"));
});
"""
CELL_WIDTHS = """
const text = document.getElementById("text");
const probe = text.appendChild(document.createElement("span"));
probe.textContent = "00";
return [text.querySelector(".wide"), probe].map((cell) => cell.getBoundingClientRect().width);
"""

pytestmark = needs(chromium=CHROMIUM, chromium_driver=CHROMEDRIVER)


class Page:
    """The service's page in a browser, as a user handles it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def element(self, name: str) -> WebElement:
        element: WebElement = self.driver.find_element(By.ID, name)
        return element

    def shows(self, name: str) -> bool:
        return self.element(name).is_displayed()

    def choose(self, data: bytes, name: str = "picture.png") -> None:
        path = self.folder / name
        path.write_bytes(data)
        self.element("image").send_keys(str(path))

    def option(self, name: str, value: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, f"[name={name}][value={value}]").click()

    def get_text(self) -> str:
        self.element("get-text").click()
        wait_until(lambda: self.shows("text"), seconds=30)
        return self.text

    def get_picture(self) -> WebElement:
        """Ask for the picture and return its image, loaded."""
        self.element("get-picture").click()
        wait_until(lambda: self.shows("picture"), seconds=30)
        image: WebElement = self.driver.find_element(By.CSS_SELECTOR, "#picture img")
        wait_until(lambda: bool(image.get_property("complete")))
        return image

    def get_error(self) -> str:
        self.element("get-text").click()
        wait_until(lambda: self.shows("error"), seconds=30)
        return self.element("error").text

    @property
    def text(self) -> str:
        return str(self.element("text").get_property("textContent"))

    def downloaded(self, name: str) -> bytes:
        """Return a file once the browser has saved it under exactly this name."""
        path = self.folder / "downloads" / name
        # Chromium reserves the name with an empty file, which it then replaces.
        wait_until(lambda: path.exists() and path.stat().st_size > 0, seconds=30)
        return path.read_bytes()

    def hand_over(self, way: str, data: bytes, name: str) -> None:
        """Send the page the event of a picture dropped or pasted."""
        self.driver.execute_script(HAND_OVER, way, base64.b64encode(data).decode(), name)


@contextmanager
def chromium(folder: Path, *arguments: str) -> Iterator[Page]:
    """Run Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (*CHROMIUM_ARGUMENTS.split(), f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    downloads = {"download.default_directory": str(folder / "downloads")}
    options.add_experimental_option("prefs", downloads)
    driver = webdriver.Chrome(options, ChromeService(str(CHROMEDRIVER)))
    try:
        yield Page(driver, folder)
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(browser: Page, live: LiveService) -> Iterator[Page]:
    """Return the page, freshly opened; it must not complain on the console."""
    browser.driver.get(live.url)
    yield browser
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


def test_everything_the_page_asks_for_is_there(page: Page) -> None:
    assert page.driver.get_log("browser") == []


def test_chosen_picture_is_previewed_with_name_and_size(page: Page) -> None:
    page.choose(RECEIPT, "receipt.png")
    wait_until(lambda: "640 × 400" in page.element("facts").text)
    assert page.element("name").text == "receipt.png"
    assert page.driver.find_element(By.CSS_SELECTOR, "#preview img").is_displayed()


def test_text_is_shown_and_saved_under_the_pictures_name(page: Page) -> None:
    page.choose(RECEIPT, "收据 café.png")
    text = page.get_text()
    assert "TOTAL 42.50" in text
    assert page.element("title").text == "收据 café.txt"
    page.element("download").click()
    assert page.downloaded("收据 café.txt").decode() == text


def test_picture_is_shown_and_saved_in_its_own_format(page: Page) -> None:
    page.choose(to_bytes(draw_page("TOTAL 42.50"), "JPEG"), "scan.jpg")
    page.option("result", "picture")
    assert page.get_picture().get_property("naturalWidth") == 640
    page.element("download").click()
    with Image.open(io.BytesIO(page.downloaded("scan_text.jpg"))) as saved:
        assert (saved.format, saved.size) == ("JPEG", (640, 400))


def test_picture_options_reach_the_service(page: Page) -> None:
    grey = Image.new("RGB", (640, 400), (200, 200, 200))
    ImageDraw.Draw(grey).text((40, 40), "TOTAL 42.50", fill="black", font_size=32)
    page.choose(to_bytes(grey), "grey.png")
    page.option("result", "picture")
    page.option("white_background", "false")
    assert page.element("colors").get_property("disabled")
    page.get_picture()
    page.element("download").click()
    with Image.open(io.BytesIO(page.downloaded("grey_text.png"))) as saved:
        assert saved.convert("RGB").getpixel((600, 380)) == (200, 200, 200)


def test_layout_reaches_the_service(page: Page) -> None:
    page.choose(RECEIPT)
    page.option("layout", "lines")
    assert page.get_text().splitlines() == ["CORNER SHOP", "Bread 2.40", "TOTAL 42.50"]


def test_wide_characters_fill_two_cells(page: Page) -> None:
    sheet = Image.new("RGB", (400, 120), "white")
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSansCJK.ttc"), 40)
    ImageDraw.Draw(sheet).text((40, 30), "合计 Total", "black", font)
    page.choose(to_bytes(sheet))
    assert "合计" in page.get_text()
    wide, two_cells = page.driver.execute_script(CELL_WIDTHS)
    assert wide == pytest.approx(two_cells, abs=0.1)


def test_another_picture_follows_without_a_reload(page: Page) -> None:
    page.choose(RECEIPT)
    assert "TOTAL" in page.get_text()
    page.choose(LETTER, "letter.png")
    assert not page.shows("text")
    assert "Dear reader" in page.get_text()


def test_a_picture_seen_before_is_told_to_be_cached(page: Page) -> None:
    page.choose(RECEIPT)
    page.get_text()
    page.get_text()
    assert page.element("timing").text == "cached"


def test_blank_picture_is_told_to_hold_no_text(page: Page) -> None:
    page.choose(to_bytes(draw_page()))
    page.element("get-text").click()
    wait_until(lambda: page.shows("wordless"), seconds=30)
    assert not page.shows("copy")


def test_error_is_shown_as_the_services_sentence(page: Page) -> None:
    page.choose(b"no picture at all", "note.png")
    assert page.get_error().startswith("This is not a picture or document we can read.")
    page.choose(RECEIPT)
    assert not page.shows("error")
    assert "TOTAL" in page.get_text()


def test_submit_without_a_picture_asks_for_one(page: Page) -> None:
    assert page.get_error() == "Choose a picture first."


def test_too_large_a_file_is_refused_before_it_is_sent(page: Page) -> None:
    page.driver.execute_script("window.fetch = () => { throw new Error('sent'); }")
    page.choose(bytes(21_000_000), "large.png")
    sentence = "The file has 21.0 MB, but this service takes 20.0 MB."
    assert page.element("error").text == sentence
    assert page.get_error() == sentence


def test_a_service_out_of_reach_is_told(page: Page) -> None:
    page.choose(RECEIPT)
    page.driver.execute_script("window.fetch = () => Promise.reject(new TypeError('no network'))")
    assert page.get_error().startswith("The service cannot be reached.")


def test_an_error_page_of_a_proxy_is_told_by_its_status(page: Page) -> None:
    page.choose(RECEIPT)
    page.driver.execute_script("window.fetch = async () => new Response('<html>', { status: 502 })")
    assert "502" in page.get_error()


def test_late_answer_for_an_earlier_picture_is_dropped(page: Page) -> None:
    page.choose(RECEIPT)
    page.driver.execute_script(ANSWER_LATE)
    page.element("get-text").click()
    assert page.shows("working")
    page.choose(LETTER, "letter.png")
    assert "Dear reader" in page.get_text()
    page.driver.execute_async_script("window.answerLate(); setTimeout(arguments[0], 100)")
    assert "Dear reader" in page.text


def test_cancel_ends_the_wait(page: Page) -> None:
    page.choose(RECEIPT)
    page.driver.execute_script("window.fetch = () => new Promise(() => {})")
    page.element("get-text").click()
    page.element("cancel").click()
    assert page.shows("hint")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_dropped_or_pasted_picture_is_read(page: Page, way: str) -> None:
    page.hand_over(way, RECEIPT, "handed over.png")
    assert page.element("name").text == "handed over.png"
    assert "TOTAL 42.50" in page.get_text()


@pytest.mark.parametrize("secure", [True, False])
def test_text_is_copied_with_and_without_https(page: Page, secure: bool) -> None:
    permissions = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    page.choose(RECEIPT)
    text = page.get_text()
    page.driver.execute_script("window.clipboard = navigator.clipboard; clipboard.writeText('')")
    if not secure:
        page.driver.execute_script("Object.defineProperty(navigator, 'clipboard', {})")
    page.element("copy").click()
    wait_until(lambda: page.element("copy").text == "Copied")
    read = "window.clipboard.readText().then(arguments[0])"
    assert page.driver.execute_async_script(read) == text


def test_copied_picture_can_be_pasted_back(page: Page) -> None:
    page.choose(RECEIPT)
    page.option("result", "picture")
    page.get_picture()
    page.element("copy").click()
    wait_until(lambda: page.element("copy").text == "Copied")
    ActionChains(page.driver).key_down(Keys.CONTROL).send_keys("v").key_up(Keys.CONTROL).perform()
    wait_until(lambda: page.element("name").text == "image.png")
    page.option("result", "text")
    assert "CORNER SHOP" in page.get_text()


def test_tiff_has_a_note_in_place_of_a_preview(page: Page) -> None:
    page.choose(to_bytes(draw_page("TOTAL 42.50"), "TIFF"), "scan.tiff")
    wait_until(lambda: "no preview" in page.element("preview").text)
    assert "TOTAL 42.50" in page.get_text()
    page.option("result", "picture")
    page.element("get-picture").click()
    wait_until(lambda: page.shows("unseeable"), seconds=30)
    assert page.shows("download")
    assert not page.shows("copy")


def test_keyboard_alone_chooses_and_submits(page: Page) -> None:
    page.choose(RECEIPT)
    page.driver.execute_script("document.getElementById('image').focus()")
    ActionChains(page.driver).send_keys(Keys.TAB, Keys.ARROW_RIGHT, Keys.ENTER).perform()
    wait_until(lambda: page.shows("picture"), seconds=30)


def test_phone_never_scrolls_sideways(page: Page) -> None:
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        width = "return document.scrollingElement.scrollWidth"
        assert page.driver.execute_script(width) == 360
        page.choose(RECEIPT, "a-name-without-a-single-space-" * 4 + ".png")
        page.get_text()
        assert page.driver.execute_script(width) == 360
        page.option("result", "picture")
        page.get_picture().click()
        assert page.element("zoom").get_attribute("aria-pressed") == "true"
        assert page.driver.execute_script(width) == 360
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_form_without_scripts_downloads_the_text(form: Page) -> None:
    form.choose(RECEIPT, "receipt.png")
    form.element("get-text").click()
    assert b"TOTAL 42.50" in form.downloaded("receipt.txt")


def test_form_without_scripts_downloads_the_picture(form: Page) -> None:
    form.choose(RECEIPT, "receipt.png")
    form.element("get-picture").click()
    assert form.downloaded("receipt_text.png").startswith(b"\x89PNG")


def test_form_without_scripts_shows_an_error_page_with_a_way_back(form: Page) -> None:
    form.choose(b"no picture at all", "note.png")
    form.element("get-text").click()
    wait_until(
        lambda: form.driver.title.startswith("This is not a picture or document we can read."),
        seconds=30,
    )
    assert form.driver.find_element(By.TAG_NAME, "h1").text == form.driver.title
    form.driver.find_element(By.CSS_SELECTOR, "a.button").click()
    wait_until(lambda: bool(form.driver.find_elements(By.ID, "image")))


def test_every_url_keeps_the_path_prefix(live: LiveService) -> None:
    page = live.get("/", **{"X-Forwarded-Prefix": "/ocr"}).text
    urls = re.findall(r'(?:href|src|action|formaction)="([^"]*)"', page)
    assert urls
    assert [url for url in urls if not url.startswith("/ocr/")] == []


@contextmanager
def display() -> Iterator[str]:
    """Run an X server that shows nothing and return its name."""
    read, write = os.pipe()
    command = [str(XVFB), "-displayfd", str(write), "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.filterwarnings("ignore:setting remote_server_addr")  # selenium's own
@needs(webkit2gtk_driver=WEBKIT_DRIVER if MINIBROWSER else None, xvfb=XVFB)
def test_webkit_shows_text_and_picture(live: LiveService, tmp_path: Path) -> None:
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(MINIBROWSER)
    options.add_argument("--automation")
    with display() as name:
        env = {**os.environ, "DISPLAY": name, "HOME": str(tmp_path), "GDK_BACKEND": "x11"}
        driver = webdriver.WebKitGTK(options, WebKitService(str(WEBKIT_DRIVER), env=env))
        try:
            driver.get(live.url)
            page = Page(driver, tmp_path)
            page.choose(RECEIPT)
            assert "TOTAL 42.50" in page.get_text()
            page.option("result", "picture")
            assert page.get_picture().get_property("naturalWidth") == 640
        finally:
            driver.quit()
