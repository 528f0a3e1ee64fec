import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from picture.errors import (
    FormatUnsupportedError,
    PictureBrokenError,
    PictureEmptyError,
    PictureTooLargeError,
    ServiceError,
)
from picture.reading.decode import Picture, decode, measure
from picture.settings import Settings
from tests.conftest import to_bytes

Write = Callable[[bytes], Path]
Colour = tuple[int, int, int]

RED_TOP = Image.new("RGB", (40, 60), "white")
RED_TOP.paste((200, 0, 0), (0, 0, 40, 10))


@pytest.fixture
def read(picture_file: Write) -> Callable[[bytes], Picture]:
    def decode_bytes(data: bytes) -> Picture:
        return decode(picture_file(data), max_pixels=1_000_000, max_side=5_000)

    return decode_bytes


Read = Callable[[bytes], Picture]


def pixel(picture: Picture, x: int, y: int) -> Colour:
    value = picture.image.getpixel((x, y))
    assert isinstance(value, tuple)
    red, green, blue = value
    return int(red), int(green), int(blue)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_every_format_gives_the_same_picture(read: Read, form: str) -> None:
    picture = read(to_bytes(RED_TOP, form))
    assert (picture.format, picture.image.mode, picture.image.size) == (form, "RGB", (40, 60))
    assert np.allclose(pixel(picture, 20, 3), (200, 0, 0), atol=8)
    assert np.allclose(pixel(picture, 20, 50), (255, 255, 255), atol=8)


def test_an_open_file_is_read_like_a_path(picture_file: Write) -> None:
    with picture_file(to_bytes(RED_TOP)).open("rb") as file:
        assert decode(file, 10_000, 100).image.size == (40, 60)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 60), (20, 3)),
        (2, (40, 60), (20, 3)),
        (3, (40, 60), (20, 56)),
        (4, (40, 60), (20, 56)),
        (5, (60, 40), (3, 20)),
        (6, (60, 40), (56, 20)),
        (7, (60, 40), (56, 20)),
        (8, (60, 40), (3, 20)),
    ],
)
def test_exif_turns_a_picture_upright(
    read: Read, orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read(to_bytes(RED_TOP, "JPEG", exif=exif, quality=95))
    assert picture.image.size == size
    assert np.allclose(pixel(picture, *red_at), (200, 0, 0), atol=12)


def test_a_turned_picture_swaps_its_densities(read: Read) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read(to_bytes(RED_TOP, "JPEG", exif=exif, dpi=(100, 200)))
    assert picture.dpi == (200, 100)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_lies_on_white(read: Read, mode: str) -> None:
    image = Image.new("RGBA", (40, 60), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 40, 10))
    picture = read(to_bytes(image if mode == "RGBA" else image.convert(mode), form_of(mode)))
    assert pixel(picture, 20, 3) == (0, 0, 0)
    assert pixel(picture, 20, 50) == (255, 255, 255)


def form_of(mode: str) -> str:
    return "TIFF" if mode == "PA" else "PNG"


def test_a_transparent_palette_colour_is_white(read: Read) -> None:
    image = Image.new("P", (40, 60), 1)
    image.putpalette([10, 20, 30, 200, 0, 0])
    picture = read(to_bytes(image, "PNG", transparency=1))
    assert pixel(picture, 20, 50) == (255, 255, 255)


def test_a_transparent_rgb_colour_is_white(read: Read) -> None:
    picture = read(to_bytes(RED_TOP, "PNG", transparency=(200, 0, 0)))
    assert pixel(picture, 20, 3) == (255, 255, 255)


def test_a_palette_is_resolved(read: Read) -> None:
    image = Image.new("P", (40, 60), 1)
    image.putpalette([10, 20, 30, 200, 0, 0])
    assert pixel(read(to_bytes(image)), 20, 50) == (200, 0, 0)


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_comes_out_as_seen(read: Read, form: str) -> None:
    image = Image.new("CMYK", (40, 60), (0, 255, 255, 0))
    red, green, blue = pixel(read(to_bytes(image, form)), 20, 20)
    assert red > 200
    assert max(green, blue) < 60


def test_bilevel_and_grey_come_out_as_grey(read: Read) -> None:
    assert pixel(read(to_bytes(Image.new("1", (40, 60), 1), "TIFF")), 5, 5) == (255, 255, 255)
    assert pixel(read(to_bytes(Image.new("L", (40, 60), 99))), 5, 5) == (99, 99, 99)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_its_brightness(read: Read, form: str) -> None:
    values = np.full((60, 40), 32768, np.uint16)
    values[:10] = 0
    picture = read(to_bytes(Image.fromarray(values), form))
    assert pixel(picture, 20, 3) == (0, 0, 0)
    assert pixel(picture, 20, 50) == (127, 127, 127)


@pytest.mark.parametrize(
    ("values", "grey"), [((0.0, 1.0), 255), ((0.0, 200.0), 200), ((-5.0, 3.0), 255)]
)
def test_floating_grey_fills_its_range(read: Read, values: tuple[float, float], grey: int) -> None:
    image = np.full((60, 40), values[0], np.float32)
    image[30:] = values[1]
    picture = read(to_bytes(Image.fromarray(image), "TIFF"))
    assert pixel(picture, 5, 5) == (0, 0, 0)
    assert pixel(picture, 5, 50) == (grey, grey, grey)


