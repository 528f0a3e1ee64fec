"""The page in every engine: what they are known to do differently."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsers import (
    CHROMEDRIVER,
    CHROMIUM,
    MINIBROWSER,
    RECEIPT,
    WEBKIT_DRIVER,
    XVFB,
    Page,
    chromium,
    draw_table,
    webkit,
)
from tests.conftest import LiveService, needs, wait_until
from tests.firefox import FIREFOX, firefox

SELECT_AND_COPY = """
const lines = [...document.querySelectorAll("#overlay text")];
getSelection().setBaseAndExtent(lines[0].firstChild, 0, lines.at(-1).firstChild, 5);
const options = { clipboardData: new DataTransfer(), bubbles: true, cancelable: true };
const copy = new ClipboardEvent("copy", options);
lines[0].dispatchEvent(copy);
return copy.clipboardData.getData("text/plain");
"""
FILL_OF_SELECTION = """
const line = document.querySelector("#overlay text");
return getComputedStyle(line, "::selection").fill;
"""
LENGTHS = """
const page = document.getElementById("sheet").getBoundingClientRect().width / 640;
return [...document.querySelectorAll("#overlay text")].map((line) => [
  line.getBoundingClientRect().width / page, Number(line.getAttribute("textLength")),
]);
"""
EDIT = """
const span = document.querySelector('#text [data-line="2"]');
document.getElementById("text").focus();
getSelection().selectAllChildren(span);
document.execCommand("insertText", false, "SUM 99.99");
"""
TRANSPARENT = ("rgba(0, 0, 0, 0)", "transparent")


@pytest.fixture(
    params=[
        pytest.param("chromium", marks=needs(chromium=CHROMIUM, chromium_driver=CHROMEDRIVER)),
        pytest.param("firefox", marks=needs(firefox_esr=FIREFOX)),
        pytest.param(
            "webkit",
            marks=[
                needs(webkit2gtk_driver=WEBKIT_DRIVER if MINIBROWSER else None, xvfb=XVFB),
                # Selenium's own.
                pytest.mark.filterwarnings("ignore:setting remote_server_addr"),
            ],
        ),
    ],
    scope="module",
)
def page(
    request: pytest.FixtureRequest, live: LiveService, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """Return the page in an engine, with a receipt read."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    if request.param == "firefox":
        with firefox(folder) as driver:
            yield with_receipt(Page(driver, folder), live)
    else:
        with {"chromium": chromium, "webkit": webkit}[request.param](folder) as page:
            yield with_receipt(page, live)


def with_receipt(page: Page, live: LiveService) -> Page:
    page.driver.get(live.url)
    assert "TOTAL 42.50" in page.read(RECEIPT)
    return page


def test_text_is_as_long_as_on_the_picture(page: Page) -> None:
    for drawn, told in page.run(LENGTHS):
        assert drawn == pytest.approx(told, rel=0.1)


def test_lines_are_copied_as_lines(page: Page) -> None:
    assert page.run(SELECT_AND_COPY) == "CORNER SHOP\nBread 2.40\nTOTAL"


def test_selected_letters_are_not_painted_over_the_pictures_own(page: Page) -> None:
    # WebKit tells no fill of a selection; what it shows was looked at.
    assert page.run(FILL_OF_SELECTION) in (*TRANSPARENT, "")


def test_the_text_is_corrected_and_drawn_anew(page: Page) -> None:
    page.go("look", "redrawn")
    page.until(lambda: page.run("return document.getElementById('drawn').naturalWidth") == 640)
    drawn = page.element("drawn").get_property("src")
    page.run(EDIT)
    assert "SUM 99.99" in page.text
    page.until(lambda: page.element("drawn").get_property("src") != drawn)
    page.go("layout", "lines")
    assert page.text == "CORNER SHOP\nBread 2.40\nSUM 99.99\n"
    page.go("look", "original")


def test_the_picture_grows_and_is_fit_again(page: Page) -> None:
    before = page.element("zoom").text
    page.element("larger").click()
    assert page.element("zoom").text != before
    page.element("fit").click()
    assert page.element("zoom").text == before


def test_another_picture_follows(page: Page) -> None:
    page.hand_over("drop", ("second.png", RECEIPT, "image/png"))
    assert "TOTAL" in page.wait_for("second.png")


def test_a_table_is_copied(page: Page) -> None:
    page.read(draw_table(), "table.png")
    copy = page.find("#tables figure button")
    copy.click()
    wait_until(lambda: copy.text == "Copied")
