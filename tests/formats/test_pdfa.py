import io
from collections.abc import Iterator
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Dictionary, Pdf
from pikepdf.pdfa import validate_written
from PIL import Image, ImageCms

from picture.formats.pdf import Sheet, write_pdf
from picture.page import Page
from tests.conftest import to_bytes
from tests.formats.readers import line

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
LINES = (
    line("Total 12,50 €", 20, 20, 200, 30),
    line("合計 百円", 20, 60, 200, 30),
    line("縦書き", 230, 20, 30, 120),
)
SIZE = (280, 160)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PLAIN = Image.linear_gradient("L").resize(SIZE)
FILES = {
    "jpeg": to_bytes(PLAIN.convert("RGB"), "JPEG"),
    "grey": to_bytes(PLAIN, "JPEG"),
    "print": to_bytes(PLAIN.convert("CMYK"), "JPEG"),
    "profile": to_bytes(PLAIN.convert("RGB"), "PNG", icc_profile=PROFILE),
    "palette": to_bytes(PLAIN.convert("P"), "PNG"),
    "fax": None,
}


@pytest.fixture(params=FILES)
def archived(request: pytest.FixtureRequest) -> Iterator[tuple[bytes, Pdf]]:
    """Return a document's bytes and the document."""
    image = PLAIN.convert("1") if request.param == "fax" else PLAIN.convert("RGB")
    page = Page(*SIZE, LINES)
    data = write_pdf([Sheet(FILES[request.param], lambda: image, page)], archival=True)
    with pikepdf.open(io.BytesIO(data)) as document:
        yield data, document


def test_a_validator_finds_nothing(archived: tuple[bytes, Pdf]) -> None:
    report = validate_written(io.BytesIO(archived[0]), "2b")
    assert [str(finding) for finding in report.findings] == []
    assert report.passed


def test_several_pages_of_all_kinds_are_archival_together() -> None:
    page = Page(*SIZE, LINES)
    sheets = [Sheet(file, lambda: PLAIN.convert("RGB"), page) for file in FILES.values()]
    assert validate_written(io.BytesIO(write_pdf(sheets, archival=True)), "2b").passed


def test_the_validator_is_no_yes_man(archived: tuple[bytes, Pdf]) -> None:
    del archived[1].pages[0].obj.Resources.Font.F.DescendantFonts[0].FontDescriptor.FontFile2
    buffer = io.BytesIO()
    archived[1].save(buffer)
    assert not validate_written(buffer, "2b").passed


def test_its_metadata_say_what_it_is(archived: tuple[bytes, Pdf]) -> None:
    tree = ElementTree.fromstring(archived[1].Root.Metadata.read_bytes())  # noqa: S314
    assert [tag.text for tag in tree.iter(f"{PDFAID}part")] == ["2"]
    assert [tag.text for tag in tree.iter(f"{PDFAID}conformance")] == ["B"]


def test_every_letter_has_a_character(archived: tuple[bytes, Pdf]) -> None:
    cmap = archived[1].pages[0].obj.Resources.Font.F.ToUnicode.read_bytes()
    listed = b"".join(cmap.split(b"beginbfrange")[1:])
    for letter in "Total12,50€合計百円縦書き":
        assert letter.encode("utf-16-be").hex().upper().encode() in listed


def test_a_plain_document_does_not_claim_to_be_archival() -> None:
    with pikepdf.open(io.BytesIO(write_pdf([Sheet(None, lambda: PLAIN)]))) as document:
        assert {"/Metadata", "/OutputIntents"}.isdisjoint(document.Root.keys())
        assert isinstance(document.Root, Dictionary)
