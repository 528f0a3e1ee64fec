"""Tries the README's commands on a bare Debian that has nothing but the README's packages.

    sudo python3 -m tools.bare_machine 12

Checks a fresh clone of HEAD: what is not committed is not tried.
"""

from __future__ import annotations

import argparse
import re
import socket
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from tools.machine import (
    REPOSITORY,
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

SUITES = {"12": "bookworm", "13": "trixie"}

_USER = "someone"
_CLONE = f"/home/{_USER}/clone"
# A first start installs the requirements and fetches weights and fonts.
_FIRST_SECONDS = 900
_LATER_SECONDS = 120


def main() -> int:
    """Try the README's commands and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", choices=SUITES, help="release of Debian")
    parser.add_argument(
        "--python", metavar="PATH", help="Python inside; needs --bind if the host's"
    )
    parser.add_argument(
        "--test-as",
        choices=("user", "root", "both", "nobody"),
        default="user",
        help="default: user",
    )
    add_options(parser)
    return carry_out("tools.bare_machine", parser.parse_args(), work)


def work(options: argparse.Namespace) -> None:
    """Make the machine, then start the service and run the tests as the README says."""
    machine = Machine(options.root)
    packages = readme_packages(host("git", "-C", REPOSITORY, "show", "HEAD:README.md").decode())
    make_machine(machine, SUITES[options.release], packages)
    seat = clone(machine)
    machine.bind(options.bind)
    make = ["make", f"PYTHON={options.python}"] if options.python else ["make"]
    run_service(machine, seat, make, "make run", _FIRST_SECONDS)
    offline = replace(seat, network=machine.loopback())
    run_service(machine, offline, make, "make run without a network", _LATER_SECONDS)
    if options.test_as in ("user", "both"):
        run_tests(machine, seat, make, "make test")
    if options.test_as in ("root", "both"):
        run_tests(
            machine, Seat(variables=pip_variables(), folder=_CLONE), make, "make test as root"
        )


def readme_packages(readme: str) -> list[str]:
    """Return the packages that the README has its reader install."""
    lines = re.findall(r"^(?:sudo )?apt install (.+)$", readme, re.MULTILINE)
    if len(lines) != 1:
        raise StepError(f"README.md has {len(lines)} lines that begin with `apt install`, not one.")
    return [word for word in lines[0].split() if not word.startswith("-")]


def make_machine(machine: Machine, suite: str, packages: list[str]) -> None:
    """Make a bare Debian with a user, and install packages as the README's reader would."""
    with step(f"Debian {suite}"):
        machine.bootstrap(suite)
        machine.mount()
        machine.run(Seat(), "useradd", "--create-home", _USER)
    with step(f"apt install {' '.join(packages)}"):
        seat = Seat(variables={"DEBIAN_FRONTEND": "noninteractive"})
        machine.run(seat, "apt-get", "update")
        machine.run(seat, "apt-get", "install", "--yes", *packages)


def clone(machine: Machine) -> Seat:
    """Clone HEAD as the user and return where that user sits."""
    account = machine.account(_USER)
    seat = Seat(account, {"HOME": account.home, **pip_variables()}, account.home)
    with step("git clone"):
        # A bundle, since git refuses to clone from another owner's folder.
        bundle = machine.root / "tmp/head.bundle"
        host("git", "-C", REPOSITORY, "bundle", "create", bundle, "HEAD")
        machine.run(seat, "git", "clone", "/tmp/head.bundle", _CLONE)  # noqa: S108 - in the machine
    return replace(seat, folder=_CLONE)


def run_service(machine: Machine, seat: Seat, make: list[str], what: str, seconds: float) -> None:
    """Start the service, have it read a picture and end it."""
    port = str(_free_port())
    variables = {**seat.variables, "OCR_PORT": port}
    with step(f"{what}, until it is ready"):
        process = machine.start(replace(seat, variables=variables), *make, "run")
        service = Service(machine, process, f"http://127.0.0.1:{port}", seat.network)
        service.wait(partial(service.get, "/readyz"), seconds)
    with step(f"{what}, a picture's text"):
        service.read(machine.draw(seat, ".venv/bin/python"))
    with step(f"{what}, SIGTERM"):
        service.stop()


def run_tests(machine: Machine, seat: Seat, make: list[str], what: str) -> None:
    """Run the tests and print their summary."""
    with step(what):
        machine.run(seat, *make, "test")
    print(_summary(machine.log))


def _summary(log: Path) -> str:
    """Return pytest's last words: which tests it skipped and why, and the counts."""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join([*(line for line in lines if line.startswith("SKIPPED")), lines[-1]])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
