import io
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps

from picture.errors import PictureBrokenError
from picture.formats.pdf import Sheet, write_pdf
from picture.layout import sort_lines
from picture.page import Page
from tests.conftest import needs, to_bytes
from tests.formats.readers import line, lines_by_pdfium

SIZE = (240, 120)


def never() -> Image.Image:
    raise AssertionError("the picture was decoded")


def drawn(mode: str = "RGB") -> Image.Image:
    """Draw a picture that is unlike itself from every side."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 120, 40), fill=(200, 30, 30))
    draw.ellipse((150, 50, 230, 110), fill=(20, 60, 200))
    draw.text((20, 70), "up", fill="black", font_size=30)
    return image.convert(mode)


def sheet(file: bytes | None = None, image: Image.Image | None = None, **more: Any) -> Sheet:
    return Sheet(file, never if image is None else lambda: image, **more)


def shown(pdf: bytes, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return the first page as PDFium draws it, at the picture's own density."""
    with pdfium.PdfDocument(pdf) as document:
        page = document[0]
        seen: Image.Image = page.render(scale=size[0] / page.get_width()).to_pil()
        assert seen.size == size
        return seen.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> int:
    """Return by how much the most different values of two pictures differ."""
    a, b = (np.asarray(image.convert("RGB")).astype(int) for image in (one, other))
    return int(abs(a - b).max())


