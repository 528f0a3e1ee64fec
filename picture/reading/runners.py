"""What runs the models: engines that join those PaddleX brings.

PaddleX keeps a registry of engines and of the predictors that work with them.
Ours stand in it under names of their own, so that PaddleOCR builds its pipeline
out of them as out of any other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock, local
from typing import Any
from weakref import WeakSet

import numpy as np
import onnx
from numpy.typing import NDArray
from paddlex.constants import MODEL_FILE_PREFIX
from paddlex.inference.models.bindings import register_predictor_binding_map
from paddlex.inference.models.engines import RunnerEngine
from paddlex.inference.models.engines.onnxruntime import ONNXRuntimeEngine
from paddlex.inference.models.engines.paddle import PaddleStaticEngine
from paddlex.inference.models.runners import InferenceRunner, ONNXRuntimeRunner
from paddlex.modules.text_detection.model_list import MODELS as DETECTORS
from paddlex.modules.text_recognition.model_list import MODELS as RECOGNISERS

from picture import processor
from picture.reading.detection import GPUDetector, PageDetector
from picture.reading.heads import begin_late, condense, end_early
from picture.reading.recognition import BatchRecogniser, GPURecogniser, LineRecogniser

OPENVINO = "openvino"
ONNXRUNTIME = "onnxruntime_own"
ONNXRUNTIME_GPU = "onnxruntime_gpu"
PADDLE = "paddle_own"

# How many kernels OpenVINO keeps, those that were not used for longest go; and how many a
# model has at most for a shape.
_KEPT = "CPU_RUNTIME_CACHE_CAPACITY"
_KERNELS = 60


class OpenVINORunner(InferenceRunner):
    """A model compiled for this CPU, which threads may run side by side.

    `precision` is what it computes in: `bf16` is about twice as fast as `f32`, at
    the same word F1; with `int8`, which the model itself brings, what is left in
    floats is computed as suits the CPU. What it prepares for a shape it keeps until it
    has met about `shapes` others. `model` is a file, or what makes an OpenVINO model,
    when it first runs. `certain` is what `SplitModel` has to know of a recogniser.
    """

    def __init__(
        self,
        model: Path | Callable[[], Any],
        precision: str,
        threads: int,
        streams: int,
        shapes: int,
        certain: float | None = None,
    ) -> None:
        # Here, for who never uses it: the import alone takes half a second.
        import openvino
        from openvino import properties

        self.certain = certain
        self._openvino = openvino
        self._source = model
        self._hints: dict[str, Any] = {
            properties.inference_num_threads: threads,
            properties.num_streams: streams,
            # Pinned, the threads of every worker would share the first CPUs.
            properties.hint.enable_cpu_pinning: False,
            _KEPT: str(shapes * _KERNELS),
        }
        if precision == "int8" and processor.has_amx():
            # OpenVINO lacks kernels for what lies between integers and bfloat16 there.
            precision = "f32"
        if precision != "int8":
            self._hints[properties.hint.inference_precision] = precision
        self._others = precision, threads, streams, shapes
        self._own = local()
        self._model: Any = None
        self._compiling = Lock()
        _mine().add(self)

    def __call__(self, x: Any = None, **_: Any) -> list[NDArray[np.float32]]:
        """Run the model; the answer stands until this thread's next run."""
        (tensor,) = x
        request = self._request()
        # Shared, it is not copied: it stands until the run is over.
        shared = self._openvino.Tensor(np.ascontiguousarray(tensor), shared_memory=True)
        request.set_input_tensor(shared)
        # In one step, `infer`, it takes a tenth of a millisecond more of the CPU.
        request.start_async()
        request.wait()
        return [output.data for output in request.output_tensors]

    def split(self, letters: NDArray[np.intp], count: int) -> tuple[OpenVINORunner, OpenVINORunner]:
        """Return a recogniser that knows `count` letters, and its last layer for all of them."""
        read = partial(self._openvino.Core().read_model, self._source)
        early = OpenVINORunner(lambda: end_early(read(), letters[:count]), *self._others)
        return early, OpenVINORunner(lambda: begin_late(read(), letters), *self._others)

    def release(self) -> None:
        """Give back what a run computes in; nothing may be running."""
        if self._model is not None:
            self._model.release_memory()

    def close(self) -> None:
        """Leave the model to the garbage collector."""

    def _request(self) -> Any:
        """Return this thread's own request."""
        with self._compiling:
            if self._model is None:
                model = self._source() if callable(self._source) else self._source
                self._model = self._openvino.Core().compile_model(model, "CPU", self._hints)
        if not hasattr(self._own, "request"):
            self._own.request = self._model.create_infer_request()
        return self._own.request


