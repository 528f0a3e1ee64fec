import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from picture.reading import FORMATS, Compression, Picture, decode
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


def noise(size: tuple[int, int], color: bool = True) -> Image.Image:
    """Return a picture of soft blots, as a photograph has them."""
    small = np.random.default_rng(7).integers(60, 196, (12, 12, 3), dtype=np.uint8)
    picture = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    return picture if color else picture.convert("L")


def changed(image: Image.Image, original: Picture) -> tuple[float, float]:
    """Return which share of the pixels comes back otherwise, and the worst of differences."""
    copy = Image.open(io.BytesIO(encode(image, original, "JPEG"))).convert("RGB")
    difference = np.abs(np.asarray(copy, int) - np.asarray(image, int)).max(axis=2)
    return float((difference > 0).mean()), float(difference.max())


def decoded(image: Image.Image, **options: Any) -> Picture:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return decode(file, 10**6, 10**4)


@pytest.mark.parametrize("quality", [30, 75, 90, 95, 98])
def test_a_jpeg_that_was_not_drawn_on_comes_back_as_it_was(quality: int) -> None:
    original = decoded(noise((160, 120)), quality=quality, subsampling=0)
    again, usual = (
        changed(original.image, each) for each in (original, replace(original, compression=None))
    )
    assert again[0] < usual[0] / 4
    assert again[1] <= min(usual[1], 3)


@pytest.mark.parametrize("quality", [30, 60])
def test_letters_on_a_coarse_jpeg_are_not_as_coarse(quality: int) -> None:
    original = decoded(noise((160, 120)), quality=quality)
    drawn = original.image.copy()
    for left in range(8, 150, 6):
        drawn.paste((20, 20, 20), (left, 40, left + 2, 60))
    coarse = io.BytesIO()
    drawn.save(coarse, "JPEG", quality=quality)

    def error(file: io.BytesIO) -> float:
        part = np.asarray(Image.open(file).convert("RGB"), float)[36:64, 4:156]
        return float(np.square(part - np.asarray(drawn)[36:64, 4:156]).mean())

    assert error(io.BytesIO(encode(drawn, original, "JPEG"))) < error(coarse) / 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_of_whole_blocks_comes_back_as_it_was(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    original = decoded(noise((160, 128)), quality=75, subsampling=0, exif=exif)
    assert changed(original.image, original)[0] < 0.08


def test_a_turned_jpeg_of_parts_of_blocks_is_compressed_anew() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    assert decoded(noise((150, 120)), exif=exif).compression is None


def test_a_grey_jpeg_comes_back_as_it_was() -> None:
    original = decoded(noise((160, 120), color=False), quality=75)
    assert original.compression is not None
    assert changed(original.image, original)[0] < 0.08


def test_a_jpeg_of_other_colours_is_compressed_anew() -> None:
    assert decoded(noise((160, 120)).convert("CMYK")).compression is None
    assert decoded(noise((160, 120)), keep_rgb=True).compression is None


def test_steps_of_any_size_are_written() -> None:
    for step in (0, 1, 17, 61, 65_535):
        table = (step,) * 64
        original = Picture(IMAGE, IMAGE.size, "JPEG", None, None, Compression((table,) * 3, 2))
        copy = Image.open(io.BytesIO(encode(IMAGE, original, "JPEG"))).convert("RGB")
        assert np.abs(np.asarray(copy, int) - np.asarray(IMAGE, int)).mean() < 20
