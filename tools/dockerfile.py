"""Reads a Dockerfile and a .dockerignore: as much of them as this project uses.

What is not known here is refused, never skipped: a tool that reads the
Dockerfile must not do less than Docker would.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

_SECONDS = {"s": 1, "m": 60}


class DockerfileError(Exception):
    """What is wrong with a Dockerfile, in a sentence."""


@dataclass(frozen=True, slots=True)
class Health:
    """The command that tells whether a container is well, and how often it is asked."""

    command: tuple[str, ...]
    interval: float = 30
    timeout: float = 30
    start_period: float = 0
    retries: int = 3

    @property
    def patience(self) -> float:
        """Return the seconds after which Docker calls a new container unhealthy."""
        return self.start_period + self.retries * self.interval


@dataclass(frozen=True, slots=True)
class Config:
    """What the instructions so far have set."""

    folder: str = "/"
    user: str = "root"
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    port: int | None = None
    health: Health | None = None
    command: tuple[str, ...] = ()

    def path(self, name: str) -> str:
        """Return a path of the image as an absolute one."""
        return str(PurePosixPath(self.folder) / name)


@dataclass(frozen=True, slots=True)
class Run:
    """A command that changes the image."""

    config: Config
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Files of the context that go into the image."""

    sources: tuple[str, ...]
    target: str
    to_folder: bool


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """A folder of the image that must be there."""

    path: str


Action = Run | Copy | MakeFolder


@dataclass(frozen=True, slots=True)
class Recipe:
    """A Dockerfile as what to do: a base, actions on it, and what the container gets."""

    base: str
    actions: tuple[Action, ...]
    config: Config


def read(text: str) -> Recipe:
    """Return what a Dockerfile says."""
    (first, base), *rest = list(_instructions(text)) or [("", "")]
    if first != "FROM":
        raise DockerfileError("A Dockerfile begins with FROM.")
    config = Config()
    actions: list[Action] = []
    for name, words in rest:
        if action := _ACTIONS.get(name):
            actions.append(action(config, words))
        if setting := _SETTINGS.get(name):
            config = setting(config, words)
        elif not action:
            raise DockerfileError(f"The instruction {name} is not known here.")
    return Recipe(base, tuple(actions), config)


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction's name and what follows it, with continued lines joined."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\s*\n", "", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def _command(words: str) -> tuple[str, ...]:
    """Return a command given in JSON as it is, any other as the shell's."""
    if words.startswith(("--", "<<")):
        raise DockerfileError(f"{words.split(maxsplit=1)[0]} is not known here.")
    if not words.startswith("["):
        return ("/bin/sh", "-c", words)
    try:
        return tuple(str(word) for word in json.loads(words))
    except ValueError:
        raise DockerfileError(f"{words} is no JSON.") from None


def _words(words: str) -> list[str]:
    """Return words that stand for themselves."""
    if re.search(r"[$*?\[]", words) or words.startswith("--"):
        raise DockerfileError(f"Variables, wildcards and flags are not known here: {words}")
    return shlex.split(words)


def _word(words: str) -> str:
    split = _words(words)
    if len(split) != 1:
        raise DockerfileError(f"One word is expected here: {words}")
    return split[0]


def _run(config: Config, words: str) -> Run:
    return Run(config, _command(words))


def _copy(config: Config, words: str) -> Copy:
    *sources, target = _words(words)
    to_folder = len(sources) > 1 or target.endswith("/") or PurePosixPath(target).name == ""
    if not sources or (len(sources) > 1 and not target.endswith("/")):
        raise DockerfileError(f"COPY of several files needs a folder that ends in /: {words}")
    return Copy(tuple(sources), config.path(target), to_folder)


def _make_folder(config: Config, words: str) -> MakeFolder:
    return MakeFolder(config.path(_word(words)))


def _set_folder(config: Config, words: str) -> Config:
    return replace(config, folder=config.path(_word(words)))


def _set_user(config: Config, words: str) -> Config:
    return replace(config, user=_word(words))