_made = local()


def _mine() -> WeakSet[OpenVINORunner]:
    """Return the runners that this thread made: others' may be running."""
    if not hasattr(_made, "runners"):
        _made.runners = WeakSet()
    runners: WeakSet[OpenVINORunner] = _made.runners
    return runners


def release() -> None:
    """Give back what this thread's OpenVINO computes in; between two pictures."""
    for runner in _mine():
        runner.release()


class OpenVINOEngine(RunnerEngine):
    """OpenVINO on the CPU; its options are those of `OpenVINORunner`."""

    entities = OPENVINO
    name = OPENVINO

    def get_supported_model_formats(self) -> tuple[str, ...]:
        """Return what it can load."""
        return ("onnx",)

    def get_default_runner_builder(self) -> Callable[..., OpenVINORunner]:
        """Return what makes a runner of a model's folder."""

        def build(*, model_dir: Path, engine_config: dict[str, Any], **_: Any) -> OpenVINORunner:
            return OpenVINORunner(model_dir / "inference.onnx", **engine_config)

        return build

    def validate_runner(self, runner: Any) -> None:
        """Accept what the builder made."""


class OwnONNXRuntimeEngine(ONNXRuntimeEngine):
    """ONNX Runtime under a second name, for predictors that are not PaddleX's."""

    entities = ONNXRUNTIME
    name = ONNXRUNTIME

    def validate_runner(self, runner: Any) -> None:
        """Refuse a session that was to run on a GPU and silently fell back to the CPU."""
        super().validate_runner(runner)
        wanted, used = runner._resolve_providers()[0][0], runner.session.get_providers()[0]
        if used != wanted:
            raise RuntimeError(f"ONNX Runtime took {used} where {wanted} was asked for")


class GPURunner(ONNXRuntimeRunner):
    """A model that ONNX Runtime runs on a GPU.

    A recogniser's probabilities of all letters are megabytes a line: to fetch them takes
    longer than to compute them.
    """

    def condense(self, letters: NDArray[np.intp]) -> None:
        """Answer from now on what `condense` leaves of a recogniser."""
        model = condense(onnx.load(self._get_model_path()), letters)
        providers, options = self._resolve_providers()
        self.session = self._ort.InferenceSession(
            model.SerializeToString(),
            sess_options=self._build_session_options(),
            providers=providers,
            provider_options=options,
        )
        self._output_names = [output.name for output in self.session.get_outputs()]


class GPUEngine(OwnONNXRuntimeEngine):
    """ONNX Runtime on a GPU."""

    entities = ONNXRUNTIME_GPU
    name = ONNXRUNTIME_GPU

    def get_default_runner_builder(self) -> Callable[..., ONNXRuntimeRunner]:
        """Return what makes a runner of a model's folder."""

        def build(*, model_dir: Path, engine_config: dict[str, Any], **_: Any) -> GPURunner:
            return GPURunner(model_dir, MODEL_FILE_PREFIX, engine_config)

        return build


class OwnPaddleEngine(PaddleStaticEngine):
    """PaddlePaddle under a second name, for predictors that are not PaddleX's."""

    entities = PADDLE
    name = PADDLE


def register() -> None:
    """Make the engines known to PaddleX; doing so twice does no harm."""
    by_line = OPENVINO, ONNXRUNTIME
    bindings = {
        PageDetector: ((*by_line, PADDLE), DETECTORS),
        GPUDetector: ((ONNXRUNTIME_GPU,), DETECTORS),
        LineRecogniser: (by_line, RECOGNISERS),
        BatchRecogniser: ((PADDLE,), RECOGNISERS),
        GPURecogniser: ((ONNXRUNTIME_GPU,), RECOGNISERS),
    }
    for predictor, (engines, names) in bindings.items():
        register_predictor_binding_map(predictor, dict.fromkeys(engines, names))
