from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from picture.errors import FieldTooLargeError, ResultGoneError
from picture.page import Line, Page
from picture.reading import Correction
from picture.serving.shelf import Kept, Measure, Shelf
from picture.serving.storage import Storage, Upload

MEASURE = Measure("PNG", 1, is_shown=True)
PAGE = Page(10, 10, (Line("Hi", 0.9, ((0, 0), (9, 0), (9, 9), (0, 9))),)).to_bytes()

Send = Callable[[bytes], Upload]


@pytest.fixture
def send(tmp_path: Path) -> Iterator[Send]:
    """Return what uploads bytes."""
    storage, uploads = Storage(tmp_path, tmp_path / "output", keep=False), []

    def upload(data: bytes) -> Upload:
        uploads.append(storage.receive())
        uploads[-1].write(data)
        return uploads[-1]

    yield upload
    for each in uploads:
        each.close()


def shelf(folder: Path, seconds: float = 60, size: int = 10_000) -> Shelf:
    return Shelf(folder, seconds, size)


def folders(folder: Path) -> list[Path]:
    return list(folder.glob("kept-*"))


def age(kept: Kept, seconds: float) -> None:
    """Let a kept upload have been looked at so long ago."""
    moment = time.time() - seconds
    os.utime(kept.folder, (moment, moment))


def test_what_is_kept_is_found_by_every_process(tmp_path: Path, send: Send) -> None:
    upload = send(b"data")
    token = shelf(tmp_path).keep(upload, "收据.png", MEASURE, "secret")
    kept = shelf(tmp_path).find(token)
    assert (kept.name, kept.password, kept.measure) == ("收据.png", "secret", MEASURE)
    assert kept.sha256 == upload.sha256
    assert kept.path.read_bytes() == b"data"
    assert not upload.path.exists()


def test_nobody_else_can_find_it(tmp_path: Path, send: Send) -> None:
    token = shelf(tmp_path).keep(send(b"data"), "a.png", MEASURE)
    (folder,) = folders(tmp_path)
    assert token not in str(folder)
    assert folder.stat().st_mode & 0o077 == 0
    for guess in ("", "x", token[:-1], token + "x", folder.name, "../" + token, "a" * 24):
        with pytest.raises(ResultGoneError):
            shelf(tmp_path).find(guess)


def test_it_is_gone_when_nobody_has_looked_for_long(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path)
    token = kept.keep(send(b"data"), "a.png", MEASURE)
    age(kept.find(token), 59)
    kept.find(token)
    age(kept.find(token), 59)
    # Whoever looks begins its time anew.
    found = kept.find(token)
    age(found, 61)
    with pytest.raises(ResultGoneError):
        kept.find(token)
    shelf(tmp_path).keep(send(b"other"), "b.png", MEASURE)
    assert not found.folder.exists()


def test_what_was_looked_at_longest_ago_makes_room(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path, size=2_500)
    first, second = (kept.keep(send(bytes(1000)), "a", MEASURE) for _ in range(2))
    age(kept.find(first), 5)
    age(kept.find(second), 9)
    third = kept.keep(send(bytes(1000)), "a", MEASURE)
    with pytest.raises(ResultGoneError):
        kept.find(second)
    assert kept.find(first).path.exists()
    assert kept.find(third).path.exists()


