"""The command line: the jobs over a folder, here, by a running service or on a cluster."""

from __future__ import annotations

import logging
import logging.config
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import click

from picture.batch import (
    AgentsUnavailableError,
    ClusterMaker,
    Display,
    FailureError,
    Ledger,
    LedgerHeldError,
    Made,
    Maker,
    ProcessMaker,
    Report,
    Run,
    ServiceMaker,
    ServiceUnreachableError,
    Task,
    Wish,
    connect,
    ending,
    room,
    sent_name,
    serve_agents,
    walk,
)
from picture.errors import ServiceError
from picture.reading import NOBODY, Asker, Engine, fingerprint, prepare_models
from picture.redraw import FONTS_FOLDER, Fonts, prepare_fonts
from picture.serving import (
    MANNERS,
    TARGETS,
    TO,
    UNBOUNDED,
    Order,
    Target,
    log_configuration,
    options,
    read_target,
)
from picture.settings import Settings, SettingsError, available_cpus, available_memory
from picture.wheels import FetchError
from utility import Jobs

# What a process with an engine takes, with pictures of usual size.
_PROCESS_BYTES = 1_500_000_000

# Weights may come from a slow disk.
_START_SECONDS = 600.0

# How often a watched folder is looked through, and for how long a file has to be as it is.
_WATCH_SECONDS = 2.0

# Corrections and lines are of one file.
_OPTIONS = [option for option in MANNERS if option not in (options.CORRECTIONS, options.LINES)]

log = logging.getLogger("ocr")


class Exit(IntEnum):
    """How the command ends; click ends with 2 where it is called wrongly."""

    ALL_WELL = 0
    SOME_FAILED = 1
    NOTHING_TO_DO = 3
    STOPPED = 130


class Workshop:
    """The jobs with an engine of their own, for whole files and without a service."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = Engine(settings)
        self._jobs = Jobs(settings, self._engine, Fonts(FONTS_FOLDER))
        self._engine.wait_until_ready(_START_SECONDS)

    def make(self, task: Task, is_gone: Callable[[], bool] = NOBODY.is_gone) -> list[Made]:
        """Make all that a task wants, while somebody waits for it; raises FailureError."""
        try:
            return self._make(task, is_gone)
        except ServiceError as error:
            raise FailureError.of(error) from error
        except Exception as error:
            log.exception("failed")
            raise FailureError.of(ServiceError()) from error

    def close(self) -> None:
        """End the engine."""
        self._engine.close()

    def _make(self, task: Task, is_gone: Callable[[], bool]) -> list[Made]:
        order, targets = understand(task, self._settings, is_gone)
        files = [(target.word, self._jobs.make(order, target)) for target in targets]
        return [Made(word, ending(file.name), file.data, file.unread) for word, file in files]


def understand(
    task: Task, settings: Settings, is_gone: Callable[[], bool] = NOBODY.is_gone
) -> tuple[Order, list[Target]]:
    """Return a task as the service's calls take it; raises ServiceError as they do."""

    def sent(name: str) -> list[str]:
        return [task.options[name]] if name in task.options else []

    selection = options.read_selection(sent, settings)
    asker = Asker(partial=options.PARTIAL.read(sent(options.PARTIAL.name)), is_gone=is_gone)
    order = Order(task, sent_name(task), selection, asker, allowance=UNBOUNDED)
    return order, [read_target(word, sent) for word in task.words]


@dataclass(frozen=True, slots=True)
class Call:
    """How the command was called."""

    source: Path
    output: Path
    to: str
    jobs: int | None
    server: str | None
    ray: str | None
    shared: bool
    watch: bool
    report: Path | None
    quiet: bool
    options: Mapping[str, str]

    @property
    def root(self) -> Path:
        """Return the folder whose tree is kept."""
        return self.source if self.source.is_dir() else self.source.parent

    def wish(self) -> Wish:
        """Return what is to be made of every file; raises click.UsageError."""
        if self.source.is_dir() and self.source.resolve() == self.output.resolve():
            raise click.UsageError("What is made needs another folder than what is read.")
        if self.server and self.ray:
            raise click.UsageError("Either a service reads or a cluster.")
        try:
            wish = Wish(TO.read([self.to]), self.options)
            understand(Task(self.source, "", wish.words, wish.options), Settings())
        except ServiceError as error:
            raise click.UsageError(error.message) from error
        return wish

    def files(self) -> list[Path]:
        """Return the files to read, as they are now."""
        if not self.source.is_dir():
            return [self.source]
        return list(walk(self.source, self.output.absolute()))


