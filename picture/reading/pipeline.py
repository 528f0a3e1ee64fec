"""PaddleOCR put together from the settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from paddleocr import PaddleOCR
from paddlex.inference import create_predictor, load_pipeline_config

from picture.reading import languages, models, packs, runners
from picture.reading.crops import cut_all
from picture.reading.recognition import SHAPES, ScriptRecogniser
from picture.reading.scripts import Recogniser, Scripts
from picture.reading.tesseract import Tesseract
from picture.reading.transcript import Reading
from picture.reading.weights import PUBLISHED
from picture.settings import Settings

# Out of a hundred that pictures are padded to; one source's are a handful. What
# is kept for each is about ten megabytes.
DETECTION_SHAPES = 12

# Where lines are not spread over threads.
LINES_A_RUN = 6
LINES_A_GPU_RUN = 8


def create(settings: Settings, names: list[str]) -> PaddleOCR:
    """Create PaddleOCR out of the weights with these names."""
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    runners.register()
    if settings.device != "cpu":
        # The CUDA libraries that come as packages are not found otherwise.
        onnxruntime.preload_dlls()
    pipeline = PaddleOCR(
        engine="paddle" if settings.runtime == "paddle" else "onnxruntime",
        device=settings.device,
        paddlex_config=_pipeline_config(settings),
        text_det_limit_side_len=settings.detection_side,
        text_det_limit_type="max",
        text_det_unclip_ratio=settings.unclip,
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        **_model_arguments(settings, names),
    )
    # PaddleX cuts out straight lines only.
    pipeline.paddlex_pipeline._pipeline._crop_by_polys = cut_all
    _warm(pipeline, settings)
    return pipeline


def _warm(pipeline: PaddleOCR, settings: Settings) -> None:
    """Let engines that prepare for each shape meet the usual ones."""
    parts = pipeline.paddlex_pipeline._pipeline
    if settings.runtime == "openvino" or _is_onnxruntime_on_gpu(settings):
        parts.text_rec_model.warm()
    if _is_onnxruntime_on_gpu(settings):
        parts.text_det_model.warm()


def _is_onnxruntime_on_gpu(settings: Settings) -> bool:
    return settings.device != "cpu" and settings.runtime == "onnxruntime"


def read_lines(pipeline: PaddleOCR, crops: Sequence[NDArray[np.uint8]]) -> list[Reading]:
    """Return what lines (height x width x 3, BGR) say, as this pipeline's recogniser reads them."""
    lines: list[Reading] = pipeline.paddlex_pipeline._pipeline.text_rec_model.read_lines(crops)
    return lines


def scripts(settings: Settings) -> Scripts | None:
    """Return what reads scripts that the main model lacks, None where there is nothing."""
    starts: dict[str, Callable[[], Recogniser]] = {}
    for item in languages.expected(settings.langs):
        if name := item.paddle_name(settings.script_engine):
            starts[item.tag] = partial(_paddle_recogniser, settings, name)
        elif (place := packs.find(item.pack)) is not None:
            starts[item.tag] = partial(Tesseract, place, item.pack)
    if not starts:
        return None
    found = [languages.BY_TAG[tag] for tag in starts]
    return Scripts(found, lambda item: starts[item.tag](), settings.engine_threads)


def _paddle_recogniser(settings: Settings, name: str) -> Recogniser:
    """Load one of PaddleOCR's recognisers, which our engines run as the main one."""
    runners.register()
    own = Path(settings.model_dir) if settings.model_dir else None
    folder = models.model_folder(name, own)
    # Only the main models have eight-bit integers.
    floats = replace(settings, precision="f32") if settings.arithmetic == "int8" else settings
    predictor = create_predictor(
        name,
        model_dir=str(folder) if folder else None,
        device=settings.device,
        **_recognition_engine(floats),
    )
    return ScriptRecogniser(name, predictor)


def _model_arguments(settings: Settings, names: list[str]) -> dict[str, str | None]:
    own = Path(settings.model_dir) if settings.model_dir else None
    arguments: dict[str, str | None] = {}
    roles = ("text_detection", "text_recognition")
    for role, name in zip(roles, names, strict=True):
        folder = models.model_folder(name, own, integers=settings.arithmetic == "int8")
        arguments[f"{role}_model_name"] = name
        arguments[f"{role}_model_dir"] = str(folder) if folder else None
    return arguments


def _pipeline_config(settings: Settings) -> dict[str, Any]:
    """Return PaddleX's configuration of the pipeline with our engines and their options."""
    config: dict[str, Any] = load_pipeline_config("OCR")
    modules = config["SubModules"]
    modules["TextDetection"].update(_detection_engine(settings))
    modules["TextRecognition"].update(_recognition_engine(settings, _certain(settings)))
    return config


def _certain(settings: Settings) -> float | None:
    """Return what was measured of the main recogniser, None for weights of the user's own."""
    published = PUBLISHED.get(f"{settings.model_pair}_rec")
    return published.certain if published and not settings.model_dir else None


def _detection_engine(settings: Settings) -> dict[str, Any]:
    threads = settings.engine_threads
    if settings.runtime == "paddle":
        # PaddleOCR adds options for its own engine: each name has its own here.
        own = {runners.PADDLE: {"cpu_threads": threads}}
        return {"engine": runners.PADDLE, "engine_config": own}
    if settings.runtime == "openvino":
        return _openvino(settings, streams=1, shapes=DETECTION_SHAPES)
    engine = runners.ONNXRUNTIME if settings.device == "cpu" else runners.ONNXRUNTIME_GPU
    return {"engine": engine, "engine_config": _onnxruntime_options(threads)}


def _recognition_engine(settings: Settings, certain: float | None = None) -> dict[str, Any]:
    """Return what runs a recogniser: on a CPU a line a thread, where the engine allows it."""
    threads = settings.engine_threads
    if settings.runtime == "paddle":
        return {**_detection_engine(settings), "batch_size": LINES_A_RUN}
    if settings.device != "cpu":
        return {**_detection_engine(settings), "batch_size": LINES_A_GPU_RUN}
    if settings.runtime == "openvino":
        # One more than run at once: the next line is ready when one of them is done.
        options = _openvino(settings, threads, len(SHAPES), certain=certain)
        return {**options, "batch_size": threads + 1}
    options = {"engine": runners.ONNXRUNTIME, "engine_config": _onnxruntime_options(1)}
    return {**options, "batch_size": threads}


def _openvino(settings: Settings, streams: int, shapes: int, **others: Any) -> dict[str, Any]:
    options = {
        "threads": settings.engine_threads,
        "precision": settings.arithmetic,
        "streams": streams,
        "shapes": shapes,
        **others,
    }
    return {"engine": runners.OPENVINO, "engine_config": options}


def _onnxruntime_options(threads: int) -> dict[str, Any]:
    return {
        "intra_op_num_threads": threads,
        "inter_op_num_threads": 1,
        # The arena keeps the largest buffers ever needed: memory for no speed.
        "enable_cpu_mem_arena": False,
    }
