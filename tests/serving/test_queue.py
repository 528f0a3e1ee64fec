import threading

import pytest

from picture.errors import DeadlineExceededError, QueueFullError
from picture.serving.deadline import Deadline
from picture.serving.queue import Queue


def test_as_many_are_admitted_as_work_and_wait() -> None:
    queue = Queue(places=1, waiting=1)
    with queue.admission(), queue.admission(), pytest.raises(QueueFullError), queue.admission():
        pass
    with queue.admission():
        pass


def test_only_so_many_work_at_once() -> None:
    queue = Queue(places=2, waiting=10)
    at_once, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        with queue.work(Deadline(10)):
            with lock:
                at_once += 1
                most = max(most, at_once)
            threading.Event().wait(0.02)
            with lock:
                at_once -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_who_finds_no_place_in_time_is_told_so() -> None:
    queue = Queue(places=1, waiting=1)
    with (
        queue.work(Deadline(1)),
        pytest.raises(DeadlineExceededError),
        queue.work(Deadline(0.05)),
    ):
        pass


def test_a_place_comes_free_after_a_failure() -> None:
    queue = Queue(places=1, waiting=0)
    with pytest.raises(ValueError, match="broken"), queue.admission(), queue.work(Deadline(1)):
        raise ValueError("broken")
    with queue.admission(), queue.work(Deadline(0.05)):
        pass
