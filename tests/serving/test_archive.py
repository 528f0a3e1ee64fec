import io
import resource
import shutil
import struct
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
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


END = struct.Struct("<4s4H2LH")


def with_record(
    data: bytes, claimed: tuple[int, int] | None = None, moved: int = 0, plain: bytes = b""
) -> bytes:
    """Make a Zip64 of a zip: a record of entries and bytes before the plain end, and its place."""
    at = data.rindex(b"PK\x05\x06")
    _, _, _, _, entries, length, start, _ = END.unpack(data[at:])
    count, size = claimed or (entries, length)
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, at - size
    )
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + moved, 1)
    assert start + length == at
    return data[:at] + record + place + (plain or data[at:])


def test_a_zip64_of_few_files_is_read_whatever_its_plain_end_says(picture_file: Write) -> None:
    data = zipped({"a.png": b"1", "b.png": b"2"})
    unknown = END.pack(b"PK\x05\x06", 0, 0, 65_535, 65_535, 2**32 - 1, 2**32 - 1, 0)
    for plain in (b"", unknown):
        archive = Archive(picture_file(with_record(data, plain=plain)), MOST)
        assert extracted(archive) == [b"1", b"2"]


def test_a_zip64_that_hides_a_huge_list_is_refused_unread(picture_file: Write) -> None:
    data = zipped({f".{number}": b"" for number in range(2_000)})
    modest = END.pack(b"PK\x05\x06", 0, 0, 1, 1, 50, 0, 0)
    path = picture_file(with_record(data, plain=modest))
    with zipfile.ZipFile(path) as archive:
        assert len(archive.infolist()) == 2_000
    with pytest.raises(FilesExceededError):
        Archive(path, MOST)


@pytest.mark.parametrize("claimed", [(2**63, 50), (1, 2**63), (2**64 - 1, 2**64 - 1)])
def test_a_zip64_that_claims_a_huge_list_is_refused(
    picture_file: Write, claimed: tuple[int, int]
) -> None:
    data = bytearray(with_record(zipped({"a.png": b"1"})))
    at = data.index(b"PK\x06\x06")
    data[at + 32 : at + 48] = struct.pack("<2Q", *claimed)
    with pytest.raises(FilesExceededError):
        Archive(picture_file(bytes(data)), MOST)


def test_a_zip64_has_its_record_where_every_reader_looks(picture_file: Write) -> None:
    data = zipped({"a.png": b"1"})
    end = data[data.rindex(b"PK\x05\x06") :]
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    for odd in (with_record(data, moved=-1), with_record(data, moved=2**40), place + end):
        with pytest.raises(ArchiveBrokenError):
            Archive(picture_file(odd), MOST)


def test_more_entries_than_its_end_claims_are_refused(picture_file: Write) -> None:
    data = bytearray(zipped({f".{number}": b"" for number in range(4 * MOST + 1)}))
    at = data.rindex(b"PK\x05\x06")
    data[at + 8 : at + 12] = struct.pack("<2H", 1, 1)
    with pytest.raises(FilesExceededError):
        Archive(picture_file(bytes(data)), MOST)


def test_folders_and_hidden_files_count_for_a_while_only(picture_file: Write) -> None:
    names = [f"{number}/" for number in range(3 * MOST)]
    names += [f"{number}.png" for number in range(MOST)]
    assert len(Archive(picture_file(zipped(dict.fromkeys(names, b""))), MOST).entries) == MOST
    names.append("one more/")
    with pytest.raises(FilesExceededError):
        Archive(picture_file(zipped(dict.fromkeys(names, b""))), MOST)


def test_a_comment_or_something_before_and_behind_harms_nothing(picture_file: Write) -> None:
    data = bytearray(zipped({"a.png": b"1" * 99}))
    data[-2:] = struct.pack("<H", 65_535)
    for odd in (bytes(data) + b" " * 65_535, b"#!program" + data, bytes(data) + b"garbage"):
        assert extracted(Archive(picture_file(odd), MOST)) == [b"1" * 99]


