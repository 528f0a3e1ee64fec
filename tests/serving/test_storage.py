import hashlib
import os
import tempfile
from pathlib import Path

import pytest

from picture.serving import storage as storage_module
from picture.serving.storage import Storage, discard


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "uploads", tmp_path / "output", keep=False)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_an_upload_is_hashed_while_it_is_written(storage: Storage) -> None:
    with storage.receive() as upload:
        upload.write(b"hello ")
        upload.write(memoryview(b"world"))
    assert upload.sha256 == hashlib.sha256(b"hello world").hexdigest()
    assert upload.path.read_bytes() == b"hello world"


def test_a_discarded_file_is_gone(storage: Storage, tmp_path: Path) -> None:
    with storage.receive() as upload:
        storage.accept(upload)
    result = storage.save_result(b"text", "kept.txt")
    discard(upload.path)
    discard(result)
    discard(result)
    assert files_in(tmp_path) == []


def test_kept_files_stand_under_the_pictures_hash(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "uploads", tmp_path / "output", keep=True)
    with storage.receive() as upload:
        upload.write(b"picture")
        storage.accept(upload)
    result = storage.save_result(b"text", f"{upload.sha256}.txt")
    discard(upload.path)
    discard(result)
    assert files_in(tmp_path) == [upload.sha256, f"{upload.sha256}.txt"]


def test_what_a_dead_process_left_is_swept(storage: Storage, tmp_path: Path) -> None:
    left = tmp_path / "uploads" / f"4999999-{'0' * 32}"
    ours = tmp_path / "output" / f"{os.getpid()}-{'0' * 32}"
    other = tmp_path / "output" / "notes.txt"
    for path in (left, ours, other):
        path.write_bytes(b"")
    storage.sweep_dead()
    assert files_in(tmp_path) == sorted([ours.name, other.name])


def test_an_ended_process_is_swept_by_number(storage: Storage, tmp_path: Path) -> None:
    for process in (123, 1234):
        (tmp_path / "uploads" / f"{process}-{'a' * 32}").write_bytes(b"")
    storage.sweep(123)
    assert files_in(tmp_path) == [f"1234-{'a' * 32}"]


@pytest.mark.parametrize("name", ["uploads", "output"])
def test_a_folder_that_takes_no_files_is_noticed_and_so_is_its_return(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(storage_module, "_PROBE_SECONDS", 0.0)
    assert storage.is_writable()
    (tmp_path / name).rmdir()
    assert not storage.is_writable()
    (tmp_path / name).mkdir()
    assert storage.is_writable()
    assert files_in(tmp_path) == []


def test_a_full_disk_takes_no_files(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full.open("wb", buffering=0))
    assert not storage.is_writable()


def test_folders_are_probed_no_more_than_every_few_seconds(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "_PROBE_SECONDS", 1e6)
    assert storage.is_writable()
    (tmp_path / "uploads").rmdir()
    assert storage.is_writable()
