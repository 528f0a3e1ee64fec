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

# Who has waited so many seconds counts as half as large: no stream of small ones
# keeps a large one waiting for good.
_PATIENCE = 4.0


class Waiter(Protocol):
    """What waits: for whom, how large it is, and since when."""

    @property
    def client(self) -> str:
        """Return for whom it is."""

    @property
    def size(self) -> int:
        """Return how large it is, in any unit."""

    @property
    def submitted(self) -> float:
        """Return when it came, as a moment of the clock."""


Item = TypeVar("Item", bound=Waiter)


class Waiting(Generic[Item]):
    """A queue that serves first who has used the engine least, then what is smallest.

    So one client's many or large pictures delay that client's own, not the others',
    and of one client's the small ones go before the large, which seem smaller the
    longer they wait. Equals go as they came.
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

    def get_before(self, item: Item, others: bool = False) -> Item | None:
        """Return what goes before `item`, which has the engine, or None.

        With `others`, only what other clients wait for may.
        """
        with self._changed:
            now = self._clock()
            own = self.used(item.client, now), item.size
            return self._take(
                lambda waiting: (
                    (self.used(waiting.client, now), waiting.size) < own
                    and not (others and waiting.client == item.client)
                )
            )

    def ahead_of(self, is_mine: Callable[[Item], bool]) -> int | None:
        """Return how many go before the first that is mine, or None where none of mine waits."""
        with self._changed:
            now = self._clock()
            mine = next((item for item in self._items if is_mine(item)), None)
            if mine is None:
                return None
            rank = self._rank(mine, now)
            return sum(self._rank(item, now) < rank for item in self._items)

    def drain(self) -> list[Item]:
        """Return all that wait, and let none of them wait any longer."""
        with self._changed:
            items, self._items = self._items, []
            return items

    def charge(self, client: str, seconds: float) -> None:
        """Note that a client has used the engine."""
        now = self._clock()
        self._used[client] = (self.used(client, now) + seconds, now)
        self._used.move_to_end(client)
        while len(self._used) > _MOST_CLIENTS:
            self._used.popitem(last=False)

    def used(self, client: str, now: float) -> float:
        """Return the seconds that a client has used lately, as of a moment of the clock."""
        seconds, moment = self._used.get(client, (0.0, now))
        return float(seconds * 0.5 ** ((now - moment) / _HALF_LIFE))

    def _take(self, may_go: Callable[[Item], bool] = lambda _: True) -> Item | None:
        # One moment for all: else who is looked at later would have used less.
        now = self._clock()
        # Of equals the first is taken, which came first.
        item = min(
            filter(may_go, self._items), key=lambda each: self._rank(each, now), default=None
        )
        if item is not None:
            # By identity: equals are not the same.
            self._items = [each for each in self._items if each is not item]
        return item

    def _rank(self, item: Item, now: float) -> tuple[float, float]:
        seems = item.size * 0.5 ** ((now - item.submitted) / _PATIENCE)
        return self.used(item.client, now), seems
