"""One picture's claim on the engine: for whom, how much of it, and until when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from picture.errors import TooMuchWorkError
from picture.reading.bends import Bend

# A line of usual length, in pixels at the height that lines are read at.
LINE_WIDTH = 320


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants a picture read.

    Turns are shared out by `client`. With `partial` what was read so far is
    welcome where the whole is too much. `is_gone` tells that nobody waits any more.
    Who asks how long it takes knows the `ticket`.
    """

    client: str = ""
    partial: bool = False
    is_gone: Callable[[], bool] = lambda: False
    ticket: str = ""


NOBODY = Asker()


@dataclass(frozen=True, slots=True)
class Budget:
    """What one picture may cost: lines of usual length, and seconds of the engine."""

    lines: float = float("inf")
    seconds: float = float("inf")


class Work:
    """The reading of one picture, cut into units: a tile looked at, a line read.

    Between two units `turn` is called, on the engine's thread: there work stops
    that is too much or that nobody waits for, and `step_aside` may read another
    picture first, whose time does not count. Those who read note in it which languages
    are expected by their `tags`, None for all, how many lines are `unread`, which boxes are
    `faint`, and how lines in boxes are bent.
    """

    def __init__(
        self,
        budget: Budget,
        partial: bool = False,
        check: Callable[[], None] = lambda: None,
        step_aside: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.partial = partial
        self.tags: Sequence[str] | None = None
        self.unread = 0
        self.faint: set[bytes] = set()
        self.bends: dict[bytes, Bend] = {}
        self._budget = budget
        self._check = check
        self._step_aside = step_aside
        self._spent = 0.0
        self._since = time.monotonic()

    @property
    def spent(self) -> float:
        """Return the seconds of the engine that were used."""
        return self._spent + time.monotonic() - self._since

    def turn(self) -> None:
        """Go on if this is still wanted and not too much, after whoever goes first.

        Raises TooMuchWorkError past the budget, and what `check` raises.
        """
        self._check()
        if self.spent > self._budget.seconds:
            raise TooMuchWorkError(f"{self.spent:.1f} s")
        self._spent = self.spent
        try:
            self._step_aside(self._spent)
        finally:
            self._since = time.monotonic()

    def claim(self, width: float) -> None:
        """Refuse at once what is known to be too much: `width` is that of all lines."""
        lines = width / LINE_WIDTH
        if lines > self._budget.lines:
            raise TooMuchWorkError(f"{lines:.0f} lines")


_current: ContextVar[Work] = ContextVar("work")
_UNBOUNDED = Work(Budget())


def current() -> Work:
    """Return the work that this thread does."""
    return _current.get(_UNBOUNDED)


@contextmanager
def doing(work: Work) -> Iterator[None]:
    """Make `work` what this thread does while the block runs."""
    token = _current.set(work)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def as_far_as_welcome() -> Iterator[None]:
    """End the block where work is too much, if what was done of it is welcome."""
    try:
        yield
    except TooMuchWorkError:
        if not current().partial:
            raise
