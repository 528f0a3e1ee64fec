"""Builds the image that the Dockerfile describes without Docker, and runs it hardened.

    sudo python3 -m tools.image

The container's root is read-only, its network is a loopback, its user has no
home, and only uploads/, output/ and /tmp can be written to.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tools.dockerfile import Config, Context, Copy, DockerfileError, MakeFolder, Recipe, Run, read
from tools.machine import (
    REPOSITORY,
    Account,
    Machine,
    Seat,
    Service,
    StepError,
    add_options,
    carry_out,
    host,
    pip_variables,
    step,
)

_WRITABLE = ("uploads", "output", "/tmp")  # noqa: S108 - the container's own


def main() -> int:
    """Build the image, run it and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dockerfile", type=Path, default=REPOSITORY / "Dockerfile")
    parser.add_argument("--user", metavar="UID:GID", help="run as this user, not as the image's")
    parser.add_argument(
        "--reuse", action="store_true", help="take what --root holds if nothing has changed"
    )
    add_options(parser)
    return carry_out("tools.image", parser.parse_args(), work)


def work(options: argparse.Namespace) -> None:
    """Build the image unless it is there, then run it."""
    try:
        text = options.dockerfile.read_text()
        recipe, context = read(text), Context.of(REPOSITORY)
        image = digest(text, recipe, context)
        machine = Machine(options.root)
        finished = options.root / "image.sha256"
        if not (options.reuse and finished.exists() and finished.read_text() == image):
            finished.unlink(missing_ok=True)
            build(machine, recipe, context, options.bind)
            finished.write_text(image)
        run(machine, recipe.config, account(machine, options.user or recipe.config.user))
    except DockerfileError as error:
        raise StepError(str(error)) from error


def digest(text: str, recipe: Recipe, context: Context) -> str:
    """Return what changes with the Dockerfile and with every file that it copies."""
    total = hashlib.sha256(text.encode())
    copies = [action for action in recipe.actions if isinstance(action, Copy)]
    for file in (
        file for copy in copies for source in copy.sources for file in context.files(source)
    ):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(
            f"{file.relative_to(context.folder)} {file.stat().st_mode} {content}\n".encode()
        )
    return total.hexdigest()


def build(machine: Machine, recipe: Recipe, context: Context, binds: list[Path]) -> None:
    """Do what the Dockerfile says, from FROM on."""
    make_base(machine, recipe.base)
    machine.bind(binds)
    for action in recipe.actions:
        match action:
            case Run(config, command):
                with step(f"RUN {' '.join(command[-1].split())[:60]}"):
                    machine.run(build_seat(machine, config), *command)
            case Copy(sources):
                with step(f"COPY {' '.join(sources)}"):
                    copy_files(machine, context, action)
            case MakeFolder(path):
                inside(machine, path).mkdir(parents=True, exist_ok=True)


def make_base(machine: Machine, base: str) -> None:
    """Make what stands for the official image of Python.

    That image has its Python in /usr/local; here a venv of Debian's Python is
    there. So `python`, `pip` and site-packages have the paths that they have in
    the image, and pip installs without a word about Debian's packages. What the
    official image has besides is left out, what Debian's Python needs is there.
    """
    match = re.fullmatch(r"python:(\d+\.\d+)-slim-(\w+)", base)
    if not match:
        raise StepError(f"FROM {base} is not known here, only python:VERSION-slim-SUITE.")
    version, suite = match.groups()
    with step(f"FROM {base}"):
        machine.bootstrap(suite, "ca-certificates", "python3", "python3-venv")
        machine.mount()
        machine.run(Seat(), "python3", "-m", "venv", "/usr/local")
    if not (machine.root / f"usr/local/lib/python{version}").is_dir():
        raise StepError(f"Debian {suite} has no Python {version}.")


def build_seat(machine: Machine, config: Config) -> Seat:
    """Return where a RUN runs: with its user's home, and with a network."""
    who = account(machine, config.user)
    variables = {"HOME": who.home, **config.variables, **pip_variables()}
    return Seat(who, variables, config.folder)


def account(machine: Machine, user: str) -> Account:
    """Return whom USER names, by name or as UID:GID."""
    match = re.fullmatch(r"(\d+)(?::(\d+))?", user)
    return Account(int(match[1]), int(match[2] or 0)) if match else machine.account(user)


def copy_files(machine: Machine, context: Context, copy: Copy) -> None:
    """Copy files of the context as root's."""
    for file, path in context.copies(copy, lambda path: inside(machine, path).is_dir()):
        target = inside(machine, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target, follow_symlinks=False)
        os.chown(target, 0, 0, follow_symlinks=False)


def inside(machine: Machine, path: str) -> Path:
    """Return where a path of the image is on the host."""
    return machine.root / path.lstrip("/")


def run(machine: Machine, config: Config, who: Account) -> None:
    """Start the container, have it do its work, end it and look at what it left."""
    if config.health is None or config.port is None:
        raise StepError("The Dockerfile has no HEALTHCHECK or no EXPOSE.")
    network = machine.loopback()
    seat = Seat(who, config.variables, config.folder, network)
    picture = machine.draw(seat, "python")
    container = lock(machine, config)
    started = time.time()
    with step(f"CMD as {who.uid}:{who.gid}, until it is healthy"):
        words = machine.words(seat, config.command, container)
        process = start(machine, words, container, network)
        service = Service(machine, process, f"http://127.0.0.1:{config.port}", network)
        health = machine.words(seat, config.health.command, container)
        service.wait(partial(host, *health, network=network), config.health.patience)
    with step("/img_txt"):
        service.read(picture)
    with step("/img_img"):
        service.redraw(picture)
    with step("SIGTERM"):
        service.stop()
    check_nothing_left(machine, config, container, started)


def lock(machine: Machine, config: Config) -> Path:
    """Mount the image read-only, but for the folders that a container writes to."""
    container = machine.folder / "container"
    container.mkdir(exist_ok=True)
    host("mount", "-o", "bind,ro", machine.root, container)
    host("mount", "-o", "rbind,ro", "/sys", container / "sys")
    for path in _WRITABLE:
        folder = container / config.path(path).lstrip("/")
        host("mount", "-t", "tmpfs", "-o", "mode=1777,nosuid,nodev", "tmpfs", folder)
    return container


def start(
    machine: Machine, words: list[str], container: Path, network: Path
) -> subprocess.Popen[bytes]:
    """Start the container's command as process 1 of its own, as Docker does."""
    own = ["nsenter", f"--net={network}", "unshare", "--pid", "--fork", "--kill-child"]
    return machine.start_on_host([*own, f"--mount-proc={container / 'proc'}", *words])


def check_nothing_left(machine: Machine, config: Config, container: Path, started: float) -> None:
    """Check that the image is as it was and that no request's files are left."""
    with step("Nothing is left"):
        if written := list(_changed(machine.root, started)):
            raise StepError(f"The container wrote to {', '.join(map(str, written[:10]))}.")
        for name in ("uploads", "output"):
            if left := list((container / config.path(name).lstrip("/")).iterdir()):
                raise StepError(f"The container left {', '.join(map(str, left))}.")


def _changed(root: Path, since: float) -> Iterator[Path]:
    """Yield what has changed, without what is mounted there."""
    device = root.stat().st_dev
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if Path(folder, name).lstat().st_dev == device]
        for path in (Path(folder, name) for name in (*names, *files)):
            if path.lstat().st_ctime > since:
                yield path


if __name__ == "__main__":
    sys.exit(main())
