"""The page in real browsers, as a user handles it."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import ImageDraw
from selenium import webdriver
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.conftest import draw_page, find_program, to_bytes, wait_until

CHROMIUM, CHROMEDRIVER = find_program("chromium"), find_program("chromedriver")
WEBKIT_DRIVER = find_program("WebKitWebDriver")
MINIBROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"), None)
XVFB = find_program("Xvfb")

RECEIPT = to_bytes(draw_page("CORNER SHOP", "Bread 2.40", "TOTAL 42.50"))
LETTER = to_bytes(draw_page("Dear reader", "all is well"))
STOCK = (("Article", "Price"), ("Spade", "19.50"), ("Rake", "17.20"), ("Hose", "45.00"))
"""What `draw_table()` draws, row by row."""

_CHROMIUM_ARGUMENTS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--force-prefers-reduced-motion --window-size=1440,900"
)

# The events of files that are dropped or pasted.
_HAND_OVER = """
const [way, files] = arguments;
const transfer = new DataTransfer();
for (const [name, data, type] of files) {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  transfer.items.add(new File([bytes], name, { type }));
}
const options = { bubbles: true, cancelable: true };
document.body.dispatchEvent(
  way === "drop"
    ? new DragEvent("drop", { ...options, dataTransfer: transfer })
    : new ClipboardEvent("paste", { ...options, clipboardData: transfer }),
);
"""
_IS_READY = """
const view = document.getElementById("view");
const news = document.getElementById("news");
return Boolean(view) && news.hidden && !document.querySelector("[data-busy]");
"""


def draw_table() -> bytes:
    """Draw a table with a rule under its names."""
    picture = draw_page(size=(640, 400))
    draw = ImageDraw.Draw(picture)
    for row, texts in enumerate(STOCK):
        for column, text in enumerate(texts):
            draw.text((60 + 340 * column, 50 + 70 * row), text, fill="black", font_size=32)
    draw.line([(40, 102), (600, 102)], fill="black", width=3)
    return to_bytes(picture)


class Page:
    """The service's page in a browser."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script on the page as a function's body and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def element(self, name: str) -> Any:
        """Return the element of an id."""
        return self.driver.find_element("id", name)

    def find(self, selector: str) -> Any:
        """Return the first element that a CSS selector finds."""
        return self.driver.find_element("css selector", selector)

    def has(self, selector: str) -> bool:
        """Tell whether a CSS selector finds anything."""
        return bool(self.run("return document.querySelector(arguments[0]) !== null", selector))

    def shows(self, name: str) -> bool:
        """Tell whether an element is there and seen."""
        return self.has(f"#{name}") and bool(self.element(name).is_displayed())

    def choose(self, *files: tuple[str, bytes]) -> None:
        """Choose files, each with its name."""
        paths = []
        for name, data in files:
            path = self.folder / name
            path.write_bytes(data)
            paths.append(str(path))
        self.element("image").send_keys("\n".join(paths))

    def read(self, data: bytes, name: str = "picture.png") -> str:
        """Choose a picture and return its text once it is read."""
        self.choose((name, data))
        return self.wait_for(name)

    def wait_for(self, name: str) -> str:
        """Wait until a picture is read and looked at, and return its text."""
        self.until(lambda: self.is_ready() and name in self.driver.title)
        return self.text

    def is_ready(self) -> bool:
        """Tell whether a result is shown and nothing is under way."""
        return bool(self.run(_IS_READY))

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what takes a reading at most."""
        wait_until(condition, seconds=40)

    def go(self, name: str, value: str) -> None:
        """Look at the result in another way, and wait until it is shown so."""
        link = f'#view a[data-set*=\'"{name}": "{value}"\']'
        self.find(link).click()
        self.until(lambda: self.is_ready() and self.has(f"{link}[aria-current]"))

    def error(self) -> str:
        """Return what went wrong, once it did."""
        self.until(lambda: self.shows("error"))
        return str(self.element("error").text)

    @property
    def text(self) -> str:
        """Return the text beside the picture."""
        return str(self.element("text").get_property("textContent"))

    def downloaded(self, name: str) -> bytes:
        """Return a file once the browser has saved it under exactly this name."""
        path = self.folder / "downloads" / name
        # Chromium reserves the name with an empty file, which it then replaces.
        wait_until(lambda: path.exists() and path.stat().st_size > 0, seconds=30)
        return path.read_bytes()

    def hand_over(self, way: str, *files: tuple[str, bytes, str]) -> None:
        """Send the page the event of files dropped or pasted: name, content and type."""
        handed = [(name, base64.b64encode(data).decode(), kind) for name, data, kind in files]
        self.run(_HAND_OVER, way, handed)


@contextmanager
def chromium(folder: Path, *arguments: str) -> Iterator[Page]:
    """Run Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (*_CHROMIUM_ARGUMENTS.split(), f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    downloads = {
        "download.default_directory": str(folder / "downloads"),
        "intl.accept_languages": "en",
    }
    options.add_experimental_option("prefs", downloads)
    driver = webdriver.Chrome(options, ChromeService(str(CHROMEDRIVER)))
    try:
        yield Page(driver, folder)
    finally:
        driver.quit()


@contextmanager
def webkit(folder: Path) -> Iterator[Page]:
    """Run WebKitGTK's smallest browser, on a screen that nobody sees."""
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(MINIBROWSER)
    options.add_argument("--automation")
    with _display() as name:
        env = {**os.environ, "DISPLAY": name, "HOME": str(folder), "GDK_BACKEND": "x11"}
        driver = webdriver.WebKitGTK(options, WebKitService(str(WEBKIT_DRIVER), env=env))
        try:
            yield Page(driver, folder)
        finally:
            driver.quit()


@contextmanager
def _display() -> Iterator[str]:
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
