import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops
from PIL.JpegImagePlugin import get_sampling

import utility
from picture.errors import (
    ClientGoneError,
    DeadlineExceededError,
    PictureBrokenError,
    PictureTooLargeError,
    QueueFullError,
    ServiceError,
    StorageUnavailableError,
)
from picture.layout import Layout
from picture.page import Line, Page, Rule
from picture.reading import Asker, Selection, parse_corrections
from picture.redraw import Fonts, Keep, Style
from picture.serving import Memory, Order, Source, Storage, Target, Upload
from picture.settings import Settings
from tests.conftest import ROOT, draw_page, to_bytes
from utility import Download, Jobs, stem

PAPER = (230, 240, 210)
PICTURE = to_bytes(draw_page("Hello", paper=PAPER))


def corner(download: Download) -> Any:
    return Image.open(io.BytesIO(download.data)).getpixel((5, 5))


class CountingEngine:
    """Stand in for the engine: one line per picture, and how often it was asked."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.failure: Exception | None = None
        self.rules: tuple[Rule, ...] = ()

    @property
    def reads(self) -> int:
        return len(self.sizes)

    def read(
        self,
        image: Image.Image,
        seconds: float,
        asker: Asker,
        *_: object,
    ) -> Page:
        assert seconds > 0
        assert not asker.is_gone()
        self.sizes.append(image.size)
        if self.failure:
            raise self.failure
        unread = 7 if asker.partial else 0
        box = ((40.0, 40.0), (140.0, 40.0), (140.0, 72.0), (40.0, 72.0))
        return Page(*image.size, (Line("Hello", 0.99, box),), unread=unread, rules=self.rules)


@pytest.fixture
def engine() -> CountingEngine:
    return CountingEngine()


@pytest.fixture
def jobs(engine: CountingEngine) -> Jobs:
    return Jobs(Settings(), engine, Fonts(ROOT / "fonts"))  # type: ignore[arg-type]


@pytest.fixture
def upload(tmp_path: Path) -> Iterator[Upload]:
    with Storage(tmp_path / "uploads", tmp_path / "output", keep=False).receive() as upload:
        upload.write(PICTURE)
        yield upload


def test_a_picture_becomes_text(jobs: Jobs, upload: Upload) -> None:
    download = jobs.image_to_text(Order(upload, "scan.png"))
    assert (download.name, download.data.decode().strip()) == ("scan.txt", "Hello")
    assert download.mimetype == "text/plain"


def test_text_with_drawn_rules_is_another_text(
    jobs: Jobs, engine: CountingEngine, upload: Upload
) -> None:
    engine.rules = (Rule((40, 80), (140, 80), 2),)
    order = Order(upload, "a.png")
    plain, ruled = (jobs.make(order, Target("txt", rules=rules)) for rules in (False, True))
    assert plain.data.decode() == "Hello\n"
    assert ruled.data.decode() == "Hello\n-----\n"
    assert engine.reads == 1


def test_a_picture_becomes_a_picture_of_its_format(jobs: Jobs, upload: Upload) -> None:
    download = jobs.image_to_image(Order(upload, "scan.png"), Style())
    assert (download.name, download.mimetype) == ("scan_text.png", "image/png")
    drawn = Image.open(io.BytesIO(download.data))
    assert (drawn.format, drawn.size) == ("PNG", (640, 400))


def test_text_then_picture_reads_once(jobs: Jobs, engine: CountingEngine, upload: Upload) -> None:
    downloads = [
        jobs.image_to_text(Order(upload, "a.png")),
        jobs.image_to_text(Order(upload, "b.png"), layout=Layout.LINES),
        jobs.image_to_image(Order(upload, "c.png"), Style()),
        jobs.image_to_image(Order(upload, "d.png"), Style(white_background=False)),
    ]
    assert [download.from_cache for download in downloads] == [False, True, True, True]
    assert engine.reads == 1


def test_a_huge_scan_is_read_halved_and_drawn_whole(
    jobs: Jobs, engine: CountingEngine, tmp_path: Path
) -> None:
    with Storage(tmp_path / "uploads", tmp_path / "output", keep=False).receive() as upload:
        upload.write(to_bytes(Image.new("RGB", (4801, 5000), PAPER), "JPEG"))
        download = jobs.image_to_image(Order(upload, "scan.jpg"), Style())
    assert engine.sizes == [(2401, 2500)]
    drawn = Image.open(io.BytesIO(download.data)).convert("L")
    assert drawn.size == (4801, 5000)
    ink = drawn.point(lambda value: 255 * (value < 128)).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    assert 80 <= left < right <= 281
    assert 80 <= top < bottom <= 145


def test_the_options_are_part_of_the_answer(jobs: Jobs, upload: Upload) -> None:
    white = jobs.image_to_image(Order(upload, "a.png"), Style())
    over = jobs.image_to_image(Order(upload, "a.png"), Style(white_background=False))
    assert corner(white) == (255, 255, 255)
    assert corner(over) == PAPER


def test_a_jpeg_keeps_what_was_not_drawn_on(jobs: Jobs, tmp_path: Path) -> None:
    file = to_bytes(draw_page("Hello", paper=PAPER), "JPEG", quality=90)
    with Storage(tmp_path / "uploads", tmp_path / "output", keep=False).receive() as upload:
        upload.write(file)
        over = jobs.image_to_image(Order(upload, "a.jpg"), Style(white_background=False))
        white = jobs.image_to_image(Order(upload, "a.jpg"), Style())
    before, after, clean = (Image.open(io.BytesIO(data)) for data in (file, over.data, white.data))
    lower = (0, 200, 640, 400)
    assert ImageChops.difference(before.crop(lower), after.crop(lower)).getbbox() is None
    assert get_sampling(before) == get_sampling(after) != get_sampling(clean)


def test_how_sure_a_line_must_be_to_be_drawn_is_set_and_asked(
    engine: CountingEngine, upload: Upload
) -> None:
    def drawn(setting: float, asked: float | None) -> bytes:
        jobs = Jobs(
            Settings(redraw_min_score=setting),
            engine,  # type: ignore[arg-type]
            Fonts(ROOT / "fonts"),
        )
        order = Order(upload, "a.png", Selection(min_score=asked))
        return jobs.image_to_image(order, Style(white_background=False)).data

    as_sent = np.asarray(Image.open(io.BytesIO(PICTURE)).convert("RGB"))
    anew = drawn(0.7, None)
    assert not np.array_equal(np.asarray(Image.open(io.BytesIO(anew))), as_sent)
    for setting, asked in ((1.0, None), (0.7, 1.0)):
        kept = np.asarray(Image.open(io.BytesIO(drawn(setting, asked))))
        assert np.array_equal(kept, as_sent)
    assert drawn(1.0, 0.0) == drawn(1.0, 0.9) == anew


def test_graphics_stay_where_that_is_asked(jobs: Jobs, tmp_path: Path) -> None:
    picture = draw_page("Hello", paper=PAPER)
    picture.paste((20, 60, 160), (300, 200, 600, 380))
    with Storage(tmp_path / "uploads", tmp_path / "output", keep=False).receive() as upload:
        upload.write(to_bytes(picture))
        order = Order(upload, "a.png")
        text = jobs.image_to_image(order, Style())
        scan = jobs.image_to_image(order, Style(keep=Keep.GRAPHICS))
        bound = jobs.image_to_image(order, Style(keep=Keep.GRAPHICS), "pdf")
    assert corner(scan) == (255, 255, 255)
    inner = 450, 300
    assert Image.open(io.BytesIO(text.data)).getpixel(inner) == (255, 255, 255)
    assert Image.open(io.BytesIO(scan.data)).getpixel(inner) == (20, 60, 160)
    assert bound.data.startswith(b"%PDF")


def test_memory_for_graphics_is_counted(
    jobs: Jobs, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_memory", Memory(18 * 640 * 400))
    assert jobs.image_to_image(Order(upload, "a.png"), Style()).data
    with pytest.raises(PictureTooLargeError):
        jobs.image_to_image(Order(upload, "a.png"), Style(keep=Keep.GRAPHICS))


def test_a_corrected_line_is_drawn_however_it_was_read(jobs: Jobs, upload: Upload) -> None:
    said = parse_corrections(['{"1": {"0": "Hallo"}}'])
    anew = jobs.image_to_image(Order(upload, "a.png", Selection(corrections=said)), Style())
    kept = jobs.image_to_image(Order(upload, "a.png", Selection(min_score=1.0)), Style())
    assert anew.data != jobs.image_to_image(Order(upload, "a.png"), Style()).data
    assert anew.data != kept.data


def test_a_line_in_doubt_stays_on_the_picture_and_out_of_the_text(
    jobs: Jobs, upload: Upload
) -> None:
    asked = Order(upload, "a.png", Selection(min_score=1.0))
    assert jobs.image_to_text(asked).data.strip() == b""
    kept = Image.open(io.BytesIO(jobs.image_to_image(asked, Style()).data)).convert("L")
    assert kept.getextrema() != (255, 255)


def test_a_repeat_is_answered_without_decoding(
    jobs: Jobs, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = jobs.image_to_image(Order(upload, "a.png"), Style())
    text = jobs.image_to_text(Order(upload, "a.png"))
    monkeypatch.delattr(Source, "document")
    assert jobs.image_to_image(Order(upload, "a.png"), Style()).data == first.data
    assert jobs.image_to_text(Order(upload, "a.png")).data == text.data


def test_a_picture_that_arrives_many_times_at_once_is_read_once(
    jobs: Jobs, engine: CountingEngine, upload: Upload
) -> None:
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(jobs.image_to_text, Order(upload, "a.png")) for _ in range(16)]
        downloads = [job.result() for job in asked]
    assert len({download.data for download in downloads}) == 1
    assert [download.from_cache for download in downloads].count(False) == 1
    assert engine.reads == 1


def test_a_failure_is_not_kept(jobs: Jobs, engine: CountingEngine, upload: Upload) -> None:
    engine.failure = DeadlineExceededError()
    with pytest.raises(DeadlineExceededError):
        jobs.image_to_text(Order(upload, "a.png"))
    engine.failure = None
    assert not jobs.image_to_text(Order(upload, "a.png")).from_cache


def test_a_broken_picture_never_reaches_the_engine(
    jobs: Jobs, engine: CountingEngine, tmp_path: Path
) -> None:
    with Storage(tmp_path / "u", tmp_path / "o", keep=False).receive() as upload:
        upload.write(PICTURE[: len(PICTURE) // 2])
        with pytest.raises(PictureBrokenError):
            jobs.image_to_image(Order(upload, "a.png"), Style())
    assert engine.reads == 0


def test_no_page_is_read_that_nobody_waits_for(
    jobs: Jobs, engine: CountingEngine, tmp_path: Path
) -> None:
    pages = [draw_page(f"Page {number}") for number in range(5)]
    with Storage(tmp_path / "u", tmp_path / "o", keep=False).receive() as upload:
        upload.write(to_bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
        leaving = Asker(is_gone=lambda: engine.reads == 2)
        with pytest.raises(ClientGoneError):
            jobs.image_to_text(Order(upload, "a.tiff", asker=leaving))
    assert engine.reads == 2


def test_a_full_queue_refuses_what_has_to_be_read_but_not_what_is_kept(
    jobs: Jobs, upload: Upload, tmp_path: Path
) -> None:
    jobs.image_to_text(Order(upload, "a.png"))
    places = utility._AT_WORK + Settings().queue_size
    admissions = [jobs._queue.admission() for _ in range(places)]
    for admission in admissions:
        admission.__enter__()
    with Storage(tmp_path / "u", tmp_path / "o", keep=False).receive() as other:
        other.write(to_bytes(draw_page("Other")))
        with pytest.raises(QueueFullError):
            jobs.image_to_text(Order(other, "b.png"))
    assert jobs.image_to_text(Order(upload, "a.png")).from_cache
    for admission in admissions:
        admission.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("receipt.png", "receipt"),
        ("收据 1.jpg", "收据 1"),
        ("archive.tar.gz", "archive.tar"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\scan.png", "scan"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x"),
        ("\u202egnp.exe", "gnp"),
        (".png", "picture"),
        ("...", "picture"),
        ("", "picture"),
        ("x" * 300 + ".png", "x" * 100),
        ("\ud800.png", "picture"),
    ],
)
def test_a_file_name_becomes_a_harmless_stem(name: str, expected: str) -> None:
    assert stem(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.jpeg", ".jpeg"), ("a.JPG", ".jpg"), ("a.png", ".jpg"), ("a", ".jpg")],
)
def test_the_extension_fits_the_format(name: str, expected: str) -> None:
    assert utility._extension(name, "JPEG") == expected


def test_what_was_not_read_is_marked_and_never_taken_for_the_whole(
    jobs: Jobs, engine: CountingEngine, upload: Upload
) -> None:
    asker = Asker(partial=True)
    for _ in range(2):
        text = jobs.image_to_text(Order(upload, "a.png", asker=asker))
        drawn = jobs.image_to_image(Order(upload, "a.png", asker=asker), Style())
        assert (text.name, text.unread) == ("a_partial.txt", 7)
        assert (drawn.name, drawn.unread) == ("a_partial_text.png", 7)
        assert text.data.endswith(b"\n[7 lines were not read]\n")
    whole = jobs.image_to_text(Order(upload, "a.png"))
    assert (whole.name, whole.unread, whole.from_cache) == ("a.txt", 0, False)
    assert engine.reads == 2


def test_memory_for_a_letter_as_large_as_the_page_is_counted(
    jobs: Jobs, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_memory", Memory(16 * 640 * 400))
    assert jobs.image_to_image(Order(upload, "a.png"), Style()).data
    corners = ((0.0, 0.0), (640.0, 0.0), (640.0, 400.0), (0.0, 400.0))
    huge = Page(640, 400, (Line("W", 0.9, corners),))
    monkeypatch.setattr(jobs._readings, "page", lambda *_, **__: huge)
    with pytest.raises(PictureTooLargeError):
        jobs.image_to_image(Order(upload, "a.png"), Style(white_background=False))


def test_a_job_whose_result_cannot_be_kept_now_has_not_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failures: list[ServiceError] = []

    class Unkept:
        fail = failures.append

        def finish(self, *_: object) -> None:
            raise StorageUnavailableError

    jobs = Jobs(Settings(), CountingEngine(), Fonts(ROOT / "fonts"))  # type: ignore[arg-type]
    made = tmp_path, "a.txt", "text/plain"
    monkeypatch.setattr(jobs, "_carried_out", lambda *_: made)
    with pytest.raises(StorageUnavailableError):
        jobs.carry_out(Unkept(), lambda: None)  # type: ignore[arg-type, return-value]
    assert failures == []