@dataclass(frozen=True, slots=True)
class Crew:
    """Those who make something of files, and what their reading is known by."""

    makers: Sequence[Maker]
    fingerprint: str


def gather(call: Call, settings: Settings) -> Crew:
    """Return who makes what is wanted; raises click.ClickException where nobody can."""
    try:
        if call.server:
            return _by_service(call.server, call.jobs or settings.worker_count + 1, settings)
        prepare_models(settings)
        prepare_fonts()
        return _by_cluster(call, settings) if call.ray else _by_processes(call.jobs, settings)
    except ServiceUnreachableError as error:
        raise click.ClickException(f"{call.server} is no such service: {error}") from error
    except (SettingsError, FetchError) as error:
        raise click.ClickException(str(error)) from error


def _by_service(url: str, count: int, settings: Settings) -> Crew:
    key = next(iter(settings.keys), "")
    makers = [ServiceMaker(url, key) for _ in range(count)]
    return Crew(makers, makers[0].fingerprint())


def _by_processes(jobs: int | None, settings: Settings) -> Crew:
    count = jobs or max(1, min(available_cpus(), available_memory() // _PROCESS_BYTES))
    own = replace(settings, workers=count)
    makers = [ProcessMaker(partial(Workshop, own)) for _ in range(count)]
    return Crew(makers, fingerprint(own))


def _by_cluster(call: Call, settings: Settings) -> Crew:
    ray = connect(str(call.ray))
    own = replace(settings, threads=1)
    create = partial(Workshop, own)
    makers = [ClusterMaker(ray, create, call.shared) for _ in range(call.jobs or room(ray))]
    return Crew(makers, fingerprint(own))


def attempt(call: Call) -> Exit:
    """Read what is to be read, and return how that ended."""
    wish, settings = call.wish(), _settings()
    files = call.files()
    if not files and not call.watch:
        click.echo(f"There is nothing to read in {call.source}.", err=True)
        return Exit.NOTHING_TO_DO
    crew = gather(call, settings)
    with ExitStack() as stack:
        try:
            ledger = stack.enter_context(Ledger(call.output, crew.fingerprint))
        except LedgerHeldError as error:
            raise click.UsageError(f"Another run writes into {call.output}.") from error
        for maker in crew.makers:
            stack.callback(maker.close)
        report = stack.enter_context(Report(call.report or call.output / "failed.jsonl"))
        display = stack.enter_context(Display(call.quiet))
        run = Run(call.root, wish, ledger, report, display.tell)
        _stop_on_signals(run, display)
        display.expect(None if call.watch else len(files))
        run(watch(call, run.stopping) if call.watch else files, crew.makers)
    display.say(_summary(run, report))
    return _ended(run)


def _settings() -> Settings:
    try:
        return Settings.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def watch(call: Call, stopping: Event) -> Iterator[Path]:
    """Yield files as they are there and as they come, once nobody writes them any more."""
    seen: dict[Path, tuple[int, int]] = {}
    while not stopping.is_set():
        for path in call.files():
            with suppress(FileNotFoundError):
                about = path.stat()
                state = about.st_size, about.st_mtime_ns
                is_written = 0 <= time.time() - about.st_mtime < _WATCH_SECONDS
                if seen.get(path) != state and not is_written:
                    seen[path] = state
                    yield path
        stopping.wait(_WATCH_SECONDS)


def _stop_on_signals(run: Run, display: Display) -> None:
    """Finish what is begun at the first signal, and end at once at the second."""

    def stop(*_: object) -> None:
        if run.stopping.is_set():
            raise KeyboardInterrupt
        run.stop()
        display.say("Finishing what is begun. Once more ends at once.")

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _summary(run: Run, report: Report) -> str:
    tally = run.tally
    parts = [f"{tally.done} read"]
    if tally.skipped:
        parts.append(f"{tally.skipped} were done before")
    if tally.failed:
        parts.append(f"{tally.failed} failed: see {report.path}")
    more = " Stopped: the same command goes on from here." if run.stopping.is_set() else ""
    return f"{', '.join(parts)}.{more}"


def _ended(run: Run) -> Exit:
    if run.stopping.is_set():
        return Exit.STOPPED
    if run.tally.failed:
        return Exit.SOME_FAILED
    return Exit.ALL_WELL if run.tally.done else Exit.NOTHING_TO_DO


class _Commands(click.Group):
    """A group whose first command may be called without its name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return what is called: without a name the reading of a folder."""
        named = args if args[0] in self.commands else [_READ, *args]
        return super().resolve_command(ctx, named)


_READ = "read"


@click.group(cls=_Commands, context_settings={"ignore_unknown_options": True})
def main() -> None:
    """Read pictures and documents, many at a time: python cli.py SCANS -o TEXTS --to txt,pdf."""


@main.command(_READ)
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for what is made, in the same folders as what it is made of.",
)
@click.option(
    "--to", default="txt", help=f"What is made of each, with commas: {', '.join(TARGETS)}."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    help="How many files are read at once; without it as CPUs and memory allow.",
)
@click.option("--server", help="Address of a running service that is to read.")
@click.option("--ray", help="Address of a Ray cluster that is to read, or auto.")
@click.option("--shared", is_flag=True, help="The cluster sees the files under the same paths.")
@click.option("--watch", is_flag=True, help="Go on with files that come, until stopped.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for failures, a line of JSON each; without it failed.jsonl in the output.",
)
@click.option("--quiet", is_flag=True, help="Say nothing but what is called wrongly.")
def read(**given: Any) -> None:
    """Read SOURCE: a file, or all pictures and documents in a folder and those below it.

    What an earlier run made is not made again, so that a run that was stopped goes on where
    it was. Ends with 0 where all went well, with 1 where some failed, 2 where it is called
    wrongly, 3 where there was nothing to do and 130 where it was stopped.
    """
    names = [item.name for item in fields(Call) if item.name in given]
    sent = {name: str(given[_own(name)]) for name in _NAMES if given[_own(name)] is not None}
    sys.exit(attempt(Call(**{name: given[name] for name in names}, options=sent)))


_NAMES = [option.name for option in _OPTIONS]


def _own(name: str) -> str:
    """Return the name of an option of the calls among those of the command line."""
    return f"call_{name}"


def _shown(option: options.Option[Any]) -> click.Option:
    """Return an option of the calls as one of the command line."""
    flag = "image-format" if option is options.WRITTEN else option.name.replace("_", "-")
    meaning = option.schema["description"].replace("`", "")
    choices = option.schema.get("enum")
    kind = click.Choice(choices) if choices else click.STRING
    return click.Option([f"--{flag}", _own(option.name)], type=kind, help=meaning)


read.params += map(_shown, _OPTIONS)


@main.command("mcp")
def serve() -> None:
    """Serve agents: the Model Context Protocol over standard input and output."""
    settings = replace(_settings(), workers=1)
    logging.config.dictConfig(log_configuration(settings.log_level))
    try:
        serve_agents(partial(_prepared, settings), settings.max_body_bytes)
    except AgentsUnavailableError as error:
        raise click.ClickException(str(error)) from error


def _prepared(settings: Settings) -> Workshop:
    """Return a workshop once all that it needs is on disk; raises FailureError."""
    try:
        prepare_models(settings)
        prepare_fonts()
        return Workshop(settings)
    except (SettingsError, FetchError) as error:
        raise FailureError("not_prepared", str(error)) from error
    except ServiceError as error:
        raise FailureError.of(error) from error


if __name__ == "__main__":
    main()
