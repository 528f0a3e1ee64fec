"""Packages as Debian builds them, made here: nothing is fetched."""

import hashlib
import io
import tarfile
import urllib.request

import pytest

from picture.debian import Package, read_member
from picture.wheels import FetchError

PATH = "usr/share/pack"


def package(files: dict[str, bytes], sign: bytes = b"!<arch>\n") -> bytes:
    """Return an `ar` archive that holds a control file and these as its data."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:xz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    parts = (
        (b"debian-binary", b"2.0\n"),
        (b"control.tar.xz", b"odd"),
        (b"data.tar.xz", data.getvalue()),
    )
    whole = sign
    for part, content in parts:
        whole += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (part, 0, 0, 0, b"100644", len(content))
        whole += content + b"\n" * (len(content) % 2)
    return whole


def published(monkeypatch: pytest.MonkeyPatch, data: bytes, digest: str = "") -> Package:
    """Let a mirror hold a package."""
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: io.BytesIO(data))
    return Package("pool/pack_1_all.deb", digest or hashlib.sha256(data).hexdigest())


def test_a_file_is_taken_out_of_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    data = package({"usr/share/other": b"no", PATH: b"letters"})
    assert read_member(published(monkeypatch, data), PATH) == b"letters"


def test_another_file_than_the_published_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = published(monkeypatch, package({PATH: b"letters"}), "0" * 64)
    with pytest.raises(FetchError, match="has SHA-256"):
        read_member(wanted, PATH)


@pytest.mark.parametrize(
    "data", [b"", b"no archive", package({}), package({PATH: b"x"}, b"?<arch>\n")]
)
def test_a_package_without_the_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    with pytest.raises(FetchError, match=r"pack_1_all\.deb has no readable usr/share/pack"):
        read_member(published(monkeypatch, data), PATH)


def test_a_mirror_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr(urllib.request, "urlopen", fail)
    with pytest.raises(FetchError, match="could not be downloaded: no route"):
        read_member(Package("pool/pack_1_all.deb", "0" * 64), PATH)
