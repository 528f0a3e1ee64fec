"""How a contestant is started, asked to read a picture, and stopped."""

from __future__ import annotations

import base64
import json
import mimetypes
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from threading import Lock, Thread

from benchmarks.speed.process import Tree

READ_SECONDS = 300
START_SECONDS = 180
RETRY_SECONDS = 0.02
BOUNDARY = "speed-5f1c0d"
PORT = "{port}"


class ReadError(Exception):
    """A picture that was not read, or a contestant that did not start; the text says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on a picture, and whether it had been kept from an earlier time."""

    text: str
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """A command, its variables and its log; `{port}` stands for a free port."""

    command: Sequence[str]
    variables: Mapping[str, str]
    log: Path


class Reader(ABC):
    """A contestant that can be started, again and again."""

    tree: Tree

    def __init__(self, launch: Launch) -> None:
        self._launch = launch

    @abstractmethod
    def start(self) -> None:
        """Start it, without waiting until it is ready."""

    @abstractmethod
    def read(self, path: Path) -> Reading:
        """Read a picture; raises ReadError."""

    def read_when_ready(self, path: Path) -> Reading:
        """Read a picture as soon as the contestant can; raises ReadError."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.read(path)
            except ReadError:
                if not self.tree.is_alive or time.monotonic() > end:
                    raise ReadError(f"did not start, see {self._launch.log}") from None
                time.sleep(RETRY_SECONDS)

    def stop(self) -> None:
        """End it and all its processes."""
        self.tree.stop()


class WorkerReader(Reader):
    """Talks with workers/reader.py by lines of JSON."""

    def start(self) -> None:
        """Start it; what it is asked meanwhile waits in its standard input."""
        launch = self._launch
        self.tree = Tree(launch.command, launch.variables, launch.log, piped=True)
        self._numbers = count()
        self._waiting: dict[int, Future[Reading]] = {}
        self._lock = Lock()
        Thread(target=self._listen, daemon=True).start()

    def read(self, path: Path) -> Reading:
        """Send the path and wait for the text."""
        reading: Future[Reading] = Future()
        try:
            with self._lock:
                number = next(self._numbers)
                self._waiting[number] = reading
                line = json.dumps({"number": number, "path": str(path)})
                self.tree.standard_input.write(line.encode() + b"\n")
                self.tree.standard_input.flush()
            return reading.result(READ_SECONDS)
        except (OSError, TimeoutError) as error:
            raise ReadError(repr(error)) from error

    def _listen(self) -> None:
        for line in self.tree.standard_output:
            answer = json.loads(line)
            reading = self._waiting.pop(answer["number"])
            if answer["error"]:
                reading.set_exception(ReadError(answer["error"]))
            else:
                reading.set_result(Reading(answer["text"]))
        for reading in list(self._waiting.values()):
            reading.set_exception(ReadError("the worker ended"))


class HttpReader(Reader):
    """Sends each picture over a connection of its own, as curl does."""

    route: str

    def start(self) -> None:
        """Start it on a free port."""
        self._port = _free_port()
        command = [part.replace(PORT, str(self._port)) for part in self._launch.command]
        variables = {
            name: value.replace(PORT, str(self._port))
            for name, value in self._launch.variables.items()
        }
        self.tree = Tree(command, variables, self._launch.log, piped=False)

    def read(self, path: Path) -> Reading:
        """Post the picture and parse the answer."""
        body, kind = self.body(path)
        connection = HTTPConnection("127.0.0.1", self._port, timeout=READ_SECONDS)
        try:
            connection.request("POST", self.route, body, {"Content-Type": kind})
            response = connection.getresponse()
            data = response.read()
        except (OSError, HTTPException) as error:
            raise ReadError(repr(error)) from error
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise ReadError(f"{response.status} {data[:200]!r}")
        return Reading(self.text(data), response.getheader("X-Cache") == "hit")

    @abstractmethod
    def body(self, path: Path) -> tuple[bytes, str]:
        """Return the body of the request for a picture, and its type."""

    @abstractmethod
    def text(self, data: bytes) -> str:
        """Return the text in an answer's body."""


class ServiceReader(HttpReader):
    """Asks this service."""

    route = "/img_txt"

    def body(self, path: Path) -> tuple[bytes, str]:
        """Return a form as curl sends it."""
        return _form("image", path, {"layout": "lines"})

    def text(self, data: bytes) -> str:
        """Return the file."""
        return data.decode()


class RapidocrApiReader(HttpReader):
    """Asks rapidocr_api."""

    route = "/ocr"

    def body(self, path: Path) -> tuple[bytes, str]:
        """Return a form as its README sends it."""
        return _form("image_file", path, {})

    def text(self, data: bytes) -> str:
        """Return the texts of the lines, in their order."""
        return "\n".join(line["rec_txt"] for line in json.loads(data).values())


class PaddlexReader(HttpReader):
    """Asks `paddlex --serve`."""

    route = "/ocr"

    def body(self, path: Path) -> tuple[bytes, str]:
        """Return the request of its documentation, without the drawing of results."""
        file = base64.b64encode(path.read_bytes()).decode()
        request = {"file": file, "fileType": 1, "visualize": False}
        return json.dumps(request).encode(), "application/json"

    def text(self, data: bytes) -> str:
        """Return the texts of the lines, in their order."""
        (page,) = json.loads(data)["result"]["ocrResults"]
        return "\n".join(page["prunedResult"]["rec_texts"])


def _form(field: str, path: Path, options: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a multipart form with a file and options, and its type."""
    kind = mimetypes.guess_type(path)[0]
    disposition = f'Content-Disposition: form-data; name="{field}"; filename="{path.name}"'
    parts = [f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: {kind}\r\n\r\n".encode()]
    parts.append(path.read_bytes())
    for name, value in options.items():
        head = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append((head + value).encode())
    parts.append(f"\r\n--{BOUNDARY}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={BOUNDARY}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
