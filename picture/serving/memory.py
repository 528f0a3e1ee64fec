"""Memory for pictures, counted in bytes before it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from picture import heap
from picture.errors import PictureTooLargeError
from picture.serving.deadline import Deadline

# Of so many bytes it shows when the C library keeps them.
_LARGE = 30_000_000


class Memory:
    """So many bytes that pictures may take at once in this process.

    A request holds what one picture takes while it works on it, and must not wait
    for another request meanwhile: so whoever holds memory gives it back.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._free = size
        self._changed = Condition()

    @contextmanager
    def hold(self, size: int, deadline: Deadline) -> Iterator[None]:
        """Hold `size` bytes while the block runs, once they are free.

        Raises PictureTooLargeError where they never will be.
        """
        if size > self._size:
            raise PictureTooLargeError(f"takes {size:,} bytes of {self._size:,}")
        deadline.wait_for(lambda seconds: self._take(size, seconds))
        try:
            yield
        finally:
            self._give_back(size)

    def _take(self, size: int, seconds: float) -> bool:
        with self._changed:
            is_free = self._changed.wait_for(lambda: self._free >= size, seconds)
            self._free -= size if is_free else 0
            return is_free

    def _give_back(self, size: int) -> None:
        if size > _LARGE:
            heap.trim()
        with self._changed:
            self._free += size
            self._changed.notify_all()
