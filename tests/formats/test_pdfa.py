"""The clauses of ISO 19005-2 that such documents could break, for level B."""

import io
import struct
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
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


def test_the_file_is_marked_and_ends_as_it_must(archived: tuple[bytes, Pdf]) -> None:
    data, document = archived
    lines = data.split(b"\n", 2)
    assert lines[0] == b"%PDF-1.7"  # 6.1.2
    assert lines[1].startswith(b"%")
    assert all(byte > 127 for byte in lines[1][1:5])
    assert len(document.trailer.ID) == 2  # 6.1.3
    assert Name.Encrypt not in document.trailer
    assert data.endswith(b"%%EOF\n")


def test_its_metadata_say_what_it_is(archived: tuple[bytes, Pdf]) -> None:
    metadata = archived[1].Root.Metadata  # 6.6
    assert (metadata.Type, metadata.Subtype) == (Name.Metadata, Name.XML)
    assert Name.Filter not in metadata
    tree = ElementTree.fromstring(metadata.read_bytes())  # noqa: S314
    assert [tag.text for tag in tree.iter(f"{PDFAID}part")] == ["2"]
    assert [tag.text for tag in tree.iter(f"{PDFAID}conformance")] == ["B"]
    # What is in both places must be the same there.
    assert Name.Info not in archived[1].trailer


def test_its_colours_mean_the_same_everywhere(archived: tuple[bytes, Pdf]) -> None:
    (intent,) = archived[1].Root.OutputIntents  # 6.2.3
    assert intent.S == Name.GTS_PDFA1
    assert intent.DestOutputProfile.N == 3
    profile = intent.DestOutputProfile.read_bytes()
    assert (profile[12:16], profile[16:20], profile[36:40]) == (b"mntr", b"RGB ", b"acsp")
    assert int.from_bytes(profile[:4]) == len(profile)
    space = archived[1].pages[0].obj.Resources.XObject.I.ColorSpace  # 6.2.4
    if isinstance(space, Array) and space[0] == Name.Indexed:
        space = space[1]
    if isinstance(space, Array):
        assert space[0] == Name.ICCBased
        assert space[1].read_bytes()[16:20] == {1: b"GRAY", 3: b"RGB "}[int(space[1].N)]
    else:
        assert space in (Name.DeviceGray, Name.DeviceRGB)


def test_its_pictures_hold_nothing_that_is_forbidden(archived: tuple[bytes, Pdf]) -> None:
    image = archived[1].pages[0].obj.Resources.XObject.I  # 6.2.8
    forbidden = {"/Alternates", "/OPI", "/Interpolate", "/SMask", "/Mask", "/Intent"}
    assert forbidden.isdisjoint(image.keys())
    assert image.BitsPerComponent in (1, 2, 4, 8, 16)
    allowed = {"/DCTDecode", "/FlateDecode", "/CCITTFaxDecode"}
    assert str(image.Filter) in allowed


def test_its_page_holds_nothing_that_is_forbidden(archived: tuple[bytes, Pdf]) -> None:
    document = archived[1]
    page = document.pages[0].obj
    assert {"/Group", "/AA", "/Annots", "/PresSteps"}.isdisjoint(page.keys())  # 6.2.10, 6.5
    assert {"/AA", "/OpenAction", "/AcroForm", "/Names"}.isdisjoint(document.Root.keys())
    assert all(3 <= float(side) <= 14_400 for side in page.MediaBox[2:])  # 6.1.13
    for instruction in pikepdf.parse_content_stream(page):
        for operand in instruction.operands:
            assert not isinstance(operand, pikepdf.String) or len(bytes(operand)) <= 32_767
    streams = [stream for stream in document.objects if isinstance(stream, Stream)]
    assert all({"/F", "/FFilter", "/FDecodeParms"}.isdisjoint(s.keys()) for s in streams)  # 6.1.7
    assert all(stream.get(Name.Filter) != Name.LZWDecode for stream in streams)


def shown_codes(document: Pdf) -> set[int]:
    codes: set[int] = set()
    for instruction in pikepdf.parse_content_stream(document.pages[0]):
        if str(instruction.operator) == "Tj":
            data = bytes(instruction.operands[0])
            codes |= set(struct.unpack(f">{len(data) // 2}H", data))
    return codes


def font_tables(program: bytes) -> dict[bytes, bytes]:
    tables = {}
    for at in range(struct.unpack(">H", program[4:6])[0]):
        tag, _, offset, length = struct.unpack_from(">4sIII", program, 12 + 16 * at)
        tables[tag] = program[offset : offset + length]
    return tables


def widths_of(font: Any) -> dict[int, int]:
    listed = [int(value) for value in font.W]
    runs = zip(listed[::3], listed[1::3], listed[2::3], strict=True)
    return {code: width for first, last, width in runs for code in range(first, last + 1)}


def test_its_font_is_embedded_whole_and_as_wide_as_it_says(archived: tuple[bytes, Pdf]) -> None:
    document = archived[1]
    font = document.pages[0].obj.Resources.Font.F  # 6.2.11
    (own,) = font.DescendantFonts
    assert font.Encoding == Name("/Identity-H")
    assert (font.BaseFont, own.FontDescriptor.FontName) == (own.BaseFont, own.BaseFont)
    assert own.Subtype == Name.CIDFontType2
    assert isinstance(own.CIDToGIDMap, Stream)
    program = own.FontDescriptor.FontFile2.read_bytes()
    assert own.FontDescriptor.FontFile2.Length1 == len(program)
    glyphs = own.CIDToGIDMap.read_bytes()
    tables, widths = font_tables(program), widths_of(own)
    for code in shown_codes(document):
        glyph = int.from_bytes(glyphs[2 * code : 2 * code + 2])
        assert glyph != 0  # 6.2.11.8
        assert struct.unpack_from(">H", tables[b"hmtx"], 4 * glyph)[0] == widths.get(
            code, int(own.DW)
        )


def test_every_letter_has_a_character(archived: tuple[bytes, Pdf]) -> None:
    cmap = archived[1].pages[0].obj.Resources.Font.F.ToUnicode.read_bytes()
    listed = b"".join(cmap.split(b"beginbfrange")[1:])
    for letter in "Total12,50€合計百円縦書き":
        assert letter.encode("utf-16-be").hex().upper().encode() in listed


def test_a_plain_document_does_not_claim_to_be_archival() -> None:
    with pikepdf.open(io.BytesIO(write_pdf([Sheet(None, lambda: PLAIN)]))) as document:
        assert {"/Metadata", "/OutputIntents"}.isdisjoint(document.Root.keys())
        assert isinstance(document.Root, Dictionary)
