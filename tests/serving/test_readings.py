"""Documents from upload to download, read by the real engine."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from picture.errors import (
    ArchiveUnavailableError,
    PageMissingError,
    PagesExceededError,
    PasswordRequiredError,
    PasswordWrongError,
    RegionOutsideError,
    ServiceError,
    SinglePageError,
)
from picture.layout import Layout
from picture.reading import (
    Engine,
    Orientation,
    Selection,
    TextLayer,
    parse_pages,
    parse_regions,
)
from picture.redraw import Fonts, Style
from picture.serving import Order, Storage
from picture.settings import Settings
from tests.conftest import ROOT, draw_page, to_bytes
from tests.documents import SAMPLES
from tests.documents import page as pdf_page
from utility import Jobs

Ask = Callable[..., Order]

FIRST = draw_page("Garden centre", "Total 12.50")
SECOND = draw_page("Second page", "Thank you")
TIFF = to_bytes(FIRST, "TIFF", save_all=True, append_images=[SECOND])
PDF = to_bytes(FIRST, "PDF", save_all=True, append_images=[SECOND], resolution=100)


@pytest.fixture(scope="module")
def jobs(engine: Engine) -> Jobs:
    return Jobs(Settings(max_pages=3), engine, Fonts(ROOT / "fonts"))


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Return what makes an order of a file, and remove the file afterwards."""
    storage = Storage(tmp_path / "uploads", tmp_path / "output", keep=False)
    uploads = []

    def order(data: bytes, name: str = "scan", **wanted: object) -> Order:
        upload = storage.receive()
        upload.write(data)
        uploads.append(upload)
        return Order(upload, name, Selection(**wanted))  # type: ignore[arg-type]

    yield order
    for upload in uploads:
        upload.close()


def lines(jobs: Jobs, order: Order) -> list[str]:
    text = jobs.image_to_text(order, layout=Layout.LINES).data.decode()
    return [line for line in text.splitlines() if line]


BOTH = ["Garden centre", "Total 12.50", "Second page", "Thank you"]


@pytest.mark.parametrize("data", [TIFF, PDF], ids=["tiff", "pdf"])
def test_every_page_of_a_document_is_read(jobs: Jobs, ask: Ask, data: bytes) -> None:
    text = jobs.image_to_text(ask(data), layout=Layout.LINES).data.decode()
    assert text == "Garden centre\nTotal 12.50\n\fSecond page\nThank you\n"


def test_pages_can_be_chosen_and_are_read_once(jobs: Jobs, ask: Ask) -> None:
    assert lines(jobs, ask(PDF, pages=parse_pages("2"))) == BOTH[2:]
    again = jobs.image_to_text(ask(PDF, pages=parse_pages("2")))
    assert again.from_cache
    assert lines(jobs, ask(PDF, pages=parse_pages("last,1"))) == BOTH


def test_of_an_animation_the_first_frame_is_read_unless_more_is_asked(jobs: Jobs, ask: Ask) -> None:
    gif = to_bytes(FIRST, "GIF", save_all=True, append_images=[SECOND])
    assert lines(jobs, ask(gif)) == BOTH[:2]
    assert lines(jobs, ask(gif, pages=parse_pages("1-"))) == BOTH


def test_too_many_pages_are_refused(jobs: Jobs, ask: Ask) -> None:
    many = to_bytes(FIRST, "PDF", save_all=True, append_images=[SECOND] * 3)
    with pytest.raises(PagesExceededError, match="4 pages"):
        jobs.image_to_text(ask(many))
    with pytest.raises(PageMissingError):
        jobs.image_to_text(ask(PDF, pages=parse_pages("3")))


def encrypted(data: bytes, password: str) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(user=password, owner=password))
    return buffer.getvalue()


def test_an_encrypted_document_takes_its_password_each_time(jobs: Jobs, ask: Ask) -> None:
    locked = encrypted(PDF, "läuft")
    with pytest.raises(PasswordRequiredError):
        jobs.image_to_text(ask(locked))
    assert lines(jobs, ask(locked, password="läuft")) == BOTH  # noqa: S106
    # What was read is not for who does not know it.
    with pytest.raises(PasswordRequiredError):
        jobs.image_to_text(ask(locked))
    with pytest.raises(PasswordWrongError):
        jobs.image_to_pdf(ask(locked, password="laeuft"))  # noqa: S106
    searchable = jobs.image_to_pdf(ask(locked, password="läuft")).data  # noqa: S106
    with pikepdf.open(io.BytesIO(searchable)) as pdf:
        assert not pdf.is_encrypted


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return pages


@pytest.mark.parametrize("data", [to_bytes(FIRST, "JPEG"), to_bytes(FIRST), PDF, TIFF])
def test_a_pdf_of_it_can_be_searched(jobs: Jobs, ask: Ask, data: bytes) -> None:
    download = jobs.image_to_pdf(ask(data, "scan.x"))
    assert (download.name, download.mimetype) == ("scan_ocr.pdf", "application/pdf")
    texts = text_of(download.data)
    assert [text.split() for text in texts] == [
        ["Garden", "centre", "Total", "12.50"],
        ["Second", "page", "Thank", "you"],
    ][: len(texts)]
    assert len(texts) == (2 if data in (PDF, TIFF) else 1)


def test_a_text_that_a_page_has_is_not_written_again(jobs: Jobs, ask: Ask) -> None:
    own = pdf_page(b"BT /H 24 Tf 20 150 Td (Own text here) Tj ET", box=b"0 0 300 200")
    (before,), (after,) = text_of(own), text_of(jobs.image_to_pdf(ask(own)).data)
    assert after.split() == before.split() == ["Own", "text", "here"]