def _set_variables(config: Config, words: str) -> Config:
    variables = dict(config.variables)
    for word in _words(words):
        name, equals, value = word.partition("=")
        if not equals:
            raise DockerfileError(f"ENV is known here as NAME=VALUE only: {words}")
        variables[name] = value
    return replace(config, variables=variables)


def _set_port(config: Config, words: str) -> Config:
    if config.port is not None or not _word(words).isdigit():
        raise DockerfileError(f"EXPOSE is known here with one number only: {words}")
    return replace(config, port=int(words))


def _set_health(config: Config, words: str) -> Config:
    options, found, command = words.partition("CMD ")
    given: dict[str, Any] = {}
    for option in options.split():
        match = re.fullmatch(r"--(interval|timeout|start-period|retries)=(\d+)([sm]?)", option)
        if not match:
            raise DockerfileError(f"{option} is not known here.")
        name, number, unit = match.groups()
        given[name.replace("-", "_")] = int(number) * _SECONDS.get(unit, 1)
    if not found:
        raise DockerfileError("HEALTHCHECK is known here with CMD only.")
    return replace(config, health=replace(Health(_command(command.strip())), **given))


def _set_command(config: Config, words: str) -> Config:
    return replace(config, command=_command(words))


_ACTIONS: dict[str, Callable[[Config, str], Action]] = {
    "COPY": _copy,
    "RUN": _run,
    "WORKDIR": _make_folder,
}
_SETTINGS: dict[str, Callable[[Config, str], Config]] = {
    "CMD": _set_command,
    "ENV": _set_variables,
    "EXPOSE": _set_port,
    "HEALTHCHECK": _set_health,
    "USER": _set_user,
    "WORKDIR": _set_folder,
}


@dataclass(frozen=True, slots=True)
class Context:
    """The folder that is built from, less what its .dockerignore names."""

    folder: Path
    rules: tuple[tuple[re.Pattern[str], bool], ...]

    @classmethod
    def of(cls, folder: Path) -> Context:
        """Return a folder with the rules of its .dockerignore."""
        file = folder / ".dockerignore"
        return cls(folder, tuple(_rules(file.read_text().splitlines() if file.exists() else ())))

    def ignores(self, name: str) -> bool:
        """Tell whether a file is left out: the last rule that names it or a parent decides."""
        ignored = False
        for pattern, exclude in self.rules:
            if pattern.fullmatch(name):
                ignored = exclude
        return ignored

    def files(self, source: str) -> list[Path]:
        """Return the files that a source of COPY stands for."""
        path = self.folder / source
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        kept = [file for file in found if file.is_symlink() or not file.is_dir()]
        kept = [file for file in kept if not self.ignores(str(file.relative_to(self.folder)))]
        if not kept:
            raise DockerfileError(f"COPY {source} finds no file that .dockerignore leaves.")
        return kept

    def copies(self, copy: Copy, is_folder: Callable[[str], bool]) -> Iterator[tuple[Path, str]]:
        """Yield each file to copy and its path in the image.

        A folder's content is copied, not the folder; a file goes into a folder
        that is there already.
        """
        for source in copy.sources:
            path = self.folder / source
            inside = copy.to_folder or is_folder(copy.target)
            for file in self.files(source):
                name = str(file.relative_to(path)) if path.is_dir() else path.name
                keeps_target = path.is_file() and not inside
                yield file, copy.target if keeps_target else f"{copy.target.rstrip('/')}/{name}"


def _rules(lines: Iterable[str]) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Yield each rule's pattern, and whether it leaves out or, with `!`, takes back in."""
    for line in map(str.strip, lines):
        if line and not line.startswith("#"):
            name = line.removeprefix("!").strip("/")
            yield re.compile(f"{_expression(name)}(?:/.*)?"), not line.startswith("!")


def _expression(pattern: str) -> str:
    """Return a pattern of .dockerignore as a regular expression."""
    if "[" in pattern or "\\" in pattern:
        raise DockerfileError(f"[ and \\ are not known here in .dockerignore: {pattern}")
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return "".join(known.get(part) or re.escape(part) for part in parts)
