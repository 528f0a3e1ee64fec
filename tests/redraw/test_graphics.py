"""Graphics: what is left of a page whose ground has become white."""

from __future__ import annotations

import io
import time

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from picture.redraw.frame import Frame, Lie
from picture.redraw.graphics import clean

Pixels = NDArray[np.uint8]
Part = tuple[slice, slice]

RULE: Part = (slice(200, 203), slice(40, 560))
BOX: Part = (slice(40, 140), slice(400, 520))
STAMP: Part = (slice(60, 100), slice(60, 64))
PHOTO: Part = (slice(240, 360), slice(60, 260))
PLATE: Part = (slice(250, 350), slice(320, 540))
FREE: Part = (slice(150, 190), slice(40, 560))


def photo() -> Pixels:
    """Return what has tones from light to dark, as a photograph does."""
    tones = np.random.default_rng(5).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(tones).resize((200, 120), Image.Resampling.BICUBIC))


def page(ground: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    """Return a page with a rule, a box, a red stroke, a photograph and a blue plate."""
    pixels = np.full((400, 600, 3), ground, np.uint8)
    pixels[RULE] = (20, 20, 20)
    cv2.rectangle(pixels, (400, 40), (519, 139), (60, 60, 60), 2)
    pixels[STAMP] = (200, 30, 40)
    pixels[PHOTO] = photo()
    pixels[PLATE] = (40, 80, 170)
    return pixels


def shaded(pixels: Pixels) -> Pixels:
    """Return a page as photographed: in falling light, with noise, as a JPEG."""
    light = np.linspace(1, 0.7, pixels.shape[1])[None, :, None]
    noise = np.random.default_rng(1).normal(0, 3, pixels.shape)
    dimmed = np.clip(pixels * light + noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(dimmed).save(file, "JPEG", quality=80)
    return np.array(Image.open(file))


def frame(part: Part) -> Frame:
    rows, columns = part
    left, top, right, bottom = columns.start, rows.start, columns.stop, rows.stop
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)
    size = right - left, bottom - top
    return Frame(Lie.STRAIGHT, *size, corners, None, left, top, right, bottom)


def cleaned(pixels: Pixels, *texts: Part) -> Pixels:
    copy = pixels.copy()
    clean(copy, [frame(part) for part in texts])
    return copy


@pytest.mark.parametrize("ground", [(255, 255, 255), (238, 226, 200), (190, 190, 195)])
def test_paper_of_any_kind_becomes_white_and_graphics_stay(ground: tuple[int, int, int]) -> None:
    before = page(ground)
    after = cleaned(before)
    assert (after[FREE] == 255).all()
    for part in (PHOTO, PLATE):
        assert (after[part] == before[part]).mean() > 0.99
    assert after[RULE].max() < 40
    assert after[STAMP][..., 0].min() > 180
    assert after[STAMP][..., 1].max() < 60
    assert after[BOX].min() < 90


def test_shadow_and_noise_go() -> None:
    before = shaded(page((245, 240, 230)))
    after = cleaned(before)
    assert (after[FREE] == 255).mean() > 0.999
    assert (after[370:, :] == 255).mean() > 0.999
    inner = slice(250, 350), slice(70, 250)
    assert (after[inner] == before[inner]).mean() > 0.99
    assert after[RULE].mean() < 80


def test_specks_go_and_rules_of_dots_stay() -> None:
    pixels = np.full((1200, 900, 3), 250, np.uint8)
    at = np.random.default_rng(2).integers(20, 500, (60, 2))
    pixels[at[:, 0], at[:, 1]] = 120
    for left in range(100, 800, 12):
        pixels[900:904, left : left + 4] = 60
    after = cleaned(pixels)
    assert (after[:600] == 255).all()
    assert (after[900:904].min(axis=(0, 2)) < 100).sum() > 200


@pytest.mark.parametrize("ground", [(30, 30, 30), (0, 43, 54), (0, 150, 205)])
def test_a_dark_ground_becomes_white_and_light_lines_dark(ground: tuple[int, int, int]) -> None:
    before = page(ground)
    before[RULE] = (235, 235, 235)
    after = cleaned(before, FREE)
    assert (after[FREE] == 255).all()
    assert after[RULE].max() < 60
    assert after[STAMP][..., 0].min() > 180
    assert (after[PLATE] == before[PLATE]).mean() > 0.99


def test_a_photograph_stays_as_it_is() -> None:
    tones = np.random.default_rng(9).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    whole = np.asarray(Image.fromarray(tones).resize((600, 400), Image.Resampling.BICUBIC))
    assert np.array_equal(cleaned(whole), whole)
    noisy = np.random.default_rng(4).normal(60, 12, (400, 600, 3)).astype(np.uint8)
    assert np.array_equal(cleaned(noisy, FREE), noisy)


def test_the_ground_is_what_is_behind_the_text() -> None:
    """A receipt on a table: there is more table than paper."""
    pixels = np.full((400, 600, 3), (40, 35, 30), np.uint8)
    pixels[:, 200:400] = (235, 232, 225)
    pixels[300:303, 220:380] = 30
    after = cleaned(pixels, (slice(50, 70), slice(220, 380)))
    assert (after[:290, 205:395] == 255).all()
    assert after[300:303, 225:375].max() < 50
    assert (after[:, :190] == pixels[:, :190]).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 2), (7, 5)])
def test_pictures_of_any_size_are_cleaned(size: tuple[int, int]) -> None:
    for value in (0, 128, 255):
        after = cleaned(np.full((*size, 3), value, np.uint8))
        assert after.shape == (*size, 3)


def test_a_page_of_twelve_megapixels_is_cleaned_at_once() -> None:
    large = cv2.resize(shaded(page()), (4240, 2830), interpolation=cv2.INTER_CUBIC)
    pixels = np.asarray(large, np.uint8).copy()
    started = time.process_time()
    clean(pixels, [])
    assert time.process_time() - started < 3
