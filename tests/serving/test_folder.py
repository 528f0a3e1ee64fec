import shutil
from pathlib import Path

import pytest

from picture.page import Page
from picture.serving.folder import bytes_in, kept_page, write_whole

PAGE = Page(10, 10, ()).to_bytes()


class Reader:
    """Read a page, and count how often."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> bytes:
        self.reads += 1
        return PAGE


def test_a_page_is_read_once(tmp_path: Path) -> None:
    read = Reader()
    assert [kept_page(tmp_path, key, read, 10) for key in "aba"] == [PAGE] * 3
    assert read.reads == 2


def test_a_damaged_page_is_read_anew(tmp_path: Path) -> None:
    read = Reader()
    kept_page(tmp_path, "a", read, 10)
    (path,) = tmp_path.iterdir()
    path.write_bytes(PAGE[:-3])
    assert kept_page(tmp_path, "a", read, 10) == PAGE
    assert path.read_bytes() == PAGE


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    read = Reader()
    for key in "abcd":
        kept_page(tmp_path, key, read, 3)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_goes_keeps_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    def read() -> bytes:
        shutil.rmtree(folder)
        return PAGE

    assert kept_page(folder, "a", read, 10) == PAGE
    assert not folder.exists()
    with pytest.raises(FileNotFoundError):
        bytes_in(folder)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    for data in (b"first", b"second"):
        write_whole(tmp_path / "a", data)
        assert (tmp_path / "a").read_bytes() == data
    assert (len(list(tmp_path.iterdir())), bytes_in(tmp_path)) == (1, 6)
