"""What a person sees of a run: a bar with rate and time left, or only how it ended."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as Bar
from rich.text import Text

from picture.batch.task import FailureError

# Over which the rate is taken: files differ.
_RATE_SECONDS = 60.0


class _Rate(ProgressColumn):
    """Files a second."""

    def render(self, task: Bar) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "", style="progress.data.speed")


class Display:
    """A bar on a terminal, and nothing where standard error is none."""

    def __init__(self, is_quiet: bool = False) -> None:
        self.console = Console(stderr=True, quiet=is_quiet)
        self._failed = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}", style="red"),
            console=self.console,
            speed_estimate_period=_RATE_SECONDS,
            disable=not self.console.is_terminal,
        )

    def __enter__(self) -> Display:
        self._bar.start()
        self._task = self._bar.add_task("Reading", total=None, failed="")
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def expect(self, count: int | None) -> None:
        """Say how many files there are in all, where that is known."""
        self._bar.update(self._task, total=count)

    def say(self, sentence: str) -> None:
        """Write a line above the bar."""
        self.console.print(_printable(sentence), highlight=False, markup=False, soft_wrap=True)

    def tell(self, source: str, failure: FailureError | None) -> None:
        """Show that a file is over with, and on a terminal why it failed."""
        if failure is not None:
            self._failed += 1
            self._bar.update(self._task, failed=f"{self._failed} failed")
            if self.console.is_terminal:
                self.say(f"{source}: {failure.message}")
        self._bar.advance(self._task)


def _printable(text: str) -> str:
    """Return text without what is no character: names of files may be any bytes."""
    return text.encode("utf-8", "replace").decode()
