"""Reads pictures with one peer, in that peer's own environment.

Called with the peer's name and the number of threads that may ask it at once.
Takes lines {"number", "path"}, answers {"number", "text", "error"} as they are done.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

Read = Callable[[str], str]

MODELS = Path(__file__).resolve().parent.parent.parent.parent / "models"


def faster_paddle(size: str) -> Read:
    """Return the reading of an engine with default options."""
    engine = importlib.import_module("faster_paddle").OcrEngine(model_size=size)

    def read(path: str) -> str:
        lines = engine.ocr(Path(path).read_bytes())["bounds"].values()
        return "\n".join(line["text"] for line in lines)

    return read


def rapidocr() -> Read:
    """Return the reading of RapidOCR with default options."""
    engine = importlib.import_module("rapidocr").RapidOCR()
    return lambda path: "\n".join(engine(path).txts or ())


def paddleocr() -> Read:
    """Return the reading of PaddleOCR with default options and the models at hand."""
    engine = importlib.import_module("paddleocr").PaddleOCR(
        engine="onnxruntime",
        text_detection_model_name="PP-OCRv6_small_det",
        text_detection_model_dir=str(MODELS / "PP-OCRv6_small_det"),
        text_recognition_model_name="PP-OCRv6_small_rec",
        text_recognition_model_dir=str(MODELS / "PP-OCRv6_small_rec"),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
    )
    return lambda path: "\n".join(engine.predict(path)[0]["rec_texts"])


def tesseract() -> Read:
    """Return the reading of a `tesseract` process for each picture."""

    def read(path: str) -> str:
        command = ["tesseract", path, "stdout"]
        done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout.decode(errors="replace")

    return read


LOADERS: dict[str, Callable[[], Read]] = {
    "faster-paddle-small": lambda: faster_paddle("small"),
    "faster-paddle-tiny": lambda: faster_paddle("tiny"),
    "rapidocr": rapidocr,
    "paddleocr": paddleocr,
    "tesseract": tesseract,
}


class Worker:
    """Answers requests, each on a thread of a pool."""

    def __init__(self, load: Callable[[], Read], threads: int, answers: TextIO) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._answers = answers
        self._lock = Lock()
        # PaddleOCR has to be made on the thread that it reads on.
        self._read = self._pool.submit(load).result()

    def take(self, request: dict[str, Any]) -> None:
        """Start to read a picture."""
        self._pool.submit(self._answer, request)

    def _answer(self, request: dict[str, Any]) -> None:
        answer = {"number": request["number"], "text": "", "error": ""}
        try:
            answer["text"] = self._read(request["path"])
        except Exception as error:
            answer["error"] = repr(error)
        with self._lock:
            print(json.dumps(answer), file=self._answers, flush=True)


def main() -> None:
    """Read until the standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    # What the libraries print must not get among the answers.
    os.dup2(2, 1)
    worker = Worker(LOADERS[sys.argv[1]], int(sys.argv[2]), answers)
    for line in sys.stdin:
        worker.take(json.loads(line))


if __name__ == "__main__":
    main()