@contextmanager
def embedded(pdf: bytes) -> Iterator[pikepdf.Object]:
    """Have the first page's picture as long as the block runs."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        yield document.pages[0].obj.Resources.XObject.I


@pytest.mark.parametrize(
    "file",
    [
        to_bytes(drawn(), "JPEG"),
        to_bytes(drawn(), "JPEG", progressive=True),
        to_bytes(drawn("L"), "JPEG"),
    ],
    ids=["baseline", "progressive", "grey"],
)
def test_a_jpeg_is_carried_byte_by_byte(file: bytes) -> None:
    pdf = write_pdf([sheet(file)])
    with embedded(pdf) as picture:
        assert picture.read_raw_bytes() == file
    assert difference(shown(pdf), Image.open(io.BytesIO(file)).convert("RGB")) <= 4


def test_a_jpeg_in_the_colours_of_print_is_carried_and_no_negative() -> None:
    file = to_bytes(drawn("CMYK"), "JPEG")
    pdf = write_pdf([sheet(file)])
    with embedded(pdf) as picture:
        assert picture.read_raw_bytes() == file
    assert shown(pdf).getpixel((5, 5)) == (255, 255, 255)


def test_what_phones_put_behind_a_jpeg_is_left_out() -> None:
    file = to_bytes(drawn(), "JPEG")
    with embedded(write_pdf([sheet(file + file + b"more")])) as picture:
        assert picture.read_raw_bytes() == file


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
def test_a_png_is_carried_without_being_decoded(mode: str) -> None:
    image = drawn("L").convert("I").point(lambda value: value * 257) if ";" in mode else drawn(mode)
    file = to_bytes(image.convert(mode) if ";" in mode else image)
    pdf = write_pdf([sheet(file)])
    with embedded(pdf) as picture:
        assert picture.read_raw_bytes() in file
    expected = drawn("L") if ";" in mode else image
    assert difference(shown(pdf), expected) <= (";" in mode)


@pytest.mark.parametrize(
    ("form", "mode"),
    [("WEBP", "RGB"), ("PNG", "RGBA"), ("TIFF", "RGB"), ("BMP", "L"), ("GIF", "P")],
)
def test_of_other_pictures_every_pixel_is_kept(form: str, mode: str) -> None:
    file = to_bytes(drawn(mode), form, **({"lossless": True} if form == "WEBP" else {}))
    upright = Image.open(io.BytesIO(file)).convert("RGB")
    assert difference(shown(write_pdf([sheet(file, upright)])), upright) == 0


def test_a_picture_without_a_file_is_drawn_from_its_pixels() -> None:
    assert difference(shown(write_pdf([sheet(None, drawn())])), drawn()) == 0


def test_black_and_white_is_written_as_a_fax_and_grey_as_grey() -> None:
    black, grey = drawn("1").convert("RGB"), drawn("L").convert("RGB")
    fax, plain = write_pdf([sheet(None, black)]), write_pdf([sheet(None, grey)])
    with embedded(fax) as first, embedded(plain) as second:
        assert first.Filter == pikepdf.Name.CCITTFaxDecode
        assert second.ColorSpace == pikepdf.Name.DeviceGray
    assert (difference(shown(fax), black), difference(shown(plain), grey)) == (0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_is_turned_as_its_camera_says_and_its_bytes_are_kept(
    orientation: int, form: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = to_bytes(drawn(), form, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    assert difference(shown(write_pdf([sheet(file)]), upright.size), upright) <= 1


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_picture_is_turned_as_it_was_to_be_read(rotation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = to_bytes(drawn(), "PNG", exif=exif)
    upright = drawn().rotate(-90, expand=True).rotate(rotation, expand=True)
    page = Page(*upright.size, (line("up", 20, 20, 100, 40),), rotation)
    pdf = write_pdf([sheet(file, page=page)])
    assert difference(shown(pdf, upright.size), upright) == 0
    assert lines_by_pdfium(pdf) == ["up"]


def test_a_profile_of_colours_is_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for file in (
        to_bytes(drawn(), "JPEG", icc_profile=profile),
        to_bytes(drawn(), icc_profile=profile),
        to_bytes(drawn("P"), icc_profile=profile),
    ):
        with embedded(write_pdf([sheet(file)])) as picture:
            space = picture.ColorSpace
            space = space[1] if space[0] == pikepdf.Name.Indexed else space
            assert space[0] == pikepdf.Name.ICCBased
            assert space[1].read_bytes() == profile


@pytest.mark.parametrize("profile", [b"", b"no profile", bytes(200)])
def test_what_is_no_profile_is_left_out(profile: bytes) -> None:
    file = to_bytes(drawn(), "JPEG", icc_profile=profile)
    with embedded(write_pdf([sheet(file)])) as picture:
        assert picture.ColorSpace == pikepdf.Name.DeviceRGB


def in_points(pdf: bytes) -> tuple[float, float]:
    with pdfium.PdfDocument(pdf) as document:
        width, height = document[0].get_size()
        return round(width, 1), round(height, 1)


@pytest.mark.parametrize(
    ("picture", "points"),
    [
        (sheet(to_bytes(drawn(), "JPEG", dpi=(300, 300))), (57.6, 28.8)),
        (sheet(to_bytes(drawn(), "PNG", dpi=(200, 100))), (86.4, 86.4)),
        (sheet(to_bytes(drawn(), dpi=(300, 300)), dpi=(240, 120)), (72, 72)),
        (sheet(to_bytes(drawn())), (180, 90)),
        (sheet(to_bytes(drawn(), "JPEG", dpi=(72, 72))), (180, 90)),
        (sheet(None, Image.new("L", (4210, 100))), (842, 20)),
        (sheet(None, Image.new("L", (30_000, 10))), (842, 3)),
        (sheet(to_bytes(drawn(), "JPEG", dpi=(20_000, 20_000))), (180, 90)),
    ],
)
def test_a_page_is_as_large_as_the_picture_says_or_else_fits_a_sheet(
    picture: Sheet, points: tuple[float, float]
) -> None:
    assert in_points(write_pdf([picture])) == points


def test_the_density_of_a_picture_on_its_side_is_turned_with_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = to_bytes(drawn(), "JPEG", dpi=(200, 100), exif=exif)
    assert in_points(write_pdf([sheet(file)])) == (86.4, 86.4)


def test_several_sheets_are_pages_of_one_document_and_taken_one_by_one() -> None:
    decoded: list[int] = []

    def picture(number: int) -> Callable[[], Image.Image]:
        def decode() -> Image.Image:
            decoded.append(number)
            return Image.new("L", SIZE, 50 * number)

        return decode

    def sheets() -> Any:
        for number in range(3):
            assert len(decoded) == number
            page = Page(*SIZE, (line(f"page {number}", 20, 20, 150, 30),))
            yield Sheet(None, picture(number), page)

    assert lines_by_pdfium(write_pdf(sheets())) == ["page 0", "page 1", "page 2"]


def test_no_sheets_are_no_document() -> None:
    with pytest.raises(ValueError):
        write_pdf([])


def test_the_same_sheets_give_the_same_bytes() -> None:
    page = Page(*SIZE, (line("same", 20, 20, 100, 30),))
    for archival in (False, True):
        one, other = (write_pdf([sheet(to_bytes(drawn()), page=page)], archival) for _ in "ab")
        assert one == other


def test_text_takes_little_beside_the_picture() -> None:
    rng = random.Random(1)
    words = ["".join(rng.choices("etaoinshrdlucmfw", k=rng.randint(2, 9))) for _ in range(400)]
    texts = [" ".join(words[row * 8 : row * 8 + 8]) for row in range(50)]
    lines = [line(text, 80, 40 + 40 * row, 15 * len(text), 30) for row, text in enumerate(texts)]
    file = to_bytes(drawn(), "JPEG")
    page = Page(1654, 2339, tuple(lines))
    assert len(write_pdf([sheet(file, page=page)])) - len(file) < 5000


def test_columns_are_copied_one_after_the_other_once_sorted() -> None:
    left = [f"the left column has a line {row}" for row in range(5)]
    right = [f"and the right one has line {row}" for row in range(5)]
    lines = [
        line(text, 40 + 500 * side, 60 + 50 * row, 420, 34)
        for row in range(5)
        for side, text in enumerate((left[row], right[row]))
    ]
    page = sort_lines(Page(1000, 400, tuple(lines)))
    assert lines_by_pdfium(write_pdf([sheet(None, drawn(), page=page)])) == left + right


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_what_only_begins_like_a_picture_is_left_to_the_decoder(start: bytes) -> None:
    for rest in (b"", b"\xe0", bytes(40), b"\xff" * 40):
        assert difference(shown(write_pdf([sheet(start + rest, drawn())])), drawn()) == 0


def test_a_broken_header_is_told_from_a_picture() -> None:
    file = to_bytes(drawn(), "JPEG")
    broken = file.replace(b"\xff\xdb\x00\x43", b"\xff\xdb\x00\x05", 1)
    with pytest.raises(PictureBrokenError):
        write_pdf([sheet(broken)])


@needs(poppler_utils=shutil.which("pdfimages"))
def test_poppler_finds_the_same_picture(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(write_pdf([sheet(None, drawn("1"))]))
    subprocess.run(["pdfimages", "-png", str(tmp_path / "a.pdf"), str(tmp_path / "b")], check=True)
    assert difference(Image.open(tmp_path / "b-000.png"), drawn("1")) == 0
