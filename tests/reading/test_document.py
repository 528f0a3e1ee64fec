import io
import math
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from picture.errors import (
    DeadlineExceededError,
    DocumentBrokenError,
    FormatUnsupportedError,
    PageMissingError,
    PagesExceededError,
    PageTooLargeError,
    PasswordRequiredError,
    PasswordWrongError,
    PictureEmptyError,
    PictureTooLargeError,
    ServiceError,
)
from picture.page import Line, Quad
from picture.reading import FORMATS, Picture, decode
from picture.reading.document import DPI, Document, Limits, open_document
from picture.reading.pages import parse_pages
from picture.serving import Deadline
from tests import documents, hostile_documents
from tests.conftest import to_bytes
from tests.documents import SAMPLES, gif, page, pdf, stream, tiff

LIMITS = Limits(50_000_000, 20_000, 500_000_000)
RED_TOP = Image.new("RGB", (40, 60), "white")
RED_TOP.paste((200, 0, 0), (0, 0, 40, 10))

Open = Callable[..., AbstractContextManager[Document]]


@pytest.fixture
def opened(picture_file: Callable[[bytes], Path]) -> Open:
    def open_bytes(data: bytes, limits: Limits = LIMITS, **options: Any) -> Any:
        return open_document(picture_file(data), limits, Deadline(60), **options)

    return open_bytes


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() == before


def children() -> list[str]:
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [pid for task in tasks for pid in task.read_text().split()]


def pixel(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    value = picture.image.getpixel((x, y))
    assert isinstance(value, tuple)
    return tuple(int(part) for part in value)


@pytest.mark.parametrize(("name", "data"), list(documents.whole()))
def test_every_document_gives_upright_pictures(opened: Open, name: str, data: bytes) -> None:
    with opened(data) as document:
        assert document.format == _format_of(name)
        for number in document.numbers(parse_pages("1-"), 10):
            picture = document.picture(number)
            assert (picture.format, picture.image.mode) == (document.format, "RGB")
            assert picture.image.size == picture.size
            assert document.cost(number).to_read > 4 * math.prod(picture.size)


def _format_of(name: str) -> str:
    kind = re.sub(r"-.*|.*\.", "", name).upper()
    return {"HEIC": "HEIF", "APNG": "PNG"}.get(kind, kind)


@pytest.mark.parametrize("to_read", [False, True])
@pytest.mark.parametrize("form", FORMATS)
def test_a_single_picture_is_as_decode_gives_it(
    opened: Open, picture_file: Callable[[bytes], Path], form: str, to_read: bool
) -> None:
    data = to_bytes(RED_TOP, form)
    plain = decode(picture_file(data), LIMITS.max_pixels, LIMITS.max_side, to_read)
    with opened(data) as document:
        assert (document.format, document.count) == (form, 1)
        assert document.picture(1, to_read) == plain
        assert document.text_lines(1) == ()


def test_what_a_file_is_does_not_depend_on_its_name(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(page())
    with open_document(path, LIMITS, Deadline(30)) as document:
        assert document.format == "PDF"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", PictureEmptyError),
        (b"hello", FormatUnsupportedError),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", FormatUnsupportedError),
        (b"%PDF-1.4", DocumentBrokenError),
    ],
)
def test_other_files_are_refused(opened: Open, data: bytes, error: type[ServiceError]) -> None:
    with pytest.raises(error), opened(data):
        pass


def test_a_page_is_drawn_on_white_at_the_usual_density(opened: Open) -> None:
    with opened(page(b"1 0 0 rg 0 72 36 36 re f", box=b"0 0 144 144")) as document:
        picture = document.picture(1)
    assert (picture.size, picture.dpi) == ((400, 400), (DPI, DPI))
    assert pixel(picture, 50, 150) == (255, 0, 0)
    assert pixel(picture, 150, 150) == (255, 255, 255)


