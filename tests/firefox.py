"""Firefox as Debian packages it, without geckodriver: spoken to by its own Marionette protocol.

See https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html. Only what the
tests of the page need is here, under the names that Selenium gives it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import find_program, free_port, wait_until

FIREFOX = find_program("firefox-esr") or find_program("firefox")

# How the protocol names what stands for an element.
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

_PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}


class Element:
    """An element of the page."""

    def __init__(self, driver: Firefox, reference: str) -> None:
        self._driver = driver
        self._reference = reference

    @property
    def text(self) -> str:
        """Return its text as it is shown."""
        return str(self._ask("GetElementText")["value"])

    def click(self) -> None:
        """Click on it."""
        self._ask("ElementClick")

    def send_keys(self, text: str) -> None:
        """Type into it; into a file input, paths with line feeds between."""
        self._ask("ElementSendKeys", text=text)

    def is_displayed(self) -> bool:
        """Tell whether it is seen."""
        return bool(self._ask("IsElementDisplayed")["value"])

    def get_property(self, name: str) -> Any:
        """Return one of its properties."""
        return self._ask("GetElementProperty", name=name)["value"]

    def get_attribute(self, name: str) -> Any:
        """Return one of its attributes."""
        return self._ask("GetElementAttribute", name=name)["value"]

    def _ask(self, command: str, **parameters: Any) -> Any:
        return self._driver.ask(command, id=self._reference, **parameters)


class Firefox:
    """One window of a Firefox that listens on a port."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rb")
        self._count = 0
        self._receive()
        self.ask("NewSession")

    @property
    def title(self) -> str:
        """Return the title of the page."""
        return str(self.ask("GetTitle")["value"])

    @property
    def current_url(self) -> str:
        """Return the address of the page."""
        return str(self.ask("GetCurrentURL")["value"])

    def get(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self.ask("Navigate", url=url)

    def execute_script(self, script: str, *arguments: Any) -> Any:
        """Run a script as a function's body and return what it returns."""
        return self.ask("ExecuteScript", script=script, args=list(arguments))["value"]

    def find_element(self, by: str, value: str) -> Element:
        """Return the first element that a selector finds."""
        using, value = ("css selector", f"#{value}") if by == "id" else (by, value)
        found = self.ask("FindElement", using=using, value=value)["value"]
        return Element(self, found[_ELEMENT])

    def quit(self) -> None:
        """End the session; the process is somebody else's to end."""
        self._socket.close()

    def ask(self, command: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        self._count += 1
        message = json.dumps([0, self._count, f"WebDriver:{command}", parameters])
        self._socket.sendall(f"{len(message.encode())}:{message}".encode())
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return result

    def _receive(self) -> Any:
        digits = b""
        while (digit := self._file.read(1)) != b":":
            digits += digit
        return json.loads(self._file.read(int(digits)))


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Run Firefox without a window, with a profile of its own."""
    port = free_port()
    preferences = {**_PREFERENCES, "marionette.port": port}
    lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});\n"
             for key, value in preferences.items())  # fmt: skip
    (folder / "user.js").write_text("".join(lines))
    command = [str(FIREFOX), "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    env = {**os.environ, "HOME": str(folder), "MOZ_HEADLESS_WIDTH": "1440"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        wait_until(lambda: _listens(port), seconds=60)
        driver = Firefox(port)
        yield driver
        driver.quit()
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
