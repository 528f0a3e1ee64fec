import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from picture.errors import DeadlineExceededError, EngineUnavailableError
from picture.page import Page
from picture.reading import engine as engine_module
from picture.reading.engine import Engine, fingerprint
from picture.settings import Settings
from tests.conftest import ROOT, draw_page

BLANK = Image.new("RGB", (8, 8))
PAGE = draw_page("Hello world", "Total 12.50", "2026-11-24")


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def read(engine: Engine, image: Image.Image) -> Page:
    return engine.read(image, 60)


def test_text_is_read_where_it_stands(engine: Engine) -> None:
    page = read(engine, PAGE)
    assert texts(page) == ["Hello world", "Total 12.50", "2026-11-24"]
    assert (page.width, page.height, page.rotation) == (*PAGE.size, 0)
    (left, top), *_, (_, bottom) = page.lines[0].box
    assert abs(left - 40) < 12
    assert top < 56 < bottom
    assert page.lines[0].score > 0.9


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (33, 31), (3000, 20)])
def test_an_odd_size_is_read_without_trouble(engine: Engine, size: tuple[int, int]) -> None:
    assert texts(read(engine, Image.new("RGB", size, "white"))) == []


def test_a_picture_without_text_has_no_lines(engine: Engine) -> None:
    noise = Image.effect_noise((300, 300), 30).convert("RGB")
    assert read(engine, noise).lines == ()


def test_threads_get_their_own_pictures_text(engine: Engine) -> None:
    words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"]
    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(lambda word: read(engine, draw_page(word)), words))
    assert [texts(page) for page in pages] == [[word] for word in words]


def test_the_engine_serves_one_thread_of_its_own(engine: Engine) -> None:
    names = {thread.name for thread in threading.enumerate() if "engine" in thread.name}
    assert len(names) == 1
    assert engine.is_ready


class _Stalling:
    """A stand-in for PaddleOCR that waits to be let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.calls = 0

    def predict(self, pixels: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
        self.calls += 1
        self.go.wait(10)
        upright = {"output_img": pixels, "angle": -1}
        found: dict[str, Any] = {"rec_texts": [], "rec_scores": [], "rec_polys": []}
        return [{"doc_preprocessor_res": upright, **found}]


@pytest.fixture
def stalling(monkeypatch: pytest.MonkeyPatch) -> _Stalling:
    paddle = _Stalling()
    monkeypatch.setattr(engine_module, "_create", lambda _: paddle)
    return paddle


def test_the_engine_is_ready_only_after_its_warm_up(stalling: _Stalling) -> None:
    engine = Engine(Settings())
    assert not engine.is_ready
    stalling.go.set()
    engine.wait_until_ready()
    assert engine.is_ready
    assert stalling.calls == 1
    engine.close()


def test_an_idle_engine_returns_memory_and_then_reads_on(
    stalling: _Stalling, monkeypatch: pytest.MonkeyPatch
) -> None:
    returned = threading.Event()
    monkeypatch.setattr(engine_module, "_IDLE_SECONDS", 0.01)
    monkeypatch.setattr("picture.heap.trim", returned.set)
    stalling.go.set()
    engine = Engine(Settings())
    assert returned.wait(5)
    assert engine.read(BLANK, 5).lines == ()
    engine.close()


def test_a_picture_is_let_go_once_it_is_read(stalling: _Stalling) -> None:
    stalling.go.set()
    engine = Engine(Settings())
    picture = BLANK.copy()
    gone = threading.Event()
    weakref.finalize(picture, gone.set)
    engine.read(picture, 5)
    del picture
    assert gone.wait(5)
    engine.close()


def test_work_past_its_deadline_is_dropped_if_not_begun(stalling: _Stalling) -> None:
    engine = Engine(Settings())
    with pytest.raises(DeadlineExceededError):
        engine.read(BLANK, 0.05)
    stalling.go.set()
    engine.wait_until_ready()
    engine.close()
    assert stalling.calls == 1


def test_an_engine_that_cannot_start_says_so_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Settings) -> None:
        raise RuntimeError("no weights")

    monkeypatch.setattr(engine_module, "_create", fail)
    died = threading.Event()
    engine = Engine(Settings(), on_death=died.set)
    with pytest.raises(EngineUnavailableError):
        engine.wait_until_ready()
    assert died.wait(5)
    assert not engine.is_ready
    with pytest.raises(EngineUnavailableError):
        engine.read(BLANK, 1)
    assert engine.failed_to_start
    (record,) = caplog.records
    assert record.message == "the engine cannot start"
    assert "no weights" in vars(record)["detail"]
    assert record.exc_info is None


class _Dying(_Stalling):
    """A stand-in for PaddleOCR that takes its thread down."""

    def predict(self, pixels: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
        if pixels.shape == (8, 8, 3):
            raise SystemExit
        self.go.set()
        return super().predict(pixels)


def test_a_dead_thread_is_noticed_and_answers_all_who_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_module, "_create", lambda _: _Dying())
    died = threading.Event()
    engine = Engine(Settings(), on_death=died.set)
    engine.wait_until_ready()
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(engine.read, BLANK, 10) for _ in range(3)]
        assert {type(job.exception()) for job in jobs} == {EngineUnavailableError}
    assert died.wait(5)
    assert not engine.is_ready
    assert not engine.failed_to_start


def test_a_failed_picture_does_not_stop_the_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine._reader, "read", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        read(engine, PAGE)
    monkeypatch.undo()
    assert len(read(engine, PAGE).lines) == 3


def test_options_that_change_what_is_read_change_the_fingerprint() -> None:
    variants = [
        Settings(engine="onnxruntime"),
        Settings(engine="onnxruntime", model="PP-OCRv6_tiny"),
        Settings(engine="paddle"),
        Settings(engine="openvino", precision="f32"),
        Settings(engine="openvino", precision="int8"),
        Settings(engine="openvino", precision="bf16"),
        Settings(engine="onnxruntime", detection_side=960),
        Settings(engine="onnxruntime", unclip=1.5),
    ]
    assert len({fingerprint(settings) for settings in variants}) == len(variants)
    assert fingerprint(Settings(port=80)) == fingerprint(Settings())


def _run(program: str, **environment: str) -> str:
    """Run a program in a process of its own: one PaddleOCR per process is enough."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# Python takes its time to end, in which the engine's thread comes back to it.