def test_a_page_is_drawn_as_fine_as_is_asked_and_limits_allow(opened: Open) -> None:
    with opened(page(box=b"0 0 144 288"), dpi=100) as document:
        assert document.picture(1).size == (200, 400)
    for limits in (Limits(20_000, 5_000, 10**8), Limits(10**6, 200, 10**8)):
        with opened(page(box=b"0 0 144 288"), limits, dpi=600) as document:
            picture = document.picture(1)
            assert picture.size == (100, 200)
            assert picture.dpi == pytest.approx((50, 50))


def test_a_page_too_large_to_be_read_at_any_density_is_refused(opened: Open) -> None:
    with opened(page(box=b"0 0 200000 200000")) as document, pytest.raises(PageTooLargeError):
        document.cost(1)


@pytest.mark.parametrize(
    ("drawn", "options", "side"),
    [(b"", {}, 2400), (b"", {"dpi": 96}, 2666), (b"0 0 9 9 re f ", {}, 3000)],
)
def test_a_photograph_as_large_as_a_wall_is_drawn_no_finer_than_reading_needs(
    opened: Open, drawn: bytes, options: dict[str, int], side: int
) -> None:
    photo = to_bytes(Image.new("L", (1000, 1000), 90), "JPEG")
    entries = b"/Type/XObject/Subtype/Image/Width 1000/Height 1000/BitsPerComponent 8"
    image = stream(photo, entries + b"/ColorSpace/DeviceGray/Filter/DCTDecode")
    contents = drawn + b"q 2000 0 0 2000 0 0 cm /F0 Do Q"
    limits = Limits(9_000_000, 20_000, LIMITS.memory)
    with opened(page(contents, b"", image, box=b"0 0 2000 2000"), limits, **options) as document:
        assert document.picture(1).size == (side, side)


def test_a_large_page_is_drawn_smaller_to_be_read(opened: Open) -> None:
    with opened(page(b"0 0 1800 900 re f", box=b"0 0 1800 1800")) as document:
        picture = document.picture(1, to_read=True)
        assert (picture.size, picture.image.size) == ((5000, 5000), (2500, 2500))
        assert pixel(picture, 1250, 1240) == (255, 255, 255)
        assert pixel(picture, 1250, 1260) == (0, 0, 0)


TEXT = b"""BT /H 24 Tf 72 700 Td (Upright heading) Tj ET
BT /H 12 Tf 72 660 Td (Item) Tj 200 0 Td (Price) Tj 100 0 Td (1) Tj ET
BT /H 14 Tf 0 1 -1 0 60 300 Tm (upwards) Tj ET
BT /H 14 Tf 0 -1 1 0 540 600 Tm (downwards) Tj ET
BT /H 14 Tf -1 0 0 -1 400 500 Tm (upside down) Tj ET
BT /H 12 Tf 72 150 Td (ends in a hy\\255) Tj 0 -14 Td (phen \\344\\366\\374) Tj ET"""
SPOKEN = [
    "Upright heading",
    "Item",
    "Price",
    "1",
    "upwards",
    "downwards",
    "upside down",
    "ends in a hy-",
    "phen äöü",
]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_pages_own_text_lies_on_its_ink_however_the_page_is_turned(
    opened: Open, rotation: int
) -> None:
    entries = b"/Rotate %d/CropBox[30 80 580 760]" % rotation
    with opened(page(TEXT, entries=entries)) as document:
        picture, lines = document.picture(1), document.text_lines(1)
    upright = (1527, 1888)
    assert picture.size == (upright if rotation % 180 == 0 else upright[::-1])
    assert sorted(line.text for line in lines) == sorted(SPOKEN)
    assert_on_ink(picture, lines)


def assert_on_ink(picture: Picture, lines: tuple[Line, ...]) -> None:
    """Compare boxes of words with the ink, which is nowhere else."""
    dark = np.asarray(picture.image.convert("L")) < 128
    for line in lines:
        for word in line.words:
            left, top, right, bottom = edges(word.box)
            assert edges(line.box)[0] <= left + 1
            assert edges(line.box)[2] >= right - 1
            rows, columns = np.nonzero(dark[top - 3 : bottom + 3, left - 3 : right + 3])
            found = (columns.min() - 3, rows.min() - 3, columns.max() - 3, rows.max() - 3)
            expected = (0, 0, right - left, bottom - top)
            assert np.allclose(found, expected, atol=3.5), word
            dark[top - 3 : bottom + 3, left - 3 : right + 3] = False
    assert not dark.any()