def test_where_much_is_kept_not_every_upload_looks_through_it(
    tmp_path: Path, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, looks = shelf(tmp_path, size=100_000), []

    def look() -> Iterator[tuple[float, int, Path]]:
        looks.append(1)
        return Shelf._all(kept)

    monkeypatch.setattr(kept, "_all", look)
    for _ in range(200):
        kept.keep(send(bytes(1000)), "a", MEASURE)
    assert len(looks) < 120
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert 80_000 < sum(path.stat().st_size for path in files) < 110_000


def test_the_newest_is_kept_even_where_it_alone_is_too_much(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path, size=10)
    token = kept.keep(send(bytes(1000)), "a", MEASURE)
    assert kept.find(token).path.stat().st_size == 1000


def test_forgotten_is_forgotten_at_once(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path)
    token = kept.keep(send(b"data"), "a", MEASURE)
    kept.forget(token)
    kept.forget(token)
    kept.forget("../output")
    assert folders(tmp_path) == []
    assert (tmp_path / "output").exists()
    with pytest.raises(ResultGoneError):
        kept.find(token)


def test_corrections_are_kept_by_page_and_by_how_it_was_read(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path).find(shelf(tmp_path).keep(send(b"data"), "a", MEASURE))
    first, second = Correction(1, 0, "One"), Correction(2, 3, "Two")
    kept.correct("upright", 1, [first])
    kept.correct("upright", 2, [second, Correction(9, 9, "of no page that was asked")])
    kept.correct("turned", 1, [Correction(1, 0, "Other")])
    assert kept.corrections("upright") == (first, second)
    kept.correct("upright", 1, [])
    assert kept.corrections("upright") == (second,)
    assert kept.corrections("never") == ()


def test_who_corrects_for_ever_fills_no_disk(
    tmp_path: Path, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picture.serving.shelf._MOST_MANNERS", 2)
    monkeypatch.setattr("picture.serving.shelf._MOST_CORRECTIONS", 3)
    kept = shelf(tmp_path).find(shelf(tmp_path).keep(send(b"data"), "a", MEASURE))
    for manner in "abc":
        kept.correct(manner, 1, [Correction(1, 0, "x")])
    assert [len(kept.corrections(manner)) for manner in "abc"] == [1, 1, 0]
    kept.correct("a", 2, [Correction(2, line, "x") for line in range(2)])
    with pytest.raises(FieldTooLargeError):
        kept.correct("a", 3, [Correction(3, 0, "x")])
    assert len(kept.corrections("a")) == 3


def test_a_page_is_read_once_for_all_processes(tmp_path: Path, send: Send) -> None:
    token = shelf(tmp_path).keep(send(b"data"), "a", MEASURE)
    reads = []

    def read() -> bytes:
        reads.append(1)
        return PAGE

    assert shelf(tmp_path).find(token).page("key", read) == PAGE
    assert shelf(tmp_path).find(token).page("key", read) == PAGE
    assert len(reads) == 1
    shelf(tmp_path).find(token).page("another key", read)
    assert len(reads) == 2


def test_a_page_that_was_written_in_part_is_read_anew(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path).find(shelf(tmp_path).keep(send(b"data"), "a", MEASURE))
    kept.page("key", lambda: PAGE)
    (path,) = kept.folder.glob("page-*")
    path.write_bytes(PAGE[:20])
    assert kept.page("key", lambda: PAGE) == PAGE


def test_reading_what_is_forgotten_meanwhile_fails_nobody(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path)
    token = kept.keep(send(b"data"), "a", MEASURE)
    found = kept.find(token)

    def read() -> bytes:
        kept.forget(token)
        return PAGE

    assert found.page("key", read) == PAGE
    assert folders(tmp_path) == []


def test_who_turns_pages_for_ever_fills_no_disk(
    tmp_path: Path, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picture.serving.shelf._MOST_PAGES", 3)
    kept = shelf(tmp_path).find(shelf(tmp_path).keep(send(b"data"), "a", MEASURE))
    for number in range(9):
        kept.page(str(number), lambda: PAGE)
    assert len(list(kept.folder.glob("page-*"))) == 3


def test_what_its_time_is_over_for_is_swept_away(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path, seconds=0.2)
    kept.keep(send(b"data"), "a", MEASURE)
    kept.sweep_from_now_on()
    deadline = time.monotonic() + 5
    while folders(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert folders(tmp_path) == []


def test_what_is_written_about_it_is_plain(tmp_path: Path, send: Send) -> None:
    kept = shelf(tmp_path).find(shelf(tmp_path).keep(send(b"data"), "a.png", MEASURE))
    assert json.loads((kept.folder / "about.json").read_bytes())[0] == "a.png"
