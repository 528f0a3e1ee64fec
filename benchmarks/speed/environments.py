"""Virtual environments, one for each set of pinned packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class InstallError(Exception):
    """A peer that cannot be installed here; the text says why."""


def python_with(requirements: Sequence[str], folder: Path) -> Path:
    """Return the Python of an environment that has these packages, made when first needed.

    Raises InstallError.
    """
    python, done = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if not done.is_file() or done.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "-q", *requirements])
        done.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InstallError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
