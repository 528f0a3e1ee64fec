import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from picture.reading import FORMATS, Picture
from picture.redraw.encode import EXTENSIONS, MIMETYPES, bind, encode

IMAGE = Image.new("RGB", (40, 30), "white")
IMAGE.paste((0, 0, 160), (0, 0, 40, 8))
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_every_format_that_is_read_can_be_written() -> None:
    assert {*FORMATS, "AVIF"} == set(MIMETYPES) == set(EXTENSIONS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_copy_has_the_originals_format_and_size(form: str) -> None:
    copy = Image.open(io.BytesIO(encode(IMAGE, Picture(IMAGE, IMAGE.size, form, None, None), form)))
    assert (copy.format, copy.size) == (form, IMAGE.size)
    assert np.abs(np.asarray(copy.convert("RGB"), int) - np.asarray(IMAGE, int)).mean() < 3


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "TIFF"])
def test_a_copy_has_the_originals_density(form: str) -> None:
    copy = Image.open(
        io.BytesIO(encode(IMAGE, Picture(IMAGE, IMAGE.size, form, (300, 150), None), form))
    )
    assert np.allclose([float(value) for value in copy.info["dpi"]], (300, 150), atol=0.1)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_copy_has_the_originals_colour_profile(form: str) -> None:
    copy = Image.open(
        io.BytesIO(encode(IMAGE, Picture(IMAGE, IMAGE.size, form, None, PROFILE), form))
    )
    assert copy.info["icc_profile"] == PROFILE


def test_pages_are_bound_into_one_tiff() -> None:
    pages = [IMAGE, IMAGE.rotate(90, expand=True), IMAGE.resize((10, 10))]
    original = Picture(IMAGE, IMAGE.size, "TIFF", (300, 300), None)
    bound = Image.open(io.BytesIO(bind([encode(page, original, "TIFF") for page in pages])))
    assert getattr(bound, "n_frames", 1) == 3
    for number, page in enumerate(pages):
        bound.seek(number)
        assert np.array_equal(np.asarray(bound), np.asarray(page))
        assert bound.info["dpi"] == (300, 300)
