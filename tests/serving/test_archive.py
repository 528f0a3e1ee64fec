import io
import resource
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.errors import (
    ArchiveBrokenError,
    ArchiveLockedError,
    FilesExceededError,
    ServiceError,
    UploadTooLargeError,
)
from picture.serving.archive import Archive, is_archive, pack
from tests.conftest import needs

MOST = 20
Write = Callable[[bytes], Path]


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def extracted(archive: Archive, most: int = 1000) -> list[bytes]:
    found = []
    for entry in archive.entries:
        target = io.BytesIO()
        archive.extract(entry, target, most)
        found.append(target.getvalue())
    return found


def test_files_come_out_as_they_went_in(picture_file: Write) -> None:
    path = picture_file(zipped({"a.png": b"1", "b/c.png": b"2" * 1000}))
    assert is_archive(path)
    archive = Archive(path, MOST)
    assert [entry.filename for entry in archive.entries] == ["a.png", "b/c.png"]
    assert extracted(archive) == [b"1", b"2" * 1000]


def test_what_systems_leave_beside_files_is_passed_over(picture_file: Write) -> None:
    beside = ("folder/", "__MACOSX/._a.png", ".DS_Store", "x/.hidden/a.png", "x/Thumbs/")
    data = zipped(dict.fromkeys((*beside, "../a.png"), b""))
    nameless = zipped({"x": b""}).replace(b"x", b"\0")
    assert Archive(picture_file(nameless), MOST).entries == []
    archive = Archive(picture_file(data), MOST)
    assert [entry.filename for entry in archive.entries] == ["../a.png"]


def test_too_many_files_are_refused(picture_file: Write) -> None:
    with pytest.raises(FilesExceededError):
        Archive(picture_file(zipped({f"{number}.png": b"" for number in range(21)})), MOST)


@pytest.mark.parametrize(
    ("at", "claimed"),
    [(10, struct.pack("<H", 65_535)), (12, struct.pack("<L", 4_000_000_000)), (12, b"\xff" * 4)],
)
def test_a_list_that_claims_to_be_huge_is_refused_unread(
    picture_file: Write, at: int, claimed: bytes
) -> None:
    data = bytearray(zipped({"a.png": b"1"}))
    end = data.rindex(b"PK\x05\x06")
    data[end + at : end + at + len(claimed)] = claimed
    with pytest.raises(FilesExceededError):
        Archive(picture_file(bytes(data)), MOST)


@pytest.mark.parametrize("cut", [5, 30, 60])
def test_a_zip_that_broke_off_is_told(picture_file: Write, cut: int) -> None:
    with pytest.raises(ArchiveBrokenError):
        Archive(picture_file(zipped({"a.png": b"1" * 99})[:-cut]), MOST)


def test_an_encrypted_entry_is_told(picture_file: Write) -> None:
    data = bytearray(zipped({"a.png": b"1"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    archive = Archive(picture_file(bytes(data)), MOST)
    with pytest.raises(ArchiveLockedError):
        extracted(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_takes_much_memory_to_unpack_is_refused(picture_file: Write, method: int) -> None:
    archive = Archive(picture_file(zipped({"a.png": b"1"}, method)), MOST)
    with pytest.raises(ArchiveBrokenError):
        extracted(archive)


def test_a_bomb_is_cut_off_whatever_it_claims(picture_file: Write) -> None:
    data = bytearray(zipped({"a.png": bytes(200_000_000)}))
    assert len(data) < 300_000
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<L", 10)
    claimed, honest = Archive(picture_file(bytes(data)), MOST), zipped({"a": bytes(200_000_000)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((UploadTooLargeError, ArchiveBrokenError)):
        extracted(claimed, 1_000_000)
    with pytest.raises(UploadTooLargeError):
        extracted(Archive(picture_file(honest), MOST), 1_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


WHOLE = zipped({"a.png": b"1" * 500, "b/c.png": bytes(range(256))})


@given(st.binary(max_size=300), st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)))
def test_a_damaged_zip_raises_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: int, end: int
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "a.zip"
    for damaged in (data, WHOLE[:start] + data + WHOLE[end:]):
        path.write_bytes(damaged)
        try:
            extracted(Archive(path, MOST))
        except ServiceError as error:
            assert error.status in (413, 422)


FILES = {"a.txt": b"text" * 1000, "收据/b.png": b"\x89PNG" * 100, "c (2).pdf": b""}


def test_what_is_packed_is_a_zip() -> None:
    data = b"".join(pack(iter([list(FILES.items())[:2], list(FILES.items())[2:]])))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        methods = [entry.compress_type for entry in archive.infolist()]
    assert methods == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_STORED]


@needs(unzip=shutil.which("unzip"))
def test_other_programs_unpack_it(tmp_path: Path) -> None:
    path = tmp_path / "made.zip"
    path.write_bytes(b"".join(pack(iter([list(FILES.items())]))))
    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    assert "No errors detected" in tested.stdout


def test_it_comes_as_it_is_made() -> None:
    begun: list[str] = []

    def files() -> list[tuple[str, bytes]]:
        begun.append("one")
        return [(f"{len(begun)}.png", b"x" * 1000)]

    pieces = pack(files() for _ in range(3))
    assert [len(next(pieces)) > 1000 for _ in range(2)] == [True, True]
    assert len(begun) == 2
