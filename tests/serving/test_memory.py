from concurrent.futures import ThreadPoolExecutor

import pytest

from picture.errors import DeadlineExceededError, PictureTooLargeError
from picture.serving.deadline import Deadline
from picture.serving.memory import Memory


def test_too_much_at_all_is_refused_at_once() -> None:
    with pytest.raises(PictureTooLargeError), Memory(10).hold(11, Deadline(60)):
        pass


def test_too_much_at_once_waits_until_the_deadline() -> None:
    memory = Memory(10)
    with (
        memory.hold(6, Deadline(1)),
        pytest.raises(DeadlineExceededError),
        memory.hold(5, Deadline(0.05)),
    ):
        pass
    with memory.hold(10, Deadline(0.05)):
        pass


def test_what_is_small_goes_on_beside_what_waits() -> None:
    memory = Memory(10)
    with memory.hold(8, Deadline(1)), memory.hold(2, Deadline(0.05)):
        pass


def test_memory_is_given_back_after_a_failure() -> None:
    memory = Memory(10)
    with pytest.raises(ValueError, match="broken"), memory.hold(10, Deadline(1)):
        raise ValueError("broken")
    with memory.hold(10, Deadline(0.05)):
        pass


def test_never_more_is_held_than_there_is() -> None:
    memory, held, seen = Memory(10), [0], []

    def hold(size: int) -> None:
        with memory.hold(size, Deadline(10)):
            held[0] += size
            seen.append(held[0])
            held[0] -= size

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, [3, 7, 10, 1, 5] * 40))
    assert len(seen) == 200
    assert max(seen) <= 10
