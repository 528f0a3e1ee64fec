import threading

import pytest

from picture.errors import ClientGoneError, DeadlineExceededError, QueueFullError
from picture.serving.deadline import Deadline
from picture.serving.queue import Queue


def test_only_so_many_are_admitted() -> None:
    queue = Queue(waiting=2, drawing=1)
    with queue.admission(), queue.admission(), pytest.raises(QueueFullError), queue.admission():
        pass
    with queue.admission():
        pass


def test_only_so_many_draw_at_once() -> None:
    queue = Queue(waiting=10, drawing=2)
    at_once, most, lock = 0, 0, threading.Lock()

    def draw() -> None:
        nonlocal at_once, most
        with queue.drawing(Deadline(10)):
            with lock:
                at_once += 1
                most = max(most, at_once)
            threading.Event().wait(0.02)
            with lock:
                at_once -= 1

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_who_finds_no_place_in_time_is_told_so() -> None:
    queue = Queue(waiting=1, drawing=1)
    with (
        queue.drawing(Deadline(1)),
        pytest.raises(DeadlineExceededError),
        queue.drawing(Deadline(0.05)),
    ):
        pass


def test_who_has_gone_waits_no_longer() -> None:
    queue = Queue(waiting=1, drawing=1)
    with (
        queue.drawing(Deadline(60)),
        pytest.raises(ClientGoneError),
        queue.drawing(Deadline(60, is_gone=lambda: True)),
    ):
        pass


def test_a_place_comes_free_after_a_failure() -> None:
    queue = Queue(waiting=1, drawing=1)
    with pytest.raises(ValueError, match="broken"), queue.admission(), queue.drawing(Deadline(1)):
        raise ValueError("broken")
    with queue.admission(), queue.drawing(Deadline(0.05)):
        pass