_ENDING = """
import time
from threading import Thread
from picture.reading.engine import Engine
from picture.settings import Settings
from tests.conftest import draw_page

class Slow:
    def __del__(self, sleep=time.sleep):
        sleep(2)

slow = Slow()
engine = Engine(Settings())
{reading}
"""
_READING = """
page = draw_page(*["Hello world"] * 40, size=(2000, 2600))
engine.wait_until_ready()
Thread(target=engine.read, args=(page, 60), daemon=True).start()
time.sleep(0.2)
"""


@pytest.mark.parametrize("reading", ["", "time.sleep(1.5)", _READING])
def test_python_ends_well_whatever_the_engine_does(reading: str) -> None:
    assert _run(_ENDING.format(reading=reading)) == ""


_READ = """
import sys
from picture.reading.engine import Engine
from picture.settings import Settings
from tests.conftest import draw_page
engine = Engine(Settings.from_environment())
page = engine.read(draw_page("Hello world").rotate({degrees}, expand=True), 200)
print([line.text for line in page.lines], page.rotation, "paddle" in sys.modules)
"""


def test_paddle_runs_the_same_pipeline() -> None:
    said = _run(_READ.format(degrees=0), OCR_ENGINE="paddle", OCR_MODEL="PP-OCRv4_mobile")
    assert said.splitlines()[-1] == "['Hello world'] 0 True"


@pytest.mark.parametrize("name", ["openvino", "onnxruntime"])
def test_either_engine_reads_the_same_lines(engine: Engine, name: str) -> None:
    other = Engine(Settings(engine=name, threads=2))
    try:
        theirs = read(other, PAGE)
    finally:
        other.close()
    ours = read(engine, PAGE)
    assert texts(theirs) == texts(ours)
    apart = np.array([line.box for line in theirs.lines]) - [line.box for line in ours.lines]
    assert np.abs(apart).max() <= 4  # pixels; bfloat16 has eight bits