def test_an_end_too_far_from_the_end_is_none(picture_file: Write) -> None:
    with pytest.raises(ArchiveBrokenError):
        Archive(picture_file(zipped({"a.png": b"1"}) + bytes(70_000)), MOST)


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


def test_entries_that_share_their_bytes_are_bounded_one_by_one(picture_file: Write) -> None:
    data = zipped({"a.png": bytes(100_000), "b.png": bytes(100_000)})
    first, second = data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")
    shared = bytearray(data)
    # Both at the first one's place, under its name.
    shared[second:] = data[first:second] + data[second + (second - first) :]
    archive = Archive(picture_file(bytes(shared)), MOST)
    assert [entry.header_offset for entry in archive.entries] == [0, 0]
    for entry in archive.entries:
        with pytest.raises((UploadTooLargeError, ArchiveBrokenError)):
            archive.extract(entry, io.BytesIO(), 99_999)


@pytest.mark.parametrize("offset", [2**31, 2**32, 2**62, 2**63 - 1, 2**63, 2**64 - 1])
def test_an_entry_that_lies_nowhere_is_told(picture_file: Write, offset: int) -> None:
    long = struct.pack("<2HQ", 1, 8, offset)
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 45, 45, *[0] * 7, 1, 12, *[0] * 4, 2**32 - 1)
    start, listed = zipped({"a": b""})[:31], entry + b"a" + long
    end = END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(listed), len(start), 0)
    archive = Archive(picture_file(start + listed + end), MOST)
    assert archive.entries[0].header_offset == offset
    with pytest.raises(ArchiveBrokenError):
        extracted(archive)


def test_a_disk_that_is_full_is_no_damage_of_the_zip(picture_file: Write) -> None:
    archive = Archive(picture_file(zipped({"a.png": b"1" * 100})), MOST)
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="space"):
        archive.extract(archive.entries[0], full, 1000)


def test_exactly_as_much_as_may_come_out_comes_out(picture_file: Write) -> None:
    archive = Archive(picture_file(zipped({"a.png": bytes(600_000)})), MOST)
    assert extracted(archive, 600_000) == [bytes(600_000)]
    target = io.BytesIO()
    with pytest.raises(UploadTooLargeError):
        archive.extract(archive.entries[0], target, 599_999)
    assert len(target.getvalue()) <= 599_999


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


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8))
def test_a_zip_with_other_bytes_here_and_there_raises_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(with_record(WHOLE))
    # What tells most stands at the end.
    for at, value in changes:
        damaged[-1 - at] = value
    path = tmp_path_factory.mktemp("damaged") / "a.zip"
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


def test_names_in_any_script_survive() -> None:
    names = ["Straße.txt", "收据.txt", "קבלה.txt", "إيصال.txt", "रसीद.txt", "📄.txt", "e\u0301.txt"]
    data = b"".join(pack(iter([[(name, name.encode())] for name in names])))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == names
        assert [archive.read(name).decode() for name in names] == names


def test_what_was_sent_is_not_kept_in_memory() -> None:
    def files() -> Iterator[list[tuple[str, bytes]]]:
        for number in range(40):
            yield [(f"{number}.png", bytes(1_000_000))]

    tracemalloc.start()
    total = sum(map(len, pack(files())))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 40_000_000
    assert peak < 6_000_000


def test_what_breaks_off_is_not_taken_for_whole() -> None:
    def files() -> Iterator[list[tuple[str, bytes]]]:
        yield [("a.txt", b"text")]
        raise ArchiveLockedError

    came = bytearray()
    with pytest.raises(ArchiveLockedError):
        for piece in pack(files()):
            came += piece
    assert came
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(came))


def test_nothing_at_all_is_a_zip_as_well() -> None:
    with zipfile.ZipFile(io.BytesIO(b"".join(pack(iter([]))))) as archive:
        assert archive.namelist() == []