def edges(box: Quad) -> tuple[int, int, int, int]:
    xs, ys = zip(*box, strict=True)
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))


@pytest.mark.parametrize("rotation", [0, 180])
def test_lines_say_which_way_their_text_runs(opened: Open, rotation: int) -> None:
    with opened(page(TEXT, entries=b"/Rotate %d" % rotation)) as document:
        found = {line.text: (line.is_vertical, line.flipped) for line in document.text_lines(1)}
    assert found["Upright heading"] == found["1"] == (False, rotation == 180)
    assert found["upwards"] == (True, rotation == 0)
    assert found["downwards"] == (True, rotation == 180)
    assert found["upside down"] == (False, rotation == 0)


def unicode_page(contents: bytes) -> bytes:
    """Return a page in a font whose letters 1 to 4 are a ligature and three wide letters."""
    names = b"<0001><fb01> <0002><d840dc0b> <0003><4e00> <0004><d83dde00>"
    cmap = b"begincmap 1 begincodespacerange <0000><ffff> endcodespacerange "
    cmap += b"4 beginbfchar %s endbfchar endcmap" % names
    descriptor = (
        b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0"
    )
    descriptor += b"/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000/FontDescriptor %s" % descriptor
    )
    descendant += b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R"
    font += b"/DescendantFonts[%s]>>" % descendant
    return pdf(
        documents.CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</X 5 0 R>>>>>>",
        stream(contents, b""),
        font,
        stream(cmap, b""),
    )


def test_text_that_is_not_to_be_seen_is_read_in_any_script(opened: Open) -> None:
    contents = b"BT 3 Tr /X 20 Tf 72 700 Td <0001000200030004> Tj 0 -50 Td <00090009> Tj ET"
    with opened(unicode_page(contents)) as document:
        (line,) = document.text_lines(1)
    assert line.text == "fi𠀋一😀"
    assert [word.text for word in line.words] == ["fi", "𠀋", "一", "😀"]
    lefts = [word.box[0][0] for word in line.words]
    assert lefts == pytest.approx([200, 255.6, 311.1, 366.7], abs=4)


def test_what_no_document_embeds_is_drawn_with_our_fonts(opened: Open) -> None:
    cid = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/HeiseiMin-W3/DW 1000/CIDSystemInfo"
    cid += b"<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor<</Type"
    cid += b"/FontDescriptor/FontName/HeiseiMin-W3/Flags 4/FontBBox[0 -200 1000 900]"
    cid += b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>"
    fonts = b"".join(
        b"/%s<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3/Encoding/UniJIS-UCS2-%s"
        b"/DescendantFonts[%s]>>" % (way, way, cid)
        for way in (b"H", b"V")
    )
    text = "日本語の文書".encode("utf-16-be").hex().encode()
    contents = b"BT /H 30 Tf 20 250 Td <%s> Tj ET BT /V 30 Tf 270 220 Td <%s> Tj ET" % (text, text)
    data = pdf(
        documents.CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<<%s>>>>>>"
        % fonts,
        stream(contents, b""),
    )
    with opened(data) as document:
        picture, lines = document.picture(1), document.text_lines(1)
    assert [(line.text, line.is_vertical) for line in lines] == [
        ("日本語の文書", False),
        ("日本語の文書", True),
    ]
    assert [len(line.words) for line in lines] == [6, 6]
    assert_on_ink(picture, lines)


def test_annotations_and_form_fields_are_drawn(opened: Open) -> None:
    look = stream(b"0 0 1 rg 0 0 20 20 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 20 20]")
    note = b"<</Type/Annot/Subtype/%s/Rect[%s]/AP<</N 5 0 R>>/F 4%s>>"
    data = pdf(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[7 0 R]>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Annots[6 0 R 7 0 R]>>",
        b"null",
        look,
        note % (b"Stamp", b"0 0 20 20", b""),
        note % (b"Widget", b"50 50 70 70", b"/FT/Tx/T(name)"),
    )
    with opened(data) as document:
        picture = document.picture(1)
    assert pixel(picture, 25, 175) == pixel(picture, 165, 35) == (0, 0, 255)
    assert pixel(picture, 100, 100) == (255, 255, 255)


