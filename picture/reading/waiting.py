"""Pictures that wait for the engine, in the order in which their clients deserve it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Condition
from typing import Generic, Protocol, TypeVar

# Seconds of the engine are forgotten by half in this time.
_HALF_LIFE = 30.0
_MOST_CLIENTS = 1000


class Waiter(Protocol):
    """What waits: for whom, and how large it is."""

    @property
    def client(self) -> str:
        """Return for whom it is."""

    @property
    def size(self) -> int:
        """Return how large it is, in any unit."""


Item = TypeVar("Item", bound=Waiter)


class Waiting(Generic[Item]):
    """A queue that serves first who has used the engine least, then what is smallest.

    So one client's many or large pictures delay that client's own, not the others',
    and of one client's the small ones go before the large. Equals go as they came.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._items: list[Item] = []
        self._changed = Condition()
        self._is_closed = False
        self._clock = clock
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def put(self, item: Item) -> None:
        """Let an item wait."""
        with self._changed:
            self._items.append(item)
            self._changed.notify()

    def close(self) -> None:
        """Say that the last item has come."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def get(self, seconds: float | None = None) -> Item | None:
        """Return who is next, or None once closed and empty; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._items or self._is_closed, seconds):
                raise TimeoutError
            return self._take() if self._items else None

    def get_before(self, item: Item) -> Item | None:
        """Return what goes before `item`, which has the engine, or None."""
        with self._changed:
            is_next = self._items and self._rank(self._items[self._next()]) < self._rank(item)
            return self._take() if is_next else None

    def drain(self) -> list[Item]:
        """Return all that wait, and let none of them wait any longer."""
        with self._changed:
            items, self._items = self._items, []
            return items

    def charge(self, client: str, seconds: float) -> None:
        """Note that a client has used the engine."""
        self._used[client] = (self.used(client) + seconds, self._clock())
        self._used.move_to_end(client)
        while len(self._used) > _MOST_CLIENTS:
            self._used.popitem(last=False)

    def used(self, client: str) -> float:
        """Return the seconds that a client has used lately."""
        seconds, moment = self._used.get(client, (0.0, 0.0))
        return float(seconds * 0.5 ** ((self._clock() - moment) / _HALF_LIFE))

    def _take(self) -> Item:
        return self._items.pop(self._next())

    def _next(self) -> int:
        # Of equals `min` takes the first, which came first.
        return min(range(len(self._items)), key=lambda index: self._rank(self._items[index]))

    def _rank(self, item: Item) -> tuple[float, int]:
        return self.used(item.client), item.size
