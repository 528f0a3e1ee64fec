import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from paddlex.inference.models.runners import ONNXRuntimeRunner

from picture.heap import trim
from picture.reading import models
from picture.reading.runners import OpenVINORunner, OwnONNXRuntimeEngine, release

Tensor = NDArray[np.float32]
MODEL = models.MODELS_FOLDER / "PP-OCRv6_tiny_det" / "inference.onnx"


@pytest.fixture(scope="module", autouse=True)
def tiny() -> None:
    """Have the small weights that these tests run."""
    models.prepare(["PP-OCRv6_tiny_det"])


def noise(height: int, width: int, seed: int = 0) -> Tensor:
    return np.random.default_rng(seed).normal(size=(1, 3, height, width)).astype(np.float32)


def test_answers_are_those_of_onnxruntime() -> None:
    runner = OpenVINORunner(MODEL, "f32", threads=2, streams=1, shapes=4)
    reference = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    tensor = noise(64, 96)
    (theirs,) = reference.run(None, {reference.get_inputs()[0].name: tensor})
    # bfloat16 has eight bits of precision.
    assert np.abs(runner(x=[tensor])[0] - theirs).max() < 0.05


def test_integers_find_the_text_that_floats_find() -> None:
    sheet = np.full((256, 512, 3), 255, np.uint8)
    cv2.putText(sheet, "Receipt 4711", (40, 140), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3)
    tensor = np.ascontiguousarray(sheet.transpose(2, 0, 1)[np.newaxis], np.float32) / 127.5 - 1
    folder = models.model_folder("PP-OCRv6_tiny_det", integers=True)
    assert folder is not None
    integers = OpenVINORunner(folder / "inference.onnx", "int8", 2, streams=1, shapes=4)
    floats = OpenVINORunner(MODEL, "f32", threads=2, streams=1, shapes=4)
    theirs, ours = (runner(x=[tensor])[0] > 0.3 for runner in (floats, integers))
    assert theirs.sum() > 5000
    # The rims of strips move by a pixel or two, on some CPUs more than on others.
    for some, others in ((theirs, ours), (ours, theirs)):
        wider = cv2.dilate(others[0, 0].astype(np.uint8), np.ones((5, 5), np.uint8))
        assert (some[0, 0] & (wider > 0)).sum() > 0.98 * some.sum()


def test_threads_run_side_by_side_without_mixing_answers() -> None:
    runner = OpenVINORunner(MODEL, "f32", threads=2, streams=2, shapes=4)
    tensors = [noise(64, 64, seed) for seed in range(8)]
    alone = [runner(x=[tensor])[0].copy() for tensor in tensors]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda tensor: runner(x=[tensor])[0].copy(), tensors))
    assert all(np.array_equal(a, b) for a, b in zip(alone, beside, strict=True))


def test_what_is_kept_for_shapes_is_bounded() -> None:
    few = OpenVINORunner(MODEL, "f32", threads=1, streams=1, shapes=2)
    many = OpenVINORunner(MODEL, "f32", threads=1, streams=1, shapes=60)
    first = few(x=[noise(32, 32)])[0].copy()
    assert np.array_equal(many(x=[noise(32, 32)])[0], first)
    assert kept_after(few) < 0.7 * kept_after(many)
    assert np.array_equal(few(x=[noise(32, 32)])[0], first)


def kept_after(runner: OpenVINORunner) -> int:
    """Return the bytes that a runner keeps more after it has met fifty shapes."""
    before = resident()
    for width in range(64, 64 + 50 * 32, 32):
        assert runner(x=[noise(32, width)])[0].shape[-1] == width
    release()
    trim()
    return resident() - before


def test_what_it_computes_in_can_be_given_back() -> None:
    runner = OpenVINORunner(MODEL, "f32", threads=1, streams=1, shapes=4)
    tensor = noise(1280, 1280)
    first = runner(x=[tensor])[0].copy()
    before = resident()
    release()
    trim()
    assert resident() < before - 20_000_000
    assert np.array_equal(runner(x=[tensor])[0], first)


def test_what_another_thread_made_is_left_to_it() -> None:
    with ThreadPoolExecutor(1) as pool:
        runner = pool.submit(OpenVINORunner, MODEL, "f32", 1, 1, 4).result()
        released: list[OpenVINORunner] = []

        def note(each: OpenVINORunner) -> None:
            released.append(each)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(OpenVINORunner, "release", note)
            release()
            assert runner not in released
            pool.submit(release).result()
            assert released[-1] is runner


def resident() -> int:
    """Return the memory of this process in bytes."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class _Session:
    """A session of ONNX Runtime that runs on what it names first."""

    def __init__(self, *providers: str) -> None:
        self._providers = providers

    def get_providers(self) -> list[str]:
        return list(self._providers)


def runner_that_wanted(device: str, session: _Session) -> ONNXRuntimeRunner:
    runner = ONNXRuntimeRunner.__new__(ONNXRuntimeRunner)
    runner._config, runner.session = {"device_type": device}, session
    runner._validate_providers = lambda _: None  # which of them are installed here
    return runner


def test_a_session_that_left_the_gpu_for_the_cpu_is_refused() -> None:
    runner = runner_that_wanted("gpu", _Session("CPUExecutionProvider"))
    with pytest.raises(RuntimeError, match="took CPUExecutionProvider where CUDAExecutionProvider"):
        OwnONNXRuntimeEngine().validate_runner(runner)


@pytest.mark.parametrize(
    ("device", "providers"),
    [("gpu", ["CUDAExecutionProvider", "CPUExecutionProvider"]), ("cpu", ["CPUExecutionProvider"])],
)
def test_a_session_where_it_was_wanted_passes(device: str, providers: list[str]) -> None:
    runner = runner_that_wanted(device, _Session(*providers))
    OwnONNXRuntimeEngine().validate_runner(runner)