def encrypted(user: str, version: int) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(page(TEXT))) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=user, R=version))  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize("version", [4, 6])
def test_an_encrypted_document_opens_with_its_password(opened: Open, version: int) -> None:
    word, guess = "sécrét", "guess"
    data = encrypted(word, version)
    with opened(data, password=word) as document:
        assert len(document.text_lines(1)) == len(SPOKEN)
    with pytest.raises(PasswordRequiredError), opened(data):
        pass
    with pytest.raises(PasswordWrongError), opened(data, password=guess):
        pass
    with opened(encrypted("", version)) as document:
        assert document.count == 1


def test_what_can_be_repaired_is_read(opened: Open) -> None:
    data = page(TEXT)
    for damaged in (data.replace(b"startxref\n", b"startxref\n9"), b"mail header\n" * 9 + data):
        with opened(damaged) as document:
            assert len(document.text_lines(1)) == len(SPOKEN)


def test_all_pages_are_wanted_of_documents_and_the_first_of_others(opened: Open) -> None:
    for data, wanted in (
        (page(count=3, kids=3), (1, 2, 3)),
        (tiff((8, 8), (9, 9)), (1, 2)),
        (gif(3), (1,)),
    ):
        with opened(data) as document:
            assert document.numbers(None, 3) == wanted


def test_pages_can_be_chosen(opened: Open) -> None:
    with opened(gif(3)) as document:
        assert document.count == 3
        assert document.numbers(parse_pages("2-"), 3) == (2, 3)
        with pytest.raises(PageMissingError):
            document.numbers(parse_pages("4"), 3)
        with pytest.raises(PagesExceededError):
            document.numbers(parse_pages("1-"), 2)


@pytest.mark.parametrize(
    "data", [page(), gif(3), tiff((8, 8), (9, 9)), to_bytes(RED_TOP), to_bytes(RED_TOP, "JPEG")]
)
def test_a_page_that_is_not_there_is_missing(opened: Open, data: bytes) -> None:
    with opened(data) as document:
        for ask in (document.picture, document.cost):
            with pytest.raises(PageMissingError):
                ask(4)


def test_pages_of_a_tiff_come_without_thumbnails(opened: Open) -> None:
    data = tiff((3, 3), (8, 8), (2, 2), (20, 9), thumbnails=[1, 3])
    with opened(data) as document:
        assert [document.picture(number).size for number in (1, 2)] == [(8, 8), (20, 9)]
        assert document.count == 2


def test_a_tiff_is_read_up_to_what_is_lost(opened: Open) -> None:
    two, three = tiff(*[(8, 8)] * 2), tiff(*[(8, 8)] * 3)
    with opened(three[: len(two)]) as document:
        assert document.count == 2


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_frames_come_in_their_order(opened: Open, form: str) -> None:
    colours = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    frames = [Image.new("RGB", (40, 40), colour) for colour in colours]
    data = to_bytes(frames[0], form, save_all=True, append_images=frames[1:])
    with opened(data) as document:
        for number in (3, 1, 2):
            seen = pixel(document.picture(number), 20, 20)
            assert np.allclose(seen, colours[number - 1], atol=8)


def test_frames_of_a_turned_animation_are_all_upright(opened: Open) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    later = Image.new("RGB", (40, 60), (0, 0, 200))
    later.paste((0, 200, 0), (0, 0, 40, 10))
    options = {"save_all": True, "append_images": [later], "exif": exif, "lossless": True}
    with opened(to_bytes(RED_TOP, "WEBP", **options)) as document:
        for number, colour in ((2, (0, 200, 0)), (1, (200, 0, 0)), (2, (0, 200, 0))):
            picture = document.picture(number)
            assert picture.size == (60, 40)
            assert np.allclose(pixel(picture, 56, 20), colour, atol=8)


