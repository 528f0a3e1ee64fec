"""Every state of the page under axe-core: light and dark, on a phone and on a desktop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from picture.wheels import Member, Wheelhouse
from tests.browsers import CHROMEDRIVER, CHROMIUM, RECEIPT, Page, chromium, draw_table
from tests.conftest import LiveService, draw_page, needs, to_bytes

pytestmark = needs(chromium=CHROMIUM, chromium_driver=CHROMEDRIVER)

AXE = Member(
    "axe-playwright-python",
    "0.1.8",
    "axe_playwright_python/axe.min.js",
    "84494fec757e4710dc751c8d7a636e457f4532f08f85c86dc9070133fbff53bc",
)
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run({ resultTypes: ["violations"] }).then(({ violations }) => done(JSON.stringify(
  violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]),
)));
"""


def fresh(page: Page) -> None:
    pass


def reading(page: Page) -> None:
    page.run(
        "const send = window.fetch; window.fetch = (url, options) => "
        "String(url).includes('/view') ? new Promise(() => {}) : send(url, options);"
    )
    page.choose(("receipt.png", RECEIPT))
    page.until(lambda: page.shows("news"))


def text(page: Page) -> None:
    page.read(RECEIPT)
    page.run("document.querySelector('.tabs [data-tab=text]').click()")


def redrawn(page: Page) -> None:
    page.read(RECEIPT)
    page.go("look", "redrawn")


def menu(page: Page) -> None:
    text(page)
    page.run("document.querySelector('#download').open = true")


def tables(page: Page) -> None:
    page.read(draw_table())
    page.run("document.querySelector('.tabs [data-tab=text]').click()")


def part(page: Page) -> None:
    page.read(RECEIPT)
    page.run("document.querySelector('#part').open = true")


def wordless(page: Page) -> None:
    page.read(to_bytes(draw_page()))


def failed(page: Page) -> None:
    page.choose(("note.txt", b"words"), ("broken.png", b"nothing"), ("receipt.png", RECEIPT))
    page.until(lambda: page.run("return document.querySelectorAll('.failed').length") == 2)
    page.wait_for("receipt.png")
    page.run("document.querySelector('#items .name').click()")


def dialog(page: Page) -> None:
    page.run("document.getElementById('keys').showModal()")


STATES = (fresh, reading, text, redrawn, menu, tables, part, wordless, failed, dialog)


@pytest.fixture(scope="module")
def axe() -> str:
    with Wheelhouse() as wheels:
        return wheels.read([AXE]).decode()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("axe")) as page:
        yield page


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(
    browser: Page, live: LiveService, axe: str, state: Callable[[Page], None]
) -> None:
    command = browser.driver.execute_cdp_cmd
    # Its own scripts are not the page's.
    command("Page.setBypassCSP", {"enabled": True})
    found = {}
    browser.driver.get(live.url)
    state(browser)
    for width in (320, 1440):
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
        command("Emulation.setDeviceMetricsOverride", screen)
        for scheme in ("light", "dark"):
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            command("Emulation.setEmulatedMedia", {"features": features})
            browser.run(axe)
            violations = json.loads(browser.driver.execute_async_script(RUN_AXE))
            if violations:
                found[width, scheme] = violations
    command("Emulation.clearDeviceMetricsOverride", {})
    assert found == {}


def test_the_page_without_scripts_is_as_good(live: LiveService, browser: Page, axe: str) -> None:
    browser.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.driver.get(live.url)
    browser.read(RECEIPT)
    browser.driver.get(browser.driver.current_url)
    browser.run(axe)
    assert json.loads(browser.driver.execute_async_script(RUN_AXE)) == []
