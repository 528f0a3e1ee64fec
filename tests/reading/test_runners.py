from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from picture.reading import models
from picture.reading.runners import OpenVINORunner

Tensor = NDArray[np.float32]
MODEL = models.MODELS_FOLDER / "PP-OCRv6_tiny_det" / "inference.onnx"


@pytest.fixture(scope="module", autouse=True)
def tiny() -> None:
    """Have the small weights that these tests run."""
    models.prepare(["PP-OCRv6_tiny_det"])


def noise(height: int, width: int, seed: int = 0) -> Tensor:
    return np.random.default_rng(seed).normal(size=(1, 3, height, width)).astype(np.float32)


def test_answers_are_those_of_onnxruntime() -> None:
    runner = OpenVINORunner(MODEL, threads=2, streams=1, shapes=4)
    reference = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    tensor = noise(64, 96)
    (theirs,) = reference.run(None, {reference.get_inputs()[0].name: tensor})
    # bfloat16 has eight bits of precision.
    assert np.abs(runner(x=[tensor])[0] - theirs).max() < 0.05


def test_threads_run_side_by_side_without_mixing_answers() -> None:
    runner = OpenVINORunner(MODEL, threads=2, streams=2, shapes=4)
    tensors = [noise(64, 64, seed) for seed in range(8)]
    alone = [runner(x=[tensor])[0].copy() for tensor in tensors]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda tensor: runner(x=[tensor])[0].copy(), tensors))
    assert all(np.array_equal(a, b) for a, b in zip(alone, beside, strict=True))


def test_many_shapes_leave_a_fresh_model() -> None:
    runner = OpenVINORunner(MODEL, threads=1, streams=1, shapes=2)
    first = runner(x=[noise(32, 32)])[0].copy()
    for width in (64, 96, 128, 160):
        assert runner(x=[noise(32, width)])[0].shape[-1] == width
    assert np.array_equal(runner(x=[noise(32, 32)])[0], first)
