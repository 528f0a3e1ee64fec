"""What several rooms' tests share: drawn pictures, one real engine, one live service."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from PIL import Image, ImageDraw
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from picture.reading import Engine, prepare_models
from picture.redraw import prepare_fonts
from picture.settings import Settings

ROOT = Path(__file__).resolve().parent.parent

# As many as the time of all tests together has room for.
settings.register_profile("suite", max_examples=30, deadline=None)
settings.load_profile("suite")


def find_program(name: str) -> str | None:
    """Return where a program is, also where only root looks for it."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def needs(**packages: str | None) -> pytest.MarkDecorator:
    """Skip a test with a sentence where a Debian package's program was not found."""
    missing = [name.replace("_", "-") for name, found in packages.items() if not found]
    reason = f"something is not installed: apt install {' '.join(missing)}"
    return pytest.mark.skipif(bool(missing), reason=reason)


def draw_page(
    *lines: str,
    size: tuple[int, int] = (640, 400),
    paper: tuple[int, int, int] = (255, 255, 255),
) -> Image.Image:
    """Draw lines of black text on paper of one colour."""
    page = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(page)
    for row, text in enumerate(lines):
        draw.text((40, 40 + 60 * row), text, fill="black", font_size=32)
    return page


def to_bytes(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """Encode an image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, format=form, **options)
    return buffer.getvalue()


@pytest.fixture(scope="session", autouse=True)
def prepared() -> Iterator[None]:
    """Have weights and fonts on disk, as after the service's first start."""
    prepare_models(Settings())
    prepare_models(Settings(engine="paddle", model="PP-OCRv4_mobile"))
    prepare_fonts()
    imported = sys.modules.get("ocr")
    if imported:
        # PaddleX does not bear being imported by two threads at once.
        imported.app.extensions["ocr"].engine.wait_until_ready()
    yield
    if imported:
        imported.app.extensions["ocr"].engine.close()


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Return the real engine with default settings, warm."""
    engine = Engine(Settings())
    engine.wait_until_ready()
    yield engine
    engine.close()


@pytest.fixture
def picture_file(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return a function that writes bytes to a file and returns its path."""

    def write(data: bytes) -> Path:
        path = tmp_path / "picture"
        path.write_bytes(data)
        return path

    return write


class LiveService:
    """The service as gunicorn runs it, in a process of its own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.folders = (folder / "uploads", folder / "output")
        uploads, output = (str(path) for path in self.folders)
        self._variables = {
            "OCR_HOST": "127.0.0.1",
            "OCR_PORT": str(self.port),
            "OCR_UPLOADS_DIR": uploads,
            "OCR_OUTPUT_DIR": output,
            **variables,
        }
        self.start()

    def files(self) -> list[Path]:
        """Return the files of requests that are being handled, not those of the page or jobs."""
        files = (path for folder in self.folders for path in folder.iterdir())
        return [path for path in files if not path.name.startswith(("kept-", "job-"))]

    def start(self) -> None:
        """Start the service as `python ocr.py` does and wait until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "ocr.py")],
                env={**os.environ, **self._variables},
                stdout=log,
                stderr=log,
            )
        wait_until(self.is_ready, seconds=60)

    def workers(self) -> list[int]:
        """Return the process numbers of gunicorn's workers."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def is_ready(self) -> bool:
        """Tell whether the service answers /readyz with 200."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the service ended:\n{self.log.read_text()}")
        try:
            return self.get("/readyz").status == HTTPStatus.OK
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> Answer:
        """Send a GET request."""
        return self.send("GET", path, b"", headers)

    def post(self, path: str, file: bytes, name: str = "picture.png", **fields: str) -> Answer:
        """Send a file and fields as a browser's form or curl -F would."""
        body, content_type = multipart(file, name, fields)
        return self.send("POST", path, body, {"Content-Type": content_type})

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send any request, on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def stop(self) -> int:
        """End the service as systemd or Docker would and return its exit status."""
        self.process.terminate()
        return self.process.wait(90)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def error(self) -> dict[str, str]:
        """Return the error that a program is told."""
        error: dict[str, str] = json.loads(self.body)["error"]
        return error


def multipart(file: bytes, name: str, fields: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a form's body and its Content-Type."""
    image = FileStorage(io.BytesIO(file), filename=name, name="image")
    boundary, body = encode_multipart(MultiDict({**fields, "image": image}))
    return body, f"multipart/form-data; boundary={boundary}"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for a condition to come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """Return the service with default settings, live."""
    service = LiveService(tmp_path_factory.mktemp("live"))
    yield service
    service.stop()