def test_an_archive_is_made_of_pictures_and_not_of_a_pdf(jobs: Jobs, ask: Ask) -> None:
    archive = jobs.image_to_pdf(ask(to_bytes(FIRST)), pdfa=True).data
    with pikepdf.open(io.BytesIO(archive)) as pdf, pdf.open_metadata() as about:
        assert about.pdfa_status == "2B"
    with pytest.raises(ArchiveUnavailableError):
        jobs.image_to_pdf(ask(PDF), pdfa=True)


def test_a_documents_own_text_is_used_mixed_or_ignored(jobs: Jobs, ask: Ask) -> None:
    # The letters that are drawn are not those that the text layer tells.
    own = pdf_page(b"BT 3 Tr /H 24 Tf 20 150 Td (Hidden words) Tj ET", box=b"0 0 300 200")
    assert lines(jobs, ask(own)) == []
    for layer in (TextLayer.USE, TextLayer.MIX):
        assert lines(jobs, ask(own, text_layer=layer)) == ["Hidden words"]
    scan = [text.split()[0] for text in BOTH]
    used = lines(jobs, ask(PDF, text_layer=TextLayer.USE))
    assert [text.split()[0] for text in used] == scan


def test_a_region_is_read_alone_and_told_in_the_whole_pages_pixels(jobs: Jobs, ask: Ask) -> None:
    data = to_bytes(FIRST)
    wanted = {"regions": parse_regions(["0,20%,100%,25%"])}
    assert lines(jobs, ask(data, **wanted)) == ["Total 12.50"]
    page = json.loads(jobs.image_to_json(ask(data, **wanted)).data)["pages"][0]
    (whole,) = (
        line
        for line in json.loads(jobs.image_to_json(ask(data)).data)["pages"][0]["lines"]
        if line["text"] == "Total 12.50"
    )
    assert (page["width"], page["height"]) == FIRST.size
    apart = [abs(a - b) for a, b in zip(page["lines"][0]["bbox"], whole["bbox"], strict=True)]
    assert max(apart) <= 8
    with pytest.raises(RegionOutsideError):
        jobs.image_to_text(ask(data, regions=parse_regions(["9000,0,5,5"])))


def test_a_region_of_a_turned_page_is_found_where_it_was_sent(jobs: Jobs, ask: Ask) -> None:
    upright = draw_page("Garden centre Linden", "Spade with long handle", "Total 12.50")
    turned = to_bytes(upright.rotate(180))
    # What is the upper part as it was sent is the lower one upright.
    region = {"regions": parse_regions(["0,62%,100%,38%"])}
    assert lines(jobs, ask(turned, **region)) == ["Garden centre Linden", "Spade with long handle"]
    ignored = {"ignored": parse_regions(["0,62%,100%,38%"])}
    assert lines(jobs, ask(turned, **ignored)) == ["Total 12.50"]


def test_lines_are_left_out_where_they_are_ignored_or_unsure(jobs: Jobs, ask: Ask) -> None:
    data = to_bytes(FIRST)
    assert lines(jobs, ask(data, ignored=parse_regions(["0,0,100%,20%"]))) == ["Total 12.50"]
    assert lines(jobs, ask(data, min_score=1.0)) == []


def test_a_page_is_turned_as_it_is_told(jobs: Jobs, ask: Ask) -> None:
    lying = to_bytes(FIRST.rotate(-90, expand=True))
    assert lines(jobs, ask(lying, orientation=Orientation.LEFT)) == BOTH[:2]
    drawn = jobs.image_to_image(ask(lying, orientation=Orientation.LEFT), Style())
    assert Image.open(io.BytesIO(drawn.data)).size == FIRST.size


@pytest.mark.parametrize(
    ("form", "name"),
    [("", "scan_text.tiff"), ("pdf", "scan_text.pdf"), ("tiff", "scan_text.tiff")],
)
def test_many_pages_are_drawn_into_one_file(jobs: Jobs, ask: Ask, form: str, name: str) -> None:
    download = jobs.image_to_image(ask(TIFF, "scan.tiff"), Style(), form)
    assert download.name == name
    if name.endswith("pdf"):
        texts = text_of(download.data)
        assert [text.split()[0] for text in texts] == ["Garden", "Second"]
    else:
        assert getattr(Image.open(io.BytesIO(download.data)), "n_frames", 1) == 2


def test_a_format_of_one_page_is_refused_for_more(jobs: Jobs, ask: Ask) -> None:
    with pytest.raises(SinglePageError, match="2 pages"):
        jobs.image_to_image(ask(PDF), Style(), "png")
    one = jobs.image_to_image(ask(PDF, pages=parse_pages("1")), Style(), "png")
    assert Image.open(io.BytesIO(one.data)).format == "PNG"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (PDF, "PDF"),
        (to_bytes(FIRST, "AVIF", quality=90), "AVIF"),
        ((SAMPLES / "two.heic").read_bytes(), "PNG"),
    ],
    ids=["pdf", "avif", "heic"],
)
def test_a_drawing_keeps_the_format_where_it_can_be_written(
    jobs: Jobs, ask: Ask, data: bytes, form: str
) -> None:
    drawn = jobs.image_to_image(ask(data), Style()).data
    if form == "PDF":
        assert drawn.startswith(b"%PDF-")
    else:
        assert Image.open(io.BytesIO(drawn)).format == form


def test_nothing_is_kept_of_a_document_that_fails(jobs: Jobs, ask: Ask) -> None:
    for _ in range(2):
        with pytest.raises(ServiceError) as caught:
            jobs.image_to_text(ask(PDF[:200]))
        assert 400 <= caught.value.status < 500
