"""Who is compared: this service with several settings, and its peers as shipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.speed.environments import InstallError, python_with
from benchmarks.speed.process import ROOT, environment_with
from benchmarks.speed.readers import (
    PORT,
    Launch,
    PaddlexReader,
    RapidocrApiReader,
    Reader,
    ServiceReader,
    WorkerReader,
)

HERE = Path(__file__).resolve().parent
BASELINE = "faster-paddle-small"
MOST_CLIENTS = 8

FASTER_PADDLE = ("faster-paddle==1.0.4",)
RAPIDOCR = (
    "rapidocr==3.10.0",
    "rapidocr_api==0.2.0",
    "onnxruntime==1.32.0",
    "opencv-python-headless==4.12.0.88",
)
PADDLEOCR = ("paddleocr==3.7.0", "paddlex[ocr-core,serving]==3.7.2", "onnxruntime==1.32.0")

# Without this, PaddleX looks for model hubs at every start.
OFFLINE = {"PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "1"}


@dataclass(frozen=True, slots=True)
class Contestant:
    """One row: how to call it, what it needs, and what may be asked of it.

    `command` lacks the Python that it runs with. One that is not `concurrent` is
    asked by one client only.
    """

    name: str
    label: str
    kind: type[Reader]
    command: Sequence[str]
    requirements: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    concurrent: bool = True

    @property
    def is_ours(self) -> bool:
        """Tell whether this is the service of this repository."""
        return self.kind is ServiceReader

    def prepared(self, work: Path) -> Reader:
        """Install what is missing and return the reader; raises InstallError."""
        folder = work / "runs" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        variables = dict(self.variables)
        if self.is_ours:
            variables |= {f"OCR_{name}_DIR": str(folder / name) for name in ("UPLOADS", "OUTPUT")}
            _fetch_weights(variables)
        python = self._python(work)
        return self.kind(Launch([str(python), *self.command], variables, folder / "log"))

    def _python(self, work: Path) -> Path:
        if self.name == "tesseract" and not shutil.which("tesseract"):
            raise InstallError("there is no `tesseract` on the PATH")
        if not self.requirements:
            return Path(sys.executable)
        return python_with(self.requirements, work / "envs" / self.requirements[0])


def service(name: str, label: str, **settings: str) -> Contestant:
    """Return this service with settings by the names of their variables."""
    variables = {"OCR_HOST": "127.0.0.1", "OCR_PORT": PORT, **settings}
    return Contestant(name, label, ServiceReader, [str(ROOT / "ocr.py")], (), variables)


def _fetch_weights(variables: Mapping[str, str]) -> None:
    """Have the service fetch its weights, so that no start is slow for want of them."""
    settings = {name: value for name, value in variables.items() if value != PORT}
    command = [sys.executable, str(ROOT / "ocr.py"), "--prepare"]
    if subprocess.run(command, env=environment_with(settings), check=False).returncode:
        raise InstallError("its weights cannot be fetched")


def _worker(name: str, threads: int) -> list[str]:
    return [str(HERE / "workers" / "reader.py"), name, str(threads)]


_ours = partial(service, OCR_WORKERS="1")

CONTESTANTS = (
    _ours("ours", "this service"),
    _ours("ours-onnxruntime", "this service, onnxruntime", OCR_ENGINE="onnxruntime"),
    _ours("ours-tiny", "this service, tiny", OCR_MODEL="PP-OCRv6_tiny"),
    Contestant(
        BASELINE,
        "faster-paddle 1.0.4, small",
        WorkerReader,
        _worker("faster-paddle-small", MOST_CLIENTS),
        FASTER_PADDLE,
    ),
    Contestant(
        "faster-paddle-tiny",
        "faster-paddle 1.0.4, tiny",
        WorkerReader,
        _worker("faster-paddle-tiny", MOST_CLIENTS),
        FASTER_PADDLE,
    ),
    Contestant(
        "rapidocr",
        "rapidocr 3.10.0",
        WorkerReader,
        _worker("rapidocr", 1),
        RAPIDOCR,
        concurrent=False,
    ),
    Contestant(
        "rapidocr-api",
        "rapidocr_api 0.2.0",
        RapidocrApiReader,
        ["-m", "rapidocr_api.main", "-ip", "127.0.0.1", "-p", PORT],
        RAPIDOCR,
    ),
    Contestant(
        "paddleocr",
        "PaddleOCR 3.7.0",
        WorkerReader,
        _worker("paddleocr", 1),
        PADDLEOCR,
        OFFLINE,
        concurrent=False,
    ),
    Contestant(
        "paddlex",
        "paddlex --serve 3.7.2",
        PaddlexReader,
        [
            *("-m", "paddlex", "--serve", "--pipeline", str(HERE / "paddlex.yaml")),
            *("--engine", "onnxruntime", "--device", "cpu", "--host", "127.0.0.1", "--port", PORT),
        ],
        PADDLEOCR,
        OFFLINE,
    ),
    Contestant("tesseract", "tesseract", WorkerReader, _worker("tesseract", MOST_CLIENTS)),
)

SHARES = tuple(
    service(
        f"{workers}x{threads}",
        f"{workers} × {threads}",
        OCR_WORKERS=str(workers),
        OCR_THREADS=str(threads),
    )
    for workers in (1, 2)
    for threads in (1, 2)
)
"""This service with so many workers of so many threads each."""
