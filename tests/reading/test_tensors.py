import numpy as np
from numpy.typing import NDArray
from paddlex.inference.models.text_detection.processors import NormalizeImage
from paddlex.inference.models.text_recognition.processors import OCRReisizeNormImg

from picture.reading import detection, recognition
from picture.reading.tensors import LEVELS, write_planes


def noise(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)


def test_each_colour_is_a_plane_of_its_own_values() -> None:
    picture, planes = noise(7, 9), np.empty((3, 7, 9), np.float32)
    write_planes(picture, [LEVELS, LEVELS + 1000, LEVELS * 0], planes)
    assert np.array_equal(planes[0], picture[..., 0])
    assert np.array_equal(planes[1], picture[..., 1] + 1000.0)
    assert not planes[2].any()


def test_pages_are_what_paddlex_makes_of_them() -> None:
    page, step = noise(64, 96), NormalizeImage(order="hwc")
    (theirs,) = step([page])
    assert np.array_equal(detection.normalised(page, step)[0], theirs.transpose(2, 0, 1))


def test_lines_are_what_paddlex_makes_of_them() -> None:
    lines = [noise(48, 400), noise(48, 400)[::-1].copy()]
    theirs = OCRReisizeNormImg()(lines)
    assert np.array_equal(recognition.normalised(lines), np.stack(theirs))