@pytest.mark.parametrize(
    ("name", "size", "red", "blue"),
    [
        ("turned", (96, 64), (90, 40), (40, 3)),
        ("alpha", (64, 96), (40, 5), (3, 40)),
        ("deep", (64, 96), (40, 5), (3, 40)),
        ("two", (64, 96), (40, 5), (3, 40)),
    ],
)
def test_heif_comes_upright_in_eight_bits_and_on_white(
    opened: Open, name: str, size: tuple[int, int], red: tuple[int, int], blue: tuple[int, int]
) -> None:
    with opened((SAMPLES / f"{name}.heic").read_bytes()) as document:
        picture = document.picture(1)
    assert picture.size == size
    assert np.allclose(pixel(picture, *red), (200, 0, 0), atol=12)
    assert np.allclose(pixel(picture, *blue), (0, 0, 200), atol=12)
    assert np.allclose(pixel(picture, size[0] // 2, size[1] - 4), (255, 255, 255), atol=12)


def test_a_heif_may_hold_further_pictures_and_a_profile(opened: Open) -> None:
    with opened((SAMPLES / "two.heic").read_bytes()) as document:
        assert (document.count, document.numbers(None, 9)) == (2, (1,))
        assert np.allclose(pixel(document.picture(2), 9, 9), (0, 128, 0), atol=12)
    with opened((SAMPLES / "turned.heic").read_bytes()) as document:
        profile = document.picture(1).icc_profile
    assert profile is not None
    assert profile[16:20] == b"RGB "


def test_a_turned_avif_is_upright(opened: Open) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with opened(to_bytes(RED_TOP, "AVIF", exif=exif, quality=95)) as document:
        picture = document.picture(1)
    assert picture.size == (60, 40)
    assert np.allclose(pixel(picture, 56, 20), (200, 0, 0), atol=12)


def test_too_many_pixels_are_refused_before_any_is_decoded(opened: Open) -> None:
    limits = Limits(1000, 5000, LIMITS.memory)
    for data in (to_bytes(RED_TOP, "AVIF"), tiff((9, 9), (100, 100))):
        with opened(data, limits) as document, pytest.raises(PictureTooLargeError):
            document.picture(document.count)


def outcome(document: AbstractContextManager[Document]) -> str:
    """Read the first and the last page, and return the code of the refusal or `ok`."""
    try:
        with document as opened:
            for number in {1, opened.count}:
                opened.cost(number)
                assert opened.picture(number, to_read=True).image.mode == "RGB"
                opened.text_lines(number)
    except ServiceError as error:
        assert 400 <= error.status < 500
        return error.code
    return "ok"


@pytest.mark.parametrize(("name", "data"), list(hostile_documents.bombs()))
def test_a_bomb_is_refused(opened: Open, name: str, data: bytes) -> None:
    limits = Limits(LIMITS.max_pixels, LIMITS.max_side, 100_000_000)
    code = outcome(opened(data, limits))
    assert code != "ok"
    if name.endswith(("pixels", "page")):
        assert code in ("picture_too_large", "page_too_large")


@pytest.mark.parametrize(("name", "data"), list(hostile_documents.costly()))
def test_a_costly_document_is_read_or_refused(opened: Open, name: str, data: bytes) -> None:
    limits = Limits(LIMITS.max_pixels, LIMITS.max_side, 100_000_000)
    refused = {"pdf-form-of-itself", "pdf-picture-pixels", "pdf-jbig2-junk"}
    assert (outcome(opened(data, limits)) == "ok") == (name not in refused)


def test_damaged_documents_are_read_or_refused(opened: Open) -> None:
    outcomes = {outcome(opened(data)) for _, data in hostile_documents.mutants(40)}
    assert {"ok", "picture_broken", "document_broken"} <= outcomes


def test_no_page_takes_longer_than_the_deadline(picture_file: Callable[[bytes], Path]) -> None:
    group = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Group<</S/Transparency/I true>>"
    data = page(b"/F0 Do " * 3000, b"", stream(b"0 0 612 792 re f", group))
    with (
        pytest.raises(DeadlineExceededError),
        open_document(picture_file(data), LIMITS, Deadline(1)) as document,
    ):
        document.picture(1)
