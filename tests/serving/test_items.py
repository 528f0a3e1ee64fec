import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from picture.errors import (
    ArchiveBrokenError,
    ArchiveNestedError,
    FilesExceededError,
    PictureBrokenError,
    UploadTooLargeError,
)
from picture.serving.items import Item, Sent, Stored, unpack
from picture.serving.storage import Storage


def zipped(*names: str, data: bytes = b"picture") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, data)
    return buffer.getvalue()


Unpack = Callable[..., list[Item]]


@pytest.fixture
def unpacked(tmp_path: Path) -> Unpack:
    storage = Storage(tmp_path / "uploads", tmp_path / "output", keep=False)

    def unpacked(*files: tuple[str, bytes], most: int = 10) -> list[Item]:
        sent = []
        for number, (name, data) in enumerate(files):
            path = tmp_path / str(number)
            path.write_bytes(data)
            sent.append(Sent(name, Stored(path, "5a")))
        return unpack(sent, storage.receive, most, 1000)

    return unpacked


def test_files_and_those_in_zips_come_in_order_under_names_of_their_own(
    unpacked: Unpack,
) -> None:
    items = unpacked(
        ("a.png", b"1"), ("b.zip", zipped("a.png", "x/a.png", "../x/a.png")), ("a.png", b"2")
    )
    names = ["a.png", "a (2).png", "x/a.png", "x/a (2).png", "a (3).png"]
    assert [item.name for item in items] == names


def test_a_packed_file_is_there_as_long_as_it_is_needed(unpacked: Unpack, tmp_path: Path) -> None:
    (item,) = unpacked(("a.zip", zipped("a.png")))
    with item.opened() as content:
        assert content.path.read_bytes() == b"picture"
        assert len(content.sha256) == 64
    with pytest.raises(PictureBrokenError), item.opened():
        raise PictureBrokenError
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (("a.png", b"x" * 1001), UploadTooLargeError),
        (("a.zip", zipped("a.png", data=b"x" * 1001)), UploadTooLargeError),
        (("a.zip", zipped("b.zip", data=zipped("a.png"))), ArchiveNestedError),
    ],
)
def test_what_cannot_be_opened_says_so_and_leaves_nothing(
    unpacked: Unpack, tmp_path: Path, file: tuple[str, bytes], error: type[Exception]
) -> None:
    (item,) = unpacked(file)
    with pytest.raises(error), item.opened():
        pass
    assert list((tmp_path / "uploads").iterdir()) == []


def test_one_that_cannot_be_unpacked_harms_no_other(unpacked: Unpack) -> None:
    data = bytearray(zipped("a.png", "b.png"))
    data[data.index(b"picture")] ^= 1
    first, second = unpacked(("a.zip", bytes(data)))
    with pytest.raises(ArchiveBrokenError), first.opened():
        pass
    with second.opened() as content:
        assert content.path.read_bytes() == b"picture"


def test_names_lead_nowhere_and_stay_apart_once_they_are_cleaned(unpacked: Unpack) -> None:
    names = ("/etc/a.png", "../../etc/a.png", "C:\\a.png", "etc//./a.png", "\u202ea.png", "a.png")
    items = unpacked(("a.zip", zipped(*names)), ("a (2).png", b""), ("a (2).png", b""))
    came = [item.name for item in items]
    assert came[:3] == ["etc/a.png", "etc/a (2).png", "C_/a.png"]
    assert len(set(came)) == len(came) == 8
    assert not any(part in ("", ".", "..") for name in came for part in name.split("/"))


def test_a_zip_that_is_damaged_is_told_before_any_is_opened(unpacked: Unpack) -> None:
    with pytest.raises(ArchiveBrokenError):
        unpacked(("a.png", b""), ("a.zip", zipped("a.png")[:-9]))


def test_each_is_there_while_others_are(unpacked: Unpack, tmp_path: Path) -> None:
    first, second = unpacked(("a.zip", zipped("a.png", "b.png")))
    with first.opened() as one:
        with second.opened() as other:
            assert one.path != other.path
        assert not other.path.exists()
        assert one.path.read_bytes() == b"picture"
    assert list((tmp_path / "uploads").iterdir()) == []


def test_so_many_files_come_at_once(unpacked: Unpack) -> None:
    many = zipped(*(f"{number}.png" for number in range(6)))
    assert len(unpacked(("a.zip", many), ("b.png", b""), most=7)) == 7
    for files in ([("a.zip", many), ("b.zip", many)], [("a.png", b"")] * 8):
        with pytest.raises(FilesExceededError):
            unpacked(*files, most=7)
