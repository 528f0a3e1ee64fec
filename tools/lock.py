"""Lock what each kind of installation takes: every package, with its hashes.

python tools/lock.py             write the locks; versions stay where they can
python tools/lock.py --upgrade   write them with the newest versions allowed
python tools/lock.py --check     tell, without a network, which locks are out of date
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INDEX = "https://pypi.org/simple"
OLDEST_PYTHON = "3.11"

# It reports every import of OpenVINO to its makers, and nothing needs it.
TELEMETRY = "openvino-telemetry"

# What only OCR_ENGINE=paddle uses, uploads to a model hub and a faster way to download from one.
NOT_SLIM = ("paddlepaddle", "bce-python-sdk", "hf-xet")


class LockError(Exception):
    """A lock could not be made."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock: the requirements it is made from, less some packages.

    What only a package that is left out needs is left out with it.
    """

    name: str
    sources: tuple[str, ...]
    left_out: tuple[str, ...] = (TELEMETRY,)

    @property
    def file(self) -> str:
        """Return the lock's file, relative to the repository."""
        return f"requirements/{self.name}.lock"


# The first decides the versions that all share.
LOCKS = (
    Lock("default", ("requirements.txt",)),
    Lock("slim", ("requirements.txt",), (TELEMETRY, *NOT_SLIM)),
    Lock(
        "gpu",
        ("requirements.txt", "requirements/gpu.txt"),
        (TELEMETRY, *NOT_SLIM, "onnxruntime"),
    ),
    Lock("cluster", ("requirements.txt", "requirements/cluster.txt")),
    Lock("agents", ("requirements.txt", "requirements/agents.txt")),
    Lock("dev", ("requirements-dev.txt",)),
)


def is_current(lock: Lock, root: Path = ROOT) -> bool:
    """Tell whether a lock is what its requirements gave, untouched since."""
    path = root / lock.file
    if not path.is_file():
        return False
    text = path.read_text()
    _, _, packages = text.partition("\n\n")
    return text == _with_header(lock, packages, root)


def write(lock: Lock, upgrade: bool = False, root: Path = ROOT) -> None:
    """Write a lock; raises LockError where its requirements cannot be met."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as left_out:
        left_out.write("\n".join(lock.left_out))
        left_out.flush()
        command = [*_compile(lock), "--excludes", left_out.name, *(["--upgrade"] * upgrade)]
        if subprocess.run(command, cwd=root, env=_environment(), check=False).returncode:
            raise LockError(f"{lock.file} could not be made")
    path = root / lock.file
    path.write_text(_with_header(lock, path.read_text(), root))


def _compile(lock: Lock) -> list[str]:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header"]
    command += ["--no-config", "--default-index", INDEX]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--fork-strategy", "fewest"]
    # Wheels alone: to install one runs none of its code.
    command += ["--generate-hashes", "--only-binary", ":all:", "--emit-build-options"]
    if lock != LOCKS[0]:
        command += ["--constraints", LOCKS[0].file]
    return [*command, *lock.sources, "--output-file", lock.file]


def _environment() -> dict[str, str]:
    """Return the environment without uv's own settings: they may name other indexes."""
    return {name: value for name, value in os.environ.items() if not name.startswith("UV_")}


def _with_header(lock: Lock, packages: str, root: Path) -> str:
    """Return a lock's text: its packages under what they were made from and a digest of both."""
    parts = [*sorted(_requirements(lock, root)), *lock.left_out, packages]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return (
        f"# Written by tools/lock.py from {' and '.join(lock.sources)}\n"
        f"# without {', '.join(lock.left_out)}.\n"
        f"# pip install --require-hashes --no-deps -r {lock.file}\n"
        f"# SHA-256 of the above and below: {digest}\n\n{packages}"
    )


def _requirements(lock: Lock, root: Path) -> Iterator[str]:
    for source in lock.sources:
        yield from _lines(root / source)


def _lines(path: Path) -> Iterator[str]:
    """Yield a file's requirements without comments, and those of the files it names."""
    for raw in path.read_text().splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("-r "):
            yield from _lines(path.parent / line.removeprefix("-r ").strip())
        elif line:
            yield line


def _check() -> int:
    stale = [lock.file for lock in LOCKS if not is_current(lock)]
    for file in stale:
        print(f"{file} is out of date: run python tools/lock.py", file=sys.stderr)
    return 1 if stale else 0


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="write nothing")
    group.add_argument("--upgrade", action="store_true", help="take newer versions")
    arguments = parser.parse_args()
    if arguments.check:
        return _check()
    for lock in LOCKS:
        try:
            write(lock, arguments.upgrade)
        except LockError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"Wrote {lock.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