def test_lab_comes_out_as_seen(read: Read) -> None:
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab = ImageCms.applyTransform(RED_TOP, to_lab)
    assert lab is not None
    assert np.allclose(pixel(read(to_bytes(lab, "TIFF")), 20, 3), (200, 0, 0), atol=10)


def test_only_the_first_frame_counts(read: Read) -> None:
    later = Image.new("RGB", (40, 60), "blue")
    picture = read(to_bytes(RED_TOP, "GIF", save_all=True, append_images=[later]))
    assert np.allclose(pixel(picture, 20, 3), (200, 0, 0), atol=8)


def test_density_and_rgb_profile_are_kept(read: Read) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = read(to_bytes(RED_TOP, "JPEG", dpi=(300, 300), icc_profile=profile))
    assert picture.dpi == (300, 300)
    assert picture.icc_profile == profile


def test_a_profile_for_other_colours_is_dropped(read: Read) -> None:
    grey = b"\0" * 16 + b"GRAY" + b"\0" * 108
    assert read(to_bytes(Image.new("L", (9, 9)), "PNG", icc_profile=grey)).icc_profile is None


def test_no_bytes_are_no_picture(read: Read) -> None:
    with pytest.raises(PictureEmptyError):
        read(b"")


@pytest.mark.parametrize(
    "data", [b"hello", b"%PDF-1.4", b"<svg/>", b"\0" * 500, b"P6 2 2 255 abcdefabcdef"]
)
def test_other_files_are_refused(read: Read, data: bytes) -> None:
    with pytest.raises(FormatUnsupportedError):
        read(data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_half_a_picture_is_broken(read: Read, form: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    data = to_bytes(noise, form)
    with pytest.raises((PictureBrokenError, FormatUnsupportedError)):
        read(data[: len(data) // 2])


def test_a_side_too_long_is_refused(read: Read) -> None:
    with pytest.raises(PictureTooLargeError):
        read(to_bytes(Image.new("L", (5001, 1))))


def test_too_many_pixels_are_refused_before_any_is_decoded(read: Read) -> None:
    header = struct.pack(">IIBBBBB", 4000, 4000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"never reached")
    with pytest.raises(PictureTooLargeError):
        read(bomb)


def test_a_comment_that_inflates_without_end_is_refused(read: Read) -> None:
    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    text = b"comment\0\0" + zlib.compress(b"a" * 50_000_000)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"zTXt", text)
    with pytest.raises(ServiceError) as caught:
        read(bomb)
    assert 400 <= caught.value.status < 500


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


@pytest.mark.parametrize("odd", [(0, 0), (1e9, 1e9), (float("nan"), 72)])
def test_a_senseless_density_is_dropped(odd: tuple[Any, Any]) -> None:
    from picture.reading.decode import _dpi

    image = Image.new("L", (1, 1))
    image.info["dpi"] = odd
    assert _dpi(image, turned=False) is None


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_huge_scan_is_halved_to_be_read(picture_file: Write, form: str) -> None:
    scan = Image.new("RGB", (4961, 6001), "white")
    scan.paste((200, 0, 0), (0, 0, 4961, 1000))
    file = picture_file(to_bytes(scan, form))
    picture = decode(file, 50_000_000, 20_000, to_read=True)
    assert (picture.size, picture.image.size) == ((4961, 6001), (2481, 3001))
    assert np.allclose(pixel(picture, 1200, 480), (200, 0, 0), atol=8)
    assert np.allclose(pixel(picture, 1200, 520), (255, 255, 255), atol=8)
    assert decode(file, 50_000_000, 20_000).image.size == (4961, 6001)


def test_a_turned_scan_has_its_upright_size(picture_file: Write) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = picture_file(to_bytes(Image.new("RGB", (6000, 4800)), "JPEG", exif=exif))
    picture = decode(file, 50_000_000, 20_000, to_read=True)
    assert (picture.size, picture.image.size) == ((4800, 6000), (2400, 3000))


@pytest.mark.parametrize("size", [(1080, 20_000), (4799, 6000), (4032, 3024)])
def test_what_reading_needs_is_kept(picture_file: Write, size: tuple[int, int]) -> None:
    file = picture_file(to_bytes(Image.new("RGB", size), "JPEG"))
    assert decode(file, 50_000_000, 20_000, to_read=True).image.size == size


def test_the_largest_picture_leaves_room_for_small_ones_beside_it(
    picture_file: Callable[[bytes], Path],
) -> None:
    limits = Settings()
    narrow = picture_file(to_bytes(Image.new("L", (2500, 19_900)), "PNG"))
    largest = measure(narrow, limits.max_pixels, limits.max_side).to_read
    small = measure(picture_file(to_bytes(Image.new("L", (1000, 1400)), "PNG")), 10**9, 10**9)
    assert largest + 3 * small.to_read < limits.picture_bytes
