import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from PIL import Image, ImageDraw

from picture.errors import ClientGoneError, DeadlineExceededError, TooMuchWorkError
from picture.reading import engine as engine_module
from picture.reading.engine import Engine
from picture.reading.work import LINE_WIDTH, Asker, Budget, Work, current, doing
from picture.settings import Settings
from tests.conftest import draw_page

WORDS = "the quick brown fox jumps over the lazy dog and reads on " * 3


def dense_page(rows: int = 14) -> Image.Image:
    """Draw a page that takes the engine a second or more."""
    page = Image.new("RGB", (1800, 40 * rows + 40), "white")
    draw = ImageDraw.Draw(page)
    for row in range(rows):
        draw.text((20, 20 + 40 * row), f"{row} {WORDS}", fill="black", font_size=24)
    return page


def test_past_its_seconds_work_is_refused() -> None:
    work = Work(Budget(seconds=0.01))
    time.sleep(0.02)
    with pytest.raises(TooMuchWorkError):
        work.turn()


def test_what_others_take_does_not_count() -> None:
    work = Work(Budget(seconds=0.5), step_aside=lambda _: time.sleep(0.6))
    work.turn()
    work.turn()
    assert work.spent < 0.5


def test_too_many_lines_are_refused_before_any_is_read() -> None:
    work = Work(Budget(lines=10))
    work.claim(10 * LINE_WIDTH)
    with pytest.raises(TooMuchWorkError):
        work.claim(10 * LINE_WIDTH + 1)


def test_work_belongs_to_its_block() -> None:
    outer = current()
    with doing(Work(Budget())) as _:
        assert current() is not outer
    assert current() is outer


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return dense_page()


def test_a_small_picture_is_read_while_a_large_one_stands_aside(
    engine: Engine, page: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_TURN_SECONDS", 0.0)
    alone = engine.read(page, 60)
    done: list[str] = []

    def read(name: str, image: Image.Image) -> object:
        result = engine.read(image, 60)
        done.append(name)
        return result

    with ThreadPoolExecutor(2) as pool:
        large = pool.submit(read, "large", page)
        time.sleep(0.1)
        small = pool.submit(read, "small", draw_page("Me first"))
        assert [line.text for line in small.result().lines] == ["Me first"]  # type: ignore[attr-defined]
        assert large.result() == alone
    assert done == ["small", "large"]


def test_a_page_of_too_many_lines_is_refused(page: Image.Image) -> None:
    engine = Engine(Settings(max_lines=20))
    engine.wait_until_ready()
    with pytest.raises(TooMuchWorkError):
        engine.read(page, 60)
    assert engine.read(draw_page("Few lines"), 60).lines[0].text == "Few lines"
    engine.close()


def test_what_was_read_so_far_is_given_to_who_asks(
    page: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(Settings(read_seconds=0.4))
    engine.wait_until_ready()
    # However fast the machine is: each look at the clock takes so long.
    looks = count()
    clock = SimpleNamespace(monotonic=lambda: 0.02 * next(looks))
    monkeypatch.setattr("picture.reading.work.time", clock)
    with pytest.raises(TooMuchWorkError):
        engine.read(page, 60)
    part = engine.read(page, 60, Asker(partial=True))
    assert 0 < part.unread < 14
    assert len(part.lines) + part.unread == 14
    engine.close()


def test_what_nobody_waits_for_is_stopped(
    engine: Engine, page: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[float] = []
    turn = Work.turn

    def counted(work: Work) -> None:
        turns.append(work.spent)
        turn(work)

    monkeypatch.setattr(Work, "turn", counted)
    # In a quarter of a second a fast machine reads the page.
    monkeypatch.setattr(engine_module, "_GLANCE_SECONDS", 0.01)
    gone = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(engine.read, page, 60, Asker(is_gone=gone.is_set))
        while not turns:
            time.sleep(0.01)
        gone.set()
        with pytest.raises(ClientGoneError):
            job.result()
    assert engine.read(draw_page("Next"), 60).lines[0].text == "Next"
    assert len(turns) < 14


def test_what_is_late_is_stopped(
    engine: Engine, page: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Mock(wraps=engine._serve)
    monkeypatch.setattr(engine, "_serve", served)
    with pytest.raises(DeadlineExceededError):
        engine.read(page, 0.3)
    engine.read(draw_page("Next"), 60)
    assert served.call_count == 2


def test_memory_is_given_back_after_so_many_pixels(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back = Mock()
    monkeypatch.setattr(engine_module, "_give_back", given_back)
    small = draw_page("Small")
    monkeypatch.setattr(engine, "_pixels", 0)
    monkeypatch.setattr(engine_module, "_PIXELS_BETWEEN", 3 * math.prod(small.size))
    for _ in range(2):
        engine.read(small, 60)
    assert given_back.call_count == 0
    # Of the last picture nobody knows here whether it counts by now.
    for _ in range(2):
        engine.read(small, 60)
    assert given_back.call_count == 1
